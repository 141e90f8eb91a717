package import AgentRuntime

/// `variance_drivers` over the breakdowns that another service's `/metrics` gives.
package struct RemoteVarianceDriversTool: Tool {
    private let domain: RemoteDomain
    package let declaration: ToolDeclaration

    package init(_ domain: RemoteDomain, like own: any Tool) {
        self.domain = domain
        declaration = own.declaration.remote(domain.service)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await domain.answer(context) { asker, facts in
            let ratios = MetricCatalogue.metrics.filter { $0.unit == .ratio }.flatMap { [$0.id] + $0.aliases }
            guard !ratios.contains(arguments["metric"]?.string ?? "") else {
                throw FigureFailure.invalidArgument(
                    "metric",
                    "is a ratio, whose change is no sum of parts; ask for gross_profit, ebitda or another amount"
                )
            }
            var figure = try RemoteFigure(arguments, settings: context.settings, baseline: .budget)
            let named = try arguments["by"]?.string.map { name throws(FigureFailure) in try Breakdown(name) }
            figure.breakdowns = named.map { [$0] } ?? Self.candidates
            let limit = try arguments.count(
                "limit",
                default: VarianceDrivers.limitDefault,
                max: VarianceDrivers.limitMax
            )
            let item = try await figure.read(domain, for: asker)
            guard !item.isEmpty, let value = item.value else { throw item.noData(facts) }
            guard let before = item.comparison?["value"]?.exact else {
                throw FigureFailure.noData(
                    "figure of \(item.name) to compare with",
                    figure.baseline?.period(for: figure.period, settings: figure.settings) ?? figure.period,
                    available: nil
                )
            }
            let breakdown = named ?? Self.natural(item)
            let drivers = try RemoteDrivers(item, by: breakdown, total: value.subtracting(before) ?? .zero)
            let anomalies =
                breakdown == .account
                ? try await RemoteAnomalies(domain: domain, asker: asker).gravest(in: figure.period) : [:]
            return drivers.result(limit: limit, anomalies, arguments)
        }
    }

    private static let candidates: [Breakdown] =
        [.account] + [.vendor, .department, .region, .lob, .product].map(Breakdown.dimension)

    /// By account; a single account is divided by what its rows carry.
    private static func natural(_ item: RemoteFigure.Item) -> Breakdown {
        func used(_ breakdown: Breakdown) -> [JSONValue] {
            (item.groups(by: breakdown) ?? []).filter {
                ($0["rows"]?.int ?? 0) > 0 && $0["name"]?.string != LedgerDimension.unassigned
            }
        }
        guard used(.account).count <= 1 else { return .account }
        return candidates.dropFirst().first { breakdown in
            let groups = item.groups(by: breakdown) ?? []
            return used(breakdown).count > 1 && groups.contains { $0["comparison"]?["value"]?.exact != nil }
        } ?? .account
    }
}

/// The groups that differ from their baseline, the largest difference first.
private struct RemoteDrivers {
    struct Driver {
        var group: JSONValue
        var value: ExactNumber
        var baseline: ExactNumber
        var difference: ExactNumber
        var name: String { group["name"]?.string ?? "" }
        var code: String? { group["code"]?.string }
    }

    let item: RemoteFigure.Item
    let breakdown: Breakdown
    let total: ExactNumber
    let drivers: [Driver]

    init(_ item: RemoteFigure.Item, by breakdown: Breakdown, total: ExactNumber) throws(FigureFailure) {
        guard let groups = item.groups(by: breakdown) else {
            throw .remote("does not divide figures by \(breakdown.name)", code: "refused")
        }
        if item.figure.baseline?.kind == "budget", !groups.contains(where: { $0["comparison"]?["value"]?.exact != nil })
        {
            throw .invalidArgument("by", "\(breakdown.name) is not in the budget")
        }
        self.item = item
        self.breakdown = breakdown
        self.total = total
        drivers = groups.compactMap { group -> Driver? in
            let value = group["value"]?.exact ?? .zero
            let baseline = group["comparison"]?["value"]?.exact ?? .zero
            guard let difference = value.subtracting(baseline), !difference.isZero else { return nil }
            return Driver(group: group, value: value, baseline: baseline, difference: difference)
        }
        .sorted { left, right in
            if left.difference.magnitude != right.difference.magnitude {
                return right.difference.magnitude < left.difference.magnitude
            }
            return (left.name, left.code ?? "") < (right.name, right.code ?? "")
        }
    }

    func result(limit: Int, _ anomalies: [String: JSONValue], _ arguments: JSONObject) -> ToolResult {
        let named = drivers.prefix(limit)
        let rest = drivers.dropFirst(limit)
        let figure = item.figure
        let content: JSONObject = [
            "metric": item.metric, "period": figure.period.json, "currency": .string(figure.settings.currency),
            "value": item.value.map(JSONValue.exact) ?? .null, "rows": item.json["rows"] ?? .null,
            "to_date": item.json["summary"]?["to_date"] ?? false, "comparison": item.comparison ?? .null,
            "by": .string(breakdown.name),
            "drivers": .array(named.map { json($0, $0.code.flatMap { anomalies[$0] }) }),
            "other": [
                "count": .integer(rest.count),
                "difference": .exact(rest.reduce(ExactNumber.zero) { $0.adding($1.difference) ?? $0 }),
            ],
            "total_difference": .exact(total),
            "filters": .array(figure.filters.map(\.json)),
        ]
        var citations = [item.citation(tool: VarianceDriversTool.name, arguments)]
        if breakdown == .account {
            for driver in named {
                if let anomaly = driver.code.flatMap({ anomalies[$0] }) { citations.append(.anomaly(anomaly)) }
                citations.append(item.citation(tool: VarianceDriversTool.name, arguments, account: driver.group))
            }
        }
        return ToolResult(content: .object(content), citations: citations)
    }

    private func json(_ driver: Driver, _ anomaly: JSONValue?) -> JSONValue {
        var json: JSONObject = ["name": .string(driver.name)]
        if let code = driver.code { json["code"] = .string(code) }
        json["value"] = .exact(driver.value)
        json["baseline"] = .exact(driver.baseline)
        json["difference"] = .exact(driver.difference)
        json["percent"] = Comparison.percent(driver.difference, of: driver.baseline).map(JSONValue.exact) ?? .null
        json["share_of_change"] = driver.difference.divided(by: total, places: 6).map(JSONValue.exact) ?? .null
        json["favourable"] = Comparison.favourable(driver.difference, isCost: item.isCost)
        if let anomaly {
            json["anomaly"] = [
                "id": anomaly["id"] ?? .null, "severity": anomaly["severity"] ?? .null,
                "description": anomaly["description"] ?? .null,
            ]
        }
        return .object(json)
    }
}
