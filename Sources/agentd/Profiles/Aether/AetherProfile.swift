internal import AgentRuntime

/// Project Aether, financial planning and analysis: what chat pages and dashboards talk to.
struct AetherProfile: Profile {
    let name = ProfileName.aether
    let routes: [Route]
    private let wallClock: any WallClock

    init(_ services: ProfileServices, mount: String) {
        wallClock = services.wallClock
        let wire = AetherWire(wallClock: services.wallClock)
        routes =
            AetherAccountRoutes(services: services).routes
            + AetherConversationRoutes(services: services, wire: wire, mount: mount).routes
            + AetherMessageRoutes(services: services, wire: wire).routes
            + AetherMetricRoutes(services: services, wire: wire).routes
            + AetherAnomalyRoutes(services: services, wire: wire, mount: mount).routes
            + AetherPipelineRoutes(services: services, wire: wire).routes
            + AetherForecastRoutes(services: services, wire: wire).routes
            + AetherDealRoutes(services: services, wire: wire, mount: mount).routes
            + AetherApprovalRoutes(services: services, wire: wire, mount: mount).routes
            + AetherScenarioRoutes(services: services, wire: wire, mount: mount).routes
            + AetherDataRoutes(services: services, wire: wire).routes
            + AetherAuditRoutes(services: services, wire: wire).routes
            + AetherSuggestionRoutes(services: services, wire: wire).routes
            + AetherEvaluationRoutes(services: services, wire: wire).routes
            + AetherWebhookRoutes(services: services, wire: wire, mount: mount).routes
    }

    var errors: ErrorTable { AetherErrors.table }
    var errorSchema: JSONValue { AetherErrors.schema }

    func failure(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        AetherErrors.response(error, to: request, on: route, at: wallClock.now())
    }
}
