package import AgentRuntime

/// Reads questions about invoices that should have been paid.
package struct InvoicesOverdueSkill: Skill {
    package let name = "invoices_overdue"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(
            .cue(":invoices"),
            "invoice|invoices|bill|bills|customer invoices|sales invoices|overdue invoices|unpaid invoices|late payers|"
                + "late payer|late payments|overdue payments|payments overdue|dunning|money is overdue|money overdue|"
                + "overdue money|overdue balance|overdue balances|how much is overdue|amounts overdue|overdue amounts"
        )
        + FinanceWords.entries(
            .cue("unpaid"),
            "unpaid|not paid|overdue amount|still owe|owe|owes|owed|to chase|chase|not been paid|havent paid|"
                + "has not paid|have not paid|outstanding"
        )
    package let phrases: [Phrase] = [Self.lead, Self.row, Self.none, Self.count]

    private static let lead = Phrase("invoices_overdue", "scope", "count", "amount", "longest")
    private static let row = Phrase("invoices_row", "number", "customer", "amount", "days", "date")
    private static let none = Phrase("invoices_none", "scope")
    private static let count = Phrase("invoices_customer", "name", "count", "amount")
    private static let shownMax = 10

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.isAbout("invoices"), frame.metrics.isEmpty, frame.periods.isEmpty else { return [] }
        var frame = frame
        var arguments = JSONObject()
        let customer = (frame.values(of: "customer") + frame.values(of: "deal_account")).first
        if let customer { arguments["customer"] = .string(customer) }
        // "more than 30 days": the bound may be read as one, or stand as a number before "days".
        if let bound = frame.thresholds.first(where: { !$0.isPercent && $0.isAbove }), let days = bound.value.int {
            arguments["min_days"] = .integer(max(1, days + 1))
            frame.unexplained.removeAll { ["day", "days"].contains($0.text.lowercased()) }
        }
        if frame.order != nil { arguments["order_by"] = "outstanding" }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = [
            "subject:invoices", "subject:receivables", "subject:customers", "value", "order", "number", "dimension",
            "chart",
        ]
        for cue in [
            "count", "list", "total", "include", "again", "over", "at_risk", "late", "unpaid", "breakdown", "activity",
        ] { slots.insert("cue:" + cue) }
        let isByCustomer =
            customer == nil
            && (frame.isAbout("customers") || frame.groupings.contains("customer")
                || Tokenizer.words(of: frame.text).first == "who")
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(InvoicesOverdueTool.name, arguments)],
                data: ["by": isByCustomer ? "customer" : "invoice"],
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
        func figure(_ pointer: String, _ format: Figure.Format = .money) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format))]
        }
        var scope: [Segment] = reader.text("/customer").map { [.text(" of "), .data($0)] } ?? []
        if let bound = question.frame.thresholds.first {
            scope += [.text(" by more than "), .echo(bound.words), .text(" days")]
        }
        guard reader.count("/invoices") > 0 else {
            draft.say(Self.none, ["scope": scope])
            draft.cite(reader.citations)
            draft.suggest("Show the receivables aging")
            return draft
        }
        draft.say(
            Self.lead,
            [
                "scope": scope, "count": figure("/total", .number), "amount": figure("/outstanding"),
                "longest": figure("/longest_days", .number),
            ]
        )
        if question.data["by"]?.string == "customer" {
            for index in 0..<min(reader.count("/customers"), Self.shownMax) {
                let base = "/customers/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    Self.count,
                    [
                        "name": [.data(reader.text(base + "/customer") ?? "")],
                        "count": figure(base + "/count", .number), "amount": figure(base + "/outstanding"),
                    ]
                )
            }
        } else {
            for index in 0..<min(reader.count("/invoices"), Self.shownMax) {
                let base = "/invoices/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    Self.row,
                    [
                        "number": [.data(reader.text(base + "/number") ?? "")],
                        "customer": [.data(reader.text(base + "/customer") ?? "")],
                        "amount": figure(base + "/outstanding"), "days": figure(base + "/days_overdue", .number),
                        "date": [.data(reader.text(base + "/due_date") ?? "")],
                    ]
                )
            }
        }
        draft.cite(reader.citations)
        draft.suggest("Show the receivables aging")
        draft.suggest("Who owes us the most?")
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] {
        situation.vocabulary.values(of: "customer").isEmpty ? [] : ["Which invoices are overdue?"]
    }
}
