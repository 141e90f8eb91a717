/// Decides what a message asks and which skill answers it.
struct QuestionPlanner {
    let skills: [any Skill]
    let situation: Situation

    /// The share of content words that a plan must explain.
    static let threshold = 0.5
    private static let readingsMax = 12

    func script(for message: String, previous: Frame?) -> Script {
        let utterances = Utterance.split(message, signs: NumberSigns(locale: situation.settings.locale))
        guard !utterances.isEmpty else { return Script(questions: [reply(.unanswered, to: message)]) }
        let orders = utterances.map { InstructionText.addressesAssistant(words: $0.tokens.map(\.word)) }
        if InstructionText.holdsMarks(message) || orders.contains(true),
            !zip(utterances, orders).contains(where: { $0.isQuestion && !$1 })
        {
            return Script(questions: [reply(.instruction, to: "")])
        }
        if !utterances.allSatisfy({ SmallTalk($0) != nil }),
            Language.isForeign(utterances, vocabulary: situation.vocabulary)
        {
            return Script(questions: [reply(.language, to: message)])
        }
        var questions: [(question: Script.Question, isAside: Bool)] = []
        var last = previous
        var callCount = 0
        for (utterance, isOrder) in zip(utterances, orders).prefix(Utterance.questionsMax * 2) {
            if isOrder || InstructionText.holdsMarks(utterance.text) {
                questions.append((reply(.instruction, to: ""), true))
                continue
            }
            if let talk = SmallTalk(utterance) {
                questions.append((reply(.init(talk), to: utterance.text), true))
                continue
            }
            var question = self.question(for: utterance, previous: last)
            if question.skill != nil {
                guard callCount + question.planned.count <= OfflinePlanner.callsMax else { break }
                callCount += question.planned.count
                last = question.frame
            }
            let isAside =
                question.skill == nil && !utterance.isQuestion && !utterance.isContinuation
                && question.frame.form == .other
            if isAside, question.frame.text.isEmpty { question.frame.text = utterance.text }
            questions.append((question, isAside))
        }
        let answered = questions.contains { $0.question.skill != nil }
        var kept = answered ? questions.filter { !$0.isAside }.map(\.question) : questions.map(\.question)
        if !answered, kept.count > 1 { kept = Self.condensed(kept) }
        return Script(questions: Array(kept.prefix(Utterance.questionsMax)))
    }

    /// Of several sentences without an answer, one reply: the refusal that names most, else the small talk.
    private static func condensed(_ questions: [Script.Question]) -> [Script.Question] {
        if let instruction = questions.first(where: { $0.reply?.kind == .instruction }) { return [instruction] }
        let refusals = questions.filter { $0.reply.map { $0.kind == .unplaced || $0.kind == .unanswered } ?? false }
        guard var first = refusals.first else { return Array(questions.prefix(1)) }
        var words: [String] = []
        for word in refusals.flatMap({ $0.reply?.words ?? [] }) where !words.contains(word) { words.append(word) }
        first.reply = Reply(kind: words.isEmpty ? .unanswered : .unplaced, words: words)
        return [first]
    }

    private func reply(_ kind: Reply.Kind, to text: String) -> Script.Question {
        var frame = Frame()
        frame.text = text
        return Script.Question(frame: frame, reply: Reply(kind: kind, words: []))
    }

    // MARK: One question

    /// A frame with the best plan found for it.
    private struct Candidate {
        var frame: Frame
        var plan: SkillPlan
    }

    func question(for utterance: Utterance, previous: Frame?) -> Script.Question {
        let frames = self.frames(for: utterance, previous: previous)
        var best: Candidate?
        var fallback: Candidate?
        for frame in frames {
            for plan in skills.flatMap({ $0.plans(for: frame, in: situation) }) {
                let candidate = Candidate(frame: frame, plan: plan)
                if plan.isLastResort {
                    // A search that the user may not make is no better than a plain refusal.
                    guard plan.calls.allSatisfy({ situation.tools.contains($0.tool) }) else { continue }
                    if fallback.map({ $0.plan.score < plan.score }) ?? true { fallback = candidate }
                } else if plan.unplaced.isEmpty, plan.score >= Self.threshold,
                    best.map({ isBetter(candidate, $0) }) ?? true
                {
                    best = candidate
                }
            }
        }
        guard let chosen = best ?? fallback else {
            return refusal(frames: frames)
        }
        var question = Script.Question(frame: chosen.frame)
        let missing = chosen.plan.calls.map(\.tool).first { !situation.tools.contains($0) }
        if let missing {
            question.reply = Reply(kind: .denied, words: [missing])
            return question
        }
        question.skill = chosen.plan.skill
        if question.frame.periods.isEmpty { question.frame.periods = chosen.plan.assumedPeriods }
        question.data = chosen.plan.data.isEmpty ? .null : .object(chosen.plan.data)
        question.planned = chosen.plan.calls
        return question
    }

    private func isBetter(_ plan: SkillPlan, _ other: SkillPlan) -> Bool {
        if abs(plan.score - other.score) > 0.001 { return plan.score > other.score }
        return plan.preference > other.preference
    }

    /// Of equally good readings, one that goes on with what was spoken of is better than one that starts anew.
    private func isBetter(_ candidate: Candidate, _ other: Candidate) -> Bool {
        if abs(candidate.plan.score - other.plan.score) < 0.001,
            candidate.frame.inheritsSubject != other.frame.inheritsSubject
        {
            return candidate.frame.inheritsSubject
        }
        return isBetter(candidate.plan, other.plan)
    }

    /// The question alone and merged onto the one before, in every reading; the likelier first.
    func frames(for utterance: Utterance, previous: Frame?) -> [Frame] {
        let reading = Reading(utterance, vocabulary: situation.vocabulary)
        let calendar = FrameBuilder.Calendar(
            today: situation.today,
            fiscalYearStart: situation.settings.fiscalYearStart,
            previous: previous?.periods.first?.period
        )
        var frames: [Frame] = []
        for terms in reading.assignments(max: Self.readingsMax) {
            let frame = FrameBuilder.frame(reading, terms: terms, calendar: calendar)
            guard let previous else {
                frames.append(frame)
                continue
            }
            let merged = FollowUp.merge(frame, onto: previous)
            if FollowUp.continues(frame) {
                // "And which deals are at risk?" after a figure is a question of its own, however it begins.
                let isOwn = !frame.subjects.isEmpty && previous.subjects.allSatisfy { !frame.subjects.contains($0) }
                if frame.leansBack, isOwn { frames.append(frame) }
                if let kept = FollowUp.keepingSubject(merged, of: previous) { frames.append(kept) }
                frames.append(merged)
                if !frame.leansBack { frames.append(frame) }
            } else if frame.periods.isEmpty, !frame.metrics.isEmpty {
                frames.append(merged)
            } else {
                frames.append(frame)
            }
        }
        return frames
    }

    private func refusal(frames: [Frame]) -> Script.Question {
        let frame = frames.min { $0.unplaced.count < $1.unplaced.count } ?? Frame()
        let words = frame.unplaced.filter(Reply.isQuotable)
        let kind: Reply.Kind
        if frame.tense == .future || frame.has("forecast") {
            kind = .future
        } else {
            kind = words.isEmpty ? .unanswered : .unplaced
        }
        return Script.Question(frame: frame, reply: Reply(kind: kind, words: Array(words.prefix(Reply.wordsMax))))
    }
}
