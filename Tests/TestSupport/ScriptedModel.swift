package import AgentRuntime
internal import Synchronization

/// A model that answers as a closure says; it records what it was asked.
package final class ScriptedModel: LanguageModel {
    package typealias Script = @Sendable (ModelRequest) throws -> [[ModelEvent]]

    package let name: String
    package let repeatsItself: Bool
    private let script: Script
    private let pause: @Sendable () async throws -> Void
    private let log = Mutex<[ModelRequest]>([])

    /// The script gives the batches of one step; the pause is awaited before each of them.
    package init(
        name: String = "scripted",
        repeatsItself: Bool = true,
        pause: @escaping @Sendable () async throws -> Void = {},
        script: @escaping Script
    ) {
        self.name = name
        self.repeatsItself = repeatsItself
        self.pause = pause
        self.script = script
    }

    package var requests: [ModelRequest] { log.withLock { $0 } }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        log.withLock { $0.append(request) }
        let rest = Mutex(try script(request))
        let pause = pause
        let batches = Batches(rest: rest.withLock { $0 })
        return ModelStream {
            try await pause()
            try Task.checkCancellation()
            return batches.next()
        }
    }
}

private final class Batches: Sendable {
    private let rest: Mutex<[[ModelEvent]]>

    init(rest: [[ModelEvent]]) { self.rest = Mutex(rest) }

    func next() -> [ModelEvent]? { rest.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

/// A tool that answers as a closure says.
package struct ClosureTool: Tool {
    package let declaration: ToolDeclaration
    private let body: @Sendable (JSONObject, ToolContext) async throws -> ToolResult

    package init(
        _ name: String,
        permission: Permission = Permission("test:use"),
        parameters: JSONValue = ["type": "object"],
        effect: ToolEffect = .read,
        deadline: Duration = .seconds(10),
        body: @escaping @Sendable (JSONObject, ToolContext) async throws -> ToolResult
    ) {
        declaration = ToolDeclaration(
            name: name,
            purpose: "A tool for tests.",
            parameters: parameters,
            permission: permission,
            effect: effect,
            deadline: deadline
        )
        self.body = body
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await body(arguments, context)
    }
}

/// Settings that are the same for every tenant.
package struct FixedSettings: TenantSettingsSource {
    private let today: CalendarDate

    package init(today: CalendarDate) { self.today = today }

    package func settings(for tenant: TenantID) async throws -> TenantSettings {
        TenantSettings(tenant: tenant, today: today)
    }
}
