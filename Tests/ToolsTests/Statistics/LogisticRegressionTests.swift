import AgentRuntime
import Foundation
import Testing

@testable import Tools

/// Held against scikit-learn, scipy and numpy: `Tests/Fixtures/statistics`, whose script says how it was made.
@Suite("Statistics of the sales tools")
struct LogisticRegressionTests {
    private static let fixture: Result<JSONValue, any Error> = Result {
        let folder = PlannerTable.folder.deletingLastPathComponent().appending(path: "statistics")
        return try JSONValue(parsing: Array(try Data(contentsOf: folder.appending(path: "statistics.json"))))
    }

    private func fixture() throws -> JSONValue { try Self.fixture.get() }

    private func number(_ value: JSONValue?) throws -> Double { try #require(value?.string.flatMap(Double.init)) }

    private func numbers(_ value: JSONValue?) throws -> [Double] { try (value?.array ?? []).map { try number($0) } }

    @Test("Weights, Brier score and area are those of scikit-learn")
    func logistic() throws {
        let sample = try #require(try fixture()["logistic"])
        let rows = try (sample["rows"]?.array ?? []).map { try numbers($0) }
        let outcomes = (sample["outcomes"]?.array ?? []).map { $0.int == 1 }
        let fits = sample["fits"]?.array ?? []
        #expect(rows.count == 240 && fits.count == 2)
        for fit in fits {
            let model = try #require(
                LogisticRegression(rows: rows, outcomes: outcomes, penalty: try number(fit["penalty"]))
            )
            #expect(abs(model.intercept - (try number(fit["intercept"]))) < 1e-5)
            for (weight, expected) in zip(model.weights, try numbers(fit["weights"])) {
                #expect(abs(weight - expected) < 1e-5)
            }
            let chances = rows.map(model.chance)
            #expect(abs(ForecastQuality.brier(chances, outcomes) - (try number(fit["brier"]))) < 1e-6)
            let area = try #require(ForecastQuality.area(chances, outcomes))
            #expect(abs(area - (try number(fit["area"]))) < 1e-9)
        }
    }

    @Test("Samples that teach nothing give no model")
    func degenerate() {
        #expect(LogisticRegression(rows: [], outcomes: [], penalty: 1) == nil)
        #expect(LogisticRegression(rows: [[1], [2]], outcomes: [true, true], penalty: 1) == nil)
        #expect(LogisticRegression(rows: [[1], [.nan]], outcomes: [true, false], penalty: 1) == nil)
        #expect(LogisticRegression(rows: [[1], [2, 3]], outcomes: [true, false], penalty: 1) == nil)
        // Perfectly told apart: the penalty keeps the weights finite.
        let model = LogisticRegression(rows: [[-1], [1]], outcomes: [false, true], penalty: 1)
        #expect(model.map { $0.weights[0] > 0 && $0.weights[0].isFinite } == true)
        #expect(ForecastQuality.area([0.1, 0.2], [true, true]) == nil)
        #expect(ForecastQuality.area([0.5, 0.5], [true, false]) == 0.5)
    }

    @Test("Normal and log-normal shares are those of scipy")
    func normal() throws {
        let fixture = try fixture()
        for row in fixture["normal"]?.array ?? [] {
            #expect(abs(Normal.cumulative(try number(row["z"])) - (try number(row["cumulative"]))) < 1e-9)
        }
        for row in fixture["quantiles"]?.array ?? [] {
            #expect(abs(Normal.quantile(try number(row["p"])) - (try number(row["z"]))) < 1e-8)
        }
        for row in fixture["lognormal"]?.array ?? [] {
            let z = (log(try number(row["days"])) - (try number(row["centre"]))) / (try number(row["deviation"]))
            #expect(abs(Normal.cumulative(z) - (try number(row["cumulative"]))) < 1e-9)
        }
    }

    @Test("A system is solved as numpy solves it; one that is not definite has no factor")
    func cholesky() throws {
        let system = try #require(try fixture()["system"])
        let matrix = try (system["matrix"]?.array ?? []).map { try numbers($0) }
        let solution = try #require(Cholesky(matrix)).solve(try numbers(system["right"]))
        for (value, expected) in zip(solution, try numbers(system["solution"])) {
            #expect(abs(value - expected) < 1e-8)
        }
        #expect(Cholesky([[1, 2], [2, 1]]) == nil)
        #expect(Cholesky([[0]]) == nil)
    }
}
