package import AgentRuntime

/// `income_statement` as another service's `/metrics/income-statement` writes it.
package struct RemoteIncomeStatementTool: Tool {
    private let domain: RemoteDomain
    package let declaration: ToolDeclaration

    package init(_ domain: RemoteDomain, like own: any Tool) {
        self.domain = domain
        declaration = own.declaration.remote(domain.service)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await domain.answer(context) { asker, facts in
            let settings = context.settings
            let period = try PeriodArgument(arguments["period"], settings: settings)
            let baseline = try Baseline(arguments["compare_to"], settings: settings)
            let filters = try FigureFilter.list(arguments["filters"])
            guard let unit = period.period.unit, [.month, .quarter, .year].contains(unit) else {
                throw FigureFailure.remote("gives statements of months, quarters and years only", code: "refused")
            }
            if case .period = baseline {
                throw FigureFailure.remote(
                    "compares statements with the budget, the period before or the year before only",
                    code: "refused"
                )
            }
            var query = [
                RemoteQuery("period", unit.rawValue), RemoteQuery("date", period.period.start.description),
                RemoteQuery("compare_to", baseline?.kind ?? "budget"),
            ]
            query += try RemoteFigure.query(filters)
            let body = try await domain.get("/metrics/income-statement", query, for: asker)
            let statement = RemoteStatement(
                data: body["data"] ?? [:],
                baseline: baseline,
                period: period,
                address: domain.address("/metrics/income-statement", query)
            )
            guard !statement.isEmpty else {
                let range = facts.flatMap { facts in facts.first.flatMap { first in facts.last.map { (first, $0) } } }
                throw FigureFailure.noData(
                    "ledger row",
                    period,
                    available: range.map { (first: $0.0, last: $0.1) }
                )
            }
            return statement.result(filters: filters, settings: settings, arguments)
        }
    }
}

/// A statement as it was answered.
private struct RemoteStatement {
    let data: JSONValue
    let baseline: Baseline?
    let period: PeriodArgument
    let address: String

    private var sections: [JSONValue] { data["line_items"]?.array ?? [] }
    private var accounts: [(code: String, name: String)] {
        sections.flatMap { $0["items"]?.array ?? [] }.compactMap { item in
            item["account_code"]?.string.map { ($0, item["name"]?.string ?? $0) }
        }
    }

    var isEmpty: Bool { sections.allSatisfy { $0["items"]?.array?.isEmpty ?? true } }

    func result(filters: [FigureFilter], settings: TenantSettings, _ arguments: JSONObject) -> ToolResult {
        var totals: JSONObject = [:]
        for member in data["totals"]?.object ?? [:] {
            var total = line(member.value, isCost: false)
            total["name"] = .string(MetricCatalogue.metrics.first { $0.id == member.name }?.name ?? member.name)
            total["margin"] = member.value["margin"]?.exact.map { .exact($0.shifted(by: -2)) } ?? .null
            totals[member.name] = .object(total)
        }
        let content: JSONObject = [
            "period": period.json, "currency": data["currency"] ?? .string(settings.currency),
            "to_date": data["to_date"] ?? false, "sections": .array(sections.map(section)), "totals": .object(totals),
            "filters": .array(filters.map(\.json)),
        ]
        let citation = Citation.remote(
            accounts: accounts,
            rows: data["rows"]?.int,
            name: "Income statement",
            period: period,
            query: Citation.query(IncomeStatementTool.name, arguments),
            address: address
        )
        return ToolResult(content: .object(content), citations: [citation])
    }

    private func section(_ section: JSONValue) -> JSONValue {
        let title = section["section"]?.string ?? ""
        let known = LedgerSection.allCases.first { $0.title == title }
        let isCost = known?.isCost ?? true
        var subtotal = line(section["subtotal"] ?? [:], isCost: isCost)
        subtotal["name"] = section["subtotal"]?["name"] ?? .string("Total \(title)")
        return [
            "section": .string(known?.rawValue ?? title), "name": .string(title),
            "items": .array((section["items"]?.array ?? []).map { .object(line($0, isCost: isCost)) }),
            "subtotal": .object(subtotal),
        ]
    }

    private func line(_ line: JSONValue, isCost: Bool) -> JSONObject {
        var item = JSONObject()
        for name in ["account_code", "name", "rows"] { item[name] = line[name] }
        for name in ["actual", "budget", "prior_period", "prior_year"] { item[name] = line[name] ?? .null }
        guard let baseline else { return item }
        item["comparison"] = [
            "kind": .string(baseline.kind), "value": line[baseline.kind] ?? .null,
            "difference": line["variance"] ?? .null, "percent": line["variance_percent"] ?? .null,
            "favourable": line["favourable"] ?? Comparison.favourable(line["variance"]?.exact, isCost: isCost),
        ]
        return item
    }
}
