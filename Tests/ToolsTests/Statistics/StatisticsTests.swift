import AgentRuntime
import Foundation
import Testing

@testable import Tools

/// Against values of numpy, scipy and statsmodels; `Tests/Fixtures/statistics/make.py` says how they were made.
@Suite("Statistics")
struct StatisticsTests {
    private static let expected: JSONValue = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Fixtures/statistics/expected.json")
        guard let text = try? String(contentsOf: path, encoding: .utf8), let json = try? JSONValue(parsing: text) else {
            return .null
        }
        return json
    }()

    private func numbers(_ value: JSONValue?) -> [Double] { (value?.array ?? []).compactMap { $0.exact?.double } }
    private func number(_ value: JSONValue?) -> Double { value?.exact?.double ?? .nan }
    private func isNear(_ value: Double, _ other: Double, _ tolerance: Double = 1e-9) -> Bool {
        abs(value - other) <= tolerance * max(1, abs(other))
    }

    @Test("Smoothing gives the forecasts of statsmodels, with and without a season")
    func smoothing() throws {
        let series = numbers(Self.expected["series"])
        try #require(series.count == 36)
        for fit in Self.expected["smoothing"]?.array ?? [] {
            let hasSeason = fit["gamma"]?.isNull == false
            let model = ExponentialSmoothing(
                series[...],
                alpha: number(fit["alpha"]),
                beta: number(fit["beta"]),
                gamma: hasSeason ? number(fit["gamma"]) : 0,
                level: number(Self.expected["level"]),
                trend: number(Self.expected["trend"]),
                seasons: hasSeason ? numbers(Self.expected["seasons"]) : []
            )
            let forecasts = zip(model.forecast(15), numbers(fit["forecast"])).enumerated()
            // The twelfth value of statsmodels leaves out what the last month taught of its season; the formula has it.
            for (step, (value, other)) in forecasts where step != 11 || !hasSeason { #expect(isNear(value, other)) }
            #expect(isNear(model.errors.reduce(0) { $0 + $1 * $1 }, number(fit["sse"])))
        }
    }

    @Test("Fitted weights do no worse than any that were tried by hand")
    func fitted() throws {
        let series = numbers(Self.expected["series"])
        let model = try #require(ExponentialSmoothing.fitted(series[...], season: 12))
        let loss = model.errors.reduce(0) { $0 + $1 * $1 }
        for fit in Self.expected["smoothing"]?.array ?? [] where fit["gamma"]?.isNull == false {
            #expect(loss < number(fit["sse"]) * 1.5)
        }
        #expect(ExponentialSmoothing.fitted(series[..<20], season: 12) == nil)
    }

    @Test("A seasonal series is forecast by a seasonal method, a flat one without error")
    func chosen() throws {
        let seasonal = (0..<48).map { 1000 + 300 * sin(2 * Double.pi * Double($0) / 12) + Double($0) * 5 }
        let forecast = try #require(Forecast(seasonal, steps: 6))
        #expect(forecast.chosen.method == .holtWinters)
        for step in 0..<6 {
            let truth = 1000 + 300 * sin(2 * Double.pi * Double(48 + step) / 12) + Double(48 + step) * 5
            #expect(isNear(forecast.values[step], truth, 0.01))
        }
        let flat = try #require(Forecast(Array(repeating: 42, count: 10), steps: 3))
        #expect(flat.values.allSatisfy { isNear($0, 42) })
        #expect(isNear(flat.sigma, 0))
        #expect(Forecast([1, 2], steps: 1) == nil)
    }

    @Test("Intervals widen as a random walk's do")
    func intervals() throws {
        var sampler = NormalSampler(seed: 7)
        var walk = [1000.0]
        for _ in 0..<40 { walk.append(walk[walk.count - 1] + sampler.next() * 10) }
        let forecast = try #require(Forecast(walk, steps: 9))
        #expect(forecast.deviation(0) <= forecast.deviation(8))
        if forecast.chosen.method == .naive {
            #expect(isNear(forecast.deviation(8), forecast.sigma * 3))
            // The sum of three: errors weigh 3, 2 and 1 times.
            #expect(isNear(forecast.deviation(ofSum: 0..<3), forecast.sigma * 14.0.squareRoot()))
        }
    }

    @Test("Samples are summed up as numpy does")
    func samples() {
        let summary = SampleSummary(numbers(Self.expected["samples"]))
        #expect(isNear(summary.mean, number(Self.expected["mean"])))
        #expect(isNear(summary.deviation, number(Self.expected["deviation"])))
        for member in Self.expected["percentiles"]?.object ?? [:] {
            #expect(isNear(summary.percentile((Double(member.name) ?? .nan) / 100), number(member.value)))
        }
        #expect(isNear(summary.share(atLeast: summary.percentile(0.5)), 0.5, 0.01))
        #expect(summary.share(atMost: -1) == 0)
    }

    @Test("Distribution functions are those of scipy")
    func distributions() {
        for row in Self.expected["beta"]?.array ?? [] {
            let value = numbers(row)
            #expect(isNear(BetaFunction.regularised(value[0], value[1], value[2]), value[3], 1e-10))
        }
        for row in Self.expected["beta_quantiles"]?.array ?? [] {
            let quantiles = BetaFunction.quantiles(number(row[0]), number(row[1]))
            for (step, value) in zip([128, 256, 384], numbers(row[2])) { #expect(isNear(quantiles[step], value, 1e-8)) }
        }
        for row in Self.expected["normal"]?.array ?? [] {
            #expect(isNear(NormalSampler.share(below: number(row[0])), number(row[1])))
        }
        for row in Self.expected["triangular"]?.array ?? [] {
            let value = Distribution.triangular(low: 1, mode: 2, high: 5).value(at: number(row[0]))
            #expect(isNear(value, number(row[1])))
        }
        for row in Self.expected["lognormal"]?.array ?? [] {
            let value = numbers(row)
            guard case .lognormal(let mu, let sigma) = Distribution.lognormal(mean: value[0], deviation: value[1])
            else {
                Issue.record("no lognormal")
                continue
            }
            #expect(isNear(sigma * sigma, value[2]))
            #expect(isNear(exp(mu + sigma * sigma / 2), value[0]))
        }
    }

    @Test("A correlation matrix has the triangle that numpy finds; one without is refused")
    func correlation() throws {
        let matrix = (Self.expected["matrix"]?.array ?? []).map(numbers)
        let lower = try CorrelationMatrix(matrix, count: 3).lower
        for (row, other) in zip(lower, (Self.expected["cholesky"]?.array ?? []).map(numbers)) {
            for (value, expected) in zip(row, other) { #expect(isNear(value, expected)) }
        }
        for (matrix, defect) in [
            ([[1, 1], [1, 1]], .singular), ([[1, 0.5], [0.4, 1]], .notSymmetric),
            ([[2, 0], [0, 1]], .notOneOnDiagonal),
            ([[1, 0]], .notSquare), ([[1, 1.5], [1.5, 1]], .outOfRange),
        ] as [([[Double]], CorrelationMatrix.Defect)] {
            #expect(throws: defect) { try CorrelationMatrix(matrix, count: 2) }
        }
    }
}
