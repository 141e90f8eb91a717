internal import AgentRuntime

// For which time a question asks, and against what it holds that.

extension MetricsQuestion {
    // MARK: When

    mutating func settlePeriods() {
        if periods.count == 1, frame.hasBaseline { settleBaseline() }
        if periods.isEmpty {
            periods = [defaultPeriod]
            assumedPeriods = periods
        }
        // "Ever" begins with the data.
        if let first = situation.vocabulary.firstDate, periods[0].period.start < first, periods[0].period.unit == nil,
            let known = Period(
                // The points of a series are whole months.
                start: asksWhen || frame.has("trend") || ["month", "quarter", "year"].contains(frame.granularity)
                    ? first.startOfMonth : first,
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

    var isComparable: Bool { periods[0].period.unit != nil }

    /// "than last month" names the baseline; what is measured is the same unit now.
    mutating func settleBaseline() {
        let baseline = periods[0]
        guard let unit = baseline.period.unit else { return }
        let current = situation.current(unit)
        guard baseline.period.end < current.start else { return }
        let isRunning = situation.today < current.end
        periods = [Frame.Span(words: "", period: current, isToDate: isRunning), baseline]
    }

    var defaultPeriod: Frame.Span {
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
        if asksWhen, let first = situation.vocabulary.firstDate,
            let all = Period(
                start: first.startOfMonth,
                end: situation.current(.month).end,
                fiscalYearStart: situation.settings.fiscalYearStart
            )
        {
            return Frame.Span(words: "", period: all, isToDate: today < all.end)
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

    func span(_ unit: Granularity) -> Frame.Span {
        let period = situation.current(unit)
        return Frame.Span(words: "", period: period, isToDate: situation.today < period.end)
    }

    // MARK: Against what

    mutating func settleComparison() {
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
    mutating func compareLikeWithLike() {
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
    var isVariance: Bool {
        frame.words.contains { word in
            ["varianc", "overrun", "overspen", "underspen", "underrun"].contains { word.hasPrefix($0) }
        }
    }

    /// Which side of the budget a verb of spending names: "overspent", "underspend".
    var varianceSide: String? {
        for (side, stems) in [("over", ["overspen", "overrun", "overran"]), ("under", ["underspen", "underrun"])]
        where frame.words.contains(where: { word in stems.contains { word.hasPrefix($0) } }) {
            return side
        }
        return nil
    }

    /// How something moved over several months is told by its course, not against the months before.
    var isStretch: Bool {
        frame.has("change") || frame.has("up") || frame.has("down")
            ? periods.count == 1 && periods[0].period.unit == nil && (periods[0].period.monthCount ?? 0) > 1
                && groupings.isEmpty
            : false
    }

    var wantsComparison: Bool {
        frame.cues.contains { ["compare", "change", "up", "down", "difference", "over", "under"].contains($0) }
    }

    var isBetterThanBefore: Bool {
        frame.has("compare") && filters.allSatisfy { $0.values.count < 2 } && metrics.count == 1
            && frame.periods.count < 2 && groupings.isEmpty
    }

    func comparison(of current: Frame.Span, with baseline: Frame.Span) -> JSONValue {
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

    func period(_ span: Frame.Span) -> JSONValue {
        span.period.json(fiscalYearStart: situation.settings.fiscalYearStart)
    }
}
