internal import Foundation

/// What a row of equally spaced cash flows is worth; the first is now.
///
/// Formulas and results are those of numpy-financial 1.0.0 (`npv`, `irr`):
/// NPV(r) = Σ flow(t) / (1 + r)^t, and the internal rate of return is the r with NPV(r) = 0
/// (Brealey, Myers, Allen, Principles of Corporate Finance, ch. 5).
struct CashFlows: Sendable {
    var values: [Double]

    func netPresentValue(_ rate: Double) -> Double {
        // Horner's scheme from the last flow on: one division a period.
        values.reversed().reduce(0) { $0 / (1 + rate) + $1 }
    }

    /// How often the flows change from outgoing to incoming or back; zeros do not count.
    var signChanges: Int {
        let signs = values.filter { $0 != 0 }.map { $0 > 0 }
        return zip(signs, signs.dropFirst()).count { $0 != $1 }
    }

    /// The internal rate of return for one period, by bisection of the discount factor 1 / (1 + r).
    ///
    /// `nil` without exactly one change of sign: then there is none, or there may be several (Descartes).
    var internalRate: Double? {
        guard signChanges == 1, let first = values.first(where: { $0 != 0 }) else { return nil }
        // One change of sign: the sum over factor^t has the sign of the first flow below the root, the other above it.
        func value(_ factor: Double) -> Double { values.reversed().reduce(0) { $0 * factor + $1 } }
        func isBelow(_ factor: Double) -> Bool { (value(factor) > 0) == (first > 0) }
        var (low, high) = (0.0, 1.0)
        while isBelow(high) {
            low = high
            high *= 2
            guard high < 1e6 else { return nil }
        }
        for _ in 0..<200 {
            let middle = (low + high) / 2
            if isBelow(middle) { low = middle } else { high = middle }
        }
        let factor = (low + high) / 2
        return factor > 0 ? 1 / factor - 1 : nil
    }

    /// Periods until the flows so far come to nothing or more, the last of them in its share; `nil` when they never do.
    var payback: Double? {
        var sum = 0.0
        for (index, value) in values.enumerated() {
            let next = sum + value
            if next >= -1e-9 {
                guard sum < 0, value > 0 else { return Double(index) }
                return Double(index - 1) + min(1, -sum / value)
            }
            sum = next
        }
        return nil
    }

    var total: Double { values.reduce(0, +) }
}
