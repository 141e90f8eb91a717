internal import AgentRuntime

/// Lets a request in to its route, or says why not: who asks, what he may, how often, and whether the request holds.
///
/// 401 comes before 403, 403 before anything that would tell what exists.
struct AccessControl: Sendable {
    let authenticator: Authenticator
    let proxies: TrustedProxies
    let limiter: RateLimiter
    let repeats: RepeatGuard
    let log: Logger
    /// Takes the record of a refused request; durable when it returns.
    let record: AccountJournal

    /// A profile's router with this access control around every handler.
    func router(for profile: any Profile) throws -> Router {
        var readers: [String: RequestReader] = [:]
        for route in profile.routes { readers[Self.key(route)] = try RequestReader(route) }
        let access = self
        return Router(
            profile.routes,
            errorBody: { status, reason, request in
                profile.failure(AgentError(status: status, reason: reason), to: request)
            },
            intercept: { [readers] routed in
                var rate: RateDecision?
                var response: HTTPResponse
                do {
                    response = try await access.answer(routed, readers, on: profile.name, &rate)
                } catch {
                    response = access.failure(error, routed, profile)
                }
                EntityTag.apply(to: &response, routed.request)
                rate?.write(to: &response)
                return response
            }
        )
    }

    private func failure(_ error: any Error, _ routed: RoutedRequest, _ profile: any Profile) -> HTTPResponse {
        let shown = AgentError(shown: error)
        if let words = shown.underlying {
            log.error("a request failed", ["request": .string(routed.request.requestID), "error": .string(words)])
        }
        var response = profile.failure(shown, to: routed.request, on: routed.route)
        if let wait = shown.retryAfter {
            response.headers["Retry-After"] = String(max(1, (wait.milliseconds + 999) / 1000))
        }
        if response.status == 401 { response.headers["WWW-Authenticate"] = "Bearer" }
        return response
    }

    private static func key(_ route: Route) -> String { "\(route.method.rawValue) \(route.path)" }

    private func answer(
        _ routed: RoutedRequest,
        _ readers: [String: RequestReader],
        on profile: ProfileName,
        _ rate: inout RateDecision?
    ) async throws -> HTTPResponse {
        var routed = routed
        let rateClass = routed.route.rateClass
        if routed.route.access == .anyone {
            try await count(stranger(routed, on: profile), on: profile, &rate)
        } else {
            var identity: Identity
            do {
                identity = try await self.identity(of: routed.request, on: profile)
            } catch {
                try await count(address(of: routed.request, rateClass, on: profile), on: profile, &rate)
                throw error
            }
            try await count(.user(identity.principal, rateClass, on: profile), on: profile, &rate)
            identity.principal.origin = RequestOrigin(
                address: proxies.client(of: routed.request)?.description,
                agent: routed.request.headers["User-Agent"],
                request: routed.request.requestID
            )
            routed.caller = identity.principal
            routed.claims = identity.claims
            if let permission = routed.route.access.missing(identity.principal) {
                await refuse(routed, identity.principal, permission, on: profile)
                throw AgentError(.forbidden, "This needs the permission \(permission).")
            }
        }
        if let reader = readers[Self.key(routed.route)] {
            routed.query = try reader.query(of: routed.request)
            if let body = routed.route.body {
                let read = try reader.json(of: routed.request, body)
                routed.json = read.value
                try RequestReader.check(read.violations, try await routed.route.faults?(routed) ?? [])
            }
        }
        return try await repeats.answer(routed) { try await routed.route.handler($0) }
    }

    /// Has a refusal recorded; one that cannot be is still a refusal.
    private func refuse(
        _ routed: RoutedRequest,
        _ principal: Principal,
        _ permission: Permission,
        on profile: ProfileName
    ) async {
        let draft = RecordDraft(
            kind: RecordKind("access.refused"),
            actor: "user:\(principal.user)",
            subject: SubjectID("user:\(principal.user)"),
            payload: [
                "method": .string(routed.route.method.rawValue), "route": .string(routed.route.path),
                "profile": .string(profile.rawValue), "permission": .string(permission.rawValue),
                "origin": principal.origin?.json ?? .null,
            ]
        )
        do {
            try await record(principal.tenant, draft)
        } catch {
            log.error("a refusal could not be recorded", ["error": .string("\(error)")])
        }
    }

    /// Counts a request; a caller without an address (over a unix-domain socket) is not limited.
    private func count(_ key: RateKey?, on profile: ProfileName, _ rate: inout RateDecision?) async throws {
        guard let key, let decision = await limiter.take(key, on: profile) else { return }
        rate = decision
        guard !decision.isAllowed else { return }
        let seconds = decision.retryAfter ?? 1
        throw AgentError(
            .rateLimited,
            "Rate limit exceeded. Please retry after \(seconds) seconds.",
            isRetryable: true,
            retryAfter: .seconds(seconds)
        )
    }

    private func address(of request: HTTPRequest, _ rateClass: RateClass, on profile: ProfileName) -> RateKey? {
        proxies.client(of: request).map { .address($0, rateClass, on: profile) }
    }

    /// Whom a request without a credential counts for.
    ///
    /// Logins count for the address and the account that is tried, in all profiles together.
    private func stranger(_ routed: RoutedRequest, on profile: ProfileName) -> RateKey? {
        guard routed.route.rateClass == .auth else {
            return address(of: routed.request, routed.route.rateClass, on: profile)
        }
        guard let client = proxies.client(of: routed.request) else { return nil }
        // What is wrong with the body is told after it was counted.
        let body = try? JSONValue(parsing: routed.request.body)
        guard let account = body?["email"]?.string else { return .address(client, .auth, on: nil) }
        return .login(account, from: client)
    }

    /// Who sends a request; `profile` says which credentials are taken beside tokens.
    func identity(of request: HTTPRequest, on profile: ProfileName? = nil) async throws -> Identity {
        let credentials = Credentials(
            method: request.method.rawValue,
            host: request.headers["Host"],
            origin: request.headers["Origin"],
            authorization: request.headers.all("Authorization"),
            cookies: request.headers.all("Cookie"),
            apiKey: profile == .cnc ? request.headers["X-API-Key"] : nil,
            acceptsKeyAsBearer: profile == .openai || profile == .mcp,
            tenant: request.headers["X-Tenant-ID"]
        )
        do {
            return try await authenticator.authenticate(credentials)
        } catch {
            throw AgentError(authentication: error)
        }
    }
}

extension RateDecision {
    func write(to response: inout HTTPResponse) {
        response.headers["X-RateLimit-Limit"] = String(limit)
        response.headers["X-RateLimit-Remaining"] = String(remaining)
        response.headers["X-RateLimit-Reset"] = String(resetAt)
        if let retryAfter { response.headers["X-RateLimit-Retry-After"] = String(retryAfter) }
    }
}

extension AgentError {
    init(authentication failure: AuthenticationFailure) {
        switch failure {
        case .missing: self.init(.unauthenticated, "This needs a credential: log in first.")
        case .invalid: self.init(.invalidToken, "The credential does not hold.")
        case .expired: self.init(.tokenExpired, "The credential has expired: log in again.")
        case .disabled: self.init(.invalidToken, "The account is disabled.")
        case .foreignOrigin: self.init(.forbidden, "The request does not come from this server's own page.")
        case .foreignTenant: self.init(.forbidden, "The credential is for another tenant.")
        }
    }
}
