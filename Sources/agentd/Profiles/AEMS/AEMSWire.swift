internal import AgentRuntime

/// How the aems profile writes an answer.
enum AEMSWire {
    /// What a client wants of an answer beside its text.
    struct Wishes: Sendable, Hashable {
        var showsChart = true
        var showsExtras = true

        init(_ body: JSONValue) {
            showsChart = body["visualization_preference"]?.string?.lowercased() != "none"
            let format = body["response_format"]?.string?.lowercased() ?? ""
            showsExtras = !["brief", "concise", "short", "text"].contains(format)
        }
    }

    static func answer(
        _ answer: Answer,
        turn: TurnID,
        session: String,
        wishes: Wishes,
        keepsContext: Bool
    ) -> JSONObject {
        let chart = wishes.showsChart ? answer.charts.first.map { AEMSChart($0, calls: answer.calls.map(\.call)) } : nil
        return [
            "message_id": .string(turn.rawValue),
            "session_id": .string(session),
            "response_type": chart == nil ? "text" : answer.content.isEmpty ? "chart" : "composite",
            "text_response": .string(answer.content),
            "chart_data": chart?.json ?? .null,
            "insights": .array(wishes.showsExtras ? (chart?.insights ?? []).map(JSONValue.string) : []),
            "follow_up_suggestions": .array(wishes.showsExtras ? followUps(answer) : []),
            "processing_time_ms": .integer(answer.summary?.milliseconds ?? 0),
            "confidence_score": confidence(answer),
            "data_sources": .array(sources(answer.calls.map(\.call)).map(JSONValue.string)),
            "context_maintained": .bool(keepsContext),
            "citations": .array(answer.citations),
            "tool_calls": .array(answer.toolCalls),
            "usage": AetherWire.usage(answer.summary?.usage ?? Usage()),
            "ungrounded": .array(answer.summary?.ungrounded ?? []),
            "degraded": .bool(answer.summary?.isDegraded ?? false),
            "status": .string(answer.summary?.status.rawValue ?? "running"),
        ]
    }

    private static func followUps(_ answer: Answer) -> [JSONValue] {
        answer.suggestedActions.compactMap { $0["question"] ?? $0["label"] }
    }

    /// The share of an answer's figures that its tools gave; `null` where nothing is cited.
    static func confidence(_ answer: Answer) -> JSONValue {
        confidence(answer.content, citations: answer.citations, ungrounded: answer.summary?.ungrounded ?? [])
    }

    static func confidence(_ content: String, citations: [JSONValue], ungrounded: [JSONValue]) -> JSONValue {
        guard !citations.isEmpty else { return .null }
        let figures = content.split { !$0.isNumber && $0 != "." && $0 != "," }.count { $0.contains(where: \.isNumber) }
        let all = max(figures, ungrounded.count, 1)
        return .exact(ExactNumber(all - ungrounded.count).divided(by: ExactNumber(all), places: 2) ?? .zero)
    }

    /// The services whose data an answer rests on, as the profile's document names them.
    static func sources(_ calls: [ToolCall]) -> [String] {
        var names: Set<String> = []
        for call in calls {
            names.insert(category(of: call.name) + "_service")
            if call.arguments["metric"]?.string == "revenue" { names.insert("sales_service") }
        }
        return names.sorted()
    }

    /// The business domain of a tool; analytics count by it.
    static func category(of tool: String?) -> String {
        switch tool {
        case "pipeline_overview", "deal_search", "deal_score", "revenue_forecast", "customer_intelligence",
            "customer_health", "price_quote", "order_status":
            "sales"
        case "kb_search", "kb_read": "knowledge"
        case "email_draft", "email_send", "email_classify": "mail"
        case "scenario_create", "scenario_compare", "scenario_simulate", "what_if", "causal_simulate":
            "scenarios"
        case "demand_forecast", "stock_alerts", "supplier_performance": "operations"
        case nil: "other"
        default: "finance"
        }
    }

    /// One message of a history.
    static func message(_ message: HistoryMessage) -> JSONValue {
        var object: JSONObject = [
            "message_id": .string(message.id),
            "timestamp": .string(message.time.iso8601),
            "type": message.role == .user ? "user" : "ai",
            "content": .string(message.content),
        ]
        guard message.role == .assistant else {
            object["metadata"] = [:]
            return .object(object)
        }
        let calls = message.toolCalls.compactMap(ToolCall.init(json:))
        let ungrounded = message.summary?.ungrounded ?? []
        object["response_type"] = message.charts.isEmpty ? "text" : "composite"
        object["processing_time_ms"] = .integer(message.summary?.milliseconds ?? 0)
        object["confidence_score"] = confidence(message.content, citations: message.citations, ungrounded: ungrounded)
        object["data_sources"] = .array(sources(calls).map(JSONValue.string))
        object["citations"] = .array(message.citations)
        object["status"] = .string(message.summary?.status.rawValue ?? "running")
        if let failure = message.failure { object["error"] = .object(AEMSErrors.event(failure)) }
        return .object(object)
    }
}

/// A chart as rows of named values, as the profile's clients draw it.
struct AEMSChart: Sendable {
    private let chart: JSONValue
    private let axis: String
    private let values: [String]
    private let rows: [JSONObject]
    /// Whether the rows are the parts of a whole.
    private let isBreakdown: Bool

    /// Takes the chart of an answer and the calls that it rests on, which know what its labels are.
    init(_ chart: JSONValue, calls: [ToolCall]) {
        self.chart = chart
        let call = calls.last { $0.arguments["group_by"] != nil || $0.arguments["granularity"] != nil } ?? calls.last
        let datasets = chart["data"]?["datasets"]?.array ?? []
        axis = Self.axis(of: call)
        var names: [String] = []
        for (index, dataset) in datasets.enumerated() {
            let name = index == 0 ? Self.value(of: call) : Self.slug(dataset["label"]?.string ?? "")
            names.append(name.isEmpty || name == axis || names.contains(name) ? "value_\(index + 1)" : name)
        }
        values = names
        let series = datasets.map { $0["data"]?.array ?? [] }
        let first = series.first?.map { $0.exact ?? .zero } ?? []
        let total = first.reduce(ExactNumber?.some(.zero)) { $0?.adding($1) } ?? .zero
        isBreakdown =
            datasets.count == 1 && call?.arguments["granularity"] == nil && first.count > 1
            && first.allSatisfy { $0 >= .zero } && total > .zero && chart["config"]?["unit"]?.string != "ratio"
        var rows: [JSONObject] = []
        for (index, label) in (chart["data"]?["labels"]?.array ?? []).enumerated() {
            var row: JSONObject = [axis: label]
            for (name, values) in zip(names, series) { row[name] = index < values.count ? values[index] : .null }
            if isBreakdown, index < first.count {
                row["percentage"] =
                    first[index].shifted(by: 2).divided(by: total, places: 1).map(JSONValue.exact) ?? .null
            }
            rows.append(row)
        }
        self.rows = rows
    }

    var type: JSONValue { chart["type"] ?? "bar" }
    var title: JSONValue { chart["title"] ?? "" }
    var data: JSONValue { .array(rows.map(JSONValue.object)) }

    var config: JSONValue {
        var config = chart["config"]?.object ?? [:]
        config["color_scheme"] = config["color_scheme"] ?? "business"
        config["x_axis"] = .string(axis)
        config["y_axis"] = .string(values.first ?? "value")
        return .object(config)
    }

    var json: JSONValue { ["type": type, "title": title, "data": data, "config": config] }

    /// What the rows show without being told: which part is the largest, and how large.
    var insights: [String] {
        guard isBreakdown else { return [] }
        let ranked = rows.max { ($0[values[0]]?.exact ?? .zero) < ($1[values[0]]?.exact ?? .zero) }
        guard let largest = ranked, let name = largest[axis]?.string, let share = largest["percentage"]?.exact else {
            return []
        }
        return ["\(name) has the largest share of \(values[0]): \(share.literal)%."]
    }

    private static func axis(of call: ToolCall?) -> String {
        if let group = call?.arguments["group_by"]?.string { return group }
        if let unit = call?.arguments["granularity"]?.string { return unit }
        return call?.name == "pipeline_overview" ? "stage" : "name"
    }

    private static func value(of call: ToolCall?) -> String {
        let metric = call?.arguments["metric"]?.string ?? "value"
        return metric == "revenue" ? "sales" : slug(metric)
    }

    private static func slug(_ text: String) -> String {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
    }
}
