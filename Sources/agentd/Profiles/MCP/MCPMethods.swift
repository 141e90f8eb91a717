internal import AgentRuntime
internal import Retrieval
internal import Tools

/// What each method answers.
struct MCPMethods: Sendable {
    /// How long a client may keep a list: a permission or an article may change at any time, so not for long.
    static let listMilliseconds = 60_000
    static let pageMax = 100

    let services: ProfileServices
    let routed: RoutedRequest
    let message: MCPMessage
    let id: JSONValue
    let running: MCPRunningCalls

    private static let server: JSONValue = [
        "name": "agentd", "title": "agentd", "version": .string(Program.version),
    ]
    private static let capabilities: JSONValue = ["tools": ["listChanged": false], "resources": ["listChanged": false]]
    private static let instructions: JSONValue = """
        Tools answer about one company's own figures, deals and articles; each names what its answer rests on. \
        Resources are the articles of its knowledge base.
        """

    func result() async throws -> JSONObject {
        switch message.method {
        case "initialize" where !message.isStateless || message.params["protocolVersion"] != nil: return initialized
        case "server/discover" where message.isStateless: return list(discovered)
        case "ping": return complete([:])
        case "tools/list": return list(["tools": .array(tools.map(Self.tool))])
        case "tools/call": return complete(try await call())
        case "resources/list": return list(try await resources())
        case "resources/templates/list": return list(try templates())
        case "resources/read": return list(try await resource())
        default: throw MCPFailure(MCPFailure.methodNotFound, "There is no method \(message.method.prefix(100)).")
        }
    }

    /// Results of the stateless revision say that they are whole.
    private func complete(_ result: JSONObject) -> JSONObject {
        guard message.isStateless else { return result }
        var result = result
        result["resultType"] = "complete"
        var meta = result["_meta"]?.object ?? [:]
        meta["io.modelcontextprotocol/serverInfo"] = Self.server
        result["_meta"] = .object(meta)
        return result
    }

    /// What may be kept for a while, by the one who asked.
    private func list(_ result: JSONObject) -> JSONObject {
        guard message.isStateless else { return result }
        var result = complete(result)
        result["ttlMs"] = .integer(Self.listMilliseconds)
        result["cacheScope"] = "private"
        return result
    }

    private var initialized: JSONObject {
        let wanted = message.params["protocolVersion"]?.string ?? ""
        let version = MCPMessage.older.contains(wanted) ? wanted : MCPMessage.older[0]
        return [
            "protocolVersion": .string(version), "capabilities": Self.capabilities, "serverInfo": Self.server,
            "instructions": Self.instructions,
        ]
    }

    private var discovered: JSONObject {
        [
            "supportedVersions": .array(MCPMessage.versions.map(JSONValue.string)),
            "capabilities": Self.capabilities, "serverInfo": Self.server, "instructions": Self.instructions,
        ]
    }

    // MARK: Tools

    /// What the caller may use, by name; the others are not there for him.
    private var tools: [ToolDeclaration] {
        guard let principal = routed.caller else { return [] }
        return services.domain.tools.registry.declarations(for: principal)
    }

    private static func tool(_ tool: ToolDeclaration) -> JSONValue {
        [
            "name": .string(tool.name),
            "description": .string(tool.purpose),
            "inputSchema": tool.parameters,
            "annotations": [
                "readOnlyHint": .bool(tool.effect == .read), "destructiveHint": .bool(tool.effect != .read),
                // A call with an effect happens once for its identifier, and each call has one of its own.
                "idempotentHint": .bool(tool.effect == .read), "openWorldHint": .bool(tool.effect == .outbound),
            ],
        ]
    }

    private func call() async throws -> JSONObject {
        let name = message.params["name"]?.string ?? ""
        guard tools.contains(where: { $0.name == name }) else {
            throw MCPFailure(MCPFailure.invalidParams, "There is no tool named “\(name.prefix(100))”.")
        }
        let arguments = message.params["arguments"] ?? [:]
        guard let arguments = arguments.object else {
            throw MCPFailure(MCPFailure.invalidParams, "arguments must be an object.")
        }
        let principal = try routed.principal()
        let key = MCPRunningCalls.Key(tenant: principal.tenant, user: principal.user, request: id)
        let number = Guarded(0)
        let outcome: Result<CompletedCall, any Error>
        do {
            let done = try await DirectCalls(services: services).run(name, arguments, routed) { cancel in
                let begun = await running.begin(key, cancel: cancel)
                number.with { $0 = begun }
            }
            outcome = .success(done)
        } catch {
            outcome = .failure(error)
        }
        await running.end(key, number.with { $0 })
        let done = try outcome.get()
        let content = done.result.content
        var result: JSONObject = [
            "content": [["type": "text", "text": .string(content.text)]],
            "isError": .bool(done.result.isError || done.status != .completed),
        ]
        if content.object != nil { result["structuredContent"] = content }
        var meta: JSONObject = ["agentd/status": .string(done.status.rawValue)]
        // What the result is to be taken for, for clients that keep track of it.
        let tool = services.domain.tools.registry.tool(named: name, of: try routed.principal().tenant)
        let label = done.result.label ?? tool?.declaration.results ?? .untrusted
        meta["ifc"] = label.wire
        if !done.result.citations.isEmpty {
            meta["agentd/citations"] = .array(done.result.citations.enumerated().map { $1.json(number: $0) })
        }
        result["_meta"] = .object(meta)
        return result
    }

    // MARK: Resources

    private func prefix() throws -> String { "kb://\(try routed.principal().tenant)/articles/" }

    private var mayRead: Bool { routed.caller?.may(.knowledgeRead) ?? false }

    private func resources() async throws -> JSONObject {
        let principal = try routed.principal()
        let offset = try cursor()
        guard mayRead, let articles = try await services.domain.articles(of: principal.tenant) else {
            return ["resources": []]
        }
        let (summaries, total) = try await articles.perform { connection in
            let store = ArticleStore(connection)
            return (try store.summaries(limit: Self.pageMax, offset: offset), try store.count())
        }
        let prefix = try prefix()
        let items = summaries.filter(\.isPublished).map { article -> JSONValue in
            [
                "uri": .string(prefix + article.id), "name": .string(article.id), "title": .string(article.title),
                "description": .optional(article.category), "mimeType": "text/markdown",
                "annotations": ["lastModified": .string(article.updatedAt.iso8601)],
            ]
        }
        var result: JSONObject = ["resources": .array(items.map(Self.withoutNull))]
        if offset + summaries.count < total { result["nextCursor"] = .string("\(offset + summaries.count)") }
        return result
    }

    private static func withoutNull(_ value: JSONValue) -> JSONValue {
        guard let object = value.object else { return value }
        return .object(JSONObject(uniqueMembers: object.members.filter { !$0.value.isNull }))
    }

    private func cursor() throws -> Int {
        guard let cursor = message.params["cursor"], !cursor.isNull else { return 0 }
        guard let offset = cursor.string.flatMap({ Int($0) }), (0...10_000_000).contains(offset) else {
            throw MCPFailure(MCPFailure.invalidParams, "The cursor is none that was given.")
        }
        return offset
    }

    private func templates() throws -> JSONObject {
        guard mayRead else { return ["resourceTemplates": []] }
        return [
            "resourceTemplates": [
                [
                    "uriTemplate": .string(try prefix() + "{id}"), "name": "article", "title": "Knowledge base article",
                    "mimeType": "text/markdown",
                ]
            ]
        ]
    }

    private func resource() async throws -> JSONObject {
        let uri = message.params["uri"]?.string ?? ""
        let principal = try routed.principal()
        let prefix = try prefix()
        // Another tenant's article, one that is not there and one that may not be read are answered alike.
        let missing = MCPFailure(
            message.isStateless ? MCPFailure.invalidParams : MCPFailure.resourceNotFound,
            "Resource not found",
            data: ["uri": .string(String(uri.prefix(500)))]
        )
        guard mayRead, uri.hasPrefix(prefix), let articles = try await services.domain.articles(of: principal.tenant)
        else { throw missing }
        let id = String(uri.dropFirst(prefix.count))
        let article = try await articles.perform { try ArticleStore($0).article(id) }
        guard let article, article.isPublished else { throw missing }
        return [
            "contents": [["uri": .string(uri), "mimeType": "text/markdown", "text": .string(article.body)]]
        ]
    }
}
