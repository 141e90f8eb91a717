/// The tools that single tenants have beside the deployment's own; their sources put them here as they come and go.
///
/// A turn sees the tools as they are when it asks; a call that has begun is not touched by a change.
package final class TenantTools: Sendable {
    private let shelves = Guarded<[TenantID: [String: ToolShelf]]>([:])

    package init() {}

    /// Puts the tools of one source in the place of those it gave before.
    ///
    /// Their schemas are read as those of strangers: what is not understood in them is passed over, since the service
    /// checks its arguments itself.
    /// - Throws: `AgentError` when two of the tools share a name or a schema is none.
    package func put(_ tools: [any Tool], of source: String, for tenant: TenantID) throws {
        let shelf = try ToolShelf(tools, .foreign)
        shelves.with { $0[tenant, default: [:]][source] = shelf }
    }

    /// Whether the tenant has any.
    package func isEmpty(_ tenant: TenantID) -> Bool { shelves.with { $0[tenant]?.isEmpty ?? true } }

    /// In the order of their sources' names; where two sources have a tool of one name, the first one's counts.
    func shelves(of tenant: TenantID) -> [ToolShelf] {
        shelves.with { shelves in
            guard let own = shelves[tenant] else { return [] }
            return own.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}

/// Tools by name, with their compiled schemas.
struct ToolShelf: Sendable {
    struct Entry: Sendable {
        var tool: any Tool
        /// The tool's own, made once: tools put it together each time they are asked.
        var declaration: ToolDeclaration
        var schema: JSONSchema
    }

    let entries: [String: Entry]
    /// Sorted by name, so that prompts and documents come out the same every time.
    let declarations: [ToolDeclaration]

    init(_ tools: [any Tool], _ strictness: JSONSchema.Strictness) throws {
        var entries: [String: Entry] = [:]
        for tool in tools {
            let declaration = tool.declaration
            let name = declaration.name
            let schema = try JSONSchema(declaration.parameters, strictness)
            let entry = Entry(tool: tool, declaration: declaration, schema: schema)
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw AgentError(.internalError, "Two tools are named \(name).")
            }
        }
        self.entries = entries
        declarations = entries.values.map(\.declaration).sorted { $0.name < $1.name }
    }
}
