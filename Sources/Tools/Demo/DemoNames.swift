internal import AgentRuntime

/// Names of companies that exist nowhere.
enum DemoNames {
    private static let first = [
        "Arden", "Bexley", "Calder", "Dunmore", "Elgin", "Farrow", "Glenn", "Hollis", "Ivor", "Jarrow", "Kestrel",
        "Lorne", "Marlow", "Norden", "Oakham", "Penrith", "Quill", "Renwick", "Selby", "Thorne", "Ulster", "Varley",
        "Wexford", "Yarrow", "Zetland",
    ]
    private static let second = [
        "Manufacturing", "Foods", "Builders", "Marine", "Works", "Trading", "Instruments", "Packaging", "Energy",
        "Furnishings", "Clinics", "Motors",
    ]

    /// So many names, none twice.
    static func companies(_ count: Int, seed: UInt64) -> [String] {
        var random = SeededGenerator(seed: seed)
        var names: [String] = []
        while names.count < count {
            let name = "\(random.element(of: first)) \(random.element(of: second))"
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
