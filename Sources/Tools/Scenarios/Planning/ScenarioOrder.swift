internal import AgentRuntime

extension Scenario {
    /// What lists of scenarios are filtered by.
    package static let fields: [(name: String, kind: FieldKind)] = [
        ("name", .text), ("description", .text), ("status", .text), ("type", .text), ("owner_id", .text),
        ("created_at", .date), ("updated_at", .date),
    ]

    func value(of field: String) -> FieldValue? {
        switch field {
        case "name": .text(name)
        case "description": .text(details)
        case "status": .text(status.rawValue)
        case "type": .text(kind.rawValue)
        case "owner_id": .text(ownerID)
        case "created_at": FieldValue(String(createdAt.iso8601.prefix(10)), .date)
        case "updated_at": FieldValue(String(updatedAt.iso8601.prefix(10)), .date)
        default: nil
        }
    }
}

/// What lists of scenarios are sorted by.
package enum ScenarioOrder: String, Sendable, CaseIterable {
    case updated = "updated_at"
    case created = "created_at"
    case name
    case status
    case type

    private func isBefore(_ left: Scenario, _ right: Scenario) -> Bool {
        switch self {
        case .updated: left.updatedAt < right.updatedAt
        case .created: left.createdAt < right.createdAt
        case .name: left.name.lowercased() < right.name.lowercased()
        case .status: left.status.rawValue < right.status.rawValue
        case .type: left.kind.rawValue < right.kind.rawValue
        }
    }

    /// Scenarios that come changed last first; those that are the same in this order stay so.
    func sorted(_ all: [Scenario], isAscending: Bool) -> [Scenario] {
        if self == .updated, !isAscending { return all }
        return all.enumerated().sorted { left, right in
            if isBefore(left.element, right.element) { return isAscending }
            if isBefore(right.element, left.element) { return !isAscending }
            return left.offset < right.offset
        }
        .map(\.element)
    }
}
