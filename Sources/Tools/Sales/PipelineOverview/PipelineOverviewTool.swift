package import AgentRuntime

/// `pipeline_overview`: open deals by stage, their weight, and how deals have ended.
package struct PipelineOverviewTool: Tool {
    static let name = "pipeline_overview"

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        let amount: JSONValue = ["type": "number", "description": "In units of the currency."]
        return ToolDeclaration(
            name: PipelineOverviewTool.name,
            purpose: """
                Sums up the sales pipeline: count, amount and weighted amount (each deal's amount times its own \
                probability) of open deals, in total and by stage; deals at risk; win rate, average size and sales \
                cycle of closed ones; on demand how the deals of each owner, region or account ended. A period restricts \
                by close date.
                """,
            parameters: FigureSchema.object([
                "period": FigureSchema.period,
                "owner": FigureSchema.texts("Only deals of this owner (name or e-mail)."),
                "region": FigureSchema.texts("Only deals of this region."),
                "account": FigureSchema.texts("Only deals of this customer."),
                "stage": FigureSchema.texts("Only open deals of this stage."),
                "min_amount": amount,
                "max_amount": amount,
                "group_by": DealGroups.groupBy,
                "rank_by": FigureSchema.choice(
                    "What groups are ordered by; win_rate unless said.",
                    DealGroups.Rank.allCases.map(\.rawValue)
                ),
                "order": FigureSchema.choice("Of groups; desc unless said.", ["desc", "asc"]),
            ]),
            permission: .dealsRead,
            results: .ownFigures
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            let deals = try DealStore(connection).all()
            guard !deals.isEmpty else { throw FigureFailure.noDeals }
            return try PipelineOverview(arguments, deals: deals, settings: context.settings).result()
        }
    }
}

/// Computes the overview.
struct PipelineOverview {
    /// The order of the default stages; others follow by their average probability.
    private static let stageOrder = ["prospecting", "qualification", "proposal", "negotiation"]

    private let open: [Deal]
    private let closed: [Deal]
    private let filter: DealFilter
    private let settings: TenantSettings
    private let arguments: JSONObject
    private let groups: DealGroups?

    init(_ arguments: JSONObject, deals: [Deal], settings: TenantSettings) throws(FigureFailure) {
        var filter = try DealFilter(arguments, deals: deals, settings: settings, periodName: "period")
        let today = settings.today
        open = deals.filter { $0.status == .open && filter.accepts($0, today: today) }
        // A stage restricts the pipeline; how deals end is not a matter of one open stage.
        filter.stages = nil
        closed = deals.filter { $0.status != .open && filter.accepts($0, today: today) }
        groups = try DealGroups(arguments, open + closed, rank: .winRate)
        self.filter = filter
        self.settings = settings
        self.arguments = arguments
    }

    func result() -> ToolResult {
        let totals = DealTotals(open)
        let won = closed.filter { $0.status == .won }
        let lost = closed.filter { $0.status == .lost }
        let atRisk = DealTotals(open.filter { !$0.risks(today: settings.today).isEmpty })
        let cycles = won.compactMap { deal in deal.createdDate.flatMap { from in deal.closeDate.map(from.days(until:)) }
        }
        var content: JSONObject = [
            "currency": .string(settings.currency),
            "as_of": .string(settings.today.description),
            "total": PipelineOverview.json(totals),
            "stages": .array(stages().map { PipelineOverview.json(DealTotals($0.deals), stage: $0.name) }),
            "average_deal_size": optional(totals.amountAverage),
            "without_probability": .integer(totals.withoutProbability),
            "at_risk": ["count": .integer(atRisk.count), "amount": .exact(atRisk.amount)],
            "won": ["count": .integer(won.count), "amount": .exact(DealTotals(won).amount)],
            "lost": ["count": .integer(lost.count), "amount": .exact(DealTotals(lost).amount)],
            "win_rate": optional(ExactNumber(won.count).divided(by: ExactNumber(closed.count), places: 6)),
            "average_sales_cycle_days": optional(
                ExactNumber(cycles.reduce(0, +)).divided(by: ExactNumber(cycles.count), places: 1)
            ),
        ]
        if let groups {
            for member in groups.members(DealGroups.outcome) { content[member.name] = member.value }
        }
        if let period = filter.closePeriod { content["period"] = period.json }
        let text = "\(open.count) open and \(closed.count) closed deals"
        return ToolResult(
            content: .object(content),
            citations: [.deals(text, rows: open.count + closed.count, tool: PipelineOverviewTool.name, arguments)]
        )
    }

    private func optional(_ value: ExactNumber?) -> JSONValue { value.map(JSONValue.exact) ?? .null }

    /// Open deals by stage, spelled as most of the stage's deals spell it.
    private func stages() -> [(name: String, deals: [Deal])] {
        let groups = Dictionary(grouping: open) { $0.stage.trimmingBlanks().lowercased() }
        let named = groups.map { key, deals in
            let spellings = Dictionary(grouping: deals, by: \.stage).mapValues(\.count)
            let name = spellings.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? key
            let place = PipelineOverview.stageOrder.firstIndex(of: key) ?? PipelineOverview.stageOrder.count
            return (name: name, deals: deals, place: place, chance: DealTotals(deals).probabilityAverage ?? .zero)
        }
        return named.sorted { left, right in
            if left.place != right.place { return left.place < right.place }
            return left.chance != right.chance ? left.chance < right.chance : left.name < right.name
        }
        .map { (name: $0.name, deals: $0.deals) }
    }

    private static func json(_ totals: DealTotals, stage: String? = nil) -> JSONValue {
        var json: JSONObject = [:]
        if let stage { json["stage"] = .string(stage) }
        json["count"] = .integer(totals.count)
        json["amount"] = .exact(totals.amount)
        json["weighted"] = .exact(totals.weighted)
        if stage != nil { json["probability_average"] = totals.probabilityAverage.map(JSONValue.exact) ?? .null }
        return .object(json)
    }
}

extension FigureFailure {
    /// The tenant has no deals at all.
    static let noDeals = FigureFailure(
        code: "no_data",
        message: "There are no deals; import them first.",
        more: ["available": .null]
    )
}

extension Citation {
    /// The deals that an answer sums up.
    static func deals(_ text: String, rows: Int, tool: String, _ arguments: JSONObject) -> Citation {
        let query = query(tool, arguments)
        return Citation(
            source: "deal",
            id: "deals_" + SHA256.hex(query).prefix(16),
            text: text,
            fields: ["query": .string(query), "rows": .integer(rows)]
        )
    }
}
