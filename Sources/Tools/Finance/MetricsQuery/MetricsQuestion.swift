internal import AgentRuntime

/// A frame read as a question about figures: which calls answer it, and what shape the answer has.
struct MetricsQuestion {
    /// The shape of the answer; recorded with the plan.
    enum Shape: String {
        case value, planned, breakdown, leader, series, share, ratio, average, count, pair, several
    }

    private(set) var calls: [PlannedCall] = []
    private(set) var data: JSONObject = [:]
    private(set) var preference = 0
    /// The time that is answered for, where the frame names none.
    private(set) var assumedPeriods: [Frame.Span] = []

    private let frame: Frame
    private let situation: Situation
    private let isPlanQuestion: Bool
    private var metrics: [String]
    private var filters: [Frame.Filter]
    private var groupings: [String]
    private var comparison: JSONValue?
    private var periods: [Frame.Span]

    /// `nil` when the frame asks for no figure of the ledger.
    init?(_ frame: Frame, _ situation: Situation) {
        self.frame = frame
        self.situation = situation
        isPlanQuestion = Self.asksForPlan(frame)
        groupings = frame.groupings.filter(Self.dimensions.contains)
        filters = frame.filters
        metrics = frame.metrics
        periods = frame.periods
        guard frame.groupings.count == groupings.count, frame.tense != .future || isPlanQuestion else { return nil }
        guard filters.allSatisfy({ Self.dimensions.contains($0.dimension) || $0.dimension == "metric" }) else {
            return nil
        }
        chooseMetric()
        guard !metrics.isEmpty, metrics.count <= 4 else { return nil }
        // "How many employees" is no question about the account of that name: the ledger counts money only.
        if frame.form == .count, groupings.isEmpty, metrics.allSatisfy({ $0.hasPrefix("account:") }) { return nil }
        settleFilters()
        settlePeriods()
        settleComparison()
        build()
    }

    private static let dimensions: Set<String> = [
        "region", "lob", "product", "department", "vendor", "account", "source", "section",
    ]
    private static let costMetrics: Set<String> = ["costs", "spend", "opex", "cogs", "other"]
    private static let soldBy: Set<String> = ["region", "lob", "product", "source"]

    // MARK: What is measured

    private mutating func chooseMetric() {
        if frame.inheritsSubject, let metric = metrics.first, !frame.groupings.isEmpty, metrics.count == 1 {
            // A breakdown by vendor of what is not spent says nothing.
            if groupings.contains("vendor"), ["revenue", "gross_profit", "net_income"].contains(metric) {
                metrics = ["spend"]
            }
        }
        if metrics.contains("costs"), metrics.count == 1, needsSpend { metrics = ["spend"] }
        guard metrics.isEmpty else { return }
        let named = groupings + filters.map(\.dimension)
        if let dimension = named.first(where: Self.dimensions.contains) {
            preference = -1
            let isCost = ["vendor", "department", "account"].contains(dimension)
            metrics = [
                isCost
                    ? (frame.has("over") || frame.has("under") || !frame.comparisons.isEmpty
                        || dimension == "account" && saysCost
                        ? "costs" : "spend")
                    : "revenue"
            ]
            if frame.form == .other, frame.order == nil, frame.cues.isEmpty, frame.comparisons.isEmpty,
                frame.periods.isEmpty,
                groupings.isEmpty
            {
                preference = -2
            }
        } else if frame.subjects.isEmpty, frame.words.contains(where: { $0.hasPrefix("grow") || $0 == "grew" }) {
            // "How fast are we growing" is about sales.
            preference = -1
            metrics = ["revenue"]
        } else if isPlanQuestion, frame.subjects.isEmpty {
            preference = -1
            metrics = ["revenue", "costs"]
        } else if frame.order != nil, frame.granularity != nil, frame.subjects.isEmpty {
            // "Our best month" is told by sales.
            preference = -1
            metrics = ["revenue"]
        } else if frame.comparisons.contains("budget"),
            frame.has("over") || frame.has("under") || frame.has("hit") || frame.form == .yesNo
        {
            preference = -1
            metrics = [isAchievement ? (isBudgetWord ? "net_income" : "revenue") : "costs"]
        }
    }

    /// "Did we beat the budget" asks how well the business did, "are we within budget" what it cost.
    private var isAchievement: Bool {
        let words = Tokenizer.words(of: frame.text)
        guard !words.contains("within"), !words.contains("on") else { return false }
        return frame.has("hit")
            || words.contains { word in
                ["beat", "surpass", "outperform", "miss", "behind", "ahead", "short"].contains { word.hasPrefix($0) }
            }
    }

    /// "Cost categories" are parts of the costs.
    private var saysCost: Bool { frame.words.contains { $0.hasPrefix("cost") || $0.hasPrefix("expens") } }

    /// Spend with a vendor takes in what is booked below the operating line.
    private var needsSpend: Bool {
        groupings.contains("vendor") || filters.contains { $0.dimension == "vendor" }
    }

    /// "Did we stay within budget" is about costs, "did we hit the target" about revenue.
    private var isBudgetWord: Bool { frame.words.contains { $0.hasPrefix("budget") } }

    /// Whether the plan itself is asked for ("the opex budget for Q2"), not how actuals stand against it.
    private static func asksForPlan(_ frame: Frame) -> Bool {
        guard frame.comparisons == ["budget"], frame.form != .yesNo, frame.order == nil, !frame.inheritsSubject,
            !frame.leansBack
        else { return false }
        let comparing = [
            "compare", "difference", "over", "under", "hit", "change", "up", "down", "why", "share", "ratio",
        ]
        return !frame.cues.contains(where: comparing.contains) && !beside.isFound(in: Tokenizer.words(of: frame.text))
    }

    /// "Revenue and budget" asks for both.
    private static let beside = PhraseTable([
        "with budget", "and budget", "to budget", "and plan", "to plan", "with plan",
    ])

    /// Excluded measures become excluded accounts.
    private mutating func settleFilters() {
        filters = filters.map { filter in
            guard filter.dimension == "metric" else { return filter }
            let codes = filter.values.map { $0.hasPrefix("account:") ? String($0.dropFirst(8)) : $0 }
            return Frame.Filter(dimension: "account", values: codes, isExcluded: true)
        }
    }

    // MARK: When

    private mutating func settlePeriods() {
        if periods.count == 1, frame.hasBaseline { settleBaseline() }
        if periods.isEmpty {
            periods = [defaultPeriod]
            assumedPeriods = periods
        }
        // "Ever" begins with the data.
        if let first = situation.vocabulary.firstDate, periods[0].period.start < first, periods[0].period.unit == nil,
            let known = Period(
                start: first,
                end: max(first, periods[0].period.end),
                fiscalYearStart: situation.settings.fiscalYearStart
            )
        {
            periods[0].period = known
        }
        periods = periods.reduce(into: []) { kept, span in
            if !kept.contains(where: { $0.period == span.period }) { kept.append(span) }
        }
        // Two periods set side by side: the later is measured, the earlier it is held against.
        if periods.count == 2, periods[0].period.unit == periods[1].period.unit, !frame.hasBaseline || isComparable {
            if periods[0].period.start < periods[1].period.start { periods.swapAt(0, 1) }
        }
    }

    private var isComparable: Bool { periods[0].period.unit != nil }

    /// "than last month" names the baseline; what is measured is the same unit now.
    private mutating func settleBaseline() {
        let baseline = periods[0]
        guard let unit = baseline.period.unit else { return }
        let current = situation.current(unit)
        guard baseline.period.end < current.start else { return }
        let isRunning = situation.today < current.end
        periods = [Frame.Span(words: "", period: current, isToDate: isRunning), baseline]
    }

    private var defaultPeriod: Frame.Span {
        let today = situation.today
        let year = situation.current(.year)
        // "How many vendors do we have" asks for all that there are.
        if frame.metrics.isEmpty, frame.form == .count || frame.has("list"), let first = situation.vocabulary.firstDate,
            let all = Period(
                start: first,
                end: situation.current(.month).end,
                fiscalYearStart: situation.settings.fiscalYearStart
            )
        {
            return Frame.Span(words: "", period: all, isToDate: today < all.end)
        }
        if frame.granularity == "year" || frame.granularity == "quarter", let first = situation.vocabulary.firstDate {
            let start =
                frame.granularity == "year"
                ? situation.calendar.period(.year, containing: first).start
                : situation.current(.quarter).start.adding(months: -21)
            if let period = Period(
                start: start,
                end: situation.current(.quarter).end,
                fiscalYearStart: situation.settings.fiscalYearStart
            ) {
                return Frame.Span(words: "", period: period, isToDate: today < period.end)
            }
        }
        if frame.has("trend") || frame.granularity.map({ ["month", "week"].contains($0) }) == true {
            let month = situation.current(.month)
            let start = month.start.adding(months: -11)
            let period =
                Period(start: start, end: month.end, fiscalYearStart: situation.settings.fiscalYearStart) ?? year
            return Frame.Span(words: "", period: period, isToDate: today < period.end)
        }
        if frame.comparisons.contains("prior_month") { return span(.month) }
        if frame.comparisons.contains("prior_quarter") { return span(.quarter) }
        if frame.comparisons.contains("budget") { return span(.month) }
        return span(.year)
    }

    private func span(_ unit: Granularity) -> Frame.Span {
        let period = situation.current(unit)
        return Frame.Span(words: "", period: period, isToDate: situation.today < period.end)
    }

    // MARK: Against what

    private mutating func settleComparison() {
        if periods.count == 2, wantsComparison || frame.hasBaseline {
            comparison = self.comparison(of: periods[0], with: periods[1])
            periods = [periods[0]]
            return
        }
        guard let named = frame.comparisons.first(where: { $0 != "budget" || !isPlanQuestion }) else {
            if frame.has("change") || frame.has("up") || frame.has("down") || frame.has("difference")
                || frame.has("rate")
                || isBetterThanBefore || isVariance
            {
                comparison = isStretch ? nil : isVariance ? "budget" : "prior_period"
                // No one named the running year: it is held against the same days of the year before, not all of it.
                if comparison == "prior_period", !assumedPeriods.isEmpty, periods.count == 1, periods[0].isToDate,
                    periods[0].period.unit == .year
                {
                    comparison = "prior_year"
                    compareLikeWithLike()
                    assumedPeriods = periods
                }
            }
            return
        }
        switch named {
        case "prior_month", "prior_quarter", "prior_week": comparison = "prior_period"
        default: comparison = .string(named)
        }
        if named == "prior_year" { compareLikeWithLike() }
    }

    /// Year over year, a period that still runs is held against the same days of the year before.
    private mutating func compareLikeWithLike() {
        guard periods.count == 1, periods[0].isToDate,
            let elapsed = Period(
                start: periods[0].period.start,
                end: situation.today,
                fiscalYearStart: situation.settings.fiscalYearStart
            )
        else { return }
        periods[0].period = elapsed
    }

    /// A variance or an overrun is against the budget, also when that is not said.
    private var isVariance: Bool {
        frame.words.contains { word in
            ["varianc", "overrun", "overspen", "underspen", "underrun"].contains { word.hasPrefix($0) }
        }
    }

    /// How something moved over several months is told by its course, not against the months before.
    private var isStretch: Bool {
        frame.has("change") || frame.has("up") || frame.has("down")
            ? periods.count == 1 && periods[0].period.unit == nil && (periods[0].period.monthCount ?? 0) > 1
                && groupings.isEmpty
            : false
    }

    private var wantsComparison: Bool {
        frame.cues.contains { ["compare", "change", "up", "down", "difference", "over", "under"].contains($0) }
    }

    private var isBetterThanBefore: Bool {
        frame.has("compare") && filters.allSatisfy { $0.values.count < 2 } && metrics.count == 1
            && frame.periods.count < 2 && groupings.isEmpty
    }

    private func comparison(of current: Frame.Span, with baseline: Frame.Span) -> JSONValue {
        if baseline.period == current.period.priorYear() { return "prior_year" }
        if baseline.period == current.period.previous() { return "prior_period" }
        // "March against last year" means March of last year.
        if baseline.period.unit == .year, current.period.unit != .year,
            baseline.period.contains(current.period.priorYear())
        {
            return "prior_year"
        }
        return ["period": period(baseline)]
    }

    private func period(_ span: Frame.Span) -> JSONValue {
        span.period.json(fiscalYearStart: situation.settings.fiscalYearStart)
    }

    // MARK: Calls

    private mutating func build() {
        let pair = frame.isJoined ? nil : filters.first { !$0.isExcluded && $0.values.count > 1 }
        // "By what percentage did revenue grow" asks for a change, not for a part.
        let isChange = comparison != nil && (frame.has("change") || frame.has("up") || frame.has("down"))
        let isShare = (frame.has("share") || frame.has("ratio")) && !isChange
        if isPlanQuestion {
            finish(
                .planned,
                metrics.flatMap { metric in periods.map { call(metric, $0, ["measure": "budget"], groups: groupings) } }
            )
        } else if isShare, metrics.count == 1, frame.comparisons == ["budget"], groupings.isEmpty {
            finish(.value, [call(metrics[0], periods[0], [:])], ["used": true])
        } else if isShare, metrics.count >= 2 {
            finish(
                .ratio,
                metrics.prefix(2).map {
                    call($0, periods[0], [:], groups: Array(groupings.prefix(1)), compare: false)
                }
            )
        } else if isShare, groupings.isEmpty, let part = filters.last(where: { !$0.isExcluded }) {
            let rest = filters.filter { $0 != part }
            finish(
                .share,
                [
                    call(metrics[0], periods[0], [:], compare: false),
                    call(metrics[0], periods[0], [:], filters: rest, compare: false),
                ]
            )
        } else if isShare, groupings.isEmpty, metrics[0].hasPrefix("account:") {
            finish(
                .ratio,
                [
                    call(metrics[0], periods[0], [:], compare: false), call("costs", periods[0], [:], compare: false),
                ]
            )
        } else if frame.has("average"), groupings.isEmpty, comparison == nil {
            let unit = frame.granularity ?? "month"
            finish(
                .average,
                metrics.map { call($0, periods[0], ["granularity": .string(unit)]) },
                ["unit": .string(unit)]
            )
        } else if metrics.count > 1 || periods.count > 1 {
            let calls = metrics.flatMap { metric in
                periods.map { call(metric, $0, granularityArgument, groups: Array(groupings.prefix(1))) }
            }
            finish(
                .several,
                Array(calls.prefix(6)),
                [
                    "pair": .bool(frame.has("compare") || frame.has("difference") || isVersus || isSubtraction),
                    "together": .bool(frame.has("total") && metrics.count > 1 && metrics.allSatisfy(isCost)),
                ]
            )
        } else if frame.form == .count, let dimension = groupings.first {
            finish(
                .count,
                [call(metrics[0], periods[0], [:], groups: [dimension], compare: comparison != nil, limit: 1000)],
                countData
            )
        } else if let pair, groupings.isEmpty || groupings == [pair.dimension] {
            finish(.pair, [call(metrics[0], periods[0], granularityArgument, groups: [pair.dimension])])
        } else if frame.granularity != nil || frame.has("trend") || asksWhen || isStretch && comparison == nil,
            groupings.isEmpty
        {
            series()
        } else if !groupings.isEmpty {
            breakdown()
        } else if let order = frame.order, !isBareMetricOrder {
            // "Our biggest cost" asks for the account.
            let dimension = metrics[0].hasPrefix("account:") ? "vendor" : defaultDimension
            groupings = [dimension]
            breakdown(order)
        } else if frame.has("breakdown")
            || Self.costMetrics.contains(metrics[0]) && frame.text.lowercased().hasPrefix("where ")
        {
            groupings = [defaultDimension]
            breakdown()
        } else if isShare {
            groupings = [defaultDimension]
            breakdown()
        } else {
            value()
        }
    }

    /// Which part of the business a metric is naturally divided by.
    private var defaultDimension: String {
        guard !Self.costMetrics.contains(metrics[0]) else { return "account" }
        for dimension in ["region", "product", "lob", "source"]
        where situation.vocabulary.values(of: dimension).count > 1 {
            return dimension
        }
        return "account"
    }

    private var isBareMetricOrder: Bool {
        !(Self.costMetrics.contains(metrics[0]) || metrics[0] == "revenue" && frame.limit != nil)
            || frame.comparisons.contains("budget") && frame.form == .yesNo
    }

    /// "When did revenue peak" asks for a month.
    private var asksWhen: Bool { frame.order != nil && frame.text.lowercased().hasPrefix("when ") }

    private var isVersus: Bool { frame.has("over") || frame.has("under") }

    /// "Revenue minus costs".
    private var isSubtraction: Bool {
        metrics.count == 2 && ["minus", "less"].contains { Tokenizer.words(of: frame.text).contains($0) }
    }

    private func isCost(_ metric: String) -> Bool {
        guard metric.hasPrefix("account:") else { return Self.costMetrics.contains(metric) }
        return true
    }

    private var granularityArgument: JSONObject {
        guard frame.granularity != nil || frame.has("trend") || asksWhen else { return [:] }
        return ["granularity": .string(granularity)]
    }

    private var granularity: String {
        if let named = frame.granularity { return named }
        guard let months = periods[0].period.monthCount else { return "day" }
        if months == 1 { return "week" }
        // "Over the last four quarters" is told quarter by quarter.
        for (word, length) in [("quarters", 3), ("years", 12)] where months > length && months.isMultiple(of: length) {
            if Tokenizer.words(of: periods[0].words).contains(word) { return String(word.dropLast()) }
        }
        return months > 24 ? "quarter" : "month"
    }

    private mutating func value() {
        var arguments = JSONObject()
        let isPlain = comparison == nil && metrics.count == 1 && periods.count == 1
        if isPlain, !periods[0].isToDate, periods[0].period.unit.map({ $0 > .week }) == true, frame.form != .yesNo {
            comparison = "prior_period"
            data["unasked_comparison"] = true
        }
        var groups: [String] = []
        if isPlain, metrics[0] == "revenue", filters.isEmpty, frame.form != .yesNo,
            (2...8).contains(situation.vocabulary.values(of: "region").count)
        {
            groups = ["region"]
        }
        arguments = granularityArgument
        finish(.value, [call(metrics[0], periods[0], arguments, groups: groups)])
    }

    private mutating func series() {
        var arguments: JSONObject = ["granularity": .string(granularity)]
        if let period = periods[0].period.monthCount, period == 1, granularity == "month" || granularity == "quarter" {
            arguments = [:]
        }
        if periods[0].period.unit.map({ $0.rawValue == granularity }) == true { arguments = [:] }
        if arguments.isEmpty {
            value()
        } else {
            finish(.series, [call(metrics[0], periods[0], arguments)])
        }
    }

    private mutating func breakdown(_ order: SortOrder? = nil) {
        let isByChange =
            comparison != nil
            && (frame.has("rate") || frame.has("over") || frame.has("under") || frame.has("change")
                || frame.has("up") || frame.has("down") || frame.has("difference") || frame.has("hit"))
        let direction = self.direction(order ?? frame.order, isByChange: isByChange)
        let calls = groupings.prefix(2).map { dimension in
            call(
                metrics[0],
                periods[0],
                granularityArgument.merging([
                    "order": .string(direction), "order_by": isByChange ? "difference" : "value",
                ]),
                groups: [dimension],
                limit: frame.thresholds.isEmpty && !isByChange ? frame.limit.map { $0 + 1 } : nil
            )
        }
        var more: JSONObject = ["by_change": .bool(isByChange), "direction": .string(direction)]
        if isByChange, frame.has("under") || frame.has("down") || frame.has("over") || frame.has("up") {
            more["side"] = .string(frame.has("under") || frame.has("down") ? "under" : "over")
        }
        let isLeader =
            frame.order != nil || frame.has("rate") || frame.form == .which && groupings.count == 1 && !isByChange
        finish(isLeader ? .leader : .breakdown, calls, more)
    }

    private func direction(_ order: SortOrder?, isByChange: Bool) -> String {
        if isByChange, frame.has("under") || frame.has("down") { return order == .ascending ? "desc" : "asc" }
        return (order ?? .descending).rawValue
    }

    private var countData: JSONObject {
        guard comparison != nil, frame.has("over") || frame.has("under") else { return [:] }
        return ["side": .string(frame.has("under") ? "under" : "over")]
    }

    // MARK: Arguments

    private func call(
        _ metric: String,
        _ span: Frame.Span,
        _ more: JSONObject,
        filters: [Frame.Filter]? = nil,
        groups: [String] = [],
        compare: Bool = true,
        limit: Int? = nil
    ) -> PlannedCall {
        var arguments: JSONObject = ["metric": .string(metric), "period": period(span)]
        if compare, let comparison, more["measure"] == nil { arguments["compare_to"] = comparison }
        if let dimension = groups.first { arguments["group_by"] = .string(dimension) }
        let filters = filters ?? self.filters
        if !filters.isEmpty { arguments["filters"] = .array(filters.map(\.json)) }
        for member in more { arguments[member.name] = member.value }
        if let limit { arguments["limit"] = .integer(limit) }
        return PlannedCall("metrics_query", arguments)
    }

    private mutating func finish(_ shape: Shape, _ calls: [PlannedCall], _ more: JSONObject = [:]) {
        self.calls = calls
        data["shape"] = .string(shape.rawValue)
        for member in more { data[member.name] = member.value }
    }
}

extension JSONObject {
    func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for member in other { merged[member.name] = member.value }
        return merged
    }
}
