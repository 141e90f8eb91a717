/// The tools of a deployment, by name; fixed once built.
package struct ToolRegistry: Sendable {
    private let tools: [String: any Tool]
    private let schemas: [String: JSONSchema]
    /// All declarations, sorted by name, so that prompts and documents come out the same every time.
    package let declarations: [ToolDeclaration]

    /// - Throws: `AgentError` when two tools share a name or a tool's schema is none.
    package init(_ tools: [any Tool]) throws {
        var byName: [String: any Tool] = [:]
        var schemas: [String: JSONSchema] = [:]
        for tool in tools {
            let name = tool.declaration.name
            guard byName.updateValue(tool, forKey: name) == nil else {
                throw AgentError(.internalError, "Two tools are named \(name).")
            }
            schemas[name] = try JSONSchema(tool.declaration.parameters)
        }
        self.tools = byName
        self.schemas = schemas
        declarations = tools.map(\.declaration).sorted { $0.name < $1.name }
    }

    package func tool(named name: String) -> (any Tool)? { tools[name] }

    /// The same tools, each handed through a function that may put another of the same name in its place.
    package func replacing(_ replace: (any Tool) -> any Tool) throws -> ToolRegistry {
        try ToolRegistry(declarations.compactMap { tools[$0.name] }.map(replace))
    }

    func schema(of name: String) -> JSONSchema? { schemas[name] }

    /// What a principal may use, sorted by name.
    package func declarations(for principal: Principal) -> [ToolDeclaration] {
        declarations.filter { principal.may($0.permission) }
    }
}
