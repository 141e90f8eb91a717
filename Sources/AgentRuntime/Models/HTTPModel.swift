/// A model behind a server: its dialect over a transport, with retries and a breaker.
///
/// A step is asked for again only while nothing of its reply has been given out. What the server says in an error goes
/// to the log, without the key; a user is told what it means.
package struct HTTPModel: LanguageModel {
    /// Where a model runs and how it is asked.
    package struct Backend: Sendable {
        /// What configuration, records and metrics call it.
        package var name: String
        package var dialect: any Dialect
        package var baseURL: String
        /// The model's name on the server.
        package var model: String
        /// Tells the key; a closure, so that no dump of this value shows it.
        package var key: @Sendable () -> String?
        package var price: ModelPrice?
        /// Tokens it can read at once, the answer included.
        package var contextWindow: Int?
        package var outputTokensMax: Int?
        /// Without a byte from it until it counts as failed.
        package var timeout: Duration

        package init(
            name: String,
            dialect: any Dialect,
            baseURL: String,
            model: String,
            key: @escaping @Sendable () -> String? = { nil },
            price: ModelPrice? = nil,
            contextWindow: Int? = nil,
            outputTokensMax: Int? = nil,
            timeout: Duration = .seconds(60)
        ) {
            self.name = name
            self.dialect = dialect
            self.baseURL = baseURL
            self.model = model
            self.key = key
            self.price = price
            self.contextWindow = contextWindow
            self.outputTokensMax = outputTokensMax
            self.timeout = timeout
        }
    }

    /// What a call came to, for logs and metrics.
    package struct Report: Sendable {
        package var model: String
        /// `nil` for a call that was answered to its end.
        package var error: BackendError?
        /// From the call to the first part of the reply, where there was one.
        package var firstPart: Duration?
    }

    /// What every model of a deployment works with.
    package struct Services: Sendable {
        package var transport: any HTTPTransport
        package var prompts: AgentPrompts
        package var identifiers: any IdentifierSource
        package var random: any RandomSource
        package var clock: any Clock<Duration>
        /// Where a large request is put together.
        package var workers: (any TaskExecutor)?
        package var report: @Sendable (Report) -> Void

        package init(
            transport: any HTTPTransport,
            prompts: AgentPrompts,
            identifiers: any IdentifierSource,
            random: any RandomSource,
            clock: any Clock<Duration>,
            workers: (any TaskExecutor)? = nil,
            report: @escaping @Sendable (Report) -> Void = { _ in }
        ) {
            self.transport = transport
            self.prompts = prompts
            self.identifiers = identifiers
            self.random = random
            self.clock = clock
            self.workers = workers
            self.report = report
        }
    }

    private let backend: Backend
    /// Where it is asked.
    private let address: String
    private let services: Services
    private let retry: RetryPolicy
    private let offers = OfferedToolsCache()
    package let breaker: CircuitBreaker

    package init(_ backend: Backend, services: Services, retry: RetryPolicy = RetryPolicy(), breaker: CircuitBreaker) {
        self.backend = backend
        address = backend.dialect.address(backend.baseURL)
        self.services = services
        self.retry = retry
        self.breaker = breaker
    }

    package var name: String { backend.name }
    package var repeatsItself: Bool { false }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        do {
            let question = try await question(request)
            var failures = 0
            while true {
                do {
                    return try await attempt(question, request)
                } catch let error as BackendError {
                    failures += 1
                    let chance = Double(services.random.bytes(1).first ?? 0) / 255
                    guard let pause = retry.pause(after: failures, error, chance: chance) else { throw error }
                    try await services.clock.sleep(for: pause)
                }
            }
        } catch let error as BackendError {
            throw AgentError(error)
        }
    }

    // MARK: - The request

    private struct Question: Sendable {
        var call: HTTPCall
        var origin: StepOrigin
        /// What the request comes to where the server does not count.
        var tokens: Int
    }

    /// Requests beyond this are put together on workers.
    private static let largeBytes = 64 << 10

    private func question(_ request: ModelRequest) async throws -> Question {
        var bytes = request.message.utf8.count
        for turn in request.history { bytes += turn.answer.utf8.count + 4096 * turn.steps.count }
        for call in request.steps.flatMap(\.calls) { bytes += call.result.content.roughByteCount }
        guard bytes > Self.largeBytes, let workers = services.workers else { return try build(request) }
        return try await withTaskExecutorPreference(workers) { try build(request) }
    }

    private func build(_ request: ModelRequest) throws(BackendError) -> Question {
        let agent = services.prompts.agent(request.agent)
        let builder = TranscriptBuilder(
            contextWindow: backend.contextWindow,
            outputTokens: backend.outputTokensMax
        )
        let system = agent.map { services.prompts.system($0, for: request) } ?? ""
        let dialect = backend.dialect
        let offered = offers.offered(request.tools, to: agent?.name) { offer(request.tools, to: agent) }
        var built = try builder.build(request, system: system, tools: offered.tools, toolBytes: offered.bytes)
        built.transcript.choice = agent?.firstTool(of: request)
        var call = HTTPCall("POST", address)
        call.headers = [
            HTTPField("content-type", "application/json"),
            HTTPField("accept", "text/event-stream, application/json"),
        ]
        call.headers += dialect.fields(key: backend.key()).map { HTTPField($0.name, $0.value) }
        call.body = dialect.body(
            built.transcript,
            tools: offered.written,
            model: backend.model,
            outputTokensMax: backend.outputTokensMax
        )
        call.deadlines.connect = min(.seconds(10), backend.timeout)
        call.deadlines.firstByte = backend.timeout
        call.deadlines.betweenBytes = backend.timeout
        call.deadlines.whole = .seconds(3600)
        return Question(
            call: call,
            origin: StepOrigin(
                model: backend.name,
                prompts: offered.prompts,
                compaction: built.compaction
            ),
            tokens: built.tokens
        )
    }

    private func offer(_ declarations: [ToolDeclaration], to agent: AgentPrompts.Agent?) -> OfferedTools {
        let tools = declarations.map { tool in
            Transcript.Tool(
                name: tool.name,
                purpose: services.prompts.purpose(of: tool),
                parameters: OfferedTools.schema(tool.parameters)
            )
        }
        return OfferedTools(
            tools: tools,
            bytes: Transcript.bytes(of: tools),
            written: backend.dialect.written(tools),
            prompts: services.prompts.versions(agent, tools: declarations)
        )
    }

    // MARK: - The reply

    /// One call, up to the first part of its reply.
    private func attempt(_ question: Question, _ request: ModelRequest) async throws -> ModelStream {
        guard let permit = breaker.permit() else {
            throw BackendError(.rejected, "not asked: the server has failed several times in a row")
        }
        let asked = AskedReply(
            request: request,
            origin: question.origin,
            estimate: question.tokens,
            price: backend.price,
            identifiers: services.identifiers
        ) { [breaker, services, name, backend] error, firstPart in
            if let error {
                if error.speaksAgainstServer { breaker.failed(permit) } else { breaker.succeeded(permit) }
            } else {
                breaker.succeeded(permit)
            }
            var told = error
            if let key = backend.key(), !key.isEmpty, let words = error?.words {
                told?.words = words.replacing(key, with: "[secret]")
            }
            services.report(Report(model: name, error: told, firstPart: firstPart))
        } abandoned: { [breaker] in
            breaker.abandoned(permit)
        }
        do {
            let begun = HTTPModel.uptime(of: services.clock)
            let reply = try await services.transport.send(question.call)
            guard reply.isSuccess else { throw await refusal(reply) }
            let decoder = try ReplyDecoder(backend.dialect, contentType: reply.header("content-type"))
            let stream = ReplyStream(reply: reply, decoder: decoder, asked: asked)
            try await stream.start()
            asked.hasBegun(after: begun())
            return ModelStream { try await stream.next() }
        } catch {
            throw asked.failed(error)
        }
    }

    private static func uptime(of clock: some Clock<Duration>) -> () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }

    /// What a status other than success means, with the beginning of what the server says.
    private func refusal(_ reply: HTTPReply) async -> BackendError {
        var body: [UInt8] = []
        do { body = try await reply.beginningOfBody(16 << 10) } catch {}  // the status says enough
        let wait = Self.retryAfter(reply)
        return BackendError(status: reply.status, body: body, retryAfter: wait)
            ?? BackendError(.unreadable, "status \(reply.status)")
    }

    /// `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110 §10.2.3).
    ///
    /// A date counts from the reply's own `Date`, so that the two clocks need not agree.
    static func retryAfter(_ reply: HTTPReply) -> Duration? {
        if let text = reply.header("retry-after-ms"), let value = Double(text), (0...3_600_000).contains(value) {
            return .milliseconds(Int(value))
        }
        guard let text = reply.header("retry-after") else { return nil }
        if let value = Double(text) { return (0...86_400).contains(value) ? .milliseconds(Int(value * 1000)) : nil }
        guard let then = HTTPTime.seconds(text), let now = reply.header("date").flatMap(HTTPTime.seconds),
            (0...86_400).contains(then - now)
        else { return nil }
        return .seconds(then - now)
    }
}

extension BackendError {
    /// A call that brought no reply, or not the whole of one.
    init(_ error: HTTPTransportError) {
        let kind: Kind
        switch error.kind {
        case .timeout(.connect), .nameNotFound, .refused, .unreachable, .tls, .proxy, .exhausted: kind = .unreachable
        case .timeout: kind = .timeout
        case .cut, .cancelled: kind = .cut
        case .tooLarge, .notHTTP, .tooManyRedirects: kind = .unreadable
        case .invalidCall, .forbidden: kind = .unauthorized
        }
        self.init(kind, "\(error)")
    }
}
