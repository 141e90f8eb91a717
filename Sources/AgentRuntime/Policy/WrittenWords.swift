/// What the user wrote, searched for whole words, addresses and phrases.
///
/// A part of what was written is something else: `b@corp.example` is not `bob@corp.example`, and `DE11` is not `DE111`.
struct WrittenWords: Sendable {
    private let texts: [[Character]]

    init(_ texts: [String]) { self.texts = texts.map(Self.plain) }

    /// Whether it was written as it stands; neither case nor the width of white space counts.
    func contain(_ phrase: String) -> Bool {
        let phrase = Self.plain(phrase)
        guard let first = phrase.first else { return true }
        return texts.contains { text in
            guard phrase.count <= text.count else { return false }
            return (0...(text.count - phrase.count)).contains { start in
                text[start] == first && text[start..<(start + phrase.count)].elementsEqual(phrase)
                    && Self.begins(text, start) && Self.ends(text, start + phrase.count)
            }
        }
    }

    private static func plain(_ text: String) -> [Character] {
        Array(text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    private static func begins(_ text: [Character], _ start: Int) -> Bool {
        guard start > 0 else { return true }
        let before = text[start - 1]
        if text[start].isNumber, "+-−".contains(before) { return false }
        if isWord(before) { return isUnspaced(before) || isUnspaced(text[start]) }
        var index = start - 1
        while index >= 0, joins(text, index) { index -= 1 }
        return index < 0 || index == start - 1 || !isWord(text[index])
    }

    private static func ends(_ text: [Character], _ end: Int) -> Bool {
        guard end < text.count else { return true }
        if isWord(text[end]) { return isUnspaced(text[end]) || isUnspaced(text[end - 1]) }
        var index = end
        while index < text.count, joins(text, index) { index += 1 }
        return index == text.count || index == end || !isWord(text[index])
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// Whether a character holds what stands before and behind it together, as in addresses and numbers.
    private static func joins(_ text: [Character], _ index: Int) -> Bool {
        let before = index > 0 ? text[index - 1] : " "
        let after = index + 1 < text.count ? text[index + 1] : " "
        return switch text[index] {
        case "@", ".", "_", "-", "/", "\\", "#", "&", "=", "~", "%", "+", "*", "^", "?", "|": true
        case ":": before == "/" || after == "/" || (before.isNumber && after.isNumber)
        case ",", "'", "’": before.isNumber && after.isNumber
        default: false
        }
    }

    /// Whether a character belongs to a script whose words stand without spaces.
    private static func isUnspaced(_ character: Character) -> Bool {
        character.unicodeScalars.first.map { scalar in
            switch scalar.value {
            case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
                true
            default: false
            }
        } ?? false
    }
}
