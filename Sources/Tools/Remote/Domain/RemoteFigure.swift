internal import AgentRuntime

/// A question about a figure as a request for `/metrics`, and what is answered as the parts of a result.
struct RemoteFigure: Sendable {
    let metric: String
    let period: PeriodArgument
    let baseline: Baseline?
    let filters: [FigureFilter]
    let settings: TenantSettings
    var measure = FigureCalculator.Measure.actual
    var granularity: Granularity?
    /// What the value is divided by; accounts always come along, as a citation names them.
    var breakdowns: [Breakdown] = []
    var order: String?
    var isAscending = false

    private static let steps: [Granularity: String] = [
        .day: "daily", .week: "weekly", .month: "monthly", .quarter: "quarterly", .half: "half_yearly", .year: "yearly",
    ]

    var query: [RemoteQuery] {
        get throws(FigureFailure) {
            var query = [
                RemoteQuery("metrics", metric), RemoteQuery("start_date", period.period.start.description),
                RemoteQuery("end_date", period.period.end.description),
            ]
            if let granularity { query.append(RemoteQuery("granularity", Self.steps[granularity] ?? "monthly")) }
            switch baseline {
            case nil: break
            case .period(let other):
                query.append(RemoteQuery("compare_start_date", other.period.start.description))
                query.append(RemoteQuery("compare_end_date", other.period.end.description))
            case .some(let baseline): query.append(RemoteQuery("compare_to", baseline.kind))
            }
            query += try Self.query(filters)
            if measure == .budget { query.append(RemoteQuery("measure", "budget")) }
            var names = ["account"]
            for breakdown in breakdowns where !names.contains(breakdown.name) { names.append(breakdown.name) }
            query.append(RemoteQuery("group_by", names.joined(separator: ",")))
            if let order {
                query.append(RemoteQuery("group_sort", order))
                query.append(RemoteQuery("group_order", isAscending ? "asc" : "desc"))
            }
            return query
        }
    }

    /// Filters as the API writes them: `vendor=`, `vendor_in=`, `vendor_ne=`.
    static func query(_ filters: [FigureFilter]) throws(FigureFailure) -> [RemoteQuery] {
        var query: [RemoteQuery] = []
        for filter in filters {
            var name = filter.breakdown.name
            let isList = filter.values.count > 1
            if filter.isExcluding { name += "_ne" } else if isList { name += "_in" }
            guard !isList || !filter.isExcluding, !isList || !filter.values.contains(where: { $0.contains(",") }),
                !query.contains(where: { $0.name == name })
            else { throw .remote("cannot leave out or name these together; ask for them one by one", code: "refused") }
            query.append(RemoteQuery(name, filter.values.joined(separator: ",")))
        }
        return query
    }

    /// Asks, and gives the one item of the answer.
    func read(_ domain: RemoteDomain, for asker: Asker) async throws -> Item {
        let query = try query
        let body = try await domain.get("/metrics", query, for: asker)
        guard let item = body["data"]?["metrics"]?[0] else { throw FigureFailure.remote("gives no figure") }
        return Item(json: item, figure: self, address: domain.address("/metrics", query))
    }

    /// The figure as it was answered.
    struct Item: Sendable {
        let json: JSONValue
        let figure: RemoteFigure
        /// The request that it answers.
        let address: String

        /// The exact value; `nil` where there is none.
        var value: ExactNumber? { (json["summary"]?["total_actual"])?.exact }
        var rows: Int { json["rows"]?.int ?? 0 }
        var isRatio: Bool { json["unit"] == "ratio" }
        var isCost: Bool { json["is_cost"]?.bool ?? catalogued?.isCost ?? false }
        var name: String { json["name"]?.string ?? figure.metric }
        private var id: String { json["id"]?.string ?? figure.metric }
        private var catalogued: Metric? { MetricCatalogue.metrics.first { $0.id == id } }

        var metric: JSONValue {
            var metric: JSONObject = [
                "id": .string(id), "name": .string(name), "unit": json["unit"] ?? "currency",
            ]
            if let section = json["section"] ?? catalogued?.section.map({ .string($0.rawValue) }) {
                metric["section"] = section
            }
            metric["is_cost"] = .bool(isCost)
            return .object(metric)
        }

        /// Whether nothing is booked there: then there is no figure, unless something else was expected.
        var isEmpty: Bool {
            guard json["rows"] != nil else { return value == nil }
            return rows == 0 && (figure.measure == .budget || comparison?["value"]?.exact == nil || value == nil)
        }

        /// The result's member `comparison`; the service's own where it writes one.
        var comparison: JSONValue? {
            guard let baseline = figure.baseline else { return nil }
            var comparison: JSONObject
            if let told = json["comparison"]?.object {
                comparison = told
            } else {
                let summary = json["summary"]
                comparison = ["kind": .string(baseline.kind)]
                comparison["value"] = summary?["total_\(baseline.kind)"] ?? .null
                comparison["difference"] = summary?["total_variance"] ?? .null
                comparison["percent"] = isRatio ? .null : summary?["variance_percent"] ?? .null
                comparison["favourable"] =
                    summary?["favourable"]
                    ?? Comparison.favourable(summary?["total_variance"]?.exact, isCost: isCost)
                if isRatio { comparison["difference_unit"] = "percentage_points" }
            }
            if comparison["period"] != nil || baseline.kind != "budget" {
                comparison["period"] = baseline.period(for: figure.period, settings: figure.settings).json
            }
            return .object(comparison)
        }

        /// The groups of one breakdown, as results write them; `nil` where the service does not divide by it.
        func groups(by breakdown: Breakdown) -> [JSONValue]? {
            let found = json["breakdowns"]?.array?.first { $0["by"]?.string == breakdown.name }
            return found?["groups"]?.array
        }

        /// The points of the series, as results write them.
        var series: [JSONValue] {
            (json["time_series"]?.array ?? []).map { point in
                var entry: JSONObject = [
                    "label": .string(label(point)), "start_date": point["start_date"] ?? .null,
                    "end_date": point["end_date"] ?? .null, "value": point["actual"] ?? .null,
                    "rows": point["rows"] ?? .null,
                ]
                if point["to_date"] == true { entry["to_date"] = true }
                if let kind = figure.baseline?.kind, kind != "period", point[kind] != nil {
                    var comparison: JSONObject = ["kind": .string(kind), "value": point[kind] ?? .null]
                    comparison["difference"] = point["variance"] ?? .null
                    if isRatio { comparison["difference_unit"] = "percentage_points" }
                    comparison["percent"] = isRatio ? .null : point["variance_percent"] ?? .null
                    comparison["favourable"] =
                        point["favourable"] ?? Comparison.favourable(point["variance"]?.exact, isCost: isCost)
                    entry["comparison"] = .object(comparison)
                }
                return .object(entry)
            }
        }

        private func label(_ point: JSONValue) -> String {
            guard let start = point["start_date"]?.string.flatMap(CalendarDate.init),
                let end = point["end_date"]?.string.flatMap(CalendarDate.init),
                let period = Period(start: start, end: end, fiscalYearStart: figure.settings.fiscalYearStart)
            else { return point["period"]?.string ?? "" }
            return period.label(fiscalYearStart: figure.settings.fiscalYearStart)
        }

        /// What the answer rests on: accounts, period, rows, the question asked again, and the request.
        func citation(tool: String, _ arguments: JSONObject, account: JSONValue? = nil) -> Citation {
            let all = account.map { [$0] } ?? groups(by: .account) ?? []
            let used = all.filter { ($0["rows"]?.int ?? 1) > 0 }
            return .remote(
                accounts: used.compactMap { group in group["code"]?.string.map { ($0, group["name"]?.string ?? $0) } }
                    .sorted { $0.0 < $1.0 },
                rows: account == nil ? json["rows"]?.int : account?["rows"]?.int,
                name: name,
                period: figure.period,
                query: Citation.query(tool, arguments),
                address: address,
                noun: figure.measure == .budget ? "budget row" : "ledger row"
            )
        }

        /// Why there is no figure.
        func noData(_ facts: RemoteDomain.Facts?) -> FigureFailure {
            let noun = figure.measure == .budget ? "budget" : "ledger"
            let available = facts.flatMap { facts in facts.first.flatMap { first in facts.last.map { (first, $0) } } }
            return .noData(
                "\(noun) row of \(name)",
                figure.period,
                available: available.map { (first: $0.0, last: $0.1) }
            )
        }
    }
}

extension Citation {
    /// Figures of another service; `address` is the request that it answered.
    static func remote(
        accounts: [(code: String, name: String)],
        rows: Int?,
        name: String,
        period: PeriodArgument,
        query: String,
        address: String,
        noun: String = "ledger row"
    ) -> Citation {
        let single = accounts.count == 1 ? accounts.first : nil
        let part = single.map { "\($0.name) (\($0.code))" } ?? "\(name), \(accounts.count) accounts"
        let count = rows.map { ", \($0) \(noun)\($0 == 1 ? "" : "s")" } ?? ""
        return Citation(
            source: "ledger",
            id: "ledger_" + SHA256.hex("\(address) \(part) \(query)").prefix(16),
            text: "\(part), \(period.label)\(count)",
            fields: [
                "account": .optional(single?.code ?? accounts.first?.code),
                "accounts": .array(accounts.prefix(100).map { .string($0.code) }),
                "period": [
                    "start_date": .string(period.period.start.description),
                    "end_date": .string(period.period.end.description),
                ],
                "query": .string(query),
                "rows": rows.map(JSONValue.integer) ?? .null,
                "request": .string("GET \(address)"),
            ]
        )
    }
}
