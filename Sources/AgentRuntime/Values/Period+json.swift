// Periods as text and as tool arguments.

/// Why something is not a period.
package struct PeriodError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and which forms there are.
    package let reason: String
    package var description: String { reason }
}

extension Period {
    /// Reads `YYYY`, `YYYY-MM`, `YYYY-Qn`, `YYYY-Hn`, `YYYY-Wnn` and `YYYY-MM-DD`, and nothing else.
    ///
    /// Years, halves and quarters are those of the fiscal calendar.
    package init?(_ text: String, fiscalYearStart: Int = 1) {
        let calendar = FiscalCalendar(startMonth: fiscalYearStart)
        if let date = CalendarDate(text) {
            self = calendar.period(.day, containing: date)
            return
        }
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound == bytes.count || range.upperBound == 4, range.upperBound <= bytes.count else {
                return nil
            }
            guard bytes[range].allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
            return Int(String(decoding: bytes[range], as: UTF8.self))
        }
        guard let year = number(0..<4) else { return nil }
        var period: Period?
        if bytes.count == 4 {
            period = calendar.year(year)
        } else if bytes.count >= 7, bytes[4] == UInt8(ascii: "-") {
            switch bytes[5] & 0xDF {
            case UInt8(ascii: "Q"): period = number(6..<7).flatMap { calendar.quarter($0, of: year) }
            case UInt8(ascii: "H"): period = number(6..<7).flatMap { calendar.half($0, of: year) }
            case UInt8(ascii: "W"):
                let monday = number(6..<8).flatMap { CalendarDate.monday(ofWeek: $0, of: year) }
                period = monday.map { calendar.period(.week, containing: $0) }
            default:
                let date = number(5..<7).flatMap { CalendarDate(year: year, month: $0, day: 1) }
                period = date.map { calendar.period(.month, containing: $0) }
            }
        }
        guard let period else { return nil }
        self = period
    }

    /// Reads a tool's argument: `{"start_date", "end_date", "label"?}` or one of the texts.
    package init(_ value: JSONValue, fiscalYearStart: Int = 1) throws(PeriodError) {
        if let text = value.string {
            guard let period = Period(text, fiscalYearStart: fiscalYearStart) else {
                throw PeriodError(reason: "not a period: write YYYY, YYYY-MM, YYYY-Qn, YYYY-Hn, YYYY-Wnn or YYYY-MM-DD")
            }
            self = period
            return
        }
        guard let object = value.object else {
            throw PeriodError(reason: "a period is an object with start_date and end_date, or a text such as 2026-01")
        }
        if let unknown = object.names.first(where: { !["start_date", "end_date", "label"].contains($0) }) {
            throw PeriodError(reason: "a period has no \"\(unknown.prefix(40))\", only start_date, end_date and label")
        }
        guard let start = object["start_date"]?.string.flatMap(CalendarDate.init) else {
            throw PeriodError(reason: "start_date is missing or no day of the form YYYY-MM-DD")
        }
        guard let end = object["end_date"]?.string.flatMap(CalendarDate.init) else {
            throw PeriodError(reason: "end_date is missing or no day of the form YYYY-MM-DD")
        }
        guard let period = Period(start: start, end: end, fiscalYearStart: fiscalYearStart) else {
            throw PeriodError(reason: "end_date is before start_date")
        }
        self = period
    }

    /// The period as tool arguments and results carry it.
    package func json(fiscalYearStart: Int = 1) -> JSONValue {
        [
            "start_date": .string(start.description),
            "end_date": .string(end.description),
            "label": .string(label(fiscalYearStart: fiscalYearStart)),
        ]
    }
}
