internal import AgentRuntime
internal import Tools

/// The demonstration: generated companies, one account per role in each, passwords that everyone knows.
enum Demonstration {
    private static let companies = [AetherCompany.make]

    /// One account per role of each company.
    static let accounts: [PageConfiguration.Account] = companies.flatMap { make in
        let tenant = make().tenant
        return RolePermissions.roles.map { role in
            PageConfiguration.Account(email: email(role, tenant), role: role.rawValue, tenant: tenant.rawValue)
        }
    }

    /// Makes what is not there yet; a folder that was changed since keeps its changes.
    static func install(in deployment: Deployment, _ stores: AccountStores) async throws {
        for make in companies {
            let company = make()
            let isNew = try await company.install(in: deployment.domain.databases)
            if company.tenant == TenantID("ten_aether") {
                let today = company.settings.asOf ?? SystemWallClock().now().date
                try await ScenarioBook(deployment.domain.databases).seed(
                    DemoScenarios.finance(today: today, now: SystemWallClock().now()),
                    in: company.tenant
                )
            }
            if isNew {
                _ = try await ArticleImport.store(
                    try DemoArticles.finance(),
                    tenant: company.tenant,
                    databases: deployment.domain.databases,
                    replacesAll: false,
                    now: SystemWallClock().now()
                )
            }
            for role in RolePermissions.roles {
                let email = email(role, company.tenant)
                guard try await stores.accounts.account(email: email) == nil else { continue }
                _ = try await stores.accounts.add(
                    email: email,
                    password: "demo-\(role.rawValue)",
                    tenant: company.tenant,
                    roles: [role],
                    name: role.rawValue.split(separator: "_").map(\.capitalized).joined(separator: " "),
                    actor: "demonstration"
                )
            }
        }
    }

    /// What the configuration would say of the companies, where it says nothing.
    static func configured(_ configuration: Configuration) -> Configuration {
        var configuration = configuration
        for make in companies {
            let company = make()
            guard configuration.tenants[company.tenant] == nil else { continue }
            var tenant = Configuration.Tenant(id: company.tenant)
            tenant.asOf = company.settings.asOf
            if let currency = company.settings.currency { tenant.currency = currency }
            if let locale = company.settings.locale { tenant.locale = locale }
            if let start = company.settings.fiscalYearStart { tenant.fiscalYearStart = start }
            configuration.tenants[company.tenant] = tenant
        }
        return configuration
    }

    private static func email(_ role: Role, _ tenant: TenantID) -> String {
        let company = tenant.rawValue.hasPrefix("ten_") ? String(tenant.rawValue.dropFirst(4)) : tenant.rawValue
        return "\(role.rawValue)@\(company).demo"
    }
}

extension Substring {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
