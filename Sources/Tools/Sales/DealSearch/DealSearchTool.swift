package import AgentRuntime

/// `deal_search`: deals by name, stage, owner, amount, date or risk.
package struct DealSearchTool: Tool {
    static let name = "deal_search"
    static let limitDefault = 20
    static let limitMax = 500
    /// Deals that an answer cites one by one.
    static let citationsMax = 10

    enum Order: String, CaseIterable {
        case amount
        case closeDate = "close_date"
        case probability
        case lastActivityDate = "last_activity_date"
    }

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        let amount: JSONValue = ["type": "number", "description": "In units of the currency."]
        return ToolDeclaration(
            name: DealSearchTool.name,
            purpose: """
                Lists deals, open ones unless a status is given, by any part of their name, by stage, owner, account, \
                region, amount, close date or risk; with how many there are and their amount, weighted and average amount, \
                and on demand the same of each owner, region, account, stage or status. A deal is at risk when its close \
                date has passed or nothing has happened for 60 days.
                """,
            parameters: FigureSchema.object([
                "text": FigureSchema.text("Part of a name, account, owner or next step."),
                "id": FigureSchema.texts("Only the deal with this identifier."),
                "stage": FigureSchema.texts("Only this stage."),
                "owner": FigureSchema.texts("Only this owner (name or e-mail)."),
                "account": FigureSchema.texts("Only this customer."),
                "region": FigureSchema.texts("Only this region."),
                "status": FigureSchema.choices(
                    "open unless said, or unless a stage or an id is given.",
                    DealStatus.allCases.map(\.rawValue) + ["all"]
                ),
                "at_risk": ["type": "boolean", "description": "Only deals at risk, or only those that are not."],
                "min_amount": amount,
                "max_amount": amount,
                "close_period": FigureSchema.period,
                "order_by": FigureSchema.choice("amount unless said.", Order.allCases.map(\.rawValue)),
                "order": FigureSchema.choice("desc unless said.", ["desc", "asc"]),
                "group_by": DealGroups.groupBy,
                "rank_by": FigureSchema.choice(
                    "What groups are ordered by; amount unless said.",
                    DealGroups.Rank.allCases.filter { $0 != .winRate }.map(\.rawValue)
                ),
                "limit": FigureSchema.limit("Deals to return", DealSearchTool.limitDefault, DealSearchTool.limitMax),
            ]),
            permission: .dealsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            let deals = try DealStore(connection).all()
            guard !deals.isEmpty else { throw FigureFailure.noDeals }
            return try DealSearchTool.result(arguments, deals: deals, settings: context.settings)
        }
    }

    static func result(_ arguments: JSONObject, deals: [Deal], settings: TenantSettings) throws -> ToolResult {
        let today = settings.today
        var filter = try DealFilter(arguments, deals: deals, settings: settings, periodName: "close_period")
        if DealFilter.names(arguments["status"]).isEmpty, filter.stages == nil, filter.ids == nil {
            filter.statuses = [.open]
        }
        let order = try arguments.choice("order_by", Order.allCases.map(\.rawValue)).flatMap(Order.init) ?? .amount
        let isAscending = try arguments.choice("order", ["asc", "desc"]) == "asc"
        let limit = try arguments.count("limit", default: limitDefault, max: limitMax)
        let found = deals.filter { filter.accepts($0, today: today) }.sorted { left, right in
            guard let first = key(left, order) else { return false }
            guard let second = key(right, order) else { return true }
            if first == second { return left.id < right.id }
            return (first < second) == isAscending
        }
        let totals = DealTotals(found)
        let listed = found.prefix(limit)
        var content: JSONObject = [
            "currency": .string(settings.currency),
            "as_of": .string(today.description),
            "deals": .array(listed.map { .object(json($0, today: today)) }),
            "total": .integer(found.count),
            "amount": .exact(totals.amount),
            "weighted": .exact(totals.weighted),
            "average_amount": totals.amountAverage.map(JSONValue.exact) ?? .null,
        ]
        if let groups = try DealGroups(arguments, found) {
            for member in groups.members(DealGroups.json) { content[member.name] = member.value }
        }
        let summary = "\(found.count) of \(deals.count) deals"
        let citations = [Citation.deals(summary, rows: found.count, tool: name, arguments)]
        return ToolResult(content: .object(content), citations: citations + listed.prefix(citationsMax).map(citation))
    }

    /// What a deal is ordered by; those without it come last.
    private static func key(_ deal: Deal, _ order: Order) -> Int64? {
        switch order {
        case .amount: deal.units
        case .closeDate: deal.closeDate.map { Int64($0.dayNumber) }
        case .probability: deal.probability
        case .lastActivityDate: deal.lastActivityDate.map { Int64($0.dayNumber) }
        }
    }

    /// A deal as results show it.
    static func json(_ deal: Deal, today: CalendarDate) -> JSONObject {
        var json: JSONObject = [
            "id": .string(deal.id), "name": .string(deal.name), "account": .string(deal.account),
            "owner": .string(deal.owner), "amount": .money(deal.amount), "stage": .string(deal.stage),
            "status": .string(deal.status.rawValue),
            "probability": deal.chance.map(JSONValue.exact) ?? .null,
            "weighted": deal.probability == nil ? .null : .exact(DealTotals([deal]).weighted),
            "close_date": .optional(deal.closeDate?.description),
            "last_activity_date": .optional(deal.lastActivityDate?.description),
            "next_step": .string(deal.nextStep), "region": .string(deal.region),
        ]
        if let level = deal.riskLevel(today: today) {
            let reasons = deal.risks(today: today)
            json["at_risk"] = ["level": .string(level), "reasons": .array(reasons.map(JSONValue.string))]
        }
        return json
    }

    private static func citation(_ deal: Deal) -> Citation {
        Citation(source: "deal", id: deal.id, text: deal.account.isEmpty ? deal.name : "\(deal.name), \(deal.account)")
    }
}
