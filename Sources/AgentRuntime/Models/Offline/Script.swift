/// What the planner noted of a message: its questions, each with its frame and its plan or its ready reply.
struct Script: Sendable, Hashable {
    struct Question: Sendable, Hashable {
        var frame: Frame
        var skill: String?
        var data: JSONValue = .null
        var calls: [ToolCallID] = []
        /// Set when the question needs no tool.
        var reply: Reply?
        /// The calls before they have identifiers; not recorded.
        var planned: [PlannedCall] = []
    }

    var questions: [Question]
    /// The layout of the note.
    static let format = 1

    init(questions: [Question]) { self.questions = questions }

    var json: JSONValue {
        [
            "offline": .integer(Self.format),
            "questions": .array(
                questions.map { question in
                    var object: JSONObject = ["frame": question.frame.json]
                    if let skill = question.skill { object["skill"] = .string(skill) }
                    if question.data != .null { object["data"] = question.data }
                    if !question.calls.isEmpty {
                        object["calls"] = .array(question.calls.map { .string($0.rawValue) })
                    }
                    if let reply = question.reply { object["reply"] = reply.json }
                    return .object(object)
                }
            ),
        ]
    }

    init?(json: JSONValue, fiscalYearStart: Int) {
        guard json["offline"]?.int == Self.format, let list = json["questions"]?.array else { return nil }
        questions = list.compactMap { item in
            guard let frame = item["frame"].flatMap({ Frame(json: $0, fiscalYearStart: fiscalYearStart) }) else {
                return nil
            }
            return Question(
                frame: frame,
                skill: item["skill"]?.string,
                data: item["data"] ?? .null,
                calls: item["calls"]?.array?.compactMap(\.string).map { ToolCallID($0) } ?? [],
                reply: item["reply"].flatMap(Reply.init(json:))
            )
        }
    }

    /// The last frame of the conversation that was answered; refusals and small talk are passed over.
    static func lastFrame(in history: [HistoryTurn], fiscalYearStart: Int) -> Frame? {
        for turn in history.reversed() {
            let notes = turn.notes + turn.steps.flatMap(\.notes)
            let scripts = notes.compactMap { Script(json: $0, fiscalYearStart: fiscalYearStart) }
            for script in scripts.reversed() {
                if let question = script.questions.last(where: { $0.skill != nil }) { return question.frame }
            }
        }
        return nil
    }
}
