import AgentRuntime
import Testing

@Suite("Who answered a step, and calls that cannot be run")
struct StepOriginTests {
    private static let origin = StepOrigin(
        model: "offline",
        isDegraded: true,
        prompts: [PromptVersion(name: "system/assistant", hash: "ab12")],
        compaction: ["dropped_turns": 3]
    )

    private static func malformed(_ id: String) -> ToolCall {
        let defect = ToolCallDefect(code: ToolCallDefect.malformedArguments, message: "not JSON")
        return ToolCall(id: ToolCallID(id), name: "look_up", arguments: [:], wireID: "w_\(id)", defect: defect)
    }

    @Test("A step answered by another model is recorded with its name, and the turn ends as degraded")
    func degraded() {
        var machine = TurnStateMachine(limits: TurnLimits())
        _ = machine.begin()
        _ = machine.receive([.answering(Self.origin), .text("Hello."), .finished(.stop)])
        let actions = machine.modelEnded()
        guard case .recordStep(let step)? = actions.first, case .finish(let outcome)? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        #expect(outcome.isDegraded)
        let payload = step.payload(index: 1, model: "primary")
        #expect(payload["model"] == "offline")
        #expect(payload["degraded"] == true)
        #expect(StepDraft(payload: payload).origin == Self.origin)
    }

    @Test("A turn that fails later on stays degraded, and so does one that is taken up again")
    func staysDegraded() {
        var machine = TurnStateMachine(limits: TurnLimits())
        _ = machine.begin()
        _ = machine.receive([.answering(Self.origin)])
        guard case .finish(let outcome)? = machine.modelEnded().last else {
            Issue.record("it must end")
            return
        }
        #expect(outcome.status == .failed)
        #expect(outcome.isDegraded)
        var again = TurnStateMachine(limits: TurnLimits(), isDegraded: true)
        _ = again.begin()
        #expect(again.stop(.cancelled) == [.finish(TurnOutcome(status: .cancelled, isDegraded: true))])
    }

    @Test("Malformed arguments are handed back twice; the third time the turn fails with words that say so")
    func malformedArguments() {
        var machine = TurnStateMachine(limits: TurnLimits())
        _ = machine.begin()
        for round in 0..<2 {
            let call = Self.malformed("call_\(round)")
            _ = machine.receive([.toolCall(call), .finished(.toolCalls)])
            #expect(machine.modelEnded().last == .runTools([call]))
            let result = ToolResult.failure("malformed_arguments", "not JSON")
            let done = CompletedCall(call: call, status: .failed, result: result, duration: .zero)
            #expect(machine.toolCompleted(done).last == .askModel)
        }
        _ = machine.receive([.toolCall(Self.malformed("call_2")), .finished(.toolCalls)])
        guard case .finish(let outcome)? = machine.modelEnded().last else {
            Issue.record("it must end")
            return
        }
        #expect(outcome.failure?.code == "model_failed")
        #expect(outcome.failure?.message.contains("not JSON") == true)
    }

    @Test("A call keeps the model's identifier and its defect in the record")
    func callRoundTrip() {
        let call = Self.malformed("call_1")
        #expect(ToolCall(json: call.json) == call)
        let plain = ToolCall(id: ToolCallID("call_2"), name: "look_up", arguments: ["a": 1])
        #expect(plain.json.object?.names == ["id", "name", "arguments"])
        #expect(ToolCall(json: plain.json) == plain)
    }
}
