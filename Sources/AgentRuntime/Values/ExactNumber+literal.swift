// How exact numbers are written, and their way to and from JSON, doubles and money.

extension ExactNumber {
    /// The shortest literal of RFC 8259 for the value.
    ///
    /// It has an exponent only from 10^21 on and below 10^-6, as RFC 8785 writes numbers: `1200`, `-0.05`, `1e+21`.
    package var literal: String {
        ExactNumber.literal(
            isNegative: significand < 0,
            digits: Array(String(significand.magnitude).utf8),
            exponent: exponent
        )
    }

    /// The literal of `digits × 10^exponent`, for digits without zeros at either end; no digits are zero.
    static func literal(isNegative: Bool, digits: [UInt8], exponent: Int) -> String {
        guard !digits.isEmpty, digits != [UInt8(ascii: "0")] else { return "0" }
        let zero = UInt8(ascii: "0")
        let point = digits.count + exponent
        var output: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        if exponent >= 0, point <= 21 {
            output += digits
            output.append(contentsOf: repeatElement(zero, count: exponent))
        } else if exponent < 0, point > 0, point <= 21 {
            output += digits[..<point]
            output.append(UInt8(ascii: "."))
            output += digits[point...]
        } else if exponent < 0, point > -6, point <= 0 {
            output += [zero, UInt8(ascii: ".")]
            output.append(contentsOf: repeatElement(zero, count: -point))
            output += digits
        } else {
            output.append(digits[0])
            if digits.count > 1 {
                output.append(UInt8(ascii: "."))
                output += digits[1...]
            }
            output += "e\(point > 0 ? "+" : "")\(point - 1)".utf8
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The nearest double; infinite where the value is beyond its range.
    package var double: Double { Double("\(significand)e\(exponent)") ?? .nan }

    /// The decimal value of a double as it is usually written (`0.1`, not its binary expansion); `nil` when not finite.
    package init?(_ double: Double) {
        guard double.isFinite else { return nil }
        self.init("\(double)")
    }
}

extension ExactNumber: CustomStringConvertible {
    package var description: String { literal }
}

extension JSONNumber {
    package init(_ value: ExactNumber) { self.init(validLiteral: value.literal) }

    /// The exact value; `nil` when it has more than 38 digits or an exponent beyond ±10,000.
    package var exact: ExactNumber? { ExactNumber(literal) }
}

extension JSONValue {
    package static func exact(_ value: ExactNumber) -> JSONValue { .number(JSONNumber(value)) }

    /// An amount as an exact number of currency units.
    package static func money(_ value: Money) -> JSONValue { .exact(value.exact) }

    /// The exact value of a number; `nil` for anything else.
    package var exact: ExactNumber? { number?.exact }
}
