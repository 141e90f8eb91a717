package import AgentRuntime

// Days and months as numbers, so that ledger columns hold 4 bytes a date and periods are ranges of integers.

extension CalendarDate {
    /// Days since 1970-01-01 (negative before it); the years 1 to 9999 fit well.
    package var dayNumber: Int32 { Int32(daysSinceEpoch) }

    package init(dayNumber: Int32) { self.init(daysSinceEpoch: Int(dayNumber)) }

    /// Months since the year 0; the months of two dates differ by the difference of their numbers.
    package var monthNumber: Int { year * 12 + month - 1 }

    /// The first day of the month with that number; `nil` outside of the years 1 to 9999.
    package init?(monthNumber: Int) {
        guard monthNumber >= 12 else { return nil }
        self.init(year: monthNumber / 12, month: monthNumber % 12 + 1, day: 1)
    }
}
