/// The model that needs no model: it reads a question into a frame, asks the tools, and words their results.
///
/// It keeps nothing between steps. What it understood in the first step it notes, and finds again in the second and
/// in later turns. A question that no skill explains is refused, with what can be asked instead; nothing is guessed.
/// All work after the vocabulary is fetched is CPU-bound and takes well under a millisecond; callers run it off loops.
package struct OfflinePlanner: LanguageModel {
    package let name = "offline"
    /// Only the identifiers of calls differ between two runs of the first step.
    package let repeatsItself = true

    let skills: [any Skill]
    let cache: VocabularyCache
    let phrasing: PromptLibrary
    private let identifiers: any IdentifierSource

    /// The most tool calls that one message causes.
    package static let callsMax = 16

    /// The most turns without notes that are read again for a follow-up.
    static let reread = 8

    /// - Throws: `PromptError` when a template is missing that a skill or the planner uses, or has other variables.
    package init(
        skills: [any Skill],
        vocabulary: any VocabularySource,
        phrasing: PromptLibrary,
        identifiers: any IdentifierSource
    ) throws(PromptError) {
        self.skills = skills
        self.phrasing = phrasing
        self.identifiers = identifiers
        cache = VocabularyCache(source: vocabulary, words: skills.flatMap(\.words))
        for phrase in skills.flatMap(\.phrases) + Reply.phrases + Failure.phrases {
            try Self.check(phrase, in: phrasing)
        }
    }

    private static func check(_ phrase: Phrase, in library: PromptLibrary) throws(PromptError) {
        guard let template = library.phrasing(phrase.name) else {
            throw PromptError(path: "phrasing/\(phrase.name).md", reason: "the template is missing")
        }
        guard Set(template.variables) == Set(phrase.variables) else {
            let expected = phrase.variables.sorted().joined(separator: ", ")
            throw PromptError(path: "phrasing/\(phrase.name).md", reason: "its variables must be: \(expected)")
        }
        for case .text(let text) in template.pieces where text.contains(where: \.isNumber) {
            throw PromptError(
                path: "phrasing/\(phrase.name).md",
                reason: "it holds a digit; figures come from results only"
            )
        }
    }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        let vocabulary = try await cache.vocabulary(for: request.principal)
        try Task.checkCancellation()
        let situation = Situation(
            settings: request.settings,
            vocabulary: vocabulary,
            tools: Set(request.tools.map(\.name)),
            phrasing: phrasing
        )
        let start = request.settings.fiscalYearStart
        let notes = request.steps.flatMap(\.notes)
        if let script = notes.compactMap({ Script(json: $0, fiscalYearStart: start) }).last {
            return ModelStream(batches: answer(script, request: request, situation: situation))
        }
        let planner = QuestionPlanner(skills: skills, situation: situation)
        let previous = lastFrame(in: request.history, planner, fiscalYearStart: start)
        var script = planner.script(for: request.message, previous: previous)
        var events: [ModelEvent] = []
        var calls: [ToolCall] = []
        for index in script.questions.indices {
            for call in script.questions[index].planned {
                let id = ToolCallID(identifiers.next("call"))
                script.questions[index].calls.append(id)
                calls.append(ToolCall(id: id, name: call.tool, arguments: call.arguments))
            }
        }
        events.append(.note(script.json))
        guard calls.isEmpty else {
            events += calls.map(ModelEvent.toolCall)
            events.append(.finished(.toolCalls))
            return ModelStream(batches: [events])
        }
        return ModelStream(batches: [events] + answer(script, request: request, situation: situation))
    }

    /// The frame that a follow-up builds on: what was noted last, read on through turns that hold no notes.
    ///
    /// Turns that a client brought, or that another model answered, are read again by their questions, at most
    /// `reread` of them. What nobody answered is no question.
    private func lastFrame(in history: [HistoryTurn], _ planner: QuestionPlanner, fiscalYearStart: Int) -> Frame? {
        let isNoted = { (turn: HistoryTurn) in
            Script.lastFrame(in: [turn], fiscalYearStart: fiscalYearStart) != nil
        }
        let noted = history.lastIndex(where: isNoted)
        var frame = noted.flatMap { Script.lastFrame(in: [history[$0]], fiscalYearStart: fiscalYearStart) }
        let rest = history[(noted.map { $0 + 1 } ?? 0)...].filter {
            $0.notes.isEmpty && $0.steps.allSatisfy(\.notes.isEmpty) && !$0.answer.isEmpty
        }
        for turn in rest.suffix(Self.reread) {
            let script = planner.script(for: turn.message, previous: frame)
            frame = script.questions.last { $0.skill != nil }?.frame ?? frame
        }
        return frame
    }

    // MARK: Answering

    private func answer(_ script: Script, request: ModelRequest, situation: Situation) -> [[ModelEvent]] {
        var completed: [ToolCallID: CompletedCall] = [:]
        for call in request.steps.flatMap(\.calls) { completed[call.call.id] = call }
        var draft = AnswerDraft()
        for question in script.questions {
            let part = self.draft(question, completed: completed, situation: situation)
            guard !part.isEmpty else { continue }
            if !draft.isEmpty { draft.say(.text("\n\n")) }
            draft.append(part)
        }
        return Performance(situation: situation, completed: completed).batches(of: draft)
    }

    private func draft(
        _ question: Script.Question,
        completed: [ToolCallID: CompletedCall],
        situation: Situation
    ) -> AnswerDraft {
        if let reply = question.reply {
            return reply.draft(skills: skills, situation: situation)
        }
        let calls = question.calls.compactMap { completed[$0] }
        guard calls.count == question.calls.count, let skill = skills.first(where: { $0.name == question.skill }) else {
            return Reply(kind: .unanswered, words: []).draft(skills: skills, situation: situation)
        }
        if let failed = calls.first(where: { $0.result.isError || $0.status != .completed }) {
            return Failure(of: failed, frame: question.frame).draft(skills: skills, situation: situation)
        }
        let asked = AskedQuestion(frame: question.frame, data: question.data, calls: calls)
        let draft = skill.answer(asked, in: situation)
        guard draft.isEmpty else { return draft }
        let words = question.frame.unplaced.isEmpty ? question.frame.words : question.frame.unplaced
        return Reply.unplaced(words, skills: skills, situation: situation)
    }
}

extension ModelStream {
    /// A stream of what is already known.
    package init(batches: [[ModelEvent]]) {
        let queue = BatchQueue(batches)
        self.init { try await queue.next() }
    }
}

/// Hands out batches one by one.
private actor BatchQueue {
    private var rest: ArraySlice<[ModelEvent]>

    init(_ batches: [[ModelEvent]]) { rest = batches[...] }

    func next() throws -> [ModelEvent]? {
        try Task.checkCancellation()
        return rest.popFirst()
    }
}

extension OfflinePlanner {
    /// Whether any skill explains a message well enough to plan for it; the work of a first step, without its calls.
    package static func understands(_ message: String, with skills: [any Skill], in situation: Situation) -> Bool {
        let script = QuestionPlanner(skills: skills, situation: situation).script(for: message, previous: nil)
        return script.questions.contains { $0.skill != nil }
    }
}
