internal import AgentRuntime

/// Logging in and out, and who one is.
///
/// These bodies are bare, without the profile's envelope.
struct AetherAccountRoutes: Sendable {
    let services: ProfileServices

    private var accounts: AccountActions { AccountActions(services: services) }

    var routes: [Route] { [login, refresh, logout, me] }

    private var login: Route {
        Route(
            .post,
            "/auth/login",
            summary: "Log in with e-mail and password.",
            tags: ["auth"],
            access: .anyone,
            body: AccountActions.loginBody,
            responses: [RouteResponse(200, "Tokens, and the session cookie.", schema: AetherSchemas.tokens)],
            errors: ["UNAUTHORIZED", "RATE_LIMITED"]
        ) { routed in
            answer(try await accounts.login(routed))
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
            responses: [RouteResponse(200, "New tokens.", schema: AetherSchemas.tokens)],
            errors: ["INVALID_TOKEN", "TOKEN_EXPIRED"]
        ) { routed in
            answer(try await accounts.refresh(routed.json["refresh_token"]?.string ?? ""))
        }
    }

    private var logout: Route {
        Route(
            .post,
            "/auth/logout",
            summary: "End the session: its tokens are refused from now on.",
            tags: ["auth"],
            body: AccountActions.logoutBody,
            responses: [RouteResponse(200, "Logged out.", schema: AetherSchemas.loggedOut)]
        ) { routed in
            try await accounts.logout(routed)
            return accounts.endingCookie(.json(["success": true, "message": "Logged out successfully"]))
        }
    }

    private var me: Route {
        Route(
            .get,
            "/auth/me",
            summary: "Who the credential stands for, and what he may do.",
            tags: ["auth"],
            responses: [RouteResponse(200, "The user.", schema: AetherSchemas.me)]
        ) { routed in
            let principal = try routed.principal()
            let account = try await services.accounts.account(id: principal.user)
            let tenant = services.configuration.tenant(principal.tenant)
            return .json([
                "id": .string(principal.user.rawValue),
                "email": .optional(principal.email ?? account?.email),
                "name": .optional(principal.name ?? account?.name),
                "avatar_url": nil,
                "roles": .array(principal.roles.map { .string($0.rawValue) }),
                "permissions": .array(principal.permissions.map { .string($0.rawValue) }),
                "tenant": [
                    "id": .string(principal.tenant.rawValue),
                    "name": .string(tenant.name ?? principal.tenant.rawValue),
                    "plan": .null,
                ],
                "preferences": [
                    "theme": .null, "locale": .string(tenant.locale), "timezone": "UTC",
                    "default_currency": .string(tenant.currency),
                ],
                "last_login": .optional(account?.lastLoginAt?.iso8601),
            ])
        }
    }

    private func answer(_ grant: LoginGrant) -> HTTPResponse {
        let account = grant.account
        let response = HTTPResponse.json([
            "access_token": .string(grant.accessToken),
            "refresh_token": .string(grant.refreshToken),
            "token_type": "Bearer",
            "expires_in": .integer(Int(grant.lifetime.components.seconds)),
            "user": [
                "id": .string(account.id.rawValue),
                "email": .string(account.email),
                "name": .optional(account.name),
                "roles": .array(account.roles.map { .string($0.rawValue) }),
                "tenant_id": .string(account.tenant.rawValue),
            ],
        ])
        return accounts.settingCookie(response, grant)
    }
}
