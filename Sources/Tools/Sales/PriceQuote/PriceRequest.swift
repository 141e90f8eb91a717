internal import AgentRuntime

/// The numbers and names of a request for a price, by the words around them.
///
/// "50 shafts, 4 kg of steel each, 0.5 machining hours each on the lathe, 1 hour of labour": each number is told by its
/// unit and by the words of its clause, which ends at a comma or at the next number. Hours are those of the whole line
/// unless the clause says "each" or "per piece"; weight is that of one piece unless it says "in total".
struct PriceRequest {
    var quantity: Int
    var material: String?
    var machine: String?
    var complexity: String?
    /// Of the whole line.
    var machiningHours: ExactNumber?
    var labourHours: ExactNumber?
    /// Of one piece.
    var weight: ExactNumber?
    var margin: ExactNumber?
    var product: String

    private enum Work { case machining, labour }

    private static let materials: [(word: String, name: String)] = [
        ("aluminium", "Aluminum"), ("aluminum", "Aluminum"), ("stainless", "Stainless steel"), ("steel", "Steel"),
        ("brass", "Brass"), ("copper", "Copper"), ("titanium", "Titanium"), ("plastic", "Plastic"),
    ]
    private static let complexities: Set<String> = ["low", "simple", "medium", "high", "complex"]
    private static let hours: Set<String> = ["hours", "hour", "h", "hr", "hrs"]
    private static let minutes: Set<String> = ["minutes", "minute", "min", "mins"]
    private static let kilograms: Set<String> = ["kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"]
    private static let lengths: Set<String> = ["mm", "cm", "m", "inch", "inches", "metres", "meters"]
    private static let pieces: Set<String> = ["piece", "pieces", "pcs", "pc", "part", "parts", "unit", "units", "off"]
    private static let machining: Set<String> = [
        "machining", "machine", "milling", "turning", "cutting", "cnc", "grinding", "drilling", "spindle", "lathe",
        "mill",
    ]
    private static let labour: Set<String> = [
        "labour", "labor", "man", "manual", "assembly", "finishing", "deburring", "operator", "worker",
    ]
    /// Words after which a request speaks of how a thing is made, and no longer of what it is.
    private static let ends: Set<String> = ["with", "at", "using", "on", "in", "from", "out", "made", "each", "per"]
    private static let noise: Set<String> = [
        "quote", "quotation", "price", "margin", "hours", "hour", "machining", "kg", "complexity", "percent", "offer",
        "cost", "charge", "made", "each", "make", "making", "labour", "labor", "weight",
    ]
    private static let articles: Set<String> = ["the", "a", "an", "our", "of"]

    private let tokens: [Token]

    /// `nil` without a quantity.
    init?(_ text: String) {
        tokens = Tokenizer.tokens(of: text).flatMap(Self.parted)
        quantity = 0
        product = ""
        var counts: [(value: Int, isNamed: Bool, index: Int)] = []
        var hoursOfPiece: [Work: ExactNumber] = [:]
        var weightOfLine: ExactNumber?
        for (index, token) in tokens.enumerated() where !token.isSign {
            if let found = Self.materials.first(where: { $0.word == token.word }), material == nil {
                material = found.name
            } else if Self.complexities.contains(token.word) {
                complexity = ["simple": "Low", "complex": "High"][token.word] ?? token.word.capitalizedFirst
            }
            guard let number = token.number, number.unit != .money else { continue }
            let after = clause(after: index)
            let next = after.first ?? ""
            let before = index > 0 ? tokens[index - 1].word : ""
            if number.unit == .percent || next == "percent" || next == "margin" || before == "margin" {
                if margin == nil { margin = number.value }
            } else if let unit = after.prefix(3).first(where: Self.hours.union(Self.minutes).contains) {
                let value =
                    Self.minutes.contains(unit) ? number.value.divided(by: ExactNumber(60), places: 4) : number.value
                guard let value else { continue }
                let work = work(at: index, after: after, unit: unit)
                if isEach(index, after) {
                    hoursOfPiece[work] = hoursOfPiece[work] ?? value
                } else if work == .machining, machiningHours == nil {
                    machiningHours = value
                } else if work == .labour, labourHours == nil {
                    labourHours = value
                }
            } else if Self.kilograms.contains(next) {
                let isTotal = after.contains { ["total", "altogether", "overall", "all"].contains($0) }
                if isTotal { weightOfLine = number.value } else if weight == nil { weight = number.value }
                if let named = name(after: index + 1) { material = named }
            } else if !Self.lengths.contains(next), let count = number.value.int, (1...10_000_000).contains(count) {
                guard !Self.materials.contains(where: { $0.word == before }) else { continue }
                counts.append((count, Self.pieces.contains(next), index))
            }
        }
        guard let count = counts.first(where: \.isNamed) ?? counts.first else { return nil }
        quantity = count.value
        let pieces = ExactNumber(count.value)
        if let each = hoursOfPiece[.machining] { machiningHours = each.multiplied(by: pieces) }
        if let each = hoursOfPiece[.labour] { labourHours = each.multiplied(by: pieces) }
        if let weightOfLine { weight = weightOfLine.divided(by: pieces, places: 4) }
        machine = namedMachine
        product = productName(around: count.index)
    }

    /// "2.5h" and "4kg" are a number and its unit.
    private static func parted(_ token: Token) -> [Token] {
        guard !token.isSign, token.number == nil, let start = token.word.firstIndex(where: \.isLetter),
            start != token.word.startIndex,
            hours.union(minutes).union(kilograms).union(pieces).contains(String(token.word[start...])),
            token.word[..<start].allSatisfy({ $0.isNumber || $0 == "." || $0 == "," })
        else { return [token] }
        return Tokenizer.tokens(of: "\(token.word[..<start]) \(token.word[start...])")
    }

    // MARK: Clauses

    /// The words after a number, up to a comma or the next number.
    private func clause(after index: Int) -> [String] {
        var words: [String] = []
        for token in tokens[(index + 1)...] {
            if token.isSign, token.word != "percent", token.word != "-", token.word != "/" { break }
            if token.number != nil { break }
            words.append(token.word == "/" ? "per" : token.word)
        }
        return words
    }

    private func isEach(_ index: Int, _ after: [String]) -> Bool {
        if after.contains("each") || after.contains("apiece") { return true }
        if let per = after.firstIndex(of: "per"), after.dropFirst(per + 1).first.map(Self.pieces.contains) ?? false {
            return true
        }
        // "Each takes 0.5 hours".
        let before = tokens[..<index].suffix(2).map(\.word)
        return before.last == "each"
            || before.first == "each" && ["needs", "takes", "with", "requires", "requiring"].contains(before.last)
    }

    /// Which work hours are of: by the words up to the unit, then those behind it, then those before the number.
    private func work(at index: Int, after: [String], unit: String) -> Work {
        let place = after.firstIndex(of: unit) ?? 0
        let before = tokens[..<index].reversed().prefix { !$0.isSign || $0.word == ":" }.prefix(3)
            .prefix { $0.number == nil }.map(\.word)
        for words in [Array(after[..<place]), Array(after[(place + 1)...]), Array(before)] {
            for word in words {
                if Self.labour.contains(word) { return .labour }
                if Self.machining.contains(word) { return .machining }
            }
        }
        return .machining
    }

    // MARK: Names

    /// What a weight is of: "4 kg of Steel bar 40mm each".
    private func name(after index: Int) -> String? {
        var words: [String] = []
        for token in tokens[(index + 1)...] {
            if token.isSign || token.number != nil || Self.ends.contains(token.word) || token.word == "and" { break }
            if words.isEmpty, Self.articles.contains(token.word) { continue }
            if ["total", "altogether", "apiece", "overall", "all"].contains(token.word) { break }
            words.append(token.text)
        }
        return words.isEmpty || words.count > 6 ? nil : words.joined(separator: " ")
    }

    /// "On the lathe", "using our 5-axis mill".
    private var namedMachine: String? {
        for (index, token) in tokens.enumerated() where token.word == "on" || token.word == "using" {
            var words: [String] = []
            for token in tokens[(index + 1)...] {
                if words.isEmpty, Self.articles.contains(token.word) { continue }
                if token.isSign || token.number != nil || EnglishWords.stop.contains(token.word) { break }
                if Self.ends.contains(token.word) || Self.noise.contains(token.word) { break }
                words.append(token.text)
            }
            if !words.isEmpty, words.count <= 4 { return words.joined(separator: " ") }
        }
        return nil
    }

    /// The content words up to where the request turns to how the thing is made.
    private func productName(around index: Int) -> String {
        var names: [String] = []
        for (place, token) in tokens.enumerated() {
            if place > index, token.isSign || token.number != nil || Self.ends.contains(token.word) { break }
            guard !token.isSign, token.number == nil, !EnglishWords.stop.contains(token.word),
                !EnglishWords.soft.contains(token.word), !Self.noise.contains(token.word),
                !Self.pieces.contains(token.word), !Self.complexities.contains(token.word),
                !Self.materials.contains(where: { $0.word == token.word })
            else { continue }
            names.append(token.text)
        }
        return names.prefix(6).joined(separator: " ")
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
