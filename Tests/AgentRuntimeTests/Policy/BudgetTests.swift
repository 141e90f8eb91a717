import AgentRuntime
import TestSupport
import Testing

@Suite("Budgets")
struct BudgetTests {
    /// What was used before, given by hand.
    struct FixedHistory: BudgetHistory {
        var uses: [BudgetUse] = []
        func used(by tenant: TenantID, since day: CalendarDate) async throws -> [BudgetUse] {
            uses.filter { $0.day >= day }
        }
    }

    static let now = Timestamp(milliseconds: 1_769_860_800_000)

    private func principal(_ user: String = "usr_1", tenant: String = "ten_1") -> Principal {
        Principal(tenant: TenantID(tenant), user: UserID(user))
    }

    private func ledger(
        _ limits: BudgetLimits,
        _ history: FixedHistory = FixedHistory(),
        clock: HandClock = HandClock(BudgetTests.now),
        journal: InMemoryJournal? = nil
    ) -> BudgetLedger {
        BudgetLedger(
            limits: limits,
            journal: journal ?? InMemoryJournal(wallClock: clock),
            history: history,
            wallClock: clock,
            identifiers: SeededIdentifiers()
        )
    }

    @Test("Whatever runs at once, no budget is ever overspent, and what was not used comes back")
    func neverOverspent() async throws {
        let limits = BudgetLimits(
            turn: BudgetLimit(tokens: 700),
            user: BudgetLimit(tokens: 4_000),
            tenant: BudgetLimit(tokens: 9_000, money: Money(units: 50_000)),
            month: BudgetLimit(tokens: 9_500)
        )
        let ledger = ledger(limits)
        let spent = Guarded<[BudgetUse]>([])
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let user = UserID("usr_\(number % 4)")
                    let principal = Principal(tenant: TenantID("ten_1"), user: user)
                    let turn = TurnID("msg_\(number % 90)")
                    let worst = BudgetAmount(tokens: 100 + number % 37, money: Money(units: Int64(number % 900)))
                    guard let held = try? await ledger.reserve(worst, for: principal, turn: turn) else { return }
                    await Task.yield()
                    let used = BudgetAmount(
                        tokens: worst.tokens * (number % 5) / 4,
                        money: Money(units: worst.money.units * Int64(number % 5) / 4)
                    )
                    await ledger.settle(held, used: used, model: "m")
                    let use = BudgetUse(user: user, turn: turn, day: BudgetTests.now.date, amount: used)
                    spent.with { $0.append(use) }
                }
            }
        }
        let uses = spent.with { $0 }
        let total = uses.reduce(0) { $0 + $1.amount.tokens }
        #expect(total <= 9_000)
        #expect(uses.reduce(0) { $0 + $1.amount.money.units } <= 50_000)
        for user in Set(uses.map(\.user)) {
            #expect(uses.filter { $0.user == user }.reduce(0) { $0 + $1.amount.tokens } <= 4_000)
        }
        for turn in Set(uses.map(\.turn)) {
            #expect(uses.filter { $0.turn == turn }.reduce(0) { $0 + $1.amount.tokens } <= 700)
        }
        #expect(total > 1_000, "budgets that are not used up let calls in")
        #expect(await ledger.usedThisMonth(by: TenantID("ten_1")).tokens == total)
    }

    @Test("A refusal says whose budget it is, and leaves nothing reserved")
    func refusal() async throws {
        let ledger = ledger(BudgetLimits(user: BudgetLimit(tokens: 100)))
        let error = await #expect(throws: AgentError.self) {
            try await ledger.reserve(BudgetAmount(tokens: 101), for: principal(), turn: TurnID("msg_1"))
        }
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("you today") == true)
        _ = try await ledger.reserve(BudgetAmount(tokens: 100), for: principal(), turn: TurnID("msg_1"))
        _ = try await ledger.reserve(BudgetAmount(tokens: 100), for: principal("usr_2"), turn: TurnID("msg_2"))
    }

    @Test("What former processes used counts, also what they reserved and never settled; a new day renews")
    func restart() async throws {
        let clock = HandClock(Self.now)
        let journal = InMemoryJournal(wallClock: clock)
        let limits = BudgetLimits(tenant: BudgetLimit(tokens: 100), month: BudgetLimit(tokens: 1_000))
        let first = ledger(limits, clock: clock, journal: journal)
        let held = try await first.reserve(BudgetAmount(tokens: 60), for: principal(), turn: TurnID("msg_1"))
        await first.settle(held, used: BudgetAmount(tokens: 10), model: "m")
        _ = try await first.reserve(BudgetAmount(tokens: 50), for: principal(), turn: TurnID("msg_2"))
        let kinds = journal.all(of: TenantID("ten_1")).map(\.kind)
        #expect(kinds == [.budgetReserved, .budgetSettled, .budgetReserved])
        let uses = [
            BudgetUse(
                user: UserID("usr_1"),
                turn: TurnID("msg_1"),
                day: Self.now.date,
                amount: BudgetAmount(tokens: 10)
            ),
            BudgetUse(
                user: UserID("usr_1"),
                turn: TurnID("msg_2"),
                day: Self.now.date,
                amount: BudgetAmount(tokens: 50)
            ),
        ]
        let second = ledger(limits, FixedHistory(uses: uses), clock: clock)
        await #expect(throws: AgentError.self) {
            try await second.reserve(BudgetAmount(tokens: 41), for: principal(), turn: TurnID("msg_3"))
        }
        _ = try await second.reserve(BudgetAmount(tokens: 40), for: principal(), turn: TurnID("msg_3"))
        let later = ledger(limits, FixedHistory(uses: uses), clock: HandClock(Self.now.advanced(by: .seconds(86_400))))
        _ = try await later.reserve(BudgetAmount(tokens: 100), for: principal(), turn: TurnID("msg_4"))
    }

    @Test("The projection keeps the last word on each call")
    func projection() throws {
        let connection = try SQLiteConnection(path: "", mode: .memory)
        let projection = BudgetProjection()
        try connection.execute(projection.schema)
        func record(_ kind: RecordKind, _ id: String, _ tokens: Int) throws {
            let payload: JSONValue = [
                "id": .string(id), "user": "usr_1", "turn": "msg_1", "tokens": .integer(tokens), "money": 5,
            ]
            let record = Record(
                tenant: TenantID("ten_1"),
                sequence: 1,
                session: nil,
                version: 0,
                turn: nil,
                kind: kind,
                kindVersion: 1,
                wallTime: Self.now,
                actor: "system",
                subject: nil,
                labels: [],
                payload: payload,
                previousLeaf: [],
                leaf: []
            )
            try projection.apply(record, to: connection)
        }
        try record(.budgetReserved, "a", 100)
        try record(.budgetSettled, "a", 7)
        try record(.budgetReserved, "b", 50)
        let total = try connection.first("SELECT sum(tokens) FROM budget_calls", []) { $0.int(0) }
        #expect(total == 57)
    }

    @Test("Prices round up")
    func prices() throws {
        let price = BudgetPrice(input: try #require(ExactNumber("2.5")), output: ExactNumber(10))
        #expect(price.cost(input: 1_000_000, output: 100_000) == Money(units: 35_000))
        #expect(price.cost(input: 1, output: 0) == Money(units: 1))
        #expect(price.cost(input: 0, output: 0) == .zero)
    }

    private func request() throws -> ModelRequest {
        ModelRequest(
            principal: principal(),
            settings: TenantSettings(tenant: TenantID("ten_1"), today: try #require(CalendarDate("2026-01-31"))),
            session: SessionID("conv_1"),
            turn: TurnID("msg_1"),
            message: "How much?"
        )
    }

    private func drain(_ model: any LanguageModel) async throws -> [ModelEvent] {
        let stream = try await model.respond(to: try request())
        var events: [ModelEvent] = []
        while let batch = try await stream.next() { events += batch }
        return events
    }

    private func model(_ ledger: BudgetLedger, _ policy: OverBudgetPolicy, batches: [[ModelEvent]]) -> BudgetedModel {
        BudgetedModel(
            ScriptedModel(name: "paid") { _ in batches },
            offline: ScriptedModel(name: "offline") { _ in [[.text("offline"), .finished(.stop)]] },
            ledger: ledger,
            bounds: .init(price: BudgetPrice(input: ExactNumber(10), output: ExactNumber(10)), outputTokensMax: 1_000),
            policy: policy
        )
    }

    @Test("A call is settled by what the model counted, by its text where it did not, and by its text when cut")
    func settling() async throws {
        let tenant = TenantID("ten_1")
        let limits = BudgetLimits(month: BudgetLimit(tokens: 1_000_000))
        let counted = ledger(limits)
        let usage = Usage(inputTokens: 30, outputTokens: 12, cost: Money(units: 77))
        _ = try await drain(model(counted, .fail, batches: [[.text("hello")], [.usage(usage), .finished(.stop)]]))
        #expect(await counted.usedThisMonth(by: tenant) == BudgetAmount(tokens: 42, money: Money(units: 77)))
        let uncounted = ledger(limits)
        _ = try await drain(model(uncounted, .fail, batches: [[.text("12345678"), .finished(.stop)]]))
        let expected = (try request().byteCount + 3) / 4 + 2
        #expect(await uncounted.usedThisMonth(by: tenant).tokens == expected)
        let dropped = ledger(limits)
        do {
            let stream = try await model(dropped, .fail, batches: [[.text("1234")], [.finished(.stop)]])
                .respond(to: try request())
            _ = try await stream.next()
        }
        let held = try await dropped.reserve(BudgetAmount(), for: principal(), turn: TurnID("msg_2"))
        await dropped.settle(held, used: BudgetAmount(), model: "paid")
        #expect(await dropped.usedThisMonth(by: tenant).tokens == expected - 1)
    }

    @Test("Over budget, the turn fails with words for the user, or the offline planner answers, degraded")
    func overBudget() async throws {
        let limits = BudgetLimits(month: BudgetLimit(money: Money(units: 3)))
        await #expect(throws: AgentError.self) { try await drain(model(ledger(limits), .fail, batches: [])) }
        let events = try await drain(model(ledger(limits), .offline, batches: []))
        #expect(
            events == [
                .answering(StepOrigin(model: "offline", isDegraded: true)), .text("offline"), .finished(.stop),
            ]
        )
    }
}
