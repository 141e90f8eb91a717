internal import AgentRuntime

/// The command platform of small shops.
struct SMBProfile: Profile {
    let name = ProfileName.smb
    let routes: [Route]
    private let wallClock: any WallClock

    init(_ services: ProfileServices, mount: String) {
        wallClock = services.wallClock
        let wire = SMBWire(wallClock: services.wallClock)
        routes =
            SMBAccountRoutes(services: services, wire: wire).routes
            + SMBQueryRoutes(services: services, wire: wire).routes
            + SMBPlanningRoutes(services: services, wire: wire).routes
            + SMBActionRoutes(services: services, wire: wire).routes
            + SMBWebhookRoutes(services: services, wire: wire, mount: mount).routes
    }

    var errors: ErrorTable { SMBErrors.table }
    var errorSchema: JSONValue { SMBErrors.schema }

    func failure(_ error: AgentError, to request: HTTPRequest?, on route: Route?) -> HTTPResponse {
        SMBErrors.response(error, to: request, on: route, at: wallClock.now())
    }
}
