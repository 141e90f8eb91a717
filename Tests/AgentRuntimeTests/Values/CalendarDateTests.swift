import Testing

@testable import AgentRuntime

@Suite("CalendarDate")
struct CalendarDateTests {
    private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

    @Test("Days since the epoch go there and back over the whole range")
    func epoch() throws {
        #expect(try date("1970-01-01").daysSinceEpoch == 0)
        #expect(try date("2000-03-01").daysSinceEpoch == 11_017)
        #expect(CalendarDate.first.daysSinceEpoch == -719_162)
        #expect(CalendarDate.last.daysSinceEpoch == 2_932_896)
        var expected = CalendarDate.first
        for day in stride(from: -719_162, through: 2_932_896, by: 97) {
            let found = CalendarDate(daysSinceEpoch: day)
            #expect(found.daysSinceEpoch == day)
            #expect(found >= expected)
            expected = found
        }
        #expect(CalendarDate(daysSinceEpoch: .min) == .first)
        #expect(CalendarDate(daysSinceEpoch: .max) == .last)
    }

    @Test(
        "Adding days, months and years keeps to the calendar",
        arguments: [
            ("2024-02-28", 1, 0, 0, "2024-02-29"), ("2023-02-28", 1, 0, 0, "2023-03-01"),
            ("2026-01-01", -1, 0, 0, "2025-12-31"),
            ("2026-01-31", 0, 1, 0, "2026-02-28"), ("2026-03-31", 0, -1, 0, "2026-02-28"),
            ("2026-01-15", 0, -13, 0, "2024-12-15"),
            ("2024-02-29", 0, 0, 1, "2025-02-28"), ("2024-02-29", 0, 0, 4, "2028-02-29"),
            ("0001-01-05", 0, -1, 0, "0001-01-01"),
            ("9999-12-05", 0, 1, 0, "9999-12-31"), ("9999-12-31", 1, 0, 0, "9999-12-31"),
            ("2026-01-01", Int.max, 0, 0, "9999-12-31"),
            ("2026-01-01", 0, Int.min, 0, "0001-01-01"), ("2026-01-01", 0, 0, Int.min, "0001-01-01"),
        ]
    )
    func adding(text: String, days: Int, months: Int, years: Int, expected: String) throws {
        #expect(try date(text).adding(years: years).adding(months: months).adding(days: days).description == expected)
    }

    @Test(
        "Weekdays and ISO weeks",
        arguments: [
            ("1970-01-01", Weekday.thursday, 1970, 1), ("2026-01-31", .saturday, 2026, 5),
            ("2025-12-29", .monday, 2026, 1),
            ("2021-01-03", .sunday, 2020, 53), ("2024-12-30", .monday, 2025, 1), ("2016-01-01", .friday, 2015, 53),
            ("0001-01-01", .monday, 1, 1),
        ]
    )
    func weeks(text: String, weekday: Weekday, year: Int, week: Int) throws {
        let date = try date(text)
        #expect(date.weekday == weekday)
        #expect(date.isoWeek == (year, week))
        #expect(CalendarDate.monday(ofWeek: week, of: year) == date.startOfWeek)
    }

    @Test("A year without week 53 has none")
    func noWeek53() {
        #expect(CalendarDate.monday(ofWeek: 53, of: 2025) == nil)
        #expect(CalendarDate.monday(ofWeek: 53, of: 2026)?.description == "2026-12-28")
        #expect(CalendarDate.monday(ofWeek: 0, of: 2025) == nil)
    }

    @Test("Quarters and ends of months")
    func months() throws {
        #expect(try date("2024-02-10").endOfMonth.description == "2024-02-29")
        #expect(try date("2026-06-30").quarter == 2)
        #expect(try date("2026-07-01").quarter == 3)
        #expect(try date("2024-12-31").dayOfYear == 366)
    }

    @Test(
        "Instants are written and read in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_769_860_800_123, "2026-01-31T12:00:00.123Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func instants(milliseconds: Int64, text: String) {
        let instant = Timestamp(milliseconds: milliseconds)
        #expect(instant.iso8601 == text)
        #expect(Timestamp(iso8601: text) == instant)
    }

    @Test(
        "Instants of other zones and precisions are read",
        arguments: [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
            ("2026-01-31t14:00:00.5+02:00", "2026-01-31T12:00:00.500Z"),
            ("2026-01-31T06:30:00.123456789-05:30", "2026-01-31T12:00:00.123Z"),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
        ]
    )
    func zones(text: String, expected: String) {
        #expect(Timestamp(iso8601: text)?.iso8601 == expected)
    }

    @Test(
        "What is no instant is refused",
        arguments: [
            "", "2026-01-31", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z", "2026-01-31T24:00:00Z",
            "2026-01-31T12:60:00Z",
            "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.123", "2026-01-31T12:00:00+2", "2026-01-31T12:00:00+02:00x",
        ]
    )
    func noInstants(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }
}
