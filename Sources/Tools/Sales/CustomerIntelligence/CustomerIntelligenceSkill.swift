package import AgentRuntime

/// Reads questions about customers: who is worth what, who buys again, who may be lost.
package struct CustomerIntelligenceSkill: Skill {
    package let name = "customer_intelligence"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(
            .cue(":customers"),
            "customer|customers|client|clients|buyer|buyers|account base|customer base|customer intelligence"
        )
        + FinanceWords.entries(
            .cue("churn"),
            "churn|churning|churned|churn risk|likely to churn|likely to leave|leave us|leaving us|at risk of leaving|"
                + "lose|losing|lost customers|stopped buying|stopped ordering|defect|inactive customers|lapsed|slipping away|"
                + "about to leave|risk of losing"
        )
        + FinanceWords.entries(
            .cue("reorder"),
            "order again|buy again|next order|next purchase|repeat order|repurchase|likely to order|"
                + "likely to buy|come back|due for an order|due to order"
        )
        + FinanceWords.entries(.cue("reorder_by"), "reorder|reorders|reordering")
        + FinanceWords.entries(
            .cue("lifetime"),
            "lifetime value|ltv|clv|customer value|most valuable|best customers|biggest customers|largest customers|"
                + "top customers|best customer|biggest customer|largest customer|top customer|valuable|rfm|vip|worth to us"
        )
        + FinanceWords.entries(
            .dimension("customer_segment"),
            "customer segment|customer segments|segment of customers"
        )
    package let phrases: [Phrase] = [
        Self.one, Self.again, Self.churn, Self.churnLead, Self.churnRow, Self.churnNone, Self.orderLead, Self.orderRow,
        Self.valueLead, Self.valueRow,
    ]

    private static let one = Phrase("customer_one", "name", "segment", "value", "orders", "average", "last")
    private static let again = Phrase("customer_again", "chance", "days", "date")
    private static let churn = Phrase("customer_churn", "risk", "chance", "silence")
    private static let churnLead = Phrase("customer_churn_lead", "count", "of")
    private static let churnRow = Phrase("customer_churn_row", "name", "chance", "silence", "value")
    private static let churnNone = Phrase("customer_churn_none", "of")
    private static let orderLead = Phrase("customer_order_lead", "days")
    private static let orderRow = Phrase("customer_order_row", "name", "chance", "date")
    private static let valueLead = Phrase("customer_value_lead", "count", "value")
    private static let valueRow = Phrase("customer_value_row", "name", "value", "orders", "segment")
    private static let shownMax = 10

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let customer = (frame.values(of: "customer") + frame.values(of: "deal_account")).first
        let isAboutCustomers = frame.isAbout("customers") || customer != nil
        // Material is reordered too; only customers that are spoken of do it themselves.
        let isReorder = frame.has("reorder") || (frame.has("reorder_by") && isAboutCustomers)
        let isAsked = frame.has("churn") || isReorder || frame.has("lifetime")
        guard frame.metrics.isEmpty, frame.periods.isEmpty,
            isAsked || (frame.isAbout("customers") && (customer != nil || frame.order != nil || frame.has("list")))
        else { return [] }
        var arguments = JSONObject()
        if let customer { arguments["customer"] = .string(customer) }
        if let segment = frame.values(of: "customer_segment").first { arguments["segment"] = .string(segment) }
        let shape = frame.has("churn") ? "churn" : isReorder ? "reorder" : "value"
        if customer == nil {
            let order = ["churn": "churn_probability", "reorder": "reorder_probability", "value": "lifetime_value"]
            arguments["order_by"] = .string(order[shape] ?? "lifetime_value")
            if shape == "churn" { arguments["churn_risk"] = "high" }
        }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = [
            "subject:customers", "subject:deals", "value", "order", "number", "dimension", "chart", "subject:stock",
            "subject:orders",
        ]
        for cue in [
            "churn", "reorder", "reorder_by", "lifetime", "probability", "list", "include", "again", "count", "at_risk",
            "forecast",
            "order_state", "activity", "score",
        ] { slots.insert("cue:" + cue) }
        // "Customers are at risk of churning" is about those who leave, not about scores of health.
        if shape == "churn" { slots.insert("subject:health") }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(CustomerIntelligenceTool.name, arguments)],
                data: ["shape": .string(shape)],
                frame: frame,
                uses: slots,
                preference: 3
            )
        ]
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        func figure(_ pointer: String, _ format: Figure.Format = .number) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format))]
        }
        func text(_ pointer: String) -> [Segment] { [.data(reader.text(pointer) ?? "")] }
        let count = min(reader.count("/customers"), question.frame.limit ?? Self.shownMax)
        let shape = question.data["shape"]?.string ?? "value"
        if call.call.arguments["customer"] != nil, reader.count("/customers") == 1 {
            one(reader, shape, figure, text, in: &draft)
        } else if count == 0, shape == "churn" {
            draft.say(Self.churnNone, ["of": figure("/buying_customers")])
        } else {
            switch shape {
            case "churn":
                draft.say(Self.churnLead, ["count": figure("/total"), "of": figure("/buying_customers")])
            case "reorder": draft.say(Self.orderLead, ["days": figure("/horizon_days")])
            default: draft.say(Self.valueLead, ["count": figure("/total"), "value": figure("/lifetime_value", .money)])
            }
            for index in 0..<count {
                let base = "/customers/\(index)"
                draft.say(.text("\n"))
                switch shape {
                case "churn":
                    draft.say(
                        Self.churnRow,
                        [
                            "name": text(base + "/name"), "chance": figure(base + "/churn_probability", .percent),
                            "silence": figure(base + "/days_since_last_order"),
                            "value": figure(base + "/lifetime_value", .money),
                        ]
                    )
                case "reorder":
                    draft.say(
                        Self.orderRow,
                        [
                            "name": text(base + "/name"), "chance": figure(base + "/reorder_probability", .percent),
                            "date": text(base + "/reorder_predicted_date"),
                        ]
                    )
                default:
                    draft.say(
                        Self.valueRow,
                        [
                            "name": text(base + "/name"), "value": figure(base + "/lifetime_value", .money),
                            "orders": figure(base + "/total_orders"), "segment": text(base + "/segment"),
                        ]
                    )
                }
            }
        }
        draft.cite(reader.citations)
        draft.suggest("Who is likely to churn?")
        draft.suggest("Which customers will order again?")
        return draft
    }

    private func one(
        _ reader: FigureReader,
        _ shape: String,
        _ figure: (String, Figure.Format) -> [Segment],
        _ text: (String) -> [Segment],
        in draft: inout AnswerDraft
    ) {
        let base = "/customers/0"
        draft.say(
            Self.one,
            [
                "name": text(base + "/name"), "segment": text(base + "/segment"),
                "value": figure(base + "/lifetime_value", .money), "orders": figure(base + "/total_orders", .number),
                "average": figure(base + "/average_order_value", .money), "last": text(base + "/last_order_date"),
            ]
        )
        draft.say(.text(" "))
        draft.say(
            Self.again,
            [
                "chance": figure(base + "/reorder_probability", .percent), "days": figure("/horizon_days", .number),
                "date": text(base + "/reorder_predicted_date"),
            ]
        )
        draft.say(.text(" "))
        draft.say(
            Self.churn,
            [
                "risk": text(base + "/churn_risk"), "chance": figure(base + "/churn_probability", .percent),
                "silence": figure(base + "/days_since_last_order", .number),
            ]
        )
    }

    package func suggestions(in situation: Situation) -> [String] {
        situation.vocabulary.values(of: "customer").isEmpty ? [] : ["Who is likely to churn?"]
    }
}
