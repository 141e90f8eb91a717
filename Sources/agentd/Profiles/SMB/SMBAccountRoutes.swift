internal import AgentRuntime

/// Logging in.
struct SMBAccountRoutes: Sendable {
    let services: ProfileServices
    let wire: SMBWire

    private var accounts: AccountActions { AccountActions(services: services) }

    var routes: [Route] { [login, refresh] }

    private static let tokens = SMBWire.envelope(
        WireSchema.object([
            "accessToken": WireSchema.string, "refreshToken": WireSchema.string, "expiresIn": WireSchema.integer,
            "user": WireSchema.anyObject,
        ])
    )

    private var login: Route {
        Route(
            .post,
            "/auth/login",
            summary: "Log in with e-mail and password.",
            tags: ["auth"],
            access: .anyone,
            body: AccountActions.loginBody,
            responses: [RouteResponse(200, "Tokens, and the session cookie.", schema: Self.tokens)],
            errors: ["AUTH_INVALID_CREDENTIALS", "RATE_LIMIT_EXCEEDED"]
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
                "type": "object", "required": ["refreshToken"],
                "properties": ["refreshToken": ["type": "string"]], "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "New tokens.", schema: Self.tokens)],
            errors: ["AUTH_INVALID_TOKEN", "AUTH_TOKEN_EXPIRED"]
        ) { routed in
            answer(try await accounts.refresh(routed.json["refreshToken"]?.string ?? ""), routed)
        }
    }

    private func answer(_ grant: LoginGrant, _ routed: RoutedRequest) -> HTTPResponse {
        let account = grant.account
        let names = (account.name ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        let response = wire.success(
            [
                "accessToken": .string(grant.accessToken),
                "refreshToken": .string(grant.refreshToken),
                "expiresIn": .integer(Int(grant.lifetime.components.seconds)),
                "user": [
                    "id": .string(account.id.rawValue),
                    "email": .string(account.email),
                    "firstName": .string(names.first ?? ""),
                    "lastName": .string(names.count > 1 ? names[1] : ""),
                ],
            ],
            routed.request
        )
        return accounts.settingCookie(response, grant)
    }
}
