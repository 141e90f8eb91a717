import AgentRuntime
import Testing
import Tools

@testable import agentd

@Suite("Roles and permissions")
struct RolePermissionsTests {
    /// Who may do what, permission by permission; the other way round than the table, so that a slip in one shows.
    static let expected: [(permission: Permission, roles: String)] = [
        (.chat, "admin executive finance_analyst finance_director sales support"),
        (.dashboardRead, "admin executive finance_analyst finance_director viewer"),
        (.metricsRead, "admin executive finance_analyst finance_director viewer"),
        (.anomaliesWrite, "admin finance_director"),
        (.dealsRead, "admin executive finance_analyst finance_director sales"),
        (.dealsWrite, "admin finance_director sales"),
        (.customersRead, "admin executive finance_analyst finance_director sales"),
        (.quotationsRead, "admin executive finance_analyst finance_director sales"),
        (.quotationsWrite, "admin sales"),
        (.ordersRead, "admin executive finance_analyst finance_director support"),
        (.invoicesRead, "admin executive finance_analyst finance_director"),
        (.materialsRead, "admin executive finance_analyst finance_director"),
        (.knowledgeRead, "admin executive finance_analyst finance_director support"),
        (.knowledgeWrite, "admin support"),
        (.mailRead, "admin executive finance_analyst finance_director support"),
        (.mailWrite, "admin support"),
        (.scenariosRead, "admin executive finance_analyst finance_director"),
        (.scenariosCreate, "admin finance_analyst finance_director"),
        (.approvalsRead, "admin auditor finance_director"),
        (.approvalsDecide, "admin finance_director"),
        (.conversationsSupport, "admin support"),
        (.conversationsReadAll, "admin auditor"),
        (.auditRead, "admin auditor"),
        (.analyticsRead, "admin auditor"),
        (.dataImport, "admin"),
        (.webhooksManage, "admin"),
        (.evaluationsRun, "admin service"),
        (.usersManage, "admin"),
    ]

    @Test("Each permission is held by the roles that the surface names", arguments: expected)
    func holders(permission: Permission, roles: String) {
        let holders = RolePermissions.table.filter { $0.permissions.contains(permission) }.map(\.role.rawValue)
        #expect(holders.sorted().joined(separator: " ") == roles)
    }

    @Test("No permission and no role is left out")
    func complete() {
        #expect(Set(Self.expected.map(\.permission)) == Set(Permission.all))
        #expect(Permission.all.count == Set(Permission.all).count)
        #expect(
            RolePermissions.roles.map(\.rawValue) == [
                "admin", "finance_director", "finance_analyst", "viewer", "auditor", "executive", "sales", "support",
                "service",
            ]
        )
        #expect(RolePermissions.permissions(of: [.service]) == [.evaluationsRun])
    }

    @Test("Roles add up, and a role that nobody knows adds nothing")
    func union() {
        let both = RolePermissions.permissions(of: [.viewer, .auditor, Role("root")])
        #expect(
            both == [.dashboardRead, .metricsRead, .auditRead, .approvalsRead, .analyticsRead, .conversationsReadAll]
        )
    }
}
