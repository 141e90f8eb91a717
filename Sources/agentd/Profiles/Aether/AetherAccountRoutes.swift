internal import AgentRuntime

/// Logging in and out, and who one is.
///
/// These bodies are bare, without the profile's envelope.
struct AetherAccountRoutes: Sendable {
    let services: ProfileServices

    var routes: [Route] { [login, refresh, logout, me] }

    private var login: Route {
        Route(
            .post,
            "/auth/login",
            summary: "Log in with e-mail and password.",
            tags: ["auth"],
            access: .anyone,
            body: RouteBody([
                "type": "object",
                "required": ["email", "password"],
                "properties": ["email": ["type": "string"], "password": ["type": "string"]],
                "additionalProperties": false,
            ]),
            responses: [RouteResponse(200, "Tokens, and the session cookie.", schema: AetherSchemas.tokens)],
            errors: ["UNAUTHORIZED", "RATE_LIMITED"]
        ) { routed in
            let address = services.proxies.client(of: routed.request)
            do {
                let grant = try await services.accounts.login(
                    email: routed.json["email"]?.string ?? "",
                    password: routed.json["password"]?.string ?? "",
                    address: address.map { $0.household.description } ?? routed.request.remoteAddress
                )
                return answer(grant)
            } catch let failure as LoginFailure {
                throw AgentError(login: failure)
            }
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
            do {
                return answer(try await services.accounts.refresh(routed.json["refresh_token"]?.string ?? ""))
            } catch let failure as LoginFailure {
                throw AgentError(login: failure)
            }
        }
    }

    private var logout: Route {
        Route(
            .post,
            "/auth/logout",
            summary: "End the session: its tokens are refused from now on.",
            tags: ["auth"],
            body: RouteBody(
                ["type": "object", "properties": ["refresh_token": ["type": "string"]]],
                isRequired: false
            ),
            responses: [RouteResponse(200, "Logged out.", schema: AetherSchemas.loggedOut)]
        ) { routed in
            if let claims = routed.claims {
                try await services.accounts.logout(claims, refreshToken: routed.json["refresh_token"]?.string)
            }
            var response = HTTPResponse.json(["success": true, "message": "Logged out successfully"])
            let isSecure = services.configuration.auth.cookieIsSecure
            response.headers["Set-Cookie"] = Authenticator.endedCookie(isSecure: isSecure)
            return response
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
                "permissions": .array(principal.permissions.sorted().map { .string($0.rawValue) }),
                "tenant": [
                    "id": .string(principal.tenant.rawValue),
                    "name": .string(tenant.name ?? principal.tenant.rawValue),
                ],
                "preferences": ["locale": .string(tenant.locale), "default_currency": .string(tenant.currency)],
                "last_login": .optional(account?.lastLoginAt?.iso8601),
            ])
        }
    }

    private func answer(_ grant: LoginGrant) -> HTTPResponse {
        let account = grant.account
        var response = HTTPResponse.json([
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
        response.headers["Set-Cookie"] = Authenticator.cookie(
            grant.accessToken,
            lifetime: grant.lifetime,
            isSecure: services.configuration.auth.cookieIsSecure
        )
        return response
    }
}

extension AgentError {
    init(login failure: LoginFailure) {
        switch failure {
        case .invalidCredentials: self.init(.invalidCredentials, "The e-mail or the password is wrong.")
        case .disabled: self.init(.invalidCredentials, "The account is disabled.")
        case .locked(let wait):
            self.init(.rateLimited, "Too many failed logins; try again later.", isRetryable: true, retryAfter: wait)
        case .busy:
            let wait = Duration.seconds(1)
            self.init(.rateLimited, "Too many logins at once; try again.", isRetryable: true, retryAfter: wait)
        case .invalidToken: self.init(.invalidToken, "The refresh token does not hold.")
        case .expiredToken: self.init(.tokenExpired, "The refresh token has expired: log in again.")
        }
    }
}
