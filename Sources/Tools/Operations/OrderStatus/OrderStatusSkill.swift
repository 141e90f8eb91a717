package import AgentRuntime

/// Reads questions about orders: one's own, one by its number, a customer's, the late ones.
package struct OrderStatusSkill: Skill {
    package let name = "order_status"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(
            .cue(":orders"),
            "order|orders|my order|my orders|our order|sales order|sales orders|customer order|customer orders|"
                + "order number|order no|order status|order book|backlog|order backlog|shipment|shipments|parcel|package"
        )
        + FinanceWords.entries(
            .cue("order_state"),
            "arrive|arrives|arrived|arriving|delivered|delivery|"
                + "delivery date|ship|ships|shipped|shipping|eta|expected date|finished|"
                + "be completed|completion|completion date|when can i expect|"
                + "get my|receive|received|placed|ready"
        )
        + FinanceWords.entries(
            .cue("late"),
            "late|delayed|delay|delays|running late|behind schedule|overdue|past due|not on time|missed"
        )
        + FinanceWords.entries(.value(dimension: "order_status", value: "open"), "open|outstanding|unfulfilled|pending")
    package let phrases: [Phrase] = [
        Self.mine, Self.one, Self.late, Self.placed, Self.several, Self.row, Self.none, Self.whose,
        Self.count, Self.noOrder,
    ]

    private static let mine = Phrase("orders_mine", "number", "status", "expected")
    private static let one = Phrase("orders_one", "number", "customer", "status", "expected")
    private static let late = Phrase("orders_late", "days", "date")
    private static let placed = Phrase("orders_placed", "date", "amount")
    private static let several = Phrase("orders_several", "what", "count", "amount")
    private static let row = Phrase("orders_row", "number", "customer", "status", "expected")
    private static let none = Phrase("orders_none", "what")
    private static let whose = Phrase("orders_whose", "count")
    private static let count = Phrase("orders_count", "what", "count")
    private static let noOrder = Phrase("orders_no_own")
    private static let shownMax = 10

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.isAbout("orders"), frame.metrics.isEmpty else { return [] }
        var frame = frame
        var arguments = JSONObject()
        let number = frame.unexplained.first { !$0.isTolerable && $0.text.contains(where: \.isNumber) }
        if let number {
            frame.unexplained.removeAll { $0 == number }
            arguments["order_number"] = .string(number.text)
        } else {
            filter(frame, situation, &arguments)
        }
        var slots: Set<String> = [
            "subject:orders", "subject:customers", "value", "period", "order", "number", "dimension", "chart",
        ]
        for cue in [
            "order_state", "late", "at_risk", "count", "list", "total", "include", "again", "hit", "closing", "over",
            "forecast", "next_step", "probability",
        ] { slots.insert("cue:" + cue) }
        let call = PlannedCall(OrderStatusTool.name, arguments)
        return [
            SkillPlan(
                skill: name,
                calls: [call],
                data: ["intent": "order_status"],
                frame: frame,
                uses: slots,
                preference: 2
            )
        ]
    }

    private func filter(_ frame: Frame, _ situation: Situation, _ arguments: inout JSONObject) {
        let customer = (frame.values(of: "customer") + frame.values(of: "deal_account")).first
        if let customer { arguments["customer"] = .string(customer) }
        let words = Tokenizer.words(of: frame.text)
        let isMine = words.contains("my") || words.contains("mine") || words.contains("i")
        let isOne = words.contains("order") && !words.contains("orders") && frame.form != .count
        let status = frame.values(of: "order_status").first
        if isMine || isOne && customer == nil && frame.form != .which {
            if customer == nil { arguments["mine"] = true }
            return
        }
        if let status { arguments["status"] = .string(status) }
        if frame.has("late") || frame.has("at_risk") { arguments["late"] = true }
        if let period = frame.periods.first?.period {
            arguments["period"] = period.json(fiscalYearStart: situation.settings.fiscalYearStart)
        }
        if arguments.isEmpty { arguments["status"] = "open" }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        let count = reader.count("/orders")
        let scope = reader.text("/scope")
        let what = self.what(call)
        switch (scope, count) {
        case ("unknown_customer", _):
            draft.say(Self.whose, ["count": [figure(reader, "/total")]])
            rows(reader, in: &draft)
        case ("customer", 0): draft.say(Self.noOrder)
        case (_, 0): draft.say(Self.none, ["what": what])
        case ("customer", 1), ("order", 1): single(reader, isOwn: scope == "customer", in: &draft)
        default:
            if question.frame.form == .count {
                draft.say(Self.count, ["what": what, "count": [figure(reader, "/total")]])
            } else {
                draft.say(
                    Self.several,
                    ["what": what, "count": [figure(reader, "/total")], "amount": [figure(reader, "/amount", .money)]]
                )
                rows(reader, in: &draft)
            }
        }
        draft.cite(reader.citations.prefix(Self.shownMax))
        draft.suggest("Which orders are late?")
        draft.suggest("How many orders are open?")
        return draft
    }

    /// " of Ajax Ltd that are late".
    private func what(_ call: CompletedCall) -> [Segment] {
        let arguments = call.call.arguments
        var segments: [Segment] = []
        if let customer = arguments["customer"]?.string { segments += [.text(" of "), .data(customer)] }
        if let status = arguments["status"]?.string { segments += [.text(" that are "), .data(status)] }
        if arguments["late"]?.bool == true { segments.append(.text(" that are late")) }
        if let value = arguments["period"], let period = try? Period(value) {
            segments += [.text(" placed in "), .period(period)]
        }
        return segments
    }

    private func figure(_ reader: FigureReader, _ pointer: String, _ format: Figure.Format = .number) -> Segment {
        .figure(Figure(reader.reference(pointer), format: format))
    }

    private func expected(_ reader: FigureReader, _ base: String) -> [Segment] {
        guard let date = reader.text(base + "/expected_date") else { return [] }
        return [.text(", expected "), .data(date)]
    }

    private func single(_ reader: FigureReader, isOwn: Bool, in draft: inout AnswerDraft) {
        let base = "/orders/0"
        var values: [String: [Segment]] = [
            "number": [.data(reader.text(base + "/number") ?? "")],
            "status": [.data(reader.text(base + "/status") ?? "")],
            "expected": expected(reader, base),
        ]
        if isOwn {
            draft.say(Self.mine, values)
        } else {
            let customer = reader.text(base + "/customer") ?? ""
            values["customer"] = customer.isEmpty ? [] : [.text(" of "), .data(customer)]
            draft.say(Self.one, values)
        }
        if reader.exact(base + "/days_late") != nil,
            let due = reader.text(base + "/required_date") ?? reader.text(base + "/expected_date")
        {
            draft.say(.text(" "))
            draft.say(Self.late, ["days": [figure(reader, base + "/days_late")], "date": [.data(due)]])
        }
        if let date = reader.text(base + "/order_date"), let total = reader.exact(base + "/total"), !total.isZero,
            reader.text(base + "/currency") == reader.text("/currency")
        {
            draft.say(.text(" "))
            draft.say(Self.placed, ["date": [.data(date)], "amount": [figure(reader, base + "/total", .money)]])
        }
    }

    private func rows(_ reader: FigureReader, in draft: inout AnswerDraft) {
        for index in 0..<min(reader.count("/orders"), Self.shownMax) {
            let base = "/orders/\(index)"
            let customer = reader.text(base + "/customer") ?? ""
            draft.say(.text("\n"))
            draft.say(
                Self.row,
                [
                    "number": [.data(reader.text(base + "/number") ?? "")],
                    "customer": customer.isEmpty ? [] : [.text(", "), .data(customer)],
                    "status": [.data(reader.text(base + "/status") ?? "")], "expected": expected(reader, base),
                ]
            )
        }
    }

    package func suggestions(in situation: Situation) -> [String] {
        guard !situation.vocabulary.values(of: "order_status").isEmpty else { return [] }
        return ["Which orders are late?", "What is the status of my order?"]
    }
}
