internal import AgentRuntime
internal import Tools

/// The one endpoint of the Model Context Protocol over streamable HTTP.
///
/// There are no sessions: a request of any revision is answered by itself, as one JSON body. What a client closes
/// before it is answered is cancelled.
struct MCPRoutes: Sendable {
    let services: ProfileServices
    private let running = MCPRunningCalls()

    init(services: ProfileServices) { self.services = services }

    var routes: [Route] { [message] }

    private var message: Route {
        Route(
            .post,
            "/",
            summary: "One JSON-RPC message: a request is answered, a notification is accepted.",
            tags: ["mcp"],
            parameters: [
                RouteParameter("MCP-Protocol-Version", in: .header, summary: "The revision that is spoken."),
                RouteParameter("Mcp-Method", in: .header, summary: "The method, from 2026-07-28 on."),
                RouteParameter("Mcp-Name", in: .header, summary: "The tool's name or the resource's address."),
            ],
            body: RouteBody(["type": "object"]),
            responses: [
                RouteResponse(200, "The answer.", schema: Self.answerSchema),
                RouteResponse(202, "A notification is accepted."),
            ],
            errors: ["forbidden", "not_found"]
        ) { routed in
            try checkOrigin(routed.request)
            let id = MCPMessage.identifier(of: routed.json)
            let message: MCPMessage
            do throws(MCPFailure) {
                message = try MCPMessage(routed.json, headers: routed.request.headers)
            } catch {
                return .json(MCPErrors.body(error, id: id), status: error.status)
            }
            guard message.kind == .request else {
                if message.method == "notifications/cancelled", let request = message.params["requestId"] {
                    let principal = try routed.principal()
                    await running.cancel(.init(tenant: principal.tenant, user: principal.user, request: request))
                }
                return HTTPResponse(status: 202)
            }
            do {
                let methods = MCPMethods(services: services, routed: routed, message: message, id: id, running: running)
                return .json(["jsonrpc": "2.0", "id": id, "result": .object(try await methods.result())])
            } catch let failure as MCPFailure {
                return .json(MCPErrors.body(failure, id: id), status: message.isStateless ? failure.status : 200)
            } catch let error as AgentError where error.code != .rateLimited {
                let name = JSONValue.string(MCPErrors.table[error.code].name)
                let failure = MCPFailure(MCPFailure.internalError, error.message, data: ["code": name])
                return .json(MCPErrors.body(failure, id: id))
            }
        }
        .endingWithClient()
    }

    private static let answerSchema: JSONValue = [
        "type": "object", "required": ["jsonrpc", "id"],
        "properties": [
            "jsonrpc": ["const": "2.0"], "id": ["type": ["string", "integer", "null"]], "result": ["type": "object"],
            "error": ["type": "object"],
        ],
    ]

    /// A page of another site must not speak to this server through a browser.
    private func checkOrigin(_ request: HTTPRequest) throws {
        guard let origin = request.headers["Origin"] else { return }
        guard
            Authenticator.isOwn(origin: origin, host: request.headers["Host"])
                || services.configuration.corsOrigins.contains(origin)
        else { throw AgentError(.forbidden, "Requests from this origin are not taken.") }
    }
}
