internal import AgentRuntime

/// Logging in and out, and whether a token holds.
struct AEMSAccountRoutes: Sendable {
    let services: ProfileServices

    private var accounts: AccountActions { AccountActions(services: services) }

    var routes: [Route] { [login, logout, verify] }

    private var login: Route {
        Route(
            .post,
            "/auth/login",
            summary: "Log in with e-mail and password.",
            tags: ["auth"],
            access: .anyone,
            body: AccountActions.loginBody,
            responses: [RouteResponse(200, "The token, and the session cookie.", schema: AEMSSchemas.tokens)],
            errors: ["INVALID_CREDENTIALS"]
        ) { routed in
            let grant = try await accounts.login(routed)
            let body: JSONValue = [
                "access_token": .string(grant.accessToken),
                "token_type": "bearer",
                "expires_in": .integer(Int(grant.lifetime.components.seconds)),
                "refresh_token": .string(grant.refreshToken),
            ]
            return accounts.settingCookie(.json(body), grant)
        }
    }

    private var logout: Route {
        Route(
            .post,
            "/auth/logout",
            summary: "End the session: its tokens are refused from now on.",
            tags: ["auth"],
            body: AccountActions.logoutBody,
            responses: [RouteResponse(200, "Logged out.", schema: AEMSSchemas.loggedOut)]
        ) { routed in
            try await accounts.logout(routed)
            return accounts.endingCookie(.json(["message": "Successfully logged out"]))
        }
    }

    private var verify: Route {
        Route(
            .get,
            "/auth/verify",
            summary: "Whether the token holds, whose it is, and until when.",
            tags: ["auth"],
            responses: [RouteResponse(200, "The token holds.", schema: AEMSSchemas.verified)]
        ) { routed in
            let principal = try routed.principal()
            let account = try await services.accounts.account(id: principal.user)
            return .json([
                "user": [
                    "id": .string(principal.user.rawValue),
                    "email": .optional(principal.email ?? account?.email),
                    "full_name": .optional(principal.name ?? account?.name),
                    "role": .optional(principal.roles.first?.rawValue),
                    "roles": .array(principal.roles.map { .string($0.rawValue) }),
                    "permissions": .array(principal.permissions.map { .string($0.rawValue) }),
                    "mfa_enabled": false,
                    "tenant_id": .string(principal.tenant.rawValue),
                ],
                "token_valid": true,
                "expires_at": .optional(routed.claims?.expiresAt.iso8601),
            ])
        }
    }
}
