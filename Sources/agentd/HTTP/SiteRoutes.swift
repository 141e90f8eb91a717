internal import AgentRuntime

/// What is served outside all profiles: health, metrics, the chat page.
struct SiteRoutes: Sendable {
    let metrics: Metrics
    let isReady: @Sendable () -> Bool
    /// Whether a request may read the metrics: from this machine, or with a token that says so.
    let mayReadMetrics: @Sendable (HTTPRequest) async -> Bool
    let page: @Sendable () -> PageConfiguration
    /// The profiles that are served, for the document of all operations.
    let profiles: [MountedProfile]
    /// Links in mails.
    var links: [Route] = []

    var router: Router {
        let routes = routes
        let document = OpenAPIDocument(profiles, site: routes + [Self.described]).json.bytes()
        let described = Route(Self.described) { routed in
            var response = HTTPResponse(status: 200, body: .bytes(document))
            response.headers["Content-Type"] = "application/json; charset=utf-8"
            EntityTag.apply(to: &response, routed.request)
            return response
        }
        return Router(
            routes + [described],
            errorBody: { status, reason, request in
                Problem.response(AgentError(status: status, reason: reason), to: request)
            }
        )
    }

    private var routes: [Route] {
        [health, ready, figures, pageConfiguration, favicon] + links + PageAssets.all.map(asset)
    }

    /// The document's own operation, which stands in it.
    private static let described = Route(
        .get,
        "/openapi.json",
        summary: "Every operation of this daemon (OpenAPI 3.1).",
        access: .anyone,
        responses: [RouteResponse(200, "The document.", schema: WireSchema.anyObject)]
    ) { _ in HTTPResponse(status: 404) }

    private static let status = WireSchema.object(["status": WireSchema.string])

    private var health: Route {
        Route(
            .get,
            "/healthz",
            summary: "Whether the process answers.",
            access: .anyone,
            responses: [RouteResponse(200, "It does.", schema: Self.status)]
        ) { _ in
            .json(["status": "ok"])
        }
    }

    private var ready: Route {
        Route(
            .get,
            "/readyz",
            summary: "Whether the daemon takes requests.",
            access: .anyone,
            responses: [
                RouteResponse(200, "It does.", schema: Self.status),
                RouteResponse(503, "It is ending.", schema: Self.status),
            ]
        ) { _ in
            isReady() ? .json(["status": "ready"]) : .json(["status": "draining"], status: 503)
        }
    }

    private var figures: Route {
        Route(
            .get,
            "/metrics",
            summary: "Figures in the Prometheus text format.",
            access: .anyone,
            responses: [
                RouteResponse(200, "The figures.", contentType: "text/plain"),
                RouteResponse(
                    403,
                    "For this machine, or with a token.",
                    schema: Problem.schema,
                    contentType: "application/problem+json"
                ),
            ]
        ) { routed in
            guard await mayReadMetrics(routed.request) else {
                return Problem.response(
                    AgentError(.forbidden, "Metrics are for this machine, or for a token."),
                    to: routed.request
                )
            }
            var response = HTTPResponse.text(metrics.text)
            response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
            return response
        }
    }

    private var pageConfiguration: Route {
        Route(
            .get,
            PageConfiguration.path,
            summary: "What the chat page needs to know.",
            access: .anyone,
            responses: [RouteResponse(200, "The page's configuration.", schema: WireSchema.anyObject)]
        ) { routed in
            let cookies = routed.request.headers.all("Cookie")
            return .json(page().json(hasSession: cookies.contains { !Authenticator.cookies(in: $0).isEmpty }))
        }
    }

    private var favicon: Route {
        Route(.get, "/favicon.ico", summary: "The page's icon.", access: .anyone) { routed in
            PageAssets.asset(at: "/favicon.ico").map { response($0, to: routed.request) } ?? HTTPResponse(status: 404)
        }
    }

    private func asset(_ asset: PageAsset) -> Route {
        Route(.get, asset.path, summary: "A file of the chat page.", access: .anyone) { routed in
            response(asset, to: routed.request)
        }
    }

    private func response(_ asset: PageAsset, to request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse(status: 200, body: .bytes(asset.body))
        for (name, value) in PageAssets.headers { response.headers[name] = value }
        response.headers["Content-Type"] = asset.contentType.rawValue
        response.headers["ETag"] = asset.entityTag
        guard let known = request.headers["If-None-Match"], asset.isNamed(by: known) else { return response }
        response.status = 304
        response.body = .empty
        return response
    }
}
