/// The fields at the head of a Markdown file, between two lines of three hyphens.
///
/// A small, strict part of YAML, enough for prompts and articles and nothing that can surprise:
/// ```
/// ---
/// title: Expense policy          # text, bare or quoted
/// tags: [travel, meals]          # a list, in one line or as indented "- item" lines
/// limits:                        # fields one level deeper
///   steps: 8
/// ---
/// ```
/// Anchors, multi-line texts, deeper nesting and tabs for indentation are refused with their line. A value is always
/// text; who reads the file knows which names it allows and what they mean.
package struct FrontMatter: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case text(String)
        case list([String])
        case fields([Field])
    }

    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: Value
        /// Counted from 1.
        package var line: Int

        package init(name: String, value: Value, line: Int) {
            self.name = name
            self.value = value
            self.line = line
        }

        /// The value as text; an empty list counts as empty text.
        package func text() throws(FrontMatterError) -> String {
            switch value {
            case .text(let text): return text
            case .list(let items) where items.isEmpty: return ""
            default: throw FrontMatterError(line: line, message: "“\(name)” must be a text")
            }
        }

        /// The value as a list; a text is split at its commas, blank items are left out.
        package func list() throws(FrontMatterError) -> [String] {
            switch value {
            case .list(let items): return items
            case .text(let text):
                return text.split(separator: ",").map { FrontMatterScanner.trim($0) }.filter { !$0.isEmpty }
            case .fields: throw FrontMatterError(line: line, message: "“\(name)” must be a list or a text with commas")
            }
        }
    }

    /// The fields in the order they were written; names are unique.
    package var fields: [Field]
    /// Where the text after the front matter begins in the file, in bytes.
    package var bodyStart: Int
    /// The line on which that text begins, counted from 1.
    package var bodyLine: Int

    /// The longest front matter, in bytes.
    package static let bytesMax = 16_384

    package subscript(name: String) -> Field? { fields.first { $0.name == name } }

    /// Reads the head of a file; `nil` when the file does not begin with `---`.
    ///
    /// A byte order mark before it is allowed. The body is not looked at, except that its bytes are UTF-8.
    package static func parse(_ file: [UInt8]) throws(FrontMatterError) -> FrontMatter? {
        guard String(validating: file, as: UTF8.self) != nil else {
            throw FrontMatterError(line: lineOfInvalidText(file), message: "the file is not UTF-8 text")
        }
        var scanner = FrontMatterScanner(file)
        return try scanner.frontMatter()
    }

    private static func lineOfInvalidText(_ file: [UInt8]) -> Int {
        for (index, line) in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where String(validating: line, as: UTF8.self) == nil {
            return index + 1
        }
        return 1
    }
}

/// What is wrong with a front matter, and where.
package struct FrontMatterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1.
    package var line: Int
    package var message: String

    package init(line: Int, message: String) {
        self.line = line
        self.message = message
    }

    package var description: String { "line \(line): \(message)" }
}
