internal import AgentRuntime

/// Whether the client of a request is still there, and who wants to be told when it has gone.
///
/// Unlike a cancelled task it stops nothing by itself: what was begun for the client is finished or ended by whoever
/// began it.
package final class ClientPresence: Sendable {
    private struct State {
        var hasLeft = false
        var told: [@Sendable () -> Void] = []
    }

    private let state = Guarded(State())

    package init() {}

    /// Calls `body` once when the client has gone; at once when it has already.
    package func onLeaving(_ body: @escaping @Sendable () -> Void) {
        let hasLeft = state.with { state in
            if !state.hasLeft { state.told.append(body) }
            return state.hasLeft
        }
        if hasLeft { body() }
    }

    /// The client has gone.
    func leave() {
        let told = state.with { state in
            state.hasLeft = true
            defer { state.told = [] }
            return state.told
        }
        for body in told { body() }
    }
}
