package import AgentRuntime

/// A month of an account that differs from what was to be expected.
package struct Anomaly: Sendable, Hashable {
    package enum Severity: String, Sendable, CaseIterable, Comparable {
        case low
        case medium
        case high
        case critical

        package static func < (left: Severity, right: Severity) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    package enum Category: String, Sendable, CaseIterable {
        /// A cost above what was expected.
        case costSpike = "cost_spike"
        /// Revenue below what was expected.
        case revenueDrop = "revenue_drop"
        /// Any other difference: a cost below, revenue above.
        case variance
        /// An account that is booked every month and was not.
        case pattern
    }

    /// Where the expected value comes from.
    package enum Basis: String, Sendable {
        case budget
        case seasonalMedian = "seasonal_median"
    }

    /// The same for the same tenant, account and month, whenever it is computed.
    package var id: String
    package var severity: Severity
    package var category: Category
    package var accountCode: String
    package var accountName: String
    package var section: LedgerSection
    package var month: Period
    package var current: Money
    package var expected: Money
    /// Current − expected.
    package var variance: Money
    /// The variance over the expected value's magnitude, in percent; `nil` when that is 0.
    package var percent: ExactNumber?
    /// The robust z-score of the month's relative deviation among those of its account.
    package var score: Double
    package var basis: Basis
    package var description: String
    /// The end of the month, or today in the running one.
    package var detectedAt: Timestamp
    package var state = AnomalyState()

    package var json: JSONValue {
        [
            "id": .string(id),
            "severity": .string(severity.rawValue),
            "category": .string(category.rawValue),
            "metric_name": .string(accountName),
            "account_code": .string(accountCode),
            "section": .string(section.rawValue),
            "description": .string(description),
            "current_value": .money(current),
            "expected_value": .money(expected),
            "variance_amount": .money(variance),
            "variance_percent": percent.map(JSONValue.exact) ?? .null,
            "score": .double((score * 100).rounded() / 100),
            "basis": .string(basis.rawValue),
            "period": month.json(),
            "detected_at": .string(detectedAt.iso8601),
            "status": .string(state.status.rawValue),
            "assigned_to": .optional(state.assignedTo),
            "notes": .optional(state.notes),
            "updated_at": .optional(state.updatedAt?.iso8601),
        ]
    }

    package var citation: Citation {
        Citation(source: "anomaly", id: id, text: description, fields: ["account": .string(accountCode)])
    }
}

/// What people have made of an anomaly.
package struct AnomalyState: Sendable, Hashable {
    package enum Status: String, Sendable, CaseIterable {
        case unresolved
        case investigating
        case resolved
        case dismissed
    }

    package var status = Status.unresolved
    package var assignedTo: String?
    package var notes: String?
    package var updatedAt: Timestamp?
    package var updatedBy: String?

    package init() {}
}
