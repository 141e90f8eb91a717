package import AgentRuntime

/// One operation of a service as a tool.
struct OpenAPITool: Tool {
    let declaration: ToolDeclaration
    private let operation: OpenAPIOperation
    private let service: RemoteService
    private let base: String

    init(
        _ operation: OpenAPIOperation,
        effect: ToolEffect,
        permission: Permission,
        service: RemoteService,
        base: String
    ) {
        self.operation = operation
        self.service = service
        self.base = base
        let purpose = operation.purpose.isEmpty ? "\(operation.method) \(operation.path)" : operation.purpose
        declaration = ToolDeclaration(
            name: remoteToolName(service.name, operation.id),
            purpose: String("\(purpose.prefix(1000))\n(A tool of the service \(service.name).)"),
            parameters: operation.schema,
            permission: permission,
            effect: effect,
            deadline: service.timeout * RemoteService.attempts + RemoteService.longestPause * RemoteService.attempts,
            server: service.name
        )
    }

    func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        var call = operation.call(arguments, base: base)
        let isRead = declaration.effect == .read && operation.isSafe
        // The same effect, sent again by whoever, is recognised by services that know the header.
        if !isRead { call.headers.append(HTTPField("Idempotency-Key", context.effectID)) }
        let answer: RemoteService.Answer
        do {
            let asker = Asker(principal: context.principal, now: context.now)
            answer = try await service.send(call, repeats: isRead, for: asker)
        } catch let error as AgentError where error.code == .unauthenticated {
            return .failure("refused", error.message)
        } catch let error as AgentError where error.code == .unavailable || error.code == .outcomeUnknown {
            return .failure(error.code.rawValue, error.message)
        }
        guard (200..<300).contains(answer.status) else { return service.refusal(answer) }
        var content: JSONObject = ["status": .integer(answer.status)]
        if OpenAPIOperation.isJSON(answer.mediaType), let value = try? JSONValue(parsing: answer.body) {
            content["data"] = value
        } else if !answer.body.isEmpty {
            // Not JSON after all, or broken: the model reads it as it came.
            content["text"] = .string(String(decoding: answer.body, as: UTF8.self))
        }
        let query =
            declaration.name + " " + String(decoding: JSONValue.object(arguments).canonicalBytes(), as: UTF8.self)
        return ToolResult(
            content: .object(content),
            citations: [
                Citation(
                    source: "service",
                    id: "\(service.name).\(operation.id)",
                    text: "\(service.name): \(operation.id)",
                    fields: ["operation": .string("\(operation.method) \(operation.path)"), "query": .string(query)]
                )
            ]
        )
    }
}

/// Where a service's document is, and what of it becomes tools.
package struct OpenAPISource: Sendable {
    package enum Place: Sendable, Hashable {
        case bytes([UInt8])
        case url(String)
    }

    private let service: RemoteService
    private let place: Place
    private let base: String?
    private let allowed: [String: ToolRule]

    /// `base`: where the service answers, when its document does not say it or says it wrongly.
    package init(_ service: RemoteService, document place: Place, base: String?, allowed: [String: ToolRule]) {
        self.service = service
        self.place = place
        self.base = base
        self.allowed = allowed
    }

    /// Reads the document and makes the tools that are allowed.
    ///
    /// An operation that cannot be a tool is named in `faults`; the others are there.
    /// - Throws: `unavailable` when the document cannot be had, `invalid_argument` when it is none.
    package func load() async throws -> (tools: [any Tool], faults: [String]) {
        var found: HTTPURL?
        let bytes: [UInt8]
        switch place {
        case .bytes(let given): bytes = given
        case .url(let url):
            found = HTTPURL(url)
            let call = HTTPCall("GET", url, headers: [HTTPField("Accept", "application/json")])
            let answer = try await service.send(call, repeats: true)
            guard answer.status == 200 else {
                throw AgentError(
                    .unavailable,
                    "The document of the service \(service.name) could not be read: status \(answer.status).",
                    isRetryable: true
                )
            }
            bytes = answer.body
        }
        let document: OpenAPIDocument
        do throws(OpenAPIDocument.Fault) {
            document = try OpenAPIDocument(bytes)
        } catch {
            throw AgentError(.invalidArgument, "The OpenAPI document of \(service.name) \(error).")
        }
        guard let address = base.flatMap({ HTTPURL($0) }) ?? document.server(relativeTo: found) else {
            throw AgentError(
                .invalidArgument,
                "The OpenAPI document of \(service.name) does not say where the service is; name it with base_url."
            )
        }
        if let users = service.users, address.origin != users.origin {
            throw AgentError(
                .invalidArgument,
                "The OpenAPI document of \(service.name) leads to another server, where users' own tokens are not sent; "
                    + "name that server with base_url."
            )
        }
        var tools: [any Tool] = []
        var faults: [String] = []
        for (id, rule) in allowed.sorted(by: { $0.key < $1.key }) {
            do throws(OpenAPIDocument.Fault) {
                let operation = try document.operation(id)
                guard let effect = rule.effect(isSafe: operation.isSafe) else {
                    throw OpenAPIDocument.Fault("has \(operation.method) for \(id): say its effect, write or outbound")
                }
                let tool = OpenAPITool(
                    operation,
                    effect: effect,
                    permission: rule.permission,
                    service: service,
                    base: address.text
                )
                guard !tools.contains(where: { $0.declaration.name == tool.declaration.name }) else {
                    throw OpenAPIDocument.Fault("has two operations that are named alike: \(id)")
                }
                tools.append(tool)
            } catch {
                faults.append("the document of \(service.name) \(error)")
            }
        }
        return (tools, faults)
    }
}
