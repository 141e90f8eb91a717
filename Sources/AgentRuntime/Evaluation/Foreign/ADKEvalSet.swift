/// Google ADK's evaluation sets (`*.evalset.json`): conversations with the tools that should be used and the last replies.
///
/// Judged as ADK does by default: `tool_trajectory_avg_score`, the share of turns whose calls are the expected ones, and
/// `response_match_score`, the mean ROUGE-1 F1 of the last replies; each is a mean over the turns of a case.
/// `test_config.json` beside the file sets other bounds and how calls are matched (`ADKCriteria`). Both the present format
/// (`eval_cases` of `conversation`, in snake or camel case) and the older list of `{query, expected_tool_use, reference}`
/// are read.
package enum ADKEvalSet {
    package static func suite(
        _ json: JSONValue,
        criteria: JSONValue?,
        name: String,
        tenant: String?
    ) throws(SuiteError) -> EvaluationSuite {
        guard let tenant else {
            throw SuiteError(problems: ["an evaluation set names no tenant; name one with --tenant"])
        }
        var reader = ADKReader(criteria: ADKCriteria(criteria), tenant: tenant)
        reader.problems += reader.criteria.problems
        if let list = json[adk: "eval_cases"]?.array {
            for (index, item) in list.enumerated() { reader.take(item, "eval_cases[\(index)]", index) }
        } else if let list = json.array {
            for (index, item) in list.enumerated() { reader.takeOld(item, "[\(index)]", index) }
        } else {
            reader.problems.append("eval_cases: is missing")
        }
        if reader.cases.isEmpty, reader.problems.isEmpty { reader.problems.append("eval_cases: there are none") }
        guard reader.problems.isEmpty else { throw SuiteError(problems: reader.problems) }
        return EvaluationSuite(
            name: json["name"]?.string ?? json[adk: "eval_set_id"]?.string ?? name,
            summary: json["description"]?.string ?? "",
            cases: reader.cases,
            unsupported: reader.criteria.unsupported + reader.unsupported
        )
    }
}

/// Reads the cases of a set and gathers every problem on the way.
private struct ADKReader {
    let criteria: ADKCriteria
    let tenant: String
    var cases: [EvaluationCase] = []
    var problems: [String] = []
    var unsupported: [String] = []
    private var ids: Set<String> = []

    init(criteria: ADKCriteria, tenant: String) {
        self.criteria = criteria
        self.tenant = tenant
    }

    mutating func take(_ item: JSONValue, _ place: String, _ index: Int) {
        let id = item[adk: "eval_id"]?.string ?? "case \(index + 1)"
        if let app = item[adk: "session_input"]?[adk: "app_name"]?.string {
            unsupported.append("\(id): session_input of the app \(app)")
        }
        if item[adk: "conversation_scenario"]?.isNull == false {
            unsupported.append("\(id): a conversation_scenario, which needs a simulated user; the case is not run")
            return
        }
        var turns: [ADKTurn] = []
        let known = problems.count
        defer {
            for index in problems.indices.dropFirst(known) { problems[index] += " (the case “\(id)”)" }
        }
        for (number, invocation) in (item["conversation"]?.array ?? []).enumerated() {
            guard let message = text(invocation[adk: "user_content"]) else {
                problems.append("\(place).conversation[\(number)]: user_content has no text")
                continue
            }
            turns.append(
                ADKTurn(
                    message: message,
                    calls: calls(
                        invocation[adk: "intermediate_data"],
                        "\(place).conversation[\(number)].intermediate_data"
                    ),
                    reply: text(invocation[adk: "final_response"]) ?? ""
                )
            )
        }
        guard !turns.isEmpty else {
            problems.append("\(place): it has no conversation")
            return
        }
        add(id, turns)
    }

    mutating func takeOld(_ item: JSONValue, _ place: String, _ index: Int) {
        let turns = (item["data"]?.array ?? [item]).compactMap { entry -> ADKTurn? in
            guard let query = entry["query"]?.string else { return nil }
            let calls = (entry["expected_tool_use"]?.array ?? []).map { use in
                expected(use["tool_name"], use["tool_input"])
            }
            return ADKTurn(message: query, calls: calls.compactMap { $0 }, reply: entry["reference"]?.string ?? "")
        }
        guard !turns.isEmpty else {
            problems.append("\(place): it has no query")
            return
        }
        let id = item["name"]?.string ?? "case \(index + 1)"
        if let app = item["initial_session"]?["app_name"]?.string {
            unsupported.append("\(id): initial_session of the app \(app)")
        }
        add(id, turns)
    }

    private mutating func add(_ id: String, _ turns: [ADKTurn]) {
        var unique = id
        while !ids.insert(unique).inserted { unique += " +" }
        cases.append(
            EvaluationCase(
                id: unique,
                setting: EvaluationSetting(tenant: tenant),
                turns: turns.map { EvaluationTurn(message: $0.message) },
                averages: criteria.averages(over: turns)
            )
        )
    }

    /// Calls stand in `tool_uses`, or as parts of the events of an invocation.
    private mutating func calls(_ data: JSONValue?, _ place: String) -> [Assertion.ExpectedCall] {
        guard let data, !data.isNull else { return [] }
        for name in ["tool_uses", "invocation_events"] {
            guard let list = data[adk: name], !list.isNull, list.array == nil else { continue }
            problems.append("\(place).\(name): a list is needed")
        }
        if data.object == nil { problems.append("\(place): an object is needed") }
        var uses = data[adk: "tool_uses"]?.array ?? []
        for event in data[adk: "invocation_events"]?.array ?? [] {
            uses += (event["content"]?["parts"]?.array ?? []).compactMap { $0[adk: "function_call"] }
        }
        for use in uses where use["name"]?.string == nil { problems.append("\(place): a call has no name") }
        return uses.compactMap { expected($0["name"], $0["args"]) }
    }

    private func expected(_ name: JSONValue?, _ arguments: JSONValue?) -> Assertion.ExpectedCall? {
        guard let name = name?.string else { return nil }
        let isKnown = !criteria.ignoresArguments
        return Assertion.ExpectedCall(
            tool: name,
            arguments: isKnown ? arguments?.object ?? [:] : nil,
            isExact: true
        )
    }

    private func text(_ content: JSONValue?) -> String? {
        let parts = (content?["parts"]?.array ?? []).compactMap { $0["text"]?.string }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }
}

/// What a turn of a set expects.
struct ADKTurn {
    var message: String
    var calls: [Assertion.ExpectedCall]
    /// Empty where none is expected, which ADK scores 0.
    var reply: String
}

extension JSONValue {
    /// A member by its name in snake case, or by the same in camel case: ADK writes both.
    subscript(adk name: String) -> JSONValue? {
        if let value = self[name] { return value }
        let parts = name.split(separator: "_")
        return self[parts.prefix(1).joined() + parts.dropFirst().map(\.capitalizedFirst).joined()]
    }
}

extension Substring {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
