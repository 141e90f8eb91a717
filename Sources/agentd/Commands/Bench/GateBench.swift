internal import AgentRuntime

/// Measures what the grounding gate costs for each piece of text, and how long evidence takes to gather.
struct GateBench: Sendable {
    /// Microseconds.
    struct Outcome: Sendable, Hashable {
        var numbers: Int
        var resultBytes: Int
        var gather: Double
        var deltas: Int
        var p50: Double
        var p99: Double
        var longest: Double
        var marked: Int
    }

    /// A result of so many rows, and an answer that is shown in pieces of a few bytes, over and over.
    static func run<C: Clock<Duration>>(rows: Int, deltas: Int, clock: C) -> Outcome {
        let groups: [JSONValue] = (0..<rows).map { row in
            [
                "name": .string("Row \(row)"), "value": .integer(10_000 + row * 7_919 % 9_000_000),
                "comparison": ["value": .integer(9_000 + row * 6_211 % 9_000_000)],
            ]
        }
        let content: JSONValue = ["value": 450_000, "comparison": ["value": 402_000], "groups": .array(groups)]
        let call = CompletedCall(
            call: ToolCall(id: ToolCallID("call_bench"), name: "query", arguments: [:]),
            status: .completed,
            result: ToolResult(content: content),
            duration: .zero
        )
        var evidence = FigureEvidence()
        let gather = clock.measure {
            evidence.add(calls: [call])
            evidence.settle()
        }
        var gate = GroundingGate(evidence: evidence)
        let text = Array(
            """
            In Q2 2025 it was $450,000, up 12% from $402,000; **North** made 1.2 million of it (see [1]).
            1. Twelve percent of 345,678 rows are from 2025-04-01, seventeen more than before, and -77.3% of that.

            """.unicodeScalars
        )
        var times: [Double] = []
        times.reserveCapacity(deltas)
        var position = 0
        for number in 0..<deltas {
            var piece = ""
            for _ in 0..<(1 + number % 7) {
                piece.unicodeScalars.append(text[position])
                position = (position + 1) % text.count
            }
            times.append(clock.measure { _ = gate.pass(piece) }.microseconds)
        }
        times.sort()
        func percentile(_ share: Double) -> Double { times[min(times.count - 1, Int(Double(times.count) * share))] }
        return Outcome(
            numbers: evidence.count,
            resultBytes: content.bytes().count,
            gather: gather.microseconds,
            deltas: deltas,
            p50: percentile(0.5),
            p99: percentile(0.99),
            longest: times.last ?? 0,
            marked: gate.ungrounded.count
        )
    }
}

extension Duration {
    fileprivate var microseconds: Double {
        Double(components.seconds) * 1_000_000 + Double(components.attoseconds) / 1_000_000_000_000
    }
}
