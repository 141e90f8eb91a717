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

    /// ADK's own bounds when there is no file, only those of the file when there is one.
    init(_ json: JSONValue?) {
        guard let object = json?.object else {
            (trajectory, response) = (1, 0.8)
            return
        }
        for member in object {
            let threshold = member.value.double ?? member.value["threshold"]?.double
            guard let threshold else {
                unsupported.append("the criterion \(member.name), which has no threshold")
                continue
            }
            switch member.name {
            case "tool_trajectory_avg_score":
                trajectory = threshold
                ignoresArguments = member.value[adk: "ignore_args"]?.bool ?? false
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
            unsupported.append("the match_type \(json.text); calls must be exactly those expected")
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
