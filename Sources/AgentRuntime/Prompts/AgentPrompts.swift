/// The agents of a deployment and what each is told: one per `system/NAME.md`, with guidance on tools.
///
/// The front matter of an agent may narrow what it does: `tools` lists the tools it has (all, where it says nothing),
/// `first_tools` those that its model is made to call before it answers, one a step in that order, `limits` its `steps`
/// and `tool_calls`. What an agent is told is made of its file and of what the tenant is set to;
/// no user's text, no result and no article ever stands in it.
package struct AgentPrompts: Sendable {
    package struct Agent: Sendable {
        package let name: String
        /// `nil` for all.
        package let tools: Set<String>?
        /// What a turn begins with; the offline planner plans by itself.
        let firstTools: [String]
        let steps: Int?
        let toolCalls: Int?
        let template: PromptTemplate

        /// The tool that the model is made to call in the step that is asked for.
        ///
        /// Tools that the user may not use are passed over. A turn that began otherwise, with a call that a person has
        /// approved, is not made to call any.
        func firstTool(of request: ModelRequest) -> String? {
            guard request.steps.count < firstTools.count else { return nil }
            let first = firstTools.filter { name in request.tools.contains { $0.name == name } }
            let isBegun = zip(request.steps, first).allSatisfy { step, name in
                step.calls.contains { $0.call.name == name }
            }
            return isBegun ? first.dropFirst(request.steps.count).first : nil
        }

        /// The deployment's limits, narrowed.
        package func limits(_ limits: TurnLimits) -> TurnLimits {
            var limits = limits
            limits.steps = min(limits.steps, steps ?? limits.steps)
            limits.toolCalls = min(limits.toolCalls, toolCalls ?? limits.toolCalls)
            return limits
        }
    }

    /// The agent of a conversation that names none.
    package static let usual = "assistant"
    /// What an agent's text may have places for.
    package static let variables = ["currency", "fiscal_year_start", "locale", "today"]
    /// No agent at all: a model is told nothing but the conversation.
    package static let none = AgentPrompts(agents: [:], guidance: [:])

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    private let agents: [String: Agent]
    private let guidance: [String: PromptTemplate]

    private init(agents: [String: Agent], guidance: [String: PromptTemplate]) {
        self.agents = agents
        self.guidance = guidance
    }

    /// Takes the agents and the guidance of a library; `tools` are the names of the deployment's tools.
    ///
    /// - Throws: `PromptError` when an agent or a guidance names a tool that is none, has a place that nothing fills, a
    ///   field that is not known, or when the usual agent is missing.
    package init(_ library: PromptLibrary, tools: [String]) throws(PromptError) {
        var agents: [String: Agent] = [:]
        for (name, template) in library.templates(in: "system").sorted(by: { $0.key < $1.key }) {
            agents[name] = try Self.agent(template, tools: tools)
        }
        guard agents[Self.usual] != nil else {
            throw PromptError(path: "system/\(Self.usual).md", reason: "the prompt of the usual agent is missing")
        }
        let guidance = library.templates(in: "tools")
        for (name, template) in guidance.sorted(by: { $0.key < $1.key }) {
            let path = "tools/\(name).md"
            guard tools.contains(name) else { throw PromptError(path: path, reason: "there is no tool named \(name)") }
            if let variable = template.variables.first {
                throw PromptError(path: path, reason: "nothing fills \(variable); guidance on tools has no variables")
            }
            if let field = template.fields.first {
                throw PromptError(
                    path: path,
                    reason: "line \(field.line): “\(field.name)” is no field of a tool's guidance"
                )
            }
        }
        self.agents = agents
        self.guidance = guidance
    }

    private static func agent(_ template: PromptTemplate, tools: [String]) throws(PromptError) -> Agent {
        let path = "system/\(template.name).md"
        if let unknown = template.variables.first(where: { !variables.contains($0) }) {
            let known = variables.joined(separator: ", ")
            throw PromptError(path: path, reason: "nothing fills \(unknown); there are \(known)")
        }
        var own: Set<String>?
        var first: [String] = []
        var limits: [String: Int] = [:]
        for field in template.fields {
            switch (field.name, field.value) {
            case ("suites", _): continue  // what must hold before the prompt is released; see `SuiteReleaseGate`
            case ("tools", _): own = Set(try names(of: tools, in: field, path))
            case ("first_tools", _): first = try names(of: tools, in: field, path)
            case ("limits", .fields(let inner)):
                for limit in inner {
                    guard ["steps", "tool_calls"].contains(limit.name), case .text(let text) = limit.value,
                        let value = Int(text), value > 0
                    else {
                        throw PromptError(
                            path: path,
                            reason: "line \(limit.line): limits are steps and tool_calls, whole numbers above 0"
                        )
                    }
                    limits[limit.name] = value
                }
            default:
                throw PromptError(
                    path: path,
                    reason: "line \(field.line): “\(field.name)” is no field of an agent, or not in its form"
                )
            }
        }
        if let missing = first.first(where: { own?.contains($0) == false }) {
            throw PromptError(path: path, reason: "first_tools names \(missing), which is not among the agent's tools")
        }
        return Agent(
            name: template.name,
            tools: own,
            firstTools: first,
            steps: limits["steps"],
            toolCalls: limits["tool_calls"],
            template: template
        )
    }

    /// The list of a field that names tools.
    private static func names(
        of tools: [String],
        in field: FrontMatter.Field,
        _ path: String
    ) throws(PromptError) -> [String] {
        let names: [String]
        do { names = try field.list() } catch { throw PromptError(path: path, reason: "\(error)") }
        if let unknown = names.first(where: { !tools.contains($0) }) {
            throw PromptError(path: path, reason: "line \(field.line): there is no tool named \(unknown)")
        }
        return names
    }

    /// The names of all agents, sorted.
    package var names: [String] { agents.keys.sorted() }

    /// The agent of that name; the usual one for none, or for one that is no longer there.
    package func agent(_ name: String?) -> Agent? { name.flatMap { agents[$0] } ?? agents[Self.usual] }

    /// The tools of a registry that an agent has and a principal may use, sorted by name.
    package func tools(of name: String?, in registry: ToolRegistry, for principal: Principal) -> [ToolDeclaration] {
        guard let own = agent(name)?.tools else { return registry.declarations(for: principal) }
        return registry.declarations(for: principal, named: own)
    }

    /// What an agent is told before the conversation.
    package func system(_ agent: Agent, for request: ModelRequest) -> String {
        let settings = request.settings
        return agent.template.filled { name in
            switch name {
            case "currency": settings.currency
            case "fiscal_year_start": Self.months[(settings.fiscalYearStart - 1) % 12]
            case "locale": settings.locale
            case "today": settings.today.description
            default: nil
            }
        }
    }

    /// What a tool is for, with the guidance on it.
    package func purpose(of tool: ToolDeclaration) -> String {
        guard let guidance = guidance[tool.name] else { return tool.purpose }
        return tool.purpose + "\n" + guidance.filled { _ in nil }
    }

    /// The files that a request was made with, and what was in them.
    package func versions(_ agent: Agent?, tools: [ToolDeclaration]) -> [PromptVersion] {
        let system = agent.map { [PromptVersion(name: "system/\($0.name)", hash: $0.template.hash)] } ?? []
        return system
            + tools.compactMap { tool in
                guidance[tool.name].map { PromptVersion(name: "tools/\(tool.name)", hash: $0.hash) }
            }
    }
}
