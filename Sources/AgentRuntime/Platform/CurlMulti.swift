// One multi handle on one loop. All of curl's calls of this handle are made on the loop, outside of curl's callbacks:
// the callbacks only register descriptors, arm the timer and copy bytes.

internal import CCurl
internal import Glibc
internal import Synchronization

/// The transfers of one loop.
///
/// Unchecked, because the state below "loop only" is touched on the loop alone, which every entry checks.
final class CurlMulti: @unchecked Sendable {
    let loop: EventLoop
    let options: CurlTransport.Options
    private let counts = Mutex(CurlTransport.Figures())
    /// Easy handles that wait for the next call.
    private static let idleHandlesMax = 64

    // Loop only.
    private var handle: UnsafeMutableRawPointer?
    private var sockets: [Int32: CurlSocket] = [:]
    private var timer: TimerToken?
    private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    private var idleHandles: [UnsafeMutableRawPointer] = []
    private var isInsideCurl = false
    private var isShutDown = false

    init(loop: EventLoop, options: CurlTransport.Options) {
        self.loop = loop
        self.options = options
    }

    deinit { closeHandles() }

    var figures: CurlTransport.Figures { counts.withLock { $0 } }

    func count(_ change: (inout CurlTransport.Figures) -> Void) { counts.withLock { change(&$0) } }

    /// Runs work on the loop: now when already there and curl is not running, else in order.
    func onLoop(_ work: @escaping @Sendable () -> Void) {
        if loop.isOnLoop, !isInsideCurl { work() } else { loop.execute(work) }
    }

    // MARK: Transfers

    /// An easy handle with the options of every call set, and none of a single one.
    func takeHandle() -> UnsafeMutableRawPointer? {
        loop.checkIsolated()
        if let easy = idleHandles.popLast() { return easy }
        guard let easy = curl_easy_init() else { return nil }
        CurlSetup.prepare(easy, options)
        return easy
    }

    private func giveBack(_ setup: CurlSetup) {
        guard idleHandles.count < Self.idleHandlesMax, !isShutDown else {
            curl_easy_cleanup(setup.easy)
            return
        }
        setup.clear(options)
        idleHandles.append(setup.easy)
    }

    /// Begins a transfer; it is kept until `remove`.
    ///
    /// False when the transport has shut down or memory is out; the handle is given back then.
    func add(_ transfer: CurlTransfer, _ setup: CurlSetup) -> Bool {
        loop.checkIsolated()
        precondition(!isInsideCurl, "curl is not entered from its own callback")
        guard let multi = openHandle() else {
            giveBack(setup)
            return false
        }
        let easy = setup.easy
        transfers[easy] = transfer
        isInsideCurl = true
        let isAdded = curl_multi_add_handle(multi, easy) == CURLM_OK
        isInsideCurl = false
        if !isAdded {
            transfers[easy] = nil
            giveBack(setup)
        }
        return isAdded
    }

    /// Ends a transfer; an unfinished one closes its connection (HTTP/1.1) or resets its stream (HTTP/2) at once.
    func remove(_ setup: CurlSetup) {
        loop.checkIsolated()
        precondition(!isInsideCurl, "curl is not entered from its own callback")
        guard transfers.removeValue(forKey: setup.easy) != nil else { return }
        isInsideCurl = true
        curl_multi_remove_handle(handle, setup.easy)
        isInsideCurl = false
        giveBack(setup)
    }

    /// Lets a paused transfer's bytes come again.
    func resume(_ easy: UnsafeMutableRawPointer) {
        loop.checkIsolated()
        guard transfers[easy] != nil else { return }
        isInsideCurl = true
        let code = curl_easy_pause(easy, CURLPAUSE_CONT)
        isInsideCurl = false
        if code != CURLE_OK { transfers[easy]?.finished(code) }
        act(CURL_SOCKET_TIMEOUT, 0)
    }

    func shutDown() async {
        await withCheckedContinuation { continuation in
            onLoop {
                self.isShutDown = true
                for transfer in Array(self.transfers.values) { transfer.cancel() }
                self.closeHandles()
                continuation.resume()
            }
        }
    }

    private func openHandle() -> UnsafeMutableRawPointer? {
        guard !isShutDown else { return nil }
        if let handle { return handle }
        guard let multi = curl_multi_init() else { return nil }
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_multi_set_socket_callback(multi) { _, descriptor, what, context, _ in
            CurlMulti.from(context)?.wants(descriptor, what)
            return 0
        }
        _ = ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        _ = ccurl_multi_set_timer_callback(multi) { _, milliseconds, context in
            CurlMulti.from(context)?.setTimer(milliseconds)
            return 0
        }
        _ = ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, options.idleConnectionsMax)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, options.connectionsMax)
        _ = ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        handle = multi
        return multi
    }

    private func closeHandles() {
        for easy in idleHandles { curl_easy_cleanup(easy) }
        idleHandles = []
        if let multi = handle {
            isInsideCurl = true
            curl_multi_cleanup(multi)
            isInsideCurl = false
            handle = nil
        }
        if let timer { loop.cancel(timer) }
        timer = nil
    }

    // MARK: Between curl and the loop

    private static func from(_ context: UnsafeMutableRawPointer?) -> CurlMulti? {
        context.map { Unmanaged<CurlMulti>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Curl says what it waits for at a descriptor.
    private func wants(_ descriptor: Int32, _ what: Int32) {
        guard what != CURL_POLL_REMOVE else {
            if sockets.removeValue(forKey: descriptor) != nil { loop.unregister(descriptor) }
            return
        }
        var interest: Readiness = []
        if what & CURL_POLL_IN != 0 { interest.insert(.readable) }
        if what & CURL_POLL_OUT != 0 { interest.insert(.writable) }
        do {
            if sockets[descriptor] != nil {
                try loop.modify(descriptor, for: interest)
            } else {
                let socket = CurlSocket(descriptor, of: self)
                try loop.register(descriptor, for: interest, .level, socket)
                sockets[descriptor] = socket
            }
        } catch {
            // Out of memory for epoll: the deadline of the transfer ends it.
            sockets[descriptor] = nil
        }
    }

    /// Curl says when it wants to be called without a descriptor being ready.
    private func setTimer(_ milliseconds: Int) {
        if let timer { loop.cancel(timer) }
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = loop.after(.milliseconds(milliseconds)) { [weak self] in
            self?.timer = nil
            self?.act(CURL_SOCKET_TIMEOUT, 0)
        }
    }

    fileprivate func ready(_ descriptor: Int32, _ readiness: Readiness) {
        var bits: Int32 = 0
        if !readiness.isDisjoint(with: [.readable, .peerClosed, .hungUp]) { bits |= CURL_CSELECT_IN }
        if readiness.contains(.writable) { bits |= CURL_CSELECT_OUT }
        if readiness.contains(.failed) { bits |= CURL_CSELECT_IN | CURL_CSELECT_ERR }
        act(descriptor, bits)
    }

    /// Lets curl do what it can, then ends the transfers that are done.
    private func act(_ descriptor: Int32, _ bits: Int32) {
        guard let multi = handle else { return }
        precondition(!isInsideCurl, "curl is not entered from its own callback")
        isInsideCurl = true
        var running: Int32 = 0
        curl_multi_socket_action(multi, descriptor, bits, &running)
        isInsideCurl = false
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = message.pointee.data.result
            transfers[easy]?.finished(code)
        }
    }
}

/// A descriptor of curl's, as the loop knows it.
private final class CurlSocket: DescriptorHandler {
    private let descriptor: Int32
    private unowned let multi: CurlMulti

    init(_ descriptor: Int32, of multi: CurlMulti) {
        self.descriptor = descriptor
        self.multi = multi
    }

    func descriptorReady(_ readiness: Readiness) { multi.ready(descriptor, readiness) }
}
