// Ranges of days that figures are about.
//
// A period knows which calendar unit it is, if any, because "the period before" depends on it: before March stands
// the whole of February, before 3 January to 9 February stand the 38 days until 2 January.

/// The sizes of calendar units, from small to large.
package enum Granularity: String, Sendable, Hashable, CaseIterable, Comparable {
    case day
    case week
    case month
    case quarter
    case half
    case year

    package static func < (left: Granularity, right: Granularity) -> Bool { left.order < right.order }

    private var order: Int { Granularity.allCases.firstIndex(of: self) ?? 0 }

    /// Whole months in the unit; `nil` for days and weeks.
    package var months: Int? {
        switch self {
        case .day, .week: nil
        case .month: 1
        case .quarter: 3
        case .half: 6
        case .year: 12
        }
    }
}

/// A range of days, both ends included.
package struct Period: Sendable, Hashable, CustomStringConvertible {
    package typealias Unit = Granularity

    package let start: CalendarDate
    /// The last day, which belongs to the period.
    package let end: CalendarDate
    /// The calendar unit that the period is; `nil` for a free range.
    package let unit: Unit?

    /// Takes a range and finds the unit that it is exactly, quarters and years by the fiscal calendar.
    ///
    /// `nil` when the end is before the start.
    package init?(start: CalendarDate, end: CalendarDate, fiscalYearStart: Int = 1) {
        guard start <= end else { return nil }
        let unit = FiscalCalendar(startMonth: fiscalYearStart).unit(from: start, to: end)
        self.init(valid: start, end, unit: unit)
    }

    /// Takes a range whose order and unit the caller has checked.
    init(valid start: CalendarDate, _ end: CalendarDate, unit: Unit?) {
        self.start = start
        self.end = end
        self.unit = unit
    }

    package var description: String { "\(start)…\(end)" }

    /// The number of days.
    package var dayCount: Int { start.days(until: end) + 1 }

    /// The number of whole months that the period consists of; `nil` when it does not start and end with a month.
    package var monthCount: Int? {
        guard start.day == 1, end.isEndOfMonth else { return nil }
        return (end.year - start.year) * 12 + end.month - start.month + 1
    }

    package func contains(_ date: CalendarDate) -> Bool { start <= date && date <= end }
    package func contains(_ other: Period) -> Bool { start <= other.start && other.end <= end }
    package func overlaps(_ other: Period) -> Bool { start <= other.end && other.start <= end }

    /// The days in both periods; `nil` when there are none.
    package func intersection(_ other: Period) -> Period? {
        Period(start: max(start, other.start), end: min(end, other.end))
    }

    /// The period right before: as many whole months for one made of months, else as many days.
    package func previous() -> Period { moved(by: -1) }

    /// The period right after.
    package func next() -> Period { moved(by: 1) }

    /// The period so many of its own length later (earlier when negative).
    package func moved(by count: Int) -> Period {
        let count = min(max(count, -4_000_000), 4_000_000)
        if let months = monthCount { return shifted(months: count * months) }
        let days = count * dayCount
        return Period(valid: start.adding(days: days), end.adding(days: days), unit: unit)
    }

    /// The same period a year before.
    package func priorYear() -> Period { shifted(years: -1) }

    /// The same period in another year: the same months, the same week number, else the same days.
    ///
    /// Week 53 becomes week 52 where the other year has none; 29 February becomes the 28th.
    package func shifted(years: Int) -> Period {
        let years = min(max(years, -10_000), 10_000)
        if monthCount != nil { return shifted(months: 12 * years) }
        if unit == .week {
            let (year, week) = start.isoWeek
            let monday =
                CalendarDate.monday(ofWeek: week, of: year + years)
                ?? CalendarDate.monday(ofWeek: week - 1, of: year + years)
            if let monday { return Period(valid: monday, monday.adding(days: 6), unit: .week) }
        }
        return Period(valid: start.adding(years: years), end.adding(years: years), unit: unit)
    }

    /// A period of whole months, so many months later.
    private func shifted(months: Int) -> Period {
        Period(valid: start.adding(months: months), end.startOfMonth.adding(months: months).endOfMonth, unit: unit)
    }

    /// The period in pieces of a unit, in order and without gaps.
    ///
    /// A first or last piece that the period cuts short is a free range. The pieces are as many as the period has
    /// units: a caller that takes periods from outside bounds `dayCount` first.
    package func split(by granularity: Granularity, fiscalYearStart: Int = 1) -> [Period] {
        let calendar = FiscalCalendar(startMonth: fiscalYearStart)
        var pieces: [Period] = []
        var next = start
        while next <= end {
            let whole = calendar.period(granularity, containing: next)
            let last = min(whole.end, end)
            let isWhole = whole.start == next && whole.end == last
            pieces.append(isWhole ? whole : Period(valid: next, last, unit: nil))
            guard last < CalendarDate.last else { break }
            next = last.adding(days: 1)
        }
        return pieces
    }
}
