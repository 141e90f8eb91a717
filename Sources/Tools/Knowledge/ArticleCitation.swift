internal import AgentRuntime

extension Citation {
    /// A pointer to a range of an article's file; of the text that stands there, the beginning is quoted.
    ///
    /// Citations are shown beside answers, so sentences that speak to assistants are left out of the quotation.
    static func article(
        _ id: String,
        title: String,
        file: String,
        headingPath: [String],
        range: Range<Int>,
        text: String
    ) -> Citation {
        Citation(
            source: "article",
            id: id,
            text: quotation(of: text),
            fields: [
                "title": .string(title), "file": .string(file),
                "heading_path": .array(headingPath.map(JSONValue.string)), "start": .integer(range.lowerBound),
                "end": .integer(range.upperBound),
            ]
        )
    }

    /// Of passages found lately, since the same few are found most of the time; at most 1.1 MB of them.
    private static let quotations = SharedCache<String, String>(capacity: 256)

    private static func quotation(of text: String) -> String {
        if let known = quotations[text] { return known }
        let made = quoted(text)
        if text.utf8.count <= 4096 { quotations[text] = made }
        return made
    }

    private static func quoted(_ text: String) -> String {
        let all = InstructionText.sentences(of: text)
        let kept = all.filter { !InstructionText.addressesAssistant($0) }
        return beginning(of: kept.count == all.count ? text : kept.joined(separator: " "))
    }

    /// The first words, as they stand, up to about 240 bytes.
    private static func beginning(of text: String, bytesMax: Int = 240) -> String {
        guard text.utf8.count > bytesMax else { return text }
        var end = text.startIndex
        var index = text.startIndex
        while index < text.endIndex, text.utf8.distance(from: text.startIndex, to: index) <= bytesMax {
            if text[index].isWhitespace { end = index }
            index = text.index(after: index)
        }
        if end == text.startIndex { end = text.index(before: index) }
        return String(text[..<end])
    }
}
