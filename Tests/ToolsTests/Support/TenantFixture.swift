import AgentRuntime
import Foundation
import Testing

@testable import Tools

/// One tenant in a temporary data folder of its own, removed when the fixture goes.
final class TenantFixture: Sendable {
    let folder: String
    let databases: DomainDatabases
    let ledger: LedgerStore
    let tenant = TenantID("ten_test")
    let settings: TenantSettings

    init(today: String = "2026-01-31", fiscalYearStart: Int = 1) throws {
        folder = NSTemporaryDirectory() + "agentd-tools-" + UUID().uuidString
        databases = DomainDatabases(dataFolder: folder)
        ledger = LedgerStore(databases)
        settings = TenantSettings(
            tenant: tenant,
            today: try #require(CalendarDate(today)),
            fiscalYearStart: fiscalYearStart
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @discardableResult
    func load(_ type: String, _ text: String, replace: Bool = false) async throws -> Importer.Outcome {
        try await Importer(databases: databases).run(
            type: type,
            from: .bytes(Array(text.utf8)),
            tenant: tenant,
            replace: replace,
            now: Timestamp(milliseconds: 0)
        )
    }

    /// The error that an import ends with.
    func refusal(_ type: String, _ text: String) async -> AgentError? {
        await #expect(throws: AgentError.self) { try await self.load(type, text) }
    }

    func call(_ tool: any Tool, _ arguments: JSONObject) async throws -> ToolResult {
        try await tool.call(arguments, context: context)
    }

    /// The content of a call that is expected to succeed.
    func content(_ tool: any Tool, _ arguments: JSONObject) async throws -> JSONValue {
        let result = try await call(tool, arguments)
        try #require(!result.isError, "\(result.content.text)")
        return result.content
    }

    func metrics(_ arguments: JSONObject) async throws -> JSONValue {
        try await content(MetricsQueryTool(ledger: ledger), arguments)
    }

    /// The code of a call that is expected to fail with an explanation.
    func failure(_ tool: any Tool, _ arguments: JSONObject) async throws -> JSONValue {
        let result = try await call(tool, arguments)
        #expect(result.isError)
        return result.content
    }

    var context: ToolContext {
        ToolContext(
            principal: Principal(tenant: tenant, user: UserID("usr_test")),
            settings: settings,
            session: SessionID("conv_test"),
            turn: TurnID("msg_test"),
            call: ToolCallID("call_test"),
            effectID: "effect_test",
            now: Timestamp(milliseconds: 1_769_860_800_000)
        )
    }
}

extension JSONValue {
    /// The member that a path such as `groups.0.value` leads to.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: ".").reduce(Optional(self)) { value, name in
            Int(name).map { value?[$0] } ?? value?[String(name)]
        }
    }
}
