package import AgentRuntime

/// `initiative_analysis`: whether an undertaking is worth what is put into it.
package struct InitiativeAnalysisTool: Tool {
    static let name = "initiative_analysis"

    package init() {}

    package var declaration: ToolDeclaration {
        ToolDeclaration(
            name: InitiativeAnalysisTool.name,
            purpose: """
                Analyses an initiative: from its investment and what is expected of it by month it gives the return on \
                investment, payback, net present value, internal rate of return and how much of the expectation is \
                needed to break even. Nothing is forecast: what is expected is taken as it is given.
                """,
            parameters: FigureSchema.object(
                [
                    "name": FigureSchema.text("What the initiative is called."),
                    "investment": ["type": "number", "description": "What is put in at the start."],
                    "expected_outcome": [
                        "type": "object",
                        "description": """
                        Amounts over the whole timeline by name; revenue, savings and the like come in, names of costs \
                        go out.
                        """,
                        "additionalProperties": ["type": ["number", "null"]],
                    ],
                    "timeline": [
                        "description": "How long the outcome takes: \"6 months\", \"2 years\", or a number of months.",
                        "anyOf": [["type": "string", "maxLength": 40], ["type": "number"]],
                    ],
                    "cash_flows": [
                        "type": "array", "maxItems": .integer(InitiativeAnalysis.monthsMax),
                        "description": "The net flow of each month instead of an outcome spread evenly.",
                        "items": ["type": "number"],
                    ],
                    "discount_rate": [
                        "type": "number", "description": "A year's rate as a share: 0.1 unless said.",
                    ],
                    "margin": [
                        "type": "number", "description": "The share of revenue that is kept; all of it unless said.",
                    ],
                ],
                required: ["investment"]
            ),
            permission: .metricsRead,
            results: .ownFigures
        )
    }

    /// All that is wrong with arguments that somebody other than a model has written.
    package static func faults(in arguments: JSONObject) -> [AgentError.Detail] {
        InitiativeAnalysis.faults(in: arguments)
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        do throws(FigureFailure) {
            return try InitiativeAnalysis(arguments, settings: context.settings).result()
        } catch {
            return error.result
        }
    }
}
