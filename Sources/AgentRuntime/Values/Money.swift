/// An amount of money in 1/10,000 of the currency unit; the currency is the tenant's and stands elsewhere.
///
/// Sums are exact and checked. Range: ±922 trillion units.
package struct Money: Sendable, Hashable, Comparable {
    /// 1/10,000 of the currency unit.
    package var units: Int64

    package init(units: Int64) { self.units = units }

    package static let zero = Money(units: 0)

    package static func < (left: Money, right: Money) -> Bool { left.units < right.units }

    /// The sum; `nil` when it overflows.
    package func adding(_ other: Money) -> Money? {
        let (sum, overflow) = units.addingReportingOverflow(other.units)
        return overflow ? nil : Money(units: sum)
    }

    /// The difference; `nil` when it overflows.
    package func subtracting(_ other: Money) -> Money? {
        let (difference, overflow) = units.subtractingReportingOverflow(other.units)
        return overflow ? nil : Money(units: difference)
    }

    /// The amount with the other sign; `nil` for the one amount that has no counterpart.
    package func negated() -> Money? { Money.zero.subtracting(self) }

    /// The sum of amounts; `nil` when it overflows on the way.
    package static func sum(_ amounts: some Sequence<Money>) -> Money? {
        var total = Money.zero
        for amount in amounts {
            guard let next = total.adding(amount) else { return nil }
            total = next
        }
        return total
    }

    /// The product with a ratio, computed in 128 bits and rounded once, half to even.
    ///
    /// `nil` for a denominator of zero and when the result overflows.
    package func multiplied(by numerator: Int64, over denominator: Int64) -> Money? {
        guard denominator != 0 else { return nil }
        let product = Int128(units) * Int128(numerator)
        return Int64(exactly: ExactNumber.halfEven(product, over: Int128(denominator))).map(Money.init(units:))
    }

    /// The product with a decimal factor, rounded once, half to even; `nil` when it overflows.
    package func multiplied(by factor: ExactNumber) -> Money? {
        exact.multiplied(by: factor).flatMap { Money(rounding: $0) }
    }

    /// How many times the other amount this one is, to so many decimal places; `nil` when the other is zero.
    package func ratio(to other: Money, places: Int = 12) -> ExactNumber? {
        exact.divided(by: other.exact, places: places)
    }

    package var isNegative: Bool { units < 0 }

    /// The amount in currency units.
    package var exact: ExactNumber { ExactNumber(significand: Int128(units), exponent: -4) }

    /// Takes an amount in currency units that has at most four decimals and is in range; `nil` otherwise.
    package init?(exact: ExactNumber) {
        guard exact.exponent >= -4 else { return nil }
        self.init(rounding: exact)
    }

    /// Takes an amount in currency units rounded to four decimals, half to even; `nil` when it is out of range.
    package init?(rounding exact: ExactNumber) {
        guard let units = exact.rounded(places: 4).shifted(by: 4).int else { return nil }
        self.init(units: Int64(units))
    }
}

/// Why a text is not an amount.
package enum MoneyError: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    case notANumber
    case tooManyDecimals
    case outOfRange

    package var description: String {
        switch self {
        case .empty: "the amount is empty"
        case .notANumber: "the amount is not a decimal number such as 1234.50 (no grouping, currency sign or exponent)"
        case .tooManyDecimals: "the amount has more than four decimals"
        case .outOfRange: "the amount is beyond ±922 trillion"
        }
    }
}

extension Money {
    /// Reads `[+-]digits[.digits]` with at most four decimals.
    package init(decimal: String) throws(MoneyError) {
        var bytes = Array(decimal.utf8)[...]
        guard let first = bytes.first else { throw .empty }
        let isNegative = first == UInt8(ascii: "-")
        if isNegative || first == UInt8(ascii: "+") { bytes.removeFirst() }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Money.isDigit) }) else {
            throw .notANumber
        }
        let decimals = parts.count == 2 ? Array(parts[1]) : []
        guard decimals.count <= 4 else { throw .tooManyDecimals }
        let padding = repeatElement(UInt8(ascii: "0"), count: 4 - decimals.count)
        // Summed below zero, so that the lowest amount can be read too.
        var units: Int64 = 0
        for digit in parts[0] + decimals + padding {
            let (product, overflow) = units.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            guard !overflow, !carry else { throw .outOfRange }
            units = sum
        }
        guard isNegative || units != Int64.min else { throw .outOfRange }
        self.init(units: isNegative ? units : -units)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
