package import AgentRuntime

/// Sends an answer to a mail, or a message to a customer: to the sender or the customer's address, and to nobody else.
///
/// A mail that no person has approved says that an assistant wrote it.
package struct EmailSendTool: Tool {
    private let drafter: MailDrafter
    private let outbox: MailOutbox
    private let book: MailBook

    package init(_ drafter: MailDrafter, outbox: MailOutbox, book: MailBook) {
        self.drafter = drafter
        self.outbox = outbox
        self.book = book
    }

    package let declaration = ToolDeclaration(
        name: "email_send",
        purpose: """
            Sends an answer to a received mail (email_id) or a message to a customer (customer), with the text in \
            body. The recipient is the mail's sender or the customer and cannot be chosen.
            """,
        parameters: [
            "type": "object",
            "properties": [
                "email_id": ["type": "string", "minLength": 1, "maxLength": 100],
                "customer": ["type": "string", "minLength": 1, "maxLength": 200],
                "body": ["type": "string", "minLength": 1, "maxLength": 20_000],
            ],
            "additionalProperties": false,
        ],
        permission: .mailWrite,
        effect: .outbound,
        deadline: .seconds(60)
    )

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        do {
            let draft = try await drafter.draft(arguments, settings: context.settings)
            let tenant = context.principal.tenant
            let cause = MailCause(
                actor: "user:\(context.principal.user)",
                origin: context.principal.origin?.json
            )
            let outcome: MailOutbox.Outcome
            if let id = draft.answered {
                outcome = try await book.answer(
                    id,
                    draft,
                    isAutomatic: false,
                    isUnseen: !context.isApproved,
                    of: tenant,
                    effectID: context.effectID,
                    cause: cause
                )
            } else {
                outcome = try await outbox.send(
                    draft,
                    of: tenant,
                    effectID: context.effectID,
                    isAutomatic: !context.isApproved,
                    cause: cause
                )
            }
            let content: JSONValue = [
                "email_id": .string(outcome.mail.id), "status": .string(outcome.mail.status.rawValue),
                "note": .optional(outcome.note), "to": draft.to.json, "subject": .string(outcome.mail.subject),
                "message_id": .optional(outcome.mail.messageID),
            ]
            return ToolResult(content: content, citations: draft.facts.map(\.citation) + [.email(outcome.mail)])
        } catch let failure as MailDraftFailure {
            return .failure(failure.code, failure.message, failure.more)
        }
    }
}
