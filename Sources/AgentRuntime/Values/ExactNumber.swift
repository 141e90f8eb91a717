/// A decimal number without rounding: `significand × 10^exponent`, the significand up to 38 digits.
///
/// It carries figures between tools, answers and the wire; money has its own type.
/// The form is canonical (no trailing zeros in the significand; zero has exponent 0), so equality is of value.
package struct ExactNumber: Sendable, Hashable {
    package let significand: Int128
    package let exponent: Int

    package init(significand: Int128, exponent: Int) {
        var significand = significand
        var exponent = exponent
        if significand == 0 {
            exponent = 0
        } else {
            while significand % 10 == 0 {
                significand /= 10
                exponent += 1
            }
        }
        self.significand = significand
        self.exponent = exponent
    }

    package init(_ value: Int) { self.init(significand: Int128(value), exponent: 0) }

    /// Reads a decimal literal such as `-12.50` or `1e6`; `nil` when it is none or has too many digits.
    package init?(_ literal: String) {
        var significand: Int128 = 0
        var fractionDigits = 0
        var exponent = 0
        var digits = 0
        var seenPoint = false
        var iterator = literal.utf8.makeIterator()
        var next = iterator.next()
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { next = iterator.next() }
        while let byte = next, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            if byte == UInt8(ascii: "."), !seenPoint, digits > 0 {
                seenPoint = true
            } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                let (product, overflow) = significand.multipliedReportingOverflow(by: 10)
                let (sum, carry) = product.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
                guard !overflow, !carry else { return nil }
                significand = sum
                digits += 1
                if seenPoint { fractionDigits += 1 }
            } else {
                return nil
            }
            next = iterator.next()
        }
        guard digits > 0, !seenPoint || fractionDigits > 0 else { return nil }
        if next != nil {
            var text = ""
            while let byte = iterator.next() { text.unicodeScalars.append(Unicode.Scalar(byte)) }
            guard let value = Int(text), abs(value) <= 10_000 else { return nil }
            exponent = value
        }
        self.init(significand: isNegative ? -significand : significand, exponent: exponent - fractionDigits)
    }

    /// The value as an integer, when it is a whole one that fits.
    package var int: Int? {
        guard exponent >= 0, exponent < 39 else { return nil }
        var value = significand
        for _ in 0..<exponent {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        return Int(exactly: value)
    }
}
