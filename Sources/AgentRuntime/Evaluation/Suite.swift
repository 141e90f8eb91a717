// A suite is a file of cases: questions, and what must hold of their answers. How a suite of our own is written down is
// in `Suite+json.swift`; other people's formats become the same values in `Foreign/`.

/// Cases that are run together and reported together.
package struct EvaluationSuite: Sendable, Hashable {
    package var name: String
    package var summary: String
    package var cases: [EvaluationCase]
    /// What the source asked for that this program does not do, in words; such parts are not judged.
    package var unsupported: [String]

    package init(name: String, summary: String = "", cases: [EvaluationCase], unsupported: [String] = []) {
        self.name = name
        self.summary = summary
        self.cases = cases
        self.unsupported = unsupported
    }
}

/// One conversation and what must hold of it.
package struct EvaluationCase: Sendable, Hashable {
    /// Unique within its suite.
    package var id: String
    package var tags: [String]
    /// Where and as whom it is asked.
    package var setting: EvaluationSetting
    package var turns: [EvaluationTurn]
    /// What must hold of all turns together.
    package var averages: [AverageBound]
    /// How many of the repetitions must hold; `nil` for all of them.
    package var atLeast: Int?
    /// Replies of tools and models that a logged conversation had; they are given again instead of new ones.
    package var recording: Recording?

    package init(
        id: String,
        tags: [String] = [],
        setting: EvaluationSetting,
        turns: [EvaluationTurn],
        averages: [AverageBound] = [],
        atLeast: Int? = nil,
        recording: Recording? = nil
    ) {
        self.id = id
        self.tags = tags
        self.setting = setting
        self.turns = turns
        self.averages = averages
        self.atLeast = atLeast
        self.recording = recording
    }
}

/// Whose data is asked, by whom, on which day.
package struct EvaluationSetting: Sendable, Hashable {
    package var tenant: String
    package var role: String
    /// The business date; the tenant's own when `nil`.
    package var asOf: CalendarDate?
    package var currency: String?
    package var locale: String?
    package var fiscalYearStart: Int?
    /// Files to import first: the type (`ledger`, `articles`, …) and the path, which is absolute.
    package var fixtures: [Fixture]

    package struct Fixture: Sendable, Hashable {
        package var type: String
        package var path: String

        package init(type: String, path: String) {
            self.type = type
            self.path = path
        }
    }

    package init(
        tenant: String,
        role: String = "finance_analyst",
        asOf: CalendarDate? = nil,
        currency: String? = nil,
        locale: String? = nil,
        fiscalYearStart: Int? = nil,
        fixtures: [Fixture] = []
    ) {
        self.tenant = tenant
        self.role = role
        self.asOf = asOf
        self.currency = currency
        self.locale = locale
        self.fiscalYearStart = fiscalYearStart
        self.fixtures = fixtures
    }
}

/// One message and what must hold of its answer.
package struct EvaluationTurn: Sendable, Hashable {
    package var message: String
    package var assertions: [Assertion]
    /// What a model is to judge, in words.
    package var criteria: [String]

    package init(message: String, assertions: [Assertion] = [], criteria: [String] = []) {
        self.message = message
        self.assertions = assertions
        self.criteria = criteria
    }
}

/// What tools and models replied in a logged conversation.
package struct Recording: Sendable, Hashable {
    /// Results by the tool's name and the canonical bytes of its arguments.
    package var tools: [String: JSONValue]
    /// The steps that a model took, turn by turn, each as its record's payload; empty where the offline planner answered.
    package var steps: [[JSONValue]]

    package init(tools: [String: JSONValue] = [:], steps: [[JSONValue]] = []) {
        self.tools = tools
        self.steps = steps
    }

    /// The key of a call.
    package static func key(_ tool: String, _ arguments: JSONObject) -> String {
        tool + " " + String(decoding: JSONValue.object(arguments).canonicalBytes(), as: UTF8.self)
    }
}
