internal import AgentRuntime
internal import Foundation

/// The normal distribution, and the log-normal one over it.
enum Normal {
    /// Φ(z) = erfc(−z/√2)/2.
    static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }

    /// The z with Φ(z) = p, by bisection of `cumulative`; within 1e-12 for p from 1e-9 to 1 − 1e-9.
    static func quantile(_ p: Double) -> Double {
        var (low, high) = (-8.0, 8.0)
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if cumulative(middle) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

/// Sums over samples.
enum Sample {
    static func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }

    /// The standard deviation with n − 1; 0 for fewer than two values.
    static func deviation(_ values: [Double]) -> Double {
        guard values.count > 1 else { return 0 }
        let mean = mean(values)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension ExactNumber {
    /// A statistic rounded for its end; one that is not finite counts as nothing.
    init(rounding value: Double, places: Int) {
        self = ExactNumber(value)?.rounded(places: places) ?? .zero
    }
}
