/// An error that a user, an operator or a model can act on.
///
/// `message` says what happened and what to do; it holds no secret and no text of a conversation.
/// `underlying` is for the log only and is never sent.
package struct AgentError: Error, Sendable {
    /// A stable name, `snake_case`, listed in `docs/errors.md`.
    package struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }
        package init(_ rawValue: String) { self.rawValue = rawValue }
        package var description: String { rawValue }
    }

    /// One field of a request that is wrong, and how.
    package struct Detail: Sendable, Hashable {
        package var field: String
        package var message: String

        package init(field: String, message: String) {
            self.field = field
            self.message = message
        }
    }

    package var code: Code
    package var message: String
    package var isRetryable: Bool
    package var retryAfter: Duration?
    package var details: [Detail]
    package var underlying: String?

    package init(
        _ code: Code,
        _ message: String,
        isRetryable: Bool = false,
        retryAfter: Duration? = nil,
        details: [Detail] = [],
        underlying: String? = nil
    ) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
        self.details = details
        self.underlying = underlying
    }
}

extension AgentError.Code {
    /// The request, an argument or a file is wrong; `details` names the fields.
    ///
    /// For the user.
    package static let invalidArgument = Self("invalid_argument")
    /// No credential, or one that does not hold.
    ///
    /// For the user.
    package static let unauthenticated = Self("unauthenticated")
    /// The user may not do this.
    ///
    /// For the user.
    package static let forbidden = Self("forbidden")
    /// It is not there, or it is someone else's: the two are never told apart.
    ///
    /// For the user.
    package static let notFound = Self("not_found")
    /// It contradicts what is there (a busy session, a used key).
    ///
    /// For the user.
    package static let conflict = Self("conflict")
    /// A bound was reached (steps, calls, time, size).
    ///
    /// For the user.
    package static let limitExceeded = Self("limit_exceeded")
    /// The deadline passed.
    ///
    /// For the user; may be tried again.
    package static let timeout = Self("timeout")
    /// The work was asked to stop.
    ///
    /// An expected end.
    package static let cancelled = Self("cancelled")
    /// Something needed is not reachable now.
    ///
    /// For the operator; may be tried again.
    package static let unavailable = Self("unavailable")
    /// The disk is full or the store refused a write; nothing was lost that was confirmed.
    ///
    /// For the operator.
    package static let storageFailed = Self("storage_failed")
    /// Stored data does not hold what it must.
    ///
    /// For the operator.
    package static let corrupted = Self("corrupted")
    /// A defect in this program.
    ///
    /// For the operator.
    package static let internalError = Self("internal_error")
}
