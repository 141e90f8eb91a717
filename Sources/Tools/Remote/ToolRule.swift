package import AgentRuntime

/// What the operator says about one tool of another server; without a rule nothing with an effect is offered.
package struct ToolRule: Sendable, Hashable {
    /// As the service's description tells when not set; then it must be `read`.
    package var effect: ToolEffect?
    package var permission: Permission

    package init(effect: ToolEffect? = nil, permission: Permission) {
        self.effect = effect
        self.permission = permission
    }

    /// The effect that holds; `nil` when the tool must not be offered for want of a rule.
    func effect(isSafe: Bool) -> ToolEffect? { effect ?? (isSafe ? .read : nil) }
}

/// The name of a remote tool among the others: the source's, then its own in small letters.
func remoteToolName(_ source: String, _ name: String) -> String {
    var words = ""
    var before: Character = "_"
    for character in name {
        let isPlain = character.isASCII && (character.isLetter || character.isNumber)
        if character.isUppercase, before.isLowercase || before.isNumber { words.append("_") }
        words += isPlain ? character.lowercased() : "_"
        before = character
    }
    return String("\(source)_\(words)".prefix(64))
}
