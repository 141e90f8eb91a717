/// The few terms that a scan over passages looks for, with a quick "surely not" for all others.
struct TermTable {
    struct Entry {
        var index: Int
        var weight: Double
    }

    private var filter: [UInt64] = Array(repeating: 0, count: 64)
    private var entries: [UInt32: Entry] = [:]

    mutating func insert(_ code: UInt32, index: Int, weight: Double) {
        entries[code] = Entry(index: index, weight: weight)
        let bit = Int((code >> 1) & 0xFFF)
        filter[bit >> 6] |= 1 << UInt64(bit & 63)
    }

    /// False for nearly every code that is not in the table, and for none that is.
    func mayContain(_ code: UInt32) -> Bool {
        let bit = Int((code >> 1) & 0xFFF)
        return filter[bit >> 6] & (1 << UInt64(bit & 63)) != 0
    }

    subscript(code: UInt32) -> Entry? { entries[code] }
}
