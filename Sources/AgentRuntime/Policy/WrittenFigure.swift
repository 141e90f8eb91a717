/// A figure as it stands in a text: where, what kind, and what it may mean.
package struct WrittenFigure: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case amount
        /// Written with `%`, `percent`, percentage points or basis points; the value is in percent.
        case percent
        /// Written as `2.5x` or `3 times`.
        case multiple
    }

    package enum Sign: Sendable, Hashable {
        /// None is written, or parentheses, which may be an aside.
        case open
        case negative
        case positive
    }

    /// One way to read the digits; `1.234` has two where the comma is decimal.
    package struct Reading: Sendable, Hashable {
        /// Not negative; scaled by K, M, million and the like.
        package var value: ExactNumber
        /// Decimal places that are written; below zero where a scale stands for digits.
        package var places: Int
        /// Digits that are written, and how many zeros end them, when no decimal is written.
        package var digits: Int
        package var zeros: Int

        package init(value: ExactNumber, places: Int, digits: Int = 0, zeros: Int = 0) {
            self.value = value
            self.places = places
            self.digits = digits
            self.zeros = zeros
        }
    }

    /// The bytes of the text it takes, with its unit.
    package var range: Range<Int>
    package var kind: Kind
    package var sign: Sign = .open
    package var isMoney = false
    /// A word before it says that it is rounded ("about", "over").
    package var isHedged = false
    package var readings: [Reading]
}

/// What a scan came upon.
enum ScannedText {
    case figure(WrittenFigure)
    /// A year, alone or within a date.
    case year(Int)
}
