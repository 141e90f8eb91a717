/// A number as JSON writes it: the literal is kept, so no digit is lost between reading and writing.
///
/// Grammar: RFC 8259 §6. JSON5's hexadecimal, leading plus, and bare points are turned into that form by the parser.
package struct JSONNumber: Sendable, Hashable {
    /// The literal, always in the grammar of RFC 8259.
    package let literal: String

    /// Takes a literal that the caller knows to be in the grammar of RFC 8259.
    package init(validLiteral: String) { literal = validLiteral }

    package init(_ value: Int) { literal = String(value) }

    /// Takes a finite double; its shortest literal that reads back as the same value.
    package init(_ value: Double) {
        precondition(value.isFinite, "JSON has no infinite numbers")
        let text = "\(value)"
        literal = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The value when it is a whole number within `Int`, also when written `1.0` or `1e3`.
    package var int: Int? {
        if let value = Int(literal) { return value }
        guard let exact = ExactNumber(literal) else { return nil }
        return exact.int
    }

    /// The nearest double; infinite where the literal is beyond its range.
    package var double: Double { Double(literal) ?? .nan }

    package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        if left.literal == right.literal { return true }
        guard let first = ExactNumber(left.literal), let second = ExactNumber(right.literal) else { return false }
        return first == second
    }

    package func hash(into hasher: inout Hasher) {
        if let exact = ExactNumber(literal) {
            hasher.combine(exact)
        } else {
            hasher.combine(literal)
        }
    }
}
