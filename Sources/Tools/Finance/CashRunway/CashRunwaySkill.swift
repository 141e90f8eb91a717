package import AgentRuntime

/// Reads questions about cash: what there is and how long it lasts.
///
/// Its words come with the tenant's data: where no balance was ever imported, a question about cash is refused as one
/// about something unknown.
package struct CashRunwaySkill: Skill {
    package let name = "cash"
    package let words: [VocabularyEntry] = []
    package let phrases: [Phrase] = [Self.balance, Self.burn, Self.noBurn, Self.unknownBurn]

    /// What a tenant with balances can ask about.
    static let dataWords: [VocabularyEntry] = FinanceWords.entries(
        .cue(":cash"),
        "cash|cash balance|cash position|cash balances|cash runway|runway|cash burn|monthly burn|cash in the bank|"
            + "cash on hand|bank balance|bank balances|months of cash|out of cash|cash left"
    ).map { VocabularyEntry($0.phrase, $0.term, isWhole: true) }

    private static let balance = Phrase("cash_balance", "date", "balance")
    private static let burn = Phrase("cash_burn", "burn", "months")
    private static let noBurn = Phrase("cash_no_burn", "earlier")
    private static let unknownBurn = Phrase("cash_unknown_burn")

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.isAbout("cash"), frame.metrics.isEmpty, frame.periods.count < 2, frame.filters.isEmpty else {
            return []
        }
        var arguments = JSONObject()
        var isOfDay = false
        if let period = frame.periods.first?.period {
            let words = Tokenizer.words(of: frame.text)
            // "At the beginning of March" is what the day before left.
            let isOpening = words.contains { ["beginning", "start", "opening"].contains($0) }
            let day = isOpening ? period.start.adding(days: -1) : period.end
            guard !(situation.today < (isOpening ? day : period.start)) else { return [] }
            arguments["as_of"] = .string(min(day, situation.today).description)
            isOfDay = !words.contains { ["burn", "burning", "burned", "runway", "long"].contains($0) }
        }
        var slots: Set<String> = ["subject:cash", "value", "granularity", "period"]
        for cue in ["total", "include", "again", "list", "hit", "rate", "count"] { slots.insert("cue:" + cue) }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(CashRunwayTool.name, arguments)],
                data: ["shape": isOfDay ? "balance" : "runway"],
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
        func money(_ pointer: String) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: .money))]
        }
        let date = reader.text("/as_of").flatMap(CalendarDate.init) ?? situation.today
        draft.say(Self.balance, ["date": [.date(date)], "balance": money("/balance")])
        guard question.data["shape"]?.string != "balance" else {
            draft.cite(reader.citations)
            return draft
        }
        draft.say(.text(" "))
        switch reader.value("/is_burning")?.bool {
        case true?:
            draft.say(
                Self.burn,
                [
                    "burn": money("/monthly_burn"),
                    "months": [.figure(Figure(reader.reference("/months_left"), format: .number))],
                ]
            )
        case false?: draft.say(Self.noBurn, ["earlier": money("/earlier_balance")])
        case nil: draft.say(Self.unknownBurn)
        }
        draft.cite(reader.citations)
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
