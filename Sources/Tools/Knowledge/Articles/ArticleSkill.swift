package import AgentRuntime

/// Reads questions that articles answer and quotes the sentences that do, leaving out text that speaks to assistants.
package struct ArticleSkill: Skill {
    package let name = "articles"
    package let words: [VocabularyEntry] =
        [
            "policy", "policies", "procedure", "procedures", "handbook", "guideline", "guidelines", "knowledge base",
            "article", "articles", "documentation", "faq", "faqs", "checklist", "checklists", "playbook", "sop",
            "manual", "user guide", "how to guide", "allowed", "permitted", "who approves", "approval process",
            "what is the process", "what is the procedure", "standard operating procedure", "rule for", "rules for",
            "what are the rules", "house rules", "what do the articles say", "what does the documentation say",
            "internal guidance", "guidance",
        ].map { VocabularyEntry($0, .cue(":articles")) }
    package let phrases: [Phrase] = [Self.quote, Self.also, Self.none, Self.titles, Self.title]

    private static let quote = Phrase("articles_quote", "title", "passage")
    private static let also = Phrase("articles_also", "titles")
    private static let none = Phrase("articles_none")
    private static let titles = Phrase("articles_titles")
    private static let title = Phrase("articles_title", "title")

    private static let resultsAsked = 5
    private static let sentencesMax = 4
    /// A passage up to this length is quoted whole, in characters.
    private static let passageMax = 900
    /// The share of the question's topic words that a passage must hold to count as an answer.
    private static let overlapMin = 0.6

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let content = Self.content(of: frame)
        guard !content.isEmpty || frame.isAbout("articles") else { return [] }
        let query = content.joined(separator: " ")
        let call = PlannedCall("kb_search", ["query": .string(query), "limit": .integer(Self.resultsAsked)])
        let data: JSONObject = ["words": .array(content.map(JSONValue.string))]
        // The title of an article is a question for it.
        if frame.isAbout("articles") || frame.weights["topic"] != nil {
            if content.allSatisfy(["list", "available", "exist", "overview", "titles"].contains) {
                let all = PlannedCall("kb_search", ["query": .string(frame.text), "limit": .integer(1)])
                return [SkillPlan(skill: name, calls: [all], data: ["titles": true], score: 1, preference: 2)]
            }
            // What goes on with an article is not a question about a figure that is called the same.
            let score = frame.isAbout("articles") && frame.inheritsSubject ? 1 : 0.95
            return [SkillPlan(skill: name, calls: [call], data: data, score: score, preference: 1)]
        }
        let asked = Tokenizer.words(of: frame.text)
        let most: JSONObject = data.merging(["needs": "most"])
        let isOfProcedure = ProcedureQuestion.isOne(asked)
        if isOfProcedure, frame.subjects.isEmpty, !frame.asksForFigures {
            return [SkillPlan(skill: name, calls: [call], data: most, score: 1, preference: 5)]
        }
        let titled = content.filter {
            !EnglishWords.soft.contains($0) && !situation.vocabulary.topics(holding: WordForm.stem($0)).isEmpty
        }
        let isAsked = isOfProcedure || Self.openers.isFound(in: asked)
        let isFigure =
            !frame.metrics.isEmpty || !frame.groupings.isEmpty || frame.has("forecast") || frame.tense == .future
        // "What warranty do pumps have?": pumps are in the data, the rest is an article's.
        let isOfTitle = titled.contains { frame.unplaced.map { $0.lowercased() }.contains($0) }
        guard !isFigure && frame.filters.isEmpty || isAsked || isOfTitle else { return [] }
        let isCounted = frame.form == .count || frame.form == .amount
        // One topic word, and few that are counted, are a figure this deployment does not have more often than an article.
        guard content.count >= 2 || isAsked && !titled.isEmpty,
            isAsked || !isCounted || !titled.isEmpty || content.count >= 3 && !frame.asksForFigures
        else { return [] }
        let score = 0.3 + 0.5 * Double(titled.count) / Double(content.count)
        let strict = isAsked ? most : data.merging(["needs": "all"])
        return [SkillPlan(skill: name, calls: [call], data: strict, score: score, isLastResort: true)]
    }

    private static let openers = PhraseTable([
        "how do i ", "how do we ", "how can i ", "how can we ", "how should ", "how to ", "can i ", "can we ", "may i ",
        "am i ", "do i ", "do we need", "should i ", "should we ", "what happens if", "what happens when", "what if ",
        "where do i", "where can i", "where should", "who do i", "who should", "who approves", "who can ", "how long ",
        "how often", "how much may ", "how much can ", "how many days", "how many weeks", "how many hours", "when do ",
        "when should", "when can",
        "when must",
        "what is the process", "what are the steps", "what steps", "what is the limit", "what is the deadline",
        "what is the maximum", "what do i need", "what should i", "explain how", "tell me about", "what does our",
        "what does the", "what do our", "is it ok", "is there a ", "are there any rules", "are employees",
        "do employees",
        "do customers", "can customers", "can employees", "who is responsible for", "what counts as",
        "what is our approach", "must i ", "must we ", "must employees ",
        "summarise", "summarize", "what are the requirements", "what is required", "who signs", "what is our stance",
        "what's the process", "what's the limit", "what's the deadline", "which documents", "what documents",
    ])

    private static func content(of frame: Frame) -> [String] {
        var words: [String] = []
        for word in Tokenizer.words(of: frame.text)
        where !words.contains(word) && !noise.contains(word) && !EnglishWords.stop.contains(word) {
            words.append(word)
        }
        return words
    }

    private static let noise: Set<String> = [
        "policy", "policies", "article", "articles", "say", "says", "tell", "show", "find", "explain", "summarise",
        "summarize", "summary", "documentation", "knowledge", "base", "look", "give", "know", "need", "get", "our",
        "company",
        "there", "handbook", "guideline", "guidelines", "much", "many", "long", "often", "information", "according",
        "fast", "soon", "quickly",
    ]

    // MARK: Answering

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        guard question.data["titles"]?.bool != true else { return titles(max: 25, in: situation) }
        let reader = FigureReader(call)
        let content = question.data["words"]?.array?.compactMap(\.string) ?? []
        // The numbers of a question are seldom those of the rule that answers it.
        let stems = Set(content.filter { $0.contains(where: \.isLetter) }.map(WordForm.stem))
        let strictness = question.data["needs"]?.string
        let isStrict = strictness != nil
        let count = reader.count("/results")
        let ranked = (0..<count).map { index -> (index: Int, overlap: Double) in
            let base = "/results/\(index)"
            let heading = reader.value(base + "/heading_path")?.array?.compactMap(\.string).joined(separator: " ") ?? ""
            let text = [reader.text(base + "/title") ?? "", heading, reader.text(base + "/text") ?? ""].joined(
                separator: " "
            )
            let held = Set(Tokenizer.words(of: text).map(WordForm.stem))
            let found = stems.count { stem in held.contains(stem) || held.contains { Self.areKin(stem, $0) } }
            return (index, stems.isEmpty ? 1 : Double(found) / Double(stems.count))
        }
        func isHeaded(_ index: Int) -> Bool {
            let heading = reader.value("/results/\(index)/heading_path")?.array?.last?.string ?? ""
            let words = Tokenizer.words(of: heading + " " + (reader.text("/results/\(index)/title") ?? ""))
            return !stems.isDisjoint(with: words.map(WordForm.stem))
        }
        // Ranking is the search's business; only a passage that plainly speaks of more of the question goes before,
        // and of those that speak of as much one that is headed by it.
        let best = ranked.max {
            ($0.overlap, isHeaded($0.index) ? 1 : 0, -$0.index) < ($1.overlap, isHeaded($1.index) ? 1 : 0, -$1.index)
        }
        let needed = strictness == "all" ? 0.99 : isStrict ? 0.75 : Self.overlapMin
        func enough(_ index: Int) -> Double {
            if count > 0, !isStrict, stems.count <= 2 { return 0.5 }
            return strictness == "most" && isHeaded(index) ? Self.overlapMin : needed
        }
        guard let best, best.overlap >= enough(best.index) else {
            return isStrict ? draft : nothing(in: situation)
        }
        let base = "/results/\(best.index)"
        let text = InstructionText.cleaned(reader.text(base + "/text") ?? "")
        let passage =
            text.count <= Self.passageMax
            ? text : Self.passage(InstructionText.sentences(of: text), stems: stems)
        guard !passage.isEmpty else { return nothing(in: situation) }
        let title = reader.text(base + "/title") ?? ""
        draft.say(Self.quote, ["title": [.data(title)], "passage": [.data(passage)]])
        draft.cite(Self.citations(of: reader, base))
        var others: [String] = []
        for entry in ranked where entry.index != best.index && entry.overlap >= needed {
            let other = reader.text("/results/\(entry.index)/title") ?? ""
            if other != title, !others.contains(other), !InstructionText.addressesAssistant(other) {
                others.append(other)
            }
        }
        if !others.isEmpty {
            draft.say(.text("\n\n"))
            draft.say(Self.also, ["titles": [.data(others.prefix(2).joined(separator: "; "))]])
        }
        return draft
    }

    /// Whether two long words have one beginning: approve and approval, deliver and delivery.
    private static func areKin(_ one: String, _ other: String) -> Bool {
        one.count >= 6 && other.count >= 6 && one.prefix(6) == other.prefix(6)
    }

    /// The sentences that hold most of the question's words, with what stands between and just after them.
    static func passage(_ sentences: [String], stems: Set<String>) -> String {
        guard !sentences.isEmpty else { return "" }
        if sentences.count <= sentencesMax { return sentences.joined(separator: " ") }
        let scores = sentences.map { sentence in
            Double(stems.intersection(Set(Tokenizer.words(of: sentence).map(WordForm.stem))).count)
        }
        var bestStart = 0
        var bestScore = -1.0
        for start in 0...(sentences.count - sentencesMax) {
            let window = scores[start..<(start + sentencesMax)]
            let score = window.reduce(0, +) + (scores[start] > 0 ? 0.5 : 0)
            if score > bestScore { (bestStart, bestScore) = (start, score) }
        }
        return sentences[bestStart..<(bestStart + sentencesMax)].joined(separator: " ")
    }

    private static func citations(of reader: FigureReader, _ base: String) -> [Citation] {
        let id = reader.text(base + "/article_id")
        let start = reader.value(base + "/start")?.int
        let own = reader.citations.filter { $0.id == id }
        return own.filter { $0.fields["start"]?.int == start }.isEmpty
            ? Array(own.prefix(1)) : own.filter { $0.fields["start"]?.int == start }
    }

    private func nothing(in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        draft.say(Self.none)
        let known = titles(max: 3, in: situation)
        guard !known.isEmpty else { return draft }
        draft.say(.text(" "))
        draft.append(known)
        return draft
    }

    /// What there is to read.
    private func titles(max count: Int, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        let titles = situation.vocabulary.titles(max: count).filter { !InstructionText.addressesAssistant($0) }
        guard !titles.isEmpty else { return draft }
        draft.say(Self.titles)
        for title in titles {
            draft.say(.text("\n- "))
            draft.say(Self.title, ["title": [.data(title)]])
            draft.suggest("What does the article \(title) say?")
        }
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] {
        situation.vocabulary.titles(max: 2).filter { !InstructionText.addressesAssistant($0) }
            .map { "What does the article \($0) say?" }
    }
}
