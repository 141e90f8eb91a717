// One call from its beginning to its end: waits for the head, then gives out the body as it is asked for.
//
// new → connecting → waiting (the request is sent) → receiving → ended. Each of the three in the middle has a deadline;
// one timer serves them, and a further one the whole. A byte does not touch the timer: when it fires it looks how long
// ago the last byte was, and goes on waiting for the rest.

internal import CCurl
internal import Glibc

/// A call on one loop.
///
/// Unchecked, because its state is touched on its loop alone, which `CurlMulti.onLoop` sees to.
final class CurlTransfer: @unchecked Sendable {
    private typealias Head = (status: Int, headers: [HTTPField])

    private enum Phase {
        case new
        case connecting
        case waiting(since: LoopInstant)
        case receiving
        case ended
    }

    let call: HTTPCall
    let url: HTTPURL
    private let multi: CurlMulti

    // Loop only.
    private var phase = Phase.new
    private var setup: CurlSetup?
    private var began = LoopInstant(nanoseconds: 0)
    private var lastByte = LoopInstant(nanoseconds: 0)
    private var phaseTimer: TimerToken?
    private var wholeTimer: TimerToken?
    private var headWaiter: CheckedContinuation<Result<HTTPReply, HTTPTransportError>, Never>?
    private var bodyWaiter: CheckedContinuation<Result<[UInt8]?, HTTPTransportError>, Never>?
    private var status = 0
    private var headers: [HTTPField] = []
    private var headerBytes = 0
    private var isHeadComplete = false
    private var buffer: [UInt8] = []
    private var bodyBytes = 0
    private var isPaused = false
    private var isDenied = false
    /// How much was let go of since the consumer had all it wanted; `nil` before that.
    private var drained: Int?
    private var drainTimer: TimerToken?
    /// Why the transfer ended, or must end once curl is left; `nil` after a whole reply.
    private var failure: HTTPTransportError?

    init(_ call: HTTPCall, on multi: CurlMulti) throws(HTTPTransportError) {
        guard let url = HTTPURL.reading(call.url) else {
            throw HTTPTransportError(.invalidCall, host: "", detail: "no absolute http or https URL")
        }
        self.call = call
        self.url = url
        self.multi = multi
        try CurlSetup.check(call, url)
    }

    private func error(_ kind: HTTPTransportError.Kind, _ detail: String? = nil) -> HTTPTransportError {
        HTTPTransportError(kind, host: url.host, detail: detail)
    }

    // MARK: From the caller, on any thread

    func start() async throws(HTTPTransportError) -> HTTPReply {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                multi.onLoop { self.begin(continuation) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    func cancel() {
        multi.onLoop { self.end(self.error(.cancelled)) }
    }

    /// The consumer has let go of the reply.
    fileprivate func letGo() {
        multi.onLoop { if self.drained == nil { self.end(self.error(.cancelled)) } }
    }

    /// The consumer has all it wants: the little that may still come is read and let go of, so that the connection can
    /// be used again.
    fileprivate func finish() {
        multi.onLoop { self.drain() }
    }

    fileprivate func next() async throws(HTTPTransportError) -> [UInt8]? {
        // The common case, without a continuation: something is there.
        if multi.loop.isOnLoop, !buffer.isEmpty, !Task.isCancelled { return takeBuffer() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                multi.onLoop { self.pull(continuation) }
            }
        } onCancel: {
            cancel()
        }
        return try result.get()
    }

    // MARK: Life

    private func begin(_ continuation: CheckedContinuation<Result<HTTPReply, HTTPTransportError>, Never>) {
        guard case .new = phase else {
            continuation.resume(returning: .failure(failure ?? error(.cancelled)))
            return
        }
        headWaiter = continuation
        multi.count { $0.calls += 1 }
        guard let easy = multi.takeHandle(),
            let setup = CurlSetup(call, url, easy: easy, userAgent: multi.options.userAgent, owner: self)
        else {
            end(error(.exhausted))
            return
        }
        self.setup = setup
        began = .now
        phase = .connecting
        wholeTimer = multi.loop.after(call.deadlines.whole) { [weak self] in self?.timeOut(.whole) }
        arm(at: began.advanced(by: call.deadlines.connect))
        if !multi.add(self, setup) { end(error(.exhausted)) }
    }

    /// Curl is done with the transfer.
    func finished(_ code: CURLcode) {
        if code != CURLE_OK, failure == nil { failure = reason(code) }
        if code == CURLE_OK, !isHeadComplete, failure == nil { failure = error(.cut) }
        close()
    }

    private func end(_ reason: HTTPTransportError) {
        if case .ended = phase { return }
        failure = reason
        if reason.kind == .cancelled { buffer = [] }
        close()
    }

    private func close() {
        if case .ended = phase { return }
        phase = .ended
        for timer in [phaseTimer, wholeTimer, drainTimer] { if let timer { multi.loop.cancel(timer) } }
        if let setup {
            multi.remove(setup)
            setup.free()
        }
        setup = nil
        if let headWaiter {
            self.headWaiter = nil
            headWaiter.resume(returning: .failure(failure ?? error(.cut)))
        }
        if let bodyWaiter {
            self.bodyWaiter = nil
            bodyWaiter.resume(returning: rest())
        }
    }

    // MARK: Deadlines

    private func arm(at deadline: LoopInstant) {
        if let phaseTimer { multi.loop.cancel(phaseTimer) }
        phaseTimer = multi.loop.after(LoopInstant.now.duration(to: deadline)) { [weak self] in self?.look() }
    }

    private func look() {
        let now = LoopInstant.now
        let deadline: LoopInstant
        let kind: HTTPTransportError.Deadline
        switch phase {
        case .new, .ended: return
        case .connecting:
            deadline = began.advanced(by: call.deadlines.connect)
            kind = .connect
        case .waiting(let since):
            deadline = since.advanced(by: call.deadlines.firstByte)
            kind = .firstByte
        case .receiving:
            if isPaused { lastByte = now }
            deadline = lastByte.advanced(by: call.deadlines.betweenBytes)
            kind = .betweenBytes
        }
        if deadline <= now { timeOut(kind) } else { arm(at: deadline) }
    }

    private func timeOut(_ deadline: HTTPTransportError.Deadline) { end(error(.timeout(deadline))) }

    // MARK: The body

    private func pull(_ continuation: CheckedContinuation<Result<[UInt8]?, HTTPTransportError>, Never>) {
        precondition(bodyWaiter == nil, "a reply has one consumer")
        if !buffer.isEmpty {
            continuation.resume(returning: .success(takeBuffer()))
        } else if case .ended = phase {
            continuation.resume(returning: rest())
        } else {
            bodyWaiter = continuation
        }
    }

    private func takeBuffer() -> [UInt8] {
        let taken = buffer
        buffer = []
        if isPaused {
            isPaused = false
            lastByte = .now
            // After the consumer has had these bytes: curl may hand over more at once.
            multi.loop.execute { self.readOn() }
        }
        return taken
    }

    private func drain() {
        guard drained == nil, failure == nil else { return }
        if case .ended = phase { return }
        drained = 0
        buffer = []
        drainTimer = multi.loop.after(Self.drainTime) { [weak self] in
            guard let self else { return }
            self.end(self.error(.cancelled))
        }
        guard isPaused else { return }
        isPaused = false
        multi.loop.execute { self.readOn() }
    }

    /// How long a server may take to end a body of which all has been said.
    private static let drainTime = Duration.milliseconds(50)
    private static let drainBytes = 4096

    private func readOn() {
        if let setup { multi.resume(setup.easy) }
    }

    /// What a consumer is told once the transfer has ended and its bytes are given out.
    private func rest() -> Result<[UInt8]?, HTTPTransportError> {
        if !buffer.isEmpty { return .success(takeBuffer()) }
        return failure.map { .failure($0) } ?? .success(nil)
    }

    // MARK: From curl, inside its calls

    /// A connection stands and the request is about to be sent; whether it may.
    func willSend(to address: () -> IPAddress?) -> Bool {
        guard isAllowed(address) else { return false }
        let now = LoopInstant.now
        phase = .waiting(since: now)
        arm(at: now.advanced(by: call.deadlines.firstByte))
        return true
    }

    /// Whether a connection to the address may be made.
    func mayOpen(_ address: () -> IPAddress?) -> Bool {
        guard isAllowed(address) else { return false }
        multi.count { $0.connectionsOpened += 1 }
        return true
    }

    private func isAllowed(_ address: () -> IPAddress?) -> Bool {
        guard let mayConnect = call.mayConnect else { return true }
        if let address = address(), mayConnect(address) { return true }
        isDenied = true
        return false
    }

    private func byteArrived() {
        lastByte = multi.loop.now
        if case .waiting = phase {
            phase = .receiving
            arm(at: lastByte.advanced(by: call.deadlines.betweenBytes))
        }
    }

    /// A line of a head, or of the trailers; how much of it was taken.
    func headerLine(_ line: UnsafeRawBufferPointer) -> Int {
        byteArrived()
        headerBytes += line.count
        guard headerBytes <= call.bounds.headerBytes else {
            failure = error(.tooLarge(.headers))
            return 0
        }
        guard !isHeadComplete else { return line.count }
        guard let start = line.baseAddress else { return 0 }
        if line.count >= 5, memcmp(start, "HTTP/", 5) == 0 {
            headers = []
            status = Self.status(line)
        } else if line.count <= 2, line.allSatisfy({ $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }) {
            // An interim reply (RFC 9110 §15.2) is followed by another head.
            if status >= 200 { completeHead() }
        } else if let colon = memchr(start, Int32(UInt8(ascii: ":")), line.count).map({ UnsafeRawPointer($0) - start })
        {
            var range = (colon + 1)..<line.count
            while let last = range.last, line[last] <= 0x20 { range.removeLast() }
            while let first = range.first, line[first] == 0x20 || line[first] == 0x09 { range.removeFirst() }
            headers.append(HTTPField(Self.text(line, 0..<colon), Self.text(line, range)))
        }
        return line.count
    }

    /// The status code of a status line: the number behind its first space, 0 where none stands there.
    private static func status(_ line: UnsafeRawBufferPointer) -> Int {
        let digits = line.drop { $0 != 0x20 }.drop { $0 == 0x20 }.prefix { (0x30...0x39).contains($0) }
        return digits.count > 9 ? 0 : digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func text(_ line: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: line[range]), as: UTF8.self)
    }

    private func completeHead() {
        isHeadComplete = true
        guard let headWaiter else { return }
        self.headWaiter = nil
        let lease = CurlLease(self)
        headWaiter.resume(
            returning: .success(
                HTTPReply(
                    status: status,
                    headers: headers,
                    next: { () async throws(HTTPTransportError) in try await lease.transfer.next() },
                    cancel: { lease.transfer.cancel() },
                    finish: { lease.transfer.finish() }
                )
            )
        )
    }

    private static let bufferBytesMin = 4096

    enum Taken {
        case all
        case later
        case failed
    }

    /// Bytes of the body; copied, since their memory is curl's.
    func bodyBytes(_ bytes: UnsafeRawBufferPointer) -> Taken {
        byteArrived()
        if let drained {
            self.drained = drained + bytes.count
            guard drained + bytes.count <= Self.drainBytes else {
                failure = error(.cancelled)
                return .failed
            }
            return .all
        }
        guard bodyBytes + bytes.count <= call.bounds.bodyBytes else {
            failure = error(.tooLarge(.body))
            return .failed
        }
        // Taken and not copied, since most of the pieces come while nobody waits.
        if let waiter = bodyWaiter.take() {
            bodyBytes += bytes.count
            waiter.resume(returning: .success(Array(bytes)))
            return .all
        }
        guard buffer.isEmpty || buffer.count + bytes.count <= call.bounds.bufferedBytes else {
            isPaused = true
            multi.count { $0.pauses += 1 }
            return .later
        }
        bodyBytes += bytes.count
        // Bytes that nobody waits for come in many pieces: a chunk each.
        if buffer.isEmpty { buffer.reserveCapacity(Self.bufferBytesMin) }
        bytes.withMemoryRebound(to: UInt8.self) { buffer.append(contentsOf: $0) }
        return .all
    }

    // MARK: Errors

    /// Curl's code in our words.
    private func reason(_ code: CURLcode) -> HTTPTransportError {
        if isDenied, [CURLE_COULDNT_CONNECT, CURLE_ABORTED_BY_CALLBACK].contains(code) { return error(.forbidden) }
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT: return error(.invalidCall)
        // The scheme was checked before: this is a reply without a status line (HTTP/0.9).
        case CURLE_UNSUPPORTED_PROTOCOL: return error(.notHTTP)
        case CURLE_COULDNT_RESOLVE_HOST: return error(.nameNotFound)
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: return error(.proxy)
        case CURLE_COULDNT_CONNECT:
            let number = setup?.systemError ?? 0
            if number == ECONNREFUSED { return error(.refused) }
            if number == EMFILE || number == ENFILE { return error(.exhausted) }
            return error(.unreachable, number == 0 ? nil : String(cString: strerror(number)))
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CRL_BADFILE:
            return error(.tls, setup?.errorText)
        case CURLE_OPERATION_TIMEDOUT: return error(.timeout(.connect))
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2_STREAM,
            CURLE_HTTP2:
            return error(.cut)
        case CURLE_OUT_OF_MEMORY, CURLE_NO_CONNECTION_AVAILABLE: return error(.exhausted)
        default: return error(.notHTTP, String(cString: curl_easy_strerror(code)))
        }
    }
}

/// What a reply holds of its transfer: once nobody holds it any more, the transfer is cancelled, unless it is finishing.
private final class CurlLease: Sendable {
    let transfer: CurlTransfer

    init(_ transfer: CurlTransfer) { self.transfer = transfer }

    deinit { transfer.letGo() }
}
