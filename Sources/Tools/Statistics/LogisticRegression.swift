internal import Foundation

/// Logistic regression with a ridge penalty on the weights, not on the intercept.
///
/// It minimises Σ log(1 + exp(−sᵢ(b + w·xᵢ))) + λ/2·|w|², with sᵢ = ±1, by Newton's method (iteratively reweighted
/// least squares: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 2nd ed., §4.4.1 and §4.4.4).
/// With λ = 1 it is what scikit-learn's `LogisticRegression(C=1.0)` fits.
struct LogisticRegression: Sendable, Hashable {
    private static let stepsMax = 50
    private static let tolerance = 1e-9

    var intercept: Double
    var weights: [Double]

    init(intercept: Double, weights: [Double]) {
        self.intercept = intercept
        self.weights = weights
    }

    /// Fits to rows of equal length; `nil` without rows, with one outcome only, or for values that are not finite.
    init?(rows: [[Double]], outcomes: [Bool], penalty: Double) {
        guard let width = rows.first?.count, rows.count == outcomes.count, outcomes.contains(true),
            outcomes.contains(false), rows.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) })
        else { return nil }
        var beta = [Double](repeating: 0, count: width + 1)
        for _ in 0..<Self.stepsMax {
            var gradient = [Double](repeating: 0, count: width + 1)
            var hessian = [[Double]](repeating: [Double](repeating: 0, count: width + 1), count: width + 1)
            for (row, outcome) in zip(rows, outcomes) {
                var logit = beta[0]
                for index in 0..<width { logit += beta[index + 1] * row[index] }
                let chance = Self.sigmoid(logit)
                let residual = (outcome ? 1 : 0) - chance
                let weight = max(chance * (1 - chance), 1e-10)
                gradient[0] += residual
                hessian[0][0] += weight
                for first in 0..<width {
                    gradient[first + 1] += residual * row[first]
                    hessian[first + 1][0] += weight * row[first]
                    for second in 0...first { hessian[first + 1][second + 1] += weight * row[first] * row[second] }
                }
            }
            for index in 1..<(width + 1) {
                gradient[index] -= penalty * beta[index]
                hessian[index][index] += penalty
            }
            for first in 0...width { for second in 0..<first { hessian[second][first] = hessian[first][second] } }
            guard let step = Cholesky(hessian)?.solve(gradient) else { return nil }
            // A step too far in a nearly separable sample is shortened.
            let longest = step.map(abs).max() ?? 0
            let scale = longest > 5 ? 5 / longest : 1
            for index in beta.indices { beta[index] += scale * step[index] }
            if longest < Self.tolerance { break }
        }
        guard beta.allSatisfy(\.isFinite) else { return nil }
        intercept = beta[0]
        weights = Array(beta.dropFirst())
    }

    func logit(_ row: [Double]) -> Double { zip(weights, row).reduce(intercept) { $0 + $1.0 * $1.1 } }

    func chance(_ row: [Double]) -> Double { Self.sigmoid(logit(row)) }

    static func sigmoid(_ logit: Double) -> Double {
        logit >= 0 ? 1 / (1 + exp(-logit)) : exp(logit) / (1 + exp(logit))
    }

    static func logit(ofChance chance: Double) -> Double {
        let bounded = min(max(chance, 1e-6), 1 - 1e-6)
        return log(bounded / (1 - bounded))
    }
}

/// How well chances foretold outcomes.
enum ForecastQuality {
    /// The mean squared difference of chance and outcome (Brier, Monthly Weather Review 78, 1950).
    static func brier(_ chances: [Double], _ outcomes: [Bool]) -> Double {
        let sum = zip(chances, outcomes).reduce(0.0) { $0 + ($1.0 - ($1.1 ? 1 : 0)) * ($1.0 - ($1.1 ? 1 : 0)) }
        return chances.isEmpty ? 0 : sum / Double(chances.count)
    }

    /// The chance that a success has a higher value than a failure, ties counting half (the area under the ROC curve,
    /// by the rank sum of Mann and Whitney); `nil` with one outcome only.
    static func area(_ values: [Double], _ outcomes: [Bool]) -> Double? {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for index in start...end { ranks[order[index]] = Double(start + end) / 2 + 1 }
            start = end + 1
        }
        let successes = outcomes.count(where: \.self)
        let failures = outcomes.count - successes
        guard successes > 0, failures > 0 else { return nil }
        let sum = zip(ranks, outcomes).reduce(0.0) { $0 + ($1.1 ? $1.0 : 0) }
        return (sum - Double(successes * (successes + 1)) / 2) / Double(successes * failures)
    }
}
