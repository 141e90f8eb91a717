// Budgets are kept by reserving: before a model is asked, the most that the call can use is taken from every budget it
// falls under, or the call is refused; afterwards the reservation is replaced by what was used. So calls that run at
// once cannot together use more than there is. Both steps are records, the first one durable before the model is asked:
// a process that was killed in between leaves the reservation, which then counts as used.

extension RecordKind {
    /// A model call was let in: `{id, user, turn, tokens, money}`, the most it can use.
    package static let budgetReserved = RecordKind("budget.reserved")
    /// What it used: `{id, user, turn, model, tokens, money}`.
    package static let budgetSettled = RecordKind("budget.settled")
}

/// A model call that has been let in.
package struct BudgetReservation: Sendable, Hashable {
    package var id: String
    package var tenant: TenantID
    package var user: UserID
    package var turn: TurnID
    package var at: Timestamp
    package var amount: BudgetAmount
}

/// Where a ledger finds what was used before it began.
package protocol BudgetHistory: Sendable {
    /// What a tenant's records say was used since a day, by user, day and, for today, turn.
    func used(by tenant: TenantID, since day: CalendarDate) async throws -> [BudgetUse]
}

/// What one call used, or may have used.
package struct BudgetUse: Sendable, Hashable {
    package var user: UserID
    package var turn: TurnID
    package var day: CalendarDate
    package var amount: BudgetAmount

    package init(user: UserID, turn: TurnID, day: CalendarDate, amount: BudgetAmount) {
        self.user = user
        self.turn = turn
        self.day = day
        self.amount = amount
    }
}

/// Holds the budgets of all tenants; the one place where use is added up.
///
/// Between awaits it holds: what is in `used` is at least what was used and reserved since each tenant was loaded.
package actor BudgetLedger {
    /// What an amount is added to.
    enum Scope: Hashable {
        case turn(TurnID)
        case user(TenantID, UserID, CalendarDate)
        case tenant(TenantID, CalendarDate)
        case month(TenantID, Int)

        var name: String {
            switch self {
            case .turn: "this answer"
            case .user: "you today"
            case .tenant: "your organisation today"
            case .month: "your organisation this month"
            }
        }
    }

    private let limits: BudgetLimits
    private let journal: any Journal
    private let history: any BudgetHistory
    private let wallClock: any WallClock
    private let identifiers: any IdentifierSource
    private let failures: @Sendable (any Error) -> Void
    private var used: [Scope: BudgetAmount] = [:]
    private var loaded: Set<TenantID> = []
    private var loading: [TenantID: Waiters] = [:]
    private var day: CalendarDate?
    /// Calls whose streams were dropped; settled before the next reservation.
    private nonisolated let dropped = Guarded<[(BudgetReservation, BudgetAmount, String)]>([])

    /// `failures`: told when what was used could not be recorded; it still counts in this process.
    package init(
        limits: BudgetLimits,
        journal: any Journal,
        history: any BudgetHistory,
        wallClock: any WallClock,
        identifiers: any IdentifierSource,
        failures: @escaping @Sendable (any Error) -> Void = { _ in }
    ) {
        self.limits = limits
        self.journal = journal
        self.history = history
        self.wallClock = wallClock
        self.identifiers = identifiers
        self.failures = failures
    }

    /// Takes the most that a call can use from every budget, or throws `limit_exceeded`.
    ///
    /// The reservation is durable when this returns.
    package func reserve(
        _ amount: BudgetAmount,
        for principal: Principal,
        turn: TurnID
    ) async throws
        -> BudgetReservation
    {
        for (reservation, amount, model) in takeDropped() { await settle(reservation, used: amount, model: model) }
        try await load(principal.tenant)
        let now = wallClock.now()
        forgetOldDays(now.date)
        let scopes = scopes(principal.tenant, principal.user, turn, now.date)
        for (scope, limit) in scopes {
            let total = (used[scope] ?? BudgetAmount()).adding(amount)
            if let tokens = limit.tokens, total.tokens > tokens { throw Self.exceeded(scope, limit) }
            if let money = limit.money, total.money > money { throw Self.exceeded(scope, limit) }
        }
        for (scope, _) in scopes { used[scope] = (used[scope] ?? BudgetAmount()).adding(amount) }
        let reservation = BudgetReservation(
            id: identifiers.next("bud"),
            tenant: principal.tenant,
            user: principal.user,
            turn: turn,
            at: now,
            amount: amount
        )
        do {
            try await append(.budgetReserved, reservation, amount, model: nil)
        } catch {
            release(reservation, down: BudgetAmount())
            throw error
        }
        return reservation
    }

    /// Replaces a reservation by what was used.
    package func settle(_ reservation: BudgetReservation, used amount: BudgetAmount, model: String) async {
        release(reservation, down: amount)
        do {
            try await append(.budgetSettled, reservation, amount, model: model)
        } catch {
            failures(error)
        }
    }

    /// Settles a call from where nothing can wait; it counts at its reservation until the next one is asked for.
    package nonisolated func settleLater(_ reservation: BudgetReservation, used amount: BudgetAmount, model: String) {
        dropped.with { $0.append((reservation, amount, model)) }
    }

    private func takeDropped() -> [(BudgetReservation, BudgetAmount, String)] {
        dropped.with { dropped in
            defer { dropped = [] }
            return dropped
        }
    }

    /// What has been used and reserved of a tenant's month, for metrics and tests.
    package func usedThisMonth(by tenant: TenantID) -> BudgetAmount {
        let date = wallClock.now().date
        return used[.month(tenant, date.year * 12 + date.month)] ?? BudgetAmount()
    }

    private func release(_ reservation: BudgetReservation, down amount: BudgetAmount) {
        for (scope, _) in scopes(reservation.tenant, reservation.user, reservation.turn, reservation.at.date) {
            guard let total = used[scope] else { continue }
            used[scope] = total.subtracting(reservation.amount).adding(amount)
        }
    }

    private func scopes(
        _ tenant: TenantID,
        _ user: UserID,
        _ turn: TurnID,
        _ date: CalendarDate
    ) -> [(Scope, BudgetLimit)] {
        [
            (.turn(turn), limits.turn), (.user(tenant, user, date), limits.user),
            (.tenant(tenant, date), limits.tenant),
            (.month(tenant, date.year * 12 + date.month), limits.month),
        ]
    }

    /// Reads what former processes used, once for each tenant.
    private func load(_ tenant: TenantID) async throws {
        while !loaded.contains(tenant) {
            if loading[tenant] != nil {
                await withCheckedContinuation { continuation in
                    guard loading[tenant] != nil else { return continuation.resume() }
                    loading[tenant]?.add(continuation)
                }
                continue
            }
            loading[tenant] = Waiters()
            defer {
                loading[tenant]?.resumeAll()
                loading[tenant] = nil
            }
            let today = wallClock.now().date
            let first = CalendarDate(year: today.year, month: today.month, day: 1) ?? today
            for use in try await history.used(by: tenant, since: first) {
                for (scope, _) in scopes(tenant, use.user, use.turn, use.day) {
                    used[scope] = (used[scope] ?? BudgetAmount()).adding(use.amount)
                }
            }
            loaded.insert(tenant)
        }
    }

    /// Turns and days that are over hold no budget any more.
    ///
    /// A turn that runs over midnight begins its budget anew.
    private func forgetOldDays(_ today: CalendarDate) {
        defer { day = today }
        guard let day, day != today else { return }
        let month = today.year * 12 + today.month
        used = used.filter { entry in
            switch entry.key {
            case .turn: false
            case .user(_, _, let date), .tenant(_, let date): date == today
            case .month(_, let number): number == month
            }
        }
    }

    private func append(
        _ kind: RecordKind,
        _ reservation: BudgetReservation,
        _ amount: BudgetAmount,
        model: String?
    ) async throws {
        var payload: JSONObject = [
            "id": .string(reservation.id), "user": .string(reservation.user.rawValue),
            "turn": .string(reservation.turn.rawValue), "tokens": .integer(amount.tokens),
            "money": .integer(Int(amount.money.units)),
        ]
        if let model { payload["model"] = .string(model) }
        let draft = RecordDraft(kind: kind, actor: "system", payload: .object(payload))
        do {
            _ = try await journal.append(JournalAppend(tenant: reservation.tenant, drafts: [draft]))
        } catch {
            throw AgentError(journal: error)
        }
    }

    private static func exceeded(_ scope: Scope, _ limit: BudgetLimit) -> AgentError {
        AgentError(
            .limitExceeded,
            "The budget for language models that holds for \(scope.name) is used up, or what is left is less than an "
                + "answer can need. Ask an administrator, or ask again when it is renewed."
        )
    }
}
