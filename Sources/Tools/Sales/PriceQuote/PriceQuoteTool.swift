package import AgentRuntime

/// `price_quote`: what parts cost to make, and what to ask for them.
package struct PriceQuoteTool: Tool {
    static let name = "price_quote"
    static let linesMax = 100

    private let ledger: LedgerStore

    package init(ledger: LedgerStore) { self.ledger = ledger }

    package var declaration: ToolDeclaration {
        func amount(_ description: String) -> JSONValue {
            ["type": "number", "minimum": 0, "maximum": 1_000_000_000, "description": .string(description)]
        }
        return ToolDeclaration(
            name: PriceQuoteTool.name,
            purpose: """
                Prices a quotation for machined parts from the tenant's own rates: material, machining hours, labour, \
                overhead and margin, with a breakdown of each line. What is not given (weight, hours) is taken from usual \
                values and named as assumed.
                """,
            parameters: FigureSchema.object(
                [
                    "lines": [
                        "type": "array", "minItems": 1, "maxItems": .integer(PriceQuoteTool.linesMax),
                        "items": FigureSchema.object(
                            [
                                "product": FigureSchema.text("What is made."),
                                "material": FigureSchema.text("A material or its price rate, such as aluminium."),
                                "quantity": [
                                    "type": "integer", "minimum": 1, "maximum": 10_000_000,
                                    "description": "Pieces.",
                                ],
                                "complexity": FigureSchema.text(
                                    "A complexity factor of the rates; medium unless said."
                                ),
                                "machine": FigureSchema.text("A machine of the rates."),
                                "weight": amount("Material of one piece, in the unit of its price."),
                                "material_cost": amount("Material of the whole line in money, instead of weight."),
                                "machining_hours": amount("Machining hours of the whole line."),
                                "labour_hours": amount("Labour hours of the whole line."),
                            ],
                            required: ["quantity"]
                        ),
                    ],
                    "margin_percent": [
                        "type": "number", "minimum": 0, "maximum": 99,
                        "description": "Share of the price that is margin: 30 unless said.",
                    ],
                ],
                required: ["lines"]
            ),
            permission: .quotationsRead
        )
    }

    /// The names in the lines that the tenant's rates do not know.
    package static func faults(
        in lines: [JSONValue],
        ledger: LedgerStore,
        settings: TenantSettings
    ) async throws -> [AgentError.Detail] {
        do {
            return try await ledger.read(settings.tenant) { _, connection in
                try PriceQuote(connection, settings).faults(in: lines).details
            }
        } catch is FigureFailure {
            return []  // without rates the pricing itself says what is missing
        } catch let error as AgentError where error.code == .notFound {
            return []
        }
    }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        try await ledger.answer(context) { _, connection in
            try PriceQuote(connection, context.settings).result(arguments)
        }
    }
}
