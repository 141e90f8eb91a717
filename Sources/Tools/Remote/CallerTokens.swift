package import AgentRuntime

/// Who came with a token, as far as rights go: the same user with other rights is somebody else.
package struct Caller: Sendable, Hashable {
    let tenant: TenantID
    let user: UserID
    let permissions: PermissionSet

    package init(_ principal: Principal) {
        tenant = principal.tenant
        user = principal.user
        permissions = principal.permissions
    }
}

/// Who asks another server, and when; what tokens are looked up by.
struct Asker: Sendable {
    var principal: Principal
    var now: Timestamp
}

/// The tokens that users came with last, so that services which know them can be asked in their name.
///
/// They are kept in memory only and never written, logged or given to anything but a call to the service that the
/// configuration names. Only those of tenants that have such a service are kept, each until it expires; at most
/// `keptMax`, of which the one used longest ago makes room.
package final class CallerTokens: Sendable {
    package static let keptMax = 10_000

    private struct Kept {
        var token: String
        var expiresAt: Timestamp
        var use: Int
    }

    private struct State {
        var kept: [Caller: Kept] = [:]
        var uses = 0
    }

    private let tenants: Set<TenantID>
    private let state = Guarded(State())

    /// `tenants`: those with a service that is asked in its users' names.
    package init(of tenants: Set<TenantID>) { self.tenants = tenants }

    package func isNeeded(by tenant: TenantID) -> Bool { tenants.contains(tenant) }

    /// Keeps a token that has been found to hold.
    package func keep(_ token: String, of principal: Principal, until expiresAt: Timestamp) {
        guard tenants.contains(principal.tenant) else { return }
        state.with { state in
            state.uses += 1
            state.kept[Caller(principal)] = Kept(token: token, expiresAt: expiresAt, use: state.uses)
            guard state.kept.count > CallerTokens.keptMax else { return }
            let oldest = state.kept.min { $0.value.use < $1.value.use }
            if let oldest { state.kept[oldest.key] = nil }
        }
    }

    /// The token of a principal that still holds.
    func token(of asker: Asker) -> String? {
        state.with { state in
            let caller = Caller(asker.principal)
            guard var kept = state.kept[caller] else { return nil }
            guard asker.now < kept.expiresAt else {
                state.kept[caller] = nil
                return nil
            }
            state.uses += 1
            kept.use = state.uses
            state.kept[caller] = kept
            return kept.token
        }
    }
}
