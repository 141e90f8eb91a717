// How periods are called in answers and on charts.

extension Period {
    /// A short name: `15 Jan 2026`, `2026-W03`, `January 2026`, `Q2 2025`, `H1 2025`, `2025`, `3 Jan – 9 Feb 2026`.
    ///
    /// With a fiscal year that does not start in January, quarters, halves and years of it are called `Q2 FY2026`,
    /// `H1 FY2026`, `FY2026`, so that they are not taken for calendar ones.
    /// A range from the first day there is has only an end: `until Jan 2026`.
    package func label(fiscalYearStart: Int = 1) -> String {
        let calendar = FiscalCalendar(startMonth: fiscalYearStart)
        if start == .first, unit == nil {
            return monthCount == nil
                ? "until \(end.day) \(Month.short(end.month)) \(end.year)"
                : "until \(Month.short(end.month)) \(end.year)"
        }
        guard let unit, calendar.period(unit, containing: start) == self else { return rangeLabel }
        let year = (calendar.startMonth > 1 ? "FY" : "") + String(calendar.year(of: start))
        switch unit {
        case .day: return "\(start.day) \(Month.short(start.month)) \(start.year)"
        case .week:
            let week = start.isoWeek
            return "\(week.year)-W\(week.week < 10 ? "0" : "")\(week.week)"
        case .month: return "\(Month.name(start.month)) \(start.year)"
        case .quarter: return "Q\(calendar.quarter(of: start)) \(year)"
        case .half: return "H\(calendar.half(of: start)) \(year)"
        case .year: return year
        }
    }

    /// The name of a free range, from which what both ends share is left out.
    private var rangeLabel: String {
        let (first, last) = (Month.short(start.month), Month.short(end.month))
        if monthCount != nil {
            if start.year != end.year { return "\(first) \(start.year) – \(last) \(end.year)" }
            return start.month == end.month ? "\(first) \(end.year)" : "\(first) – \(last) \(end.year)"
        }
        let tail = "\(end.day) \(last) \(end.year)"
        if start.year != end.year { return "\(start.day) \(first) \(start.year) – \(tail)" }
        if start.month != end.month { return "\(start.day) \(first) – \(tail)" }
        return start.day == end.day ? tail : "\(start.day) – \(tail)"
    }
}

/// The English names of the months.
package enum Month {
    package static let names = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// The name of a month from 1 to 12.
    package static func name(_ month: Int) -> String { names[month - 1] }

    /// The first three letters of a month from 1 to 12.
    package static func short(_ month: Int) -> String { String(names[month - 1].prefix(3)) }
}
