internal import AgentRuntime
internal import Tools

extension Domain {
    /// The services that hold the data of tenants whose configuration names one.
    static func remoteDomains(
        _ configuration: Configuration,
        transport: any HTTPTransport,
        callers: CallerTokens
    ) -> [TenantID: RemoteDomain] {
        configuration.tenants.values.reduce(into: [:]) { domains, tenant in
            guard let domain = tenant.domain else { return }
            let key = domain.apiKey
            var service = RemoteService(
                name: "\(tenant.id)",
                transport: transport,
                // An address inside that the operator wrote down as such is meant; a name that leads inside may not be.
                urlGuard: URLGuard(
                    allowsPrivate: configuration.toolsAllowPrivate || URLGuard.namesPrivate(domain.baseURL)
                ),
                clock: ContinuousClock(),
                timeout: domain.timeout,
                key: { key?.reveal() }
            )
            if domain.forwardsUser, let origin = HTTPURL(domain.baseURL)?.origin { service.users = (callers, origin) }
            domains[tenant.id] = RemoteDomain(
                service,
                base: domain.baseURL,
                overrides: TenantOverrides(tenant)
            )
        }
    }
}
