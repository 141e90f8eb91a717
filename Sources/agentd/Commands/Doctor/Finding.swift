internal import AgentRuntime

/// What the doctor found about one thing, in words for the operator.
struct Finding: Sendable, Hashable {
    enum State: String, Sendable, Hashable {
        case good
        /// It works, and there is something to know.
        case note
        case bad
    }

    /// What was looked at: `configuration`, `model big`, `key set https://issuer`, ….
    var subject: String
    var state: State
    var words: String
    /// How to mend it.
    var remedy: String?

    static func good(_ subject: String, _ words: String) -> Finding { Finding(subject, .good, words) }

    static func note(_ subject: String, _ words: String, _ remedy: String? = nil) -> Finding {
        Finding(subject, .note, words, remedy)
    }

    static func bad(_ subject: String, _ words: String, _ remedy: String? = nil) -> Finding {
        Finding(subject, .bad, words, remedy)
    }

    init(_ subject: String, _ state: State, _ words: String, _ remedy: String? = nil) {
        self.subject = subject
        self.state = state
        self.words = words
        self.remedy = remedy
    }

    var json: JSONValue {
        [
            "subject": .string(subject), "state": .string(state.rawValue), "message": .string(words),
            "remedy": .optional(remedy),
        ]
    }

    var text: String {
        let mark =
            switch state {
            case .good: "ok  "
            case .note: "note"
            case .bad: "BAD "
            }
        return "\(mark)  \(subject): \(words)\n" + (remedy.map { "      \($0)\n" } ?? "")
    }
}
