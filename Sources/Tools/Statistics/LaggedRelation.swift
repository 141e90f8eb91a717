internal import Foundation

/// How the monthly changes of one series follow those of another.
///
/// Both series are turned into differences of logarithms, and least squares is run over y(t) = x(t − lag)·slope + a mean
/// for each calendar month where there are two years of pairs, else one mean. The slope is an elasticity: percent of y
/// for each percent of x. By the theorem of Frisch, Waugh and Lovell (Greene, Econometric Analysis, §3.3) it is the
/// slope between what the means leave of both. The test is Student's: t = r·√(df / (1 − r²)), two-sided, with
/// P = I(df / (df + t²); df/2, 1/2), https://dlmf.nist.gov/8.17.
struct LaggedRelation: Sendable, Hashable {
    /// Months from cause to effect.
    var lag: Int
    var slope: Double
    /// The partial correlation.
    var correlation: Double
    var probability: Double
    var pairs: Int

    static let lagMax = 3
    private static let freedomMin = 8
    private static let seasonPairsMin = 24

    /// `nil` for series that are not above zero throughout, do not vary, or are too short.
    ///
    /// Both series begin in the same month.
    init?(of source: [Double], to target: [Double], lag: Int) {
        guard source.count == target.count, lag >= 0,
            source.allSatisfy({ $0 > 0 && $0.isFinite }), target.allSatisfy({ $0 > 0 && $0.isFinite })
        else { return nil }
        func changes(_ series: [Double]) -> [Double] {
            zip(series.dropFirst(), series).map { log($0) - log($1) }
        }
        let (x, y) = (changes(source), changes(target))
        let count = y.count - lag
        guard count > 0 else { return nil }
        let seasons = count >= Self.seasonPairsMin ? 12 : 1
        let causes = Self.withoutMeans(Array(x.prefix(count)), seasons: seasons)
        let effects = Self.withoutMeans(Array(y.dropFirst(lag)), seasons: seasons)
        let freedom = count - min(seasons, count) - 1
        guard freedom >= Self.freedomMin else { return nil }
        let (xx, yy) = (Self.product(causes, causes), Self.product(effects, effects))
        guard xx > 1e-12, yy > 1e-12 else { return nil }
        let xy = Self.product(causes, effects)
        let correlation = min(1, max(-1, xy / (xx * yy).squareRoot()))
        let rest = 1 - correlation * correlation
        let df = Double(freedom)
        let square = rest > 0 ? correlation * correlation * df / rest : .infinity
        self.lag = lag
        self.correlation = correlation
        slope = xy / xx
        probability = square.isFinite ? BetaFunction.regularised(df / (df + square), df / 2, 0.5) : 0
        pairs = count
    }

    /// The relation at the lag that is least likely by chance.
    static func strongest(of source: [Double], to target: [Double]) -> LaggedRelation? {
        (0...lagMax).compactMap { LaggedRelation(of: source, to: target, lag: $0) }
            .min { ($0.probability, $0.lag) < ($1.probability, $1.lag) }
    }

    private static func withoutMeans(_ values: [Double], seasons: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: seasons)
        var counts = [Double](repeating: 0, count: seasons)
        for (index, value) in values.enumerated() {
            sums[index % seasons] += value
            counts[index % seasons] += 1
        }
        return values.enumerated().map { $1 - sums[$0 % seasons] / counts[$0 % seasons] }
    }

    private static func product(_ left: [Double], _ right: [Double]) -> Double {
        zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
