import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("A model behind a server")
struct HTTPModelTests {
    @Test("A model is told the bounds that mean something, not those that keep the huge out")
    func bounds() {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "query": ["type": "string", "minLength": 1, "maxLength": 2000],
                "code": ["type": "string", "maxLength": 3],
                "ids": ["type": "array", "maxItems": 1000, "items": ["type": "string", "maxLength": 500]],
                "maxLength": ["type": "integer", "maximum": 2000],
            ],
        ]
        let told: JSONValue = [
            "type": "object",
            "properties": [
                "query": ["type": "string", "minLength": 1],
                "code": ["type": "string", "maxLength": 3],
                "ids": ["type": "array", "items": ["type": "string"]],
                "maxLength": ["type": "integer", "maximum": 2000],
            ],
        ]
        #expect(OfferedTools.schema(schema) == told)
    }

    private static let key = "sk-very-secret"

    /// A model over scripted replies, and everything it reported.
    private struct Bench {
        let model: HTTPModel
        let transport: FakeTransport
        let reports = Reports()

        init(
            _ dialect: any Dialect,
            attempts: Int = 3,
            breaker: CircuitBreaker? = nil,
            price: ModelPrice? = nil,
            transport: FakeTransport
        ) {
            self.transport = transport
            let reports = reports
            let clock = JumpingClock()
            let backend = HTTPModel.Backend(
                name: "main",
                dialect: dialect,
                baseURL: "http://model.test/v1",
                model: "m",
                key: { HTTPModelTests.key },
                price: price,
                timeout: .seconds(5)
            )
            model = HTTPModel(
                backend,
                services: HTTPModel.Services(
                    transport: transport,
                    prompts: .none,
                    identifiers: SeededIdentifiers(),
                    random: SystemRandom(),
                    clock: clock,
                    report: { report in reports.add(report) }
                ),
                retry: RetryPolicy(attempts: attempts),
                breaker: breaker ?? CircuitBreaker(clock: clock)
            )
        }
    }

    /// Sleeps end at once; the time they would have taken is the clock's.
    private struct JumpingClock: Clock {
        struct Instant: InstantProtocol {
            var offset = Duration.zero
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }

        private final class Time: Sendable {
            let now = Mutex(Instant())
            let naps = Mutex<[Duration]>([])
        }

        private let time = Time()
        var now: Instant { time.now.withLock { $0 } }
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            try Task.checkCancellation()
            time.now.withLock { $0 = max($0, deadline) }
        }
    }

    private final class Reports: Sendable {
        private let all = Mutex<[HTTPModel.Report]>([])
        func add(_ report: HTTPModel.Report) { all.withLock { $0.append(report) } }
        var kinds: [BackendError.Kind?] { all.withLock { $0.map(\.error?.kind) } }
        var words: String { all.withLock { $0.compactMap(\.error?.words).joined(separator: "\n") } }
    }

    private static func request(steps: [CompletedStep] = [], history: [HistoryTurn] = []) throws -> ModelRequest {
        let tenant = TenantID("ten_1")
        return ModelRequest(
            principal: Principal(tenant: tenant, user: UserID("usr_1")),
            settings: TenantSettings(tenant: tenant, today: try #require(CalendarDate("2026-01-31"))),
            session: SessionID("conv_1"),
            turn: TurnID("msg_1"),
            history: history,
            message: "How much?",
            steps: steps,
            tools: [
                ToolDeclaration(
                    name: "look_up",
                    purpose: "Looks up.",
                    parameters: ["type": "object"],
                    permission: Permission("test:use")
                )
            ]
        )
    }

    private static func events(_ model: some LanguageModel, _ request: ModelRequest) async throws -> [ModelEvent] {
        let stream = try await model.respond(to: request)
        var events: [ModelEvent] = []
        while let batch = try await stream.next() { events += batch }
        return events
    }

    private static func text(_ events: [ModelEvent]) -> String {
        events.reduce(into: "") { if case .text(let text) = $1 { $0 += text } }
    }

    @Test(
        "An answer comes as text, usage with its cost, and an end; the first event says who answers",
        arguments: DialectFixtures.all
    )
    func answer(_ fixtures: DialectFixtures) async throws {
        let price = ModelPrice(input: ExactNumber(3000), output: ExactNumber(15_000))
        let bench = Bench(
            fixtures.dialect,
            price: price,
            transport: FakeTransport([.events(fixtures.text, cutEvery: 7)])
        )
        let events = try await Self.events(bench.model, Self.request())
        guard case .answering(let origin)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(origin.model == "main" && !origin.isDegraded)
        #expect(Self.text(events) == DialectFixtures.words)
        #expect(
            Array(events.suffix(2)) == [
                .usage(Usage(inputTokens: 11, outputTokens: 7, cost: Money(units: 1380))), .finished(.stop),
            ]
        )
        #expect(bench.reports.kinds == [nil])
        let call = try #require(bench.transport.calls.first)
        #expect(call.headers.contains { $0.value.contains(Self.key) })
        #expect(!"\(call)".contains(Self.key))
        #expect(!"\(bench.model)".contains(Self.key))
    }

    @Test(
        "Calls get identifiers of our own and keep the model's; what cannot be run says why",
        arguments: DialectFixtures.all
    )
    func calls(_ fixtures: DialectFixtures) async throws {
        let bench = Bench(
            fixtures.dialect,
            transport: FakeTransport([
                .events(fixtures.calls), .events(fixtures.malformed),
                .events(fixtures.calls.replacing("look_up", with: "wipe_out")),
            ])
        )
        func calls() async throws -> [ToolCall] {
            try await Self.events(bench.model, Self.request()).compactMap {
                if case .toolCall(let call) = $0 { call } else { nil }
            }
        }
        let good = try await calls()
        #expect(good.map(\.wireID) == ["call_a", "call_b"])
        #expect(good.map(\.arguments) == [["what": .double(1.5)], ["what": "ü"]] as [JSONObject])
        #expect(good.allSatisfy { $0.defect == nil })
        #expect(Set(good.map(\.id)).count == 2)
        let malformed = try #require(try await calls().first)
        #expect(malformed.defect?.code == "malformed_arguments")
        #expect(malformed.defect?.message.contains("arr") == true)
        let unknown = try await calls()
        #expect(unknown.allSatisfy { $0.defect?.code == "unknown_tool" })
        #expect(unknown[0].defect?.message.contains("look_up") == true)
    }

    @Test(
        "What may do better a moment later is asked again, up to three times; what may not is not",
        arguments: [(429, 3), (500, 3), (502, 3), (529, 3), (401, 1), (400, 1), (404, 1)]
    )
    func retries(_ status: Int, _ count: Int) async throws {
        let body = #"{"error":{"message":"bad key \#(Self.key)","type":"x"}}"#
        let transport = FakeTransport { _, _ in .text(body, status: status) }
        let bench = Bench(ChatCompletionsDialect(), transport: transport)
        let error = await #expect(throws: AgentError.self) { try await Self.events(bench.model, Self.request()) }
        #expect(transport.calls.count == count)
        #expect(bench.reports.kinds.count == count)
        #expect(error?.message.contains(Self.key) == false)
        #expect(bench.reports.words.contains("bad key [secret]"))
    }

    @Test("A second try that works is an answer like any other")
    func secondTry() async throws {
        let fixtures = DialectFixtures.all[0]
        let bench = Bench(
            fixtures.dialect,
            transport: FakeTransport([.failure(.refused), .text("{}", status: 503), .events(fixtures.text)])
        )
        #expect(Self.text(try await Self.events(bench.model, Self.request())) == DialectFixtures.words)
        #expect(bench.reports.kinds == [.unreachable, .busy, nil])
    }

    @Test("After the first token nothing is asked again: a cut, an error event, silence, a page of HTML behind it")
    func afterFirstToken() async throws {
        let fixtures = DialectFixtures.all[0]
        let half = String(fixtures.text.prefix(fixtures.text.count / 2))
        let bodies: [[FakeTransport.Step]] = [
            [.text(half)], [.text(half), .fail(.cut)], [.text(fixtures.error)], [.text(half), .silence],
            [.text(half), .text("data: <html>\n\n")],
        ]
        for body in bodies {
            let transport = FakeTransport(
                [
                    FakeTransport.Reply(200, headers: [HTTPField("content-type", "text/event-stream")], body: body),
                    .events(fixtures.text),
                ],
                clock: JumpingClock()
            )
            let bench = Bench(fixtures.dialect, transport: transport)
            await #expect(throws: AgentError.self) { try await Self.events(bench.model, Self.request()) }
            #expect(transport.calls.count == 1)
        }
    }

    @Test("A server that never answers, HTML, and a reply with nothing in it fail clearly and at once")
    func useless() async throws {
        let silent = FakeTransport([FakeTransport.Reply(beforeHead: [.silence])], clock: JumpingClock())
        let html = FakeTransport([.text("<html>gateway</html>", type: "text/html")])
        let empty = FakeTransport([
            .events(#"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n")
        ])
        for (transport, kind) in [(silent, BackendError.Kind.timeout), (html, .unreadable), (empty, .empty)] {
            let bench = Bench(ChatCompletionsDialect(), transport: transport)
            await #expect(throws: AgentError.self) { try await Self.events(bench.model, Self.request()) }
            #expect(transport.calls.count == 1)
            #expect(bench.reports.kinds == [kind])
        }
    }

    @Test("A cancelled step ends as cancelled, ends the call, and tells nothing of the server")
    func cancelled() async throws {
        let fixtures = DialectFixtures.all[0]
        let half = String(fixtures.text.prefix(fixtures.text.count / 2))
        let transport = FakeTransport([
            FakeTransport.Reply(
                200,
                headers: [HTTPField("content-type", "text/event-stream")],
                body: [.text(half), .silence]
            )
        ])
        let bench = Bench(fixtures.dialect, transport: transport)
        let stream = try await bench.model.respond(to: Self.request())
        #expect(try await stream.next()?.isEmpty == false)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { while try await stream.next() != nil {} }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
        #expect(transport.cancellations == 1)
        #expect(bench.reports.kinds.isEmpty)
    }

    @Test("An answer cites what the results of its turn cite, once each; without any, the turn before with some")
    func citations() async throws {
        let fixtures = DialectFixtures.all[0]
        func step(_ ids: [String], isError: Bool = false) -> CompletedStep {
            let citations = ids.map { Citation(source: "ledger", id: $0, text: $0) }
            let call = ToolCall(id: ToolCallID("call_\(ids)"), name: "look_up", arguments: [:])
            let result = ToolResult(content: "found", citations: citations, isError: isError)
            return CompletedStep(
                calls: [CompletedCall(call: call, status: .completed, result: result, duration: .zero)]
            )
        }
        func cited(_ request: ModelRequest, _ stream: String) async throws -> [String] {
            let bench = Bench(fixtures.dialect, transport: FakeTransport([.events(stream)]))
            return try await Self.events(bench.model, request).compactMap {
                if case .citation(let citation) = $0 { citation.id } else { nil }
            }
        }
        let steps = [step(["a", "b"]), step(["x"], isError: true), step(["b", "c"])]
        #expect(try await cited(Self.request(steps: steps), fixtures.text) == ["a", "b", "c"])
        #expect(try await cited(Self.request(steps: steps), fixtures.calls) == [], "not while it still asks")
        let history = [
            HistoryTurn(message: "1", answer: "1", steps: [step(["old"])]),
            HistoryTurn(message: "2", answer: "2", steps: [step(["last"])]), HistoryTurn(message: "3", answer: "3"),
        ]
        #expect(try await cited(Self.request(history: history), fixtures.text) == ["last"])
        let plain = fixtures.text.replacing("12 % more", with: "much more")
        #expect(try await cited(Self.request(history: history), plain) == [], "no figure, nothing to rest on")
    }

    @Test("Five failures in a row open the breaker; a trial closes it again")
    func breaker() async throws {
        let fixtures = DialectFixtures.all[0]
        let isBack = Atomic(false)
        let clock = JumpingClock()
        let breaker = CircuitBreaker(clock: clock)
        let transport = FakeTransport { _, _ in
            isBack.load(ordering: .relaxed) ? .events(fixtures.text) : .failure(.refused)
        }
        let bench = Bench(fixtures.dialect, attempts: 1, breaker: breaker, transport: transport)
        for _ in 0..<8 {
            await #expect(throws: AgentError.self) { try await Self.events(bench.model, Self.request()) }
        }
        #expect(transport.calls.count == 5, "an open breaker lets no call through")
        try await clock.sleep(for: .seconds(2))
        await #expect(throws: AgentError.self) { try await Self.events(bench.model, Self.request()) }
        #expect(transport.calls.count == 6, "one trial")
        await #expect(throws: AgentError.self) { try await Self.events(bench.model, Self.request()) }
        #expect(transport.calls.count == 6)
        isBack.store(true, ordering: .relaxed)
        try await clock.sleep(for: .seconds(4))
        #expect(Self.text(try await Self.events(bench.model, Self.request())) == DialectFixtures.words)
        #expect(breaker.state == .closed(failures: 0))
    }

    @Test("While the breaker is half open one call at a time is let through, and a given-up one frees its place")
    func halfOpen() async throws {
        let clock = JumpingClock()
        let breaker = CircuitBreaker(failuresMax: 1, clock: clock)
        breaker.failed(try #require(breaker.permit()))
        #expect(breaker.permit() == nil)
        try await clock.sleep(for: .seconds(1))
        let trial = try #require(breaker.permit())
        #expect(breaker.permit() == nil)
        breaker.abandoned(trial)
        let second = try #require(breaker.permit())
        breaker.failed(second)
        #expect(breaker.permit() == nil)
    }

    @Test("The chain goes on to the next model before the first token, and ends in one that is marked as degraded")
    func fallback() async throws {
        let fixtures = DialectFixtures.all[0]
        let broken = Bench(
            fixtures.dialect,
            attempts: 1,
            transport: FakeTransport([.failure(.refused), .failure(.tls)])
        )
        let second = Bench(
            DialectFixtures.all[1].dialect,
            attempts: 1,
            transport: FakeTransport([.events(DialectFixtures.all[1].text)])
        )
        let offline = ScriptedModel(name: "offline") { _ in [[.text("Offline."), .finished(.stop)]] }
        let chain = FallbackModel([broken.model, second.model], last: offline)
        let first = try await Self.events(chain, Self.request())
        #expect(Self.text(first) == DialectFixtures.words)
        #expect(first.contains { if case .answering(let origin) = $0 { !origin.isDegraded } else { false } })
        let last = try await Self.events(chain, Self.request())
        #expect(Self.text(last) == "Offline.")
        #expect(last.first == .answering(StepOrigin(model: "offline", isDegraded: true)))
        #expect(!chain.repeatsItself && chain.name == "main")
    }

    @Test("A turn that the last model has planned it also ends; what has been said is never said again by another")
    func fallbackLimits() async throws {
        let fixtures = DialectFixtures.all[0]
        let transport = FakeTransport([.events(fixtures.error), .events(fixtures.text)])
        let bench = Bench(fixtures.dialect, attempts: 1, transport: transport)
        let offline = ScriptedModel(name: "offline") { _ in [[.text("Offline."), .finished(.stop)]] }
        let chain = FallbackModel([bench.model], last: offline)
        await #expect(throws: AgentError.self) { try await Self.events(chain, Self.request()) }
        #expect(offline.requests.isEmpty)
        let planned = try Self.request(steps: [CompletedStep(notes: ["a plan"])])
        #expect(Self.text(try await Self.events(chain, planned)) == "Offline.")
        #expect(transport.calls.count == 1)
    }

    @Test("Retries wait longer each time, never shorter than the server asks, and not at all for too long")
    func retryPolicy() {
        let policy = RetryPolicy()
        let busy = BackendError(.busy, "")
        #expect(policy.pause(after: 1, busy, chance: 0) == .milliseconds(200))
        #expect(policy.pause(after: 2, busy, chance: 0) == .milliseconds(400))
        #expect(policy.pause(after: 2, busy, chance: 1) == .milliseconds(200))
        #expect(policy.pause(after: 3, busy, chance: 0) == nil)
        #expect(policy.pause(after: 1, BackendError(.busy, "", retryAfter: .seconds(2)), chance: 0) == .seconds(2))
        #expect(policy.pause(after: 1, BackendError(.busy, "", retryAfter: .seconds(60)), chance: 0) == nil)
        #expect(policy.pause(after: 1, BackendError(.unauthorized, ""), chance: 0) == nil)
    }
}
