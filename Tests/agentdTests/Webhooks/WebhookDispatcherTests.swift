import AgentRuntime
import TestSupport
import Testing
import Tools

@testable import agentd

@Suite("Webhooks are delivered from the journal")
struct WebhookDispatcherTests {
    private static let tenant = TenantID("ten_a")

    private let clock = HandClock()
    private let journal: InMemoryJournal
    private let store: WebhookStore

    init() throws {
        journal = InMemoryJournal(wallClock: clock)
        store = WebhookStore(database: try ControlDatabase.open(path: "", mode: .memory))
    }

    private func dispatcher(_ transport: FakeTransport, allowsPrivate: Bool = true) -> WebhookDispatcher {
        WebhookDispatcher(
            store: store,
            journal: journal,
            transport: transport,
            urlGuard: URLGuard(allowsPrivate: allowsPrivate),
            wallClock: clock,
            clock: ContinuousClock(),
            log: Logger(level: .error, format: .json, wallClock: clock) { _ in }
        )
    }

    private func subscribe(
        _ events: [String],
        filters: [String: [String]] = [:],
        url: String = "https://hook.test/x"
    ) async throws {
        try await store.add(
            Webhook(
                id: "whk_1",
                tenant: Self.tenant,
                name: nil,
                url: url,
                events: events,
                filters: filters,
                secret: "secret",
                isActive: true,
                createdAt: clock.now(),
                cursor: 0
            )
        )
    }

    private func append(_ kind: String, _ payload: JSONValue) async throws {
        let draft = RecordDraft(kind: RecordKind(kind), actor: "user:u", payload: payload)
        _ = try await journal.append(JournalAppend(tenant: Self.tenant, drafts: [draft]))
    }

    @Test("What nobody takes for a day is dead, is listed, and is sent again by command")
    func dead() async throws {
        try await subscribe(["email.sent"])
        try await append("email.sent", ["id": "eml_1"])
        try await append("email.sent", ["id": "eml_2"])
        let transport = FakeTransport { call, _ in
            // The first is refused for ever, the second is taken.
            .text("", status: String(decoding: call.body ?? [], as: UTF8.self).contains("eml_1") ? 500 : 204)
        }
        let dispatcher = dispatcher(transport)
        #expect(try await dispatcher.collect())
        var pauses: [Int] = []
        for _ in 0..<400 where try await store.dead().isEmpty {
            _ = try await dispatcher.deliver()
            guard let next = try await store.heads().first?.delivery.nextAt, next > clock.now() else { continue }
            pauses.append(Int(next.milliseconds - clock.now().milliseconds) / 1000)
            clock.advance(by: .milliseconds(next.milliseconds - clock.now().milliseconds))
        }
        #expect(pauses.prefix(5) == [1, 2, 4, 8, 16])
        #expect(pauses.max() == 600)
        let dead = try await store.dead()
        #expect(dead.map(\.delivery.event) == ["email.sent"])
        #expect(dead.first?.delivery.lastError == "the receiver answered 500")
        // The one behind it goes now.
        #expect(try await dispatcher.deliver() == 1)
        #expect(try await store.heads().isEmpty)
        let control = WebhookControl(store: store, wallClock: clock)
        let progress: ControlProgress = { _ in }
        let listed = try await control.handle("webhooks.dead", [:], progress: progress)
        #expect(listed[0]?["event"] == "email.sent")
        #expect(try await control.handle("webhooks.resend", ["id": 99], progress: progress)["resent"] == 0)
        #expect(try await control.handle("webhooks.resend", [:], progress: progress)["resent"] == 1)
        let taken = self.dispatcher(FakeTransport([.text("", status: 204)]))
        #expect(try await taken.deliver() == 1)
        #expect(try await store.dead().isEmpty)
    }

    @Test("Deliveries are signed, in order, and the same body is sent again")
    func order() async throws {
        try await subscribe(["email.sent"])
        for number in 1...3 { try await append("email.sent", ["id": .integer(number)]) }
        let transport = FakeTransport { _, number in .text("", status: number == 1 ? 503 : 200) }
        let dispatcher = dispatcher(transport)
        _ = try await dispatcher.collect()
        #expect(try await dispatcher.deliver() == 1)
        #expect(try await dispatcher.deliver() == 0)
        // Nothing overtakes the one that was refused.
        #expect(try await dispatcher.deliver() == 0)
        clock.advance(by: .seconds(1))
        while try await dispatcher.deliver() > 0 {}
        let bodies = transport.calls.map { String(decoding: $0.body ?? [], as: UTF8.self) }
        #expect(bodies.count == 4)
        #expect(bodies[1] == bodies[2])
        for call in transport.calls {
            let signature = call.headers.first { $0.name == "X-Signature" }?.value
            #expect(signature == WebhookEvent.signature(of: call.body ?? [], secret: "secret"))
        }
    }

    @Test("A name that leads inside by the time of the delivery is not called")
    func inside() async throws {
        try await subscribe(["email.sent"], url: "http://127.0.0.1:9/x")
        try await append("email.sent", ["id": "eml_1"])
        let transport = FakeTransport([.text("")])
        let dispatcher = dispatcher(transport, allowsPrivate: false)
        _ = try await dispatcher.collect()
        #expect(try await dispatcher.deliver() == 0)
        #expect(transport.calls.isEmpty)
        #expect(try await store.heads().first?.delivery.attempts == 1)
    }

    @Test("A name that leads inside is refused when it is registered, one that leads nowhere is not")
    func registered() async throws {
        let actions = WebhookActions(
            store: store,
            urlGuard: URLGuard(allowsPrivate: false),
            journal: journal,
            identifiers: SeededIdentifiers(),
            random: SystemRandom(),
            wallClock: clock,
            addresses: { host in
                ["inside.test": ["93.184.216.34", "10.0.0.8"], "outside.test": ["93.184.216.34"]][host, default: []]
                    .compactMap { IPAddress($0) }
            }
        )
        let principal = Principal(tenant: Self.tenant, user: UserID("u"), roles: [], permissions: [])
        func add(_ host: String) async throws {
            let json: JSONValue = ["url": .string("https://\(host)/x"), "events": ["email.sent"]]
            _ = try await actions.add(.init(json, activeName: "active"), by: principal)
        }
        await #expect(throws: AgentError.self) { try await add("inside.test") }
        try await add("outside.test")
        try await add("nowhere.test")
        #expect(try await store.all().map(\.url) == ["https://outside.test/x", "https://nowhere.test/x"])
    }

    @Test(
        "Records stand for events",
        arguments: [
            ("anomaly.detected", ["id": "a", "severity": "high"], "anomaly.detected"),
            (
                "anomaly.changed",
                [
                    "id": "a", "account": "6100", "before": ["status": "unresolved"], "after": ["status": "resolved"],
                    "anomaly": ["severity": "high"],
                ],
                "anomaly.resolved"
            ),
            (
                "anomaly.changed",
                ["id": "a", "before": ["status": "resolved"], "after": ["status": "resolved"]],
                nil
            ),
            ("deal.changed", ["id": "d", "after": ["status": "won"], "deal": ["severity": "high"]], "opportunity.won"),
            ("deal.changed", ["id": "d", "after": ["status": "lost"]], "opportunity.lost"),
            ("deal.changed", ["id": "d", "after": ["stage": "Proposal"]], nil),
            ("turn.completed", ["status": "failed", "error": ["code": "model_failed"]], "turn.failed"),
            ("turn.completed", ["status": "cancelled"], nil),
            ("conversation.changed", ["status": "escalated", "metadata": [:]], "conversation.escalated"),
            ("conversation.changed", ["title": "x"], nil),
            (
                "tool.completed",
                [
                    "call": ["name": "scenario_create"], "status": "completed",
                    "result": ["content": ["id": "scen_1", "name": "Growth"]],
                ],
                "scenario.created"
            ),
            (
                "tool.completed",
                [
                    "call": ["name": "scenario_simulate"], "status": "completed",
                    "result": ["content": ["scenario_id": "scen_1"]],
                ],
                "scenario.simulated"
            ),
            (
                "tool.completed",
                ["call": ["name": "scenario_create"], "status": "failed", "result": ["content": [:]]], nil
            ),
            ("tool.completed", ["call": ["name": "metrics_query"], "status": "completed"], nil),
        ] as [(String, JSONValue, String?)]
    )
    func events(_ kind: String, _ payload: JSONValue, _ name: String?) async throws {
        try await append(kind, payload)
        let record = try #require(try await journal.records(of: Self.tenant, after: 0, limit: 1).first)
        #expect(WebhookEvent(record)?.name == name)
    }

    @Test("Neither the words of a call nor where a user sits are told")
    func discreet() async throws {
        try await append(
            "approval.requested",
            [
                "approval_id": "appr_1", "call": ["name": "email_send", "arguments": ["body": "secret words"]],
                "origin": ["address": "192.0.2.7"],
            ]
        )
        let record = try #require(try await journal.records(of: Self.tenant, after: 0, limit: 1).first)
        let event = try #require(WebhookEvent(record))
        #expect(event.data["id"] == "appr_1")
        #expect(event.data["tool"] == "email_send")
        let text = String(decoding: event.body, as: UTF8.self)
        #expect(!text.contains("secret words") && !text.contains("192.0.2.7"))
    }

    @Test("Filters compare without regard to case, and an event without the member is not told")
    func filters() async throws {
        try await subscribe(["anomaly.detected", "email.sent"], filters: ["severity": ["HIGH"]])
        try await append("anomaly.detected", ["id": "1", "severity": "high"])
        try await append("anomaly.detected", ["id": "2", "severity": "low"])
        try await append("email.sent", ["id": "3"])
        let transport = FakeTransport { _, _ in .text("", status: 204) }
        let dispatcher = dispatcher(transport)
        _ = try await dispatcher.collect()
        while try await dispatcher.deliver() > 0 {}
        #expect(transport.calls.count == 1)
    }
}
