package import AgentRuntime

/// Who has a mail sent, and what it answers; kept with the mail for the journal.
package struct MailCause: Sendable {
    package var actor: String
    package var origin: JSONValue?
    /// The mail that it answers or passes on.
    package var answers: String?

    package init(actor: String = "system", origin: JSONValue? = nil, answers: String? = nil) {
        self.actor = actor
        self.origin = origin
        self.answers = answers
    }
}
