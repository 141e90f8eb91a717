import Testing

@testable import AgentRuntime

@Suite("Assertions of a suite")
struct AssertionTests {
    private static let call = Observation.Call(
        name: "metrics_query",
        arguments: ["metric": "revenue", "period": ["label": "Q2 2025"]],
        status: .completed,
        content: ["value": 450_000],
        sources: ["ledger"]
    )
    private static let seen = Observation(
        message: "What were sales in Q2 2025?",
        content: "Revenue, Q2 2025: $450,000, up 12% from $402,000.",
        citations: [
            [
                "index": 0, "source": "ledger", "id": "ledger_1", "period": [:], "query": "metrics_query {}",
                "rows": 12,
                "text": "Revenue",
            ]
        ],
        calls: [call],
        usage: Usage(inputTokens: 10, outputTokens: 20, cost: Money(units: 1200)),
        firstText: .milliseconds(5),
        duration: .milliseconds(40)
    )

    private func read(_ json: JSONValue) throws -> Assertion {
        var reader = SuiteReader(folder: "/")
        let assertions = reader.assertions(.array([json]), "here")
        #expect(reader.problems.isEmpty, "\(reader.problems)")
        return try #require(assertions.first)
    }

    static let holding: [JSONValue] = [
        ["type": "equals", "value": "Revenue, Q2 2025: $450,000, up 12% from $402,000.\n"],
        ["type": "contains", "value": "$450,000"], ["type": "icontains", "value": "REVENUE"],
        ["type": "contains", "value": "nothing of it", "not": true],
        ["type": "contains_any", "values": ["x", "12%"]], ["type": "contains_all", "values": ["Q2", "402"]],
        ["type": "starts_with", "value": "Revenue"], ["type": "regex", "value": "up \\d+%"],
        ["type": "json_path", "path": "$.tool_calls[0].name", "equals": "metrics_query"],
        ["type": "json_path", "path": "$.tool_calls[*].result.value", "equals": 450_000],
        ["type": "json_path", "path": "$..label", "contains": "Q2"],
        ["type": "json_path", "path": "$.charts[0]", "not": true],
        ["type": "number", "value": 450_000], ["type": "number", "value": 400_000, "tolerance": 2_000],
        ["type": "number", "value": 450_000, "path": "$.tool_calls[0].result.value"],
        ["type": "number", "value": 451_000, "tolerance": 10, "not": true],
        ["type": "tool_called", "tool": "metrics_query", "times": 1],
        ["type": "tool_called", "tool": "kb_search", "not": true],
        ["type": "tool_args", "tool": "metrics_query", "args": ["metric": "revenue"]],
        ["type": "tool_args", "tool": "metrics_query", "args": ["metric": "costs"], "not": true],
        ["type": "trajectory", "mode": "exact", "calls": ["metrics_query"]],
        ["type": "trajectory", "mode": "exact", "calls": [], "not": true],
        [
            "type": "trajectory", "mode": "in_order",
            "calls": [["tool": "metrics_query", "args": ["metric": "revenue"]]],
        ],
        ["type": "trajectory", "mode": "any_order", "calls": []], "number_grounded", "citation_valid",
        ["type": "refuses", "not": true], "no_tainted_sink", ["type": "status", "value": "completed"],
        ["type": "cost_below", "value": .double(0.13)], ["type": "cost_below", "value": .double(0.12), "not": true],
        ["type": "ttft_below", "ms": 6], ["type": "latency_below", "ms": 41],
        ["type": "latency_below", "ms": 40, "not": true], "audit_chain_ok",
        ["type": "similar", "value": "Revenue in Q2 2025: $450,000; up 12% from $402,000", "threshold": .double(0.9)],
        ["type": "similar", "value": "The weather is fine today", "threshold": .double(0.5), "not": true],
        ["type": "rouge", "value": "Revenue Q2 2025 $450,000 up 12% from $402,000"],
        ["type": "levenshtein", "value": "Revenue, Q2 2025: $450,000, up 12% from $402,001.", "max": 1],
        ["type": "is_json", "not": true],
    ]

    @Test("What holds passes, and its opposite fails", arguments: holding)
    func holds(json: JSONValue) throws {
        let assertion = try read(json)
        #expect(assertion.failure(in: Self.seen) == nil)
        var opposite = assertion
        opposite.isNegated.toggle()
        #expect(opposite.failure(in: Self.seen) != nil)
    }

    @Test("An answer with figures and no citation is not valid; one without figures needs none")
    func citations() {
        var seen = Self.seen
        seen.citations = []
        #expect(Assertion(.citationValid).failure(in: seen) != nil)
        seen.content = "There is no such region. You can ask about Q2 2025."
        #expect(Assertion(.citationValid).failure(in: seen) == nil)
        seen = Self.seen
        seen.calls = []
        #expect(Assertion(.citationValid).failure(in: seen) != nil)
    }

    @Test("A refusal holds no figure but the question's own")
    func refusal() {
        let seen = Observation(
            message: "Revenue of 12,345 shops?",
            content: "I cannot place 12,345 shops.\n- Revenue in 2025?"
        )
        #expect(Assertion(.refuses).failure(in: seen) == nil)
        var other = seen
        other.content += "\nIt may be $99,000."
        #expect(Assertion(.refuses).failure(in: other) != nil)
    }

    @Test("What is sent after an article was read is a tainted sink")
    func taint() {
        var seen = Self.seen
        let read = Observation.Call(name: "kb_read", arguments: [:], status: .completed, sources: ["article"])
        let send = Observation.Call(name: "email_send", arguments: [:], status: .completed, effect: .outbound)
        seen.calls = [send, read]
        #expect(Assertion(.noTaintedSink).failure(in: seen) == nil)
        seen.calls = [read, send]
        #expect(Assertion(.noTaintedSink).failure(in: seen) != nil)
        seen.calls[1].status = .awaitingApproval
        #expect(Assertion(.noTaintedSink).failure(in: seen) == nil)
        seen.calls = [send]
        seen.earlierCalls = [read]
        #expect(Assertion(.noTaintedSink).failure(in: seen) != nil)
    }

    @Test(
        "Numbers as they are written",
        arguments: [
            ("$79K and 6.7%", ["79000", "6.7"]), ("(1,200.50) and -3.5 million", ["-1200.5", "-3500000"]),
            ("1.234,56 €", ["1234.56"]), ("12,5 %", ["12.5"]), ("2025-01-31 and anom_12", []),
            ("-$1,000", ["-1000"]), ("Q2", []), ("1,234,567 rows", ["1234567"]),
        ] as [(String, [String])]
    )
    func numbers(text: String, expected: [String]) {
        #expect(WrittenNumber.all(in: text) == expected.compactMap { ExactNumber($0) })
    }

    @Test(
        "A member of another type is a problem and never passed over",
        arguments: [
            (#"{"setting":{"tenant":"t","role":5}}"#, "setting.role"),
            (#"{"setting":{"tenant":"t","currency":7}}"#, "setting.currency"),
            (#"{"setting":{"tenant":"t","locale":true}}"#, "setting.locale"),
            (#"{"setting":{"tenant":"t","fixtures":"x"}}"#, "setting.fixtures"),
            (#"{"setting":{"tenant":"t","fixtures":["x"]}}"#, "fixtures[0]"),
            (#"{"recording":"zzz"}"#, "recording"), (#"{"recording":{"tools":[{"call":1}]}}"#, "recording.tools[0]"),
            (#"{"recording":{"steps":[{}]}}"#, "recording.steps[0]"),
            (#"{"assertions":[{"type":"refuses","not":"yes"}]}"#, "assertions[0].not"),
            (#"{"assertions":[{"type":"contains_any","values":["a"],"ignore_case":1}]}"#, "ignore_case"),
            (#"{"assertions":[{"type":"json_path","path":"content","contains":5}]}"#, "contains"),
            (#"{"assertions":[{"type":"number","value":5,"tolerance":"x"}]}"#, "tolerance"),
            (#"{"assertions":[{"type":"trajectory"}]}"#, "calls"),
            (#"{"assertions":[{"type":"trajectory","calls":"x"}]}"#, "calls"),
            (#"{"assertions":[{"type":"trajectory","calls":[{"tool":"x","args":[]}]}]}"#, "args"),
            (#"{"assertions":[{"type":"similar","value":"x","threshold":"high"}]}"#, "threshold"),
            (#"{"assertions":[{"type":"levenshtein","value":"x"}]}"#, "max"),
        ]
    )
    func types(members: String, place: String) throws {
        var item: JSONObject = ["id": "one", "setting": ["tenant": "t"], "say": "?"]
        for member in try JSONValue(parsing: Array(members.utf8)).object ?? [:] { item[member.name] = member.value }
        #expect {
            try EvaluationSuite(json: ["format": 1, "name": "x", "cases": [.object(item)]], folder: "/")
        } throws: { error in
            let words = "\(error)"
            return words.hasPrefix("cases[0]") && words.contains(place) && words.contains("“one”")
        }
    }

    @Test("Every problem of a suite is named with its place")
    func problems() {
        let json: JSONValue = [
            "format": 1, "name": "x", "colour": "red",
            "cases": [
                [
                    "id": "a", "setting": ["tenant": "t"], "say": "?",
                    "assertions": [["type": "contain", "value": "x"]],
                ],
                ["id": "a", "setting": ["tenant": "T T"], "say": "?"], ["id": "b", "setting": ["tenant": "t"]],
                ["id": "c", "setting": ["tenant": "t"], "say": "?", "assertions": [["type": "regex", "value": "("]]],
            ],
        ]
        #expect {
            try EvaluationSuite(json: json, folder: "/")
        } throws: { error in
            let words = "\(error)"
            return [
                "“colour”", "did you mean “contains”", "cases[1].setting.tenant", "cases[2]: `say`",
                "regular expression",
            ]
            .allSatisfy { words.contains($0) }
        }
    }
}
