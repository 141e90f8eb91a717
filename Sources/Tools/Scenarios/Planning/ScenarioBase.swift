internal import AgentRuntime

/// The months of a horizon before anything is assumed: booked where they have ended, else forecast or budgeted.
struct ScenarioBase: Sendable {
    enum Basis: String, Sendable, CaseIterable {
        case forecast
        case budget
    }

    static let monthsMax = 36

    /// The horizon's months, by `CalendarDate.monthNumber`.
    var months: [Int]
    /// Months at the start that are booked.
    var booked: Int
    /// By `MonteCarlo.Part`, then by month.
    var parts: [[Double]]
    /// Standard deviation of the open months' sum as a share of it, by part.
    var spread: [Double]
    /// The months that shares of a section are taken from.
    var recent: Period?

    init(_ period: Period, basis: Basis, ledger: LedgerSnapshot, settings: TenantSettings) throws {
        guard let first = ledger.firstDate, ledger.lastDate != nil else {
            throw FigureFailure.noData("ledger row", PeriodArgument(period, settings: settings), available: nil)
        }
        let months = Array(period.start.monthNumber...period.end.monthNumber)
        guard months.count <= Self.monthsMax else {
            throw FigureFailure.invalidPeriod("a horizon has at most three years")
        }
        let whole = settings.today.isEndOfMonth ? settings.today.monthNumber : settings.today.monthNumber - 1
        let lastBooked = min(whole, ledger.lastDate?.monthNumber ?? whole)
        guard months[months.count - 1] - lastBooked <= Self.monthsMax else {
            throw FigureFailure.invalidPeriod("it is further ahead than can be forecast, which is three years")
        }
        guard months[0] >= first.monthNumber else {
            throw FigureFailure.noData(
                "ledger row",
                PeriodArgument(period, settings: settings),
                available: ledger.lastDate.map { (first, $0) }
            )
        }
        self.months = months
        booked = months.count { $0 <= lastBooked }
        parts = []
        spread = []
        if let start = MonthlySeries.month(max(first.monthNumber, lastBooked - 11)),
            let end = MonthlySeries.month(lastBooked)
        {
            recent = Period(start: start.start, end: end.end)
        }
        var isKnown = false
        for part in MonteCarlo.Part.allCases {
            let calculator = try FigureCalculator(part.metric, filters: [], ledger: ledger, settings: settings)
            let (values, share) = try Self.months(months, calculator, basis: basis, lastBooked: lastBooked)
            isKnown = isKnown || values.contains { $0 != 0 }
            parts.append(values)
            spread.append(share)
        }
        guard isKnown else { throw FigureFailure.notEnoughData("the ledger") }
    }

    private static func months(
        _ months: [Int],
        _ calculator: FigureCalculator,
        basis: Basis,
        lastBooked: Int
    ) throws -> (values: [Double], spread: Double) {
        func figure(_ month: Int, _ measure: FigureCalculator.Measure) throws -> Double {
            guard let span = MonthlySeries.month(month) else { return 0 }
            return try calculator.figure(span, measure).value?.double ?? 0
        }
        let series = try MonthlySeries(calculator)
        let steps = max(0, months[months.count - 1] - series.last)
        let forecast = steps > 0 ? Forecast(series.values, steps: steps) : nil
        // What never was below zero does not fall below it, however steep the trend.
        let least = series.values.allSatisfy { $0 >= 0 } ? 0 : -Double.infinity
        // Too few months to learn from go on as they were on average.
        let level = series.values.isEmpty ? 0 : series.values.reduce(0, +) / Double(series.values.count)
        var values: [Double] = []
        var open: [Int] = []
        for month in months {
            if month <= lastBooked {
                values.append(try figure(month, .actual))
                continue
            }
            let step = month - series.last - 1
            open.append(step)
            if basis == .budget {
                values.append(try figure(month, .budget))
            } else {
                let value = forecast.map { step >= 0 && step < $0.values.count ? $0.values[step] : level } ?? level
                values.append(max(least, value))
            }
        }
        var spread = 0.0
        if let forecast, let first = open.first, let last = open.last, first >= 0, last < forecast.values.count {
            let sum = abs(forecast.values[first...last].reduce(0) { $0 + max(least, $1) })
            if sum > 0 { spread = forecast.deviation(ofSum: first..<(last + 1)) / sum }
        }
        return (values, spread)
    }
}

extension MonteCarlo.Part {
    /// The part as a metric of its own.
    var metric: Metric {
        let term: MetricAmount.Term =
            switch self {
            case .revenue: .init(section: .revenue, isAdded: true)
            case .cogs: .init(section: .cogs, isAdded: true)
            case .opex: .init(section: .opex, isAdded: true, accounts: .exceptDepreciation)
            case .depreciation: .init(section: .opex, isAdded: true, accounts: .depreciation)
            case .other: .init(section: .other, isAdded: true, accounts: .exceptDepreciation)
            case .otherDepreciation: .init(section: .other, isAdded: true, accounts: .depreciation)
            }
        return Metric(
            id: "\(self)",
            name: "\(self)",
            aliases: [],
            isCost: self != .revenue,
            amount: MetricAmount(terms: [term]),
            denominator: nil
        )
    }

    static func of(_ account: LedgerSnapshot.Account) -> MonteCarlo.Part {
        switch account.section {
        case .revenue: .revenue
        case .cogs: .cogs
        case .opex: account.isDepreciation ? .depreciation : .opex
        case .other: account.isDepreciation ? .otherDepreciation : .other
        }
    }
}
