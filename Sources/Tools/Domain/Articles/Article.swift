internal import AgentRuntime
internal import Foundation

/// A text of a tenant's knowledge base, kept as the Markdown file that it came as.
///
/// Passages and citations point into `file` by byte; so the file is never changed, only replaced.
package struct Article: Sendable, Hashable {
    /// Made from the file's name; the same name is the same article.
    package var id: String
    package var title: String
    package var category: String?
    package var tags: [String]
    /// The name of its file, with the folders below the imported one.
    package var fileName: String
    /// UTF-8: front matter and Markdown.
    package var file: [UInt8]
    /// Where the Markdown begins in `file`.
    package var bodyStart: Int
    /// A draft is kept and listed, but never found.
    package var isPublished: Bool

    package init(
        id: String,
        title: String,
        category: String? = nil,
        tags: [String] = [],
        fileName: String,
        file: [UInt8],
        bodyStart: Int,
        isPublished: Bool = true
    ) {
        self.id = id
        self.title = title
        self.category = category
        self.tags = tags
        self.fileName = fileName
        self.file = file
        self.bodyStart = bodyStart
        self.isPublished = isPublished
    }

    /// The Markdown behind the front matter.
    package var body: String { String(decoding: file[min(bodyStart, file.count)...], as: UTF8.self) }

    package static let fileBytesMax = 1 << 20
    package static let titleBytesMax = 300
    package static let tagsMax = 32
    /// Of a category and of each tag.
    package static let labelBytesMax = 64

    /// The identifier that a file's name gives: its letters and digits in lower case without accents, joined by
    /// hyphens; a name without any gives a part of its hash.
    package static func id(fileName: String) -> String {
        let last = fileName.split(separator: "/").last.map(String.init) ?? fileName
        let stem = last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
        let folded = stem.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil)
        var slug = ""
        for scalar in folded.unicodeScalars {
            if scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal {
                slug.unicodeScalars.append(scalar)
            } else if !slug.isEmpty, slug.last != "-" {
                slug.append("-")
            }
        }
        while slug.last == "-" { slug.removeLast() }
        slug = String(slug.prefix(80))
        return slug.isEmpty ? "article-" + SHA256.hex(Array(stem.utf8)).prefix(12) : slug
    }
}
