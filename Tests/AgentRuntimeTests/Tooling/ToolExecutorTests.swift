import AgentRuntime
import TestSupport
import Testing

@Suite("A tool call is run the same way whatever the tool does")
struct ToolExecutorTests {
    private let principal = Principal(
        tenant: TenantID("t"),
        user: UserID("u"),
        permissions: [Permission("test:use")]
    )

    private func run(
        _ tool: ClosureTool,
        _ arguments: JSONObject = [:],
        as principal: Principal? = nil
    ) async throws
        -> CompletedCall
    {
        let today = try #require(CalendarDate("2026-01-31"))
        let executor = ToolExecutor(
            registry: try ToolRegistry([tool]),
            settings: FixedSettings(today: today),
            wallClock: SystemWallClock(),
            clock: ContinuousClock(),
            resultBytesMax: 100
        )
        return try await executor.run(
            ToolCall(id: ToolCallID("call_1"), name: "tool", arguments: arguments),
            for: principal ?? self.principal,
            session: SessionID("conv_1"),
            turn: TurnID("msg_1"),
            effectID: "eff_1"
        )
    }

    @Test("A result comes back with its call")
    func result() async throws {
        let completed = try await run(
            ClosureTool("tool") { arguments, context in
                #expect(context.effectID == "eff_1")
                return ToolResult(content: .object(arguments))
            },
            ["a": 1]
        )
        #expect(completed.status == .completed)
        #expect(completed.result.content == ["a": 1])
    }

    @Test("An unknown tool, a missing permission and wrong arguments are results that say so")
    func refusals() async throws {
        let other = ClosureTool("other") { _, _ in ToolResult(content: nil) }
        #expect(try await run(other).result.content["code"] == "unknown_tool")
        let stranger = Principal(tenant: TenantID("t"), user: UserID("x"))
        let tool = ClosureTool("tool", parameters: ["type": "object", "required": ["metric"]]) { _, _ in
            ToolResult(content: nil)
        }
        #expect(try await run(tool, as: stranger).status == .denied)
        let wrong = try await run(tool)
        #expect(wrong.status == .failed)
        #expect(wrong.result.content["details"]?[0]?["field"]?.string?.contains("metric") == true)
    }

    @Test("What a tool throws becomes a result; strange errors do not show their words")
    func thrown() async throws {
        struct Secret: Error {}
        let strange = try await run(ClosureTool("tool") { _, _ in throw Secret() })
        #expect(strange.result.content["code"] == "internal_error")
        #expect(strange.result.content.text.contains("Secret") == false)
        let known = try await run(ClosureTool("tool") { _, _ in throw AgentError(.notFound, "No such account.") })
        #expect(known.result.content["message"] == "No such account.")
    }

    @Test("A deadline ends the call, a result that is too large is an error")
    func bounds() async throws {
        let slow = ClosureTool("tool", deadline: .milliseconds(1)) { _, _ in
            try await ContinuousClock().sleep(for: .seconds(3600))
            return ToolResult(content: nil)
        }
        #expect(try await run(slow).result.content["code"] == "timeout")
        let large = ClosureTool("tool") { _, _ in ToolResult(content: .string(String(repeating: "x", count: 101))) }
        #expect(try await run(large).result.content["code"] == "result_too_large")
    }

    @Test("The effect's name follows from what is asked, not from the model's call id")
    func effectID() {
        func make(_ id: String, _ arguments: JSONObject, step: Int = 0) -> String {
            let call = ToolCall(id: ToolCallID(id), name: "send", arguments: arguments)
            return EffectID.make(session: SessionID("s"), turn: TurnID("t"), step: step, call: call)
        }
        #expect(make("a", ["x": 1, "y": 2]) == make("b", ["y": 2, "x": 1]))
        #expect(make("a", ["x": 1]) != make("a", ["x": 2]))
        #expect(make("a", ["x": 1]) != make("a", ["x": 1], step: 1))
    }
}
