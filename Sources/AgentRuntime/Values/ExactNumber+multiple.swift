extension ExactNumber {
    /// Whether this is a whole multiple of a divisor above 0 with a significand below 2^62.
    package func isMultiple(of divisor: ExactNumber) -> Bool {
        precondition(divisor.significand > 0 && divisor.significand < 1 << 62, "the divisor is out of bounds")
        if significand == 0 { return true }
        if exponent >= divisor.exponent {
            // (s · 10^k) mod d without the power: the remainder stays below 2^62, so a product stays within 128 bits.
            var remainder = significand % divisor.significand
            for _ in 0..<(exponent - divisor.exponent) where remainder != 0 {
                remainder = remainder * 10 % divisor.significand
            }
            return remainder == 0
        }
        var scaled = divisor.significand
        for _ in 0..<(divisor.exponent - exponent) {
            let (product, overflow) = scaled.multipliedReportingOverflow(by: 10)
            guard !overflow else { return false }
            scaled = product
        }
        return significand % scaled == 0
    }
}
