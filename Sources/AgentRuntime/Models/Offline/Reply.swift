/// An answer that needs no tool: small talk, a refusal, a word about rights or language.
struct Reply: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case greeting, thanks, farewell, help, identity, wellbeing, acknowledgement
        /// Words of the question that nothing here explains.
        case unplaced
        /// Nothing of the question was understood as a request for data.
        case unanswered
        /// A question about what has not happened yet.
        case future
        case instruction
        case language
        case denied

        init(_ talk: SmallTalk) { self = Kind(rawValue: talk.rawValue) ?? .unanswered }
    }

    var kind: Kind
    /// The user's words that the reply names, or the tool that is not allowed.
    var words: [String]

    static let wordsMax = 4
    private static let suggestionsMax = 3

    static let phrases: [Phrase] =
        Kind.allCases.map { kind in
            switch kind {
            case .unplaced: Phrase("reply_unplaced", "words")
            case .denied: Phrase("reply_denied", "tool")
            default: Phrase("reply_" + kind.rawValue)
            }
        } + [offer, offered]

    private static let offer = Phrase("reply_offer")
    private static let offered = Phrase("reply_offered", "question")

    /// Only plain words are repeated: no addresses, codes or markup of unknown intent.
    static func isQuotable(_ word: String) -> Bool {
        word.count <= 24 && word.allSatisfy { $0.isLetter || $0 == " " || $0 == "-" || $0 == "'" }
            && word.unicodeScalars.allSatisfy { $0.value < 0x250 }
    }

    func draft(skills: [any Skill], situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        switch kind {
        case .unplaced:
            draft.say(Phrase("reply_unplaced", "words"), ["words": Self.quoted(words)])
        case .denied:
            draft.say(Phrase("reply_denied", "tool"), ["tool": [.data(words.first ?? "")]])
        default:
            draft.say(Phrase("reply_" + kind.rawValue))
        }
        let offers: Bool
        switch kind {
        case .thanks, .farewell, .acknowledgement, .denied: offers = false
        default: offers = true
        }
        if offers { Self.offer(in: &draft, skills: skills, situation: situation) }
        return draft
    }

    /// Adds questions that can be asked, as a list and as actions.
    static func offer(in draft: inout AnswerDraft, skills: [any Skill], situation: Situation) {
        let questions = suggestions(skills: skills, situation: situation)
        guard !questions.isEmpty else { return }
        draft.say(.text(" "))
        draft.say(offer)
        for question in questions {
            draft.say(.text("\n- "))
            draft.say(offered, ["question": [.data(question)]])
            draft.suggest(question)
        }
    }

    /// One question of each skill in turn, so that the offer shows the range.
    static func suggestions(skills: [any Skill], situation: Situation) -> [String] {
        var lists = skills.map { $0.suggestions(in: situation)[...] }.filter { !$0.isEmpty }
        var questions: [String] = []
        while questions.count < suggestionsMax, !lists.isEmpty {
            for index in lists.indices where questions.count < suggestionsMax {
                if let question = lists[index].popFirst(), !questions.contains(question) { questions.append(question) }
            }
            lists.removeAll(where: \.isEmpty)
        }
        return questions
    }

    /// A refusal that names what could not be placed, for skills that searched and found nothing.
    static func unplaced(_ words: [String], skills: [any Skill], situation: Situation) -> AnswerDraft {
        let named = Array(words.filter(isQuotable).prefix(wordsMax))
        return Reply(kind: named.isEmpty ? .unanswered : .unplaced, words: named).draft(
            skills: skills,
            situation: situation
        )
    }

    private static func quoted(_ words: [String]) -> [Segment] {
        var segments: [Segment] = []
        for (index, word) in words.enumerated() {
            if index > 0 { segments.append(.text(index == words.count - 1 ? " and " : ", ")) }
            segments += [.text("“"), .echo(word), .text("”")]
        }
        return segments
    }

    var json: JSONValue { ["kind": .string(kind.rawValue), "words": .array(words.map(JSONValue.string))] }

    init(kind: Kind, words: [String]) {
        self.kind = kind
        self.words = words
    }

    init?(json: JSONValue) {
        guard let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)) else { return nil }
        self.init(kind: kind, words: json["words"]?.array?.compactMap(\.string) ?? [])
    }
}
