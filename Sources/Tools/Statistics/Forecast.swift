internal import Foundation

/// A forecast of a monthly series by the method that did best on the series' own past.
///
/// Each method forecasts from the last months in turn, knowing only what came before (rolling origin, Hyndman and
/// Athanasopoulos §5.10, https://otexts.com/fpp3/tscv.html); the one with the least root mean square error is taken.
/// Intervals assume normal errors with the spread of the backtest's one-step errors, carried on by the method's own
/// weights (same book, table 8.8).
struct Forecast: Sendable {
    enum Method: String, Sendable, CaseIterable {
        case holtWinters = "holt_winters"
        case seasonalNaive = "seasonal_naive"
        case holt
        case naive
    }

    struct Score: Sendable {
        var method: Method
        var rmse: Double
        /// Mean absolute percentage error as a fraction; `nil` where the series is zero throughout.
        var mape: Double?
        var origins: Int
        var oneStepErrors: [Double]
    }

    static let season = 12
    static let lengthMin = 3
    static let originsMax = 12

    var values: [Double]
    /// How an error of one month weighs in later months; the first is 1.
    var weights: [Double]
    /// Standard deviation of one-step errors.
    var sigma: Double
    var scores: [Score]
    var chosen: Score
    var parameters: [(name: String, value: Double)]

    /// `nil` for a series of fewer than three months.
    init?(_ series: [Double], steps: Int) {
        guard series.count >= Self.lengthMin, steps >= 1 else { return nil }
        let span = min(steps, 3)
        let trainingMin = max(Self.lengthMin - 1, min(series.count - 1, series.count - Self.originsMax))
        var scores: [Score] = []
        for method in Method.allCases {
            var squares = 0.0
            var count = 0
            var shares = 0.0
            var shareCount = 0
            var firsts: [Double] = []
            var isPossible = Self.run(method, series[...], 1) != nil
            for origin in trainingMin..<series.count where isPossible {
                guard let run = Self.run(method, series[..<origin], span) else {
                    isPossible = false
                    break
                }
                for (step, value) in run.values.enumerated() where origin + step < series.count {
                    let error = series[origin + step] - value
                    squares += error * error
                    count += 1
                    if series[origin + step] != 0 {
                        shares += abs(error / series[origin + step])
                        shareCount += 1
                    }
                    if step == 0 { firsts.append(error) }
                }
            }
            guard isPossible, count > 0 else { continue }
            scores.append(
                Score(
                    method: method,
                    rmse: (squares / Double(count)).squareRoot(),
                    mape: shareCount > 0 ? shares / Double(shareCount) : nil,
                    origins: firsts.count,
                    oneStepErrors: firsts
                )
            )
        }
        guard let chosen = scores.min(by: { $0.rmse < $1.rmse }), let run = Self.run(chosen.method, series[...], steps)
        else { return nil }
        self.scores = scores
        self.chosen = chosen
        values = run.values
        weights = run.weights
        parameters = run.parameters
        let squares = chosen.oneStepErrors.reduce(0) { $0 + $1 * $1 }
        sigma = (squares / Double(chosen.oneStepErrors.count)).squareRoot()
    }

    private struct Run {
        var values: [Double]
        var weights: [Double]
        var parameters: [(name: String, value: Double)] = []
    }

    private static func run(_ method: Method, _ series: ArraySlice<Double>, _ steps: Int) -> Run? {
        switch method {
        case .naive:
            guard let last = series.last else { return nil }
            return Run(values: Array(repeating: last, count: steps), weights: Array(repeating: 1, count: steps))
        case .seasonalNaive:
            guard series.count > season else { return nil }
            let values = (0..<steps).map { series[series.endIndex - season + $0 % season] }
            return Run(values: values, weights: (0..<steps).map { $0 % season == 0 ? 1 : 0 })
        case .holt, .holtWinters:
            guard let model = ExponentialSmoothing.fitted(series, season: method == .holt ? 1 : season) else {
                return nil
            }
            var parameters = [("alpha", model.alpha), ("beta", model.beta)]
            if method == .holtWinters { parameters.append(("gamma", model.gamma)) }
            return Run(
                values: model.forecast(steps),
                weights: (0..<steps).map { $0 == 0 ? 1 : model.weight(after: $0) },
                parameters: parameters.map { (name: $0.0, value: $0.1) }
            )
        }
    }

    /// Standard deviation of the value of one step, counted from 0.
    func deviation(_ step: Int) -> Double {
        sigma * weights[...step].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// Standard deviation of the sum of some steps: an error of a month moves all the months after it.
    func deviation(ofSum steps: Range<Int>) -> Double {
        var square = 0.0
        for error in 0..<steps.upperBound {
            var weight = 0.0
            for step in max(error, steps.lowerBound)..<steps.upperBound { weight += weights[step - error] }
            square += weight * weight
        }
        return sigma * square.squareRoot()
    }

    /// The bounds of the normal distribution that hold so much of it.
    static let intervals: [(name: String, z: Double)] = [("80", 1.2815515655446004), ("95", 1.959963984540054)]
}
