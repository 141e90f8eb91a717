internal import AgentRuntime
internal import Foundation

/// What is wrong with an article's file, and where.
package struct ArticleFault: Error, Sendable, Hashable, CustomStringConvertible {
    package var file: String
    /// Counted from 1.
    package var line: Int
    package var message: String

    package init(file: String, line: Int = 1, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String { "\(file), line \(line): \(message)" }
}

/// Reads and writes articles as Markdown files with a front matter of `title`, `category` and `tags`.
package enum ArticleFile {
    static let fieldNames = ["title", "category", "tags"]

    /// The article in a file.
    ///
    /// - Throws: `ArticleFault` for what is not UTF-8 text, has no front matter or no title, has fields that are not
    ///   known, or no text.
    package static func article(fileName: String, bytes: [UInt8]) throws(ArticleFault) -> Article {
        guard bytes.count <= Article.fileBytesMax else {
            throw ArticleFault(file: fileName, message: "longer than \(Article.fileBytesMax) bytes")
        }
        let head: FrontMatter?
        do { head = try FrontMatter.parse(bytes) } catch {
            throw ArticleFault(file: fileName, line: error.line, message: error.message)
        }
        guard let head else {
            throw ArticleFault(
                file: fileName,
                message: "the front matter with a title is missing: “---”, “title: …”, “---”"
            )
        }
        for field in head.fields where !fieldNames.contains(field.name) {
            let hint = NearestName.of(field.name, among: fieldNames).map { "did you mean “\($0)”?" }
            let known = "known are \(fieldNames.joined(separator: ", "))"
            throw ArticleFault(
                file: fileName,
                line: field.line,
                message: "the field “\(field.name)” is unknown; \(hint ?? known)"
            )
        }
        guard let title = try text("title", head, fileName, bytesMax: Article.titleBytesMax) else {
            throw ArticleFault(file: fileName, line: head["title"]?.line ?? 1, message: "the title is missing")
        }
        guard !bytes.contains(0) else { throw ArticleFault(file: fileName, message: "holds a zero byte") }
        guard bytes[head.bodyStart...].contains(where: { $0 > 0x20 }) else {
            throw ArticleFault(file: fileName, line: head.bodyLine, message: "there is no text after the front matter")
        }
        return Article(
            id: Article.id(fileName: fileName),
            title: title,
            category: try text("category", head, fileName, bytesMax: Article.labelBytesMax),
            tags: try tags(head, fileName),
            fileName: fileName,
            file: bytes,
            bodyStart: head.bodyStart
        )
    }

    /// A file that reads back as this article.
    package static func bytes(title: String, category: String?, tags: [String], body: String) -> [UInt8] {
        var lines = ["---", "title: \(quoted(title))"]
        if let category { lines.append("category: \(quoted(category))") }
        if !tags.isEmpty { lines.append("tags: [\(tags.map(quoted).joined(separator: ", "))]") }
        lines += ["---", "", body]
        return Array(lines.joined(separator: "\n").utf8)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func text(
        _ name: String,
        _ head: FrontMatter,
        _ fileName: String,
        bytesMax: Int
    ) throws(ArticleFault) -> String? {
        guard let field = head[name] else { return nil }
        do throws(FrontMatterError) {
            let text = try field.text()
            guard text.utf8.count <= bytesMax else {
                throw FrontMatterError(line: field.line, message: "“\(name)” is longer than \(bytesMax) bytes")
            }
            return text.allSatisfy(\.isWhitespace) ? nil : text
        } catch {
            throw ArticleFault(file: fileName, line: error.line, message: error.message)
        }
    }

    private static func tags(_ head: FrontMatter, _ fileName: String) throws(ArticleFault) -> [String] {
        guard let field = head["tags"] else { return [] }
        do throws(FrontMatterError) {
            let tags = try field.list()
            guard tags.count <= Article.tagsMax else {
                throw FrontMatterError(line: field.line, message: "more than \(Article.tagsMax) tags")
            }
            guard tags.allSatisfy({ (1...Article.labelBytesMax).contains($0.utf8.count) }) else {
                let message = "a tag is empty or longer than \(Article.labelBytesMax) bytes"
                throw FrontMatterError(line: field.line, message: message)
            }
            return tags
        } catch {
            throw ArticleFault(file: fileName, line: error.line, message: error.message)
        }
    }
}
