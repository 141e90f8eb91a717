internal import AgentRuntime

/// One metric of `/metrics`: its steps and its summary, from what `metrics_query` answers.
struct AetherMetricSeries: Sendable {
    let domain: DomainServices
    let principal: Principal
    let settings: TenantSettings
    let start: CalendarDate
    let end: CalendarDate
    let unit: Granularity
    let compared: String?
    let filters: [JSONValue]
    let breakdowns: AetherBreakdowns

    private var baseline: JSONValue { breakdowns.baseline ?? .string(compared ?? "budget") }

    private static let fields = [
        "metric": "metrics", "period": "start_date", "start_date": "start_date", "end_date": "end_date",
    ]

    func item(_ name: String) async throws -> JSONValue {
        let whole = try await content(name, from: start, ["granularity": .string(unit.rawValue)], against: baseline)
        let calendar = FiscalCalendar(startMonth: settings.fiscalYearStart)
        let year = calendar.period(.year, containing: end).start
        let toDate = try await content(name, from: year, against: "budget")
        var budget = whole
        if baseline != "budget" { budget = try await content(name, from: start, against: "budget") }
        // Where the period holds nothing the catalogue still knows what the metric is.
        let metric = whole?["metric"] ?? toDate?["metric"] ?? ["id": .string(name), "name": .string(name)]
        var summary: JSONObject = [
            "total_actual": whole?["value"] ?? .null,
            "total_budget": budget?["comparison"]?["value"] ?? .null,
        ]
        if let compared, compared != "budget" {
            summary["total_\(compared)"] = whole?["comparison"]?["value"] ?? .null
        }
        summary["total_variance"] = whole?["comparison"]?["difference"] ?? .null
        summary["variance_percent"] = whole?["comparison"]?["percent"] ?? .null
        summary["favourable"] = whole?["comparison"]?["favourable"] ?? .null
        summary["compared_to"] = .string(breakdowns.days == nil ? compared ?? "budget" : "period")
        summary["to_date"] = whole?["to_date"] ?? false
        summary["ytd_actual"] = toDate?["value"] ?? .null
        summary["ytd_budget"] = toDate?["comparison"]?["value"] ?? .null
        var item: JSONObject = [
            "id": metric["id"] ?? .string(name),
            "name": metric["name"] ?? .string(name),
            "unit": metric["unit"] ?? "currency",
            "currency": .string(settings.currency),
            "time_series": .array((whole?["series"]?.array ?? []).map(point)),
            "summary": .object(summary),
        ]
        item["is_cost"] = metric["is_cost"]
        item["section"] = metric["section"]
        item["rows"] = whole?["rows"] ?? 0
        item["sources"] = whole?["sources"] ?? []
        if compared != nil || breakdowns.days != nil { item["comparison"] = whole?["comparison"] }
        if !breakdowns.names.isEmpty { item["breakdowns"] = .array(try await divided(name)) }
        return .object(item)
    }

    /// The metric by each of the breakdowns that were asked for.
    private func divided(_ name: String) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        for breakdown in breakdowns.names {
            var more = breakdowns.order
            more["group_by"] = .string(breakdown)
            more["limit"] = .integer(Self.groupsMax)
            // Not `nil` alone: that would be a JSON null.
            let isCompared = compared != nil || breakdowns.days != nil
            let content = try await content(name, from: start, more, against: isCompared ? baseline : JSONValue?.none)
            items.append([
                "by": .string(breakdown), "groups": content?["groups"] ?? [],
                "groups_total": content?["groups_total"] ?? 0,
            ])
        }
        return items
    }

    private static let groupsMax = 1000

    private func content(
        _ metric: String,
        from start: CalendarDate,
        _ more: JSONObject = [:],
        against baseline: JSONValue?
    ) async throws -> JSONValue? {
        var arguments: JSONObject = [
            "metric": .string(metric),
            "period": ["start_date": .string(start.description), "end_date": .string(end.description)],
        ]
        if let measure = breakdowns.measure, measure == "budget" {
            arguments["measure"] = .string(measure)
        } else if let baseline {
            arguments["compare_to"] = baseline
        }
        for member in more { arguments[member.name] = member.value }
        if !filters.isEmpty { arguments["filters"] = .array(filters) }
        return try await domain.content(of: "metrics_query", arguments, for: principal, fields: Self.fields)
    }

    private func point(_ point: JSONValue) -> JSONValue {
        var item: JSONObject = [
            "period": .string(name(of: point)),
            "start_date": point["start_date"] ?? .null,
            "end_date": point["end_date"] ?? .null,
            "actual": point["value"] ?? .null,
        ]
        // A budget has months: weeks and days have none, and none is made up.
        if let compared {
            let comparison = point["comparison"]
            item[compared] = comparison?["value"] ?? .null
            item["variance"] = comparison?["difference"] ?? .null
            item["variance_percent"] = comparison?["percent"] ?? .null
            item["favourable"] = comparison?["favourable"] ?? .null
        }
        if point["to_date"] == true { item["to_date"] = true }
        item["rows"] = point["rows"]
        return .object(item)
    }

    /// `2026-01-31`, `2026-W05`, `2026-01`, `2026-Q1`, the quarters of the fiscal year.
    private func name(of point: JSONValue) -> String {
        guard let start = point["start_date"]?.string.flatMap(CalendarDate.init) else { return "" }
        let calendar = FiscalCalendar(startMonth: settings.fiscalYearStart)
        switch unit {
        case .week:
            let week = start.isoWeek
            return "\(week.year)-W\(week.week < 10 ? "0" : "")\(week.week)"
        case .month: return String(start.description.prefix(7))
        case .half, .year: return point["label"]?.string ?? ""
        case .quarter: return "\(calendar.year(of: start))-Q\(calendar.quarter(of: start))"
        default: return start.description
        }
    }
}

/// The income statement as the profile writes it.
struct AetherIncomeStatement: Sendable {
    /// What `income_statement` answered; without members where the period holds nothing.
    let content: JSONValue
    let period: JSONValue
    let currency: String
    let compared: String

    var json: JSONValue {
        var totals: JSONObject = [:]
        for name in ["gross_profit", "operating_income", "net_income"] {
            let total = content["totals"]?[name] ?? [:]
            var item = line(total)
            item["margin"] = total["margin"]?.exact.map { .exact($0.shifted(by: 2)) } ?? .null
            totals[name] = .object(item)
        }
        return [
            "period": period["label"] ?? .null,
            "start_date": period["start_date"] ?? .null,
            "end_date": period["end_date"] ?? .null,
            "to_date": content["to_date"] ?? false,
            "currency": .string(currency),
            "rows": .integer((content["sections"]?.array ?? []).reduce(0) { $0 + ($1["subtotal"]?["rows"]?.int ?? 0) }),
            "compared_to": .string(compared),
            "line_items": .array((content["sections"]?.array ?? []).map(section)),
            "totals": .object(totals),
        ]
    }

    private func section(_ section: JSONValue) -> JSONValue {
        let subtotal = section["subtotal"] ?? [:]
        return [
            "section": section["name"] ?? .null,
            "items": .array((section["items"]?.array ?? []).map { .object(line($0)) }),
            "subtotal": .object(line(subtotal)),
        ]
    }

    private func line(_ line: JSONValue) -> JSONObject {
        var item = JSONObject()
        for name in ["account_code", "name", "rows"] { item[name] = line[name] }
        for name in ["actual", "budget"] { item[name] = line[name] ?? .null }
        item["variance"] = line["comparison"]?["difference"] ?? .null
        item["variance_percent"] = line["comparison"]?["percent"] ?? .null
        item["favourable"] = line["comparison"]?["favourable"] ?? .null
        for name in ["prior_period", "prior_year"] { item[name] = line[name] ?? .null }
        return item
    }
}
