internal import AgentRuntime
internal import Tools

extension Role {
    static let admin = Role("admin")
    static let financeDirector = Role("finance_director")
    static let financeAnalyst = Role("finance_analyst")
    static let viewer = Role("viewer")
    static let auditor = Role("auditor")
    static let executive = Role("executive")
    static let sales = Role("sales")
    static let support = Role("support")
    static let service = Role("service")
}

/// The one table of roles and what each may do.
///
/// "All reads" is business data: no audit log, no analytics, no conversation of somebody else.
enum RolePermissions {
    static let businessReads: PermissionSet = [
        .dashboardRead, .metricsRead, .dealsRead, .customersRead, .quotationsRead, .ordersRead, .invoicesRead,
        .materialsRead, .knowledgeRead, .mailRead, .scenariosRead,
    ]

    static let table: [(role: Role, permissions: PermissionSet)] = [
        (.admin, PermissionSet(Permission.all)),
        (
            .financeDirector,
            businessReads.union([
                .chat, .scenariosCreate, .approvalsRead, .approvalsDecide, .dealsWrite, .anomaliesWrite,
            ])
        ),
        (.financeAnalyst, businessReads.union([.chat, .scenariosCreate])),
        (.viewer, [.dashboardRead, .metricsRead]),
        (.auditor, [.auditRead, .approvalsRead, .analyticsRead, .conversationsReadAll]),
        (.executive, businessReads.union([.chat])),
        (.sales, [.chat, .dealsRead, .dealsWrite, .customersRead, .quotationsRead, .quotationsWrite]),
        (
            .support,
            [
                .chat, .mailRead, .mailWrite, .conversationsSupport, .knowledgeRead, .knowledgeWrite, .ordersRead,
            ]
        ),
        // What else a service may do stands in the scopes of its key.
        (.service, [.evaluationsRun]),
    ]

    static var roles: [Role] { table.map(\.role) }

    /// What the roles may do together; a role that is not in the table may do nothing.
    static func permissions(of roles: [Role]) -> PermissionSet {
        roles.compactMap { role in table.first { $0.role == role }?.permissions }.reduce([]) { $0.union($1) }
    }
}
