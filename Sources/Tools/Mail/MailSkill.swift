package import AgentRuntime

/// Reads questions about the inbox, and wishes for drafts and categories.
package struct MailSkill: Skill {
    package let name = "mails"
    package let words: [VocabularyEntry] =
        [
            "mail", "mails", "email", "emails", "e-mail", "e-mails", "inbox", "mailbox", "unanswered messages",
        ].map { VocabularyEntry($0, .cue(":mails")) }
        + ["unread", "new mail", "new mails", "not read"].map { VocabularyEntry($0, .cue("unread")) }
        + ["draft", "compose", "reminder", "reminders", "remind", "dunning letter"].map {
            VocabularyEntry($0, .cue("draft"))
        } + ["classify", "categorise", "categorize"].map { VocabularyEntry($0, .cue("classify")) }
    package let phrases: [Phrase] = [
        Self.count, Self.row, Self.categories, Self.categoryRow, Self.category, Self.draft, Self.nothing,
    ]

    private static let count = Phrase("mails_count", "count", "what")
    private static let row = Phrase("mails_row", "subject", "sender", "date")
    private static let categories = Phrase("mails_categories")
    private static let categoryRow = Phrase("mails_category_row", "category", "count")
    private static let category = Phrase("mails_category", "category", "confidence", "method", "intent")
    private static let draft = Phrase("mails_draft", "recipient", "subject", "body")
    private static let nothing = Phrase("mails_nothing", "reason")

    private static let rowsMax = 5

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let text = frame.text
        let lower = text.lowercased()
        func plan(_ tool: String, _ arguments: JSONObject, _ shape: String, score: Double = 1) -> SkillPlan {
            SkillPlan(
                skill: name,
                calls: [PlannedCall(tool, arguments)],
                data: ["shape": .string(shape)],
                score: score,
                preference: 3
            )
        }
        if lower.contains("remind"), let customer = Self.reminded(text) {
            return [plan("email_draft", ["customer": .string(customer)], "draft")]
        }
        if let customer = Self.dunned(frame, lower) {
            return [plan("email_draft", ["customer": .string(customer)], "draft")]
        }
        if frame.has("classify") || lower.contains("which category"), let arguments = Self.classified(text) {
            return [plan("email_classify", arguments, "category")]
        }
        let isReply = ["reply", "answer", "response"].contains { lower.contains($0) }
        if isReply, frame.has("draft") || lower.contains("write a"), let id = Self.identifier(lower) {
            return [plan("email_draft", ["email_id": .string(id)], "draft")]
        }
        guard frame.isAbout("mails") else { return [] }
        if isReply, frame.has("draft") { return [plan("email_draft", ["email_id": "latest"], "draft")] }
        var slots: Set<String> = ["subject:mails", "cue:unread", "cue:list", "cue:count", "cue:total", "number"]
        var arguments: JSONObject = ["limit": .integer(min(100, frame.limit ?? Self.rowsMax))]
        if frame.has("unread") { arguments["is_unread"] = true }
        for priority in ["urgent", "high"] where lower.contains(priority + " ") {
            arguments["priority"] = .string(priority)
            slots.insert("cue:*")
        }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall("email_search", arguments)],
                data: ["shape": .string(frame.form == .count ? "count" : "list")],
                frame: frame,
                uses: slots,
                preference: 2
            )
        ]
    }

    /// The customer to whom a mail about what is owed is to be written.
    private static func dunned(_ frame: Frame, _ lower: String) -> String? {
        guard frame.isAbout("mails") || ["letter", "message", "note"].contains(where: lower.contains),
            frame.has("draft") || ["write ", "prepare ", "send "].contains(where: lower.contains),
            ["overdue", "unpaid", "outstanding", "invoice", "payment", "past due", " owe"].contains(
                where: lower.contains
            ),
            !["reply", "answer", "response"].contains(where: lower.contains)
        else { return nil }
        return (frame.values(of: "customer") + frame.values(of: "deal_account")).first ?? named(frame.text)
    }

    /// The name behind the first "to".
    private static func named(_ text: String) -> String? {
        let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
        guard let place = words.map({ $0.lowercased() }).firstIndex(of: "to") else { return nil }
        return name(words, from: place + 1)
    }

    /// The name behind "a reminder to", or "remind".
    private static func reminded(_ text: String) -> String? {
        let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" }.map(String.init)
        let lower = words.map { $0.lowercased() }
        var start: Int?
        if let word = lower.firstIndex(where: { $0.hasPrefix("reminder") }),
            let to = lower[word...].firstIndex(where: ["to", "for"].contains)
        {
            start = to + 1
        } else if let word = lower.firstIndex(of: "remind") {
            start = word + 1
        }
        return start.flatMap { name(words, from: $0) }
    }

    private static func name(_ words: [String], from start: Int) -> String? {
        let lower = words.map { $0.lowercased() }
        var start = start
        while start < lower.count, ["the", "our", "customer", "client"].contains(lower[start]) { start += 1 }
        let ends: Set<String> = ["about", "regarding", "that", "to", "of", "because", "please", "concerning", "on"]
        let name = words[min(start, words.count)...].prefix { !ends.contains($0.lowercased()) }
        let trimmed = name.joined(separator: " ").trimmingCharacters([".", "?", "!", ",", "\"", "“", "”"])
        return (1...200).contains(trimmed.count) ? trimmed : nil
    }

    private static func identifier(_ text: String) -> String? {
        let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        return words.first { $0.hasPrefix("eml_") && $0.count > 4 }.map(String.init)
    }

    /// A mail's identifier, or the text behind a colon.
    private static func classified(_ text: String) -> JSONObject? {
        if let id = identifier(text.lowercased()) { return ["email_id": .string(id)] }
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = text[text.index(after: colon)...].trimmingCharacters([" ", "\n", "\"", "“", "”"])
        return rest.isEmpty ? nil : ["text": .string(rest)]
    }

    // MARK: Answering

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        guard let call = question.calls.first else { return AnswerDraft() }
        let reader = FigureReader(call)
        switch question.data["shape"]?.string {
        case "draft": return drafted(reader)
        case "category": return sorted(reader)
        case let shape: return listed(reader, isCount: shape == "count")
        }
    }

    private func drafted(_ reader: FigureReader) -> AnswerDraft {
        var draft = AnswerDraft()
        if let reason = reader.text("/reason") {
            draft.say(Self.nothing, ["reason": [.data(reason)]])
            return draft
        }
        draft.say(
            Self.draft,
            [
                "recipient": [.data(reader.text("/to/address") ?? "")],
                "subject": [.data(reader.text("/subject") ?? "")], "body": [.data(reader.text("/body") ?? "")],
            ]
        )
        draft.cite(reader.citations)
        return draft
    }

    private func sorted(_ reader: FigureReader) -> AnswerDraft {
        var draft = AnswerDraft()
        let isFitted = reader.text("/method") == "labels"
        draft.say(
            Self.category,
            [
                "category": [.data(reader.text("/category") ?? "")],
                "confidence": [.figure(Figure(reader.reference("/confidence"), format: .wholePercent))],
                "method": [.text(isFitted ? "learned from your labelled mails" : "by rules")],
                "intent": [.data((reader.text("/intent") ?? "").replacing("_", with: " "))],
            ]
        )
        draft.cite(reader.citations)
        return draft
    }

    private func listed(_ reader: FigureReader, isCount: Bool) -> AnswerDraft {
        var draft = AnswerDraft()
        let isUnread = reader.call.call.arguments["is_unread"]?.bool == true
        let noun = reader.exact("/total")?.int == 1 ? "mail" : "mails"
        let priority = reader.call.call.arguments["priority"]?.string.map { $0 + " " } ?? ""
        draft.say(
            Self.count,
            [
                "count": [.figure(Figure(reader.reference("/total"), format: .number))],
                "what": [.text((isUnread ? "unread " : "") + priority + noun)],
            ]
        )
        if isCount {
            let groups = reader.count("/by_category")
            guard groups > 1 else { return citing(draft, reader) }
            draft.say(.text(" "))
            draft.say(Self.categories)
            for index in 0..<min(groups, 8) {
                let category = reader.text("/by_category/\(index)/category") ?? ""
                draft.say(.text("\n"))
                draft.say(
                    Self.categoryRow,
                    [
                        "category": [category.isEmpty ? .text("unsorted") : .data(category)],
                        "count": [.figure(Figure(reader.reference("/by_category/\(index)/count"), format: .number))],
                    ]
                )
            }
            return citing(draft, reader)
        }
        for index in 0..<reader.count("/emails") {
            let base = "/emails/\(index)"
            let subject = reader.text(base + "/subject") ?? ""
            guard !InstructionText.addressesAssistant(subject) else { continue }
            let sender = reader.text(base + "/from_name") ?? ""
            draft.say(.text("\n"))
            draft.say(
                Self.row,
                [
                    "subject": [subject.isEmpty ? .text("(no subject)") : .data(subject)],
                    "sender": [.data(sender.isEmpty ? reader.text(base + "/from") ?? "" : sender)],
                    "date": [.data(reader.text(base + "/date") ?? "")],
                ]
            )
        }
        return citing(draft, reader)
    }

    private func citing(_ draft: AnswerDraft, _ reader: FigureReader) -> AnswerDraft {
        var draft = draft
        draft.cite(reader.citations)
        draft.suggest("Draft a reply to the latest unread mail")
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}

extension StringProtocol {
    /// The text without these characters at its ends.
    fileprivate func trimmingCharacters(_ characters: Set<Character>) -> String {
        guard let start = firstIndex(where: { !characters.contains($0) }),
            let end = lastIndex(where: { !characters.contains($0) })
        else { return "" }
        return String(self[start...end])
    }
}
