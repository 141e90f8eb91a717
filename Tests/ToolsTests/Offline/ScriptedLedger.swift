import AgentRuntime

/// Results in the tools' shapes with figures that are drawn from the call: any question gets an answer to word.
struct ScriptedLedger: Sendable {
    var company: InventedCompany

    func result(of call: ToolCall) -> ToolResult {
        switch call.name {
        case "metrics_query", "variance_drivers": figures(call)
        case "income_statement": statement(call)
        case "pipeline_overview": pipeline
        case "deal_search": deals
        case "anomalies": anomalies
        case "what_if": supposition(call)
        case "forecast_metric": forecast(call)
        case "scenario_simulate": simulation(call)
        default:
            ToolResult(
                content: [
                    "results": [
                        [
                            "article_id": "art_0", "title": "Travel and Expense Policy", "start": 0, "end": 80,
                            "heading_path": ["Hotels"], "text": "Hotels and travel cost up to $180 a night.",
                        ]
                    ]
                ],
                citations: [Citation(source: "article", id: "art_0", text: "Hotels", fields: ["start": 0])]
            )
        }
    }

    /// FNV-1a, so that a run repeats.
    private func draw(_ key: String) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return Int(hash % 900_000) + 10_000
    }

    private func names(_ dimension: String) -> [String] {
        company.vocabulary.entries.compactMap { entry in
            switch entry.term {
            case .value(dimension, let value): value
            case .metric where dimension == "account" && !entry.phrase.allSatisfy(\.isNumber): entry.phrase
            default: nil
            }
        }
    }

    private func figures(_ call: ToolCall) -> ToolResult {
        let arguments = call.arguments
        let metric = arguments["metric"]?.string ?? ""
        let isRatio = metric.hasSuffix("margin")
        func number(_ key: String) -> JSONValue {
            isRatio ? .exact(ExactNumber(significand: Int128(draw(key) % 900 + 50), exponent: -3)) : .integer(draw(key))
        }
        guard let period = try? Period(arguments["period"] ?? .null) else { return .failure("invalid_period", "none") }
        let start = company.settings.fiscalYearStart
        var content: JSONObject = [
            "metric": [
                "id": .string(metric), "name": .string(name(metric)), "unit": isRatio ? "ratio" : "currency",
                "is_cost": .bool(["costs", "opex", "spend", "cogs"].contains(metric)),
            ],
            "period": period.json(fiscalYearStart: start), "currency": "USD",
            "value": number(metric + period.description + (arguments["filters"]?.text ?? "")), "rows": 7,
            "to_date": .bool(company.settings.today < period.end), "filters": arguments["filters"] ?? [],
        ]
        func comparison(_ key: String) -> JSONValue? {
            let assumed: JSONValue? = call.name == "variance_drivers" ? .string("budget") : nil
            guard let kind = arguments["compare_to"] ?? assumed else {
                return nil
            }
            return [
                "kind": .string(kind.string ?? "period"), "value": number(key + "before"), "favourable": true,
                "period": period.previous().json(fiscalYearStart: start),
            ]
        }
        if let found = comparison("total") { content["comparison"] = found }
        if let dimension = arguments["group_by"]?.string {
            let rows = names(dimension).map { name -> JSONValue in
                var row: JSONObject = ["name": .string(name), "value": number(name), "rows": 2]
                if let found = comparison(name) { row["comparison"] = found }
                return .object(row)
            }
            content["group_by"] = .string(dimension)
            content["groups"] = .array(rows)
            content["groups_total"] = .integer(rows.count)
        }
        if let unit = arguments["granularity"]?.string.flatMap(Granularity.init(rawValue:)) {
            content["series"] = .array(
                period.split(by: unit, fiscalYearStart: start).map { piece in
                    ["label": .string(piece.label(fiscalYearStart: start)), "value": number(piece.description)]
                }
            )
        }
        if call.name == "variance_drivers" {
            content["by"] = arguments["by"] ?? "account"
            content["drivers"] = [
                ["name": "Rent", "code": "6400", "value": 165_000, "baseline": 100_000, "difference": 65_000]
            ]
            content["other"] = ["count": 3, "difference": -56_000]
        }
        return ToolResult(
            content: .object(content),
            citations: [Citation(source: "ledger", id: "ledger_\(call.id)", text: name(metric))]
        )
    }

    private func name(_ metric: String) -> String {
        let entry = company.vocabulary.entries.first { $0.term == .metric(metric) }
        return entry?.phrase ?? metric.replacing("_", with: " ")
    }

    private func supposition(_ call: ToolCall) -> ToolResult {
        func moved(_ name: String, _ more: JSONObject = [:]) -> JSONValue {
            let base = draw(name)
            let new = draw(name + "new")
            var row: JSONObject = [
                "name": .string(name), "base": .integer(base), "new": .integer(new), "change": .integer(new - base),
                "metric": ["id": .string(name), "unit": "currency"],
            ]
            for member in more { row[member.name] = member.value }
            return .object(row)
        }
        let changes = (call.arguments["changes"]?.array ?? []).map { change in
            moved(self.name(change["metric"]?.string ?? ""), ["filters": change["filters"] ?? []])
        }
        return ToolResult(
            content: [
                "period": call.arguments["period"] ?? .null, "changes": .array(changes),
                "outcomes": [moved("Operating Income"), moved("Net Income")],
            ],
            citations: [Citation(source: "ledger", id: "ledger_w", text: "Travel")]
        )
    }

    private func forecast(_ call: ToolCall) -> ToolResult {
        let metric = call.arguments["metric"]?.string ?? ""
        func point(_ label: String) -> JSONValue {
            let value = draw(metric + label)
            return [
                "label": .string(label), "value": .integer(value), "low_80": .integer(value - 900),
                "high_80": .integer(value + 900), "kind": "forecast",
            ]
        }
        return ToolResult(
            content: [
                "metric": ["id": .string(metric), "name": .string(name(metric)), "unit": "currency"],
                "period": call.arguments["period"] ?? ["label": "the months to come"],
                "total": point("total"), "months": [point("April 2026"), point("May 2026")],
                "method_name": "Holt-Winters smoothing", "history_months": 36,
                "backtest": ["rmse": 1234, "mape": .exact(ExactNumber(significand: 31, exponent: -3))],
            ],
            citations: [Citation(source: "ledger", id: "ledger_f", text: "Revenue")]
        )
    }

    private func simulation(_ call: ToolCall) -> ToolResult {
        let metric = call.arguments["target"]?["metric"]?.string ?? "revenue"
        let median = draw(metric)
        return ToolResult(
            content: [
                "period": call.arguments["period"] ?? .null, "iterations": 10_000,
                "target": [
                    "metric": .string(metric), "name": .string(name(metric)), "direction": "at_least",
                    "value": call.arguments["target"]?["value"] ?? .null,
                ],
                "probability_of_meeting_target": .exact(ExactNumber(significand: 63, exponent: -2)),
                "results": .object([
                    metric: [
                        "median": .integer(median),
                        "percentiles": ["p10": .integer(median - 900), "p90": .integer(median + 900)],
                    ]
                ]),
            ],
            citations: [Citation(source: "ledger", id: "ledger_m", text: "Revenue")]
        )
    }

    private func statement(_ call: ToolCall) -> ToolResult {
        func line(_ key: String) -> JSONValue {
            ["actual": .integer(draw(key)), "comparison": ["kind": "budget", "value": .integer(draw(key + "b"))]]
        }
        return ToolResult(
            content: [
                "period": call.arguments["period"] ?? .null,
                "sections": [["section": "revenue", "name": "Revenue", "subtotal": line("revenue")]],
                "totals": ["gross_profit": line("g"), "operating_income": line("o"), "net_income": line("n")],
            ],
            citations: [Citation(source: "ledger", id: "ledger_s", text: "Income statement")]
        )
    }

    private var pipeline: ToolResult {
        ToolResult(
            content: [
                "total": ["count": 42, "amount": 1_250_000, "weighted": 610_000],
                "stages": [["stage": "Proposal", "count": 20, "amount": 650_000, "weighted": 300_000]],
                "win_rate": .exact(ExactNumber(significand: 42, exponent: -2)),
                "at_risk": ["count": 3, "amount": 90_000], "average_deal_size": 29_762,
            ],
            citations: [Citation(source: "deal", id: "deals_1", text: "Deals")]
        )
    }

    private var deals: ToolResult {
        ToolResult(
            content: [
                "deals": [
                    [
                        "id": "deal_1", "name": "Astoria Lobby Refit", "account": "Hotel Astoria",
                        "owner": "Maria Keller", "amount": 120_000, "stage": "Negotiation", "weighted": 84_000,
                        "probability": .exact(ExactNumber(significand: 7, exponent: -1)), "close_date": "2026-02-15",
                        "last_activity_date": "2025-11-01", "next_step": "Send contract", "region": "DACH",
                        "at_risk": ["level": "medium", "reasons": ["no activity for 91 days"]],
                    ]
                ],
                "total": 1, "amount": 120_000, "weighted": 84_000,
            ],
            citations: [Citation(source: "deal", id: "deal_1", text: "Astoria Lobby Refit")]
        )
    }

    private var anomalies: ToolResult {
        ToolResult(
            content: [
                "anomalies": [
                    [
                        "id": "anom_1", "severity": "high", "metric_name": "Rent", "current_value": 379_000,
                        "expected_value": 300_000, "description": "Rent 26.3% above budget",
                    ]
                ],
                "total": 1,
            ],
            citations: [Citation(source: "anomaly", id: "anom_1", text: "Rent")]
        )
    }
}
