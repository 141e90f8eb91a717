/// A piece of a document that is small enough to be quoted and large enough to be understood.
package struct Passage: Sendable, Hashable {
    /// The headings above it, outermost first.
    package var headingPath: [String]
    /// Its place in the document's file, in bytes.
    package var range: Range<Int>
    /// The text at that place, exactly.
    package var text: String

    package init(headingPath: [String], range: Range<Int>, text: String) {
        self.headingPath = headingPath
        self.range = range
        self.text = text
    }
}
