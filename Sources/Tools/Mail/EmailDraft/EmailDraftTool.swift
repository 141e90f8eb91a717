package import AgentRuntime

/// Drafts an answer to a mail, or a reminder to a customer, from what the tenant's data says; nothing is sent or kept.
package struct EmailDraftTool: Tool {
    private let drafter: MailDrafter

    package init(_ drafter: MailDrafter) { self.drafter = drafter }

    package let declaration = ToolDeclaration(
        name: "email_draft",
        purpose: """
            Drafts an answer to a received mail (email_id), or a reminder of overdue invoices to a customer \
            (customer). The recipient is the mail's sender or the customer and cannot be chosen. Without body the \
            text is made from orders, invoices and articles; a body must be built on results of other tools. Nothing \
            is sent.
            """,
        parameters: [
            "type": "object",
            "properties": [
                "email_id": [
                    "type": "string", "minLength": 1, "maxLength": 100,
                    "description": "The mail's identifier, or latest for the newest unread one.",
                ],
                "customer": ["type": "string", "minLength": 1, "maxLength": 200],
                "body": ["type": "string", "minLength": 1, "maxLength": 20_000],
            ],
            "additionalProperties": false,
        ],
        permission: .mailRead
    )

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        do {
            let draft = try await drafter.draft(arguments, settings: context.settings)
            var citations = draft.facts.map(\.citation)
            if let id = draft.answered {
                citations.append(Citation(source: "email", id: id, text: draft.subject))
            }
            return ToolResult(content: .object(draft.json), citations: citations)
        } catch let failure as MailDraftFailure where failure.code == "nothing_overdue" {
            // An answer, not a mistake of whoever asked.
            var content = failure.more
            content["reason"] = .string(failure.message)
            return ToolResult(content: .object(content))
        } catch let failure as MailDraftFailure {
            return .failure(failure.code, failure.message, failure.more)
        }
    }
}

extension MailDrafter {
    /// The draft that a tool's arguments ask for: of an answer, or of a reminder.
    func draft(_ arguments: JSONObject, settings: TenantSettings) async throws -> MailDraft {
        let words = arguments["body"]?.string
        switch (arguments["email_id"]?.string, arguments["customer"]?.string) {
        case (let id?, nil): return try await reply(to: id, words: words, settings: settings)
        case (nil, let name?): return try await reminder(to: name, words: words, settings: settings)
        default:
            throw MailDraftFailure(code: "invalid_argument", message: "Give either email_id or customer.")
        }
    }
}
