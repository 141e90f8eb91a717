/// The years, halves and quarters of a company whose fiscal year starts in some month.
///
/// A fiscal year is named by the calendar year in which it ends: with a start in October, FY2026 is October 2025 to
/// September 2026. With a start in January fiscal and calendar years are the same.
package struct FiscalCalendar: Sendable, Hashable {
    /// The first month of the fiscal year, 1 to 12.
    package let startMonth: Int

    /// Takes a month; one that does not exist counts as January.
    package init(startMonth: Int) { self.startMonth = (1...12).contains(startMonth) ? startMonth : 1 }

    /// The name of the fiscal year that a day is in.
    package func year(of date: CalendarDate) -> Int {
        startMonth > 1 && date.month >= startMonth ? date.year + 1 : date.year
    }

    /// The fiscal quarter that a day is in, 1 to 4.
    package func quarter(of date: CalendarDate) -> Int { monthIndex(of: date) / 3 + 1 }

    /// The fiscal half that a day is in, 1 or 2.
    package func half(of date: CalendarDate) -> Int { monthIndex(of: date) / 6 + 1 }

    /// The fiscal year of a name; `nil` beyond the years that a date can have.
    package func year(_ year: Int) -> Period? { unit(.year, of: year, index: 0, months: 12) }

    /// A half of a fiscal year, 1 or 2.
    package func half(_ half: Int, of year: Int) -> Period? {
        (1...2).contains(half) ? unit(.half, of: year, index: half - 1, months: 6) : nil
    }

    /// A quarter of a fiscal year, 1 to 4.
    package func quarter(_ quarter: Int, of year: Int) -> Period? {
        (1...4).contains(quarter) ? unit(.quarter, of: year, index: quarter - 1, months: 3) : nil
    }

    /// The whole unit that a day is in.
    package func period(_ unit: Granularity, containing date: CalendarDate) -> Period {
        let months: Int
        switch unit {
        case .day: return Period(valid: date, date, unit: .day)
        case .week:
            let monday = date.startOfWeek
            return Period(valid: monday, monday.adding(days: 6), unit: .week)
        case .month: return Period(valid: date.startOfMonth, date.endOfMonth, unit: .month)
        case .quarter: months = 3
        case .half: months = 6
        case .year: months = 12
        }
        let start = date.startOfMonth.adding(months: -(monthIndex(of: date) % months))
        return Period(valid: start, start.adding(months: months - 1).endOfMonth, unit: unit)
    }

    /// The unit that a range of days is exactly, if it is one.
    package func unit(from start: CalendarDate, to end: CalendarDate) -> Granularity? {
        Granularity.allCases.first { unit in
            let whole = period(unit, containing: start)
            return whole.start == start && whole.end == end
        }
    }

    /// Months since the start of the fiscal year, 0 to 11.
    private func monthIndex(of date: CalendarDate) -> Int { (date.month - startMonth + 12) % 12 }

    private func unit(_ unit: Granularity, of year: Int, index: Int, months: Int) -> Period? {
        let calendarYear = startMonth > 1 ? year - 1 : year
        guard let first = CalendarDate(year: calendarYear, month: startMonth, day: 1), (1...9999).contains(year) else {
            return nil
        }
        let start = first.adding(months: index * months)
        return Period(valid: start, start.adding(months: months - 1).endOfMonth, unit: unit)
    }
}
