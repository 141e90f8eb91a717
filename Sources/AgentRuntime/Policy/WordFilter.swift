/// Says of most words that they are not in a table, by their first and last letter and their length.
///
/// Every word of an answer is looked up in tables that it is hardly ever in; to make a string of it and hash that costs
/// twenty times as much. What passes is then looked up.
struct WordFilter: Sendable {
    /// For each pair of letters, a bit for each length that a word with them has.
    private let lengths: [UInt32]

    /// The words are of letters, at most 31 of them; capitals make no difference.
    init(_ words: some Sequence<String>) {
        var lengths = [UInt32](repeating: 0, count: 26 * 26)
        for word in words {
            let bytes = Array(word.utf8)
            guard let place = Self.place(bytes.first, bytes.last), bytes.count < 32 else {
                preconditionFailure("\(word) is no word of letters")
            }
            lengths[place] |= 1 << UInt32(bytes.count)
        }
        self.lengths = lengths
    }

    /// Whether the bytes may be one of the words.
    func mayHave(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count < 32,
            let place = Self.place(bytes[range.lowerBound], bytes[range.upperBound - 1])
        else { return false }
        return lengths[place] & 1 << UInt32(range.count) != 0
    }

    private static func place(_ first: UInt8?, _ last: UInt8?) -> Int? {
        guard let first, let last, first.isLetter, last.isLetter else { return nil }
        return Int((first | 0x20) - 0x61) * 26 + Int((last | 0x20) - 0x61)
    }
}
