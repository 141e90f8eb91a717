/// A stored text with what is said about it: the unit that is added, replaced and removed.
package struct Document: Sendable, Hashable {
    package var id: String
    package var title: String
    /// A group that a search can be limited to; compared without regard to ASCII case.
    package var category: String?
    /// Words that describe the text beyond its own.
    package var keywords: [String]
    /// The whole file, UTF-8; passages point into it by byte offset.
    package var file: [UInt8]
    /// Where the Markdown begins, behind the front matter.
    package var bodyStart: Int

    package init(
        id: String,
        title: String,
        category: String? = nil,
        keywords: [String] = [],
        file: [UInt8],
        bodyStart: Int = 0
    ) {
        self.id = id
        self.title = title
        self.category = category
        self.keywords = keywords
        self.file = file
        self.bodyStart = bodyStart
    }
}
