internal import AgentRuntime
internal import Tools

/// The periods of the profile's figures, by their names; each is the one that holds today.
enum AEMSPeriod {
    static let all = ["daily", "weekly", "monthly", "quarterly", "yearly"]

    private static let units: [String: Granularity] = [
        "daily": .day, "weekly": .week, "monthly": .month, "quarterly": .quarter, "yearly": .year,
    ]

    static func parameter(_ names: [String]) -> RouteParameter {
        RouteParameter("period", summary: "monthly unless said.", schema: WireSchema.oneOf(names))
    }

    static func read(_ query: JSONObject, _ settings: TenantSettings) -> (name: String, period: Period) {
        let name = query["period"]?.string ?? "monthly"
        let calendar = FiscalCalendar(startMonth: settings.fiscalYearStart)
        return (name, calendar.period(units[name] ?? .month, containing: settings.today))
    }

    static func json(_ name: String, _ period: Period) -> JSONObject {
        [
            "period": .string(name), "period_start": .string(period.start.description),
            "period_end": .string(period.end.description),
        ]
    }
}

/// Figures by the tools of the agent, as the caller may see them.
struct AEMSFigures: Sendable {
    let domain: DomainServices
    let principal: Principal
    let settings: TenantSettings

    /// What `metrics_query` answers; `nil` where the data holds nothing, or the caller may not see figures.
    func metric(
        _ name: String,
        _ period: Period,
        comparedTo baseline: String,
        groupedBy group: String? = nil,
        filters: [String: String] = [:]
    ) async throws -> JSONValue? {
        guard principal.may(.metricsRead) else { return nil }
        var arguments: JSONObject = [
            "metric": .string(name),
            "period": period.json(fiscalYearStart: settings.fiscalYearStart),
            "compare_to": .string(baseline),
        ]
        if let group { arguments["group_by"] = .string(group) }
        if !filters.isEmpty {
            arguments["filters"] = .array(
                filters.sorted { $0.key < $1.key }.map {
                    ["dimension": .string($0.key), "values": [.string($0.value)]]
                }
            )
        }
        return try await domain.content(of: "metrics_query", arguments, for: principal)
    }

    /// A share as a percentage with one decimal.
    static func percent(_ share: JSONValue?) -> JSONValue {
        share?.exact.map { .exact($0.shifted(by: 2).rounded(places: 1)) } ?? .null
    }

    /// Growth in percent with one decimal; `null` from nothing.
    static func change(_ now: Int, _ before: Int) -> JSONValue {
        ExactNumber((now - before) * 100).divided(by: ExactNumber(before), places: 1).map(JSONValue.exact) ?? .null
    }

    /// The difference of two shares in percentage points.
    static func points(_ now: ExactNumber?, _ before: ExactNumber?) -> JSONValue {
        guard let now, let before, let difference = now.subtracting(before) else { return .null }
        return .exact(difference.shifted(by: 2).rounded(places: 1))
    }

    /// `+5%`, `-2.3%`, as the profile's document writes changes; `null` where there is nothing to compare with.
    static func signed(_ percent: JSONValue?) -> JSONValue {
        guard let value = percent?.exact?.rounded(places: 1) else { return .null }
        return .string((value < .zero ? "" : "+") + value.literal + "%")
    }
}
