/// A stretch of Markdown that belongs together: a heading, a paragraph, a fence of code, a table.
struct MarkdownBlock: Equatable {
    enum Kind: Equatable {
        case heading(level: Int, text: String)
        /// Paragraphs, lists, quotations: what may be cut between sentences.
        case prose
        /// Code between fences, and tables: what means little when cut.
        case solid
    }

    var kind: Kind
    /// From its first byte up to the end of its last line, without the line's end.
    var range: Range<Int>
}

/// Cuts a Markdown file into blocks in one pass over its lines.
///
/// A reading of CommonMark (https://spec.commonmark.org/0.31.2/) that never nests: lists and quotations are prose, so
/// ten thousand `>` cost no more than other bytes. Comments (`<!-- … -->` and `[//]: # (…)`) are what no reader sees
/// and make no block.
struct MarkdownBlockReader {
    static let headingBytesMax = 200

    private let file: [UInt8]
    private let lines: [Range<Int>]
    private var blocks: [MarkdownBlock] = []
    private var paragraph: Range<Int>?

    static func blocks(of file: [UInt8], from start: Int) -> [MarkdownBlock] {
        var reader = MarkdownBlockReader(file, from: start)
        return reader.read()
    }

    private init(_ file: [UInt8], from start: Int) {
        self.file = file
        var lines: [Range<Int>] = []
        var begin = min(start, file.count)
        var index = begin
        while index < file.count {
            let byte = file[index]
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                index += 1
                continue
            }
            lines.append(begin..<index)
            let isPair = byte == UInt8(ascii: "\r") && index + 1 < file.count && file[index + 1] == UInt8(ascii: "\n")
            index += isPair ? 2 : 1
            begin = index
        }
        if begin < file.count { lines.append(begin..<file.count) }
        self.lines = lines
    }

    private mutating func read() -> [MarkdownBlock] {
        var index = 0
        while index < lines.count {
            let content = content(index)
            if content.isEmpty {
                closeParagraph()
                index += 1
            } else if let fence = fence(content, line: index) {
                closeParagraph()
                index = readFence(fence, from: index)
            } else if let heading = heading(content, line: index) {
                closeParagraph()
                blocks.append(heading)
                index += 1
            } else if let level = underlineLevel(content, line: index), let paragraph {
                let text = String(decoding: file[paragraph], as: UTF8.self)
                blocks.append(MarkdownBlock(kind: .heading(level: level, text: plain(text)), range: paragraph))
                self.paragraph = nil
                index += 1
            } else if isRule(content) {
                closeParagraph()
                index += 1
            } else if paragraph == nil, let end = endOfComment(from: index) {
                index = end
            } else if isTable(at: index) {
                closeParagraph()
                index = readTable(from: index)
            } else {
                paragraph = (paragraph?.lowerBound ?? content.startIndex)..<lines[index].upperBound
                index += 1
            }
        }
        closeParagraph()
        return blocks
    }

    private mutating func closeParagraph() {
        guard let range = paragraph else { return }
        blocks.append(MarkdownBlock(kind: .prose, range: range))
        paragraph = nil
    }

    // MARK: Lines

    /// A line without the spaces around it.
    private func content(_ index: Int) -> ArraySlice<UInt8> {
        var slice = file[lines[index]]
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return slice
    }

    /// Whether a line is indented by less than what makes it code.
    private func isNearMargin(_ content: ArraySlice<UInt8>, line: Int) -> Bool {
        content.startIndex - lines[line].lowerBound <= 3
    }

    private func heading(_ content: ArraySlice<UInt8>, line: Int) -> MarkdownBlock? {
        let level = content.prefix { $0 == UInt8(ascii: "#") }.count
        guard (1...6).contains(level), isNearMargin(content, line: line) else { return nil }
        var text = content.dropFirst(level)
        guard text.isEmpty || text.first == 0x20 || text.first == 0x09 else { return nil }
        while text.last == UInt8(ascii: "#") { text.removeLast() }
        return MarkdownBlock(
            kind: .heading(level: level, text: plain(String(decoding: text, as: UTF8.self))),
            range: content.startIndex..<lines[line].upperBound
        )
    }

    /// `===` or `---` under a short paragraph of plain text makes it a heading.
    private func underlineLevel(_ content: ArraySlice<UInt8>, line: Int) -> Int? {
        guard let mark = content.first, mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-"),
            content.allSatisfy({ $0 == mark }), isNearMargin(content, line: line),
            let paragraph, paragraph.count <= Self.headingBytesMax,
            !file[paragraph].contains(UInt8(ascii: "\n")), !">-*+|".utf8.contains(file[paragraph.lowerBound])
        else { return nil }
        return mark == UInt8(ascii: "=") ? 1 : 2
    }

    private func isRule(_ content: ArraySlice<UInt8>) -> Bool {
        guard let mark = content.first, "-*_".utf8.contains(mark) else { return false }
        let marks = content.filter { $0 != 0x20 && $0 != 0x09 }
        return marks.count >= 3 && marks.allSatisfy { $0 == mark }
    }

    /// A heading's words: one line, without emphasis marks and controls, at most `headingBytesMax`.
    private func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars where plain.utf8.count < Self.headingBytesMax {
            if scalar == "*" || scalar == "`" { continue }
            let isSpace = scalar.value <= 0x20 || scalar.value == 0x7F
            if isSpace, plain.isEmpty || plain.unicodeScalars.last == " " { continue }
            plain.unicodeScalars.append(isSpace ? " " : scalar)
        }
        if plain.unicodeScalars.last == " " { plain.unicodeScalars.removeLast() }
        return plain
    }

    // MARK: Fences, tables, comments

    private func fence(_ content: ArraySlice<UInt8>, line: Int) -> ArraySlice<UInt8>? {
        guard let mark = content.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~"),
            isNearMargin(content, line: line)
        else { return nil }
        let marks = content.prefix { $0 == mark }
        guard marks.count >= 3, mark == UInt8(ascii: "~") || !content.dropFirst(marks.count).contains(mark) else {
            return nil
        }
        return marks
    }

    /// A fence ends at one at least as long, or with the file.
    private mutating func readFence(_ fence: ArraySlice<UInt8>, from first: Int) -> Int {
        var index = first + 1
        while index < lines.count {
            let content = content(index)
            if content.count >= fence.count, content.allSatisfy({ $0 == fence.first }) { break }
            index += 1
        }
        let last = min(index, lines.count - 1)
        let range = fence.startIndex..<max(lines[last].upperBound, fence.endIndex)
        blocks.append(MarkdownBlock(kind: .solid, range: range))
        return last + 1
    }

    /// A table is a line with a bar above a line of bars and hyphens.
    private func isTable(at index: Int) -> Bool {
        let bar = UInt8(ascii: "|")
        guard index + 1 < lines.count, content(index).contains(bar) else { return false }
        let rule = content(index + 1)
        return rule.contains(bar) && rule.contains(UInt8(ascii: "-"))
            && rule.allSatisfy { "|-: \t".utf8.contains($0) }
    }

    private mutating func readTable(from first: Int) -> Int {
        var index = first + 2
        while index < lines.count, content(index).contains(UInt8(ascii: "|")) { index += 1 }
        let range = content(first).startIndex..<lines[index - 1].upperBound
        blocks.append(MarkdownBlock(kind: .solid, range: range))
        return index
    }

    /// The line after a comment that begins here and fills its lines; one that is not closed ends at a blank line.
    private func endOfComment(from first: Int) -> Int? {
        let content = content(first)
        if content.starts(with: "[//]:".utf8) { return first + 1 }
        guard content.starts(with: "<!--".utf8) else { return nil }
        for index in first..<lines.count {
            let text = String(decoding: self.content(index), as: UTF8.self)
            if text.isEmpty { return index }
            if text.contains("-->") { return text.hasSuffix("-->") ? index + 1 : nil }
        }
        return lines.count
    }
}
