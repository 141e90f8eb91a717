internal import AgentRuntime

/// A metric by calendar month, from the first month of the ledger to the last that is whole.
struct MonthlySeries: Sendable {
    /// The first month, by `CalendarDate.monthNumber`.
    var first: Int
    var values: [Double]
    var rows: Int

    var last: Int { first + values.count - 1 }
    static let monthsMax = 12 * 50

    /// Only months that have ended count; a first month that the ledger begins late in is left out.
    init(_ calculator: FigureCalculator) throws {
        let ledger = calculator.ledger
        let today = calculator.settings.today
        let end = today.isEndOfMonth ? today.monthNumber : today.monthNumber - 1
        guard let firstDate = ledger.firstDate, let lastDate = ledger.lastDate else {
            self.init(first: end + 1, values: [], rows: 0)
            return
        }
        var first = firstDate.monthNumber + (firstDate.day > 7 ? 1 : 0)
        let last = min(end, lastDate.monthNumber)
        guard first <= last else {
            self.init(first: last + 1, values: [], rows: 0)
            return
        }
        first = max(first, last - Self.monthsMax + 1)
        var values: [Double] = []
        var rows = 0
        for month in first...last {
            guard let start = CalendarDate(monthNumber: month), let period = Period(start: start, end: start.endOfMonth)
            else { continue }
            let figure = calculator.figure(period)
            rows += figure.rows
            values.append(try figure.value?.double ?? 0)
        }
        // A measure that began later than the ledger has no history before.
        let leading = values.prefix { $0 == 0 }.count
        self.init(first: first + leading, values: Array(values.dropFirst(leading)), rows: rows)
    }

    private init(first: Int, values: [Double], rows: Int) {
        self.first = first
        self.values = values
        self.rows = rows
    }

    static func month(_ number: Int) -> Period? {
        CalendarDate(monthNumber: number).flatMap { Period(start: $0, end: $0.endOfMonth) }
    }
}

extension FigureFailure {
    static func notEnoughData(_ what: String) -> FigureFailure {
        FigureFailure(
            code: "not_enough_data",
            message: "there are too few whole months of \(what) to learn from; at least three are needed"
        )
    }
}

extension JSONValue {
    /// A statistic as an exact number, rounded to so many decimals; null where it is not finite.
    static func rounded(_ value: Double, places: Int = 2) -> JSONValue {
        ExactNumber(value).map { .exact($0.rounded(places: places)) } ?? .null
    }
}
