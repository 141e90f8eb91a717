internal import AgentRuntime

/// A-EMS, an executive's assistant: bare objects, one endpoint to ask, figures of sales and finance.
struct AEMSProfile: Profile {
    let name = ProfileName.aems
    let routes: [Route]

    init(_ services: ProfileServices, mount: String) {
        let sessions = AEMSSessions(services: services)
        routes =
            AEMSAccountRoutes(services: services).routes
            + AEMSChatRoutes(services: services, sessions: sessions).routes
            + AEMSHistoryRoutes(services: services, sessions: sessions, mount: mount).routes
            + AEMSInsightRoutes(services: services, sessions: sessions).routes
            + AEMSSalesRoutes(services: services).routes
            + AEMSForecastRoutes(services: services).routes
            + AEMSFinanceRoutes(services: services).routes
    }

    var errors: ErrorTable { AEMSErrors.table }
    var errorSchema: JSONValue { AEMSErrors.schema }

    func failure(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        AEMSErrors.response(error, to: request, on: route)
    }
}
