// Finds the figures of a text that arrives in pieces.
//
// Exempt are dates and times, years, quarter labels, identifiers (digits beside letters, `#12`, `ORD-2024-001`, web
// addresses), list markers, citation marks (`[1]`), ordinals, and small whole numbers that name a thing or a stretch
// ("step 2", "top 5", "last 6 months"). Numbers in words count when they carry a unit or a scale ("twelve percent",
// "two million"). What cannot be told yet, because the text ends in it, is left for the next piece.

/// Scans the bytes of a text for figures; knows nothing of where they come from.
struct FigureScanner {
    /// Where a scan left off.
    struct Rest {
        /// From where the next scan must start.
        var resume: Int
        /// The first byte that must not be shown yet.
        var hold: Int
    }

    /// The longest number, with its unit, that is waited for; a longer one is no number.
    static let lengthMax = 96

    let signs: NumberSigns
    /// Whether words that may become a number are held from their first letter.
    var holdsWords = false
    /// Whether numbers in words count without a unit (in a question, "top five").
    var takesBareWords = false

    private(set) var bytes: [UInt8] = []
    private(set) var isFinal = false

    init(signs: NumberSigns) { self.signs = signs }

    /// A scanner in the midst of a text, to read one number of it.
    init(like other: FigureScanner, bytes: [UInt8], isFinal: Bool) {
        self = other
        self.bytes = bytes
        self.isFinal = isFinal
    }

    /// Scans a whole text.
    mutating func scan(_ text: String, _ found: (ScannedText) -> Void) {
        scan(Array(text.utf8), from: 0, isFinal: true, found)
    }

    @discardableResult
    mutating func scan(_ text: [UInt8], from start: Int, isFinal: Bool, _ found: (ScannedText) -> Void) -> Rest {
        bytes = text
        self.isFinal = isFinal
        defer { bytes = [] }
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte.isDigit {
                switch number(at: index) {
                case .unfinished: return Rest(resume: index, hold: index)
                case .found(let items, let end):
                    items.forEach(found)
                    index = end
                }
            } else if byte.isLetter {
                switch word(at: index) {
                case .unfinished(let hold): return Rest(resume: index, hold: hold)
                case .found(let figure, let end):
                    if let figure { found(.figure(figure)) }
                    index = end
                }
            } else if byte >= 0xD9, foreignDigit(at: index) != nil {
                guard case .found(let items, let end) = foreignNumber(at: index) else {
                    return Rest(resume: index, hold: index)
                }
                items.forEach(found)
                index = end
            } else {
                index += 1
            }
        }
        return Rest(resume: bytes.count, hold: bytes.count)
    }

    // MARK: - Looking around

    /// Whether the text goes on behind `index`, as far as is known.
    func isOpen(_ index: Int) -> Bool { index >= bytes.count && !isFinal }

    func byte(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

    /// The end of the letters from `start` on.
    func letters(from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index].isLetter { index += 1 }
        return index
    }

    func lowered(_ range: Range<Int>) -> String {
        String(unsafeUninitializedCapacity: range.count) { lowered in
            for (place, index) in range.enumerated() {
                let byte = bytes[index]
                lowered[place] = byte >= 65 && byte <= 90 ? byte + 32 : byte
            }
            return range.count
        }
    }

    /// The length of a space, or of one that does not break, at `index`; 0 for none.
    func spaceLength(_ index: Int) -> Int {
        guard let first = byte(index) else { return 0 }
        if first == UInt8(ascii: " ") { return 1 }
        if first == 0xC2, byte(index + 1) == 0xA0 { return 2 }
        if first == 0xE2, byte(index + 1) == 0x80, let last = byte(index + 2), last == 0xAF || last == 0x89 { return 3 }
        return 0
    }

    /// The length of a currency sign at `index`; 0 for none.
    func currencyLength(_ index: Int) -> Int {
        guard let first = byte(index) else { return 0 }
        if first == UInt8(ascii: "$") { return 1 }
        if first == 0xC2, let next = byte(index + 1), next == 0xA3 || next == 0xA5 { return 2 }
        if first == 0xE2, byte(index + 1) == 0x82, let next = byte(index + 2), next >= 0xA0, next <= 0xBF { return 3 }
        return 0
    }

    /// Whether a currency sign ends at `index`, and where it begins.
    func currencyStart(before index: Int) -> Int? {
        for length in 1...3 where index >= length && currencyLength(index - length) == length { return index - length }
        return nil
    }

    /// The word that ends before `index`, spaces, marks of emphasis and opening signs between them left out.
    func wordBefore(_ index: Int) -> String {
        var end = index
        while end > 0, [" ", "*", "_", "~", "(", "\"", "."].contains(where: { bytes[end - 1] == $0 }) { end -= 1 }
        var start = end
        while start > 0, bytes[start - 1].isLetter, end - start < 24 { start -= 1 }
        return lowered(start..<end)
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 48 && self <= 57 }
    var isLetter: Bool { (self >= 65 && self <= 90) || (self >= 97 && self <= 122) }
}

extension UInt8 {
    static func == (byte: UInt8, character: Character) -> Bool { byte == character.asciiValue }
}
