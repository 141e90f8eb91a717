internal import Foundation

/// How a variable of a simulation is distributed; a sample is made from a standard normal number.
///
/// Normal and lognormal follow from it directly, the others by the inverse of their distribution function at Φ(z), so
/// that correlated normal numbers give correlated samples of any kind (a Gaussian copula: Nelsen, An Introduction to
/// Copulas, §2.3).
enum Distribution: Sendable {
    case normal(mean: Double, deviation: Double)
    /// Of the logarithm.
    case lognormal(mu: Double, sigma: Double)
    case uniform(low: Double, high: Double)
    case triangular(low: Double, mode: Double, high: Double)
    case beta(low: Double, high: Double, quantiles: [Double])

    /// The lognormal distribution with this mean and standard deviation of its own.
    static func lognormal(mean: Double, deviation: Double) -> Distribution {
        let square = log(1 + (deviation / mean) * (deviation / mean))
        return .lognormal(mu: log(mean) - square / 2, sigma: square.squareRoot())
    }

    static func beta(alpha: Double, beta: Double, low: Double, high: Double) -> Distribution {
        .beta(low: low, high: high, quantiles: BetaFunction.quantiles(alpha, beta))
    }

    @inline(__always)
    func value(at z: Double) -> Double {
        switch self {
        case .normal(let mean, let deviation): return mean + deviation * z
        case .lognormal(let mu, let sigma): return exp(mu + sigma * z)
        case .uniform(let low, let high): return low + (high - low) * NormalSampler.share(below: z)
        case .triangular(let low, let mode, let high):
            let share = NormalSampler.share(below: z)
            guard high > low else { return low }
            let turn = (mode - low) / (high - low)
            return share < turn
                ? low + (share * (high - low) * (mode - low)).squareRoot()
                : high - ((1 - share) * (high - low) * (high - mode)).squareRoot()
        case .beta(let low, let high, let quantiles):
            let place = NormalSampler.share(below: z) * Double(quantiles.count - 1)
            let index = min(quantiles.count - 2, Int(place))
            let part = place - Double(index)
            return low + (high - low) * (quantiles[index] * (1 - part) + quantiles[index + 1] * part)
        }
    }
}

/// Standard normal numbers by Marsaglia's polar method (SIAM Review 6, 1964), which gives two at a time.
struct NormalSampler {
    private var random: SeededGenerator
    private var spare: Double?

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    @inline(__always)
    mutating func next() -> Double {
        if let kept = spare {
            spare = nil
            return kept
        }
        while true {
            let first = random.swing()
            let second = random.swing()
            let square = first * first + second * second
            guard square > 0, square < 1 else { continue }
            let scale = (-2 * log(square) / square).squareRoot()
            spare = second * scale
            return first * scale
        }
    }

    /// Φ(z), the share of the standard normal distribution below z.
    @inline(__always)
    static func share(below z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
}

/// The regularised incomplete beta function and its inverse.
enum BetaFunction {
    /// I(x; a, b) by its continued fraction, https://dlmf.nist.gov/8.17#E22, evaluated by Lentz's method.
    static func regularised(_ x: Double, _ a: Double, _ b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges fast below the mean; above it I(x; a, b) = 1 − I(1 − x; b, a).
        if x > (a + 1) / (a + b + 2) { return 1 - regularised(1 - x, b, a) }
        let weight: Double = lgamma(a + b) - lgamma(a) - lgamma(b)
        let power: Double = a * log(x) + b * log(1 - x)
        let front = exp(weight + power) / a
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var result = d
        for step in 1...300 {
            let m = Double(step)
            let span: Double = a + 2 * m
            let even: Double = m * (b - m) * x / ((span - 1) * span)
            let odd: Double = -(a + m) * (a + b + m) * x / (span * (span + 1))
            for numerator in [even, odd] {
                d = 1 + numerator * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + numerator / c
                if abs(c) < tiny { c = tiny }
                result *= d * c
            }
            if abs(d * c - 1) < 1e-14 { break }
        }
        return front * result
    }

    /// The quantiles at equal steps of probability, by bisection.
    static func quantiles(_ a: Double, _ b: Double, steps: Int = 512) -> [Double] {
        var low = 0.0
        return (0...steps).map { step in
            if step == 0 { return 0 }
            if step == steps { return 1 }
            var high = 1.0
            for _ in 0..<48 {
                let middle = (low + high) / 2
                if regularised(middle, a, b) < Double(step) / Double(steps) { low = middle } else { high = middle }
            }
            return low
        }
    }
}

/// The lower triangle L of a correlation matrix with L·Lᵀ equal to it (Golub and Van Loan, Matrix Computations, §4.2).
struct CorrelationMatrix: Sendable {
    enum Defect: Error, Sendable, Hashable { case notSquare, notSymmetric, notOneOnDiagonal, outOfRange, singular }

    let lower: [[Double]]

    /// - Throws: what is wrong with the matrix; one that is singular or has a negative eigenvalue has no such triangle.
    init(_ matrix: [[Double]], count: Int) throws(Defect) {
        guard matrix.count == count, matrix.allSatisfy({ $0.count == count }) else { throw .notSquare }
        for row in 0..<count {
            guard abs(matrix[row][row] - 1) < 1e-9 else { throw .notOneOnDiagonal }
            for column in 0..<row {
                guard abs(matrix[row][column] - matrix[column][row]) < 1e-9 else { throw .notSymmetric }
                guard matrix[row][column].isFinite, abs(matrix[row][column]) <= 1 else { throw .outOfRange }
            }
        }
        var lower = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
        for row in 0..<count {
            for column in 0...row {
                var sum = matrix[row][column]
                for place in 0..<column { sum -= lower[row][place] * lower[column][place] }
                if row == column {
                    guard sum > 1e-10 else { throw .singular }
                    lower[row][row] = sum.squareRoot()
                } else {
                    lower[row][column] = sum / lower[column][column]
                }
            }
        }
        self.lower = lower
    }

    static func independent(_ count: Int) -> CorrelationMatrix { CorrelationMatrix(identity: count) }

    private init(identity count: Int) {
        lower = (0..<count).map { row in (0..<count).map { $0 == row ? 1 : 0 } }
    }
}

/// What many samples of one figure come to.
struct SampleSummary: Sendable {
    let mean: Double
    let deviation: Double
    private let sorted: [Double]

    init(_ samples: [Double]) {
        let mean = samples.reduce(0, +) / Double(max(1, samples.count))
        let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        deviation = samples.count > 1 ? (squares / Double(samples.count - 1)).squareRoot() : 0
        sorted = samples.sorted()
    }

    /// By linear interpolation between order statistics (Hyndman and Fan, 1996, type 7, which numpy uses).
    func percentile(_ share: Double) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        let place = share * Double(last)
        let index = min(last, Int(place))
        let next = min(last, index + 1)
        return sorted[index] + (sorted[next] - sorted[index]) * (place - Double(index))
    }

    func share(atLeast value: Double) -> Double {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return Double(sorted.count - low) / Double(max(1, sorted.count))
    }

    func share(atMost value: Double) -> Double {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return Double(low) / Double(max(1, sorted.count))
    }
}
