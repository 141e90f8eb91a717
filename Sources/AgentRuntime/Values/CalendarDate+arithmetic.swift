// Counting in the proleptic Gregorian calendar: days, months, weekdays and ISO weeks.
//
// Foundation's `Calendar` is not used: it needs a time zone, and costs about a thousand times as much for a day.
// Results outside of the years 1 to 9999 are held at the first or last day of that range.

/// A day of the week with its number in ISO 8601.
package enum Weekday: Int, Sendable, CaseIterable {
    case monday = 1
    case tuesday
    case wednesday
    case thursday
    case friday
    case saturday
    case sunday
}

extension CalendarDate {
    package static let first = CalendarDate(clampingYear: 1, month: 1, day: 1)
    package static let last = CalendarDate(clampingYear: 9999, month: 12, day: 31)

    /// Takes a day of a month, held within the month's days and the years 1 to 9999; the month is 1 to 12.
    init(clampingYear year: Int, month: Int, day: Int) {
        precondition((1...12).contains(month), "a month is 1 to 12")
        if year < 1 {
            self.init(valid: 1, 1, 1)
        } else if year > 9999 {
            self.init(valid: 9999, 12, 31)
        } else {
            self.init(valid: year, month, min(max(day, 1), CalendarDate.days(inMonth: month, of: year)))
        }
    }

    /// Days since 1970-01-01; negative before it.
    package var daysSinceEpoch: Int {
        // Years that start in March, in eras of 400: http://howardhinnant.github.io/date_algorithms.html#days_from_civil
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Takes days since 1970-01-01, held within the years 1 to 9999.
    package init(daysSinceEpoch days: Int) {
        let days = min(max(days, -719_162), 2_932_896) + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        self.init(clampingYear: year, month: month, day: dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    package func adding(days: Int) -> CalendarDate {
        CalendarDate(daysSinceEpoch: daysSinceEpoch + min(max(days, -4_000_000), 4_000_000))
    }

    /// The same day so many months on, or the last day of that month when it is shorter.
    package func adding(months: Int) -> CalendarDate {
        let index = year * 12 + month - 1 + min(max(months, -120_000), 120_000)
        let year = index >= 0 ? index / 12 : -1
        return CalendarDate(clampingYear: year, month: index >= 0 ? index % 12 + 1 : 1, day: day)
    }

    /// The same day so many years on; 29 February becomes the 28th.
    package func adding(years: Int) -> CalendarDate { adding(months: min(max(years, -10_000), 10_000) * 12) }

    /// Days from this one to another; negative when the other is earlier.
    package func days(until other: CalendarDate) -> Int { other.daysSinceEpoch - daysSinceEpoch }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        Weekday(rawValue: (daysSinceEpoch + 3 + 7 * 200_000) % 7 + 1) ?? .monday
    }

    /// The week of ISO 8601 and the year it belongs to: week 1 is the one with the year's first Thursday.
    package var isoWeek: (year: Int, week: Int) {
        let thursday = adding(days: 4 - weekday.rawValue)
        return (thursday.year, (thursday.dayOfYear - 1) / 7 + 1)
    }

    /// The Monday of a week of ISO 8601; `nil` when the year has no such week.
    package static func monday(ofWeek week: Int, of year: Int) -> CalendarDate? {
        guard (1...53).contains(week), let fourth = CalendarDate(year: year, month: 1, day: 4) else { return nil }
        let monday = fourth.adding(days: 1 - fourth.weekday.rawValue + (week - 1) * 7)
        return monday.isoWeek == (year, week) ? monday : nil
    }

    /// The day within its year, from 1.
    package var dayOfYear: Int { CalendarDate(clampingYear: year, month: 1, day: 1).days(until: self) + 1 }

    /// The calendar quarter, 1 to 4.
    package var quarter: Int { (month + 2) / 3 }

    package var startOfMonth: CalendarDate { CalendarDate(clampingYear: year, month: month, day: 1) }
    package var endOfMonth: CalendarDate { CalendarDate(clampingYear: year, month: month, day: 31) }
    package var startOfWeek: CalendarDate { adding(days: 1 - weekday.rawValue) }
    package var isEndOfMonth: Bool { self == endOfMonth }
}
