package import AgentRuntime

/// A server of the Model Context Protocol as a source of tools.
///
/// Each call begins anew on a connection that has ended, so a server that was restarted works again with the next call.
package actor MCPSource {
    static let pagesMax = 50
    static let toolsMax = 1000

    private let service: RemoteService
    private let allowed: [String: ToolRule]
    private let connection: any MCPConnection

    /// A server over streamable HTTP.
    package init(_ service: RemoteService, url: String, allowed: [String: ToolRule]) {
        self.init(service, MCPHTTPConnection(service, url: url), allowed: allowed)
    }

    /// A server that is a program, on this loop; it is started when it is first asked.
    package init(
        _ service: RemoteService,
        command: [String],
        environment: [String: String],
        loop: EventLoop,
        allowed: [String: ToolRule]
    ) {
        let connection = MCPProgramConnection(
            service,
            command: command,
            environment: environment,
            loop: loop
        )
        self.init(service, connection, allowed: allowed)
    }

    init(_ service: RemoteService, _ connection: any MCPConnection, allowed: [String: ToolRule]) {
        self.service = service
        self.connection = connection
        self.allowed = allowed
    }

    /// Asks the server for its tools and gives those that are allowed.
    ///
    /// - Throws: `unavailable` when the server cannot be asked.
    package func load() async throws -> (tools: [any Tool], faults: [String]) {
        var listed: [JSONValue] = []
        do {
            var cursor: String?
            for _ in 0..<Self.pagesMax {
                let parameters: JSONObject = cursor.map { ["cursor": .string($0)] } ?? [:]
                let page = try await connection.request("tools/list", parameters, name: nil)
                listed += page["tools"]?.array ?? []
                cursor = page["nextCursor"]?.string
                guard cursor != nil, listed.count < Self.toolsMax else { break }
            }
        } catch let fault as MCPFault {
            throw AgentError(
                .unavailable,
                "The tools of the server \(service.name) could not be listed: \(fault).",
                isRetryable: true
            )
        }
        var tools: [any Tool] = []
        var faults: [String] = []
        for (name, rule) in allowed.sorted(by: { $0.key < $1.key }) {
            guard let entry = listed.first(where: { $0["name"]?.string == name }) else {
                faults.append("the server \(service.name) has no tool \(name)")
                continue
            }
            // Its own word that it only reads counts for no more than that it need not be said again.
            guard let effect = rule.effect(isSafe: entry["annotations"]?["readOnlyHint"] == true) else {
                faults.append("the server \(service.name) does not say that \(name) only reads: say its effect")
                continue
            }
            let schema = entry["inputSchema"] ?? ["type": "object"]
            do {
                _ = try JSONSchema(schema, .foreign)
            } catch {
                faults.append("the server \(service.name) has a schema of \(name) that is none: \(error)")
                continue
            }
            tools.append(
                MCPTool(
                    name: name,
                    purpose: entry["description"]?.string ?? entry["title"]?.string ?? name,
                    schema: schema,
                    effect: effect,
                    permission: rule.permission,
                    service: service,
                    connection: connection
                )
            )
        }
        return (tools, faults)
    }

    /// Ends the connection, and the program where the server is one.
    package func close() async { await connection.close() }
}

/// One tool of a server.
struct MCPTool: Tool {
    let declaration: ToolDeclaration
    private let name: String
    private let service: RemoteService
    private let connection: any MCPConnection

    init(
        name: String,
        purpose: String,
        schema: JSONValue,
        effect: ToolEffect,
        permission: Permission,
        service: RemoteService,
        connection: any MCPConnection
    ) {
        self.name = name
        self.service = service
        self.connection = connection
        declaration = ToolDeclaration(
            name: remoteToolName(service.name, name),
            purpose: String("\(purpose.prefix(1000))\n(A tool of the server \(service.name).)"),
            parameters: schema,
            permission: permission,
            effect: effect,
            deadline: service.timeout * 2 + .seconds(1),
            server: service.name
        )
    }

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        let isRead = declaration.effect == .read
        var attempt = 1
        while true {
            do {
                return result(
                    try await connection.request(
                        "tools/call",
                        ["name": .string(name), "arguments": .object(arguments)],
                        name: name
                    ),
                    arguments
                )
            } catch let fault as MCPFault {
                if fault.kind == .unavailable, isRead || !fault.mayHaveArrived, attempt == 1 {
                    attempt += 1
                    continue
                }
                return failure(fault, isRead: isRead)
            }
        }
    }

    private func failure(_ fault: MCPFault, isRead: Bool) -> ToolResult {
        switch fault.kind {
        case .refused(let code):
            let words = "The server \(service.name) refused the call: \(fault) (\(code))."
            return .failure(code == -32602 ? "invalid_argument" : "refused", words)
        case .status(let status):
            return .failure(
                "refused",
                "The server \(service.name) did not take the call: \(fault).",
                ["status": .integer(status)]
            )
        case .unavailable, .timeout, .unreadable:
            guard isRead || !fault.mayHaveArrived else {
                return .failure(
                    AgentError.Code.outcomeUnknown.rawValue,
                    "The call to \(service.name) broke off (\(fault)); whether it took effect is not known. "
                        + "Look there before it is made again."
                )
            }
            let code = fault.kind == .timeout ? "timeout" : "unavailable"
            return .failure(code, "The server \(service.name) could not be used: \(fault).")
        }
    }

    private func result(_ reply: JSONValue, _ arguments: JSONObject) -> ToolResult {
        let texts = (reply["content"]?.array ?? []).compactMap { part -> String? in
            switch part["type"]?.string {
            case "text": part["text"]?.string
            case "resource": part["resource"]?["text"]?.string
            case "resource_link": part["uri"]?.string
            default: part["type"]?.string.map { "[\($0), which cannot be shown]" }
            }
        }
        let text = texts.joined(separator: "\n")
        guard reply["isError"] != true else {
            let words = text.isEmpty ? "The tool failed without saying why." : text
            return .failure("tool_failed", words)
        }
        if reply["resultType"] == "input_required" {
            return .failure("refused", "The tool asks for more input in the middle of a call, which is not supported.")
        }
        var content: JSONObject = [:]
        if let data = reply["structuredContent"] { content["data"] = data }
        if !text.isEmpty || content.isEmpty { content["text"] = .string(text) }
        let query =
            declaration.name + " " + String(decoding: JSONValue.object(arguments).canonicalBytes(), as: UTF8.self)
        // A server's own word about its results counts where the operator believes it; it can only be worse otherwise.
        let claimed = DataLabel(wire: reply["_meta"]?["ifc"])
        return ToolResult(
            content: .object(content),
            citations: [
                Citation(
                    source: "service",
                    id: "\(service.name).\(name)",
                    text: "\(service.name): \(name)",
                    fields: ["operation": .string(name), "query": .string(query)]
                )
            ],
            label: service.believesLabels ? claimed : nil
        )
    }
}
