internal import AgentRuntime
internal import Foundation

/// Gets the documents of issuers' key sets, from files and over HTTP.
///
/// Over HTTP a document is got within ten seconds or not at all; the URL is the operator's, so it may lead anywhere.
struct KeySetReader: Sendable {
    private let transport: any HTTPTransport

    init(transport: any HTTPTransport) { self.transport = transport }

    /// - Throws: `unavailable` with words for the operator.
    func read(_ place: Configuration.KeySet.Place) async throws -> [UInt8] {
        switch place {
        case .file(let path): return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        case .url(let url): return try await read(url)
        }
    }

    private func read(_ url: String) async throws -> [UInt8] {
        var call = HTTPCall("GET", url, headers: [HTTPField("accept", "application/jwk-set+json, application/json")])
        call.deadlines = HTTPDeadlines(
            connect: .seconds(5),
            firstByte: .seconds(5),
            betweenBytes: .seconds(5),
            whole: .seconds(10)
        )
        call.bounds.bodyBytes = JWKS.bytesMax
        call.redirectsMax = 3
        let status: Int
        do throws(HTTPTransportError) {
            let reply = try await transport.send(call)
            status = reply.status
            if status == 200 { return try await reply.wholeBody() }
            reply.cancel()
        } catch {
            throw AgentError(.unavailable, "\(call) could not be read: \(error).", isRetryable: error.isTransient)
        }
        throw AgentError(.unavailable, "\(call) answered with status \(status).", isRetryable: true)
    }
}
