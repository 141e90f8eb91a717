import Testing

@testable import AgentRuntime

@Suite("Period")
struct PeriodTests {
    /// A period from `start…end`, or from one of the texts.
    private func period(_ text: String, _ fiscalYearStart: Int = 1) throws -> Period {
        let ends = text.split(separator: "…").compactMap { CalendarDate(String($0)) }
        if ends.count == 2 {
            return try #require(Period(start: ends[0], end: ends[1], fiscalYearStart: fiscalYearStart))
        }
        return try #require(Period(text, fiscalYearStart: fiscalYearStart))
    }

    @Test(
        "Texts name whole units",
        arguments: [
            ("2025", 1, "2025-01-01…2025-12-31", "2025"), ("2026", 10, "2025-10-01…2026-09-30", "FY2026"),
            ("2026-02", 1, "2026-02-01…2026-02-28", "February 2026"),
            ("2026-02", 4, "2026-02-01…2026-02-28", "February 2026"),
            ("2025-Q2", 1, "2025-04-01…2025-06-30", "Q2 2025"), ("2026-q1", 7, "2025-07-01…2025-09-30", "Q1 FY2026"),
            ("2025-H1", 1, "2025-01-01…2025-06-30", "H1 2025"), ("2026-h2", 4, "2025-10-01…2026-03-31", "H2 FY2026"),
            ("2026-W01", 1, "2025-12-29…2026-01-04", "2026-W01"), ("2020-W53", 1, "2020-12-28…2021-01-03", "2020-W53"),
            ("2026-01-15", 1, "2026-01-15…2026-01-15", "15 Jan 2026"),
        ]
    )
    func texts(text: String, fiscalYearStart: Int, days: String, label: String) throws {
        let period = try period(text, fiscalYearStart)
        #expect(period.description == days)
        #expect(period.label(fiscalYearStart: fiscalYearStart) == label)
        #expect(try self.period(days, fiscalYearStart) == period)
    }

    @Test(
        "Other texts are no periods",
        arguments: [
            "", "25", "0000", "2026-13", "2026-Q5", "2026-Q0", "2026-H3", "2025-W53", "2026-W1", "2026-Q12", "2026-1",
            "2026-", "abcd", "20261", "2026-02-30", "2026-022", "2026Q1",
        ]
    )
    func noTexts(text: String) {
        #expect(Period(text) == nil)
    }

    @Test(
        "Free ranges are labelled by what their ends do not share",
        arguments: [
            ("2026-01-03…2026-02-09", "3 Jan – 9 Feb 2026"), ("2026-01-03…2026-01-09", "3 – 9 Jan 2026"),
            ("2025-12-15…2026-01-09", "15 Dec 2025 – 9 Jan 2026"), ("2025-08-01…2026-01-31", "Aug 2025 – Jan 2026"),
            ("2025-02-01…2025-04-30", "Feb – Apr 2025"), ("2024-01-01…2025-12-31", "Jan 2024 – Dec 2025"),
            ("0001-01-01…2026-01-31", "until Jan 2026"), ("0001-01-01…2026-01-15", "until 15 Jan 2026"),
        ]
    )
    func ranges(text: String, label: String) throws {
        #expect(try period(text).unit == nil)
        #expect(try period(text).label() == label)
    }

    @Test("A calendar year of a company with another fiscal year is labelled by its months")
    func calendarYear() throws {
        #expect(try period("2025-01-01…2025-12-31", 7).label(fiscalYearStart: 7) == "Jan – Dec 2025")
        #expect(try period("2025").label(fiscalYearStart: 7) == "Jan – Dec 2025")
    }

    @Test(
        "The period before is the whole unit before, or as many days",
        arguments: [
            ("2026-01-15", "2026-01-14…2026-01-14"), ("2026-W01", "2025-12-22…2025-12-28"),
            ("2026-03", "2026-02-01…2026-02-28"),
            ("2024-02", "2024-01-01…2024-01-31"), ("2026-Q1", "2025-10-01…2025-12-31"),
            ("2025-H1", "2024-07-01…2024-12-31"),
            ("2024", "2023-01-01…2023-12-31"), ("2026-01-03…2026-02-09", "2025-11-26…2026-01-02"),
            ("2025-08-01…2026-01-31", "2025-02-01…2025-07-31"), ("2025-02-01…2025-03-31", "2024-12-01…2025-01-31"),
        ]
    )
    func previous(text: String, expected: String) throws {
        let period = try period(text)
        #expect(period.previous().description == expected)
        #expect(period.previous().unit == period.unit)
        #expect(period.previous().next() == period)
    }

    @Test(
        "The year before has the same months, week or days",
        arguments: [
            ("2024-02", "2023-02-01…2023-02-28"), ("2025-02", "2024-02-01…2024-02-29"),
            ("2026-Q1", "2025-01-01…2025-03-31"),
            ("2026", "2025-01-01…2025-12-31"), ("2026-W05", "2025-01-27…2025-02-02"),
            ("2020-W53", "2019-12-23…2019-12-29"),
            ("2024-02-29", "2023-02-28…2023-02-28"), ("2026-01-03…2026-02-09", "2025-01-03…2025-02-09"),
            ("2024-11-01…2025-02-28", "2023-11-01…2024-02-29"),
        ]
    )
    func priorYear(text: String, expected: String) throws {
        #expect(try period(text).priorYear().description == expected)
    }

    @Test("A split has partial pieces at its ends only")
    func split() throws {
        let pieces = try period("2026-01-03…2026-04-09").split(by: .month)
        #expect(
            pieces.map(\.description) == [
                "2026-01-03…2026-01-31", "2026-02-01…2026-02-28", "2026-03-01…2026-03-31", "2026-04-01…2026-04-09",
            ]
        )
        #expect(pieces.map(\.unit) == [nil, .month, .month, nil])
        #expect(
            try period("2026").split(by: .quarter, fiscalYearStart: 2).map(\.unit) == [
                nil, .quarter, .quarter, .quarter, nil,
            ]
        )
        #expect(
            try period("2026-01").split(by: .week).map { $0.label() } == [
                "1 – 4 Jan 2026", "2026-W02", "2026-W03", "2026-W04", "26 – 31 Jan 2026",
            ]
        )
        #expect(try period("2024").split(by: .day).count == 366)
        #expect(try period("2024-03").split(by: .year).map(\.unit) == [nil])
        #expect(try period("9999").split(by: .half).count == 2)
    }

    @Test("Fiscal years, halves and quarters of a day")
    func fiscal() throws {
        let calendar = FiscalCalendar(startMonth: 10)
        let date = try #require(CalendarDate("2025-10-01"))
        #expect(calendar.year(of: date) == 2026)
        #expect(calendar.quarter(of: date) == 1)
        #expect(calendar.half(of: date.adding(days: -1)) == 2)
        #expect(calendar.quarter(4, of: 2025)?.description == "2025-07-01…2025-09-30")
        #expect(calendar.year(1) == nil)
        #expect(FiscalCalendar(startMonth: 1).quarter(5, of: 2025) == nil)
    }

    @Test("Arguments are read and results written")
    func json() throws {
        let value: JSONValue = ["start_date": "2025-04-01", "end_date": "2025-06-30", "label": "spring"]
        let period = try Period(value)
        #expect(period.unit == .quarter)
        #expect(period.json().text == #"{"start_date":"2025-04-01","end_date":"2025-06-30","label":"Q2 2025"}"#)
        #expect(try Period("2025-Q2" as JSONValue) == period)
    }

    @Test(
        "Arguments that are no period are refused with a reason",
        arguments: [
            ("last month", "not a period"), (5, "a period is an object"),
            (["start_date": "2025-04-01"], "end_date is missing"),
            (["end_date": "2025-04-01"], "start_date is missing"),
            (["start_date": "2025-04-31", "end_date": "2025-05-01"], "start_date is"),
            (["start_date": "2025-05-02", "end_date": "2025-05-01"], "end_date is before"),
            (["from": 1], "a period has no \"from\""),
        ] as [(JSONValue, String)]
    )
    func noJSON(value: JSONValue, reason: String) {
        let error = #expect(throws: PeriodError.self) { try Period(value) }
        #expect(error?.reason.hasPrefix(reason) == true)
    }
}
