import Testing

@testable import AgentRuntime

@Suite("Frames and follow-ups")
struct FrameTests {
    private func span(_ start: String, _ end: String, words: String = "") throws -> Frame.Span {
        let first = try #require(CalendarDate(start))
        let last = try #require(CalendarDate(end))
        let period = try #require(Period(start: first, end: last))
        return Frame.Span(words: words, period: period, isToDate: false)
    }

    @Test("A frame comes back from its record as it was")
    func record() throws {
        var frame = Frame()
        frame.text = "top 3"
        frame.metrics = ["revenue"]
        frame.subjects = ["deals"]
        frame.filters = [Frame.Filter(dimension: "region", values: ["Iberia"], isExcluded: true)]
        frame.groupings = ["product"]
        frame.periods = [try span("2025-04-01", "2025-06-30", words: "q2")]
        frame.hasBaseline = true
        frame.comparisons = ["budget"]
        frame.granularity = "month"
        frame.order = .ascending
        frame.limit = 3
        frame.thresholds = [Frame.Threshold(isAbove: true, value: ExactNumber(5), isPercent: true, words: "5%")]
        frame.cues = ["why"]
        frame.chart = "bar"
        frame.form = .which
        frame.tense = .past
        frame.isNegated = true
        frame.words = ["top"]
        frame.unexplained = [Frame.Word(text: "zork", isTolerable: false)]
        #expect(Frame(json: frame.json, fiscalYearStart: 1) == frame)
    }

    @Test("What is no frame is refused, not guessed")
    func noFrame() {
        #expect(Frame(json: "text", fiscalYearStart: 1) == nil)
        #expect(Frame.Span(json: ["start_date": "2025-01-02", "end_date": "2025-01-01"], fiscalYearStart: 1) == nil)
    }

    @Test("A plan that leaves out what changes the question explains nothing")
    func score() {
        var frame = Frame()
        frame.metrics = ["revenue"]
        frame.weights = ["metric": 1, "value": 1, "chart": 1]
        frame.unexplained = [Frame.Word(text: "nicely", isTolerable: true)]
        #expect(frame.explained(by: ["metric", "value", "chart"]) == 3 / 3.5)
        #expect(frame.explained(by: ["metric", "value"]) == 2 / 3.5)
        #expect(frame.explained(by: ["metric"]) == 0)
    }

    private func old() throws -> Frame {
        var frame = Frame()
        frame.metrics = ["revenue"]
        frame.periods = [try span("2025-04-01", "2025-06-30")]
        frame.filters = [Frame.Filter(dimension: "region", values: ["EMEA"])]
        frame.cues = ["share"]
        return frame
    }

    @Test("A new filter replaces the one of its dimension and keeps the rest")
    func filter() throws {
        var new = Frame()
        new.filters = [Frame.Filter(dimension: "region", values: ["APAC"])]
        let merged = FollowUp.merge(new, onto: try old())
        #expect(merged.metrics == ["revenue"])
        #expect(merged.filters == new.filters)
        #expect(merged.cues == ["share"])
        #expect(merged.inheritsSubject)
    }

    @Test("A new intent replaces the old one")
    func intent() throws {
        var new = Frame()
        new.cues = ["why"]
        #expect(FollowUp.merge(new, onto: try old()).cues == ["why"])
    }

    @Test("A grouping lifts the filter of its dimension")
    func grouping() throws {
        var new = Frame()
        new.groupings = ["region"]
        #expect(FollowUp.merge(new, onto: try old()).filters.isEmpty)
    }

    @Test("Last year after a quarter is that quarter of the year before")
    func lastYear() throws {
        var new = Frame()
        new.periods = [try span("2025-01-01", "2025-12-31", words: "last year")]
        let merged = FollowUp.merge(new, onto: try old())
        #expect(merged.periods.first?.period.start == CalendarDate("2024-04-01"))
        new.periods = [try span("2024-01-01", "2024-12-31", words: "2024")]
        #expect(FollowUp.merge(new, onto: try old()).periods == new.periods)
    }

    @Test("The difference after one period and then another is that between the two")
    func difference() throws {
        var other = Frame()
        other.periods = [try span("2025-10-01", "2025-12-31")]
        let second = FollowUp.merge(other, onto: try old())
        let kept = try #require(Frame(json: second.json, fiscalYearStart: 1))
        var asked = Frame()
        asked.cues = ["difference"]
        let starts = FollowUp.merge(asked, onto: kept).periods.map(\.period.start)
        #expect(starts == [CalendarDate("2025-10-01"), CalendarDate("2025-04-01")])
        #expect(FollowUp.merge(asked, onto: try old()).periods.count == 1)
        asked.comparisons = ["budget"]
        #expect(FollowUp.merge(asked, onto: kept).periods.count == 1)
    }

    @Test("A whole question of its own keeps only the time of the one before")
    func ownQuestion() throws {
        var new = Frame()
        new.metrics = ["opex"]
        let merged = FollowUp.merge(new, onto: try old())
        #expect(merged.filters.isEmpty)
        #expect(merged.periods.first?.period.start == CalendarDate("2025-04-01"))
        new.leansBack = true
        #expect(FollowUp.merge(new, onto: try old()).filters == [Frame.Filter(dimension: "region", values: ["EMEA"])])
    }
}
