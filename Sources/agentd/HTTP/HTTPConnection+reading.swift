internal import AgentRuntime

// From bytes to a request, and from the answer to the next request.

extension HTTPConnection {
    private static let continueLine = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Whether something waits to be read or parsed.
    var hasInput: Bool { mayRead || reading?.pending.isEmpty == false }

    /// Reads what the kernel has, within a bound per tick.
    func read() {
        var reads = 0
        while mayRead, wantsInput, reads < service.limits.readsPerTick {
            reads += 1
            switch socket.read(on: loop, { take($0) }) {
            case .bytes: break
            case .wouldBlock: mayRead = false
            case .ended: inputEnded()
            case .failed: close()
            }
        }
        if mayRead, wantsInput { resumeLater() }
    }

    private var wantsInput: Bool {
        switch state {
        case .reading: unsent <= service.limits.unsentComfortBytes && reading?.pending.isEmpty != false
        case .lingering: true
        case .handling, .streaming, .finishing, .closed: false
        }
    }

    /// Goes on from the next tick.
    func resumeLater() {
        loop.execute { self.assumeIsolated { $0.resume() } }
    }

    private func resume() {
        switch state {
        case .reading where unsent <= service.limits.unsentComfortBytes:
            if let reading, !reading.pending.isEmpty {
                let pending = reading.pending
                reading.pending = []
                take(pending.span)
            }
            read()
        case .lingering: read()
        default: break
        }
    }

    private func inputEnded() {
        mayRead = false
        peerEnded = true
        switch state {
        // A request that was cut in its middle gets no answer; answers still queued are sent.
        case .reading where unsent > 0: finish()
        default: close()
        }
    }

    private func take(_ bytes: Span<UInt8>) {
        guard case .reading = state else { return }
        let reading = self.reading ?? Reading(limits: service.limits)
        self.reading = reading
        if isIdle {
            isIdle = false
            deadline = now.advanced(by: service.limits.headTime)
        }
        var index = 0
        parsing: while case .reading = state {
            switch reading.decoder.advance(over: bytes, from: &index) {
            case .needsMore: break parsing
            case .head(let head): begin(head, reading)
            case .body(let body):
                guard var request = reading.head else { break parsing }
                reading.head = nil
                request.body = body
                handle(request)
            case .refused(let refusal): refuse(refusal)
            }
        }
        guard case .handling = state else { return }
        if index < bytes.count {
            bytes.extracting(index..<bytes.count).withUnsafeBufferPointer { reading.pending = Array($0) }
        } else {
            self.reading = nil
        }
    }

    private func begin(_ head: HTTPRequest, _ reading: Reading) {
        var head = head
        head.remoteAddress = remoteAddress
        reading.head = head
        reading.decoder.bodyLimit = service.handler.bodyLimit(for: head)
        deadline = now.advanced(by: service.limits.bodyTime)
        if reading.decoder.awaitsContinue, (reading.decoder.contentLength ?? 0) <= reading.decoder.bodyLimit {
            output.append(contentsOf: Self.continueLine)
            markDirty()
        }
    }

    private func handle(_ request: HTTPRequest) {
        let context = ResponseEncoder.Context(
            isHead: request.method == .head,
            isVersion11: request.isVersion11,
            isKeptAlive: request.isKeepAlive
        )
        var request = request
        let client = ClientPresence()
        request.client = client
        presence = client
        let (loop, handler) = (loop, service.handler)
        let task = loop.spawn { [request] in
            let response = await handler.respond(to: request, on: loop)
            await self.answer(response, context)
        }
        state = .handling(task)
        endsWithClient = handler.endsWithClient(request)
        if peerEnded { clientLeft(task) }
    }

    private func answer(_ response: HTTPResponse, _ context: ResponseEncoder.Context) {
        presence = nil
        guard case .handling = state else { return }
        var context = context
        if response.closesConnection || listener.assumeIsolated({ $0.isDraining }) { context.isKeptAlive = false }
        if case .events(let begin) = response.body {
            // Without chunks only its end can end it.
            context.isKeptAlive = context.isKeptAlive && context.isVersion11 && !context.isHead
            queue(response, context)
            if context.isHead { finish() } else { stream(begin, isChunked: context.isKeptAlive) }
            return
        }
        queue(response, context)
        guard context.isKeptAlive else { return finish() }
        awaitNext()
    }

    /// The answer is queued: the next request may come.
    func awaitNext() {
        state = .reading
        isIdle = true
        deadline = now.advanced(by: service.limits.idleTime)
        if hasInput { resumeLater() }
    }

    /// Answers with an error and parses nothing more, since what follows cannot be told apart from the bad request.
    func refuse(_ refusal: HTTPRefusal) {
        let head = reading.flatMap { $0.head ?? $0.decoder.partialHead }
        let response = service.errorBody(refusal.status, refusal.reason, head)
        queue(response, ResponseEncoder.Context(isHead: reading?.head?.method == .head, isKeptAlive: false))
        finish()
    }

    private func queue(_ response: HTTPResponse, _ context: ResponseEncoder.Context) {
        let date = listener.assumeIsolated { $0.date() }
        ResponseEncoder.append(response, context, date: date, to: &output)
        markDirty()
    }
}
