internal import AgentRuntime

/// The tokens that have been verified lately, with what they say, so that a client's hundredth request costs no HMAC.
///
/// Only that a key held for a token is remembered, never longer than the token holds; whether its account is still let
/// in is asked each time. Forgotten whenever keys have been read again. Bound: `capacity` tokens of at most 8 KiB.
final class VerifiedTokens: Sendable {
    static let capacity = 1000

    private struct Entry {
        var claims: JWTClaims
        /// When it was verified: before that it may not have been valid yet.
        var since: Timestamp
    }

    private struct State {
        var entries = LeastRecentlyUsed<String, Entry>(capacity: capacity)
        /// How often everything was forgotten.
        var generation = 0
    }

    private let state = Guarded(State())

    /// To be asked before a token is verified, for `keep`.
    var generation: Int { state.with(\.generation) }

    func claims(of token: String, at now: Timestamp) -> JWTClaims? {
        state.with { state in
            guard let entry = state.entries[token] else { return nil }
            guard entry.since <= now, now < entry.claims.expiresAt.advanced(by: JWT.skew) else {
                state.entries[token] = nil
                return nil
            }
            return entry.claims
        }
    }

    /// Keeps a token that was verified, unless keys have been read again since `generation`.
    func keep(_ token: String, _ claims: JWTClaims, at now: Timestamp, of generation: Int) {
        state.with { state in
            guard state.generation == generation else { return }
            state.entries[token] = Entry(claims: claims, since: now)
        }
    }

    func forget() {
        state.with { state in
            state.entries.removeAll()
            state.generation += 1
        }
    }
}
