package import AgentRuntime

// Deals are read whole, page after page, and then listed and summed up by the same calculations as our own.

/// `deal_search` over the deals of another service.
package struct RemoteDealSearchTool: Tool {
    private let domain: RemoteDomain
    package let declaration: ToolDeclaration

    package init(_ domain: RemoteDomain, like own: any Tool) {
        self.domain = domain
        declaration = own.declaration.remote(domain.service)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await domain.answer(context) { asker, _ in
            let deals = try await domain.deals(for: asker)
            guard !deals.isEmpty else { throw FigureFailure.noDeals }
            return try DealSearchTool.result(arguments, deals: deals, settings: context.settings)
        }
    }
}

/// `pipeline_overview` over the deals of another service.
package struct RemotePipelineTool: Tool {
    private let domain: RemoteDomain
    package let declaration: ToolDeclaration

    package init(_ domain: RemoteDomain, like own: any Tool) {
        self.domain = domain
        declaration = own.declaration.remote(domain.service)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await domain.answer(context) { asker, _ in
            let deals = try await domain.deals(for: asker)
            guard !deals.isEmpty else { throw FigureFailure.noDeals }
            return try PipelineOverview(arguments, deals: deals, settings: context.settings).result()
        }
    }
}

extension ToolDeclaration {
    /// The same tool over another service: what it does stays, its deadline is that of the calls it makes.
    func remote(_ service: RemoteService) -> ToolDeclaration {
        var declaration = self
        let pauses = RemoteService.longestPause * RemoteService.attempts
        declaration.deadline = max(declaration.deadline, service.timeout * RemoteService.attempts + pauses)
        return declaration
    }
}

extension Deal {
    /// Reads a deal as `/sales/deals` writes it; `nil` where what a deal must have is not there.
    init?(remote item: JSONValue) {
        guard let id = item["id"]?.string, let name = item["name"]?.string, let stage = item["stage"]?.string,
            let amount = item["amount"]?.exact.flatMap({ Money(exact: $0) })
        else { return nil }
        func date(_ name: String) -> CalendarDate? { item[name]?.string.flatMap(CalendarDate.init) }
        func text(_ value: JSONValue?) -> String { value?.string ?? "" }
        let millionths = item["probability"]?.exact?.shifted(by: 6).rounded(places: 0).int.map { Int64($0) }
        self.init(
            id: id,
            name: name,
            account: item["account"]?.string ?? text(item["account"]?["name"]),
            owner: item["owner"]?.string ?? text(item["owner"]?["name"]),
            ownerEmail: text(item["owner"]?["email"]),
            units: amount.units,
            stage: stage,
            probability: millionths,
            closeDate: date("close_date"),
            createdDate: date("created_date"),
            lastActivityDate: date("last_activity_date"),
            nextStep: text(item["next_step"]),
            region: text(item["region"])
        )
    }
}
