package import AgentRuntime

/// What the postings behind an anomaly say of its cause: who and what contributed, and what to look at next.
///
/// Everything in it is computed from the ledger; where the rows carry no vendor, department or the like there is
/// nothing to name. Budgets have no vendors, so contributions are told against the month before.
package struct AnomalyExplanation: Sendable, Hashable {
    /// A vendor, department or the like with its part in the change.
    package struct Contribution: Sendable, Hashable {
        package var dimension: String
        package var name: String
        package var value: ExactNumber
        package var baseline: ExactNumber
        package var difference: ExactNumber
    }

    package static let contributionsPerDimension = 3

    package var summary: String
    package var factors: [String]
    package var contributions: [Contribution]
    package var actions: [String]

    private static let dimensions = ["vendor", "department", "product", "region"]

    init(
        _ anomaly: Anomaly,
        _ ledger: LedgerSnapshot,
        _ connection: SQLiteConnection,
        _ settings: TenantSettings,
        _ format: FigureFormat
    ) {
        func label(_ period: Period) -> String { period.label(fiscalYearStart: settings.fiscalYearStart) }
        let before = anomaly.month.previous()
        contributions = Self.dimensions.flatMap { dimension in
            Self.contributions(of: anomaly, by: dimension, ledger, connection, settings)
        }
        func change(_ contribution: Contribution) -> String {
            let amount = format.money(contribution.difference, style: .full, signed: true)
            return "\(contribution.name) (\(contribution.dimension)): \(amount) against \(label(before))"
        }
        factors = contributions.map(change)
        let basis = anomaly.basis == .budget ? "its budget" : "what is usual for the month"
        let side = anomaly.variance.isNegative ? "below" : "above"
        let amount = format.money(anomaly.variance.exact.magnitude, style: .full)
        var summary =
            "\(anomaly.accountName) was \(format.money(anomaly.current)) in \(label(anomaly.month)), "
            + "\(amount) \(side) \(basis) of \(format.money(anomaly.expected))."
        // A cause lies in the direction of the anomaly; what went the other way did not bring it about.
        let causes = contributions.filter { $0.difference.isNegative == anomaly.variance.isNegative }
        // Vendors say more than the department that all of them work for, so dimensions go in their order.
        if let top = causes.first {
            summary += " The largest change behind it is \(change(top))."
        } else {
            summary += " Its postings name no vendor, department, product or region that moved with it."
        }
        self.summary = summary
        var actions = causes.prefix(2).map { cause in
            "Check the postings of \(cause.name) in \(label(anomaly.month)): "
                + "\(format.money(cause.value)) after \(format.money(cause.baseline)) in \(label(before))."
        }
        if anomaly.category == .pattern {
            actions.append("Check whether the postings of \(label(anomaly.month)) are complete.")
        }
        actions.append("Ask: What is driving \(anomaly.accountName) in \(label(anomaly.month))?")
        self.actions = actions
    }

    private static func contributions(
        of anomaly: Anomaly,
        by dimension: String,
        _ ledger: LedgerSnapshot,
        _ connection: SQLiteConnection,
        _ settings: TenantSettings
    ) -> [Contribution] {
        let arguments: JSONObject = [
            "metric": .string("account:\(anomaly.accountCode)"), "period": anomaly.month.json(),
            "compare_to": "prior_period", "by": .string(dimension), "limit": .integer(contributionsPerDimension),
        ]
        // No month before and no such dimension are no errors here: there is then nothing to name.
        guard
            let result = try? VarianceDrivers(arguments, ledger: ledger, settings: settings).result(connection),
            let drivers = result.content["drivers"]?.array
        else { return [] }
        return drivers.compactMap { driver in
            guard let name = driver["name"]?.string, name != LedgerDimension.unassigned,
                !InstructionText.addressesAssistant(name), let value = driver["value"]?.exact,
                let baseline = driver["baseline"]?.exact, let difference = driver["difference"]?.exact
            else { return nil }
            return Contribution(
                dimension: dimension,
                name: name,
                value: value,
                baseline: baseline,
                difference: difference
            )
        }
    }
}
