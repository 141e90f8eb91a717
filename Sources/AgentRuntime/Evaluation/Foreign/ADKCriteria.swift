/// The criteria of a `test_config.json`: `{"criteria": {"tool_trajectory_avg_score": 1.0, "response_match_score": 0.8}}`.
///
/// A criterion is a bound or an object with `threshold`; that of the trajectory may also say `match_type` (`EXACT`,
/// `IN_ORDER`, `ANY_ORDER`, or 0, 1, 2) and `ignore_args`.
struct ADKCriteria {
    private var trajectory: Double?
    private var response: Double?
    private var order = Assertion.Order.exact
    private(set) var ignoresArguments = false
    private(set) var unsupported: [String] = []
    private(set) var problems: [String] = []

    /// ADK's criteria that are not judged here; those of a program's own are named in `custom_metrics`.
    private static let others: Set<String> = [
        "response_evaluation_score", "safety_v1", "final_response_match_v2", "hallucinations_v1",
        "rubric_based_final_response_quality_v1", "rubric_based_tool_use_quality_v1",
        "per_turn_user_simulator_quality_v1", "multi_turn_task_success_v1", "multi_turn_trajectory_quality_v1",
        "multi_turn_tool_use_quality_v1", "rubric_based_multi_turn_trajectory_quality_v1",
    ]
    private static let judged: Set<String> = ["tool_trajectory_avg_score", "response_match_score"]

    /// ADK's own bounds when there is no file, only those of the file when there is one.
    ///
    /// `file` is the whole `test_config.json`.
    init(_ file: JSONValue?) {
        let json = file?["criteria"]
        if let file, file.object == nil || json.map({ !$0.isNull && $0.object == nil }) == true {
            problems.append("test_config.json: criteria: an object is needed")
        }
        guard let object = json?.object else {
            (trajectory, response) = (1, 0.8)
            return
        }
        let own = file?[adk: "custom_metrics"]?.object?.names ?? []
        for member in object {
            guard Self.judged.contains(member.name) || Self.others.contains(member.name) || own.contains(member.name)
            else {
                let hint =
                    NearestName.of(member.name, among: Self.judged.union(Self.others).sorted())
                    .map { "; did you mean “\($0)”?" } ?? ""
                problems.append("test_config.json: criteria: there is no criterion “\(member.name)”\(hint)")
                continue
            }
            let threshold = member.value.double ?? member.value["threshold"]?.double
            guard let threshold else {
                if Self.judged.contains(member.name) {
                    problems.append("test_config.json: criteria.\(member.name): a threshold, a number, is needed")
                } else {
                    unsupported.append("the criterion \(member.name)")
                }
                continue
            }
            switch member.name {
            case "tool_trajectory_avg_score":
                trajectory = threshold
                let ignores = member.value[adk: "ignore_args"]
                if let ignores, !ignores.isNull, ignores.bool == nil {
                    problems.append("test_config.json: criteria.\(member.name).ignore_args: true or false is needed")
                }
                ignoresArguments = ignores?.bool ?? false
                takeOrder(member.value[adk: "match_type"])
            case "response_match_score": response = threshold
            default: unsupported.append("the criterion \(member.name)")
            }
        }
    }

    private mutating func takeOrder(_ json: JSONValue?) {
        guard let json, !json.isNull else { return }
        let orders: [Assertion.Order] = [.exact, .inOrder, .anyOrder]
        let name = json.string.map { $0.lowercased().replacing("-", with: "_").replacing(" ", with: "_") }
        if let order = name.flatMap(Assertion.Order.init(rawValue:)) {
            self.order = order
        } else if let number = json.int, orders.indices.contains(number) {
            order = orders[number]
        } else {
            problems.append(
                "test_config.json: criteria.tool_trajectory_avg_score.match_type: EXACT, IN_ORDER or ANY_ORDER, not "
                    + json.text
            )
        }
    }

    func averages(over turns: [ADKTurn]) -> [AverageBound] {
        var averages: [AverageBound] = []
        if let trajectory {
            averages.append(
                AverageBound(
                    name: "tool_trajectory_avg_score",
                    assertions: turns.map { Assertion(.trajectory(order, $0.calls)) },
                    threshold: trajectory
                )
            )
        }
        if let response {
            averages.append(
                AverageBound(
                    name: "response_match_score",
                    assertions: turns.map { Assertion(.rouge($0.reply, atLeast: response)) },
                    threshold: response
                )
            )
        }
        return averages
    }
}
