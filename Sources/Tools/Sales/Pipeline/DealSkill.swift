package import AgentRuntime

/// Reads questions about deals: the pipeline as a whole, and single deals by stage, owner, account, risk or date.
package struct DealSkill: Skill {
    package let name = "deals"
    package let words: [VocabularyEntry] = DealWords.entries
    package let phrases: [Phrase] = DealPhrase.all

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        var frame = frame
        let id = Self.identifier(&frame)
        guard let question = DealQuestion(frame, situation, id: id) else { return [] }
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
                data: ["shape": .string(question.shape.rawValue), "rank": .string(question.rank.rawValue)],
                frame: frame,
                uses: slots,
                preference: 1
            )
        ]
    }

    /// The identifier of a deal ("D-012"), where the rest of the question can be about deals alone.
    private static func identifier(_ frame: inout Frame) -> String? {
        guard frame.metrics.isEmpty, frame.values(of: "deal").isEmpty,
            frame.subjects.allSatisfy({ $0 == "deals" || $0 == "pipeline" }),
            frame.isAbout("deals") || frame.groupings == ["deal_owner"]
                || ["closing", "next_step", "activity", "probability", "at_risk"].contains(where: { frame.has($0) })
        else { return nil }
        let words = frame.unexplained.filter { !$0.isTolerable && $0.text.contains(where: \.isNumber) }
        guard words.count == 1, let word = words.first, !word.text.contains("%") else { return nil }
        // A bare number may be anything unless the word "deal" stands by.
        guard word.text.contains(where: \.isLetter) || frame.isAbout("deals") else { return nil }
        frame.unexplained.removeAll { $0 == word }
        frame.weights["value", default: 0] += 1
        return word.text
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
        case winRates = "win_rates"
        case size, list, count, groups
    }

    let call: PlannedCall
    let shape: Shape
    /// What groups are told by, the first of `DealGroups.Rank` unless the question names another.
    let rank: DealGroups.Rank

    private static let dimensions: Set<String> = [
        "deal_stage", "deal_owner", "deal_account", "deal_status", "deal", "region",
    ]
    /// Values that speak of deals even when the word is not said.
    private static let own: Set<String> = ["deal_owner", "deal_account", "deal", "deal_stage"]
    /// What deals can be grouped by, as the tools name it.
    private static let groups: [String: DealGroups.Dimension] = [
        "deal_owner": .owner, "deal_account": .account, "region": .region, "deal_stage": .stage,
        "deal_status": .status,
    ]
    /// Of several values of one of these the totals of each are told, in this order.
    private static let split = ["deal_owner", "region", "deal_account", "deal_stage", "deal_status"]

    init?(_ frame: Frame, _ situation: Situation, id: String? = nil) {
        let subjects: Set<String> = ["pipeline", "deals", "win_rate", "deal_size"]
        let isSubject = frame.subjects.contains(where: subjects.contains)
        let isNamed = id != nil || frame.filters.contains { Self.own.contains($0.dimension) }
        let isRisk = frame.has("at_risk") && frame.metrics.isEmpty
        // "How much have we won this year" is about deals, though it names none.
        let isOutcome =
            frame.metrics.isEmpty && ["won", "lost"].contains(frame.values(of: "deal_status").first)
            && frame.groupings.allSatisfy { $0 == "deal_owner" }
        let asksOwner = frame.groupings == ["deal_owner"] && frame.metrics.isEmpty
        guard isSubject || isNamed || isRisk || isOutcome || asksOwner,
            frame.filters.allSatisfy({ Self.dimensions.contains($0.dimension) && !$0.isExcluded })
        else { return nil }
        guard frame.metrics.isEmpty || isSubject else { return nil }
        // A rank needs something to rank; a customer's name alone is none.
        guard isSubject || isRisk || asksOwner || frame.order == nil else { return nil }
        let isOneDeal = id != nil || frame.values(of: "deal").count == 1
        var groupings = frame.groupings.map { $0 == "account" ? "deal_account" : $0 }
        // "Which of those are at risk" wants deals, however the question before divided them.
        if frame.form == .which, frame.leansBack, isRisk { groupings = [] }
        let asksWho = " \(frame.text.lowercased()) ".contains(" who ")
        if groupings.isEmpty, asksWho, frame.order != nil || isOneDeal { groupings = ["deal_owner"] }
        guard groupings.allSatisfy({ Self.groups[$0] != nil }) else { return nil }
        // The deals owned by one person are a list, not a group of one.
        let isOwnedBy = !isOneDeal && groupings.contains { frame.values(of: $0).count == 1 } && frame.order == nil
        if isOwnedBy { groupings.removeAll { frame.values(of: $0).count == 1 } }
        let wantsList = frame.form == .which || frame.has("list") || Self.wantsList(frame)
        let isWinRate = frame.isAbout("win_rate")
        let isAverage =
            !isWinRate && !frame.has("probability") && !frame.has("at_risk")
            && (frame.isAbout("deal_size") || frame.has("average") && (frame.isAbout("deals") || isNamed || isOutcome))
        if groupings.isEmpty, !wantsList, frame.order == nil || isWinRate {
            groupings = Self.split.filter { frame.values(of: $0).count > 1 }.prefix(1).map(\.self)
        }

        var arguments = JSONObject()
        func names(_ dimension: String) -> JSONValue? { frame.argument(of: dimension) }
        let period = Self.known(frame.periods.first?.period, situation)?
            .json(fiscalYearStart: situation.settings.fiscalYearStart)
        if let owner = names("deal_owner") { arguments["owner"] = owner }
        if let region = names("region") { arguments["region"] = region }
        let asksForOne =
            frame.has("next_step") || frame.has("probability") || frame.has("activity") || frame.has("closing")
        // The best seller is told by what was won.
        let best: JSONValue? = asksOwner && !isSubject && !isNamed ? "won" : nil
        let status: JSONValue? = names("deal_status") ?? best
        let groupNames = groupings.compactMap { Self.groups[$0] }.map { JSONValue.string($0.rawValue) }
        let groupBy: JSONValue? = groupNames.count > 1 ? .array(groupNames) : groupNames.first

        if isWinRate {
            // How deals end is no matter of a stage that is still open, nor of one way to end.
            guard frame.values(of: "deal").isEmpty, id == nil, !frame.has("at_risk"),
                frame.values(of: "deal_stage").allSatisfy({ DealStatus(stage: $0) != .open }),
                !groupings.contains("deal_stage"), !frame.thresholds.contains(where: \.isPercent)
            else { return nil }
            if let account = names("deal_account") { arguments["account"] = account }
            Self.bound(frame, &arguments)
            if let period { arguments["period"] = period }
            groupings.removeAll { $0 == "deal_status" }
            if !groupings.isEmpty, let groupBy {
                arguments["group_by"] = groupBy
                if frame.order == .ascending { arguments["order"] = "asc" }
            }
            shape = groupings.isEmpty ? .winRate : .winRates
            rank = .winRate
            call = PlannedCall("pipeline_overview", arguments)
            return
        }
        rank = isAverage ? .average : Self.rank(frame)
        let isSearch =
            isOwnedBy || id != nil || names("deal_stage") != nil || names("deal_account") != nil
            || names("deal") != nil || (status != nil && status != .string("open")) || frame.has("at_risk")
            || frame.order != nil || frame.limit != nil
            || !frame.thresholds.isEmpty || asksForOne || groupings.contains { $0 != "deal_stage" }
            || isAverage && !groupings.isEmpty
            || (frame.form == .which && !groupings.contains("deal_stage"))
            || frame.isAbout("deals") && (frame.has("list") || Self.wantsList(frame))

        if !isSearch {
            if let period { arguments["period"] = period }
            if isAverage {
                shape = .size
            } else {
                shape = groupings.contains("deal_stage") || frame.has("breakdown") ? .stages : .overview
            }
            call = PlannedCall("pipeline_overview", arguments)
            return
        }
        if let id { arguments["id"] = .string(id) }
        if let stage = names("deal_stage") {
            arguments["stage"] = stage
            if frame.values(of: "deal_stage").contains(where: { DealStatus(stage: $0) != .open }) {
                arguments["status"] = "all"
            }
        }
        if let account = names("deal_account") { arguments["account"] = account }
        if let text = frame.values(of: "deal").first { arguments["text"] = .string(text) }
        if let status {
            arguments["status"] = status
        } else if names("deal") != nil {
            arguments["status"] = "all"
        }
        if frame.has("at_risk") { arguments["at_risk"] = true }
        let isNarrowed = frame.thresholds.contains(where: \.isPercent) || frame.has("next_step") && frame.isNegated
        if isNarrowed { arguments["limit"] = 500 }
        Self.bound(frame, &arguments)
        if let period { arguments["close_period"] = period }
        Self.order(frame, &arguments)
        if let groupBy, !isOneDeal {
            arguments["group_by"] = groupBy
            if rank != .amount { arguments["rank_by"] = .string(rank.rawValue) }
            arguments["order"] = frame.order == .ascending ? "asc" : "desc"
            shape = .groups
        } else if groupBy != nil {
            shape = .groups
        } else {
            if let limit = frame.limit { arguments["limit"] = .integer(limit) }
            shape = isAverage ? .size : frame.form == .count ? .count : .list
        }
        call = PlannedCall("deal_search", arguments)
    }

    private static func bound(_ frame: Frame, _ arguments: inout JSONObject) {
        for threshold in frame.thresholds where !threshold.isPercent {
            arguments[threshold.isAbove ? "min_amount" : "max_amount"] = .exact(threshold.value)
        }
    }

    /// "The most deals" counts them, "the most pipeline" adds them up.
    private static func rank(_ frame: Frame) -> DealGroups.Rank {
        if frame.has("weighted") { return .weighted }
        if frame.form == .count || frame.has("count") { return .count }
        guard frame.order != nil, frame.isAbout("deals"), !frame.isAbout("pipeline") else { return .amount }
        let words = Tokenizer.words(of: frame.text)
        let isAmount = words.contains { ["amount", "value", "worth", "money", "volume", "total"].contains($0) }
        let isCount = words.contains { ["most", "fewest", "least", "more", "fewer"].contains($0) }
        return isCount && !isAmount ? .count : .amount
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

extension Frame {
    /// The values of a dimension as tools take them: one as a text, several as a list.
    func argument(of dimension: String) -> JSONValue? {
        let values = values(of: dimension)
        return values.count > 1 ? .array(values.map(JSONValue.string)) : values.first.map(JSONValue.string)
    }
}
