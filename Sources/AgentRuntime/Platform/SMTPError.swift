/// Why a server has not said that it took a message.
///
/// Its words name the host, the cause and what the server answered, never a password.
package struct SMTPError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// An address or the URL holds what may not stand there; nothing was sent.
        case invalid
        case nameNotFound
        case unreachable
        /// No secure connection, where one is offered or required.
        case tls
        /// The server does not let the user in.
        case signIn
        /// Refused for good: a code of 500 or above.
        case refused(Int)
        /// Refused for now: a code from 400.
        case later(Int)
        case timeout
        /// The connection ended before the whole message was sent.
        case cut
        case cancelled
        /// The whole message was sent, and no answer came to it.
        case unanswered
        /// What answers there is no mail server, or does not serve.
        case notServing
        case exhausted
    }

    package var kind: Kind
    package var host: String
    package var detail: String?

    package init(_ kind: Kind, host: String, detail: String? = nil) {
        self.kind = kind
        self.host = host
        self.detail = detail
    }

    /// Whether the message may have been taken all the same.
    package var isUnknown: Bool { kind == .unanswered }

    /// Whether the same message may be taken later; a mistake in the settings is mended without writing it anew.
    package var isTransient: Bool {
        switch kind {
        case .invalid, .refused, .unanswered: false
        default: true
        }
    }

    package var description: String {
        let place = host.isEmpty ? "the mail server" : "the mail server \(host)"
        let text =
            switch kind {
            case .invalid: "an address of the message or of the server cannot be used"
            case .nameNotFound: "the name of \(place) has no address (DNS)"
            case .unreachable: "\(place) cannot be reached"
            case .tls: "no secure connection to \(place)"
            case .signIn: "\(place) does not accept the user name and password"
            case .refused(let code): "\(place) refused it with \(code)"
            case .later(let code): "\(place) does not take it now and answered \(code)"
            case .timeout: "\(place) took too long"
            case .cut: "\(place) closed the connection before the message was sent"
            case .cancelled: "sending was stopped before the message was sent"
            case .unanswered: "\(place) has not answered after the message was sent"
            case .notServing: "\(place) does not serve"
            case .exhausted: "no free descriptor or memory to reach \(place)"
            }
        guard let detail, !detail.isEmpty else { return text }
        return "\(text) (\(detail))"
    }
}
