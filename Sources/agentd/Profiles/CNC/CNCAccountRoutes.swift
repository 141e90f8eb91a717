internal import AgentRuntime

/// Logging in and out.
struct CNCAccountRoutes: Sendable {
    let services: ProfileServices
    let wire: CNCWire

    private var accounts: AccountActions { AccountActions(services: services) }

    var routes: [Route] { [login, refresh, logout] }

    private var login: Route {
        Route(
            .post,
            "/auth/login",
            summary: "Log in with e-mail and password.",
            tags: ["auth"],
            access: .anyone,
            body: RouteBody([
                "type": "object", "required": ["email", "password"],
                "properties": [
                    "email": ["type": "string"], "password": ["type": "string"], "remember_me": ["type": "boolean"],
                ],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "Tokens, and the session cookie.", schema: CNCSchemas.tokens)],
            errors: ["AUTH_INVALID", "RATE_LIMIT_EXCEEDED"]
        ) { routed in
            answer(try await accounts.login(routed), routed)
        }
    }

    private var refresh: Route {
        Route(
            .post,
            "/auth/refresh",
            summary: "Exchange a refresh token for new tokens; each is good for one use.",
            tags: ["auth"],
            access: .anyone,
            body: RouteBody([
                "type": "object", "required": ["refresh_token"],
                "properties": ["refresh_token": ["type": "string"]], "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "New tokens.", schema: CNCSchemas.tokens)],
            errors: ["AUTH_INVALID", "AUTH_EXPIRED"]
        ) { routed in
            answer(try await accounts.refresh(routed.json["refresh_token"]?.string ?? ""), routed)
        }
    }

    private var logout: Route {
        Route(
            .post,
            "/auth/logout",
            summary: "End the session: its tokens are refused from now on.",
            body: AccountActions.logoutBody,
            responses: [RouteResponse(200, "Logged out.", schema: CNCSchemas.done)]
        ) { routed in
            try await accounts.logout(routed)
            let response = wire.success(["message": "Logged out successfully"], routed.request)
            return accounts.endingCookie(response)
        }
    }

    private func answer(_ grant: LoginGrant, _ routed: RoutedRequest) -> HTTPResponse {
        let account = grant.account
        let names = (account.name ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        let response = wire.success(
            [
                "token": .string(grant.accessToken),
                "refresh_token": .string(grant.refreshToken),
                "expires_in": .integer(Int(grant.lifetime.components.seconds)),
                "user": [
                    "id": .string(account.id.rawValue),
                    "email": .string(account.email),
                    "first_name": .string(names.first ?? ""),
                    "last_name": .string(names.count > 1 ? names[1] : ""),
                    "roles": .array(account.roles.map { .string($0.rawValue) }),
                ],
            ],
            routed.request
        )
        return accounts.settingCookie(response, grant)
    }
}
