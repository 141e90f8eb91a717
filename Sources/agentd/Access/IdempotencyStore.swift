internal import AgentRuntime

/// An answer that is kept to be given again.
struct KeptAnswer: Sendable, Hashable {
    var status: Int
    /// Names and values in order; the ones of the connection and the request's id are not kept.
    var headers: [[String]]
    var body: [UInt8]
}

/// The first answers to requests with an `Idempotency-Key`, kept for 24 hours in `control.db`.
///
/// A key belongs to its tenant and user, and to one request: its fingerprint covers method, path and body.
/// Bounds: keys of 1 to 255 bytes, answers of 4 MiB, 20,000 keys of one user.
struct IdempotencyStore: Sendable {
    static let lifetime = Duration.seconds(86_400)
    static let keyBytesMax = 255
    static let answerBytesMax = 4 << 20
    static let keysMax = 20_000

    /// What a key means for the request that brings it.
    enum Outcome: Sendable, Hashable {
        /// Nobody has brought it before: go on, then `finish` or `abandon`.
        case begun
        /// The first request has not ended; the reference that it left, if any (a message to join).
        case running(reference: String?)
        /// The first request's answer.
        case finished(KeptAnswer)
        /// The key was brought with another request.
        case mismatch
    }

    /// Whose key it is.
    struct Key: Sendable, Hashable {
        var tenant: TenantID
        var user: UserID
        var text: String

        /// Takes the header's value, with or without quotes; `nil` when it is no key.
        init?(tenant: TenantID, user: UserID, header: String) {
            var text = Substring(header)
            if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
            guard (1...IdempotencyStore.keyBytesMax).contains(text.utf8.count),
                text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
            else { return nil }
            self.tenant = tenant
            self.user = user
            self.text = String(text)
        }

        fileprivate var columns: [SQLValue] { [.id(tenant), .id(user), .text(text)] }
    }

    let database: Database
    let clock: any WallClock

    static func fingerprint(method: String, path: String, body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update("\(method) \(path)\n")
        hash.update(body)
        return hash.hash()
    }

    /// Takes the key for a request, or says what became of the one that took it first.
    ///
    /// `reference` is what a second request may join from the beginning.
    func begin(_ key: Key, fingerprint: [UInt8], reference: String? = nil) async throws -> Outcome {
        let now = clock.now()
        let expiry = now.advanced(by: IdempotencyStore.lifetime)
        return try await database.perform { connection in
            try connection.transaction { () -> Outcome in
                try connection.execute("DELETE FROM idempotency WHERE expires_at <= ?", [.integer(now.milliseconds)])
                let found = try connection.first(
                    """
                    SELECT fingerprint, reference, status, headers, body FROM idempotency
                    WHERE tenant = ? AND user = ? AND key = ?
                    """,
                    key.columns
                ) { row -> Outcome in
                    guard constantTimeEquals(row.blob(0), fingerprint) else { return .mismatch }
                    guard let status = row.intOrNil(2) else { return .running(reference: row.textOrNil(1)) }
                    let headers = IdempotencyStore.headers(row.text(3))
                    return .finished(KeptAnswer(status: Int(status), headers: headers, body: row.blob(4)))
                }
                if let found { return found }
                let count = try connection.first(
                    "SELECT count(*) FROM idempotency WHERE tenant = ? AND user = ?",
                    [.id(key.tenant), .id(key.user)]
                ) { $0.int(0) }
                guard (count ?? 0) < IdempotencyStore.keysMax else {
                    throw AgentError(
                        .limitExceeded,
                        "\(IdempotencyStore.keysMax) idempotency keys are in use; the oldest ends within 24 hours.",
                        isRetryable: true
                    )
                }
                try connection.execute(
                    """
                    INSERT INTO idempotency (tenant, user, key, fingerprint, expires_at, reference)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                    key.columns + [.blob(fingerprint), .integer(expiry.milliseconds), .optional(reference)]
                )
                return .begun
            }
        }
    }

    /// Leaves what a second request may join while the first one runs.
    func attach(_ reference: String, to key: Key) async throws {
        try await database.perform { connection in
            try connection.execute(
                "UPDATE idempotency SET reference = ? WHERE tenant = ? AND user = ? AND key = ?",
                [.text(reference)] + key.columns
            )
        }
    }

    /// Keeps the answer; one that is too large leaves the key taken, so that nothing is made twice.
    func finish(_ key: Key, _ answer: KeptAnswer) async throws {
        guard answer.body.count <= IdempotencyStore.answerBytesMax else { return }
        let headers = JSONValue.array(answer.headers.map { .array($0.map(JSONValue.string)) }).text
        try await database.perform { connection in
            try connection.execute(
                "UPDATE idempotency SET status = ?, headers = ?, body = ? WHERE tenant = ? AND user = ? AND key = ?",
                [.int(answer.status), .text(headers), .blob(answer.body)] + key.columns
            )
        }
    }

    /// Frees the key: the request ended without having made anything.
    func abandon(_ key: Key) async throws {
        try await database.perform { connection in
            try connection.execute(
                "DELETE FROM idempotency WHERE tenant = ? AND user = ? AND key = ? AND status IS NULL",
                key.columns
            )
        }
    }

    /// Frees keys that a process took and did not live to finish, except those with something to join.
    ///
    /// To be called once at start, before requests are taken.
    func recover() async throws {
        try await database.perform { connection in
            try connection.execute("DELETE FROM idempotency WHERE status IS NULL AND reference IS NULL")
        }
    }

    private static func headers(_ text: String) -> [[String]] {
        // Written by `finish`; a row that was changed by hand gives no headers.
        guard let value = try? JSONValue(parsing: text) else { return [] }
        return value.array?.compactMap { $0.array?.compactMap(\.string) }.filter { $0.count == 2 } ?? []
    }
}
