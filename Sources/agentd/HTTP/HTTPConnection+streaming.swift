internal import AgentRuntime

// A stream of events: bytes are appended within a tick and leave in one send at its end, where the connection outlives
// the stream as one chunk (RFC 9112 §7.1). The size of a chunk is known when it is sent: its digits are written then.

extension HTTPConnection {
    private static let chunkHead = Array("00000000\r\n".utf8)
    private static let lastChunk = Array("0\r\n\r\n".utf8)

    /// Turns the connection into a stream; without chunks, its end is the end of the connection.
    func stream(_ begin: @Sendable (EventStream) -> Void, isChunked: Bool) {
        // A request that came along waits for the end of the stream.
        if !isChunked || reading?.pending.isEmpty != false { reading = nil }
        self.isChunked = isChunked
        let stream = EventStream(self)
        state = .streaming(stream)
        deadline = now.advanced(by: service.limits.commentInterval)
        begin(stream)
        guard case .streaming = state else { return }
        if peerEnded {
            close()
        } else if listener.assumeIsolated({ $0.isDraining }) {
            stream.serverDrains()
        }
    }

    /// Appends whole events; cuts the reader off when it has too much unread, and then says false.
    @discardableResult
    func appendToStream(_ bytes: [UInt8]) -> Bool {
        guard case .streaming = state else { return false }
        openChunk()
        output.append(contentsOf: bytes)
        return appended()
    }

    func appendToStream(event: String?, id: String?, data: some Sequence<UInt8>) -> Bool {
        guard case .streaming = state else { return false }
        openChunk()
        SSEWriter.append(event: event, id: id, data: data, to: &output)
        return appended()
    }

    private func openChunk() {
        guard isChunked, chunkStart == nil else { return }
        chunkStart = output.count
        output.append(contentsOf: Self.chunkHead)
    }

    /// Writes the size of the chunk that is being filled; before anything of it is sent.
    func closeChunk() {
        guard let start = chunkStart else { return }
        chunkStart = nil
        var size = output.count - start - Self.chunkHead.count
        // A chunk of nothing would be the end.
        guard size > 0 else { return output.removeLast(Self.chunkHead.count) }
        for place in (start..<(start + 8)).reversed() where size > 0 {
            output[place] = UInt8(size & 15 < 10 ? size & 15 + 0x30 : size & 15 - 10 + 0x61)
            size >>= 4
        }
        output.append(contentsOf: "\r\n".utf8)
    }

    private func appended() -> Bool {
        if unsent > service.limits.unsentStreamBytes {
            // A burst within one tick is not a slow reader: what the kernel takes does not count.
            sendOutput()
            if unsent > service.limits.unsentStreamBytes { close() }
            guard case .streaming = state else { return false }
        }
        markDirty()
        return true
    }

    /// Ends the stream once everything is sent.
    func endStream() {
        guard case .streaming = state else { return }
        guard isChunked else { return finish() }
        closeChunk()
        output.append(contentsOf: Self.lastChunk)
        guard !listener.assumeIsolated({ $0.isDraining }) else { return finish() }
        markDirty()
        awaitNext()
        resumeWaiters()
    }

    /// Waits until the reader has taken all but a comfortable rest; false when it is gone.
    func writable() async -> Bool {
        guard case .streaming = state else { return false }
        guard unsent > service.limits.unsentComfortBytes else { return true }
        let number = listener.nextNumber()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: false) }
                waiters.append(Waiter(number: number, continuation: continuation))
            }
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.resumeWaiter(number) } }
        }
    }

    func resumeWaiters() {
        guard !waiters.isEmpty else { return }
        let resumed = waiters
        waiters = []
        let isThere = if case .streaming = state { true } else { false }
        for waiter in resumed { waiter.continuation.resume(returning: isThere) }
    }

    private func resumeWaiter(_ number: UInt64) {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else { return }
        waiters.remove(at: index).continuation.resume(returning: false)
    }
}
