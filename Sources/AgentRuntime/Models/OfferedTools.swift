/// What a model is told of tools, made ready once for all requests that offer the same ones.
struct OfferedTools: Sendable {
    let tools: [Transcript.Tool]
    /// What they come to in bytes; see `Transcript`.
    let bytes: Int
    let written: WrittenTools
    /// The agent's file and those of the guidance, with what was in them.
    let prompts: [PromptVersion]
}

/// The lists of tools that were offered last.
///
/// Agents and the rights of people make few different lists; one that a tenant's own servers change is made anew.
/// Bound: `capacity` lists.
final class OfferedToolsCache: Sendable {
    static let capacity = 64

    private struct Entry {
        var agent: String?
        var declarations: [ToolDeclaration]
        var offered: OfferedTools
    }

    private let entries = Guarded<[Entry]>([])

    /// The list of these tools for an agent, as it is remembered or else as `make` makes it.
    func offered(_ declarations: [ToolDeclaration], to agent: String?, make: () -> OfferedTools) -> OfferedTools {
        let known: OfferedTools? = entries.with { entries in
            entries.first { $0.agent == agent && $0.declarations == declarations }?.offered
        }
        if let known { return known }
        let offered = make()
        let entry = Entry(agent: agent, declarations: declarations, offered: offered)
        entries.with { entries in
            if entries.count >= Self.capacity { entries.removeLast() }
            entries.insert(entry, at: 0)
        }
        return offered
    }
}
