import AgentRuntime
import Testing

@Suite("A turn as a state machine")
struct TurnStateMachineTests {
    private static func call(_ id: String, _ name: String = "look_up") -> ToolCall {
        ToolCall(id: ToolCallID(id), name: name, arguments: ["what": .string(id)])
    }

    private static func done(_ call: ToolCall) -> CompletedCall {
        CompletedCall(call: call, status: .completed, result: ToolResult(content: "found"), duration: .zero)
    }

    private func machine(_ limits: TurnLimits = TurnLimits()) -> TurnStateMachine { TurnStateMachine(limits: limits) }

    @Test("An answer without tools is one step: shown, recorded, completed")
    func plainAnswer() {
        var machine = machine()
        #expect(machine.begin() == [.askModel])
        #expect(machine.receive([.text("Hello "), .text("you.")]) == [.show([.text("Hello "), .text("you.")])])
        #expect(machine.receive([.usage(Usage(inputTokens: 3, outputTokens: 2)), .finished(.stop)]) == [])
        let actions = machine.modelEnded()
        guard case .recordStep(let step)? = actions.first, case .finish(let outcome)? = actions.last else {
            Issue.record("\(actions)")
            return
        }
        #expect(step.text == "Hello you.")
        #expect(outcome == TurnOutcome(status: .completed, usage: Usage(inputTokens: 3, outputTokens: 2)))
        #expect(machine.isEnded)
    }

    @Test("Calls of a step run side by side, and the next step begins when the last has ended")
    func toolCalls() {
        var machine = machine()
        _ = machine.begin()
        let (first, second) = (Self.call("a"), Self.call("b"))
        _ = machine.receive([.toolCall(first), .toolCall(second), .note("plan"), .finished(.toolCalls)])
        let actions = machine.modelEnded()
        #expect(actions.last == .runTools([first, second]))
        #expect(machine.toolCompleted(Self.done(second)) == [.recordTool(Self.done(second))])
        #expect(machine.toolCompleted(Self.done(second)) == [], "a result counts once")
        #expect(machine.toolCompleted(Self.done(first)) == [.recordTool(Self.done(first)), .askModel])
        #expect(machine.steps.map { $0.calls.map(\.call.id) } == [[first.id, second.id]], "in the order of the calls")
        #expect(machine.steps[0].notes == ["plan"])
    }

    @Test("A stream that ends without saying why is a failure, never an answer")
    func cutStream() {
        var machine = machine()
        _ = machine.begin()
        _ = machine.receive([.text("Half an ans")])
        #expect(failure(machine.modelEnded())?.code == "model_failed")
    }

    @Test(
        "What breaks the protocol ends the turn",
        arguments: [
            [ModelEvent.finished(.stop), .text("more")],
            [.finished(.toolCalls)],
            [.toolCall(call("a")), .toolCall(call("a")), .finished(.toolCalls)],
            [.text("cut"), .finished(.length)],
        ]
    )
    func brokenProtocol(_ events: [ModelEvent]) {
        var machine = machine()
        _ = machine.begin()
        let actions = machine.receive(events) + machine.modelEnded()
        #expect(failure(actions) != nil)
        #expect(machine.isEnded)
    }

    @Test("Steps, tool calls and text are bounded")
    func limits() {
        var machine = machine(TurnLimits(steps: 1))
        _ = machine.begin()
        _ = machine.receive([.toolCall(Self.call("a")), .finished(.toolCalls)])
        _ = machine.modelEnded()
        #expect(failure(machine.toolCompleted(Self.done(Self.call("a"))))?.code == "limit_exceeded")

        machine = self.machine(TurnLimits(toolCalls: 1))
        _ = machine.begin()
        _ = machine.receive([.toolCall(Self.call("a")), .toolCall(Self.call("b")), .finished(.toolCalls)])
        #expect(failure(machine.modelEnded())?.code == "limit_exceeded")

        machine = self.machine(TurnLimits(answerBytes: 3))
        _ = machine.begin()
        #expect(failure(machine.receive([.text("four")]))?.code == "limit_exceeded")
    }

    @Test("After the end nothing is done any more")
    func nothingAfterTheEnd() {
        var machine = machine()
        _ = machine.begin()
        #expect(machine.stop(.cancelled) == [.finish(TurnOutcome(status: .cancelled))])
        #expect(machine.stop(.failed) == [])
        #expect(machine.receive([.text("late")]) == [])
        #expect(machine.modelEnded() == [])
        #expect(machine.toolCompleted(Self.done(Self.call("a"))) == [])
    }

    @Test("A turn taken up again shows only what was not shown")
    func resumed() {
        let shown: [TurnEvent] = [.text("One "), .text("two ")]
        var machine = TurnStateMachine(limits: TurnLimits(), shown: shown, repeating: 2)
        #expect(machine.begin() == [.askModel])
        #expect(machine.receive([.text("One ")]) == [])
        #expect(machine.receive([.text("two "), .text("three")]) == [.show([.text("three")])])
    }

    @Test("A model that does not repeat itself leaves the turn interrupted")
    func resumedDifferently() {
        var machine = TurnStateMachine(limits: TurnLimits(), shown: [.text("One ")], repeating: 1)
        _ = machine.begin()
        #expect(machine.receive([.text("Uno ")]) == [.finish(TurnOutcome(status: .interrupted))])
    }

    @Test("Only calls without a result are run when a turn is taken up in mid-step")
    func resumedInMidStep() {
        var step = StepDraft(number: 0)
        step.calls = [Self.call("a"), Self.call("b")]
        var machine = TurnStateMachine(limits: TurnLimits())
        let actions = machine.begin(calling: step, completed: [Self.done(Self.call("a"))])
        #expect(actions == [.runTools([Self.call("b")])])
        #expect(machine.toolCompleted(Self.done(Self.call("b"))).last == .askModel)
    }

    private func failure(_ actions: [TurnAction]) -> TurnFailure? {
        guard case .finish(let outcome)? = actions.last, outcome.status == .failed else { return nil }
        return outcome.failure
    }
}
