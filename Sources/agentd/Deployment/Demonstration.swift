internal import AgentRuntime
internal import Tools

/// The demonstration: generated companies, one account per role in each, passwords that everyone knows.
enum Demonstration {
    private static let companies: [@Sendable () -> SeededCompany] = [
        AetherCompany.make, AemsCompany.make, SMBCompany.make, CNCCompany.make,
    ]

    /// The company whose plans wait for approval.
    private static let planning = AetherCompany.make().tenant

    /// One account per role of each company.
    static let accounts: [PageConfiguration.Account] = companies.flatMap { make in
        let tenant = make().tenant
        return RolePermissions.roles.map { role in
            PageConfiguration.Account(email: email(role, tenant), role: role.rawValue, tenant: tenant.rawValue)
        }
    }

    /// Makes what is not there yet; a folder that was changed since keeps its changes.
    ///
    /// Companies lie in databases of their own and are made side by side. The accounts of a role have the same password
    /// in every company, so it is hashed once.
    static func install(in deployment: Deployment, _ stores: AccountStores) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for make in companies {
                group.addTask {
                    let company = make()
                    let isNew = try await install(company, in: deployment.domain.databases)
                    guard isNew, company.tenant == planning else { return }
                    try await requestApprovals(company.tenant, deployment)
                }
            }
            try await group.waitForAll()
        }
        let tenants = companies.map { $0().tenant }
        for role in RolePermissions.roles {
            let password = "demo-\(role.rawValue)"
            var hash: PasswordHash?
            for tenant in tenants {
                let email = email(role, tenant)
                guard try await stores.accounts.account(email: email) == nil else { continue }
                if hash == nil { hash = try await stores.accounts.newHash(of: password) }
                _ = try await stores.accounts.add(
                    email: email,
                    password: password,
                    tenant: tenant,
                    roles: [role],
                    name: role.rawValue.split(separator: "_").map(\.capitalized).joined(separator: " "),
                    hash: hash,
                    actor: "demonstration"
                )
            }
        }
    }

    /// Whether a tenant is one of the demonstration's.
    static func holds(_ tenant: TenantID) -> Bool { companies.contains { $0().tenant == tenant } }

    /// Makes the data of one company, without accounts.
    static func install(_ tenant: TenantID, in databases: DomainDatabases) async throws {
        for make in companies where make().tenant == tenant { _ = try await install(make(), in: databases) }
    }

    /// Makes the data of one company; whether there was none.
    private static func install(_ company: SeededCompany, in databases: DomainDatabases) async throws -> Bool {
        guard try await company.install(in: databases) else { return false }
        _ = try await ArticleImport.store(
            try DemoArticles.library(of: company.tenant),
            tenant: company.tenant,
            databases: databases,
            replacesAll: false,
            now: SystemWallClock().now()
        )
        if company.tenant == CNCCompany.tenant { try await receiveMails(of: company, databases) }
        if company.tenant == AetherCompany.tenant {
            let now = SystemWallClock().now()
            try await ScenarioBook(databases).seed(
                DemoScenarios.finance(today: company.settings.asOf ?? now.date, now: now),
                in: company.tenant
            )
        }
        return true
    }

    /// The mails that the customers of the factory have written.
    private static func receiveMails(of company: SeededCompany, _ databases: DomainDatabases) async throws {
        let reader = try await databases.database(of: company.tenant).reader
        let (customers, orders) = try await reader.perform { connection in
            (try CustomerStore(connection).all(), try OrderStore(connection).all())
        }
        let now = SystemWallClock().now()
        let files = DemoMails.make(
            customers: customers,
            orders: orders,
            to: mailAddress,
            today: company.settings.asOf ?? now.date
        )
        _ = try await MailImport.store(
            files,
            tenant: company.tenant,
            databases: databases,
            own: [mailAddress],
            replacesAll: false,
            now: now
        )
    }

    private static let mailAddress = "service@cnc.demo"

    /// Two plans of the company that wait for approval, due five days after its first start.
    private static func requestApprovals(_ tenant: TenantID, _ deployment: Deployment) async throws {
        let requester = Principal(tenant: tenant, user: UserID("demonstration"), name: "Finance Analyst")
        let plans: [(type: String, resource: JSONValue, reason: String, needed: Int)] = [
            (
                "scenario_approval",
                ["type": "scenario", "id": "scen_004", "name": "Headcount Expansion"],
                "The plan adds staff in the second quarter.", 2
            ),
            (
                "budget_approval",
                ["type": "budget", "id": "bud_cloud", "name": "Cloud Infrastructure Budget Increase"],
                "Cloud spending runs above its budget.", 1
            ),
        ]
        for (number, plan) in plans.enumerated() {
            _ = try await deployment.approvals.request(
                type: plan.type,
                resource: plan.resource,
                by: requester,
                reason: plan.reason,
                needed: plan.needed,
                id: ApprovalID("appr_00\(number + 1)")
            )
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
            if company.tenant == CNCCompany.tenant { tenant.mail.address = mailAddress }
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
