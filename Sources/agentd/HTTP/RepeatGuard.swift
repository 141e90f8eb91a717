internal import AgentRuntime

/// Gives the first answer again to a request that comes again with its `Idempotency-Key`.
struct RepeatGuard: Sendable {
    let store: IdempotencyStore

    /// Answers a request, or repeats what was answered; only for routes that keep their answers.
    ///
    /// Throws `conflict` while the first request runs, unless it is answered by a stream: that is joined, by the key
    /// of its message. Throws `idempotency_key_reused` for another request with its key.
    /// A failed request frees the key, as it has made nothing.
    func answer(
        _ routed: RoutedRequest,
        _ handler: (RoutedRequest) async throws -> HTTPResponse
    ) async throws -> HTTPResponse {
        guard routed.route.keepsAnswers, let caller = routed.caller,
            let header = routed.request.headers["Idempotency-Key"]
        else { return try await handler(routed) }
        guard let key = IdempotencyStore.Key(tenant: caller.tenant, user: caller.user, header: header) else {
            throw AgentError(
                .invalidParameter,
                "The Idempotency-Key does not hold.",
                details: [AgentError.Detail(field: "Idempotency-Key", message: "must be 1 to 255 visible characters")]
            )
        }
        let fingerprint = IdempotencyStore.fingerprint(
            method: routed.request.method.rawValue,
            path: routed.request.target,
            body: routed.json.isNull ? routed.request.body : routed.json.canonicalBytes()
        )
        let reference = routed.route.streamsAnswer(routed) ? "stream" : nil
        switch try await store.begin(key, fingerprint: fingerprint, reference: reference) {
        case .mismatch: throw AgentError.idempotencyKeyReused
        case .running(reference: .some): return try await handler(routed)
        case .running(reference: nil):
            throw AgentError(.conflict, "The first request with this Idempotency-Key has not ended.", isRetryable: true)
        case .finished(let kept): return HTTPResponse(kept)
        case .begun: break
        }
        var routed = routed
        let keeper = AnswerKeeper(store, key, on: routed.loop)
        if routed.route.keepsStreams { routed.keeper = keeper } else { keeper.settle() }
        do {
            let response = try await handler(routed)
            if let kept = KeptAnswer(response) {
                keeper.settle()
                try await store.finish(key, kept)
            } else if reference == nil, !routed.route.keepsStreams {
                try await store.abandon(key)
            }
            return response
        } catch {
            keeper.settle()
            try await store.abandon(key)
            throw error
        }
    }
}

extension HTTPResponse {
    fileprivate init(_ kept: KeptAnswer) {
        self.init(status: kept.status, body: .bytes(kept.body))
        for header in kept.headers where header.count == 2 { headers.add(header[0], header[1]) }
    }
}

extension KeptAnswer {
    /// `nil` for a stream, which is resumed instead.
    fileprivate init?(_ response: HTTPResponse) {
        let body: [UInt8]
        switch response.body {
        case .bytes(let bytes): body = bytes
        case .empty: body = []
        case .events: return nil
        }
        self.init(status: response.status, headers: response.headers.fields.map { [$0.name, $0.value] }, body: body)
    }
}
