package import AgentRuntime

/// Another server that tools call: how it is reached, within which bounds, and how its faults are told.
///
/// What only reads is tried three times, with a pause that doubles and honours `Retry-After` up to five seconds; what
/// has an effect is sent once, on a connection of its own, and when its outcome is not known that is said.
package struct RemoteService: Sendable {
    /// A reply that came whole.
    struct Answer: Sendable {
        var status: Int
        var headers: [HTTPField]
        var body: [UInt8]
        var mediaType: String
    }

    static let attempts = 3
    static let longestPause = Duration.seconds(5)
    static let replyBytesMax = 4 << 20

    /// What the configuration calls it.
    package var name: String
    /// Sent as a bearer token; a closure, so that no dump of this value shows it.
    package var key: @Sendable () -> String?
    package var timeout: Duration
    /// Where its users' own tokens are sent in place of the key: to this origin alone, and never the key beside them.
    package var users: (tokens: CallerTokens, origin: String)?
    /// Whether the labels that it puts on its results count.
    package var believesLabels = false
    /// Runs what is to be done after the task that wanted it was cancelled.
    package var later: @Sendable (@escaping @Sendable () async -> Void) -> Void = { _ in }
    let transport: any HTTPTransport
    let urlGuard: URLGuard
    let clock: any Clock<Duration>

    package init(
        name: String,
        transport: any HTTPTransport,
        urlGuard: URLGuard,
        clock: any Clock<Duration>,
        timeout: Duration = .seconds(20),
        key: @escaping @Sendable () -> String? = { nil }
    ) {
        self.name = name
        self.transport = transport
        self.urlGuard = urlGuard
        self.clock = clock
        self.timeout = timeout
        self.key = key
    }

    /// The call with what every call to this service has; `asker` is in whose name it is made, if in anyone's.
    ///
    /// - Throws: `unauthenticated` when it is to be made in the asker's name and no token of his is at hand.
    func prepared(_ call: HTTPCall, for asker: Asker? = nil) throws -> HTTPCall {
        var call = call
        if let users, let asker {
            guard HTTPURL(call.url)?.origin == users.origin else {
                throw AgentError(
                    .forbidden,
                    "The service \(name) leads to another server, where the user's own sign-in is not sent."
                )
            }
            guard let token = users.tokens.token(of: asker) else { throw Self.noToken(name) }
            call.headers.append(HTTPField("Authorization", "Bearer \(token)"))
        } else if let key = key() {
            call.headers.append(HTTPField("Authorization", "Bearer \(key)"))
        }
        call.deadlines = HTTPDeadlines(
            connect: min(.seconds(5), timeout),
            firstByte: timeout,
            betweenBytes: timeout,
            whole: timeout
        )
        call.bounds.bodyBytes = Self.replyBytesMax
        do throws(HTTPTransportError) {
            return try urlGuard.guarded(call)
        } catch {
            throw failure(error)
        }
    }

    /// Sends a call and reads the whole reply.
    ///
    /// - Throws: `unavailable` with plain words; `outcome_unknown` when a call with an effect may have arrived.
    func send(_ call: HTTPCall, repeats: Bool, for asker: Asker? = nil) async throws -> Answer {
        var call = try prepared(call, for: asker)
        call.mayArriveTwice = repeats
        var pause = Duration.milliseconds(200)
        for attempt in 1...(repeats ? Self.attempts : 1) {
            let isLast = attempt == Self.attempts || !repeats
            do throws(HTTPTransportError) {
                let reply = try await transport.send(call)
                let answer = Answer(
                    status: reply.status,
                    headers: reply.headers,
                    body: try await reply.wholeBody(),
                    mediaType: reply.mediaType
                )
                guard !isLast, [429, 502, 503, 504].contains(answer.status) else { return answer }
                let wish = reply.header("retry-after").flatMap { Int($0) }.map { Duration.seconds($0) }
                if let wish, wish > Self.longestPause { return answer }
                pause = max(pause, wish ?? .zero)
            } catch {
                if error.kind == .cancelled { throw CancellationError() }
                if !repeats, error.mayHaveArrived {
                    throw AgentError(
                        .outcomeUnknown,
                        "The call to \(name) broke off (\(error)); whether it took effect is not known. "
                            + "Look there before it is made again.",
                        underlying: "\(error)"
                    )
                }
                guard !isLast, error.isTransient else { throw failure(error) }
            }
            try await clock.sleep(for: pause)
            pause = pause * 2
        }
        throw AgentError(.unavailable, "The service \(name) could not be used.", isRetryable: true)
    }

    private static func noToken(_ name: String) -> AgentError {
        AgentError(
            .unauthenticated,
            "The service \(name) is asked in the user's own name, and no sign-in of a user is at hand; an API key is none. "
                + "Sign in and ask again."
        )
    }

    func failure(_ error: HTTPTransportError) -> AgentError {
        AgentError(
            error.kind == .forbidden ? .forbidden : .unavailable,
            error.kind == .forbidden
                ? "The service \(name) is at an address that tools may not reach (tools.allow_private is off)."
                : "The service \(name) could not be used: \(error).",
            isRetryable: error.isTransient,
            underlying: "\(error)"
        )
    }

    /// What a model is told of a status that is no success.
    func refusal(_ answer: Answer) -> ToolResult {
        let reason =
            switch answer.status {
            case 300..<400: "it moved elsewhere, and redirects are not followed"
            case 401 where users != nil: "it did not accept the user's sign-in"
            case 401: "it did not accept the key that is configured for it"
            case 403: "it does not allow this"
            case 404: "it has no such thing"
            case 409: "it contradicts what is there"
            case 429: "it asks for fewer calls"
            case 500...: "it failed itself"
            default: "it did not accept the request"
            }
        let words = String(decoding: answer.body.prefix(1000), as: UTF8.self)
        return .failure(
            answer.status >= 500 || answer.status == 429 ? "unavailable" : "refused",
            "The service \(name) answered \(answer.status): \(reason).",
            ["status": .integer(answer.status), "answer": .string(words)]
        )
    }
}

extension AgentError.Code {
    /// A call with an effect broke off after it may have arrived; it is not repeated.
    ///
    /// For the user, who looks at the other side first.
    package static let outcomeUnknown = Self("outcome_unknown")
}
