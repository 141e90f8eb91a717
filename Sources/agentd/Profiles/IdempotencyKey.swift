/// The key by which a client sends the same request again (draft-ietf-httpapi-idempotency-key-header-07).
enum IdempotencyKey {
    /// The header's value with or without its quotes; `nil` when it is absent, empty or longer than 255 bytes.
    static func read(_ request: HTTPRequest) -> String? {
        guard var value = request.headers["Idempotency-Key"]?[...] else { return nil }
        if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") { value = value.dropFirst().dropLast() }
        return (1...255).contains(value.utf8.count) ? String(value) : nil
    }
}
