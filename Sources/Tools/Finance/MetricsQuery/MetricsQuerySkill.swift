package import AgentRuntime

/// Reads questions about figures of the ledger and words their answers: values, comparisons, breakdowns, series,
/// shares, ratios, averages, counts.
package struct MetricsQuerySkill: Skill {
    package let name = "metrics"
    package let words: [VocabularyEntry] = FinanceWords.entries
    package let phrases: [Phrase] = MetricsPhrase.all

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard let question = MetricsQuestion(frame, situation) else { return [] }
        var slots: Set<String> = [
            "metric", "value", "dimension", "period", "comparison", "granularity", "order", "number", "chart",
            "subject:overview",
        ]
        for cue in Self.cues { slots.insert("cue:" + cue) }
        var plan = SkillPlan(
            skill: name,
            calls: question.calls,
            data: question.data,
            frame: frame,
            uses: slots,
            preference: question.preference
        )
        plan.assumedPeriods = question.assumedPeriods
        return [plan]
    }

    private static let cues = [
        "compare", "difference", "share", "share_of", "ratio", "average", "total", "change", "up", "down", "over",
        "under", "hit", "trend", "breakdown", "count", "list", "exclude", "include", "again", "rate",
    ]

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        MetricsAnswer(question, situation).draft()
    }

    package func suggestions(in situation: Situation) -> [String] {
        let vocabulary = situation.vocabulary
        let last = vocabulary.lastDate ?? situation.today
        let month = situation.calendar.period(.month, containing: min(last, situation.today))
        let quarter = situation.calendar.period(.quarter, containing: min(last, situation.today))
        var questions = ["What was revenue in \(situation.label(month))?"]
        if vocabulary.values(of: "vendor").count > 1 {
            questions.append("Which vendors do we spend the most with this year?")
        }
        if vocabulary.values(of: "region").count > 1 {
            questions.append("Revenue by region in \(situation.label(quarter))")
        }
        if !vocabulary.lacking.contains("budget") {
            questions.append("Are operating expenses over budget in \(situation.label(month))?")
        }
        questions.append("Show the monthly trend of revenue")
        return questions
    }
}

/// The sentences of the skill.
enum MetricsPhrase {
    static let value = Phrase("metric_value", "subject", "period", "value")
    static let toDate = Phrase("metric_to_date", "unit", "date")
    static let againstBudget = Phrase("metric_against_budget", "baseline", "difference", "side", "percent", "verdict")
    static let onBudget = Phrase("metric_on_budget", "baseline")
    static let change = Phrase("metric_change", "direction", "by", "baseline", "period", "exact")
    static let unchanged = Phrase("metric_unchanged", "baseline", "period")
    static let points = Phrase("metric_points", "direction", "by", "baseline", "period")
    static let noBaseline = Phrase("metric_no_baseline", "what")
    static let nothing = Phrase("metric_nothing", "subject", "period")
    static let undefined = Phrase("metric_undefined", "subject", "period")
    static let planned = Phrase("metric_planned", "subject", "period", "value")
    static let by = Phrase("metric_by", "dimension")
    static let row = Phrase("metric_row", "name", "value", "detail")
    static let more = Phrase("metric_more", "count")
    static let leader = Phrase("metric_leader", "name", "rank", "subject", "period", "value", "detail")
    static let leaders = Phrase("metric_leaders", "name", "rank", "subject", "period", "value", "detail")
    static let noneMatch = Phrase("metric_none_match", "dimension", "condition", "period")
    static let undivided = Phrase("metric_undivided", "what", "dimension", "dimensions", "period")
    static let undividedNote = Phrase("metric_undivided_note", "what", "dimension")
    static let unplanned = Phrase("metric_unplanned", "what", "dimension", "dimensions", "period")
    static let trend = Phrase("metric_trend", "first", "last", "direction", "by")
    static let trendFlat = Phrase("metric_trend_flat", "first", "last")
    static let extremes = Phrase("metric_extremes", "high_label", "high", "low_label", "low")
    static let share = Phrase("metric_share", "part", "percent", "whole", "period", "value", "total")
    static let ratio = Phrase("metric_ratio", "numerator", "denominator", "percent", "period", "value", "total")
    static let average = Phrase("metric_average", "subject", "unit", "period", "value")
    static let averageTotal = Phrase("metric_average_total", "total", "count", "unit")
    static let count = Phrase("metric_count", "count", "dimension", "subject", "period")
    static let ahead = Phrase("metric_ahead", "first", "second", "difference", "percent")
    static let level = Phrase("metric_level", "first", "second")
    static let sources = Phrase("metric_sources", "sources")
    static let sourceRows = Phrase("metric_source_rows", "name", "count")
    static let matching = Phrase("metric_matching", "condition")
    static let noPoint = Phrase("metric_no_point", "condition")
    static let partBaseline = Phrase("metric_part_baseline")
    static let together = Phrase("metric_together", "value")
    static let used = Phrase("metric_used", "percent")
    static let yes = Phrase("verdict_yes")
    static let no = Phrase("verdict_no")

    static let all = [
        value, toDate, againstBudget, onBudget, change, unchanged, points, noBaseline, nothing, undefined, planned, by,
        row, more, leader, leaders, noneMatch, undivided, undividedNote, unplanned, trend, trendFlat, extremes, share,
        ratio, average,
        averageTotal, count, ahead,
        level, sources, sourceRows, matching, noPoint, partBaseline, together, used, yes, no,
    ]
}
