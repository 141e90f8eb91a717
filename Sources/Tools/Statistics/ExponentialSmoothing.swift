internal import Foundation

/// Additive exponential smoothing: level, trend and season, each with a weight for what is new.
///
/// Holt (1957) and Winters (1960) in the form of Hyndman and Athanasopoulos, Forecasting: Principles and Practice, §8.3,
/// https://otexts.com/fpp3/holt-winters.html:
/// level ℓ(t) = α(y(t) − s(t−m)) + (1 − α)(ℓ(t−1) + b(t−1)), trend b(t) = β(ℓ(t) − ℓ(t−1)) + (1 − β)b(t−1),
/// season s(t) = γ(y(t) − ℓ(t−1) − b(t−1)) + (1 − γ)s(t−m). Without a season this is Holt's linear method.
struct ExponentialSmoothing: Sendable {
    var alpha: Double
    var beta: Double
    var gamma: Double
    var level: Double
    var trend: Double
    /// The seasons that come next, the nearest first; empty without a season.
    var seasons: [Double]
    /// One-step errors of the series it was run over.
    private(set) var errors: [Double] = []

    /// Runs over a series from given starting values; the first season belongs to the first value.
    init(
        _ series: ArraySlice<Double>,
        alpha: Double,
        beta: Double,
        gamma: Double = 0,
        level: Double,
        trend: Double,
        seasons: [Double] = []
    ) {
        self.alpha = alpha
        self.beta = beta
        self.gamma = gamma
        self.level = level
        self.trend = trend
        var ring = seasons
        let length = seasons.count
        errors.reserveCapacity(series.count)
        var position = 0
        for value in series {
            let season = length > 0 ? ring[position] : 0
            let expected = self.level + self.trend
            errors.append(value - expected - season)
            let next = alpha * (value - season) + (1 - alpha) * expected
            if length > 0 {
                ring[position] = gamma * (value - expected) + (1 - gamma) * season
                position = position + 1 == length ? 0 : position + 1
            }
            self.trend = beta * (next - self.level) + (1 - beta) * self.trend
            self.level = next
        }
        self.seasons = length > 0 ? Array(ring[position...] + ring[..<position]) : []
    }

    func forecast(_ steps: Int) -> [Double] {
        (1...max(1, steps)).map { step in
            level + Double(step) * trend + (seasons.isEmpty ? 0 : seasons[(step - 1) % seasons.count])
        }
    }

    /// How much an error weighs in the value so many steps later: ψ(j) of the same book, table 8.8.
    func weight(after step: Int) -> Double {
        alpha * (1 + beta * Double(step)) + (!seasons.isEmpty && step % seasons.count == 0 ? gamma : 0)
    }

    /// The weights with the least squared one-step errors, found on a grid that is refined around its best point.
    ///
    /// Starting values are those of the book: the first season's mean, the mean step between the first two seasons, and
    /// the first season's distances from its mean. `nil` for a series that is too short for them.
    static func fitted(_ series: ArraySlice<Double>, season: Int) -> ExponentialSmoothing? {
        let values = Array(series)
        guard values.count >= max(4, 2 * season) else { return nil }
        let level: Double
        let trend: Double
        var seasons: [Double] = []
        if season > 1 {
            let first = values[..<season].reduce(0, +) / Double(season)
            let second = values[season..<(2 * season)].reduce(0, +) / Double(season)
            trend = (second - first) / Double(season)
            // The mean lies in the middle of the season, the starting level right before it.
            level = first - trend * Double(season + 1) / 2
            seasons = (0..<season).map { values[$0] - (level + trend * Double($0 + 1)) }
        } else {
            trend = (values[3] - values[0]) / 3
            level = values[0] - trend
        }
        func run(_ alpha: Double, _ beta: Double, _ gamma: Double) -> (model: ExponentialSmoothing, loss: Double) {
            let model = ExponentialSmoothing(
                series,
                alpha: alpha,
                beta: beta,
                gamma: gamma,
                level: level,
                trend: trend,
                seasons: seasons
            )
            return (model, model.errors.reduce(0) { $0 + $1 * $1 })
        }
        var best = run(0.3, 0.1, season > 1 ? 0.1 : 0)
        var width = 0.25
        for round in 0..<4 {
            let centre = best.model
            func around(_ value: Double, _ isUsed: Bool) -> [Double] {
                guard isUsed else { return [0] }
                if round == 0 { return [0.02, 0.1, 0.3, 0.5, 0.8] }
                return [-width, 0, width].map { min(max(value + $0, 0.001), 0.999) }
            }
            for alpha in around(centre.alpha, true) {
                for beta in around(centre.beta, true) {
                    for gamma in around(centre.gamma, season > 1) {
                        let tried = run(alpha, beta, gamma)
                        if tried.loss < best.loss { best = tried }
                    }
                }
            }
            width /= 2.5
        }
        return best.model
    }
}
