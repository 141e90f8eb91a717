/// The tools of a deployment, by name: its own, fixed once built, and those of single tenants beside them.
///
/// Where both have a tool of one name, the deployment's own counts.
package struct ToolRegistry: Sendable {
    private let own: ToolShelf
    /// The tools of single tenants.
    package let tenants: TenantTools

    /// - Throws: `AgentError` when two tools share a name or a tool's schema is none.
    package init(_ tools: [any Tool], tenants: TenantTools = TenantTools()) throws {
        own = try ToolShelf(tools, .strict)
        self.tenants = tenants
    }

    /// The declarations of the deployment's own tools, sorted by name.
    package var declarations: [ToolDeclaration] { own.declarations }

    /// The same tools, each of the deployment's own handed through a function that may put another of its name there.
    package func replacing(_ replace: (any Tool) -> any Tool) throws -> ToolRegistry {
        try ToolRegistry(declarations.compactMap { own.entries[$0.name]?.tool }.map(replace), tenants: tenants)
    }

    /// One of the deployment's own tools.
    package func tool(named name: String) -> (any Tool)? { own.entries[name]?.tool }

    /// A tool as the tenant has it.
    package func tool(named name: String, of tenant: TenantID) -> (any Tool)? { entry(name, of: tenant)?.tool }

    /// What a tool says of itself, as the tenant has it.
    package func declaration(of name: String, in tenant: TenantID) -> ToolDeclaration? {
        entry(name, of: tenant)?.declaration
    }

    func entry(_ name: String, of tenant: TenantID) -> ToolShelf.Entry? {
        if let entry = own.entries[name] { return entry }
        return tenants.shelves(of: tenant).lazy.compactMap { $0.entries[name] }.first
    }

    /// What a principal may use, sorted by name.
    package func declarations(for principal: Principal) -> [ToolDeclaration] {
        var all = own.declarations
        let others = tenants.shelves(of: principal.tenant)
        if !others.isEmpty {
            var names = Set(own.entries.keys)
            for shelf in others { all += shelf.declarations.filter { names.insert($0.name).inserted } }
            all.sort { $0.name < $1.name }
        }
        return all.filter { principal.may($0.permission) }
    }
}
