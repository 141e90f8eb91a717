import AgentRuntime
import Testing

@Suite("What a model is shown of a conversation")
struct TranscriptBuilderTests {
    private static func completed(_ id: String, wireID: String? = nil, content: String = "found") -> CompletedCall {
        let call = ToolCall(id: ToolCallID(id), name: "look_up", arguments: ["what": .string(id)], wireID: wireID)
        return CompletedCall(
            call: call,
            status: .completed,
            result: ToolResult(content: .string(content)),
            duration: .zero
        )
    }

    private static func request(
        _ message: String = "And now?",
        history: [HistoryTurn] = [],
        steps: [CompletedStep] = [],
        context: JSONValue = .null
    ) throws -> ModelRequest {
        let tenant = TenantID("ten_1")
        return ModelRequest(
            principal: Principal(tenant: tenant, user: UserID("usr_1")),
            settings: TenantSettings(tenant: tenant, today: try #require(CalendarDate("2026-01-31"))),
            session: SessionID("conv_1"),
            turn: TurnID("msg_1"),
            history: history,
            message: message,
            context: context,
            steps: steps
        )
    }

    private static let tools = [Transcript.Tool(name: "look_up", purpose: "Looks up.", parameters: ["type": "object"])]

    private static func build(_ request: ModelRequest, window: Int? = nil) throws -> TranscriptBuilder.Built {
        try TranscriptBuilder(contextWindow: window, outputTokens: window == nil ? nil : 1)
            .build(request, system: "Be exact.", tools: tools)
    }

    /// Begins with the user, nothing empty, each call followed by its result, ends where the model is to go on.
    private static func expectWellFormed(_ transcript: Transcript) {
        var isFirst = true
        var open: [String] = []
        var seen: Set<String> = []
        for entry in transcript.entries {
            switch entry {
            case .user(let text):
                #expect(open.isEmpty && !text.isEmpty)
            case .assistant(let text, let calls):
                #expect(open.isEmpty && !isFirst && !(text.isEmpty && calls.isEmpty))
                open = calls.map(\.id)
                for id in open { #expect(seen.insert(id).inserted, "\(id) stands twice") }
            case .results(let results):
                #expect(results.map(\.id) == open)
                open = []
            }
            isFirst = false
        }
        #expect(open.isEmpty)
        switch transcript.entries.last {
        case .user, .results: break
        default: Issue.record("it ends with \(String(describing: transcript.entries.last))")
        }
    }

    @Test("Earlier turns are shown with their tools, and the text of a step only once")
    func history() throws {
        let steps = [
            CompletedStep(text: "Let me see. ", calls: [Self.completed("call_1", wireID: "toolu_1")]),
            CompletedStep(text: "It is 5."),
        ]
        let turn = HistoryTurn(message: "How much?", answer: "Let me see. It is 5.", steps: steps)
        let built = try Self.build(try Self.request(history: [turn]))
        Self.expectWellFormed(built.transcript)
        #expect(built.compaction == .null)
        #expect(
            built.transcript.entries == [
                .user("How much?"),
                .assistant(
                    text: "Let me see. ",
                    calls: [.init(id: "toolu_1", name: "look_up", arguments: ["what": "call_1"])]
                ),
                .results([.init(id: "toolu_1", content: "found", isError: false)]),
                .assistant(text: "It is 5.", calls: []),
                .user("And now?"),
            ]
        )
    }

    @Test("Turns that ended badly leave nothing dangling: no answer, blank text, ids given twice, names that are none")
    func badHistory() throws {
        var strange = Self.completed("call_2", wireID: "same")
        strange.call.name = "rm -rf /\u{0}ü"
        let history = [
            HistoryTurn(message: "First", answer: "", steps: []),
            HistoryTurn(message: "Second", answer: "  \n", steps: [CompletedStep(text: " ", calls: [])]),
            HistoryTurn(
                message: "Third",
                answer: "",
                steps: [CompletedStep(text: "", calls: [Self.completed("call_1", wireID: "same"), strange])]
            ),
            HistoryTurn(message: "Fourth", answer: "cut in the mid", steps: []),
        ]
        let steps = [CompletedStep(text: "", calls: [Self.completed("call_1", wireID: "no such id!")])]
        let built = try Self.build(try Self.request(history: history, steps: steps))
        Self.expectWellFormed(built.transcript)
        #expect(built.transcript.entries.first == .user("First\n\nSecond\n\nThird"))
        for case .assistant(_, let calls) in built.transcript.entries {
            for call in calls {
                #expect(
                    call.name.utf8.allSatisfy { $0 == 0x5F || $0 == 0x2D || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) }
                )
            }
        }
    }

    @Test("What a client shows stands behind the message as data, within a bound")
    func context() throws {
        let shown = try Self.build(try Self.request(context: ["view": "ledger"])).transcript
        #expect(shown.system == "Be exact.")
        guard case .user(let text)? = shown.entries.last else {
            Issue.record("no user entry")
            return
        }
        #expect(text.hasPrefix("And now?") && text.contains(#"{"view":"ledger"}"#))
        let huge: JSONValue = ["view": .string(String(repeating: "x", count: 20_000))]
        #expect(try Self.build(try Self.request(context: huge)).transcript.entries == [.user("And now?")])
    }

    @Test(
        "What outgrows the window is left out by the rule, in its order, and told",
        arguments: [12_000, 4000, 2500, 900, 300]
    )
    func compaction(_ window: Int) throws {
        let history = (1...10).map { number in
            HistoryTurn(
                message: "Question \(number) " + String(repeating: "q", count: 400),
                answer: "Answer \(number) " + String(repeating: "a", count: 400),
                steps: [
                    CompletedStep(
                        calls: [Self.completed("call_\(number)", content: String(repeating: "r", count: 4000))]
                    )
                ]
            )
        }
        let steps = [CompletedStep(calls: [Self.completed("call_now", content: String(repeating: "ü", count: 2000))])]
        let request = try Self.request(history: history, steps: steps)
        guard window > 300 else {
            let error = #expect(throws: BackendError.self) { try Self.build(request, window: window) }
            #expect(error?.kind == .rejected)
            return
        }
        let built = try Self.build(request, window: window)
        Self.expectWellFormed(built.transcript)
        #expect(built.transcript.tokens <= window)
        let (bare, out, cut) = (
            built.compaction["turns_without_tools"]?.int ?? 0, built.compaction["turns_left_out"]?.int ?? 0,
            built.compaction["results_cut"]?.int ?? 0
        )
        #expect(bare == 10 || out == 0, "whole turns go only after all tools of earlier turns")
        #expect(out == 10 || cut == 0, "results of this turn go last")
        #expect(built.compaction["tokens"]?.int == built.transcript.tokens)
        if window == 12_000 { #expect(bare == 0 || bare < 10) }
        if out > 0 {
            guard case .user(let note)? = built.transcript.entries.first else {
                Issue.record("no note")
                return
            }
            #expect(note.contains("Question \(out) "))
        }
        if window == 900 { #expect(cut == 1) }
    }
}
