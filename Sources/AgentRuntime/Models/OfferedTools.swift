/// What a model is told of tools, made ready once for all requests that offer the same ones.
struct OfferedTools: Sendable {
    let tools: [Transcript.Tool]
    /// What they come to in bytes; see `Transcript`.
    let bytes: Int
    let written: WrittenTools
    /// The agent's file and those of the guidance, with what was in them.
    let prompts: [PromptVersion]

    /// The longest text, and the most items, that a model is told a bound of.
    private static let boundMax = 100

    /// A schema of arguments as a model is told it: without bounds that are there to keep the huge out.
    ///
    /// They tell a model nothing, and servers that make a grammar of a schema (llama.cpp) write a rule for each
    /// character that may come: one of 2,000 ends the process. The call is checked against all of the schema.
    static func schema(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): return .array(items.map(schema))
        case .object(let object):
            var told = JSONObject()
            told.reserve(object.count)
            for member in object.members {
                let isBound = ["maxLength", "maxItems", "maxProperties"].contains(member.name)
                if isBound, let bound = member.value.int, bound > boundMax { continue }
                told[member.name] = schema(member.value)
            }
            return .object(told)
        default: return value
        }
    }
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
