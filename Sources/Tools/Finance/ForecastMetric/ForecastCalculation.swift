internal import AgentRuntime

/// Answers `forecast_metric`: the months of a period, those that have ended as booked and the rest as forecast.
struct MetricForecast {
    static let monthsMax = 36
    static let monthsDefault = 3

    let calculator: FigureCalculator
    let period: PeriodArgument
    let arguments: JSONObject

    init(_ arguments: JSONObject, ledger: LedgerSnapshot, settings: TenantSettings) throws {
        self.arguments = arguments
        guard let name = arguments["metric"]?.string, !name.isEmpty else {
            throw FigureFailure.invalidArgument("metric", "is missing")
        }
        calculator = try FigureCalculator(
            try MetricCatalogue.find(name, in: ledger),
            filters: try FigureFilter.list(arguments["filters"]),
            ledger: ledger,
            settings: settings
        )
        if let value = arguments["period"], !value.isNull {
            period = try PeriodArgument(value, settings: settings)
            guard period.period.start == period.period.start.startOfMonth,
                period.period.end == period.period.end.endOfMonth
            else { throw FigureFailure.invalidPeriod("forecasts are of whole months, and this is a part of one") }
        } else {
            let months = try arguments.count("months", default: Self.monthsDefault, max: Self.monthsMax + 1)
            guard months <= Self.monthsMax else {
                throw FigureFailure.invalidArgument("months", "is further ahead than can be forecast")
            }
            let start = settings.today.isEndOfMonth ? settings.today.adding(days: 1) : settings.today.startOfMonth
            guard let next = Period(start: start, end: start.adding(months: months - 1).endOfMonth) else {
                throw FigureFailure.invalidPeriod("it has no days")
            }
            period = PeriodArgument(next, settings: settings)
        }
    }

    func result() throws -> ToolResult {
        let series = try MonthlySeries(calculator)
        guard !series.values.isEmpty else {
            throw FigureFailure.noData(
                "ledger row of \(calculator.metric.name)",
                period,
                available: calculator.available(.actual)
            )
        }
        let first = period.period.start.monthNumber
        let last = period.period.end.monthNumber
        guard last > series.last else {
            throw FigureFailure.invalidPeriod("it has ended, so that it is booked and needs no forecast")
        }
        let steps = last - series.last
        guard steps <= Self.monthsMax else {
            throw FigureFailure.invalidPeriod("it is further ahead than can be forecast, which is three years")
        }
        guard let forecast = Forecast(series.values, steps: steps) else {
            throw FigureFailure.notEnoughData(calculator.metric.name)
        }
        return ToolResult(
            content: .object(try content(series, forecast, first: first, last: last)),
            citations: [citation(series)]
        )
    }

    private func content(_ series: MonthlySeries, _ forecast: Forecast, first: Int, last: Int) throws -> JSONObject {
        let isRatio = calculator.metric.unit == .ratio
        let places = isRatio ? 4 : 2
        var points: [JSONValue] = []
        var booked: [Double] = []
        for month in first...last {
            guard let span = MonthlySeries.month(month) else { continue }
            let argument = PeriodArgument(span, settings: calculator.settings)
            var point: JSONObject = [
                "label": .string(argument.label), "start_date": .string(span.start.description),
                "end_date": .string(span.end.description),
            ]
            let step = month - series.last - 1
            if step < 0 {
                let value = month >= series.first ? series.values[month - series.first] : 0
                booked.append(value)
                point["value"] = .rounded(value, places: places)
                point["kind"] = "actual"
            } else {
                point["value"] = .rounded(forecast.values[step], places: places)
                point["kind"] = "forecast"
                bounds(forecast.values[step], forecast.deviation(step), places, into: &point)
            }
            points.append(.object(point))
        }
        let steps = max(0, first - series.last - 1)..<(last - series.last)
        var sum = booked.reduce(0, +) + forecast.values[steps].reduce(0, +)
        var deviation = forecast.deviation(ofSum: steps)
        if isRatio {
            sum /= Double(points.count)
            deviation /= Double(points.count)
        }
        var total: JSONObject = ["value": .rounded(sum, places: places)]
        bounds(sum, deviation, places, into: &total)
        total["booked"] = .integer(booked.count)
        return [
            "metric": calculator.metric.json, "period": period.json,
            "currency": .string(calculator.settings.currency), "filters": .array(calculator.filters.map(\.json)),
            "total": .object(total), "aggregate": isRatio ? "mean" : "sum", "months": .array(points),
            "method": .string(forecast.chosen.method.rawValue),
            "method_name": .string(forecast.chosen.method.title),
            "parameters": .object(
                JSONObject(
                    uniqueMembers: forecast.parameters.map {
                        (name: $0.name, value: .rounded($0.value, places: 4))
                    }
                )
            ),
            "backtest": .object(backtest(forecast.chosen, places)),
            "candidates": .array(
                forecast.scores.map { score in
                    var json = backtest(score, places)
                    json["method"] = .string(score.method.rawValue)
                    return .object(json)
                }
            ),
            "history": .array(history(series, places)),
            "factors": ForecastFactors(series.values, steps: steps).json,
            "history_months": .integer(series.values.count), "rows": .integer(series.rows),
        ]
    }

    private func bounds(_ value: Double, _ deviation: Double, _ places: Int, into json: inout JSONObject) {
        for interval in Forecast.intervals {
            json["low_" + interval.name] = .rounded(value - interval.z * deviation, places: places)
            json["high_" + interval.name] = .rounded(value + interval.z * deviation, places: places)
        }
    }

    private func backtest(_ score: Forecast.Score, _ places: Int) -> JSONObject {
        [
            "rmse": .rounded(score.rmse, places: places),
            "mape": score.mape.map { .rounded($0, places: 4) } ?? .null, "origins": .integer(score.origins),
        ]
    }

    /// The last months as booked, for a chart.
    private func history(_ series: MonthlySeries, _ places: Int) -> [JSONValue] {
        let first = max(series.first, series.last - 11)
        return (first...series.last).compactMap { month in
            MonthlySeries.month(month).map { span in
                [
                    "label": .string(PeriodArgument(span, settings: calculator.settings).label),
                    "value": .rounded(series.values[month - series.first], places: places),
                ]
            }
        }
    }

    private func citation(_ series: MonthlySeries) -> Citation {
        let learned = MonthlySeries.month(series.first).flatMap { start in
            MonthlySeries.month(series.last).flatMap { end in
                Period(
                    start: start.start,
                    end: end.end,
                    fiscalYearStart: calculator.settings.fiscalYearStart
                )
            }
        }
        let argument = PeriodArgument(learned ?? period.period, settings: calculator.settings)
        return .ledger(calculator, argument, tool: ForecastMetricTool.name, arguments: arguments)
    }
}

extension Forecast.Method {
    var title: String {
        switch self {
        case .holtWinters: "Holt-Winters smoothing"
        case .seasonalNaive: "the same month a year before"
        case .holt: "Holt's linear smoothing"
        case .naive: "the last month"
        }
    }
}
