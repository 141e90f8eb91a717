internal import AgentRuntime

// A stream of events: bytes are appended within a tick and leave in one send at its end.

extension HTTPConnection {
    /// Turns the connection into a stream; its end is the end of the connection.
    func stream(_ begin: @Sendable (EventStream) -> Void) {
        reading = nil
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
        output.append(contentsOf: bytes)
        return appended()
    }

    func appendToStream(event: String?, id: String?, data: some Sequence<UInt8>) -> Bool {
        guard case .streaming = state else { return false }
        SSEWriter.append(event: event, id: id, data: data, to: &output)
        return appended()
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
        finish()
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
