/// The tools of a deployment, by name: its own, fixed once built, and those of single tenants beside them.
///
/// Where both have a tool of one name, the deployment's own counts.
package struct ToolRegistry: Sendable {
    private let own: ToolShelf
    /// What tenants have in place of the deployment's own, whose data lies elsewhere.
    private let elsewhere: [TenantID: ToolShelf]
    /// The tools of single tenants.
    package let tenants: TenantTools

    /// - Throws: `AgentError` when two tools share a name or a tool's schema is none.
    package init(
        _ tools: [any Tool],
        tenants: TenantTools = TenantTools(),
        elsewhere: [TenantID: [any Tool]] = [:]
    ) throws {
        own = try ToolShelf(tools, .strict)
        self.tenants = tenants
        self.elsewhere = try elsewhere.mapValues { try ToolShelf($0, .strict) }
    }

    /// The declarations of the deployment's own tools, sorted by name.
    package var declarations: [ToolDeclaration] { own.declarations }

    /// The same tools, each of the deployment's own handed through a function that may put another of its name there.
    package func replacing(_ replace: (any Tool) -> any Tool) throws -> ToolRegistry {
        try ToolRegistry(
            declarations.compactMap { own.entries[$0.name]?.tool }.map(replace),
            tenants: tenants,
            elsewhere: elsewhere.mapValues { shelf in shelf.entries.values.map { replace($0.tool) } }
        )
    }

    /// Whether the tenant has other tools in place of the deployment's own.
    func isElsewhere(_ tenant: TenantID) -> Bool { elsewhere[tenant] != nil }

    /// One of the deployment's own tools.
    package func tool(named name: String) -> (any Tool)? { own.entries[name]?.tool }

    /// A tool as the tenant has it.
    package func tool(named name: String, of tenant: TenantID) -> (any Tool)? { entry(name, of: tenant)?.tool }

    /// What a tool says of itself, as the tenant has it.
    package func declaration(of name: String, in tenant: TenantID) -> ToolDeclaration? {
        entry(name, of: tenant)?.declaration
    }

    func entry(_ name: String, of tenant: TenantID) -> ToolShelf.Entry? {
        if let entry = (elsewhere[tenant] ?? own).entries[name] { return entry }
        return tenants.shelves(of: tenant).lazy.compactMap { $0.entries[name] }.first
    }

    /// Which tools of these names a principal may use, sorted by name.
    package func declarations(for principal: Principal, named names: Set<String>) -> [ToolDeclaration] {
        names.sorted().compactMap { name in
            guard let declaration = declaration(of: name, in: principal.tenant),
                principal.may(declaration.permission)
            else { return nil }
            return declaration
        }
    }

    /// What a principal may use, sorted by name.
    package func declarations(for principal: Principal) -> [ToolDeclaration] {
        let first = elsewhere[principal.tenant] ?? own
        var all = first.declarations
        let others = tenants.shelves(of: principal.tenant)
        if !others.isEmpty {
            var names = Set(first.entries.keys)
            for shelf in others { all += shelf.declarations.filter { names.insert($0.name).inserted } }
            all.sort { $0.name < $1.name }
        }
        // By their places: an element that is looked at whole holds all its parts once more.
        let denied = all.indices.filter { !principal.may(all[$0].permission) }
        for index in denied.reversed() { all.remove(at: index) }
        return all
    }
}
