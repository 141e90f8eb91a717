/// Runs one tool call the way every call is run: known tool, permission, arguments, deadline, bounded result.
///
/// Whatever goes wrong becomes a result that a model can read; only cancellation is thrown.
/// A tool's work runs on `workers` where they are given, so that a calculation never holds up an event loop.
package struct ToolExecutor: Sendable {
    package let registry: ToolRegistry
    private let settings: any TenantSettingsSource
    private let wallClock: any WallClock
    private let clock: any TimerClock
    private let workers: (any TaskExecutor)?
    private let resultBytesMax: Int
    private let redaction: Redaction
    private let failures: @Sendable (ToolFault) -> Void

    /// `failures`: told of errors that a tool threw and a person should know of; for the log.
    package init(
        registry: ToolRegistry,
        settings: any TenantSettingsSource,
        wallClock: any WallClock,
        clock: any TimerClock,
        workers: (any TaskExecutor)? = nil,
        resultBytesMax: Int = TurnLimits().resultBytes,
        redaction: Redaction = .none,
        failures: @escaping @Sendable (ToolFault) -> Void = { _ in }
    ) {
        self.registry = registry
        self.settings = settings
        self.wallClock = wallClock
        self.clock = clock
        self.workers = workers
        self.resultBytesMax = resultBytesMax
        self.redaction = redaction
        self.failures = failures
    }

    /// Runs a call to its end.
    ///
    /// `settings`: the tenant's as the turn knows them; read where there is no turn that does.
    package func run(
        _ call: ToolCall,
        for principal: Principal,
        session: SessionID,
        turn: TurnID,
        effectID: String,
        isApproved: Bool = false,
        settings known: TenantSettings? = nil
    ) async throws(CancellationError) -> CompletedCall {
        let begun = wallClock.now()
        var asOf: CalendarDate?
        func completed(_ status: ToolCallStatus, _ result: ToolResult) -> CompletedCall {
            let elapsed = max(0, wallClock.now().milliseconds - begun.milliseconds)
            return CompletedCall(
                call: call,
                status: status,
                result: result,
                duration: .milliseconds(elapsed),
                asOf: asOf
            )
        }
        if let defect = call.defect { return completed(.failed, .ownFailure(defect.code, defect.message)) }
        if let (status, result) = refusal(of: call, for: principal) { return completed(status, result) }
        guard let entry = registry.entry(call.name, of: principal.tenant) else {
            return completed(.failed, .ownFailure("unknown_tool", "There is no tool named \(call.name)."))
        }
        do {
            let settings = if let known { known } else { try await settings.settings(for: principal) }
            asOf = settings.today
            let context = ToolContext(
                principal: principal,
                settings: settings,
                session: session,
                turn: turn,
                call: call.id,
                effectID: effectID,
                now: begun,
                isApproved: isApproved
            )
            let workers = entry.tool.worksElsewhere ? nil : workers
            let result = try await within(entry.declaration.deadline, on: workers) {
                try await entry.tool.call(call.arguments, context: context)
            }
            guard result.content.fits(resultBytesMax) else {
                let message =
                    "The result has \(result.content.bytes().count) bytes, more than can be taken in; ask for less at once."
                return completed(.failed, .ownFailure("result_too_large", message))
            }
            return completed(result.isError ? .failed : .completed, result.redacted(by: redaction))
        } catch let error as CancellationError {
            throw error
        } catch {
            if Task.isCancelled { throw CancellationError() }
            let known = error as? AgentError
            if known?.code != .notFound, known?.code != .timeout {
                failures(ToolFault(tool: call.name, turn: turn, words: known?.underlying ?? "\(error)"))
            }
            guard let known else {
                let message = "The tool could not do its work; the operator's log says why."
                return completed(.failed, .ownFailure("internal_error", message))
            }
            // Its deadline is the runtime's; the words of any other error may be another server's.
            let isOwn = known.code == .timeout
            return completed(
                .failed,
                isOwn
                    ? .ownFailure(known.code.rawValue, known.message) : .failure(known.code.rawValue, known.message)
            )
        }
    }

    /// Asks a tool what became of a call with an effect that was begun and never answered.
    package func reconcile(
        _ call: ToolCall,
        for principal: Principal,
        session: SessionID,
        turn: TurnID,
        effectID: String
    ) async throws(CancellationError) -> ReconciledEffect {
        guard let entry = registry.entry(call.name, of: principal.tenant) else { return .unknown }
        do {
            let context = ToolContext(
                principal: principal,
                settings: try await settings.settings(for: principal),
                session: session,
                turn: turn,
                call: call.id,
                effectID: effectID,
                now: wallClock.now()
            )
            return try await within(entry.declaration.deadline, on: workers) {
                try await entry.tool.reconcile(call.arguments, context: context)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            if Task.isCancelled { throw CancellationError() }
            failures(ToolFault(tool: call.name, turn: turn, words: "reconciling: \(error)"))
            return .unknown
        }
    }

    /// Why a call cannot be run at all: an unknown tool, a missing permission, arguments that do not fit.
    package func refusal(of call: ToolCall, for principal: Principal) -> (ToolCallStatus, ToolResult)? {
        guard let entry = registry.entry(call.name, of: principal.tenant) else {
            if registry.isElsewhere(principal.tenant), registry.tool(named: call.name) != nil {
                return (
                    .failed,
                    .ownFailure("not_offered", "The data is kept by another service, which does not give this.")
                )
            }
            return (.failed, .ownFailure("unknown_tool", "There is no tool named \(call.name)."))
        }
        guard principal.may(entry.declaration.permission) else {
            let message = "The user may not do this: it needs the permission \(entry.declaration.permission)."
            return (.denied, .ownFailure("forbidden", message))
        }
        let violations = entry.schema.violations(in: .object(call.arguments))
        guard violations.isEmpty else {
            let fields: [JSONValue] = violations.map { ["field": .string($0.field), "message": .string($0.message)] }
            let words = violations.map { "\($0.field): \($0.message)" }.joined(separator: "; ")
            let result = ToolResult.ownFailure("invalid_argument", words, ["details": .array(fields)])
            return (.failed, result)
        }
        return nil
    }

    /// Runs a tool's work on the workers given, for as long as it may take.
    private func within<Result: Sendable>(
        _ deadline: Duration,
        on workers: (any TaskExecutor)?,
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withDeadline(deadline, clock: clock) {
            AgentError(.timeout, "The tool did not answer within \(deadline.milliseconds / 1000) s.", isRetryable: true)
        } _: {
            guard let workers else { return try await work() }
            return try await withTaskExecutorPreference(workers) { try await work() }
        }
    }
}

/// An error that a tool threw: for the log, never for a user.
package struct ToolFault: Sendable {
    package var tool: String
    package var turn: TurnID
    package var words: String
}
