// Calls to other servers by libcurl, on our event loops: curl tells which descriptors and which timer it waits for, the
// loop tells it when they are ready, and the bytes go to a consumer on the same loop without leaving the thread.
// Names are resolved by curl's own threads. Per loop there is one multi handle, which keeps connections for reuse.

internal import CCurl
internal import Synchronization

/// The transport of a process.
package final class CurlTransport: HTTPTransport {
    package struct Options: Sendable {
        /// Which proxy a call takes.
        package enum Proxy: Sendable, Hashable {
            /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say.
            case environment
            case none
            case url(String)
        }

        /// A file of certificates in PEM to trust instead of the system's.
        package var certificateFile: String?
        package var proxy = Proxy.environment
        package var userAgent: String
        /// Per loop; a call beyond waits within its connect deadline.
        package var connectionsMax: Int
        /// Unused connections that a loop keeps.
        package var idleConnectionsMax: Int

        package init(
            certificateFile: String? = nil,
            proxy: Proxy = .environment,
            userAgent: String = "agentd",
            connectionsMax: Int = 4096,
            idleConnectionsMax: Int = 256
        ) {
            self.certificateFile = certificateFile
            self.proxy = proxy
            self.userAgent = userAgent
            self.connectionsMax = connectionsMax
            self.idleConnectionsMax = idleConnectionsMax
        }
    }

    /// What the transport has done so far.
    package struct Figures: Sendable, Hashable {
        package var calls = 0
        package var connectionsOpened = 0
        /// Times that a reply's socket was left alone because its consumer was slow.
        package var pauses = 0
    }

    private let places: [CurlMulti]
    private let turn = Atomic<Int>(0)

    /// A transport over these loops; a call runs on the loop that makes it, or on the next in turn.
    package init(loops: [EventLoop], options: Options = Options()) {
        precondition(!loops.isEmpty, "a transport needs a loop")
        precondition(Self.isReady, "libcurl cannot start, or resolves names on the calling thread")
        places = loops.map { CurlMulti(loop: $0, options: options) }
    }

    /// Sets the library up once; false when it failed or has no resolver of its own threads.
    static let isReady: Bool = {
        guard curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK, let info = curl_version_info(CURLVERSION_FIRST)
        else { return false }
        return info.pointee.features & CURL_VERSION_ASYNCHDNS != 0
    }()

    /// The library and what it is made with, for a report on the installation.
    package static var libraryDescription: String { String(cString: curl_version()) }

    package var figures: Figures {
        places.reduce(into: Figures()) { sum, place in
            let figures = place.figures
            sum.calls += figures.calls
            sum.connectionsOpened += figures.connectionsOpened
            sum.pauses += figures.pauses
        }
    }

    package func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPReply {
        guard call.redirectsMax > 0 else { return try await sendOnce(call) }
        return try await sendFollowing(call)
    }

    func sendOnce(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPReply {
        let transfer = try CurlTransfer(call, on: place())
        return try await transfer.start()
    }

    /// Ends all calls with `.cancelled` and closes all connections; before the loops stop.
    package func shutDown() async {
        for place in places { await place.shutDown() }
    }

    private func place() -> CurlMulti {
        if let current = EventLoop.current, let place = places.first(where: { $0.loop === current }) { return place }
        let index = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return places[Int(UInt(bitPattern: index) % UInt(places.count))]
    }
}
