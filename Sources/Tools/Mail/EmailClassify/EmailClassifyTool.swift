package import AgentRuntime

/// Sorts a mail, or a text, into the tenant's categories, and says what its writer wants.
package struct EmailClassifyTool: Tool {
    private let databases: DomainDatabases

    package init(_ databases: DomainDatabases) { self.databases = databases }

    package let declaration = ToolDeclaration(
        name: "email_classify",
        purpose: """
            Sorts a mail (email_id) or a text into a category with a confidence from 0 to 1, and names the writer's \
            intent such as order_status. method says whether the tenant's own labels or rules decided.
            """,
        parameters: [
            "type": "object",
            "properties": [
                "email_id": ["type": "string", "minLength": 1, "maxLength": 100],
                "subject": ["type": "string", "maxLength": 1000],
                "text": ["type": "string", "minLength": 1, "maxLength": 100_000],
            ],
            "additionalProperties": false,
        ],
        permission: .mailRead
    )

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        let id = arguments["email_id"]?.string
        guard id != nil || arguments["text"] != nil else {
            return .failure("invalid_argument", "Either email_id or text must be given.")
        }
        let subject = arguments["subject"]?.string ?? ""
        let text = arguments["text"]?.string ?? ""
        let database = try await databases.database(of: context.principal.tenant)
        return try await database.reader.perform { connection in
            let store = MailStore(connection)
            var content: JSONObject = [:]
            var citations: [Citation] = []
            var (subject, text) = (subject, text)
            if let id {
                guard let mail = try store.mail(id) else {
                    return .failure("not_found", "There is no such mail; email_search finds identifiers.")
                }
                (subject, text) = (mail.subject, mail.text)
                content["email_id"] = .string(mail.id)
                content["current_category"] = .optional(mail.category)
                citations.append(.email(mail))
            }
            let labelled = try store.labelled(max: MailClassifier.labelledMax)
            let reading = MailSorter(labelled: labelled).read(subject: subject, text: text)
            content["category"] = .string(reading.category)
            content["confidence"] = .double((reading.confidence * 100).rounded() / 100)
            content["method"] = reading.source == .model ? "labels" : "rules"
            content["labelled_mails"] = .integer(labelled.count)
            content["intent"] = .string(reading.intent.intent.rawValue)
            content["intent_confidence"] = .double(reading.intent.confidence)
            content["alternatives"] = .array(
                reading.alternatives.map { score in
                    [
                        "category": .string(score.category),
                        "confidence": .double((score.confidence * 100).rounded() / 100),
                    ]
                }
            )
            citations.append(.sorter(reading, labelled: labelled.count))
            return ToolResult(content: .object(content), citations: citations)
        }
    }
}

extension Citation {
    /// What a category rests on: the mails that people have labelled, or the rules that hold without them.
    static func sorter(_ reading: MailSorter.Reading, labelled: Int) -> Citation {
        let isLearned = reading.source == .model
        return Citation(
            source: "classifier",
            id: isLearned ? "labelled_mails" : "mail_rules",
            text: isLearned ? "\(labelled) labelled mails" : "rules for the categories of mails",
            fields: ["category": .string(reading.category), "rows": .integer(labelled)]
        )
    }

    /// A pointer to a mail: its subject, sender and day; nothing of its text.
    static func email(_ mail: Mail) -> Citation {
        let sender = mail.from.name.isEmpty ? mail.from.address : mail.from.name
        let subject = InstructionText.addressesAssistant(mail.subject) ? "(subject withheld)" : mail.subject
        return Citation(source: "email", id: mail.id, text: "\(subject), from \(sender), \(mail.date.date)")
    }
}
