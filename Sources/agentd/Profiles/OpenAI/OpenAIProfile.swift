internal import AgentRuntime

/// The Chat Completions convention: any chat client or SDK talks to an agent as to a model.
struct OpenAIProfile: Profile {
    let name = ProfileName.openai
    let routes: [Route]

    init(_ services: ProfileServices) { routes = OpenAIRoutes(services: services).routes }

    var errors: ErrorTable { OpenAIErrors.table }
    var errorSchema: JSONValue { OpenAIErrors.schema }

    func failure(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        OpenAIErrors.response(error, on: route)
    }
}
