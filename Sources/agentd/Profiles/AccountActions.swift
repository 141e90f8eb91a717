internal import AgentRuntime

/// Logging in, renewing and logging out, as every profile does it; each writes the grant in its own shape.
struct AccountActions: Sendable {
    let services: ProfileServices

    /// The body of a login, which is the same in all profiles.
    static let loginBody = RouteBody([
        "type": "object",
        "required": ["email", "password"],
        "properties": ["email": ["type": "string"], "password": ["type": "string"]],
        "additionalProperties": false,
    ])

    /// The body of a logout: the refresh token may come along, to be revoked too.
    static let logoutBody = RouteBody(
        ["type": "object", "properties": ["refresh_token": ["type": "string"]]],
        isRequired: false
    )

    /// Checks e-mail and password of the request's body and begins a session.
    func login(_ routed: RoutedRequest) async throws -> LoginGrant {
        let address = services.proxies.client(of: routed.request)
        do {
            return try await services.accounts.login(
                email: routed.json["email"]?.string ?? "",
                password: routed.json["password"]?.string ?? "",
                address: address.map { $0.household.description } ?? routed.request.remoteAddress
            )
        } catch let failure as LoginFailure {
            throw AgentError(login: failure)
        }
    }

    /// Exchanges a refresh token; each is good for one use.
    func refresh(_ token: String) async throws -> LoginGrant {
        do {
            return try await services.accounts.refresh(token)
        } catch let failure as LoginFailure {
            throw AgentError(login: failure)
        }
    }

    /// Ends the session of the request's token; an API key has none to end.
    func logout(_ routed: RoutedRequest, refreshToken: String? = nil) async throws {
        guard let claims = routed.claims else { return }
        let token = refreshToken ?? routed.json["refresh_token"]?.string
        try await services.accounts.logout(claims, refreshToken: token)
    }

    /// An answer that brings the session cookie along (`EventSource` cannot set headers).
    func settingCookie(_ response: HTTPResponse, _ grant: LoginGrant) -> HTTPResponse {
        var response = response
        response.headers["Set-Cookie"] = Authenticator.cookie(
            grant.accessToken,
            lifetime: grant.lifetime,
            isSecure: services.configuration.auth.cookieIsSecure
        )
        return response
    }

    /// An answer that takes the session cookie back.
    func endingCookie(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers["Set-Cookie"] = Authenticator.endedCookie(
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
