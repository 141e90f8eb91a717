internal import AgentRuntime

/// The Model Context Protocol: other agents use the tools and read the articles.
struct MCPProfile: Profile {
    let name = ProfileName.mcp
    let routes: [Route]

    init(_ services: ProfileServices) { routes = MCPRoutes(services: services).routes }

    var errors: ErrorTable { MCPErrors.table }
    var errorSchema: JSONValue { MCPErrors.schema }

    func failure(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        MCPErrors.response(error, to: request, on: route)
    }
}
