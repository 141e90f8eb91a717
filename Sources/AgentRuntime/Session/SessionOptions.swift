/// How a session treats a second message, and a client that leaves.
package struct SessionOptions: Sendable, Hashable {
    package var onBusy: BusyPolicy
    package var onDisconnect: DisconnectPolicy
    package var access: ConversationAccess
    /// The agent that the conversation is held with (`prompts/system`); `nil` for the usual one.
    package var agent: String?

    package init(
        onBusy: BusyPolicy = .queue,
        onDisconnect: DisconnectPolicy = .continue,
        access: ConversationAccess = .owner,
        agent: String? = nil
    ) {
        self.onBusy = onBusy
        self.onDisconnect = onDisconnect
        self.access = access
        self.agent = agent
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "on_busy": .string(onBusy.rawValue), "on_disconnect": .string(onDisconnect.rawValue),
        ]
        if access != .owner { object["access"] = .string(access.rawValue) }
        if let agent { object["agent"] = .string(agent) }
        return .object(object)
    }

    /// These options with the members of `json` set; members it does not have stay.
    package func updated(by json: JSONValue) -> SessionOptions {
        var options = self
        if let value = json["on_busy"]?.string.flatMap(BusyPolicy.init(rawValue:)) { options.onBusy = value }
        if let value = json["on_disconnect"]?.string.flatMap(DisconnectPolicy.init(rawValue:)) {
            options.onDisconnect = value
        }
        if let value = json["access"]?.string.flatMap(ConversationAccess.init(rawValue:)) { options.access = value }
        if let agent = json["agent"]?.string { options.agent = agent }
        return options
    }
}

/// What becomes of a message that comes while a turn runs.
package enum BusyPolicy: String, Sendable, Hashable, CaseIterable {
    /// It waits for its turn; beyond `TurnLimits.queue` it is refused.
    case queue
    /// It is refused with `conflict`.
    case reject
    /// The running turn is cancelled and the message goes next.
    case interrupt
}

/// What becomes of a turn when its last client has left.
package enum DisconnectPolicy: String, Sendable, Hashable, CaseIterable {
    /// It runs to its end; the answer is there when someone comes back.
    case `continue`
    /// It is cancelled.
    case cancel
}

/// Whose a conversation is.
package enum ConversationAccess: String, Sendable, Hashable {
    /// Its user's alone.
    case owner
    /// The tenant's: whoever holds the permission for shared conversations may read it and go on with it.
    case tenant
}
