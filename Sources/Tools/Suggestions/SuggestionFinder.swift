internal import AgentRuntime

/// Looks through a tenant's data for what is worth asking about.
///
/// Every text, as the project words it, is a question that the offline planner answers as it stands; names that come from the data are used only
/// where they do not speak to an assistant.
struct SuggestionFinder {
    private static let articlesMax = 3

    private let ledger: LedgerSnapshot
    private let connection: SQLiteConnection
    private let settings: TenantSettings
    private let prompts: SuggestionPrompts
    /// The last month that has begun and has rows.
    private let month: Period

    init(
        _ ledger: LedgerSnapshot,
        _ connection: SQLiteConnection,
        _ settings: TenantSettings,
        _ prompts: SuggestionPrompts
    ) {
        self.prompts = prompts
        self.ledger = ledger
        self.connection = connection
        self.settings = settings
        let last = min(ledger.lastDate ?? settings.today, settings.today)
        month = FiscalCalendar(startMonth: settings.fiscalYearStart).period(.month, containing: last)
    }

    func candidates() throws -> [SuggestionCandidate] {
        var found: [SuggestionCandidate] = []
        if ledger.firstDate.map({ $0 <= settings.today }) ?? false {
            found += try variance() + (try account()) + (try margin()) + (try vendor()) + (try anomalies())
            found += usual()
        }
        found += try deals() + (try operations()) + (try articles())
        var texts: Set<String> = []
        return found.filter { texts.insert($0.text).inserted }
    }

    private func label(_ period: Period) -> String { period.label(fiscalYearStart: settings.fiscalYearStart) }

    private func isFit(_ name: String) -> Bool {
        !name.isEmpty && name.count <= 60 && !InstructionText.addressesAssistant(name)
    }

    // MARK: Figures

    /// How far off a difference is, from 0 to 1.
    private func share(_ difference: ExactNumber, of baseline: ExactNumber) -> Double {
        guard let ratio = difference.magnitude.divided(by: baseline.magnitude, places: 6) else { return 1 }
        return min(1, Double(ratio.literal) ?? 1)
    }

    private func difference(_ id: String, _ baseline: Baseline) throws -> (difference: ExactNumber, share: Double)? {
        let metric = try MetricCatalogue.find(id, in: ledger)
        let calculator = try FigureCalculator(metric, filters: [], ledger: ledger, settings: settings)
        let figure = calculator.figure(month)
        let comparison = calculator.baseline(baseline, for: PeriodArgument(month, settings: settings))
        guard figure.rows > 0, !comparison.isMissing, let difference = try comparison.difference(of: figure),
            let before = try comparison.baseline?.value, !difference.isZero
        else { return nil }
        // A ratio's difference is in percentage points.
        return (
            difference, metric.unit == .ratio ? share(difference, of: ExactNumber(10)) : share(difference, of: before)
        )
    }

    /// The section that is the furthest from its budget, else from the month before.
    private func variance() throws -> [SuggestionCandidate] {
        let sections = [
            ("opex", "operating expenses", Suggestion.Topic.costs), ("revenue", "revenue", .revenue),
            ("cogs", "cost of goods sold", .costs),
        ]
        for (baseline, prompt) in [(Baseline.budget, SuggestionPrompt.varianceBudget), (.priorPeriod, .variancePrior)] {
            var found: [(name: String, topic: Suggestion.Topic, size: ExactNumber, share: Double)] = []
            for (id, name, topic) in sections {
                guard let gap = try difference(id, baseline) else { continue }
                found.append((name, topic, gap.difference.magnitude, gap.share))
            }
            guard let largest = found.max(by: { $0.size < $1.size }) else { continue }
            return [
                SuggestionCandidate(
                    kind: .question,
                    text: prompts.text(prompt, ["figure": largest.name, "month": label(month)]),
                    weight: 0.6 + 0.1 * largest.share,
                    topics: [.figures, largest.topic],
                    permission: .metricsRead
                )
            ]
        }
        return []
    }

    /// The account that is the furthest from its budget in money.
    private func account() throws -> [SuggestionCandidate] {
        let arguments: JSONObject = [
            "metric": "costs", "period": month.json(fiscalYearStart: settings.fiscalYearStart), "compare_to": "budget",
            "by": "account", "limit": 1,
        ]
        guard let driver = first(of: arguments), let name = driver["name"]?.string, isFit(name),
            ledger.accounts.count(where: { $0.names.contains(name) }) == 1
        else { return [] }
        return [
            SuggestionCandidate(
                kind: .action,
                text: prompts.text(.accountBudget, ["account": name, "month": label(month)]),
                weight: 0.5,
                topics: [.figures, .costs],
                permission: .metricsRead
            )
        ]
    }

    private func margin() throws -> [SuggestionCandidate] {
        guard let gap = try difference("gross_margin", .priorPeriod) else { return [] }
        return [
            SuggestionCandidate(
                kind: .question,
                text: prompts.text(.marginChange, ["month": label(month)]),
                weight: 0.4 + 0.2 * gap.share,
                topics: [.figures, .revenue],
                permission: .metricsRead
            )
        ]
    }

    /// The vendor whose spend has moved most against the month before.
    private func vendor() throws -> [SuggestionCandidate] {
        let arguments: JSONObject = [
            "metric": "spend", "period": month.json(fiscalYearStart: settings.fiscalYearStart),
            "compare_to": "prior_period", "by": "vendor", "limit": 2,
        ]
        guard let driver = first(of: arguments), let name = driver["name"]?.string, isFit(name) else { return [] }
        return [
            SuggestionCandidate(
                kind: .question,
                text: prompts.text(.vendorSpend, ["vendor": name, "month": label(month)]),
                weight: 0.45,
                topics: [.costs],
                permission: .metricsRead
            )
        ]
    }

    /// The largest driver that has a name; none where there is nothing to compare with.
    private func first(of arguments: JSONObject) -> JSONValue? {
        let result = try? VarianceDrivers(arguments, ledger: ledger, settings: settings).result(connection)
        return result?.content["drivers"]?.array?.first { $0["name"]?.string != LedgerDimension.unassigned }
    }

    /// The newest anomaly, and the anomalies of its month.
    private func anomalies() throws -> [SuggestionCandidate] {
        let all = try AnomalyBook.all(ledger, connection, settings)
        guard let newest = all.first else { return [] }
        let graver = newest.severity >= .high ? 0.1 : 0
        return [
            SuggestionCandidate(
                kind: .question,
                text: prompts.text(.anomaliesMonth, ["month": label(newest.month)]),
                weight: 0.55 + graver,
                topics: [.anomalies],
                permission: .dashboardRead,
                anomaly: newest.id
            )
        ]
    }

    /// What can be asked of every ledger.
    private func usual() -> [SuggestionCandidate] {
        [
            SuggestionCandidate(
                kind: .question,
                text: prompts.text(.revenueMonth, ["month": label(month)]),
                weight: 0.25,
                topics: [.figures, .revenue],
                permission: .metricsRead
            ),
            SuggestionCandidate(
                kind: .action,
                text: prompts.text(.costsByAccount, ["month": label(month)]),
                weight: 0.2,
                topics: [.costs],
                permission: .metricsRead
            ),
        ]
    }

    // MARK: Deals and articles

    private func deals() throws -> [SuggestionCandidate] {
        let deals = try DealStore(connection).all()
        let open = deals.filter { $0.status == .open }
        guard !open.isEmpty else { return [] }
        func candidate(_ kind: Suggestion.Kind, _ prompt: SuggestionPrompt, _ weight: Double) -> SuggestionCandidate {
            .init(kind: kind, text: prompts.text(prompt), weight: weight, topics: [.sales], permission: .dealsRead)
        }
        var found = [
            candidate(.question, .pipeline, 0.4), candidate(.action, .dealsLargest, 0.3),
        ]
        let atRisk = open.count { !$0.risks(today: settings.today).isEmpty }
        if atRisk > 0 {
            let share = Double(atRisk) / Double(open.count)
            found.append(candidate(.question, .dealsAtRisk, 0.45 + 0.2 * share))
        }
        if deals.count > open.count { found.append(candidate(.question, .winRate, 0.2)) }
        found.append(candidate(.question, .dealsLikely, 0.25))
        return found
    }

    /// What waits to be paid, delivered or ordered; each is counted by SQLite, nothing is read row by row.
    private func operations() throws -> [SuggestionCandidate] {
        let today = SQLValue.day(settings.today)
        func count(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
            Int(try connection.first(sql, values) { row in row.int(0) } ?? 0)
        }
        func candidate(
            _ prompt: SuggestionPrompt,
            _ weight: Double,
            _ topics: Set<Suggestion.Topic>,
            _ permission: Permission
        ) -> SuggestionCandidate {
            .init(kind: .question, text: prompts.text(prompt), weight: weight, topics: topics, permission: permission)
        }
        var found: [SuggestionCandidate] = []
        if try count("SELECT COUNT(*) FROM invoices WHERE paid < total AND due_date < ?", [today]) > 0 {
            found.append(candidate(.invoicesOverdue, 0.45, [.operations, .revenue], .invoicesRead))
        }
        if try count("SELECT COUNT(*) FROM materials WHERE stock - reserved <= reorder_point") > 0 {
            found.append(candidate(.reorder, 0.42, [.operations, .costs], .materialsRead))
        }
        let late = "SELECT COUNT(*) FROM deliveries WHERE delivered_date IS NULL AND promised_date < ?"
        if try count(late, [today]) > 0 {
            found.append(candidate(.suppliersLate, 0.4, [.operations, .costs], .materialsRead))
        }
        if try count("SELECT COUNT(*) FROM orders") > 0 {
            found.append(candidate(.ordersLate, 0.35, [.operations], .ordersRead))
            found.append(candidate(.churn, 0.3, [.operations, .sales], .customersRead))
        }
        return found
    }

    private func articles() throws -> [SuggestionCandidate] {
        try ArticleStore(connection).summaries(limit: SuggestionFinder.articlesMax).filter { isFit($0.title) }.map {
            SuggestionCandidate(
                kind: .question,
                text: prompts.text(.article, ["title": $0.title]),
                weight: 0.15,
                topics: [.knowledge],
                permission: .knowledgeRead
            )
        }
    }
}
