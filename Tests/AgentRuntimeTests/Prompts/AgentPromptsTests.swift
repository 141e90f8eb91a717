import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Agents")
struct AgentPromptsTests {
    private func prompts(_ front: String, tools: [String] = ["kb_search", "metrics_query"]) throws -> AgentPrompts {
        let folder = TemporaryFolder()
        let system = folder.file("prompts/system")
        try FileManager.default.createDirectory(atPath: system, withIntermediateDirectories: true)
        let file = "---\nname: assistant\nvariables: []\n\(front)---\nBe exact.\n"
        try file.write(toFile: system + "/assistant.md", atomically: true, encoding: .utf8)
        return try AgentPrompts(PromptLibrary(folder: folder.file("prompts")), tools: tools)
    }

    private func step(_ name: String) -> CompletedStep {
        let call = ToolCall(id: ToolCallID("call_1"), name: name, arguments: [:])
        return CompletedStep(
            calls: [CompletedCall(call: call, status: .completed, result: ToolResult(content: [:]), duration: .zero)]
        )
    }

    private func request(after steps: [String], offering tools: [String]) throws -> ModelRequest {
        let principal = Principal(tenant: TenantID("ten_a"), user: UserID("usr_1"))
        return ModelRequest(
            principal: principal,
            settings: TenantSettings(tenant: principal.tenant, today: try #require(CalendarDate("2026-01-31"))),
            session: SessionID("conv_1"),
            turn: TurnID("msg_1"),
            message: "Hi",
            steps: steps.map(step),
            tools: tools.map {
                ToolDeclaration(name: $0, purpose: "", parameters: [:], permission: Permission("any"))
            }
        )
    }

    @Test("The first tools are called one a step, in their order, and then the model chooses")
    func firstTools() throws {
        let agent = try #require(try prompts("first_tools: [kb_search, metrics_query, kb_search]\n").agent(nil))
        let all = ["kb_search", "metrics_query"]
        let called = ["kb_search", "metrics_query", "kb_search", "kb_search"]
        let chosen = try (0..<5).map { agent.firstTool(of: try request(after: Array(called[..<$0]), offering: all)) }
        #expect(chosen == ["kb_search", "metrics_query", "kb_search", nil, nil])
        // The second may not be used by this user: the third comes in its place.
        #expect(agent.firstTool(of: try request(after: ["kb_search"], offering: ["kb_search"])) == "kb_search")
        #expect(agent.firstTool(of: try request(after: ["kb_search", "kb_search"], offering: ["kb_search"])) == nil)
        // A turn that goes on with an approved call.
        #expect(agent.firstTool(of: try request(after: ["email_send"], offering: all)) == nil)
        let plain = try #require(try prompts("").agent(nil))
        #expect(plain.firstTool(of: try request(after: [], offering: all)) == nil)
    }

    @Test(
        "A first tool that is none, or that the agent does not have, is an error when the prompts are read",
        arguments: [
            "first_tools: [nothing]\n", "first_tools:\n  kb_search: 1\n",
            "tools: [kb_search]\nfirst_tools: [metrics_query]\n",
        ]
    )
    func refused(front: String) {
        #expect(throws: PromptError.self) { try prompts(front) }
    }
}
