package import AgentRuntime

/// The scenarios of the demonstration: assumptions only, as every figure of them is worked out from the ledger.
package enum DemoScenarios {
    package static func finance(today: CalendarDate, now: Timestamp) -> [Scenario] {
        let start = today.isEndOfMonth ? today.adding(days: 1) : today.startOfMonth
        let end = start.adding(months: 11).endOfMonth
        func scenario(
            _ number: Int,
            _ name: String,
            _ details: String,
            _ kind: Scenario.Kind,
            _ status: Scenario.Status,
            basis: String = "forecast",
            base: String? = nil,
            _ assumptions: JSONValue
        ) -> Scenario {
            Scenario(
                id: "scen_00\(number)",
                name: name,
                details: details,
                kind: kind,
                status: status,
                ownerID: "demonstration",
                ownerName: "Demonstration",
                createdAt: now,
                updatedAt: now,
                baseID: base,
                start: start,
                end: end,
                basis: basis,
                assumptions: assumptions
            )
        }
        return [
            scenario(1, "Base Forecast", "What the months booked so far lead to.", .forecast, .active, []),
            scenario(
                2,
                "Growth Scenario",
                "Sales grow and operating costs rise with them.",
                .strategic,
                .inReview,
                base: "scen_001",
                [
                    [
                        "id": "asm_001", "category": "Revenue", "name": "Additional Growth", "type": "percentage",
                        "value": 12, "applies_to": ["revenue"],
                    ],
                    [
                        "id": "asm_002", "category": "Costs", "name": "Costs of Growth", "type": "percentage",
                        "value": 5,
                        "applies_to": ["costs"],
                    ],
                ]
            ),
            scenario(
                3,
                "Cost Reduction Initiative",
                "Operating expenses fall by a tenth from the second quarter of the horizon on.",
                .whatIf,
                .draft,
                base: "scen_001",
                [
                    [
                        "id": "asm_001", "category": "Costs", "name": "Operating Cost Reduction", "type": "percentage",
                        "value": -10, "applies_to": ["opex"],
                        "timing": .string(String(start.adding(months: 3).description.prefix(7))),
                    ]
                ]
            ),
            scenario(
                4,
                "Headcount Expansion",
                "Engineers are hired in the second month of the horizon.",
                .whatIf,
                .inReview,
                base: "scen_001",
                [
                    [
                        "id": "asm_001", "category": "Headcount", "name": "Engineering Hires", "type": "headcount",
                        "value": 25, "unit": "headcount", "cost_per_head": 150_000,
                        "timing": .string(String(start.adding(months: 1).description.prefix(7))),
                    ]
                ]
            ),
        ]
    }
}
