/// Why a call brought no reply, or not the whole of one.
///
/// Its words name the host and the cause, never a header, a query or a body.
package struct HTTPTransportError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Deadline: String, Sendable, Hashable {
        case connect
        case firstByte = "first byte"
        case betweenBytes = "between bytes"
        case whole
    }

    package enum Part: String, Sendable, Hashable {
        case headers
        case body
    }

    package enum Kind: Sendable, Hashable {
        /// The URL is not an absolute http or https URL, or a header or method holds what may not stand there.
        case invalidCall
        /// The address is one that this call may not reach.
        case forbidden
        /// The name has no address (DNS).
        case nameNotFound
        /// Nobody listens at the port.
        case refused
        /// No way to the address, or the connection broke off while it was being made.
        case unreachable
        /// No secure connection: the certificate does not hold, or the server does not speak TLS.
        case tls
        /// The proxy named by the environment does not work.
        case proxy
        case timeout(Deadline)
        /// The connection ended before the reply did.
        case cut
        case tooLarge(Part)
        /// What came is not HTTP, or its encoding is broken.
        case notHTTP
        case tooManyRedirects
        /// The caller asked it to stop.
        case cancelled
        /// This process is out of descriptors or memory.
        case exhausted
    }

    package var kind: Kind
    /// The host that was called, for people; empty where it is not known.
    package var host: String
    /// What the library says of a certificate or of the system's error; for people.
    package var detail: String?

    package init(_ kind: Kind, host: String, detail: String? = nil) {
        self.kind = kind
        self.host = host
        self.detail = detail
    }

    /// Whether the same call may succeed a little later.
    package var isTransient: Bool {
        switch kind {
        case .nameNotFound, .refused, .unreachable, .timeout, .cut, .exhausted, .proxy: true
        case .invalidCall, .forbidden, .tls, .tooLarge, .notHTTP, .tooManyRedirects, .cancelled: false
        }
    }

    /// Whether the server can have seen the request, so that what has an effect must not simply be sent again.
    package var mayHaveArrived: Bool {
        switch kind {
        case .invalidCall, .forbidden, .nameNotFound, .refused, .unreachable, .tls, .proxy, .exhausted: false
        case .timeout(.connect): false
        case .timeout, .cut, .tooLarge, .notHTTP, .tooManyRedirects, .cancelled: true
        }
    }

    package var description: String {
        let place = host.isEmpty ? "the server" : host
        let text =
            switch kind {
            case .invalidCall: "not a call that can be made"
            case .forbidden: "\(place) is at an address that may not be reached from here"
            case .nameNotFound: "the name \(place) has no address (DNS)"
            case .refused: "\(place) refused the connection: nothing listens at that port"
            case .unreachable: "\(place) cannot be reached"
            case .tls: "no secure connection to \(place)"
            case .proxy: "the proxy on the way to \(place) does not work"
            case .timeout(.connect): "\(place) took too long to connect"
            case .timeout(.firstByte): "\(place) took too long to begin its reply"
            case .timeout(.betweenBytes): "\(place) fell silent in the middle of its reply"
            case .timeout(.whole): "the call to \(place) took too long"
            case .cut: "\(place) closed the connection before its reply was complete"
            case .tooLarge(let part):
                "the reply of \(place) has more \(part == .body ? "bytes" : "header lines") than the bound allows"
            case .notHTTP: "what \(place) answered is not proper HTTP"
            case .tooManyRedirects: "\(place) redirects too often"
            case .cancelled: "the call was cancelled"
            case .exhausted: "no free descriptor or memory for a call to \(place)"
            }
        guard let detail, !detail.isEmpty else { return text }
        return "\(text) (\(detail))"
    }
}
