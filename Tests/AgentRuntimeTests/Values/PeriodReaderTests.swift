import Testing

@testable import AgentRuntime

@Suite("PeriodReader")
struct PeriodReaderTests {
    /// What a question names: each period as its short form, `~` behind one that is still running.
    ///
    /// Each mention is resolved relative to the one before it.
    private func days(
        _ question: String,
        today: String = "2026-01-31",
        fiscalYearStart: Int = 1,
        tense: Tense = .past,
        context: String? = nil
    ) throws -> String {
        let today = try #require(CalendarDate(today))
        var context = context.flatMap { Period($0, fiscalYearStart: fiscalYearStart) }
        var found: [String] = []
        for mention in PeriodReader(question).mentions {
            let resolution = mention.expression.resolve(
                today: today,
                fiscalYearStart: fiscalYearStart,
                tense: tense,
                relativeTo: context
            )
            guard let resolution else {
                found.append("none")
                continue
            }
            context = resolution.period
            found.append(resolution.period.description + (resolution.isToDate ? "~" : ""))
        }
        return found.joined(separator: " ")
    }

    @Test(
        "Months, with and without a year",
        arguments: [
            ("revenue in January", "2026-01-01…2026-01-31"), ("revenue in february", "2025-02-01…2025-02-28"),
            ("show Dec", "2025-12-01…2025-12-31"), ("sales for Sept.", "2025-09-01…2025-09-30"),
            ("January 2026", "2026-01-01…2026-01-31"), ("jan 2025", "2025-01-01…2025-01-31"),
            ("Jan '26", "2026-01-01…2026-01-31"), ("Jan ’25", "2025-01-01…2025-01-31"),
            ("Jan'25", "2025-01-01…2025-01-31"),
            ("jan25", "2025-01-01…2025-01-31"), ("jan2025", "2025-01-01…2025-01-31"),
            ("Jan-25", "2025-01-01…2025-01-31"), ("01/2026", "2026-01-01…2026-01-31"),
            ("2026-01", "2026-01-01…2026-01-31"),
            ("2025/11", "2025-11-01…2025-11-30"), ("March of 2024", "2024-03-01…2024-03-31"),
            ("March, 2024", "2024-03-01…2024-03-31"),
            ("the month of March", "2025-03-01…2025-03-31"), ("month of March 2024", "2024-03-01…2024-03-31"),
            ("March last year", "2025-03-01…2025-03-31"), ("March of last year", "2025-03-01…2025-03-31"),
            ("last January", "2025-01-01…2025-01-31"), ("last March", "2025-03-01…2025-03-31"),
            ("this March", "2026-03-01…2026-03-31"),
            ("next March", "2026-03-01…2026-03-31"), ("next January", "2027-01-01…2027-01-31"),
            ("2025 January", "2025-01-01…2025-01-31"),
            ("last year's March", "2025-03-01…2025-03-31"), ("last year in March", "2025-03-01…2025-03-31"),
            ("2024, in March", "2024-03-01…2024-03-31"), ("March two years ago", "2024-03-01…2024-03-31"),
            ("costs in may", "2025-05-01…2025-05-31"),
            ("costs for May", "2025-05-01…2025-05-31"), ("opex May 2024", "2024-05-01…2024-05-31"),
            ("January's revenue", "2026-01-01…2026-01-31"),
            ("revenue in January?", "2026-01-01…2026-01-31"), ("(March 2025)", "2025-03-01…2025-03-31"),
        ]
    )
    func months(question: String, expected: String) throws {
        #expect(try days(question) == expected)
    }

    @Test(
        "Quarters, halves and weeks",
        arguments: [
            ("Q1", "2026-01-01…2026-03-31~"), ("total sales in Q2?", "2025-04-01…2025-06-30"),
            ("q2 2025", "2025-04-01…2025-06-30"),
            ("Q2'24", "2024-04-01…2024-06-30"), ("Q2 24", "2024-04-01…2024-06-30"),
            ("Q2-2025", "2025-04-01…2025-06-30"),
            ("2025-Q2", "2025-04-01…2025-06-30"), ("2025Q2", "2025-04-01…2025-06-30"),
            ("2025 Q2", "2025-04-01…2025-06-30"),
            ("2Q25", "2025-04-01…2025-06-30"), ("2Q 2025", "2025-04-01…2025-06-30"),
            ("Q2/2025", "2025-04-01…2025-06-30"),
            ("Q2 FY25", "2025-04-01…2025-06-30"), ("Q2FY25", "2025-04-01…2025-06-30"),
            ("FY25 Q2", "2025-04-01…2025-06-30"),
            ("FY25Q2", "2025-04-01…2025-06-30"), ("Q2 of fiscal 2025", "2025-04-01…2025-06-30"),
            ("quarter 3", "2025-07-01…2025-09-30"),
            ("second quarter", "2025-04-01…2025-06-30"), ("the 2nd quarter of 2025", "2025-04-01…2025-06-30"),
            ("fourth quarter 2024", "2024-10-01…2024-12-31"),
            ("first quarter of last year", "2025-01-01…2025-03-31"), ("Q3 last year", "2025-07-01…2025-09-30"),
            ("last year's second quarter", "2025-04-01…2025-06-30"), ("last year in Q1", "2025-01-01…2025-03-31"),
            ("this year and Q1 2024", "2026-01-01…2026-12-31~ 2024-01-01…2024-03-31"),
            ("last Q4", "2025-10-01…2025-12-31"), ("last Q1", "2025-01-01…2025-03-31"),
            ("this Q1", "2026-01-01…2026-03-31~"),
            ("last quarter of 2025", "2025-10-01…2025-12-31"), ("final quarter of 2024", "2024-10-01…2024-12-31"),
            ("Q4 a year ago", "2025-10-01…2025-12-31"),
            ("H1", "2026-01-01…2026-06-30~"), ("H2", "2025-07-01…2025-12-31"), ("H1 2025", "2025-01-01…2025-06-30"),
            ("2H25", "2025-07-01…2025-12-31"),
            ("first half of last year", "2025-01-01…2025-06-30"), ("second half 2024", "2024-07-01…2024-12-31"),
            ("first half", "2026-01-01…2026-06-30~"),
            ("2025-H2", "2025-07-01…2025-12-31"), ("2026-W01", "2025-12-29…2026-01-04"),
            ("week 3", "2026-01-12…2026-01-18"), ("week 40 of 2025", "2025-09-29…2025-10-05"),
            ("W03 2026", "2026-01-12…2026-01-18"), ("week 1 2026", "2025-12-29…2026-01-04"),
            ("week of January 14", "2026-01-12…2026-01-18"),
            ("the week of 2026-01-01", "2025-12-29…2026-01-04"),
        ]
    )
    func quarters(question: String, expected: String) throws {
        #expect(try days(question) == expected)
    }

    @Test(
        "Years",
        arguments: [
            ("revenue 2025", "2025-01-01…2025-12-31"), ("FY2025", "2025-01-01…2025-12-31"),
            ("FY 2025", "2025-01-01…2025-12-31"), ("fy25", "2025-01-01…2025-12-31"),
            ("FY'25", "2025-01-01…2025-12-31"), ("fiscal 2025", "2025-01-01…2025-12-31"),
            ("fiscal year 2025", "2025-01-01…2025-12-31"), ("financial year 2025", "2025-01-01…2025-12-31"),
            ("calendar 2025", "2025-01-01…2025-12-31"), ("CY24", "2024-01-01…2024-12-31"),
            ("the year 2024", "2024-01-01…2024-12-31"), ("2024/25", "2025-01-01…2025-12-31"),
            ("the fiscal year of 2025", "2025-01-01…2025-12-31"), ("2024 fiscal year", "2024-01-01…2024-12-31"),
            ("FY24-25", "2025-01-01…2025-12-31"), ("this year", "2026-01-01…2026-12-31~"),
            ("last year", "2025-01-01…2025-12-31"), ("past year", "2025-01-01…2025-12-31"),
            ("next year", "2027-01-01…2027-12-31"), ("last fiscal year", "2025-01-01…2025-12-31"),
            ("prior year", "2025-01-01…2025-12-31"), ("previous year", "2025-01-01…2025-12-31"),
            ("current year", "2026-01-01…2026-12-31~"), ("a year ago", "2025-01-01…2025-12-31"),
            ("two years ago", "2024-01-01…2024-12-31"), ("year before last", "2024-01-01…2024-12-31"),
            ("this FY", "2026-01-01…2026-12-31~"), ("costs for the year", "2026-01-01…2026-12-31~"),
            ("in the fiscal year", "2026-01-01…2026-12-31~"),
        ]
    )
    func years(question: String, expected: String) throws {
        #expect(try days(question) == expected)
    }

    @Test(
        "Relative periods and counts of units",
        arguments: [
            ("What was my revenue last month?", "2026-01-01…2026-01-31"), ("this month", "2026-02-01…2026-02-28~"),
            ("next month", "2026-03-01…2026-03-31"),
            ("current month", "2026-02-01…2026-02-28~"), ("previous month", "2026-01-01…2026-01-31"),
            ("prior month", "2026-01-01…2026-01-31"), ("past month", "2026-01-01…2026-01-31"),
            ("last month's opex", "2026-01-01…2026-01-31"), ("last-month", "2026-01-01…2026-01-31"),
            ("last quarter", "2025-10-01…2025-12-31"), ("this quarter", "2026-01-01…2026-03-31~"),
            ("next quarter", "2026-04-01…2026-06-30"), ("last fiscal quarter", "2025-10-01…2025-12-31"),
            ("last half", "2025-07-01…2025-12-31"), ("this half", "2026-01-01…2026-06-30~"),
            ("last half-year", "2025-07-01…2025-12-31"), ("last week", "2026-02-02…2026-02-08"),
            ("this week", "2026-02-09…2026-02-15~"), ("next week", "2026-02-16…2026-02-22"),
            ("month before last", "2025-12-01…2025-12-31"), ("last month but one", "2025-12-01…2025-12-31"),
            ("two quarters ago", "2025-07-01…2025-09-30"),
            ("3 months ago", "2025-11-01…2025-11-30"), ("ten days ago", "2026-01-31…2026-01-31"),
            ("a month ago", "2026-01-01…2026-01-31"), ("last 6 months", "2025-09-01…2026-02-28~"),
            ("last six months", "2025-09-01…2026-02-28~"), ("the past 3 quarters", "2025-07-01…2026-03-31~"),
            ("past 90 days", "2025-11-13…2026-02-10"), ("last 90d", "2025-11-13…2026-02-10"),
            ("last 12m", "2025-03-01…2026-02-28~"), ("last 7 days", "2026-02-04…2026-02-10"),
            ("last 2 years", "2025-01-01…2026-12-31~"), ("last couple of months", "2026-01-01…2026-02-28~"),
            ("last few months", "2025-12-01…2026-02-28~"), ("last 1 month", "2026-01-01…2026-01-31"),
            ("trailing twelve months", "2025-03-01…2026-02-28~"), ("trailing 12-month", "2025-03-01…2026-02-28~"),
            ("TTM", "2025-03-01…2026-02-28~"), ("LTM revenue", "2025-03-01…2026-02-28~"),
            ("T12M", "2025-03-01…2026-02-28~"), ("L3M", "2025-12-01…2026-02-28~"),
            ("rolling 3 months", "2025-12-01…2026-02-28~"), ("rolling year", "2025-03-01…2026-02-28~"),
            ("TTM ending June 2025", "2024-07-01…2025-06-30"),
            ("12 months ended 30 June 2025", "2024-07-01…2025-06-30"),
            ("quarter ended March 31, 2025", "2025-01-01…2025-03-31"), ("next 3 months", "2026-03-01…2026-05-31"),
            ("next 30 days", "2026-02-11…2026-03-12"), ("3 months from now", "2026-05-01…2026-05-31"),
            ("last full month", "2026-01-01…2026-01-31"), ("latest quarter", "2026-01-01…2026-03-31~"),
            ("most recent month", "2026-02-01…2026-02-28~"), ("most recent full quarter", "2025-10-01…2025-12-31"),
            ("year to date", "2026-01-01…2026-02-28~"), ("year-to-date", "2026-01-01…2026-02-28~"),
            ("YTD", "2026-01-01…2026-02-28~"), ("fiscal year to date", "2026-01-01…2026-02-28~"),
            ("QTD", "2026-01-01…2026-02-28~"), ("quarter to date", "2026-01-01…2026-02-28~"),
            ("MTD", "2026-02-01…2026-02-28~"), ("month-to-date", "2026-02-01…2026-02-28~"),
            ("WTD", "2026-02-09…2026-02-15~"), ("this year so far", "2026-01-01…2026-02-28~"),
            ("so far this year", "2026-01-01…2026-02-28~"), ("so far this quarter", "2026-01-01…2026-02-28~"),
            ("YTD last year", "2025-01-01…2025-02-28"), ("2025 YTD", "2025-01-01…2025-02-28"),
            ("last year to date", "2025-01-01…2025-02-28"), ("today", "2026-02-10…2026-02-10"),
            ("yesterday", "2026-02-09…2026-02-09"), ("tomorrow", "2026-02-11…2026-02-11"),
            ("day before yesterday", "2026-02-08…2026-02-08"), ("on Monday", "2026-02-09…2026-02-09"),
            ("last Tuesday", "2026-02-03…2026-02-03"), ("next Friday", "2026-02-13…2026-02-13"),
            ("all time", "0001-01-01…2026-02-28~"), ("best month ever", "0001-01-01…2026-02-28~"),
            ("all-time high", "0001-01-01…2026-02-28~"), ("since inception", "0001-01-01…2026-02-28~"),
        ]
    )
    func relative(question: String, expected: String) throws {
        #expect(try days(question, today: "2026-02-10") == expected)
    }

    @Test(
        "Days and ranges",
        arguments: [
            ("on 2026-01-15", "2026-01-15…2026-01-15"), ("15 January 2026", "2026-01-15…2026-01-15"),
            ("January 15, 2026", "2026-01-15…2026-01-15"), ("Jan 15th 2025", "2025-01-15…2025-01-15"),
            ("the 15th of January", "2026-01-15…2026-01-15"), ("March 3", "2025-03-03…2025-03-03"),
            ("3 March", "2025-03-03…2025-03-03"), ("1/15/2026", "2026-01-15…2026-01-15"),
            ("15/1/2026", "2026-01-15…2026-01-15"), ("15.01.2026", "2026-01-15…2026-01-15"),
            ("1/15/26", "2026-01-15…2026-01-15"), ("on Jan 26", "2026-01-26…2026-01-26"),
            ("in Jan 26", "2026-01-01…2026-01-31"), ("15-Jan-2026", "2026-01-15…2026-01-15"),
            ("since March", "2025-03-01…2026-01-31"), ("since 2025-12-05", "2025-12-05…2026-01-31"),
            ("since last year", "2025-01-01…2026-01-31"), ("since the beginning of 2025", "2025-01-01…2026-01-31"),
            ("since the start of the year", "2026-01-01…2026-01-31"), ("from March onwards", "2025-03-01…2026-01-31"),
            ("from March to date", "2025-03-01…2026-01-31"), ("from March until now", "2025-03-01…2026-01-31"),
            ("from March to today", "2025-03-01…2026-01-31"), ("from Jan to Mar 2025", "2025-01-01…2025-03-31"),
            ("between 2025-01-01 and 2025-02-15", "2025-01-01…2025-02-15"),
            ("between January and March", "2025-01-01…2025-03-31"), ("January through June", "2025-01-01…2025-06-30"),
            ("Jan-Mar 2025", "2025-01-01…2025-03-31"),
            ("Jan – Mar 2025", "2025-01-01…2025-03-31"), ("Nov to Jan", "2025-11-01…2026-01-31"),
            ("Nov 2024 to Feb", "2024-11-01…2025-02-28"), ("Nov–Feb 2025", "2024-11-01…2025-02-28"),
            ("Q1-Q3 2025", "2025-01-01…2025-09-30"), ("Q1 to Q2 2024", "2024-01-01…2024-06-30"),
            ("2023 to 2025", "2023-01-01…2025-12-31"), ("2023-2025", "2023-01-01…2025-12-31"),
            ("from 2025-01-03 to 2025-02-09", "2025-01-03…2025-02-09"),
            ("3 Jan – 9 Feb 2026", "2026-01-03…2026-02-09~"), ("January 3-9, 2026", "2026-01-03…2026-01-09"),
            ("3 to 9 January 2026", "2026-01-03…2026-01-09"),
            ("January 3 through January 9", "2026-01-03…2026-01-09"),
            ("from January to March of last year", "2025-01-01…2025-03-31"),
            ("first 3 months of 2025", "2025-01-01…2025-03-31"), ("last 3 months of 2025", "2025-10-01…2025-12-31"),
            ("first six months of last year", "2025-01-01…2025-06-30"),
            ("third month of Q2 2025", "2025-06-01…2025-06-30"), ("last month of the quarter", "2026-03-01…2026-03-31"),
            ("first week of January", "2026-01-01…2026-01-07"),
            ("last week of December", "2025-12-25…2025-12-31"), ("last day of Q2", "2025-06-30…2025-06-30"),
            ("end of 2025", "2025-12-01…2025-12-31"), ("at the end of January", "2026-01-31…2026-01-31"),
            ("start of 2025", "2025-01-01…2025-01-31"), ("beginning of Q2 2025", "2025-04-01…2025-04-30"),
            ("rest of the year", "2026-02-01…2026-12-31"), ("remainder of the quarter", "2026-02-01…2026-03-31"),
            ("year end", "2026-12-01…2026-12-31"), ("by the end of the year", "2026-01-01…2026-12-31~"),
            ("by year-end", "2026-01-01…2026-12-31~"), ("through June 2025", "2025-01-01…2025-06-30"),
            ("up to March 2025", "2025-01-01…2025-03-31"), ("between Q1 2025 and Q2 2025", "2025-01-01…2025-06-30"),
            ("first two weeks of January", "2026-01-01…2026-01-14"),
            ("second week of January", "2026-01-08…2026-01-14"), ("2025-01-01..2025-03-31", "2025-01-01…2025-03-31"),
            ("2025-01-01…2025-03-31", "2025-01-01…2025-03-31"),
            ("from the 5th to the 20th of January", "2026-01-05…2026-01-20"),
            ("between the 5th and the 20th of January 2025", "2025-01-05…2025-01-20"),
            ("at year end 2024", "2024-12-01…2024-12-31"), ("the 12 months to December 2025", "2025-01-01…2025-12-31"),
            ("after October", "2025-11-01…2026-01-31"), ("before 2025", "0001-01-01…2024-12-31"),
            ("after Q1 2026", "2026-04-01…2026-12-31"), ("the quarter before Q2 2025", "2025-01-01…2025-03-31"),
            ("two months before March 2025", "2025-01-01…2025-01-31"),
            ("a year before Q2 2025", "2024-04-01…2024-06-30"), ("end of quarter", "2026-03-01…2026-03-31"),
            ("start of year", "2026-01-01…2026-01-31"), ("first-half results", "2026-01-01…2026-06-30~"),
            ("second-quarter revenue", "2025-04-01…2025-06-30"),
            ("half a year ago", "2025-07-01…2025-07-31"), ("last half a year", "2025-08-01…2026-01-31"),
            ("last year same quarter", "2025-01-01…2025-03-31"), ("01.2026", "2026-01-01…2026-01-31"),
        ]
    )
    func ranges(question: String, expected: String) throws {
        #expect(try days(question) == expected)
    }

    @Test(
        "Several periods in one question",
        arguments: [
            ("Q1 and Q2", "2026-01-01…2026-03-31~ 2025-04-01…2025-06-30"),
            ("Q1 vs Q2 2025", "2025-01-01…2025-03-31 2025-04-01…2025-06-30"),
            ("Q1, Q2 and Q3 2025", "2025-01-01…2025-03-31 2025-04-01…2025-06-30 2025-07-01…2025-09-30"),
            ("January vs. February 2025", "2025-01-01…2025-01-31 2025-02-01…2025-02-28"),
            ("January 2024 vs 2025", "2024-01-01…2024-01-31 2025-01-01…2025-01-31"),
            ("Q2 2025 versus 2024", "2025-04-01…2025-06-30 2024-04-01…2024-06-30"),
            ("Q2 2025 compared to last year", "2025-04-01…2025-06-30 2024-04-01…2024-06-30"),
            ("Q2 vs last year", "2025-04-01…2025-06-30 2024-04-01…2024-06-30"),
            ("this month vs last month", "2026-01-01…2026-01-31 2025-12-01…2025-12-31"),
            ("this month vs last", "2026-01-01…2026-01-31 2025-12-01…2025-12-31"),
            ("this month vs last year", "2026-01-01…2026-01-31 2025-01-01…2025-01-31"),
            ("this year vs last year", "2026-01-01…2026-12-31~ 2025-01-01…2025-12-31"),
            ("Q4 2025 against the prior quarter", "2025-10-01…2025-12-31 2025-07-01…2025-09-30"),
            ("Q2 2025 vs the same quarter last year", "2025-04-01…2025-06-30 2024-04-01…2024-06-30"),
            ("last month compared with the same month a year ago", "2025-12-01…2025-12-31 2024-12-01…2024-12-31"),
            ("Q2 2025 vs same period of 2023", "2025-04-01…2025-06-30 2023-04-01…2023-06-30"),
            ("January 2026 and the month before", "2026-01-01…2026-01-31 2025-12-01…2025-12-31"),
            ("2025 and 2024", "2025-01-01…2025-12-31 2024-01-01…2024-12-31"),
            ("how did revenue change from Q1 2025 to Q2 2025", "2025-01-01…2025-03-31 2025-04-01…2025-06-30"),
            ("difference between January and March 2025", "2025-01-01…2025-01-31 2025-03-01…2025-03-31"),
            ("compare Q1 2025 to Q2 2025", "2025-01-01…2025-03-31 2025-04-01…2025-06-30"),
            ("compare January 2025 with January 2024", "2025-01-01…2025-01-31 2024-01-01…2024-01-31"),
            ("Q1/Q2 2025", "2025-01-01…2025-03-31 2025-04-01…2025-06-30"),
            ("Q2 over Q1 2025", "2025-04-01…2025-06-30 2025-01-01…2025-03-31"),
            ("last 30 days vs previous 30 days", "2026-01-02…2026-01-31 2025-12-03…2026-01-01"),
            ("last 3 months vs the 3 months before", "2025-11-01…2026-01-31 2025-08-01…2025-10-31"),
            ("YTD vs prior YTD", "2026-01-01…2026-01-31 2025-01-01…2025-01-31"),
            ("growth in 2025 over 2024", "2025-01-01…2025-12-31 2024-01-01…2024-12-31"),
            ("was 2025 better than 2024", "2025-01-01…2025-12-31 2024-01-01…2024-12-31"),
            ("this quarter vs the previous one", "2026-01-01…2026-03-31~ 2025-10-01…2025-12-31"),
        ]
    )
    func several(question: String, expected: String) throws {
        #expect(try days(question) == expected)
    }

    @Test(
        "Periods beside the one that was spoken of",
        arguments: [
            ("the quarter before", "2025-Q2", "2025-01-01…2025-03-31"),
            ("and the month before that?", "2025-03", "2025-02-01…2025-02-28"),
            ("the year before", "2025-Q2", "2024-04-01…2024-06-30"),
            ("the previous quarter", "2025-Q1", "2024-10-01…2024-12-31"),
            ("same quarter last year", "2025-Q2", "2024-04-01…2024-06-30"),
            ("the same period last year", "2025-H1", "2024-01-01…2024-06-30"),
            ("the previous period", "2025-03", "2025-02-01…2025-02-28"),
            ("prior period", "2025", "2024-01-01…2024-12-31"),
            ("a quarter earlier", "2025-Q3", "2025-04-01…2025-06-30"),
            ("the following month", "2025-03", "2025-04-01…2025-04-30"),
            ("the month after that", "2025-12", "2026-01-01…2026-01-31"),
            ("the prior month", "2025-Q2", "2025-03-01…2025-03-31"),
            ("the quarter before", "2026-01", "2025-10-01…2025-12-31"),
            ("a year earlier", "2025-03", "2024-03-01…2024-03-31"),
            ("the year before", "2024", "2023-01-01…2023-12-31"),
            ("same time last year", "2025-W10", "2024-03-04…2024-03-10"),
            ("last month", "2024-05", "2025-12-01…2025-12-31"),
        ]
    )
    func relativeToContext(question: String, context: String, expected: String) throws {
        #expect(try days(question, context: context) == expected)
    }

    @Test(
        "Without a period spoken of, today stands for it where a unit is named",
        arguments: [
            ("same quarter last year", "2025-01-01…2025-03-31"), ("this time last year", "2025-01-01…2025-01-31"),
            ("the quarter before", "2025-10-01…2025-12-31"), ("the previous period", "none"),
        ]
    )
    func withoutContext(question: String, expected: String) throws {
        #expect(try days(question) == expected)
    }

    @Test(
        "Questions about the future take the first that has not ended",
        arguments: [
            ("Q1", "2026-01-01…2026-03-31~"), ("Q2", "2026-04-01…2026-06-30"), ("Q4", "2026-10-01…2026-12-31"),
            ("January", "2026-01-01…2026-01-31"), ("December", "2026-12-01…2026-12-31"),
            ("H2", "2026-07-01…2026-12-31"), ("March 5", "2026-03-05…2026-03-05"),
            ("from March to May", "2026-03-01…2026-05-31"), ("Nov to Feb", "2026-11-01…2027-02-28"),
            ("last month", "2025-12-01…2025-12-31"),
            ("since March", "2025-03-01…2026-01-31"), ("Q2 2025", "2025-04-01…2025-06-30"),
        ]
    )
    func future(question: String, expected: String) throws {
        #expect(try days(question, tense: .future) == expected)
    }

    @Test(
        "Quarters and years are those of the fiscal year",
        arguments: [
            ("this year", "2025-10-01…2026-09-30~"), ("FY2025", "2024-10-01…2025-09-30"),
            ("fiscal 2026", "2025-10-01…2026-09-30~"), ("2025", "2024-10-01…2025-09-30"),
            ("calendar 2025", "2025-01-01…2025-12-31"),
            ("last calendar year", "2025-01-01…2025-12-31"), ("Q1", "2025-10-01…2025-12-31"),
            ("Q2", "2026-01-01…2026-03-31~"), ("Q4 2025", "2025-07-01…2025-09-30"),
            ("calendar Q4 2025", "2025-10-01…2025-12-31"),
            ("November 2025", "2025-11-01…2025-11-30"), ("November FY2026", "2025-11-01…2025-11-30"),
            ("November last year", "2025-11-01…2025-11-30"), ("YTD", "2025-10-01…2026-01-31"),
            ("last quarter", "2025-10-01…2025-12-31"),
            ("this half", "2025-10-01…2026-03-31~"), ("H2", "2025-04-01…2025-09-30"),
            ("first quarter of FY26", "2025-10-01…2025-12-31"), ("year to date last year", "2024-10-01…2025-01-31"),
            ("calendar year to date", "2026-01-01…2026-01-31"),
        ]
    )
    func fiscal(question: String, expected: String) throws {
        #expect(try days(question, fiscalYearStart: 10) == expected)
    }

    @Test(
        "What names no period is left alone",
        arguments: [
            "revenue year over year", "growth yoy", "month over month", "sales in summer", "revenue by month",
            "per quarter", "each week", "monthly revenue", "what may happen", "May I see the revenue", "you may go on",
            "top 5 customers", "a quarter of revenue", "half of it", "$2025", "2,025 units", "2025.5",
            "more than 2024 units", "over 2000 deals", "10% growth", "ORD-2024-001", "Q5", "H3", "2026-13",
            "last 3 deals", "first customer",
            "second largest vendor", "the last invoice", "past due", "next steps", "current pipeline", "week 60",
            "v2025", "2025k", "10,000 iterations", "this is it", "last", "previous", "the year", "", "?!", "- - -",
            "2 3 4", "1.5", "the same customer",
            "first half of customers", "INV-2025", "did we march on", "1.2026", "2024-01-99", "2025-abc",
            "SKU 12-2025-7",
        ]
    )
    func noPeriods(question: String) throws {
        #expect(PeriodReader(question).mentions.map { "\($0)" } == [])
    }

    @Test("The words that name a period and those that tie it are told")
    func words() {
        let mentions = PeriodReader("Compare revenue in Q2 2025 to the same quarter last year, please").mentions
        #expect(mentions.map(\.words) == [3..<5, 6..<11])
        #expect(mentions.map(\.lead) == [.none, .versus])
        #expect(mentions.last?.leadWords == 5..<6)
    }

    @Test(
        "Leads",
        arguments: [
            ("Q1 and Q2", [.none, .and]), ("Q1, Q2", [.none, .and]), ("Q1 vs Q2", [.none, .versus]),
            ("revenue vs last year", [.versus]), ("compared to Q2", [.versus]), ("higher than in March", [.versus]),
            ("change from Q1 to Q2", [.none, .change]), ("growth between January and March", [.none, .change]),
            ("compare Q1 and Q2", [.none, .versus]), ("up from last month", [.versus]),
            ("up by 12.5% from Q1", [.versus]), ("orders from Q1", [.none]), ("from Q1 to Q2", [.none]),
            ("revenue over the last 6 months", [.none]), ("Q2 over Q1", [.none, .versus]),
            ("Q1. And Q2?", [.none, .none]),
        ] as [(String, [PeriodMention.Lead])]
    )
    func leads(question: String, expected: [PeriodMention.Lead]) {
        #expect(PeriodReader(question).mentions.map(\.lead) == expected)
    }

    @Test("Every expression is recorded and read again")
    func json() throws {
        let questions = [
            "on 2026-01-15", "Q2", "last March", "this Q1", "next Friday", "Q2 of last year", "2025", "last month",
            "the quarter before", "previous period", "last 6 months", "next 3 months", "12 months ended June 2025",
            "YTD", "YTD last year",
            "since March", "through June", "rest of the year", "Jan to March", "first 3 months of 2025",
            "last week of January", "week of January 5", "same quarter last year", "same period last year",
            "calendar 2025", "all time", "week 3", "March 5", "H1", "Monday", "the quarter before Q2",
            "the period before 2025", "the prior 3 months", "before 2025", "after March",
        ]
        for question in questions {
            let mention = try #require(PeriodReader(question).mentions.first, "\(question)")
            #expect(
                PeriodExpression(try JSONValue(parsing: mention.expression.json.bytes())) == mention.expression,
                "\(question)"
            )
        }
    }

    @Test(
        "What is no recorded expression is refused",
        arguments: [
            "null", "[]", #"["year"]"#, #"["year", 0]"#, #"["year", "2025"]"#, #"["month", 1]"#,
            #"["named", ["month", 13], ["bare"]]"#, #"["relative", "decade", 1]"#,
            #"["relative", "year", 99999999999999999999]"#, #"["since", ["since"]]"#,
            #"["trailing", 0, "month"]"#, #"["edge", 0, "month", ["year", 2025]]"#, #"{"year": 2025}"#,
        ]
    )
    func noExpression(text: String) throws {
        #expect(PeriodExpression(try JSONValue(parsing: text)) == nil)
    }

    @Test("Long and nested texts are read without trouble")
    func hostile() {
        #expect(PeriodReader(String(repeating: "first week of ", count: 20_000)).mentions.isEmpty)
        #expect(PeriodReader(String(repeating: "Q1 vs ", count: 20_000)).mentions.count == 20_000)
        #expect(PeriodReader(String(repeating: "from the ", count: 20_000)).mentions.isEmpty)
        #expect(PeriodReader(String(repeating: "fiscal ", count: 20_000)).mentions.isEmpty)
        #expect(PeriodReader(String(repeating: "the ", count: 50_000) + "9999999999999999999999").mentions.isEmpty)
    }

    @Test("Slashes are read day first where the tenant writes so")
    func dayFirst() {
        #expect(
            PeriodReader("3/4/2026").mentions.first?.expression == CalendarDate("2026-03-04").map(PeriodExpression.day)
        )
        let mention = PeriodReader("3/4/2026", dayFirst: true).mentions.first
        #expect(mention?.expression == CalendarDate("2026-04-03").map(PeriodExpression.day))
    }
}
