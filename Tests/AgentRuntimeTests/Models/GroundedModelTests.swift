import AgentRuntime
import TestSupport
import Testing

@Suite("A model behind the grounding gate")
struct GroundedModelTests {
    private func request(steps: [CompletedStep] = [], history: [HistoryTurn] = []) throws -> ModelRequest {
        let today = try #require(CalendarDate("2026-01-31"))
        return ModelRequest(
            principal: Principal(tenant: TenantID("ten_1"), user: UserID("usr_1")),
            settings: TenantSettings(tenant: TenantID("ten_1"), today: today),
            session: SessionID("conv_1"),
            turn: TurnID("msg_1"),
            history: history,
            message: "How much?",
            steps: steps
        )
    }

    private func step(_ content: JSONValue) -> CompletedStep {
        let call = ToolCall(id: ToolCallID("call_1"), name: "query", arguments: [:])
        let result = ToolResult(content: content)
        return CompletedStep(calls: [CompletedCall(call: call, status: .completed, result: result, duration: .zero)])
    }

    private func events(_ batches: [[ModelEvent]], _ request: ModelRequest) async throws -> [ModelEvent] {
        let model = GroundedModel(ScriptedModel { _ in batches })
        let stream = try await model.respond(to: request)
        var events: [ModelEvent] = []
        while let batch = try await stream.next() { events += batch }
        return events
    }

    @Test("A number that ends a piece waits for the next, and for citations the text before them is whole")
    func order() async throws {
        let citation = ModelEvent.citation(Citation(source: "test", id: "c", text: "c"))
        let batches: [[ModelEvent]] = [
            [.text("It is 45")], [.text("0"), citation, .text(" of 99")],
            [.usage(Usage(inputTokens: 1)), .finished(.stop)],
        ]
        let found = try await events(batches, try request(steps: [step(["value": 450])]))
        #expect(
            found == [
                .text("It is "), .text("450"), citation, .text(" of "), .usage(Usage(inputTokens: 1)),
                .text("99 [unverified]"), .ungrounded("99"), .finished(.stop),
            ]
        )
    }

    @Test("Results of former turns are evidence, the words of former answers are not")
    func history() async throws {
        let turn = HistoryTurn(message: "And 33?", answer: "It was 777.", steps: [step(["value": 450])])
        let batches: [[ModelEvent]] = [[.text("450, 33, 777."), .finished(.stop)]]
        let found = try await events(batches, try request(history: [turn]))
        let marked: [ModelEvent] = [
            .text("450, 33, "), .text("777 [unverified]."), .ungrounded("777"), .finished(.stop),
        ]
        #expect(found == marked)
    }

    @Test("A number cut off with the stream is never shown")
    func cut() async throws {
        let found = try await events([[.text("It is 45")]], try request())
        #expect(found == [.text("It is ")])
    }

    @Test("What would leave in the model's words must rest on results; what stays, and single words, may be anything")
    func leaving() async throws {
        func calls(_ body: String, to tool: String) async throws -> [ToolCall] {
            var asked = try request(steps: [step(["value": 450])])
            asked.tools = [("send", ToolEffect.outbound), ("note", .write)].map { name, effect in
                ToolDeclaration(
                    name: name,
                    purpose: "x",
                    parameters: ["type": "object"],
                    permission: Permission("x:y"),
                    effect: effect
                )
            }
            let arguments: JSONObject = ["to": "ann-99@a.example", "mail": ["body": .string(body)]]
            let call = ToolCall(id: ToolCallID("call_2"), name: tool, arguments: arguments)
            return try await events([[.toolCall(call), .finished(.toolCalls)]], asked).compactMap { event in
                if case .toolCall(let call) = event { call } else { nil }
            }
        }
        #expect(try await calls("You owe us 450 dollars", to: "send").map(\.defect) == [nil])
        #expect(try await calls("ORDER-777", to: "send").map(\.defect) == [nil])
        #expect(try await calls("You owe us 777 dollars", to: "note").map(\.defect) == [nil])
        let refused = try await calls("You owe us 777 dollars, 450 of it late", to: "send")
        #expect(refused.map { $0.defect?.code } == ["ungrounded_figures"])
        #expect(
            refused[0].defect?.message.contains("777") == true && refused[0].defect?.message.contains("450") == false
        )
    }

    @Test("A turn lists what was marked, in its last event and its record, over all steps")
    func turn() {
        var machine = TurnStateMachine(limits: TurnLimits())
        _ = machine.begin()
        let call = ToolCall(id: ToolCallID("call_1"), name: "query", arguments: [:])
        _ = machine.receive([.text("9 [unverified] "), .ungrounded("9"), .toolCall(call), .finished(.toolCalls)])
        _ = machine.modelEnded()
        let result = ToolResult(content: ["value": 1])
        _ = machine.toolCompleted(CompletedCall(call: call, status: .completed, result: result, duration: .zero))
        _ = machine.receive([.text("8 [unverified]"), .ungrounded("8"), .finished(.stop)])
        let actions = machine.modelEnded()
        guard case .finish(let outcome)? = actions.last, case .recordStep(let draft)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(outcome.ungrounded == ["9", "8"])
        let kept = StepDraft(payload: draft.payload(index: 0, model: "scripted"))
        #expect(kept.ungrounded == ["8"])
    }
}
