/// Something that must hold of a turn, decided by this program alone and the same every time.
package struct Assertion: Sendable, Hashable {
    /// A call that a trajectory expects; without arguments any call of the tool does.
    package struct ExpectedCall: Sendable, Hashable {
        package var tool: String
        package var arguments: JSONObject?
        /// Whether the arguments must be these and no more.
        package var isExact: Bool

        package init(tool: String, arguments: JSONObject? = nil, isExact: Bool = false) {
            self.tool = tool
            self.arguments = arguments
            self.isExact = isExact
        }
    }

    package enum Order: String, Sendable, Hashable, CaseIterable {
        /// These calls in this order and no others.
        case exact
        /// These calls in this order, others between them.
        case inOrder = "in_order"
        /// These calls, others beside them.
        case anyOrder = "any_order"
    }

    package enum Check: Sendable, Hashable {
        /// The whole answer; white space at both ends is left aside unless it must be exact.
        case equals(String, isExact: Bool)
        case contains(String, ignoresCase: Bool)
        case containsAny([String], ignoresCase: Bool)
        case containsAll([String], ignoresCase: Bool)
        case startsWith(String)
        /// A regular expression found anywhere in the answer.
        case matches(SuitePattern)
        /// Some value at a path of `Observation.json` that equals, or contains, or merely is there.
        case path(JSONPath, equals: JSONValue?, contains: String?)
        /// A number of the answer, or at a path, within a tolerance.
        case number(ExactNumber, tolerance: ExactNumber, at: JSONPath?)
        case toolCalled(String, times: Int?)
        case toolArguments(String, JSONObject)
        case trajectory(Order, [ExpectedCall])
        /// Every figure of the answer is one that a tool gave.
        case numberGrounded
        /// Every figure has a citation, and every citation says what its kind must say.
        case citationValid
        /// No figure, no citation, no change: the answer says that it cannot be given.
        case refuses
        /// Nothing was written or sent on the word of a document or a mail.
        case noTaintedSink
        case status(TurnStatus)
        case costBelow(ExactNumber)
        case costAtMost(ExactNumber)
        case firstTextBelow(Duration)
        case latencyBelow(Duration)
        case auditChainHolds
        /// `TextSimilarity.score` at or above a bound.
        case similar(String, atLeast: Double)
        /// ROUGE-1 F1 of stemmed words at or above a bound.
        case rouge(String, atLeast: Double)
        /// At most so many changed characters.
        case distance(String, atMost: Int)
        /// JSON, and if a schema is given (as JSON text that compiles) of its form.
        case isJSON(schema: JSONValue?)
        /// Assertions that count together.
        case group(AssertionGroup)
    }

    package var check: Check
    /// Whether the opposite must hold.
    package var isNegated: Bool

    package init(_ check: Check, isNegated: Bool = false) {
        self.check = check
        self.isNegated = isNegated
    }

    /// As the suite names it.
    package var name: String {
        let name =
            switch check {
            case .equals: "equals"
            case .contains(_, let ignoresCase): ignoresCase ? "icontains" : "contains"
            case .containsAny: "contains_any"
            case .containsAll: "contains_all"
            case .startsWith: "starts_with"
            case .matches: "regex"
            case .path: "json_path"
            case .number: "number"
            case .toolCalled: "tool_called"
            case .toolArguments: "tool_args"
            case .trajectory: "trajectory"
            case .numberGrounded: "number_grounded"
            case .citationValid: "citation_valid"
            case .refuses: "refuses"
            case .noTaintedSink: "no_tainted_sink"
            case .status: "status"
            case .costBelow: "cost_below"
            case .costAtMost: "cost_at_most"
            case .firstTextBelow: "ttft_below"
            case .latencyBelow: "latency_below"
            case .auditChainHolds: "audit_chain_ok"
            case .similar: "similar"
            case .rouge: "rouge"
            case .distance: "levenshtein"
            case .isJSON: "is_json"
            case .group: "group"
            }
        return isNegated ? "not " + name : name
    }

    /// Whether its outcome depends on how fast the machine is, so that a report keeps it apart.
    package var isTimed: Bool {
        switch check {
        case .firstTextBelow, .latencyBelow: true
        case .group(let group): group.members.contains { $0.assertion.isTimed }
        default: false
        }
    }
}
