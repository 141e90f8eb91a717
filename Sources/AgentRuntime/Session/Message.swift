/// What a user sends to a conversation.
package struct IncomingMessage: Sendable {
    package var text: String
    /// What the client says it shows; JSON as sent.
    package var context: JSONValue
    package var principal: Principal
    /// The client's key for this message: sent again, it joins the turn it began.
    package var idempotencyKey: String?
    /// A tool call that is the whole message: it is made as it is, and no model is asked.
    package var call: DirectCall?

    /// What a message with the same key must have in common with this one; `nil` without a key.
    var fingerprint: String? {
        guard idempotencyKey != nil else { return nil }
        return SHA256.hex(Array(text.utf8) + [0] + context.canonicalBytes())
    }

    package init(
        text: String,
        context: JSONValue = .null,
        principal: Principal,
        idempotencyKey: String? = nil,
        call: DirectCall? = nil
    ) {
        self.text = text
        self.context = context
        self.principal = principal
        self.idempotencyKey = idempotencyKey
        self.call = call
    }
}

/// A message that was taken in, and the turn that answers it.
package struct AcceptedMessage: Sendable, Hashable {
    package var message: MessageID
    package var turn: TurnID
    /// The idempotency key was known: nothing new was begun.
    package var isRepeated: Bool

    package init(message: MessageID, turn: TurnID, isRepeated: Bool = false) {
        self.message = message
        self.turn = turn
        self.isRepeated = isRepeated
    }
}
