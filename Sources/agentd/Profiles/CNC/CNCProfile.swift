internal import AgentRuntime

/// The assistant of a CNC factory: mail, conversations with customers, knowledge base, sales.
struct CNCProfile: Profile {
    let name = ProfileName.cnc
    let routes: [Route]

    init(_ services: ProfileServices, mount: String) {
        let wire = CNCWire(wallClock: services.wallClock)
        routes =
            CNCAccountRoutes(services: services, wire: wire).routes
            + CNCEmailRoutes(services: services, wire: wire).routes
            + CNCConversationRoutes(services: services, wire: wire, mount: mount).routes
            + CNCArticleRoutes(services: services, wire: wire, mount: mount).routes
            + CNCCatalogueRoutes(services: services, wire: wire).routes
            + CNCInsightRoutes(services: services, wire: wire).routes
            + CNCPricingRoutes(services: services, wire: wire).routes
            + CNCWebhookRoutes(services: services, wire: wire, mount: mount).routes
    }

    var errors: ErrorTable { CNCErrors.table }
    var errorSchema: JSONValue { CNCErrors.schema }

    func failure(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        CNCErrors.response(error, to: request, on: route)
    }
}
