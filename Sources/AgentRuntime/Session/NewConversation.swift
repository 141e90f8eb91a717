/// What a conversation begins with.
package struct NewConversation: Sendable {
    package var owner: Principal
    package var options: SessionOptions
    package var title: String?
    /// What the client says it shows; JSON as sent.
    package var context: JSONValue
    /// What a profile keeps with the conversation.
    package var metadata: JSONValue
    /// What was said before, as the client tells it: it counts as the user's own words, answers included.
    package var history: [HistoryTurn]
    /// A known name, when the client brings one; a new one without it.
    package var id: SessionID?
    /// Nobody is told of a way to go on with it: its session need not stay awake when the first turn has ended.
    package var isSingle: Bool

    package init(
        owner: Principal,
        options: SessionOptions = SessionOptions(),
        title: String? = nil,
        context: JSONValue = .null,
        metadata: JSONValue = .null,
        history: [HistoryTurn] = [],
        id: SessionID? = nil,
        isSingle: Bool = false
    ) {
        self.owner = owner
        self.options = options
        self.title = title
        self.context = context
        self.metadata = metadata
        self.history = history
        self.id = id
        self.isSingle = isSingle
    }
}
