/// Why a model's server did not give an answer that can be used.
package struct BackendError: Error, Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// No connection: name, address, TLS.
        case unreachable
        /// Connected, and then silent for longer than it may be.
        case timeout
        /// It has too much to do (429, 503, 529).
        case busy
        /// It failed (500 and the like).
        case broken
        /// It does not take the key.
        case unauthorized
        /// It does not take the request: no such model, too long, not understood.
        case rejected
        /// What it sent is not of its dialect.
        case unreadable
        /// The reply ended without saying why.
        case cut
        /// The reply was complete and had nothing in it.
        case empty
    }

    package var kind: Kind
    /// What the server said, for the log: bounded, without the key, never shown to a user.
    package var words: String
    /// How long the server asks to be left alone.
    package var retryAfter: Duration?

    package init(_ kind: Kind, _ words: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.words = String(words.prefix(500))
        self.retryAfter = retryAfter
    }

    /// Whether the same request may do better a moment later.
    package var isWorthRetrying: Bool {
        switch kind {
        case .unreachable, .busy, .broken, .cut: true
        case .timeout, .unauthorized, .rejected, .unreadable, .empty: false
        }
    }

    /// Whether it tells that the server cannot be used at all, not only for this request.
    package var speaksAgainstServer: Bool { kind != .rejected && kind != .empty }

    /// What an answered status means; `nil` for success.
    package init?(status: Int, body: [UInt8], retryAfter: Duration?) {
        let kind: Kind
        switch status {
        case 200...299: return nil
        case 401, 403: kind = .unauthorized
        case 408, 425, 429, 503, 529: kind = .busy
        case 500...599: kind = .broken
        default: kind = .rejected
        }
        self.init(kind, "status \(status): \(Self.message(in: body))", retryAfter: retryAfter)
    }

    /// An error object that came as part of a reply: `{"message", "type", …}`, or a bare text.
    init(inReply error: JSONValue) {
        let name = error["type"]?.string ?? error["code"]?.string ?? ""
        let kind: Kind
        switch name {
        case "overloaded_error", "rate_limit_error", "rate_limit_exceeded", "insufficient_quota": kind = .busy
        case "authentication_error", "permission_error", "invalid_api_key": kind = .unauthorized
        case "invalid_request_error", "not_found_error", "request_too_large", "context_length_exceeded":
            kind = .rejected
        default: kind = .broken
        }
        self.init(kind, "\(name): \(error["message"]?.string ?? error.string ?? error.text)")
    }

    /// The message of an error document, or the beginning of whatever it is.
    private static func message(in body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        guard let document = try? JSONValue(parsing: body) else { return text }  // not JSON: shown as it came
        let error = document["error"] ?? document
        return error["message"]?.string ?? error.string ?? text
    }
}

extension AgentError {
    /// What a user is told of a model that could not be used; what the server said goes to the log only.
    package init(_ error: BackendError) {
        let code: Code
        let message: String
        switch error.kind {
        case .unreachable: (code, message) = (.unavailable, "The model cannot be reached at the moment.")
        case .timeout: (code, message) = (.timeout, "The model did not answer in time.")
        case .busy: (code, message) = (.unavailable, "The model has too much to do at the moment.")
        case .broken: (code, message) = (.modelFailed, "The model failed while it answered.")
        case .unauthorized: (code, message) = (.modelFailed, "The model's server did not take this daemon's key.")
        case .rejected: (code, message) = (.modelFailed, "The model's server did not take the request.")
        case .unreadable: (code, message) = (.modelFailed, "The model's server sent something that cannot be read.")
        case .cut: (code, message) = (.modelFailed, "The model's answer was cut off before its end.")
        case .empty: (code, message) = (.modelFailed, "The model gave an empty answer.")
        }
        self.init(
            code,
            message,
            isRetryable: error.kind != .unauthorized && error.kind != .rejected,
            retryAfter: error.retryAfter,
            underlying: "\(error.kind.rawValue): \(error.words)"
        )
    }
}
