import AgentRuntime
import Foundation
import Retrieval
import Testing

/// Against the verdicts of Google ADK's own evaluators; `Tests/Fixtures/evaluation/adk_verdicts.py` made them.
@Suite("Verdicts as Google ADK gives them")
struct ADKVerdictTests {
    private static let cases: [JSONValue] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        do {
            let data = try Data(contentsOf: folder.appending(path: "Fixtures/evaluation/adk_verdicts.json"))
            return try JSONValue(parsing: Array(data))["cases"]?.array ?? []
        } catch {
            return []
        }
    }()

    @Test("The fixture is there")
    func fixture() {
        #expect(Self.cases.count > 30)
    }

    @Test("Each measure of a case has ADK's score and verdict", arguments: cases)
    func verdict(item: JSONValue) async throws {
        let set: JSONValue = ["eval_set_id": "set", "eval_cases": [item["eval_case"] ?? .null]]
        let criteria: JSONValue = ["criteria": item["criteria"] ?? .null]
        let suite = try ADKEvalSet.suite(set, criteria: criteria, name: "set", tenant: "t")
        let one = try #require(suite.cases.first)
        let turns = (item["actual"]?.array ?? []).map { turn in
            Observation(
                message: "",
                content: turn["reply"]?.string ?? "",
                calls: (turn["calls"]?.array ?? []).map {
                    .init(name: $0["name"]?.string ?? "", arguments: $0["args"]?.object ?? [:], status: .completed)
                }
            )
        }
        let stem: @Sendable (String) -> String = { PorterStemmer.stem($0) }
        let expected = try #require(item["verdict"]?["scores"]?.object)
        #expect(one.averages.map(\.name) == expected.names)
        for average in one.averages {
            let score = try #require(expected[average.name]?["score"]?.double)
            #expect(abs(average.mean(over: turns, stem: stem) - score) < 1e-9, "\(one.id)")
            #expect(average.report(on: turns, stem: stem).holds == expected[average.name]?["passed"]?.bool)
        }
        let runner = SuiteRunner(subject: Replay(turns: turns), clock: ContinuousClock(), stem: stem)
        let report = try await runner.run([suite], EvaluationOptions())
        #expect(report.holds == item["verdict"]?["passed"]?.bool, "\(report.table)")
    }

    /// Gives the turns that the fixture holds, one after the other.
    private actor Replay: EvaluationSubject, EvaluationConversation {
        private var turns: [Observation]

        init(turns: [Observation]) { self.turns = turns }

        func begin(_ item: EvaluationCase) async throws -> any EvaluationConversation { self }

        func ask(_ message: String, checksChain: Bool) async throws -> Observation { turns.removeFirst() }
    }
}
