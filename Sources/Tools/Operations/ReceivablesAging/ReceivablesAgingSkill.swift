package import AgentRuntime

/// Reads questions about what customers owe altogether, and how old it is.
package struct ReceivablesAgingSkill: Skill {
    package let name = "receivables_aging"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":receivables"),
        "receivable|receivables|accounts receivable|ar|ar aging|ar ageing|aging|ageing|aging report|ageing report|"
            + "receivables aging|receivables ageing|aged receivables|debtors|outstanding receivables|dso|"
            + "days sales outstanding|owed to us|owe us|owes us|money owed|customers owe|do customers owe|"
            + "still to be paid|to collect|to be collected|collections|aging buckets"
    )
    package let phrases: [Phrase] = [Self.lead, Self.bucket, Self.customer, Self.days, Self.most, Self.nothing]

    private static let lead = Phrase("receivables_lead", "customer", "amount", "count", "overdue")
    private static let bucket = Phrase("receivables_bucket", "name", "amount", "count")
    private static let customer = Phrase("receivables_customer", "name", "amount", "overdue")
    private static let days = Phrase("receivables_dso", "days")
    private static let most = Phrase("receivables_most", "name", "amount")
    private static let nothing = Phrase("receivables_nothing", "customer")
    private static let shownMax = 5

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.isAbout("receivables"), frame.metrics.isEmpty, frame.periods.isEmpty else { return [] }
        var arguments = JSONObject()
        let customer = (frame.values(of: "customer") + frame.values(of: "deal_account")).first
        if let customer { arguments["customer"] = .string(customer) }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = [
            "subject:receivables", "subject:customers", "subject:invoices", "value", "order", "number", "chart",
            "dimension",
        ]
        for cue in [
            "count", "list", "total", "include", "again", "breakdown", "share", "over", "at_risk", "late", "average",
            "unpaid",
        ] { slots.insert("cue:" + cue) }
        let asksWho = frame.form == .which || frame.order != nil || frame.isAbout("customers")
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(ReceivablesAgingTool.name, arguments)],
                data: ["by": asksWho && customer == nil ? "customer" : "age"],
                frame: frame,
                uses: slots,
                preference: 2
            )
        ]
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        func figure(_ pointer: String, _ format: Figure.Format = .money) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format))]
        }
        let whose: [Segment] = reader.text("/customer").map { [.text(" from "), .data($0)] } ?? []
        guard let count = reader.exact("/invoices"), !count.isZero else {
            draft.say(Self.nothing, ["customer": whose])
            draft.cite(reader.citations)
            return draft
        }
        let lead: [String: [Segment]] = [
            "customer": whose, "amount": figure("/outstanding"), "count": figure("/invoices", .number),
            "overdue": figure("/overdue"),
        ]
        let asksDays =
            question.frame.text.lowercased().contains("dso") || question.frame.text.lowercased().contains("days sales")
        if question.data["by"]?.string == "customer", reader.count("/customers") > 0 {
            draft.say(
                Self.most,
                [
                    "name": [.data(reader.text("/customers/0/customer") ?? "")],
                    "amount": figure("/customers/0/outstanding"),
                ]
            )
            for index in 0..<min(reader.count("/customers"), question.frame.limit ?? Self.shownMax) {
                let base = "/customers/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    Self.customer,
                    [
                        "name": [.data(reader.text(base + "/customer") ?? "")], "amount": figure(base + "/outstanding"),
                        "overdue": figure(base + "/overdue"),
                    ]
                )
            }
            draft.say(.text("\n\n"))
            draft.say(Self.lead, lead)
        } else {
            if asksDays, reader.exact("/dso_days") != nil {
                draft.say(Self.days, ["days": figure("/dso_days", .number)])
                draft.say(.text(" "))
            }
            draft.say(Self.lead, lead)
            for index in 0..<reader.count("/buckets") {
                let base = "/buckets/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    Self.bucket,
                    [
                        "name": [.data(reader.text(base + "/name") ?? "")], "amount": figure(base + "/amount"),
                        "count": figure(base + "/count", .number),
                    ]
                )
            }
            draft.show(
                chart: ChartShape.chart(
                    "bar",
                    title: "Receivables by age",
                    labels: (0..<reader.count("/buckets")).map { reader.text("/buckets/\($0)/name") ?? "" },
                    datasets: [
                        (
                            "Outstanding",
                            (0..<reader.count("/buckets")).map { reader.value("/buckets/\($0)/amount") ?? .null }
                        )
                    ],
                    unit: "currency",
                    currency: situation.settings.currency
                )
            )
            if !asksDays, reader.exact("/dso_days") != nil {
                draft.say(.text("\n\n"))
                draft.say(Self.days, ["days": figure("/dso_days", .number)])
            }
        }
        draft.cite(reader.citations)
        draft.suggest("Which invoices are overdue?")
        draft.suggest("Who owes us the most?")
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
