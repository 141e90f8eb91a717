internal import AgentRuntime

/// One JSON-RPC message of a client, and the revision that it is spoken in.
struct MCPMessage: Sendable {
    /// The stateless revision: every request says all that is needed to answer it.
    static let stateless = "2026-07-28"
    /// Revisions with a handshake, the newest first.
    static let older = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]
    static let versions = [stateless] + older

    static let versionKey = "io.modelcontextprotocol/protocolVersion"
    private static let named = ["tools/call": "name", "prompts/get": "name", "resources/read": "uri"]

    enum Kind: Sendable, Hashable {
        case request
        case notification
        /// An answer to something that was never asked.
        case response
    }

    let kind: Kind
    let id: JSONValue
    let method: String
    let params: JSONObject
    /// Whether it is of the stateless revision, so that its headers count and lists say how long they hold.
    let isStateless: Bool

    /// Reads a message and checks its envelope and headers.
    ///
    /// - Throws: what it is refused with; `identifier` tells the id to answer with even then.
    init(_ body: JSONValue, headers: HTTPHeaders) throws(MCPFailure) {
        guard let object = body.object, object["jsonrpc"] == "2.0" else {
            throw MCPFailure(MCPFailure.invalidRequest, "The body must be one JSON-RPC 2.0 message.")
        }
        id = MCPMessage.identifier(of: body)
        method = object["method"]?.string ?? ""
        params = object["params"]?.object ?? [:]
        if method.isEmpty, object["result"] != nil || object["error"] != nil {
            kind = .response
        } else {
            kind = object["id"] == nil ? .notification : .request
        }
        guard kind == .response || !method.isEmpty else {
            throw MCPFailure(MCPFailure.invalidRequest, "The message has no method.")
        }
        guard kind != .request || id != .null else {
            throw MCPFailure(MCPFailure.invalidRequest, "The id of a request must be a string or an integer.")
        }
        if let params = object["params"], params.object == nil {
            throw MCPFailure(MCPFailure.invalidParams, "params must be an object.")
        }
        let header = headers["MCP-Protocol-Version"]
        let meta = params["_meta"]?.object
        isStateless =
            meta?[MCPMessage.versionKey] != nil || (header.map { !MCPMessage.older.contains($0) } ?? false)
        guard isStateless, method != "initialize" else { return }
        if kind == .request {
            try check(meta, headers, header)
        } else {
            try checkVersion(header ?? "")
        }
    }

    /// The id of a message, as far as it is one.
    static func identifier(of body: JSONValue) -> JSONValue {
        guard let id = body["id"] else { return .null }
        return id.string != nil || id.int != nil ? id : .null
    }

    private func check(_ meta: JSONObject?, _ headers: HTTPHeaders, _ header: String?) throws(MCPFailure) {
        guard let meta, let version = meta[MCPMessage.versionKey] else {
            if let header, header != MCPMessage.stateless { try checkVersion(header) }
            throw MCPFailure(MCPFailure.invalidParams, "params._meta must have \(MCPMessage.versionKey).")
        }
        for name in ["MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"] where headers.all(name).count > 1 {
            throw MCPFailure(MCPFailure.headerMismatch, "The header \(name) is given more than once.")
        }
        try match("MCP-Protocol-Version", header, version.string)
        try checkVersion(version.string ?? "")
        try match("Mcp-Method", headers["Mcp-Method"], method)
        if let member = MCPMessage.named[method], let value = params[member] {
            try match("Mcp-Name", headers["Mcp-Name"].map(MCPMessage.decoded), value.string)
        }
    }

    private func match(_ name: String, _ header: String?, _ body: String?) throws(MCPFailure) {
        guard let header, header == body else {
            throw MCPFailure(MCPFailure.headerMismatch, "The header \(name) does not say what the body says.")
        }
    }

    private func checkVersion(_ version: String) throws(MCPFailure) {
        guard version != MCPMessage.stateless else { return }
        throw MCPFailure(
            MCPFailure.unsupportedVersion,
            "Unsupported protocol version",
            data: [
                "supported": .array(MCPMessage.versions.map(JSONValue.string)), "requested": .string(version),
            ]
        )
    }

    /// A header's value that may be wrapped, `=?base64?…?=`, for text that no header carries.
    private static func decoded(_ value: String) -> String {
        guard value.hasPrefix("=?base64?"), value.hasSuffix("?=") else { return value }
        let text = value.dropFirst(9).dropLast(2).replacing("+", with: "-").replacing("/", with: "_")
        let bare = text.prefix { $0 != "=" }
        guard let bytes = Base64URL.decode(String(bare)), let text = String(validating: bytes, as: UTF8.self) else {
            return value
        }
        return text
    }
}
