package import AgentRuntime

/// `scenario_create`: a scenario of the tenant with its assumptions, kept as a draft.
package struct ScenarioCreateTool: Tool {
    static let name = "scenario_create"

    private let desk: ScenarioDesk

    package init(_ desk: ScenarioDesk) { self.desk = desk }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ScenarioCreateTool.name,
            purpose: """
                Makes a scenario over a horizon of months from assumptions: percentage changes, absolute amounts a month, \
                headcount at a yearly cost, or a shift in time, of accounts, departments, vendors or measures. It is kept \
                as a draft and answered with its monthly projection, what it changes against its base, and how sensitive \
                it is to each assumption.
                """,
            parameters: ScenarioSchemas.creation,
            permission: .scenariosCreate,
            effect: .write
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        do {
            let user = context.principal.user.rawValue
            let made = try await desk.create(
                arguments,
                owner: (user, user),
                effectID: context.effectID,
                settings: context.settings,
                now: context.now
            )
            let citation = Citation(source: "scenario", id: made.scenario.id, text: made.scenario.name)
            return ToolResult(content: .object(made.json), citations: [citation])
        } catch let failure as FigureFailure {
            return failure.result
        }
    }
}

/// `scenario_compare`: scenarios side by side.
package struct ScenarioCompareTool: Tool {
    static let name = "scenario_compare"

    private let desk: ScenarioDesk

    package init(_ desk: ScenarioDesk) { self.desk = desk }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ScenarioCompareTool.name,
            purpose: """
                Lists scenarios side by side with their revenue, costs, EBITDA and headcount over their horizons and by \
                month; all of the tenant's where none is named.
                """,
            parameters: FigureSchema.object([
                "scenario_ids": [
                    "type": "array", "maxItems": .integer(ScenarioDesk.comparedMax),
                    "description": "Identifiers or names.",
                    "items": ["type": "string", "maxLength": 64],
                ],
                "metrics": ["type": "array", "maxItems": 8, "items": ["type": "string", "maxLength": 40]],
            ]),
            permission: .scenariosRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await desk.ledger.answer(context) { ledger, connection in
            // Nothing to list is an answer, not a mistake of whoever asked.
            if arguments["scenario_ids"]?.array?.isEmpty ?? true, try ScenarioStore(connection).count() == 0 {
                return ToolResult(content: ["scenarios": []])
            }
            let found = try ScenarioDesk.compare(arguments, ledger, ScenarioStore(connection), context.settings)
            let citations = found.scenarios.map { Citation(source: "scenario", id: $0.id, text: $0.name) }
            return ToolResult(content: .object(found.content), citations: citations)
        }
    }
}

/// `scenario_simulate`: how likely the figures of a horizon are.
package struct ScenarioSimulateTool: Tool {
    static let name = "scenario_simulate"

    private let desk: ScenarioDesk

    package init(_ desk: ScenarioDesk) { self.desk = desk }

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: ScenarioSimulateTool.name,
            purpose: """
                Draws the months of a scenario or of a period to come many times over (Monte Carlo) and gives mean, \
                median, spread and percentiles of revenue, costs and EBITDA, and the probability of meeting a target. \
                Variables are normal, lognormal, uniform, triangular or beta, with a correlation matrix if wanted; growth \
                multiplies revenue, inflation multiplies cogs and opex. Without variables the errors of the forecast on \
                past months are what is uncertain.
                """,
            parameters: FigureSchema.object(
                ScenarioSchemas.simulation.merging([
                    "scenario_id": ["type": "string", "maxLength": 64], "period": FigureSchema.period,
                ])
            ),
            permission: .scenariosRead
        )
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await desk.ledger.answer(context) { ledger, connection in
            let simulation = try ScenarioSimulation(
                arguments,
                ledger: ledger,
                store: ScenarioStore(connection),
                settings: context.settings
            )
            return ToolResult(content: .object(try simulation.content()), citations: try simulation.citations())
        }
    }
}

/// The arguments of the scenario tools, which pages send as well.
package enum ScenarioSchemas {
    package static let creation: JSONValue = FigureSchema.object(
        [
            "name": ["type": "string", "minLength": 1, "maxLength": .integer(Scenario.nameMax)],
            "description": ["type": "string", "maxLength": .integer(Scenario.textMax)],
            "type": ["type": "string", "enum": .array(Scenario.Kind.allCases.map { .string($0.rawValue) })],
            "base_scenario_id": ["type": ["string", "null"], "maxLength": 64],
            "basis": ["type": "string", "enum": .array(ScenarioBase.Basis.allCases.map { .string($0.rawValue) })],
            "time_horizon": [
                "type": "object",
                "properties": [
                    "start_date": ["type": "string", "format": "date"],
                    "end_date": ["type": "string", "format": "date"],
                    "granularity": ["type": "string", "enum": ["monthly"]],
                ],
                "required": ["start_date", "end_date"],
                "additionalProperties": false,
            ],
            "assumptions": Assumption.schema,
        ],
        required: ["name"]
    )

    package static let simulation: JSONObject = [
        "iterations": ["type": "number", "description": "10,000 unless said, at most 1,000,000."],
        "seed": ["type": "number", "description": "The same seed gives the same result."],
        "variables": [
            "type": "array", "maxItems": .integer(MonteCarlo.variablesMax),
            "items": [
                "type": "object",
                "properties": [
                    "name": ["type": "string", "minLength": 1, "maxLength": 200],
                    "applies_to": ["type": ["string", "array"]], "distribution": ["type": "string", "maxLength": 20],
                    "mean": ["type": "number"], "std_dev": ["type": "number"], "mu": ["type": "number"],
                    "sigma": ["type": "number"], "min": ["type": "number"], "mode": ["type": "number"],
                    "max": ["type": "number"], "alpha": ["type": "number"], "beta": ["type": "number"],
                ],
                "required": ["name", "distribution"],
                "additionalProperties": false,
            ],
        ],
        "correlation": [
            "type": "array", "maxItems": .integer(MonteCarlo.variablesMax),
            "items": ["type": "array", "items": ["type": "number"]],
        ],
        "target": [
            "type": "object",
            "properties": [
                "metric": ["type": "string", "maxLength": 40], "value": ["type": "number"],
                "direction": ["type": "string", "enum": ["at_least", "at_most"]],
            ],
            "required": ["value"],
            "additionalProperties": false,
        ],
    ]
}
