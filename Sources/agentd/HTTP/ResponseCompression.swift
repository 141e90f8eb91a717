internal import AgentRuntime

/// Sends large answers smaller to clients that take gzip (RFC 9110 §8.4, §12.5.3).
///
/// Streams are left as they are: each event must go out at once.
struct ResponseCompression: Sendable {
    /// Below this an answer fits into a few packets anyway.
    static let bytesMin = 8 << 10
    /// Above this compressing would take longer than sending.
    static let bytesMax = 16 << 20

    let workers: (any TaskExecutor)?

    func apply(to response: inout HTTPResponse, _ request: HTTPRequest) async {
        guard case .bytes(let bytes) = response.body, (Self.bytesMin...Self.bytesMax).contains(bytes.count),
            response.headers["Content-Encoding"] == nil, Self.isText(response.headers["Content-Type"] ?? "")
        else { return }
        response.headers.add("Vary", "Accept-Encoding")
        guard Self.accepts(request.headers.list("Accept-Encoding")) else { return }
        let compressed = await Self.compressed(bytes, on: workers)
        guard compressed.count < bytes.count else { return }
        response.body = .bytes(compressed)
        response.headers["Content-Encoding"] = "gzip"
    }

    private static func compressed(_ bytes: [UInt8], on workers: (any TaskExecutor)?) async -> [UInt8] {
        guard let workers else { return Gzip.compress(bytes) }
        return await withTaskExecutorPreference(workers) { await compress(bytes) }
    }

    @concurrent
    private static func compress(_ bytes: [UInt8]) async -> [UInt8] { Gzip.compress(bytes) }

    private static func isText(_ type: String) -> Bool {
        type.hasPrefix("application/json") || type.hasPrefix("text/") || type.hasPrefix("application/problem+json")
    }

    /// Whether gzip is among the codings that are taken; `gzip;q=0` says that it is not.
    static func accepts(_ codings: [Substring]) -> Bool {
        for coding in codings {
            let parts = coding.split(separator: ";").map { $0.trimmingOptionalWhitespace().lowercased() }
            guard let name = parts.first, ["gzip", "x-gzip", "*"].contains(name) else { continue }
            return !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
        return false
    }
}
