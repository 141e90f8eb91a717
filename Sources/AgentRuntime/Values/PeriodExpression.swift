// What a user may say when naming a period, before it is known which days are meant.
//
// A conversation keeps expressions, not days: "last month" in a follow-up or a replay must mean what it meant, and a
// comparison with "the quarter before" needs the period that it follows. `PeriodReader` makes expressions from words,
// `resolve` turns them into days.

/// A way of naming a period.
package indirect enum PeriodExpression: Sendable, Hashable {
    /// A day: `2026-01-15`.
    case day(CalendarDate)
    /// A unit that has a name within its year: `March`, `Q2 2025`, `last January`.
    case named(Part, Anchor)
    /// A fiscal year by its name.
    case year(Int)
    /// The unit that today is in (0), the one before (-1), the one after (1) ….
    case relative(Granularity, Int)
    /// The unit before (-1) or after (1) the period that was spoken of; without a unit, as long as that period.
    ///
    /// A year before a shorter period is that same period a year earlier. Without a period, today stands for it.
    case adjacent(Granularity?, Int)
    /// The same beside a period that is named: `the quarter before Q2 2025`.
    case beside(Granularity?, Int, PeriodExpression)
    /// So many units up to the period that was spoken of; without one, up to now: `the 3 months before`.
    case preceding(Int, Granularity)
    /// So many units that end with the current one: `last 6 months`, `TTM`; days end today.
    case trailing(Int, Granularity)
    /// So many units that start after the current one: `next 3 months`.
    case coming(Int, Granularity)
    /// So many units that end with the end of a period: `12 months ended June 2025`.
    case ending(Int, Granularity, PeriodExpression)
    /// The unit from its start to the end of the current month; of a year, to the same month of that year.
    case toDate(Granularity, of: PeriodExpression?)
    /// From the start of a period until now: to the end of the current month, or to today for one that starts within
    /// a month.
    case since(PeriodExpression)
    /// Everything before a period.
    case before(PeriodExpression)
    /// From the end of a period until now, or to the end of the fiscal year when it is yet to come.
    case after(PeriodExpression)
    /// From the start of the fiscal year to the end of a period.
    case through(PeriodExpression)
    /// What of a period is still to come after today.
    case rest(PeriodExpression)
    /// From the start of one period to the end of another.
    case span(PeriodExpression, PeriodExpression)
    /// The first so many units of a period, or the last when negative: `first 3 months of 2025`.
    case edge(Int, Granularity, of: PeriodExpression)
    /// One unit of a period, counted from 1, or from -1 backwards: `last week of January`.
    case nth(Granularity, Int, of: PeriodExpression)
    /// The unit that the start of a period lies in: `the week of 5 January`.
    case containing(Granularity, PeriodExpression)
    /// The period that was spoken of, or the current unit (the month if none is named), in another year: `same quarter last year`.
    case same(Granularity?, of: PeriodExpression)
    /// The same, with calendar years, halves and quarters in place of fiscal ones.
    case calendar(PeriodExpression)
    /// Everything there is, up to the end of the current month.
    case allTime

    /// A unit that recurs under its name.
    package enum Part: Sendable, Hashable {
        /// 1 to 12.
        case month(Int)
        /// 1 to 4.
        case quarter(Int)
        /// 1 or 2.
        case half(Int)
        /// A week of ISO 8601, 1 to 53.
        case week(Int)
        case day(month: Int, day: Int)
        case weekday(Weekday)
    }

    /// Which occurrence of a part is meant.
    package enum Anchor: Sendable, Hashable {
        /// The latest that has begun; in questions about the future the first that has not ended.
        case bare
        /// The latest that is over and that today is not in.
        case last
        /// The one of today's year (for a weekday, of today's week).
        case this
        /// The first that has not begun.
        case next
        /// The one within a period, usually a year.
        indirect case of(PeriodExpression)
    }
}

/// Whether a question is about what was or about what will be.
package enum Tense: String, Sendable, Hashable {
    case past
    case future
}

/// The days that an expression means.
package struct PeriodResolution: Sendable, Hashable {
    /// Whole units, also where today is within them: budgets count whole months.
    package var period: Period
    /// Whether the period is still running, so that its actuals are figures to date.
    package var isToDate: Bool

    package init(period: Period, today: CalendarDate) {
        self.period = period
        isToDate = period.contains(today) && today < period.end
    }
}
