internal import AgentRuntime

/// Names what a read has answered, so that a client that has it already is told so and no more (RFC 9110 §8.8, §13.1.2).
///
/// Weak: the same data is the same tag, whatever request identifier and time stand beside it.
enum EntityTag {
    /// Larger answers are not hashed.
    static let bytesMax = 1 << 20

    static func of(_ bytes: [UInt8]) -> String { "W/\"\(SHA256.hex(bytes).prefix(24))\"" }

    /// Gives a read its tag, and answers 304 where the client names it.
    static func apply(to response: inout HTTPResponse, _ request: HTTPRequest) {
        guard request.method == .get || request.method == .head, response.status == 200,
            case .bytes(let bytes) = response.body
        else { return }
        if response.headers["ETag"] == nil, bytes.count <= bytesMax { response.headers["ETag"] = of(bytes) }
        guard let tag = response.headers["ETag"] else { return }
        response.headers["Cache-Control"] = "private, no-cache"
        let known = request.headers.list("If-None-Match").map { $0.trimmingOptionalWhitespace() }
        guard known.contains(where: { $0 == "*" || strong($0) == strong(tag[...]) }) else { return }
        response.status = 304
        response.body = .empty
        response.headers["Content-Type"] = nil
    }

    private static func strong(_ tag: Substring) -> Substring { tag.hasPrefix("W/") ? tag.dropFirst(2) : tag }
}
