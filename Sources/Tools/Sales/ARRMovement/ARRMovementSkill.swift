package import AgentRuntime

/// Reads questions about recurring revenue: how much there is, what moved it, how much of it was kept.
package struct ARRMovementSkill: Skill {
    package let name = "arr"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(
            .cue(":arr"),
            "arr|annual recurring revenue|annualised recurring revenue|annualized recurring revenue|recurring revenue|"
                + "recurring revenues|yearly recurring revenue|arr growth"
        )
        + FinanceWords.entries(.cue(":mrr"), "mrr|monthly recurring revenue|mrr growth")
        + FinanceWords.entries(
            .cue(":ndr"),
            "ndr|nrr|net dollar retention|net revenue retention|net retention|net dollar retention rate|"
                + "net revenue retention rate|net retention rate|dollar retention|revenue retention"
        )
        + FinanceWords.entries(
            .cue(":grr"),
            "grr|gdr|gross dollar retention|gross revenue retention|gross retention|gross dollar retention rate|"
                + "gross revenue retention rate|gross retention rate"
        )
        + FinanceWords.entries(
            .cue(":logo_retention"),
            "logo retention|customer retention|customer retention rate|logo retention rate|retention rate|logo churn"
        )
        + FinanceWords.entries(
            .cue(":arr_bridge"),
            "arr bridge|arr movement|arr movements|arr waterfall|arr walk|arr roll forward|arr rollforward|"
                + "arr snowball|net new arr|mrr bridge|mrr movement|mrr movements|mrr waterfall|net new mrr"
        )
        + FinanceWords.entries(
            .cue(":arr_new"),
            "new arr|new business arr|arr from new customers|new logo arr|new customer arr|new mrr|arr did we win|"
                + "arr we won|arr have we won|arr did we sign|arr did we land|arr was won"
        )
        + FinanceWords.entries(
            .cue(":arr_expansion"),
            "expansion arr|arr expansion|upsell arr|expansion mrr|expansion revenue|arr from expansion|arr from upsell"
        )
        + FinanceWords.entries(
            .cue(":arr_contraction"),
            "contraction arr|arr contraction|downgrade arr|contraction mrr|arr from downgrades|arr lost to downgrades"
        )
        + FinanceWords.entries(
            .cue(":arr_churn"),
            "churned arr|arr churn|churn arr|revenue churn|gross churn|revenue churn rate|mrr churn|churned mrr|"
                + "arr lost to churn"
        )
        + FinanceWords.entries(
            .cue(":arr_lost"),
            "lost arr|arr lost|arr loss|arr losses|loss of arr|lost mrr|arr did we lose|arr we lost|arr have we lost|"
                + "arr was lost|mrr did we lose|recurring revenue did we lose|lose arr|losing arr"
        )
        + FinanceWords.entries(
            .cue(":arr_gained"),
            "gained arr|added arr|arr did we add|arr we added|arr have we added|arr was added|arr did we gain|"
                + "mrr did we add|recurring revenue did we add"
        )
    package let phrases = ARRAnswer.phrases

    private static let subjects: Set<String> = [
        "arr", "mrr", "ndr", "grr", "logo_retention", "arr_bridge", "arr_new", "arr_expansion", "arr_contraction",
        "arr_churn", "arr_lost", "arr_gained",
    ]
    private static let retentions = ["ndr", "grr", "logo_retention"]
    /// The tool's names of what questions divide by.
    private static let divisions = [
        "product": "plan", "plan": "plan", "lob": "segment", "customer_segment": "segment", "region": "region",
        "account": "customer",
    ]
    private static let filters = [
        "customer": "customer", "deal_account": "customer", "customer_segment": "segment", "lob": "segment",
        "region": "region", "plan": "plan",
    ]
    /// Words of this business that need no place of their own.
    private static let tolerable: Set<String> = [
        "win", "won", "sign", "signed", "add", "added", "adding", "land", "landed", "upsold", "subscription",
        "subscriptions", "subscriber", "subscribers", "movement", "movements", "existing", "retain", "retained",
        "keep", "kept", "expansion", "expansions", "contraction", "contractions", "downgrade", "downgrades", "upsell",
        "upsells", "reactivated", "reactivation", "plan", "plans", "annual", "yearly", "logo", "logos",
    ]

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let asked = frame.subjects.filter(Self.subjects.contains)
        guard !asked.isEmpty, frame.metrics.isEmpty, frame.tense != .future, !frame.has("forecast"),
            !frame.has("what_if"), frame.thresholds.isEmpty, frame.periods.count <= 2
        else { return [] }
        let words = Set(Tokenizer.words(of: frame.text))
        let isByPlan = !words.isDisjoint(with: ["plan", "plans"]) && !words.isDisjoint(with: ["by", "per", "each"])
        var arguments = JSONObject()
        // "Won" and "lost" are words of deals too; here they say which way the revenue moved.
        for filter in frame.filters where filter.dimension != "deal_status" {
            guard let name = Self.filters[filter.dimension], !filter.isExcluded, filter.values.count == 1 else {
                return []
            }
            arguments[name] = .string(filter.values[0])
        }
        var division: String?
        for grouping in frame.groupings {
            guard let name = Self.divisions[grouping], division == nil || division == name else { return [] }
            division = name
        }
        if isByPlan { division = division ?? "plan" }
        let isOfCustomers = frame.isAbout("customers") || frame.has("lifetime")
        if division == nil, isOfCustomers, frame.order != nil || frame.has("lifetime") || words.contains("by") {
            division = "customer"
        }
        let focus = Self.focus(frame, asked, words, division)
        if let division, focus == "groups" { arguments["group_by"] = .string(division) }
        if focus == "series", let step = frame.granularity {
            guard ARRMovement.steps.contains(step) else { return [] }
            arguments["granularity"] = .string(step)
        }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        let comparisons = frame.comparisons.filter { !(isByPlan && $0 == "budget") }
        guard !comparisons.contains("budget"), !comparisons.contains("prior_week") else { return [] }
        let (spans, isAssumed) = periods(frame, focus: focus, comparison: comparisons.first, situation)
        var slots: Set<String> = [
            "subject:customers", "value", "dimension", "period", "granularity", "order", "number", "chart",
            "comparison",
        ]
        for subject in Self.subjects { slots.insert("subject:" + subject) }
        for cue in [
            "change", "up", "down", "churn", "total", "list", "include", "again", "count", "breakdown", "trend",
            "compare", "difference", "lifetime", "rate", "why", "hit",
        ] { slots.insert("cue:" + cue) }
        var plan = SkillPlan(
            skill: name,
            calls: spans.map { span in
                var arguments = arguments
                arguments["period"] = span.period.json(fiscalYearStart: situation.settings.fiscalYearStart)
                return PlannedCall(ARRMovementTool.name, arguments)
            },
            data: ["focus": .string(focus), "subjects": .array(asked.map(JSONValue.string))],
            frame: frame,
            uses: slots,
            preference: 5
        )
        plan.unplaced = plan.unplaced.filter { !Self.tolerable.contains($0.lowercased()) }
        if isAssumed { plan.assumedPeriods = spans }
        return [plan]
    }

    /// What of the tool's result is worded.
    private static func focus(_ frame: Frame, _ asked: [String], _ words: Set<String>, _ division: String?) -> String {
        func says(_ some: String...) -> Bool { !words.isDisjoint(with: some) }
        if asked.contains(where: retentions.contains) { return "retention" }
        if frame.granularity != nil || frame.has("trend") { return "series" }
        if asked.contains("arr_new") { return "new" }
        if asked.contains("arr_expansion") { return "expansion" }
        if asked.contains("arr_contraction") { return "contraction" }
        if asked.contains("arr_churn") { return "churn" }
        if asked.contains("arr_lost") { return "lost" }
        if asked.contains("arr_gained") { return "gained" }
        if asked.contains("arr_bridge") || frame.chart == "waterfall" || frame.has("why") { return "bridge" }
        if division != nil { return "groups" }
        if says("upsell", "upsells", "upsold", "expansion", "expansions") { return "expansion" }
        if says("downgrade", "downgrades", "contraction", "contractions") { return "contraction" }
        if words.contains(where: { $0.hasPrefix("churn") }) { return "churn" }
        if says("lose", "lost", "losing", "loss", "losses") { return "lost" }
        if says("won", "win", "signed", "sign", "landed", "land", "new") { return "new" }
        if says("add", "added", "adding", "gain", "gained") { return "gained" }
        if says("movement", "movements", "moved") { return "bridge" }
        return "level"
    }

    /// The stretches that are asked about, the later first; and whether none was named.
    private func periods(
        _ frame: Frame,
        focus: String,
        comparison: String?,
        _ situation: Situation
    ) -> ([Frame.Span], Bool) {
        func span(_ period: Period) -> Frame.Span {
            Frame.Span(words: "", period: period, isToDate: period.contains(situation.today))
        }
        func trailing(_ months: Int) -> Frame.Span {
            let month = situation.current(.month)
            let start = month.start.adding(months: 1 - months)
            let period = Period(start: start, end: month.end, fiscalYearStart: situation.settings.fiscalYearStart)
            return span(period ?? month)
        }
        var spans = frame.periods
        if spans.count == 1, frame.hasBaseline, let unit = spans[0].period.unit {
            spans.insert(span(situation.current(unit)), at: 0)
        }
        if spans.count == 2 {
            if spans[0].period.start < spans[1].period.start { spans.swapAt(0, 1) }
            return (spans[0].period == spans[1].period ? [spans[0]] : spans, false)
        }
        if let only = spans.first {
            switch comparison {
            case "prior_year": return ([only, span(only.period.priorYear())], false)
            case .some where focus != "level": return ([only, span(only.period.previous())], false)
            default: return (spans, false)
            }
        }
        switch comparison {
        case "prior_month", "prior_period": return ([span(situation.current(.month))], true)
        case "prior_quarter": return ([span(situation.current(.quarter))], true)
        default: break
        }
        let isChange = frame.has("change") || frame.has("up") || frame.has("down") || comparison != nil
        switch focus {
        case "level" where !isChange, "groups": return ([span(situation.current(.month))], true)
        case "series" where frame.granularity == "quarter": return ([trailing(24)], true)
        case "series" where frame.granularity == "year": return ([trailing(48)], true)
        default: return ([trailing(12)], true)
        }
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        ARRAnswer(question: question, situation: situation).draft()
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}
