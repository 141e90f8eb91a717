/// A regular expression of a suite, searched within a bound of work.
///
/// Suites come from others, and a backtracking engine can be made to search for ever: `(a+)+$` over a row of a's takes
/// time that doubles with each. `BoundedPattern` follows all readings side by side; what its dialect of searches does not
/// have, back-references above all, is refused when a suite is read.
package struct SuitePattern: Sendable, Hashable {
    /// What a search came to.
    package enum Outcome: Sendable, Hashable {
        case found, absent
        /// The bound was reached before the answer was known.
        case givenUp
    }

    /// Instructions of one search; an answer of 10,000 characters takes 100,000 or so.
    static let stepsMax = 5_000_000

    private let pattern: BoundedPattern

    package var source: String { pattern.source }

    package init(_ source: String) throws(BoundedPattern.Failure) { pattern = try BoundedPattern(source, .search) }

    /// Searches the pattern anywhere in a text.
    package func search(_ text: String) -> Outcome {
        switch pattern.found(in: Array(text.unicodeScalars), steps: Self.stepsMax) {
        case true?: .found
        case false?: .absent
        case nil: .givenUp
        }
    }
}
