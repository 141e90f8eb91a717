/// Google ADK's evaluation sets (`*.evalset.json`): conversations with the tools that should be used and the last replies.
///
/// Judged as ADK does by default: `tool_trajectory_avg_score`, the share of turns whose calls are exactly the expected
/// ones in order, and `response_match_score`, ROUGE-1 F1 of stemmed words. `test_config.json` beside the file sets other
/// bounds (`{"criteria": {"tool_trajectory_avg_score": 1.0, "response_match_score": 0.8}}`). Both the present format
/// (`eval_cases` of `conversation`) and the older list of `{query, expected_tool_use, reference}` are read.
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
        var unsupported: [String] = []
        let bounds = bounds(criteria?["criteria"], &unsupported)
        let setting = EvaluationSetting(tenant: tenant)
        var cases: [EvaluationCase] = []
        var problems: [String] = []
        if let list = json["eval_cases"]?.array {
            for (index, item) in list.enumerated() {
                let id = item["eval_id"]?.string ?? "case \(index + 1)"
                if let app = item["session_input"]?["app_name"]?.string {
                    unsupported.append("\(id): session_input of the app \(app)")
                }
                var turns: [EvaluationTurn] = []
                for (place, invocation) in (item["conversation"]?.array ?? []).enumerated() {
                    guard let message = text(invocation["user_content"]) else {
                        problems.append("eval_cases[\(index)].conversation[\(place)]: user_content has no text")
                        continue
                    }
                    let uses = invocation["intermediate_data"]?["tool_uses"]?.array ?? []
                    turns.append(turn(message, uses, text(invocation["final_response"]), bounds))
                }
                if turns.isEmpty { problems.append("eval_cases[\(index)]: it has no conversation") }
                cases.append(EvaluationCase(id: id, setting: setting, turns: turns))
            }
        } else if let list = json.array {
            for (index, item) in list.enumerated() {
                let entries = item["data"]?.array ?? [item]
                let turns = entries.compactMap { entry -> EvaluationTurn? in
                    guard let query = entry["query"]?.string else { return nil }
                    let uses = (entry["expected_tool_use"]?.array ?? []).map { use -> JSONValue in
                        ["name": use["tool_name"] ?? .null, "args": use["tool_input"] ?? [:]]
                    }
                    return turn(query, uses, entry["reference"]?.string, bounds)
                }
                guard !turns.isEmpty else {
                    problems.append("[\(index)]: it has no query")
                    continue
                }
                cases.append(
                    EvaluationCase(id: item["name"]?.string ?? "case \(index + 1)", setting: setting, turns: turns)
                )
            }
        } else {
            problems.append("eval_cases: is missing")
        }
        guard problems.isEmpty else { throw SuiteError(problems: problems) }
        return EvaluationSuite(
            name: json["name"]?.string ?? json["eval_set_id"]?.string ?? name,
            summary: json["description"]?.string ?? "",
            cases: cases,
            unsupported: unsupported
        )
    }

    private struct Bounds {
        var trajectory: Double? = 1
        var response: Double? = 0.8
    }

    private static func bounds(_ criteria: JSONValue?, _ unsupported: inout [String]) -> Bounds {
        guard let object = criteria?.object else { return Bounds() }
        var bounds = Bounds(trajectory: nil, response: nil)
        for member in object {
            let threshold = member.value.double ?? member.value["threshold"]?.double
            switch member.name {
            case "tool_trajectory_avg_score": bounds.trajectory = threshold ?? 1
            case "response_match_score": bounds.response = threshold ?? 0.8
            default: unsupported.append("the criterion \(member.name)")
            }
        }
        return bounds
    }

    /// A bound on the trajectory's average is met turn by turn: with a bound of zero nothing is asked of it.
    private static func turn(
        _ message: String,
        _ uses: [JSONValue],
        _ reply: String?,
        _ bounds: Bounds
    ) -> EvaluationTurn {
        var assertions: [Assertion] = []
        if let bound = bounds.trajectory, bound > 0 {
            let calls = uses.compactMap { use in
                use["name"]?.string.map {
                    Assertion.ExpectedCall(tool: $0, arguments: use["args"]?.object ?? [:], isExact: true)
                }
            }
            assertions.append(Assertion(.trajectory(.exact, calls)))
        }
        if let bound = bounds.response, let reply { assertions.append(Assertion(.rouge(reply, atLeast: bound))) }
        return EvaluationTurn(message: message, assertions: assertions)
    }

    private static func text(_ content: JSONValue?) -> String? {
        let parts = (content?["parts"]?.array ?? []).compactMap { $0["text"]?.string }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }
}
