package import AgentRuntime
internal import Synchronization

/// A transport that plays replies as a closure says, cut at any place, and records the calls.
///
/// Its waits run on the clock it is given, and the deadlines of a call hold as in the real one: a wait that is longer
/// than the deadline ends the call with that deadline's error.
package final class FakeTransport: HTTPTransport {
    /// What happens to one call.
    package struct Reply: Sendable {
        package var status: Int
        package var headers: [HTTPField]
        /// What happens before the head of the reply.
        package var beforeHead: [Step]
        package var body: [Step]

        package init(
            _ status: Int = 200,
            headers: [HTTPField] = [],
            beforeHead: [Step] = [],
            body: [Step] = []
        ) {
            self.status = status
            self.headers = headers
            self.beforeHead = beforeHead
            self.body = body
        }

        /// A call that brings no reply.
        package static func failure(_ kind: HTTPTransportError.Kind) -> Reply { Reply(beforeHead: [.fail(kind)]) }

        /// A whole body, in pieces of so many bytes.
        package static func text(
            _ text: String,
            status: Int = 200,
            type: String = "application/json",
            cutEvery count: Int = .max
        ) -> Reply {
            Reply(status, headers: [HTTPField("content-type", type)], body: Step.pieces(Array(text.utf8), every: count))
        }

        /// An event stream, in pieces of so many bytes.
        package static func events(_ text: String, cutEvery count: Int = .max) -> Reply {
            .text(text, type: "text/event-stream", cutEvery: count)
        }
    }

    package enum Step: Sendable {
        case bytes([UInt8])
        case wait(Duration)
        case fail(HTTPTransportError.Kind)
        /// Nothing more comes: until a deadline passes or the call is cancelled.
        case silence

        package static func text(_ text: String) -> Step { .bytes(Array(text.utf8)) }

        /// Bytes in pieces of so many.
        package static func pieces(_ bytes: [UInt8], every count: Int) -> [Step] {
            stride(from: 0, to: bytes.count, by: max(1, min(count, max(1, bytes.count)))).map {
                .bytes(Array(bytes[$0..<min(bytes.count, $0 + min(count, bytes.count))]))
            }
        }

        /// Bytes in two pieces, cut at the offset.
        package static func cut(_ bytes: [UInt8], at offset: Int) -> [Step] {
            [Array(bytes[..<offset]), Array(bytes[offset...])].filter { !$0.isEmpty }.map { .bytes($0) }
        }
    }

    package typealias Script = @Sendable (_ call: HTTPCall, _ number: Int) throws(HTTPTransportError) -> Reply

    private struct State {
        var calls: [HTTPCall] = []
        var cancellations = 0
    }

    private let clock: any Clock<Duration>
    private let script: Script
    private let state = Mutex(State())

    /// The script is given each call and its number, from 0 on.
    package init(clock: any Clock<Duration> = ContinuousClock(), script: @escaping Script) {
        self.clock = clock
        self.script = script
    }

    /// Answers the calls in order; one more than there are replies is refused.
    package convenience init(_ replies: [Reply], clock: any Clock<Duration> = ContinuousClock()) {
        self.init(clock: clock) { _, number in replies.indices.contains(number) ? replies[number] : .failure(.refused) }
    }

    package var calls: [HTTPCall] { state.withLock { $0.calls } }

    /// How many calls were cancelled, or let go before their end.
    package var cancellations: Int { state.withLock { $0.cancellations } }

    package func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPReply {
        let number = state.withLock { state in
            state.calls.append(call)
            return state.calls.count - 1
        }
        guard !Task.isCancelled else { throw cancelled(call) }
        let reply = try script(call, number)
        for step in reply.beforeHead {
            guard case .bytes = step else {
                try await perform(step, of: call, bound: call.deadlines.firstByte, .firstByte)
                continue
            }
            preconditionFailure("bytes come after the head")
        }
        let playing = FakePlaying(call: call, steps: reply.body, transport: self)
        return HTTPReply(
            status: reply.status,
            headers: reply.headers,
            next: { () async throws(HTTPTransportError) in try await playing.next() },
            cancel: { playing.cancel() },
            finish: { playing.finish() }
        )
    }

    /// Waits or fails as the step says.
    fileprivate func perform(
        _ step: Step,
        of call: HTTPCall,
        bound: Duration,
        _ deadline: HTTPTransportError.Deadline
    ) async throws(HTTPTransportError) {
        switch step {
        case .bytes: return
        case .fail(let kind): throw HTTPTransportError(kind, host: "fake")
        case .wait(let duration) where duration < bound: try await sleep(duration, of: call)
        case .wait, .silence:
            try await sleep(bound, of: call)
            throw HTTPTransportError(.timeout(deadline), host: "fake")
        }
    }

    private func sleep(_ duration: Duration, of call: HTTPCall) async throws(HTTPTransportError) {
        do {
            try await clock.sleep(for: duration)
        } catch {
            throw cancelled(call)
        }
    }

    fileprivate func cancelled(_ call: HTTPCall) -> HTTPTransportError {
        state.withLock { $0.cancellations += 1 }
        return HTTPTransportError(.cancelled, host: "fake")
    }
}

/// The rest of one reply's body.
private final class FakePlaying: Sendable {
    private struct State {
        var rest: ArraySlice<FakeTransport.Step>
        var received = 0
        var isCancelled = false
        var isEnded = false
    }

    private let call: HTTPCall
    private let transport: FakeTransport
    private let state: Mutex<State>

    init(call: HTTPCall, steps: [FakeTransport.Step], transport: FakeTransport) {
        self.call = call
        self.transport = transport
        state = Mutex(State(rest: steps[...]))
    }

    deinit { cancel() }

    func cancel() {
        let isFirst = state.withLock { state in
            defer { state.isCancelled = true }
            return !state.isCancelled && !state.isEnded
        }
        if isFirst { _ = transport.cancelled(call) }
    }

    /// Ends the reply well when the rest of it comes at once, as the contract of `HTTPReply.finish` has it.
    func finish() {
        let endsAtOnce = state.withLock { state in
            let rest = state.rest.reduce(into: Int?(0)) { sum, step in
                if case .bytes(let bytes) = step { sum = sum.map { $0 + bytes.count } } else { sum = nil }
            }
            guard let rest, rest <= 4096 else { return false }
            state.isEnded = true
            return true
        }
        if !endsAtOnce { cancel() }
    }

    func next() async throws(HTTPTransportError) -> [UInt8]? {
        while true {
            if Task.isCancelled { cancel() }
            let (isCancelled, step) = state.withLock { ($0.isCancelled, $0.isCancelled ? nil : $0.rest.popFirst()) }
            guard !isCancelled else { throw HTTPTransportError(.cancelled, host: "fake") }
            guard let step else {
                state.withLock { $0.isEnded = true }
                return nil
            }
            if case .bytes(let bytes) = step {
                if bytes.isEmpty { continue }
                let received = state.withLock { state in
                    state.received += bytes.count
                    return state.received
                }
                guard received <= call.bounds.bodyBytes else {
                    state.withLock { $0.isEnded = true }
                    throw HTTPTransportError(.tooLarge(.body), host: "fake")
                }
                return bytes
            }
            do throws(HTTPTransportError) {
                try await transport.perform(step, of: call, bound: call.deadlines.betweenBytes, .betweenBytes)
            } catch {
                state.withLock { state in
                    state.isEnded = true
                    state.rest = []
                    state.isCancelled = state.isCancelled || error.kind == .cancelled
                }
                throw error
            }
        }
    }
}
