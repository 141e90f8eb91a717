package import AgentRuntime
internal import Foundation

/// `deal_score`: how likely open deals are to be won, why, and what would help.
package struct DealScoreTool: Tool {
    static let name = "deal_score"
    static let limitDefault = 10
    static let limitMax = 200
    /// Deals whose factors are told one by one.
    private static let explainedMax = 5

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: DealScoreTool.name,
            purpose: """
                Scores open deals: the calibrated probability of winning from a logistic model fitted on the tenant's own \
                closed deals, the factors that moved it, and what to do. Under 50 closed deals it says so and gives the \
                base rate of the deal's stage. Without a deal it ranks the open ones.
                """,
            parameters: FigureSchema.object([
                "deal_id": FigureSchema.text("One deal, by its identifier."),
                "text": FigureSchema.text("Deals with this in their name, account or identifier."),
                "owner": FigureSchema.texts("Only this owner (name or e-mail)."),
                "stage": FigureSchema.texts("Only this stage."),
                "order": FigureSchema.choice("desc, the likeliest first, unless said.", ["asc", "desc"]),
                "limit": FigureSchema.limit("Deals to return", DealScoreTool.limitDefault, DealScoreTool.limitMax),
            ]),
            permission: .dealsRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            let deals = try DealStore(connection).all()
            guard !deals.isEmpty else { throw FigureFailure.noDeals }
            let model = DealScoreModel(
                deals,
                today: context.settings.today,
                segmentOf: try DealScoreTool.segments(of: deals, connection)
            )
            return try DealScoreTool.result(arguments, deals, model, context.settings)
        }
    }

    /// The customer's segment where every closed deal has one, else the deal's region.
    ///
    /// Never the one for some and the other for others: who has bought stands among the customers because of that, so a
    /// key by which they differ would tell how a deal has ended.
    static func segments(of deals: [Deal], _ connection: SQLiteConnection) throws -> @Sendable (Deal) -> String {
        let directory = try CustomerDirectory(connection)
        let segment: @Sendable (Deal) -> String = { deal in directory.customer(named: deal.account)?.segment ?? "" }
        let areKnown = deals.allSatisfy { deal in deal.status == .open || !segment(deal).isEmpty }
        guard areKnown else { return { deal in deal.region } }
        return segment
    }

    static func result(
        _ arguments: JSONObject,
        _ deals: [Deal],
        _ model: DealScoreModel,
        _ settings: TenantSettings
    ) throws -> ToolResult {
        let chosen = try choose(arguments, deals, settings)
        let isAscending = try arguments.choice("order", ["asc", "desc"]) == "asc"
        let limit = try arguments.count("limit", default: limitDefault, max: limitMax)
        let scored = chosen.map { (deal: $0, score: model.score($0)) }.sorted { left, right in
            if left.score.chance != right.score.chance {
                return (left.score.chance < right.score.chance) == isAscending
            }
            return left.deal.id < right.deal.id
        }
        let listed = scored.prefix(limit)
        let expected = scored.reduce(0.0) { $0 + $1.score.chance * Double($1.deal.units) / 10_000 }
        var content: JSONObject = [
            "as_of": .string(settings.today.description),
            "currency": .string(settings.currency),
            "method": model.fitted == nil ? "stage_base_rates" : "logistic_regression",
            "closed_deals": .integer(model.closed),
            "closed_deals_needed": .integer(DealScoreModel.closedMin),
            "won_deals": .integer(model.won),
            "win_rate": .exact(rounded(model.closed == 0 ? 0 : Double(model.won) / Double(model.closed), 6)),
            "total": .integer(scored.count),
            "expected_amount": .exact(rounded(expected, 2)),
            "deals": .array(
                listed.enumerated().map { place, entry in
                    .object(json(entry.deal, entry.score, explains: place < explainedMax, settings))
                }
            ),
        ]
        if let fitted = model.fitted {
            content["quality"] = [
                "brier_score": .exact(rounded(fitted.brier, 4)),
                "brier_score_of_base_rate": .exact(rounded(fitted.baseBrier, 4)),
                "area_under_curve": fitted.area.map { JSONValue.exact(rounded($0, 4)) } ?? .null,
            ]
        }
        let summary = "\(model.closed) closed deals, \(scored.count) scored"
        return ToolResult(
            content: .object(content),
            citations: listed.prefix(limitDefault).map { entry in
                Citation(
                    source: "deal",
                    id: entry.deal.id,
                    text: entry.deal.account.isEmpty ? entry.deal.name : "\(entry.deal.name), \(entry.deal.account)"
                )
            } + [Citation.deals(summary, rows: model.closed + scored.count, tool: name, arguments)]
        )
    }

    static func choose(_ arguments: JSONObject, _ deals: [Deal], _ settings: TenantSettings) throws -> [Deal] {
        let open = deals.filter { $0.status == .open }
        if let id = arguments["deal_id"]?.string?.trimmingBlanks(), !id.isEmpty {
            let named = deals.first { $0.id == id } ?? deals.first { $0.id.lowercased() == id.lowercased() }
            guard let deal = named else {
                throw FigureFailure.notFound("deal", id, known: open.map(\.id))
            }
            guard deal.status == .open else { throw FigureFailure.closed(deal) }
            return [deal]
        }
        var filter = try DealFilter(arguments, deals: deals, settings: settings, periodName: "close_period")
        filter.statuses = [.open]
        let text = filter.text
        let found = open.filter { filter.accepts($0, today: settings.today) }
        if found.isEmpty, let text, !text.isEmpty {
            let ended = deals.filter { deal in
                [deal.name, deal.account, deal.id].contains { $0.lowercased().contains(text) }
            }
            if let deal = ended.first { throw FigureFailure.closed(deal) }
            throw FigureFailure.notFound("open deal", text, known: open.flatMap { [$0.name, $0.account] })
        }
        return found
    }

    static func rounded(_ value: Double, _ places: Int) -> ExactNumber {
        ExactNumber(rounding: value, places: places)
    }

    private static func json(
        _ deal: Deal,
        _ score: DealScoreModel.Score,
        explains: Bool,
        _ settings: TenantSettings
    ) -> JSONObject {
        var json: JSONObject = [
            "id": .string(deal.id), "name": .string(deal.name), "account": .string(deal.account),
            "owner": .string(deal.owner), "stage": .string(deal.stage), "amount": .money(deal.amount),
            "close_date": .optional(deal.closeDate?.description),
            "win_probability": .exact(rounded(score.chance, 4)),
            "stage_base_rate": .exact(rounded(score.stageRate, 4)),
            "stated_probability": deal.chance.map(JSONValue.exact) ?? .null,
            "risks": .array(deal.risks(today: settings.today).map(JSONValue.string)),
        ]
        guard explains else { return json }
        json["factors"] = .array(
            score.factors.map { factor in
                [
                    "factor": .string(factor.name), "detail": .string(factor.detail),
                    "impact": .exact(rounded(factor.impact, 4)),
                    "direction": factor.impact < 0 ? "lowers" : "raises",
                ]
            }
        )
        json["evidence"] = .object(
            JSONObject(
                uniqueMembers: score.evidence.map { piece in
                    (name: piece.name, value: .exact(rounded(piece.chance, 4)))
                }
            )
        )
        json["recommendations"] = .array(recommendations(deal, score, settings).map(JSONValue.string))
        return json
    }

    /// What would mend what is wrong with a deal; the most pressing first.
    static func recommendations(
        _ deal: Deal,
        _ score: DealScoreModel.Score,
        _ settings: TenantSettings
    ) -> [String] {
        let today = settings.today
        var advice: [String] = []
        if let close = deal.closeDate, close < today { advice.append("Agree on a new close date; \(close) has passed") }
        if let last = deal.lastActivityDate ?? deal.createdDate, last.days(until: today) >= DealFilter.idleDays / 2 {
            advice.append(
                "Contact \(deal.account.isEmpty ? "the customer" : deal.account); the last activity was on \(last)"
            )
        }
        if deal.nextStep.isEmpty {
            advice.append("Agree on a next step")
        } else {
            advice.append("Complete the next step: \(deal.nextStep)")
        }
        for factor in score.factors where factor.impact <= -0.02 {
            switch factor.feature {
            case .age: advice.append("Set a date for the decision; deals of this age are won less often")
            case .amount: advice.append("Offer a smaller first phase; deals of this size are won less often")
            case .owner: advice.append("Bring in a colleague with a stronger record for this stage")
            case .segment: advice.append("Use a reference customer of the same segment")
            default: break
            }
        }
        return Array(advice.prefix(4))
    }
}

extension FigureFailure {
    /// A deal that has ended needs no score.
    static func closed(_ deal: Deal) -> FigureFailure {
        FigureFailure(
            code: "invalid_argument",
            message: "The deal “\(shown(deal.name))” is closed (\(shown(deal.stage))); only open deals are scored.",
            more: ["argument": "deal_id", "name": .string(shown(deal.name))]
        )
    }
}
