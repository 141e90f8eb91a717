// From an expression to days.
//
// The rules: a bare month or quarter is the latest that has begun, in questions about the future the first that has
// not ended; "last month" is the calendar month before today's; "last 6 months" end with the current month; the year
// is the fiscal year. Periods hold whole units; `isToDate` says that today is within.

extension PeriodExpression {
    /// The days that are meant; `nil` when there are none (`week 53` of a short year, `since` a day to come, a period
    /// relative to another that was not given).
    package func resolve(
        today: CalendarDate,
        fiscalYearStart: Int = 1,
        tense: Tense = .past,
        relativeTo context: Period? = nil
    ) -> PeriodResolution? {
        let resolver = PeriodResolver(
            today: today,
            calendar: FiscalCalendar(startMonth: fiscalYearStart),
            tense: tense,
            context: context
        )
        guard let days = resolver.period(self),
            let period = Period(start: days.start, end: days.end, fiscalYearStart: fiscalYearStart)
        else { return nil }
        return PeriodResolution(period: period, today: today)
    }
}

/// What expressions are resolved by.
private struct PeriodResolver {
    let today: CalendarDate
    var calendar: FiscalCalendar
    var tense: Tense
    var context: Period?

    func period(_ expression: PeriodExpression) -> Period? {
        switch expression {
        case .day(let date): return calendar.period(.day, containing: date)
        case .named(let part, let anchor): return named(part, anchor)
        case .year(let year): return calendar.year(year)
        case .relative(let unit, let offset): return current(unit).moved(by: offset)
        case .adjacent(let unit, let offset): return adjacent(unit, offset)
        case .beside(let unit, let offset, let other): return beside(unit, offset, other)
        case .preceding(let count, let unit):
            guard let context else { return period(.trailing(count, unit)) }
            return ending(count, unit, context.start.adding(days: -1))
        case .trailing(let count, let unit):
            let last = current(unit)
            return range(last.moved(by: 1 - count).start, last.end)
        case .coming(let count, let unit):
            let now = current(unit)
            return range(now.moved(by: 1).start, now.moved(by: count).end)
        case .ending(let count, let unit, let other): return period(other).flatMap { ending(count, unit, $0.end) }
        case .toDate(let unit, let year): return toDate(unit, of: year)
        case .since(let other): return since(other)
        case .before(let other):
            return period(other).flatMap { range(.first, $0.start.adding(days: -1)) }
        case .after(let other): return period(other).flatMap { after($0.end.adding(days: 1)) }
        case .through(let other):
            return period(other).flatMap { range(calendar.period(.year, containing: $0.end).start, $0.end) }
        case .rest(let other):
            return period(other).flatMap { range(max($0.start, today.adding(days: 1)), $0.end) }
        case .span(let first, let last): return span(first, last)
        case .edge(let count, let unit, let other): return period(other).flatMap { edge(count, unit, of: $0) }
        case .nth(let unit, let index, let other): return period(other).flatMap { nth(unit, index, of: $0) }
        case .containing(let unit, let other):
            return period(other).map { calendar.period(unit, containing: $0.start) }
        case .same(let unit, let year): return same(unit, of: year)
        case .calendar(let other):
            var copy = self
            copy.calendar = FiscalCalendar(startMonth: 1)
            return copy.period(other)
        case .allTime: return range(.first, today.endOfMonth)
        }
    }

    private func current(_ unit: Granularity) -> Period { calendar.period(unit, containing: today) }

    private func range(_ start: CalendarDate, _ end: CalendarDate) -> Period? {
        Period(start: start, end: end, fiscalYearStart: calendar.startMonth)
    }

    // MARK: Parts of a year

    private func named(_ part: PeriodExpression.Part, _ anchor: PeriodExpression.Anchor) -> Period? {
        switch anchor {
        case .bare:
            return tense == .past ? latest(part) { $0.start <= today } : earliest(part) { $0.end >= today }
        case .last: return latest(part) { $0.end < today }
        case .next: return earliest(part) { $0.start > today }
        case .this:
            if case .weekday(let weekday) = part {
                return calendar.period(.day, containing: today.startOfWeek.adding(days: weekday.rawValue - 1))
            }
            return occurrence(part, year: year(of: today, for: part))
        case .of(let other):
            guard let within = period(other) else { return nil }
            if case .week = part {
                return occurrence(part, year: within.start.adding(days: min(within.dayCount, 366) / 2).year)
            }
            return earliest(part, from: within.start) { within.contains($0.start) }
        }
    }

    /// The occurrence in a year: a fiscal one for quarters and halves, else a calendar one.
    private func occurrence(_ part: PeriodExpression.Part, year: Int) -> Period? {
        switch part {
        case .month(let month):
            return CalendarDate(year: year, month: month, day: 1).map { calendar.period(.month, containing: $0) }
        case .quarter(let quarter): return calendar.quarter(quarter, of: year)
        case .half(let half): return calendar.half(half, of: year)
        case .week(let week):
            return CalendarDate.monday(ofWeek: week, of: year).map { calendar.period(.week, containing: $0) }
        case .day(let month, let day):
            return CalendarDate(year: year, month: month, day: day).map { calendar.period(.day, containing: $0) }
        case .weekday: return nil
        }
    }

    private func year(of date: CalendarDate, for part: PeriodExpression.Part) -> Int {
        switch part {
        case .quarter, .half: calendar.year(of: date)
        case .week: date.isoWeek.year
        default: date.year
        }
    }

    /// The latest occurrence up to the year after a day (today) that holds a condition.
    ///
    /// Nine years are enough also for 29 February and week 53.
    private func latest(
        _ part: PeriodExpression.Part,
        from day: CalendarDate? = nil,
        where condition: (Period) -> Bool
    ) -> Period? {
        let day = day ?? today
        if case .weekday(let weekday) = part {
            return (0...7).lazy.map { calendar.period(.day, containing: day.adding(days: -$0)) }
                .first { $0.start.weekday == weekday && condition($0) }
        }
        let year = year(of: day, for: part)
        return stride(from: year + 1, through: year - 9, by: -1).lazy.compactMap { occurrence(part, year: $0) }
            .first(where: condition)
    }

    private func earliest(
        _ part: PeriodExpression.Part,
        from day: CalendarDate? = nil,
        where condition: (Period) -> Bool
    ) -> Period? {
        let day = day ?? today
        if case .weekday(let weekday) = part {
            return (0...7).lazy.map { calendar.period(.day, containing: day.adding(days: $0)) }
                .first { $0.start.weekday == weekday && condition($0) }
        }
        let year = year(of: day, for: part)
        return (year - 1...year + 9).lazy.compactMap { occurrence(part, year: $0) }.first(where: condition)
    }

    // MARK: Ranges

    /// From one to the other: an end without a year takes the one that fits the other end.
    private func span(_ first: PeriodExpression, _ last: PeriodExpression) -> Period? {
        let start: Period?
        let end: Period?
        switch (first.floatingPart, last.floatingPart) {
        case (let part?, nil):
            end = period(last)
            start = end.flatMap { end in latest(part, from: end.start) { $0.start <= end.start } }
        case (let firstPart?, _?) where tense == .past:
            end = period(last)
            start = end.flatMap { end in latest(firstPart, from: end.start) { $0.start <= end.start } }
        case (_, let part?):
            start = period(first)
            end = start.flatMap { start in earliest(part, from: start.start) { $0.start >= start.start } }
        default:
            start = period(first)
            end = period(last)
        }
        guard let start, let end else { return nil }
        return range(min(start.start, end.start), max(start.end, end.end))
    }

    private func since(_ other: PeriodExpression) -> Period? {
        var past = self
        past.tense = .past
        guard let start = past.period(other)?.start, start <= today else { return nil }
        return range(start, start.day == 1 ? today.endOfMonth : today)
    }

    private func after(_ start: CalendarDate) -> Period? {
        if start > today { return range(start, calendar.period(.year, containing: start).end) }
        return range(start, start.day == 1 ? today.endOfMonth : today)
    }

    private func toDate(_ unit: Granularity, of year: PeriodExpression?) -> Period? {
        let whole = current(unit)
        guard unit > .month else { return whole }
        let running = range(whole.start, today.endOfMonth)
        guard let year else { return running }
        guard let target = period(year) else { return nil }
        return running?.shifted(years: calendar.year(of: target.start) - calendar.year(of: today))
    }

    private func ending(_ count: Int, _ unit: Granularity, _ end: CalendarDate) -> Period? {
        guard let months = unit.months else {
            return range(end.adding(days: 1 - count * (unit == .week ? 7 : 1)), end)
        }
        if end.isEndOfMonth { return range(end.startOfMonth.adding(months: 1 - count * months), end) }
        return range(end.adding(months: -count * months).adding(days: 1), end)
    }

    private func edge(_ count: Int, _ unit: Granularity, of whole: Period) -> Period? {
        if unit == .week {
            let days = count.magnitude < 10_000 ? 7 * count : 0
            return count > 0
                ? range(whole.start, min(whole.start.adding(days: days - 1), whole.end))
                : range(max(whole.end.adding(days: days + 1), whole.start), whole.end)
        }
        if count > 0 {
            let last = calendar.period(unit, containing: whole.start).moved(by: count - 1)
            return range(whole.start, min(last.end, whole.end))
        }
        let first = calendar.period(unit, containing: whole.end).moved(by: count + 1)
        return range(max(first.start, whole.start), whole.end)
    }

    private func nth(_ unit: Granularity, _ index: Int, of whole: Period) -> Period? {
        let last = whole.end
        let isForward = index > 0
        let edge =
            unit == .week
            ? range(isForward ? whole.start : last.adding(days: -6), isForward ? whole.start.adding(days: 6) : last)
            : calendar.period(unit, containing: isForward ? whole.start : last)
        guard let edge else { return nil }
        let piece = edge.moved(by: isForward ? index - 1 : index + 1)
        return piece.overlaps(whole) && piece.dayCount <= whole.dayCount ? piece : nil
    }

    // MARK: Beside another period

    private func adjacent(_ unit: Granularity?, _ offset: Int) -> Period? {
        guard let context else { return unit.map { current($0).moved(by: offset) } }
        guard let unit, unit != context.unit else { return context.moved(by: offset) }
        if unit == .year, context.dayCount < 365 { return context.shifted(years: offset) }
        return calendar.period(unit, containing: offset < 0 ? context.start : context.end).moved(by: offset)
    }

    private func beside(_ unit: Granularity?, _ offset: Int, _ other: PeriodExpression) -> Period? {
        guard let named = period(other) else { return nil }
        var copy = self
        copy.context = named
        return copy.adjacent(unit, offset)
    }

    private func same(_ unit: Granularity?, of year: PeriodExpression) -> Period? {
        let spoken = context.flatMap { unit == nil || $0.unit == unit ? $0 : nil }
        let base = spoken ?? current(unit ?? .month)
        if case .adjacent(.year, let offset) = year { return base.shifted(years: offset) }
        guard let target = period(year) else { return nil }
        return base.shifted(years: calendar.year(of: target.start) - calendar.year(of: base.start))
    }
}

extension PeriodExpression {
    /// The part of an expression that names no year.
    fileprivate var floatingPart: Part? { if case .named(let part, .bare) = self { part } else { nil } }
}
