package import AgentRuntime

// What can be permitted in this deployment. Tools, routes and the roles table name permissions by these constants.

extension Permission {
    package static let chat = Permission("ai:chat")
    package static let dashboardRead = Permission("dashboard:read")
    package static let metricsRead = Permission("metrics:read")
    package static let anomaliesWrite = Permission("anomalies:write")
    package static let dealsRead = Permission("deals:read")
    package static let dealsWrite = Permission("deals:write")
    package static let customersRead = Permission("customers:read")
    package static let quotationsRead = Permission("quotations:read")
    package static let quotationsWrite = Permission("quotations:write")
    package static let ordersRead = Permission("orders:read")
    package static let invoicesRead = Permission("invoices:read")
    package static let materialsRead = Permission("materials:read")
    package static let knowledgeRead = Permission("knowledge:read")
    package static let knowledgeWrite = Permission("knowledge:write")
    package static let mailRead = Permission("mail:read")
    package static let mailWrite = Permission("mail:write")
    package static let scenariosRead = Permission("scenarios:read")
    package static let scenariosCreate = Permission("scenarios:create")
    package static let approvalsDecide = Permission("approvals:decide")
    package static let approvalsRead = Permission("approvals:read")
    package static let conversationsSupport = Permission("conversations:support")
    package static let conversationsReadAll = Permission("conversations:read_all")
    package static let auditRead = Permission("audit:read")
    package static let analyticsRead = Permission("analytics:read")
    package static let dataImport = Permission("data:import")
    package static let webhooksManage = Permission("webhooks:manage")
    package static let evaluationsRun = Permission("evaluations:run")
    package static let usersManage = Permission("users:manage")

    /// Every permission of the deployment.
    package static let all: [Permission] = [
        .chat, .dashboardRead, .metricsRead, .anomaliesWrite, .dealsRead, .dealsWrite, .customersRead,
        .quotationsRead, .quotationsWrite, .ordersRead, .invoicesRead, .materialsRead, .knowledgeRead,
        .knowledgeWrite, .mailRead, .mailWrite, .scenariosRead, .scenariosCreate, .approvalsDecide, .approvalsRead,
        .conversationsSupport, .conversationsReadAll, .auditRead, .analyticsRead, .dataImport, .webhooksManage,
        .evaluationsRun, .usersManage,
    ]
}
