internal import AgentRuntime
internal import Foundation

/// Puts together what a period has brought, what the past foretells of its rest, and what its deals promise.
///
/// Revenue: whole months that are booked count as they are; the running month and those after it are forecast from the
/// months before, and the running one is at least what is booked of it. The interval is that of the forecast months
/// together. Deals: won ones of the period as they are, open ones that close in what is left of it with the
/// probability of `DealScoreModel`; as independent events their sum has variance Σ p(1 − p)·amount². Where the past is
/// too short, the deals stand alone for the forecast.
struct RevenueForecast {
    private static let monthsMax = 120
    /// Forecasting more months than this says nothing.
    private static let stepsMax = 36

    private let arguments: JSONObject
    private let settings: TenantSettings
    private let period: PeriodArgument
    private let series: [Double]
    private let booked: ExactNumber
    private let bookedRows: Int
    private let budget: ExactNumber?
    private let deals: [Deal]
    private let model: DealScoreModel

    init(
        _ arguments: JSONObject,
        _ ledger: LedgerSnapshot,
        _ connection: SQLiteConnection,
        _ settings: TenantSettings
    ) throws {
        self.arguments = arguments
        self.settings = settings
        let calendar = FiscalCalendar(startMonth: settings.fiscalYearStart)
        if let value = arguments["period"], !value.isNull {
            period = try PeriodArgument(value, settings: settings)
        } else {
            period = PeriodArgument(calendar.period(.quarter, containing: settings.today), settings: settings)
        }
        let today = settings.today
        guard period.period.end >= today else {
            throw FigureFailure.invalidPeriod("\(period.label) has ended; ask for its revenue instead")
        }
        let current = today.monthNumber
        guard period.period.end.monthNumber - current < Self.stepsMax else {
            throw FigureFailure.invalidPeriod("it ends more than \(Self.stepsMax) months ahead")
        }
        deals = try DealStore(connection).all()
        model = DealScoreModel(deals, today: today, segmentOf: try DealScoreTool.segments(of: deals, connection))
        var series: [Double] = []
        var booked = ExactNumber.zero
        var rows = 0
        var budget: ExactNumber?
        if let first = ledger.firstDate, first <= today {
            let metric = try MetricCatalogue.find("revenue", in: ledger)
            let calculator = try FigureCalculator(metric, filters: [], ledger: ledger, settings: settings)
            let start = max(first.monthNumber, current - Self.monthsMax)
            for month in start..<max(start, current) {
                guard let day = CalendarDate(monthNumber: month) else { continue }
                let figure = calculator.figure(calendar.period(.month, containing: day))
                series.append(try figure.value?.double ?? 0)
            }
            let actual = calculator.figure(period.period)
            booked = try actual.value ?? .zero
            rows = actual.rows
            let planned = calculator.figure(period.period, .budget)
            if planned.rows > 0 { budget = try planned.value }
        }
        guard !series.isEmpty || !deals.isEmpty else { throw FigureFailure.none(of: "ledger rows or deals") }
        self.series = series
        self.booked = booked
        bookedRows = rows
        self.budget = budget
    }

    /// Value and deviation of an estimate.
    private struct Estimate {
        var value: Double
        var deviation: Double
    }

    func result() throws -> ToolResult {
        let current = settings.today.monthNumber
        let last = period.period.end.monthNumber - current
        let first = max(0, period.period.start.monthNumber - current)
        let forecast = Forecast(series, steps: last + 1)
        var revenue: Estimate?
        if let forecast { revenue = self.revenue(forecast, first, last) }
        let pipeline = self.pipeline(period.period)
        guard let main = revenue ?? pipeline.estimate else {
            throw FigureFailure(
                code: "no_data",
                message: "There is neither enough revenue in the past nor a deal that closes in \(period.label).",
                more: ["available": .null]
            )
        }
        func money(_ value: Double) -> JSONValue { JSONValue.exact(ExactNumber(rounding: value, places: 0)) }
        var content: JSONObject = [
            "as_of": .string(settings.today.description),
            "currency": .string(settings.currency),
            "period": period.json,
            "basis": revenue == nil ? "pipeline" : "history",
            "booked": .exact(booked),
            "expected": money(main.value),
            "intervals": .object(intervals(main)),
            "pipeline": .object(pipeline.content),
            "budget": budget.map(JSONValue.exact) ?? .null,
            "months": .array(months(forecast)),
        ]
        if let budget {
            let gap = ExactNumber(rounding: main.value, places: 0).subtracting(budget) ?? .zero
            content["gap_to_budget"] = .exact(gap)
            content["probability_of_budget"] = .exact(
                ExactNumber(
                    rounding: main.deviation > 0
                        ? 1 - Normal.cumulative((budget.double - main.value) / main.deviation)
                        : main.value >= budget.double ? 1 : 0,
                    places: 4
                )
            )
            content["coverage_ratio"] = coverage(budget, pipeline.open)
        }
        if let forecast {
            content["method"] = .string(forecast.chosen.method.rawValue)
            content["months_of_history"] = .integer(series.count)
            content["factors"] = ForecastFactors(series, steps: first..<(max(first, last) + 1)).json
            content["rmse"] = .exact(ExactNumber(rounding: forecast.chosen.rmse, places: 2))
            content["mape"] =
                forecast.chosen.mape.map { JSONValue.exact(ExactNumber(rounding: $0, places: 4)) } ?? .null
        }
        let text = "\(series.count) months of revenue, \(pipeline.deals.count) open deals"
        let rows = Citation.rows(
            "deal",
            text,
            rows: pipeline.deals.count + bookedRows,
            tool: RevenueForecastTool.name,
            arguments
        )
        let largest = pipeline.deals.sorted { ($1.units, $0.id) < ($0.units, $1.id) }.prefix(5)
        return ToolResult(
            content: .object(content),
            citations: [rows]
                + largest.map { deal in
                    Citation(
                        source: "deal",
                        id: deal.id,
                        text: deal.account.isEmpty ? deal.name : "\(deal.name), \(deal.account)"
                    )
                }
        )
    }

    private func revenue(_ forecast: Forecast, _ first: Int, _ last: Int) -> Estimate {
        var value = 0.0
        // Whole months of the period that have passed.
        let start = period.period.start.monthNumber - settings.today.monthNumber
        if start < 0 { value += series.suffix(min(-start, series.count)).reduce(0, +) }
        var running = booked.double - value
        for step in first...max(first, last) where forecast.values.indices.contains(step) {
            let month = max(0, forecast.values[step])
            if step == 0 {
                value += max(month, running)
                running = 0
            } else {
                value += month
            }
        }
        return Estimate(value: value, deviation: forecast.deviation(ofSum: first..<(max(first, last) + 1)))
    }

    /// The months of the period that have not ended, each by itself; one without a basis is left out.
    private func months(_ forecast: Forecast?) -> [JSONValue] {
        let current = settings.today.monthNumber
        let last = period.period.end.monthNumber
        return (max(current, period.period.start.monthNumber)...max(current, last)).compactMap { number in
            guard let start = CalendarDate(monthNumber: number),
                let span = Period(start: start, end: start.endOfMonth)
            else { return nil }
            let step = number - current
            var estimate: Estimate?
            if let forecast, forecast.values.indices.contains(step) {
                estimate = Estimate(value: max(0, forecast.values[step]), deviation: forecast.deviation(step))
            }
            guard let month = estimate ?? pipeline(span).estimate else { return nil }
            let reach = Forecast.intervals[0].z * month.deviation
            return [
                "month": .string(String(start.description.prefix(7))),
                "expected": .exact(ExactNumber(rounding: month.value, places: 0)),
                "lower_80": .exact(ExactNumber(rounding: max(0, month.value - reach), places: 0)),
                "upper_80": .exact(ExactNumber(rounding: month.value + reach, places: 0)),
            ]
        }
    }

    private func intervals(_ estimate: Estimate) -> JSONObject {
        var json = JSONObject()
        for interval in Forecast.intervals {
            let reach = interval.z * estimate.deviation
            json[interval.name] = [
                "lower": .exact(ExactNumber(rounding: max(booked.double, estimate.value - reach), places: 0)),
                "upper": .exact(ExactNumber(rounding: estimate.value + reach, places: 0)),
            ]
        }
        return json
    }

    private func coverage(_ budget: ExactNumber, _ open: ExactNumber) -> JSONValue {
        let left = budget.subtracting(booked) ?? budget
        guard !left.isNegative, !left.isZero else { return .null }
        return open.divided(by: left, places: 2).map(JSONValue.exact) ?? .null
    }

    /// What deals that close in a period promise.
    private func pipeline(
        _ period: Period
    ) -> (deals: [Deal], open: ExactNumber, estimate: Estimate?, content: JSONObject) {
        let today = settings.today
        let closing = deals.filter { deal in
            deal.status == .open && (deal.closeDate.map { today <= $0 && period.contains($0) } ?? false)
        }
        let won = deals.filter { deal in
            deal.status == .won && (deal.closeDate.map { $0 <= today && period.contains($0) } ?? false)
        }
        var expected = 0.0
        var variance = 0.0
        for deal in closing {
            let chance = model.score(deal).chance
            let amount = Double(deal.units) / 10_000
            expected += chance * amount
            variance += chance * (1 - chance) * amount * amount
        }
        let open = DealTotals(closing).amount
        let wonAmount = DealTotals(won).amount
        let content: JSONObject = [
            "open_deals": .integer(closing.count), "open_amount": .exact(open),
            "expected_amount": .exact(ExactNumber(rounding: expected, places: 0)),
            "deviation": .exact(ExactNumber(rounding: variance.squareRoot(), places: 0)),
            "won_deals": .integer(won.count), "won_amount": .exact(wonAmount),
            "at_risk_deals": .integer(closing.count { !$0.risks(today: today).isEmpty }),
            "at_risk_amount": .exact(DealTotals(closing.filter { !$0.risks(today: today).isEmpty }).amount),
            "method": model.fitted == nil ? "stage_base_rates" : "logistic_regression",
        ]
        let isEmpty = closing.isEmpty && won.isEmpty
        let estimate = Estimate(value: wonAmount.double + expected, deviation: variance.squareRoot())
        return (closing, open, isEmpty ? nil : estimate, content)
    }
}
