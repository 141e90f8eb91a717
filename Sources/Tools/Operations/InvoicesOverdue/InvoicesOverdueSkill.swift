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
    package let phrases: [Phrase] = [
        Self.lead, Self.row, Self.none, Self.count, Self.paid, Self.unpaid, MetricsPhrase.yes, MetricsPhrase.no,
    ]

    private static let lead = Phrase("invoices_overdue", "scope", "count", "amount", "longest")
    private static let row = Phrase("invoices_row", "number", "customer", "amount", "days", "date")
    private static let none = Phrase("invoices_none", "scope")
    private static let count = Phrase("invoices_customer", "name", "count", "amount")
    private static let paid = Phrase("invoice_paid", "number", "customer", "total")
    private static let unpaid = Phrase("invoice_unpaid", "number", "customer", "outstanding", "total", "due")
    private static let shownMax = 10

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        if let plan = one(frame) { return [plan] }
        let words = Tokenizer.words(of: frame.text)
        // "How much is more than 60 days overdue" names no invoice.
        let asksDays =
            frame.subjects.isEmpty && (frame.has("late") || frame.has("at_risk")) && frame.thresholds.count == 1
            && words.contains { $0 == "days" || $0 == "day" } && frame.groupings.isEmpty
            && !situation.vocabulary.values(of: "customer").isEmpty
        guard frame.isAbout("invoices") || asksDays, frame.metrics.isEmpty, frame.periods.isEmpty else { return [] }
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

    /// "Is INV-1040 paid?": one invoice by its number.
    private func one(_ frame: Frame) -> SkillPlan? {
        let words = Set(Tokenizer.words(of: frame.text))
        let asksState = !words.isDisjoint(with: ["paid", "unpaid", "settled", "overdue", "due", "outstanding", "open"])
        guard frame.subjects.allSatisfy({ $0 == "invoices" || $0 == "receivables" }), frame.periods.isEmpty,
            frame.groupings.isEmpty, frame.order == nil, frame.thresholds.isEmpty,
            frame.isAbout("invoices") || asksState,
            frame.metrics.isEmpty || frame.metrics == ["spend"] && asksState
        else { return nil }
        let numbers = frame.unexplained.filter { !$0.isTolerable && $0.text.contains(where: \.isNumber) }
        guard numbers.count == 1, let number = numbers.first, !number.text.contains("%"),
            frame.isAbout("invoices") || number.text.contains(where: \.isLetter)
        else { return nil }
        var frame = frame
        frame.unexplained.removeAll { $0 == number }
        frame.weights["value", default: 0] += 1
        return SkillPlan(
            skill: name,
            calls: [PlannedCall(InvoicesOverdueTool.name, ["number": .string(number.text)])],
            data: ["by": "number"],
            frame: frame,
            uses: [
                "subject:invoices", "subject:receivables", "value", "metric", "cue:late", "cue:at_risk", "cue:unpaid",
                "cue:closing", "cue:order_state", "cue:list", "cue:total",
            ],
            preference: 4
        )
    }

    private func told(_ reader: FigureReader, _ frame: Frame) -> AnswerDraft {
        var draft = AnswerDraft()
        let base = "/invoice"
        func text(_ name: String) -> [Segment] { [.data(reader.text(base + name) ?? "")] }
        func money(_ name: String) -> [Segment] { [.figure(Figure(reader.reference(base + name), format: .money))] }
        let isPaid = reader.text(base + "/status") == "paid"
        let words = Set(Tokenizer.words(of: frame.text))
        if frame.form == .yesNo, !frame.isNegated {
            if !words.isDisjoint(with: ["paid", "settled"]) {
                draft.say(isPaid ? MetricsPhrase.yes : MetricsPhrase.no)
            } else if words.contains("overdue") {
                draft.say(reader.text(base + "/status") == "overdue" ? MetricsPhrase.yes : MetricsPhrase.no)
            } else if !words.isDisjoint(with: ["unpaid", "outstanding", "open"]) {
                draft.say(isPaid ? MetricsPhrase.no : MetricsPhrase.yes)
            }
        }
        if isPaid {
            draft.say(Self.paid, ["number": text("/number"), "customer": text("/customer"), "total": money("/total")])
        } else {
            let date = reader.text(base + "/due_date").flatMap(CalendarDate.init)
            var due: [Segment] = date.map { [.text(", due on "), .date($0)] } ?? []
            if reader.text(base + "/status") == "overdue" {
                let days = Figure(reader.reference(base + "/days_overdue"), format: .number)
                due += [.text(", overdue by "), .figure(days), .text(" days")]
            }
            draft.say(
                Self.unpaid,
                [
                    "number": text("/number"), "customer": text("/customer"), "outstanding": money("/outstanding"),
                    "total": money("/total"), "due": due,
                ]
            )
        }
        draft.cite(reader.citations)
        draft.suggest("Which invoices are overdue?")
        return draft
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        if question.data["by"]?.string == "number" { return told(reader, question.frame) }
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
