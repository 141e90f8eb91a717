import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import agentd

@Suite("Measuring retrieval")
struct RetrievalBenchTests {
    private let folder = TemporaryFolder()

    private func write(_ name: String, _ lines: [String]) throws {
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: folder.file(name)))
    }

    @Test("A run names query, document and score, the best first")
    func run() throws {
        try write(
            "docs.jsonl",
            [
                #"{"id":"d1","title":"wings .","text":"wings . the lift of wings in a slipstream"}"#,
                #"{"id":"d2","title":"heat","text":"heat conduction in slabs"}"#, "",
                #"{"id":"d3","title":"","text":""}"#,
            ]
        )
        try write("queries.jsonl", [#"{"id":"q1","text":"lift of a wing"}"#, #"{"id":"q2","text":"football"}"#])
        let report = try RetrievalBench.measure(folder: folder.path)
        #expect(report.documents == 3 && report.queries == 2 && report.unanswered == 1)
        #expect(report.run.count == 1)
        #expect(report.run.first?.hasPrefix("q1 d1 ") == true)
        #expect(report.text.contains("p99"))
    }

    @Test("A bad line is named", arguments: [#"{"id":"a b","text":"x"}"#, "[]", "{", #"{"text":"x"}"#])
    func faults(line: String) throws {
        try write("docs.jsonl", [#"{"id":"d1","text":"x"}"#, line])
        try write("queries.jsonl", [])
        let error = #expect(throws: AgentError.self) { try RetrievalBench.measure(folder: folder.path) }
        #expect(error?.message.contains("docs.jsonl, line 2") == true)
    }

    @Test("A folder without the files is an error")
    func missing() { #expect(throws: AgentError.self) { try RetrievalBench.measure(folder: folder.path) } }

    private static let collection = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/data/retrieval/cranfield").path

    @Test(
        "On a public collection the first ten answers are good (nDCG@10 of 0.38 or more)",
        .enabled(if: FileManager.default.fileExists(atPath: collection), "needs the shared data")
    )
    func quality() throws {
        let report = try RetrievalBench.measure(folder: Self.collection)
        var relevant: [Substring: Set<Substring>] = [:]
        let judgements = try String(contentsOfFile: Self.collection + "/qrels.tsv", encoding: .utf8)
        for line in judgements.split(separator: "\n").dropFirst() {
            let parts = line.split(separator: "\t")
            if parts[2] != "0" { relevant[parts[0], default: []].insert(parts[1]) }
        }
        var answers: [Substring: [Substring]] = [:]
        for line in report.run {
            let parts = line.split(separator: " ")
            answers[parts[0], default: []].append(parts[1])
        }
        var sum = 0.0
        for (query, good) in relevant {
            let gain = (answers[query] ?? []).prefix(10).enumerated().reduce(0.0) { sum, answer in
                good.contains(answer.element) ? sum + 1 / log2(Double(answer.offset + 2)) : sum
            }
            let best = (0..<min(10, good.count)).reduce(0.0) { $0 + 1 / log2(Double($1 + 2)) }
            sum += gain / best
        }
        #expect(sum / Double(relevant.count) >= 0.38)
        #expect(report.unanswered == 0)
    }
}
