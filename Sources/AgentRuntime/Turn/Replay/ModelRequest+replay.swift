extension ModelRequest {
    /// What the model was asked at the beginning of a recorded turn, from the records of its session.
    ///
    /// `nil` when the session has no such turn. Settings and tools are those of today.
    package init?(
        replaying turn: TurnID,
        of session: SessionID,
        records: [Record],
        settings: TenantSettings,
        tools: (Principal) -> [ToolDeclaration]
    ) {
        guard let start = records.first(where: { $0.turn == turn && $0.kind == .turnStarted }) else { return nil }
        var conversation = Conversation(tenant: settings.tenant, id: session, historyLimit: TurnLimits().history)
        for record in records where record.version <= start.version { conversation.apply(record) }
        guard let asked = conversation.turn(turn) else { return nil }
        let tools = tools(asked.principal)
        let effects = Set(tools.filter { $0.effect != .read }.map(\.name))
        let read = records.filter { $0.turn == turn && $0.kind == .toolCompleted }.map { DataLabel($0.labels) }
        self.init(
            principal: asked.principal,
            settings: settings,
            session: session,
            turn: turn,
            history: conversation.history(before: turn, hasEffect: effects.contains),
            message: asked.text,
            context: asked.context,
            tools: tools,
            label: read.reduce(conversation.label) { $0.joined(with: $1) }
        )
    }
}
