internal import AgentRuntime

/// Messages of the Model Context Protocol: JSON-RPC 2.0, one object each.
enum MCPMessage {
    /// A message of a server and the largest one that is read.
    static let bytesMax = 4 << 20
    static let limits = JSONLimits(depth: 128, bytes: bytesMax, members: 200_000)

    static func request(_ id: Int, _ method: String, _ parameters: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": parameters]
    }

    static func notification(_ method: String, _ parameters: JSONValue? = nil) -> JSONValue {
        var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
        if let parameters { message["params"] = parameters }
        return .object(message)
    }

    /// What we say to a request of a server: `ping` is answered, everything else is not offered.
    static func answer(to request: JSONValue) -> JSONValue? {
        guard let id = request["id"], let method = request["method"]?.string else { return nil }
        guard method == "ping" else {
            let error: JSONValue = ["code": -32601, "message": "not offered"]
            return ["jsonrpc": "2.0", "id": id, "error": error]
        }
        return ["jsonrpc": "2.0", "id": id, "result": [:]]
    }

    /// The outcome in a reply.
    static func result(_ reply: JSONValue) throws(MCPFault) -> JSONValue {
        if let error = reply["error"] {
            throw MCPFault(
                .refused(code: error["code"]?.int ?? 0),
                String((error["message"]?.string ?? "").prefix(500))
            )
        }
        guard let result = reply["result"] else { throw MCPFault(.unreadable, "a reply without a result") }
        return result
    }
}

/// Why a server of the protocol gave no result.
struct MCPFault: Error, Sendable, Hashable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        /// It cannot be reached, or its program has ended.
        case unavailable
        /// Connected, and silent for too long.
        case timeout
        /// It answered with an error of the protocol.
        case refused(code: Int)
        case unreadable
        /// The HTTP status was no success.
        case status(Int)
    }

    var kind: Kind
    var description: String
    /// Whether the server can have seen the request.
    var mayHaveArrived: Bool

    init(_ kind: Kind, _ description: String, mayHaveArrived: Bool = true) {
        self.kind = kind
        self.description = description
        self.mayHaveArrived = mayHaveArrived
    }
}

/// A way to a server: sends requests and gives their results.
protocol MCPConnection: Sendable {
    /// Sends a request and waits for its result; a cancelled task tells the server and ends at once.
    ///
    /// `name`: the tool's, for the headers of the stateless revision.
    func request(_ method: String, _ parameters: JSONObject, name: String?) async throws -> JSONValue

    /// Ends the connection and what belongs to it.
    func close() async
}

/// The revisions of the protocol that are spoken.
enum MCPRevision {
    static let session = "2025-11-25"
    static let stateless = "2026-07-28"
    /// What a server may choose instead of the newest with sessions.
    static let known: Set<String> = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
    static let client: JSONValue = ["name": "agentd", "version": "0.1.0"]
}
