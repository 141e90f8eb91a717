internal import AgentRuntime

/// Computes figures of one metric under one set of filters, over the ledger and the budget.
///
/// What counts is worked out once, when it is made; each question after that is a pass over the rows of its period.
struct FigureCalculator {
    /// Rows of which table count.
    enum Measure: String, Sendable {
        case actual
        case budget
    }

    let ledger: LedgerSnapshot
    let settings: TenantSettings
    let metric: Metric
    let filters: [FigureFilter]
    /// The sign with which each account counts; filters on account and section are in it.
    let weights: [Int8]
    private let denominatorWeights: [Int8]?
    /// 0 for the tuples that pass the filters, −1 for the rest; `nil` where no filter looks at dimensions.
    private let passing: [Int32]?

    /// - Throws: `unknown_value` for a filter whose value the tenant does not have.
    init(
        _ metric: Metric,
        filters: [FigureFilter],
        ledger: LedgerSnapshot,
        settings: TenantSettings
    ) throws(FigureFailure) {
        self.ledger = ledger
        self.settings = settings
        self.metric = metric
        self.filters = filters
        var accounts = [Bool](repeating: true, count: ledger.accounts.count)
        var passing: [Int32]?
        for filter in filters {
            switch filter.breakdown {
            case .account, .section:
                let kept = try filter.accounts(of: ledger)
                for index in accounts.indices where !kept[index] { accounts[index] = false }
            case .dimension(let dimension):
                let kept = try filter.values(of: dimension, in: ledger)
                let column = ledger.tuples[dimension.index]
                var places = passing ?? [Int32](repeating: 0, count: ledger.tupleCount)
                for (index, value) in column.enumerated() where !kept[Int(value)] { places[index] = -1 }
                passing = places
            }
        }
        self.passing = passing
        weights = zip(ledger.accounts, accounts).map { account, isKept in
            isKept ? metric.amount.weight(of: account) : 0
        }
        denominatorWeights = metric.denominator.map { amount in
            zip(ledger.accounts, accounts).map { account, isKept in isKept ? amount.weight(of: account) : 0 }
        }
    }

    // MARK: Rows

    /// The rows of a period that count: actuals of a running period up to today, budgets by whole months.
    ///
    /// Rows that are booked ahead do not count in a period that has begun and not ended; asked for by themselves,
    /// they do.
    func rows(_ period: Period, _ measure: Measure) -> Range<Int> {
        switch measure {
        case .actual:
            let end = isRunning(period) ? min(period.end, settings.today) : period.end
            return ledger.ledger.rows(from: period.start.dayNumber, to: end.dayNumber)
        case .budget:
            return ledger.budget.rows(from: period.start.startOfMonth.dayNumber, to: period.end.dayNumber)
        }
    }

    /// Whether the period has begun and more of it, or of the month it ends in, is to come.
    func isRunning(_ period: Period) -> Bool {
        let today = settings.today
        guard period.start <= today else { return false }
        return period.end > today || (period.end == today && !today.isEndOfMonth && period.unit != .day)
    }

    private func columns(_ measure: Measure) -> LedgerSnapshot.Columns {
        measure == .actual ? ledger.ledger : ledger.budget
    }

    // MARK: Figures

    func figure(_ period: Period, _ measure: Measure = .actual) -> LedgerFigure {
        let rows = rows(period, measure)
        let sums = columns(measure).sumsByAccount(count: weights.count, passing: passing, in: rows)
        func total(_ weights: [Int8]) -> LedgerSum {
            var total = LedgerSum()
            for index in sums.indices where weights[index] != 0 { total = total + sums[index].weighted(weights[index]) }
            return total
        }
        return LedgerFigure(amount: total(weights), denominator: denominatorWeights.map(total))
    }

    /// The figure of every group, by the grouping's numbers.
    func figures(_ period: Period, _ measure: Measure = .actual, by grouping: Grouping) -> [LedgerFigure] {
        let rows = rows(period, measure)
        let amounts = grouping.sums(columns(measure), weights: weights, passing: passing, in: rows)
        guard let denominatorWeights else { return amounts.map { LedgerFigure(amount: $0) } }
        let denominators = grouping.sums(columns(measure), weights: denominatorWeights, passing: passing, in: rows)
        return zip(amounts, denominators).map { LedgerFigure(amount: $0, denominator: $1) }
    }

    /// How many rows of each group count.
    func rowCounts(_ period: Period, by grouping: Grouping) -> [Int] {
        grouping.sums(ledger.ledger, weights: weights, passing: passing, in: rows(period, .actual)).map(\.rows)
    }

    /// The first and last day of the rows that count, whatever the period.
    func available(_ measure: Measure) -> (first: CalendarDate, last: CalendarDate)? {
        let columns = columns(measure)
        func counts(_ row: Int) -> Bool {
            weights[Int(columns.accounts[row])] != 0 && passing.map { $0[Int(columns.tuples[row])] == 0 } ?? true
        }
        guard let first = (0..<columns.count).first(where: counts),
            let last = (0..<columns.count).last(where: counts)
        else { return nil }
        let end = CalendarDate(dayNumber: columns.days[last])
        return (CalendarDate(dayNumber: columns.days[first]), measure == .actual ? end : end.endOfMonth)
    }

    /// How many different values of a dimension the rows that count carry, blanks left out.
    func valuesUsed(_ dimension: LedgerDimension) -> Int {
        let grouping = Grouping(.dimension(dimension), ledger)
        let sums = grouping.sums(ledger.ledger, weights: weights, passing: passing, in: 0..<ledger.ledger.count)
        return zip(sums, ledger.values[dimension.index]).count { $0.rows > 0 && !$1.isEmpty }
    }

    // MARK: Baselines

    /// What a period is compared with.
    func baseline(_ baseline: Baseline, for argument: PeriodArgument) -> Comparison {
        let period = baseline.period(for: argument, settings: settings)
        var comparison = Comparison(kind: baseline.kind, period: period)
        if case .budget = baseline {
            let coverage = budgetCoverage(period.period)
            comparison.isMissing = coverage != .whole
            if coverage != .none { comparison.baseline = figure(period.period, .budget) }
        } else {
            let figure = figure(period.period)
            comparison.isMissing = !covers(period.period)
            // Without a row, a period outside of the ledger is unknown and not zero.
            if figure.rows > 0 || !comparison.isMissing { comparison.baseline = figure }
        }
        return comparison
    }

    /// Whether the ledger ends before the period or begins after it: then no row means not known, and not zero.
    func isBeyondLedger(_ period: Period) -> Bool {
        guard let first = ledger.firstDate, let last = ledger.lastDate else { return true }
        return period.start > last || period.end < first
    }

    /// Whether the ledger spans the period, whole months counting from their first row.
    private func covers(_ period: Period) -> Bool {
        guard let first = ledger.firstDate, let last = ledger.lastDate else { return false }
        return first.startOfMonth <= period.start && period.end <= last.endOfMonth
    }

    enum Coverage: Sendable {
        case none
        case partial
        case whole
    }

    /// How much of a period has a budget: every month must have one in each section that the metric books actuals in.
    func budgetCoverage(_ period: Period) -> Coverage {
        let first = period.start.monthNumber
        let months = period.end.monthNumber - first + 1
        guard months <= 12 * 200 else { return .none }
        var sections: Set<LedgerSection> = []
        for (index, account) in ledger.accounts.enumerated() where weights[index] != 0 {
            if ledger.ledgerRows[index] > 0 { sections.insert(account.section) }
        }
        if sections.isEmpty {
            for (index, account) in ledger.accounts.enumerated() where weights[index] != 0 {
                sections.insert(account.section)
            }
        }
        // Nothing that passes the filters was ever budgeted: by vendor, for one, or for an account outside the plan.
        guard !sections.isEmpty, available(.budget) != nil else { return .none }
        let order = LedgerSection.allCases
        let places = ledger.accounts.map { order.firstIndex(of: $0.section) ?? 0 }
        var found = [Bool](repeating: false, count: order.count * months)
        for month in 0..<months {
            guard let start = CalendarDate(monthNumber: first + month) else { continue }
            for row in ledger.budget.rows(from: start.dayNumber, to: start.dayNumber) {
                found[places[Int(ledger.budget.accounts[row])] * months + month] = true
            }
        }
        let needed = sections.flatMap { section in
            let place = order.firstIndex(of: section) ?? 0
            return found[place * months..<(place + 1) * months]
        }
        if needed.allSatisfy({ $0 }) { return .whole }
        return needed.contains(true) ? .partial : .none
    }

    /// Whether budgets can be divided that way at all: they carry fewer dimensions, and may leave those blank.
    func isBudgeted(by breakdown: Breakdown) -> Bool {
        guard case .dimension(let dimension) = breakdown else { return true }
        guard dimension.isBudgeted else { return false }
        let column = ledger.tuples[dimension.index]
        let values = ledger.values[dimension.index]
        return (0..<ledger.budget.count).contains { row in
            weights[Int(ledger.budget.accounts[row])] != 0
                && !values[Int(column[Int(ledger.budget.tuples[row])])].isEmpty
        }
    }
}

extension FigureFilter {
    /// Which accounts pass.
    fileprivate func accounts(of ledger: LedgerSnapshot) throws(FigureFailure) -> [Bool] {
        func names(_ account: LedgerSnapshot.Account) -> [String] {
            breakdown == .section ? [account.section.rawValue] : [account.code] + account.names
        }
        var kept = [Bool](repeating: isExcluding, count: ledger.accounts.count)
        for value in values {
            let wanted = value.trimmingBlanks().lowercased()
            let found = ledger.accounts.indices.filter { index in
                names(ledger.accounts[index]).contains { $0.lowercased() == wanted }
            }
            guard !found.isEmpty else {
                let known = Set(ledger.accounts.flatMap(names)).sorted()
                throw .unknownValue(value, dimension: breakdown.name, known: known)
            }
            for index in found { kept[index] = !isExcluding }
        }
        return kept
    }

    /// Which values of a dimension pass.
    fileprivate func values(of dimension: LedgerDimension, in ledger: LedgerSnapshot) throws(FigureFailure) -> [Bool] {
        let known = ledger.values[dimension.index]
        var kept = [Bool](repeating: isExcluding, count: known.count)
        for value in values {
            let wanted = value.trimmingBlanks().lowercased()
            var found = known.indices.filter { known[$0].lowercased() == wanted }
            if found.isEmpty, wanted == LedgerDimension.unassigned {
                found = known.indices.filter { known[$0].isEmpty }
            }
            guard !found.isEmpty else {
                throw .unknownValue(value, dimension: dimension.rawValue, known: known.filter { !$0.isEmpty }.sorted())
            }
            for index in found { kept[index] = !isExcluding }
        }
        return kept
    }
}
