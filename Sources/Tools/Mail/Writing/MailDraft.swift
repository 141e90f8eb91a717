package import AgentRuntime

/// A mail that could be sent: to whom is fixed by what it answers, never by its text.
package struct MailDraft: Sendable {
    /// Something that the draft says, and what it rests on.
    package struct Fact: Sendable {
        package var text: String
        package var citation: Citation
    }

    package var to: MailAddress
    package var subject: String
    package var text: String
    package var inReplyTo: String?
    package var references: [String] = []
    package var facts: [Fact] = []
    /// The mail it answers.
    package var answered: String?

    package var json: JSONObject {
        [
            "to": to.json, "subject": .string(subject), "body": .string(text), "in_reply_to": .optional(inReplyTo),
            "references": .array(references.map(JSONValue.string)),
            "facts": .array(facts.map { .string($0.text) }), "email_id": .optional(answered),
        ]
    }
}

/// Why there is no draft; words for whoever asked for it.
struct MailDraftFailure: Error {
    var code: String
    var message: String
    /// Members that the failure's result has beside code and message.
    var more: JSONObject = [:]
}
