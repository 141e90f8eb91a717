// Calling out over HTTP, as the parts above the platform see it: one call, one reply whose body is pulled. A pull is
// the backpressure: what nobody asks for is not read from the socket beyond a small buffer.

/// What carries calls to other servers.
///
/// `CurlTransport` is the real one; tests have a double that plays scripted bytes.
package protocol HTTPTransport: Sendable {
    /// Sends a call and returns when the head of the reply is there, whatever its status.
    ///
    /// A cancelled task ends the call at once with `.cancelled` and closes its connection.
    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPReply
}

/// One header line.
package struct HTTPField: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Whether it has this name, in whatever case (RFC 9110 §5.1).
    func isNamed(_ other: String) -> Bool {
        name.utf8.count == other.utf8.count
            && zip(name.utf8, other.utf8).allSatisfy { Self.lowered($0) == Self.lowered($1) }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}

/// A request to another server, with the bounds it is made under.
///
/// Its description holds neither headers, query nor body, so it may be logged.
package struct HTTPCall: Sendable, CustomStringConvertible {
    package var method: String
    /// Absolute, `http` or `https`.
    package var url: String
    package var headers: [HTTPField]
    package var body: [UInt8]?
    package var deadlines = HTTPDeadlines()
    package var bounds = HTTPBounds()
    /// How many redirects are followed; none unless asked for.
    ///
    /// To another origin only `accept`, `content-type` and `user-agent` travel on, and never from https to http.
    package var redirectsMax = 0
    /// Whether the request may arrive twice: a kept connection that turns out dead is then replaced silently.
    ///
    /// False for what has an effect; such a call opens a connection of its own.
    package var mayArriveTwice = true
    /// Asked for each address before a connection to it is used; `nil` allows all.
    ///
    /// A call with such a check goes to the server itself, never through a proxy that would resolve the name anew.
    package var mayConnect: (@Sendable (IPAddress) -> Bool)?

    package init(_ method: String, _ url: String, headers: [HTTPField] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    package var description: String { "\(method) \(url.prefix { $0 != "?" && $0 != "#" })" }
}

/// How long a call may take; each bound has an error of its own.
package struct HTTPDeadlines: Sendable, Hashable {
    /// From the call until the connection stands, name and TLS included.
    package var connect: Duration
    /// From there until the first byte of the reply; the sending of the request counts.
    package var firstByte: Duration
    /// Between two reads of the reply, while the consumer wants more.
    package var betweenBytes: Duration
    /// From the call to the last byte.
    package var whole: Duration

    package init(
        connect: Duration = .seconds(10),
        firstByte: Duration = .seconds(60),
        betweenBytes: Duration = .seconds(60),
        whole: Duration = .seconds(300)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.betweenBytes = betweenBytes
        self.whole = whole
    }
}

/// How large a reply may be; what is larger ends the call with `.tooLarge`.
package struct HTTPBounds: Sendable, Hashable {
    /// All header lines together.
    package var headerBytes: Int
    /// The body, decompressed.
    package var bodyBytes: Int
    /// What is held for a consumer that is slower than the server; the socket is not read meanwhile.
    package var bufferedBytes: Int

    package init(headerBytes: Int = 64 << 10, bodyBytes: Int = 16 << 20, bufferedBytes: Int = 64 << 10) {
        self.headerBytes = headerBytes
        self.bodyBytes = bodyBytes
        self.bufferedBytes = bufferedBytes
    }
}

/// The head of a reply, and a pull of its body.
///
/// One consumer at a time. A reply that is let go before its end is cancelled, unless it was told to finish.
package struct HTTPReply: Sendable {
    package var status: Int
    package var headers: [HTTPField]
    /// What has arrived since the last call, at least one byte; `nil` once after the whole body.
    ///
    /// Throws `.cut` when the connection ended before the body did.
    package let next: @Sendable () async throws(HTTPTransportError) -> [UInt8]?
    /// Ends the call and closes its connection; harmless after the end.
    package let cancel: @Sendable () -> Void
    /// The consumer has all it wants and asks for no more: the connection is kept if the body ends by itself within
    /// 50 ms and 4 KiB, else it is closed; harmless after the end.
    package let finish: @Sendable () -> Void

    package init(
        status: Int,
        headers: [HTTPField],
        next: @escaping @Sendable () async throws(HTTPTransportError) -> [UInt8]?,
        cancel: @escaping @Sendable () -> Void,
        finish: @escaping @Sendable () -> Void
    ) {
        self.status = status
        self.headers = headers
        self.next = next
        self.cancel = cancel
        self.finish = finish
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The value of the first header line of that name, in any capitals.
    package func header(_ name: String) -> String? {
        headers.first { $0.isNamed(name) }?.value
    }

    /// The media type of the body; empty where none is said.
    package var mediaType: String { Self.mediaType(of: header("content-type") ?? "") }

    /// A media type without its parameters, in small letters (RFC 9110 §8.3.1).
    package static func mediaType(of contentType: String) -> String {
        // As nearly every model's server writes it.
        if contentType == "text/event-stream" { return contentType }
        return contentType.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
    }

    /// Reads the body to its end.
    ///
    /// - Throws: `.tooLarge` and cancels when there is more than the bound.
    package func wholeBody(bound: Int = .max) async throws(HTTPTransportError) -> [UInt8] {
        var body: [UInt8] = []
        while let bytes = try await next() {
            guard body.count + bytes.count <= bound else {
                cancel()
                throw HTTPTransportError(.tooLarge(.body), host: "")
            }
            if body.isEmpty { body = bytes } else { body += bytes }
        }
        return body
    }

    /// Reads the beginning of the body, for an error's text, and cancels what is longer.
    package func beginningOfBody(_ count: Int) async throws(HTTPTransportError) -> [UInt8] {
        var body: [UInt8] = []
        while body.count < count, let bytes = try await next() { body += bytes }
        if body.count >= count { cancel() }
        return Array(body.prefix(count))
    }
}
