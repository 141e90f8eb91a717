/// How a family of tools is used without a model: the words it knows, the questions it can plan, the answers it words.
///
/// A skill is a set of functions without state: what it needs later it writes into its plan, which is recorded.
package protocol Skill: Sendable {
    /// Stable name; it stands in the recorded plan.
    var name: String { get }
    /// Phrases with a meaning in this family, synonyms spelled out.
    var words: [VocabularyEntry] { get }
    /// The templates that `answer` uses; checked when the planner is made.
    var phrases: [Phrase] { get }
    /// The ways in which the family could answer a frame, each with what it explains; none when it could not.
    func plans(for frame: Frame, in situation: Situation) -> [SkillPlan]
    /// Words the results of a plan's calls, in the order of the calls.
    ///
    /// An empty draft says that the results do not answer the question; the planner then refuses it.
    func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft
    /// Questions that this tenant's data can answer, the most useful first; they hold no figures but dates.
    func suggestions(in situation: Situation) -> [String]
}

/// A template by name and the variables that its user fills.
package struct Phrase: Sendable, Hashable {
    package let name: String
    package let variables: [String]

    package init(_ name: String, _ variables: String...) {
        self.name = name
        self.variables = variables
    }
}

/// What a skill may know beside the frame.
package struct Situation: Sendable {
    package var settings: TenantSettings
    package var vocabulary: Vocabulary
    /// Names of the tools that the user may use.
    package var tools: Set<String>
    package var phrasing: PromptLibrary

    package init(settings: TenantSettings, vocabulary: Vocabulary, tools: Set<String>, phrasing: PromptLibrary) {
        self.settings = settings
        self.vocabulary = vocabulary
        self.tools = tools
        self.phrasing = phrasing
    }

    package var today: CalendarDate { settings.today }
    package var calendar: FiscalCalendar { FiscalCalendar(startMonth: settings.fiscalYearStart) }

    /// The unit of time that today lies in.
    package func current(_ unit: Granularity) -> Period { calendar.period(unit, containing: today) }

    package func label(_ period: Period) -> String { period.label(fiscalYearStart: settings.fiscalYearStart) }
}

/// A tool call before it has an identifier.
package struct PlannedCall: Sendable, Hashable {
    package var tool: String
    package var arguments: JSONObject

    package init(_ tool: String, _ arguments: JSONObject) {
        self.tool = tool
        self.arguments = arguments
    }
}

/// One way to answer a question.
package struct SkillPlan: Sendable, Hashable {
    package var skill: String
    package var calls: [PlannedCall]
    /// What the skill wants to know again when it words the results; recorded.
    package var data: JSONObject
    /// The share of the question's content words that the plan explains, 0…1.
    package var score: Double
    /// Decides between plans of equal score.
    package var preference: Int
    /// Topic words of the question that the plan does not use.
    package var unplaced: [String]
    /// Asked only when nothing else fits.
    package var isLastResort: Bool
    /// The time that the plan is about, where the question names none; a follow-up builds on it.
    package var assumedPeriods: [Frame.Span] = []

    /// Scores a plan by the slots that it uses.
    package init(
        skill: String,
        calls: [PlannedCall],
        data: JSONObject = [:],
        frame: Frame,
        uses slots: Set<String>,
        preference: Int = 0
    ) {
        self.skill = skill
        self.calls = calls
        self.data = data
        self.preference = preference
        score = frame.explained(by: slots)
        unplaced = frame.unplaced
        isLastResort = false
    }

    /// A plan that takes the whole question as text to search for.
    package init(
        skill: String,
        calls: [PlannedCall],
        data: JSONObject = [:],
        score: Double,
        preference: Int = 0,
        isLastResort: Bool = false
    ) {
        self.skill = skill
        self.calls = calls
        self.data = data
        self.score = score
        self.preference = preference
        unplaced = []
        self.isLastResort = isLastResort
    }
}

/// A question with the results of its plan.
package struct AskedQuestion: Sendable {
    package var frame: Frame
    package var data: JSONValue
    package var calls: [CompletedCall]

    package init(frame: Frame, data: JSONValue, calls: [CompletedCall]) {
        self.frame = frame
        self.data = data
        self.calls = calls
    }
}

/// An answer in parts, in the order in which they are shown.
package struct AnswerDraft: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case phrase(Phrase, [String: [Segment]])
        case segments([Segment])
        case citation(Citation)
        case chart(JSONValue)
    }

    package private(set) var parts: [Part] = []
    package var actions: [JSONValue] = []

    package init() {}

    package var isEmpty: Bool { parts.isEmpty }

    /// Adds a sentence from a template.
    package mutating func say(_ phrase: Phrase, _ values: [String: [Segment]] = [:]) {
        parts.append(.phrase(phrase, values))
    }

    package mutating func say(_ segments: Segment...) { parts.append(.segments(segments)) }
    package mutating func say(_ segments: [Segment]) { parts.append(.segments(segments)) }

    /// Cites what the words before rest on.
    package mutating func cite(_ citations: some Sequence<Citation>) {
        for citation in citations where !parts.contains(.citation(citation)) { parts.append(.citation(citation)) }
    }

    package mutating func show(chart: JSONValue) { parts.append(.chart(chart)) }

    package mutating func append(_ other: AnswerDraft) {
        parts += other.parts
        actions += other.actions
    }

    /// Offers a question that can be asked as it stands.
    package mutating func suggest(_ question: String) {
        let action: JSONValue = ["type": "question", "label": .string(question), "question": .string(question)]
        if !actions.contains(action) { actions.append(action) }
    }

    package mutating func drillDown(_ label: String, url: String) {
        actions.append(["type": "drill_down", "label": .string(label), "url": .string(url)])
    }
}
