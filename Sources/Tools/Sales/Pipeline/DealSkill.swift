package import AgentRuntime

/// Reads questions about deals: the pipeline as a whole, and single deals by stage, owner, account, risk or date.
package struct DealSkill: Skill {
    package let name = "deals"
    package let words: [VocabularyEntry] = DealWords.entries
    package let phrases: [Phrase] = DealPhrase.all

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard let question = DealQuestion(frame, situation) else { return [] }
        var slots: Set<String> = [
            "subject:pipeline", "subject:deals", "subject:win_rate", "subject:deal_size", "subject:overview", "value",
            "period", "dimension", "order", "number", "chart",
        ]
        if frame.metrics.allSatisfy({ ["revenue", "net_income"].contains($0) }) { slots.insert("metric") }
        for cue in [
            "at_risk", "weighted", "closing", "next_step", "probability", "activity", "count", "total", "list",
            "include",
            "exclude", "again", "average", "breakdown", "over", "under", "hit", "forecast", "share", "compare",
            "change",
        ] { slots.insert("cue:" + cue) }
        return [
            SkillPlan(
                skill: name,
                calls: [question.call],
                data: ["shape": .string(question.shape.rawValue)],
                frame: frame,
                uses: slots,
                preference: 1
            )
        ]
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        guard let call = question.calls.first else { return AnswerDraft() }
        return DealAnswer(reader: FigureReader(call), question: question, situation: situation).draft()
    }

    package func suggestions(in situation: Situation) -> [String] {
        guard
            !situation.vocabulary.values(of: "deal_stage").isEmpty
                || !situation.vocabulary.values(of: "deal_owner").isEmpty
        else { return [] }
        return ["What is in our pipeline?", "Which deals are at risk?", "What is our win rate?"]
    }
}

/// A frame read as a question about deals.
struct DealQuestion {
    enum Shape: String {
        case overview, stages
        case winRate = "win_rate"
        case size, list, count, groups
    }

    let call: PlannedCall
    let shape: Shape

    private static let dimensions: Set<String> = [
        "deal_stage", "deal_owner", "deal_account", "deal_status", "deal", "region",
    ]
    /// Values that speak of deals even when the word is not said.
    private static let own: Set<String> = ["deal_owner", "deal_account", "deal", "deal_stage"]

    init?(_ frame: Frame, _ situation: Situation) {
        let subjects: Set<String> = ["pipeline", "deals", "win_rate", "deal_size"]
        let isSubject = frame.subjects.contains(where: subjects.contains)
        let isNamed = frame.filters.contains { Self.own.contains($0.dimension) }
        let isRisk = frame.has("at_risk") && frame.metrics.isEmpty
        // "How much have we won this year" is about deals, though it names none.
        let isOutcome =
            frame.metrics.isEmpty && frame.groupings.isEmpty
            && ["won", "lost"].contains(frame.values(of: "deal_status").first)
        let asksOwner = frame.groupings == ["deal_owner"] && frame.metrics.isEmpty
        guard isSubject || isNamed || isRisk || isOutcome || asksOwner,
            frame.filters.allSatisfy({ Self.dimensions.contains($0.dimension) && !$0.isExcluded })
        else { return nil }
        guard frame.metrics.isEmpty || isSubject else { return nil }
        // A rank needs something to rank; a customer's name alone is none.
        guard isSubject || isRisk || asksOwner || frame.order == nil else { return nil }
        var groupings = frame.groupings.map { $0 == "account" ? "deal_account" : $0 }
        let asksWho = " \(frame.text.lowercased()) ".contains(" who ")
        if groupings.isEmpty, asksWho, frame.order != nil || frame.values(of: "deal").count == 1 {
            groupings = ["deal_owner"]
        }
        guard groupings.allSatisfy({ ["deal_stage", "deal_owner", "deal_account", "region"].contains($0) }) else {
            return nil
        }

        var arguments = JSONObject()
        func name(_ dimension: String) -> String? { frame.values(of: dimension).first }
        let period = Self.known(frame.periods.first?.period, situation)?
            .json(fiscalYearStart: situation.settings.fiscalYearStart)
        if let owner = name("deal_owner") { arguments["owner"] = .string(owner) }
        if let region = name("region") { arguments["region"] = .string(region) }
        let asksForOne =
            frame.has("next_step") || frame.has("probability") || frame.has("activity") || frame.has("closing")
        // The best seller is told by what was won.
        let status = name("deal_status") ?? (asksOwner && !isSubject && !isNamed ? "won" : nil)
        let isSearch =
            name("deal_stage") != nil || name("deal_account") != nil || name("deal") != nil
            || (status != nil && status != "open") || frame.has("at_risk") || frame.order != nil || frame.limit != nil
            || !frame.thresholds.isEmpty || asksForOne || groupings.contains { $0 != "deal_stage" }
            || (frame.form == .which && !groupings.contains("deal_stage"))
            || frame.isAbout("deals") && (frame.has("list") || Self.wantsList(frame))

        if !isSearch {
            if let period { arguments["period"] = period }
            if frame.isAbout("win_rate") {
                shape = .winRate
            } else if frame.isAbout("deal_size") || frame.isAbout("deals") && frame.has("average") {
                shape = .size
            } else {
                shape = groupings.contains("deal_stage") || frame.has("breakdown") ? .stages : .overview
            }
            call = PlannedCall("pipeline_overview", arguments)
            return
        }
        if frame.isAbout("win_rate") || frame.isAbout("deal_size") && !frame.has("at_risk") {
            if let period { arguments["period"] = period }
            shape = frame.isAbout("win_rate") ? .winRate : .size
            call = PlannedCall("pipeline_overview", arguments)
            return
        }
        if let stage = name("deal_stage") {
            arguments["stage"] = .string(stage)
            if stage.lowercased().contains("won") || stage.lowercased().contains("lost") { arguments["status"] = "all" }
        }
        if let account = name("deal_account") { arguments["account"] = .string(account) }
        if let text = name("deal") { arguments["text"] = .string(text) }
        if let status {
            arguments["status"] = .string(status)
        } else if name("deal") != nil {
            arguments["status"] = "all"
        }
        if frame.has("at_risk") { arguments["at_risk"] = true }
        let isNarrowed = frame.thresholds.contains(where: \.isPercent) || frame.has("next_step") && frame.isNegated
        if isNarrowed { arguments["limit"] = 500 }
        for threshold in frame.thresholds where !threshold.isPercent {
            arguments[threshold.isAbove ? "min_amount" : "max_amount"] = .exact(threshold.value)
        }
        if let period { arguments["close_period"] = period }
        Self.order(frame, &arguments)
        if !groupings.isEmpty {
            arguments["limit"] = 500
            shape = .groups
        } else {
            if let limit = frame.limit { arguments["limit"] = .integer(limit) }
            shape = frame.form == .count ? .count : .list
        }
        call = PlannedCall("deal_search", arguments)
    }

    /// "Before March" begins with the data, not with the calendar.
    private static func known(_ period: Period?, _ situation: Situation) -> Period? {
        guard let period, let first = situation.vocabulary.firstDate, period.start < first, period.unit == nil else {
            return period
        }
        let start = situation.settings.fiscalYearStart
        return Period(start: min(first, period.end), end: period.end, fiscalYearStart: start)
    }

    /// "Show me the open deals" wants deals, "how many open deals" a number.
    private static func wantsList(_ frame: Frame) -> Bool {
        guard frame.form == .other else { return false }
        let text = frame.text.lowercased()
        return ["show", "list", "give me", "what are", "name the", "tell me about"].contains { text.contains($0) }
            || text.split(separator: " ").count <= 4 && text.contains("deals") && !frame.periods.isEmpty
    }

    private static func order(_ frame: Frame, _ arguments: inout JSONObject) {
        if let order = frame.order {
            arguments["order_by"] = frame.has("probability") ? "probability" : "amount"
            arguments["order"] = .string(order.rawValue)
        } else if frame.has("closing") {
            arguments["order_by"] = "close_date"
            arguments["order"] = "asc"
        } else if frame.has("activity") {
            arguments["order_by"] = "last_activity_date"
            arguments["order"] = "asc"
        } else {
            arguments["order_by"] = "amount"
            arguments["order"] = "desc"
        }
    }
}
