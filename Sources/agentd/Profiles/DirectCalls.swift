internal import AgentRuntime

/// Tool calls that a client makes itself: each is a turn of a conversation of its own.
///
/// So it runs through the same policy, is recorded in the same way and happens at most once, as if an agent had asked
/// for it. The conversation is taken out of the user's sight once the call has ended; its records stay.
struct DirectCalls: Sendable {
    let services: ProfileServices

    /// Runs a call for the request's caller; when the request is cancelled, so is the call.
    ///
    /// `begun` is told how the call is cancelled otherwise, once it runs.
    func run(
        _ tool: String,
        _ arguments: JSONObject,
        _ routed: RoutedRequest,
        begun: (@escaping @Sendable () -> Void) async -> Void = { _ in }
    ) async throws -> CompletedCall {
        let principal = try routed.principal()
        let conversations = services.conversations
        let loop = routed.loop
        let (session, accepted) = try await Exchange(services: services).begin(
            NewConversation(owner: principal, metadata: ["profile": "mcp", "tool": .string(tool)]),
            with: IncomingMessage(text: tool, principal: principal, call: .init(tool: tool, arguments: arguments)),
            on: loop
        )
        let turn = accepted.turn
        let cancel: @Sendable () -> Void = {
            loop.spawn {
                // A call that has ended meanwhile is not there to be cancelled.
                _ = try? await conversations.cancel(turn, of: session, by: principal, on: loop)
            }
        }
        await begun(cancel)
        let answer = try await withTaskCancellationHandler {
            try await conversations.answer(turn, of: session, by: principal, on: loop)
        } onCancel: {
            cancel()
        }
        let ended = try await conversations.conversation(session, by: principal, on: loop)
        let done = ended.turn(turn)?.steps.flatMap(\.calls).first
        if answer.summary?.status != .awaitingApproval {
            try await conversations.delete(session, by: principal, on: loop)
        }
        if let done { return done }
        if let failure = answer.failure { throw AgentError(turn: failure) }
        throw AgentError(.cancelled, "The call was cancelled.")
    }
}
