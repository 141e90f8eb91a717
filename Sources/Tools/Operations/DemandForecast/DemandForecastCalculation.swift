internal import AgentRuntime
internal import Foundation

/// Forecasts a material's monthly use, and divides or adds it up for weeks and quarters.
///
/// Months before the running one are whole; the running one is left out of the series and forecast with the rest. A
/// week has its days' share of its month, and as a sum of independent days the root of that share of its deviation.
struct DemandForecast {
    enum Horizon: String, CaseIterable {
        case weekly, monthly, quarterly
    }

    private static let monthsMax = 120

    private let arguments: JSONObject
    private let settings: TenantSettings
    private let material: Material
    private let uses: [MaterialUse]
    private let horizon: Horizon
    private let periods: Int

    init(_ arguments: JSONObject, _ connection: SQLiteConnection, _ settings: TenantSettings) throws {
        let store = MaterialStore(connection)
        let materials = try store.all()
        let name = arguments["material"]?.string?.trimmingBlanks() ?? ""
        let used = try store.usage()
        guard !used.isEmpty else { throw FigureFailure.none(of: "material usage") }
        let known = materials.first { $0.isNamed(name) }
        guard
            let material = known
                ?? used.first(where: { $0.code.lowercased() == name.lowercased() }).map({
                    Material(code: $0.code, name: $0.code)
                })
        else {
            throw FigureFailure.notFound("material", name, known: materials.flatMap { [$0.code, $0.name] })
        }
        self.material = material
        uses = used.filter { $0.code == material.code && $0.date <= settings.today }
        horizon = try arguments.choice("horizon", Horizon.allCases.map(\.rawValue)).flatMap(Horizon.init) ?? .monthly
        periods = try arguments.count(
            "periods",
            default: DemandForecastTool.periodsDefault,
            max: DemandForecastTool.periodsMax
        )
        self.arguments = arguments
        self.settings = settings
    }

    func result() throws -> ToolResult {
        let current = settings.today.monthNumber
        let first = max(uses.first?.date.monthNumber ?? current, current - Self.monthsMax)
        var series = [Double](repeating: 0, count: max(0, current - first))
        for use in uses {
            let place = use.date.monthNumber - first
            if series.indices.contains(place) { series[place] += Double(use.quantity) / 10_000 }
        }
        let ranges = Self.ranges(horizon, periods, after: settings.today, settings)
        let steps = (ranges.last?.period.end.monthNumber ?? current) - current + 1
        guard let forecast = Forecast(series, steps: steps) else {
            throw FigureFailure(
                code: "no_data",
                message:
                    "Of \(material.code) there are \(series.count) whole months of use; a forecast needs \(Forecast.lengthMin).",
                more: ["available": .null]
            )
        }
        let unit = material.unit
        var total = 0.0
        let rows = ranges.map { range -> JSONValue in
            let (value, deviation) = self.value(of: range.period, forecast, current)
            total += value
            var row: JSONObject = [
                "period": .string(range.label),
                "start_date": .string(range.period.start.description),
                "end_date": .string(range.period.end.description),
                "quantity": .exact(ExactNumber(rounding: value, places: 1)),
                "confidence_score": .exact(
                    ExactNumber(rounding: value > 0 ? max(0, 1 - deviation / value) : 0, places: 2)
                ),
            ]
            for interval in Forecast.intervals {
                row["lower_\(interval.name)"] = .exact(
                    ExactNumber(rounding: max(0, value - interval.z * deviation), places: 1)
                )
                row["upper_\(interval.name)"] = .exact(ExactNumber(rounding: value + interval.z * deviation, places: 1))
            }
            return .object(row)
        }
        let mape = forecast.chosen.mape
        let content: JSONObject = [
            "as_of": .string(settings.today.description),
            "code": .string(material.code), "name": .string(material.name), "unit": .string(unit),
            "horizon": .string(horizon.rawValue),
            "forecasts": .array(rows),
            "total": .exact(ExactNumber(rounding: total, places: 1)),
            "stock_available": .exact(ExactNumber(significand: Int128(material.available), exponent: -4)),
            "stock_lasts_until": .optional(lasting(forecast, current)?.description),
            "method": .string(forecast.chosen.method.rawValue),
            "months_of_history": .integer(series.count),
            "rmse": .exact(ExactNumber(rounding: forecast.chosen.rmse, places: 2)),
            "mape": mape.map { JSONValue.exact(ExactNumber(rounding: $0, places: 4)) } ?? .null,
            "accuracy_score": mape.map { JSONValue.exact(ExactNumber(rounding: max(0, 1 - $0), places: 4)) } ?? .null,
        ]
        let text = "\(material.code), \(uses.count) rows of use"
        return ToolResult(
            content: .object(content),
            citations: [.rows("material", text, rows: uses.count, tool: DemandForecastTool.name, arguments)]
        )
    }

    /// The periods after the one that runs now.
    static func ranges(
        _ horizon: Horizon,
        _ count: Int,
        after today: CalendarDate,
        _ settings: TenantSettings
    ) -> [(label: String, period: Period)] {
        let start = settings.fiscalYearStart
        let calendar = FiscalCalendar(startMonth: start)
        let unit: Granularity = horizon == .weekly ? .week : horizon == .monthly ? .month : .quarter
        var period = calendar.period(unit, containing: today)
        return (0..<count).map { _ in
            period = period.next()
            let label: String
            switch horizon {
            case .weekly: label = period.start.description
            case .monthly: label = String(period.start.description.prefix(7))
            case .quarterly: label = period.label(fiscalYearStart: start)
            }
            return (label, period)
        }
    }

    private func value(of period: Period, _ forecast: Forecast, _ current: Int) -> (value: Double, deviation: Double) {
        let first = period.start.monthNumber - current
        let last = period.end.monthNumber - current
        if horizon == .weekly {
            // A week that crosses a month takes the month of its start.
            let days = Double(CalendarDate.days(inMonth: period.start.month, of: period.start.year))
            let share = 7 / days
            return (max(0, forecast.values[first]) * share, forecast.deviation(first) * share.squareRoot())
        }
        let value = forecast.values[first...last].reduce(0) { $0 + max(0, $1) }
        return (value, forecast.deviation(ofSum: first..<(last + 1)))
    }

    /// The day on which the free stock is used up; `nil` beyond the forecast.
    private func lasting(_ forecast: Forecast, _ current: Int) -> CalendarDate? {
        var left = Double(material.available) / 10_000
        guard left > 0 else { return nil }
        for (step, value) in forecast.values.enumerated() where value > 0 {
            guard let month = CalendarDate(monthNumber: current + step) else { return nil }
            let days = CalendarDate.days(inMonth: month.month, of: month.year)
            let firstDay = step == 0 ? settings.today.day : 0
            let need = value * Double(days - firstDay) / Double(days)
            if need >= left { return month.adding(days: firstDay + Int(left / value * Double(days))) }
            left -= need
        }
        return nil
    }
}
