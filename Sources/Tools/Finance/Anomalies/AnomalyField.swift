internal import AgentRuntime

/// The fields by which anomalies are filtered and sorted.
package enum AnomalyField: String, Sendable, CaseIterable {
    case detectedAt = "detected_at"
    case id
    case severity
    case status
    case category
    case metricName = "metric_name"
    case accountCode = "account_code"
    case assignedTo = "assigned_to"
    case currentValue = "current_value"
    case expectedValue = "expected_value"
    case varianceAmount = "variance_amount"
    case variancePercent = "variance_percent"

    package var kind: FieldKind {
        switch self {
        case .detectedAt: .date
        case .currentValue, .expectedValue, .varianceAmount, .variancePercent: .number
        default: .text
        }
    }

    func value(of anomaly: Anomaly) -> FieldValue? {
        switch self {
        case .detectedAt: .date(anomaly.detectedAt.date)
        case .id: .text(anomaly.id)
        case .severity: .text(anomaly.severity.rawValue)
        case .status: .text(anomaly.state.status.rawValue)
        case .category: .text(anomaly.category.rawValue)
        case .metricName: .text(anomaly.accountName)
        case .accountCode: .text(anomaly.accountCode)
        case .assignedTo: anomaly.state.assignedTo.map(FieldValue.text)
        case .currentValue: .number(anomaly.current.exact)
        case .expectedValue: .number(anomaly.expected.exact)
        case .varianceAmount: .number(anomaly.variance.exact)
        case .variancePercent: anomaly.percent.map(FieldValue.number)
        }
    }

    /// What is compared when sorting: severities by how grave they are, not by their letters.
    func key(of anomaly: Anomaly) -> FieldValue? {
        guard self == .severity else { return value(of: anomaly) }
        return .number(ExactNumber(Anomaly.Severity.allCases.firstIndex(of: anomaly.severity) ?? 0))
    }
}
