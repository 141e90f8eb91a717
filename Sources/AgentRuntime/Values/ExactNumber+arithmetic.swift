// Arithmetic of exact numbers: exact where the result has at most 38 digits, `nil` where it would have more.
//
// Rounding is always half to even and happens only where a number of places is asked for.

extension ExactNumber {
    package static let zero = ExactNumber(0)

    package var isNegative: Bool { significand < 0 }
    package var isZero: Bool { significand == 0 }
    package var isInteger: Bool { exponent >= 0 }
    package var negated: ExactNumber { ExactNumber(significand: 0 - significand, exponent: exponent) }
    package var magnitude: ExactNumber { isNegative ? negated : self }

    /// The sum; `nil` when it has too many digits.
    package func adding(_ other: ExactNumber) -> ExactNumber? {
        if isZero { return other }
        if other.isZero { return self }
        let low = min(exponent, other.exponent)
        guard let left = ExactNumber.scaled(significand, by: exponent - low),
            let right = ExactNumber.scaled(other.significand, by: other.exponent - low)
        else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow || sum == .min ? nil : ExactNumber(significand: sum, exponent: low)
    }

    /// The difference; `nil` when it has too many digits.
    package func subtracting(_ other: ExactNumber) -> ExactNumber? { adding(other.negated) }

    /// The product; `nil` when it has too many digits.
    package func multiplied(by other: ExactNumber) -> ExactNumber? {
        let (product, overflow) = significand.multipliedReportingOverflow(by: other.significand)
        guard !overflow, product != .min else { return nil }
        return ExactNumber(significand: product, exponent: exponent + other.exponent)
    }

    /// The quotient rounded to so many decimal places; `nil` for division by zero and when it has too many digits.
    package func divided(by other: ExactNumber, places: Int) -> ExactNumber? {
        guard !other.isZero else { return nil }
        let shift = exponent - other.exponent + places
        var numerator = significand
        var denominator = other.significand
        if shift >= 0 {
            guard let scaled = ExactNumber.scaled(numerator, by: shift) else { return nil }
            numerator = scaled
        } else {
            guard let scaled = ExactNumber.scaled(denominator, by: -shift) else {
                // The denominator is beyond 10^38, so the quotient is below a half of the last place unless the
                // numerator is as long; such a quotient is outside of what the type is for.
                return significand.magnitude < 1 << 100 && -shift > 40 ? .zero : nil
            }
            denominator = scaled
        }
        return ExactNumber(significand: ExactNumber.halfEven(numerator, over: denominator), exponent: -places)
    }

    /// The value rounded to so many decimal places (negative: to tens, hundreds …).
    package func rounded(places: Int) -> ExactNumber {
        let drop = -exponent - places
        guard drop > 0 else { return self }
        // 38 digits are less than half of 10^39.
        guard drop <= 38, let divisor = ExactNumber.scaled(1, by: drop) else { return .zero }
        return ExactNumber(significand: ExactNumber.halfEven(significand, over: divisor), exponent: -places)
    }

    /// The value times a power of ten.
    package func shifted(by power: Int) -> ExactNumber {
        ExactNumber(significand: significand, exponent: exponent + power)
    }

    /// `value × 10^power`, or `nil` when it overflows; `power` is not negative.
    static func scaled(_ value: Int128, by power: Int) -> Int128? {
        guard value != 0 else { return 0 }
        guard power <= 38 else { return nil }
        var value = value
        for _ in 0..<power {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        return value
    }

    /// The quotient rounded to the nearest whole number, ties to the even one; the denominator is not zero.
    static func halfEven(_ numerator: Int128, over denominator: Int128) -> Int128 {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        let rest = remainder.magnitude
        let other = denominator.magnitude - rest
        guard rest > other || (rest == other && quotient & 1 == 1) else { return quotient }
        return (numerator < 0) == (denominator < 0) ? quotient + 1 : quotient - 1
    }
}

extension ExactNumber: Comparable {
    /// Compares by value without scaling, so no pair of numbers overflows.
    package static func < (left: ExactNumber, right: ExactNumber) -> Bool {
        let signs = (left.significand.signum(), right.significand.signum())
        guard signs.0 == signs.1 else { return signs.0 < signs.1 }
        guard signs.0 != 0 else { return false }
        let (small, large) = signs.0 > 0 ? (left, right) : (right, left)
        let digits = (String(small.significand.magnitude).utf8, String(large.significand.magnitude).utf8)
        let sizes = (digits.0.count + small.exponent, digits.1.count + large.exponent)
        guard sizes.0 == sizes.1 else { return sizes.0 < sizes.1 }
        return digits.0.lexicographicallyPrecedes(digits.1)
    }
}
