internal import AgentRuntime

/// Finds the months of accounts that differ from what was to be expected.
///
/// For each account and month:
/// 1. Expected is the month's budget where it has one. Else it is a seasonal median: the median of the twelve months
///    before, times the median factor by which this calendar month differed from its own twelve months before in
///    earlier years (1 where there is no earlier year). It needs six months of history.
/// 2. The deviation is (actual − expected) / |expected|. Its score is a robust z: the distance from the median deviation
///    of the account, over 1.4826 times the median absolute deviation (Iglewicz and Hoaglin, 1993, take 3.5 as the
///    limit), the latter at least 2.5 % so that an account without noise does not alarm at every cent.
/// 3. It is an anomaly when the score is at least 3.5, the deviation at least 10 %, and the amount at least 0.5 % of the
///    section's median month.
/// 4. Severity is the highest that both score and amount (as a share of the section's median month) reach:
///    low; medium 4.5 and 1 %; high 6 and 2 %; critical 10 and 7.5 %.
///
/// The running month can only be too high: what is missing may still be booked. A first month that the ledger does not
/// begin in its first week is not judged.
struct AnomalyDetector {
    static let scoreMin = 3.5
    static let deviationMin = 0.10
    static let amountShareMin = 0.005
    static let spreadMin = 0.025
    static let historyMin = 6

    static let severities: [(severity: Anomaly.Severity, score: Double, share: Double)] = [
        (.critical, 10, 0.075), (.high, 6, 0.02), (.medium, 4.5, 0.01),
    ]

    let ledger: LedgerSnapshot
    let settings: TenantSettings

    private let firstMonth: Int
    private let monthCount: Int

    init(ledger: LedgerSnapshot, settings: TenantSettings) {
        self.ledger = ledger
        self.settings = settings
        let first = ledger.firstDate ?? settings.today
        let last = min(ledger.lastDate ?? settings.today, settings.today)
        firstMonth = first.monthNumber
        monthCount = max(0, last.monthNumber - first.monthNumber + 1)
    }

    /// The months that one account is judged by, in order.
    private struct Candidate {
        var month: Int
        var actual: LedgerSum
        var expected: Double
        /// The budget; `nil` where a median stands for it.
        var budget: LedgerSum?
        var basis: Anomaly.Basis { budget == nil ? .seasonalMedian : .budget }
        var deviation: Double { (Double(actual.units) - expected) / max(abs(expected), 1) }

        /// A budget is a sum of rows and exact; a median is rounded to a hundredth of the unit.
        var exactExpected: Money {
            get throws {
                if let budget { return try budget.money }
                guard let hundredths = Int64(exactly: (expected / 100).rounded()) else { throw LedgerSum.overflow }
                return Money(units: hundredths * 100)
            }
        }
    }

    /// All anomalies, the newest month first, within it the gravest, then the largest.
    func detect() throws -> [Anomaly] {
        guard monthCount > 0, ledger.ledger.count > 0 else { return [] }
        // A ledger of thousands of years is a slip of the pen; its months would not fit in memory.
        guard monthCount <= 12 * 200 else { return [] }
        let counts = (ledger.accounts.count, firstMonth, monthCount)
        let actuals = ledger.ledger.monthly(accountCount: counts.0, firstMonth: counts.1, monthCount: counts.2)
        let budgets = ledger.budget.monthly(accountCount: counts.0, firstMonth: counts.1, monthCount: counts.2)
        let scale = sectionScales(actuals)
        var anomalies: [Anomaly] = []
        for account in ledger.accounts.indices where ledger.ledgerRows[account] > 0 {
            let candidates = candidates(actuals[account], budgets[account])
            for (candidate, score) in zip(candidates, scores(candidates)) {
                let base = scale[ledger.accounts[account].section] ?? 0
                let share = base > 0 ? abs(Double(candidate.actual.units) - candidate.expected) / base : 0
                guard isAnomaly(candidate, score: score, share: share) else { continue }
                let severity = AnomalyDetector.severities.first { abs(score) >= $0.score && share >= $0.share }?
                    .severity
                anomalies.append(try anomaly(account, candidate, score: score, severity: severity ?? .low))
            }
        }
        return anomalies.sorted { left, right in
            if left.month.start != right.month.start { return left.month.start > right.month.start }
            if left.severity != right.severity { return left.severity > right.severity }
            let amounts = (left.variance.units.magnitude, right.variance.units.magnitude)
            return amounts.0 != amounts.1 ? amounts.0 > amounts.1 : left.id < right.id
        }
    }

    private func isAnomaly(_ candidate: Candidate, score: Double, share: Double) -> Bool {
        guard abs(score) >= AnomalyDetector.scoreMin, abs(candidate.deviation) >= AnomalyDetector.deviationMin,
            share >= AnomalyDetector.amountShareMin
        else { return false }
        return candidate.deviation > 0 || !isRunning(candidate.month)
    }

    private func isRunning(_ month: Int) -> Bool {
        firstMonth + month == settings.today.monthNumber && !settings.today.isEndOfMonth
    }

    // MARK: Expected values

    private func candidates(_ actuals: [LedgerSum], _ budgets: [LedgerSum]) -> [Candidate] {
        let values = actuals.map { Double($0.units) }
        guard let first = actuals.firstIndex(where: { $0.rows > 0 }) else { return [] }
        let isFirstPartial = first == 0 && (ledger.firstDate?.day ?? 1) > 7
        // The level before each month, needed again for every later year's seasonal factor.
        let levels = values.indices.map { month in level(values, before: month, from: first) }
        return ((isFirstPartial ? first + 1 : first)..<max(monthCount, first + 1)).compactMap { month in
            // Silence is news once; an account that is closed is not.
            if actuals[month].rows == 0, month == 0 || actuals[month - 1].rows == 0 { return nil }
            if budgets[month].rows > 0 {
                let expected = Double(budgets[month].units)
                return Candidate(month: month, actual: actuals[month], expected: expected, budget: budgets[month])
            }
            let years = Array(stride(from: month - 12, through: first, by: -12))
            guard let expected = seasonal(values, level: levels[month], years: years.map { ($0, levels[$0]) }) else {
                return nil
            }
            return Candidate(month: month, actual: actuals[month], expected: expected)
        }
    }

    /// The level times the median seasonal factor of earlier years.
    ///
    /// Accounts that are booked in few months of a year have a level of zero: then the median of the same month in
    /// earlier years stands, and without one the month cannot be judged.
    private func seasonal(_ values: [Double], level: Double?, years: [(month: Int, level: Double?)]) -> Double? {
        guard let level else { return nil }
        if level == 0 { return years.isEmpty ? nil : median(years.map { values[$0.month] }) }
        let factors = years.compactMap { year -> Double? in
            guard let before = year.level, before != 0 else { return nil }
            return values[year.month] / before
        }
        return level * (factors.isEmpty ? 1 : median(factors))
    }

    /// The median of the twelve months before; `nil` with fewer than six.
    private func level(_ values: [Double], before month: Int, from first: Int) -> Double? {
        let start = max(first, month - 12)
        guard month - start >= AnomalyDetector.historyMin else { return nil }
        return median(Array(values[start..<month]))
    }

    private func scores(_ candidates: [Candidate]) -> [Double] {
        let deviations = candidates.map(\.deviation)
        guard deviations.count >= AnomalyDetector.historyMin else {
            return deviations.map { $0 / AnomalyDetector.spreadMin }
        }
        let middle = median(deviations)
        let spread = 1.4826 * median(deviations.map { abs($0 - middle) })
        return deviations.map { ($0 - middle) / max(spread, AnomalyDetector.spreadMin) }
    }

    /// The median month of each section, by which amounts are judged.
    private func sectionScales(_ actuals: [[LedgerSum]]) -> [LedgerSection: Double] {
        var scales: [LedgerSection: Double] = [:]
        for section in LedgerSection.allCases {
            let accounts = ledger.accounts.indices.filter { ledger.accounts[$0].section == section }
            let totals = (0..<monthCount).map { month in
                accounts.reduce(0.0) { $0 + Double(actuals[$1][month].units) }
            }
            scales[section] = abs(median(totals.filter { $0 != 0 }))
        }
        return scales
    }

    private func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    // MARK: Wording

    private func anomaly(
        _ index: Int,
        _ candidate: Candidate,
        score: Double,
        severity: Anomaly.Severity
    ) throws -> Anomaly {
        let account = ledger.accounts[index]
        let start = CalendarDate(monthNumber: firstMonth + candidate.month) ?? settings.today.startOfMonth
        let month = FiscalCalendar(startMonth: settings.fiscalYearStart).period(.month, containing: start)
        let current = try candidate.actual.money
        let expected = try candidate.exactExpected
        guard let variance = current.subtracting(expected) else { throw LedgerSum.overflow }
        let percent = Comparison.percent(variance.exact, of: expected.exact)
        let key = [settings.tenant.rawValue, account.code, account.section.rawValue, "\(start)"]
        return Anomaly(
            id: "anom_" + SHA256.hex(key.joined(separator: "\u{1F}")).prefix(16),
            severity: severity,
            category: category(account, candidate),
            accountCode: account.code,
            accountName: account.name,
            section: account.section,
            month: month,
            current: current,
            expected: expected,
            variance: variance,
            percent: percent,
            score: score,
            basis: candidate.basis,
            description: description(account, candidate, month: month, percent: percent),
            detectedAt: Timestamp(startOf: min(month.end, settings.today))
        )
    }

    private func category(_ account: LedgerSnapshot.Account, _ candidate: Candidate) -> Anomaly.Category {
        if candidate.actual.rows == 0 { return .pattern }
        switch (account.section.isCost, candidate.deviation > 0) {
        case (true, true): return .costSpike
        case (false, false): return .revenueDrop
        default: return .variance
        }
    }

    private func description(
        _ account: LedgerSnapshot.Account,
        _ candidate: Candidate,
        month: Period,
        percent: ExactNumber?
    ) -> String {
        let basis = candidate.basis == .budget ? "budget" : "what is usual for the month"
        let place = "in \(month.label())"
        guard candidate.actual.rows > 0 else { return "\(account.name) has no rows \(place), against \(basis)" }
        let vendor = mainVendor(account, month).map { " (\($0))" } ?? ""
        let direction = candidate.deviation > 0 ? "above" : "below"
        guard let percent else { return "\(account.name)\(vendor) is \(direction) \(basis) of zero \(place)" }
        return
            "\(account.name)\(vendor) \(percent.magnitude.rounded(places: 1).literal)% \(direction) \(basis) \(place)"
    }

    /// The vendor that more than half of the account's month was booked with.
    private func mainVendor(_ account: LedgerSnapshot.Account, _ month: Period) -> String? {
        guard let metric = MetricCatalogue.metric(of: [account]),
            let calculator = try? FigureCalculator(metric, filters: [], ledger: ledger, settings: settings)
        else { return nil }  // No filters, so nothing to throw.
        let grouping = Grouping(.dimension(.vendor), ledger)
        let figures = calculator.figures(month, by: grouping)
        let total = figures.reduce(Int128(0)) { $0 + $1.amount.units }
        guard let best = figures.indices.max(by: { figures[$0].amount.units < figures[$1].amount.units }),
            figures[best].amount.units * 2 > total, total > 0
        else { return nil }
        let name = grouping.groups[best].name
        return name == LedgerDimension.unassigned ? nil : name
    }
}
