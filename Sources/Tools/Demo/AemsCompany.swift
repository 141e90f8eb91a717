package import AgentRuntime

/// `ten_aems`: a distributor in three regions whose second quarter of 2025 was its best so far.
///
/// Sales of the first half of 2025 are set month by month and region by region; everything else is drawn around plans.
package enum AemsCompany {
    package static let tenant = TenantID("ten_aems")

    package static func make() -> SeededCompany {
        SeededCompany(
            tenant: tenant,
            settings: TenantOverrides(asOf: today, currency: "USD", locale: "en-US", fiscalYearStart: 1)
        ) {
            var generator = CompanyGenerator(
                accounts: revenue + costs,
                firstMonth: DemoPlan.day(2022, 10, 1),
                monthCount: 36,
                budgetMonthCount: 39,
                today: today,
                random: SeededGenerator(seed: 0xAE35)
            )
            return CompanyContent(
                ledger: generator.ledger(),
                budget: generator.budget(),
                deals: deals(),
                operations: operations()
            )
        }
    }

    private static let today = DemoPlan.day(2025, 9, 16)
    private static let season = [0.93, 0.92, 1.0, 0.99, 1.01, 1.03, 0.98, 0.95, 1.02, 1.03, 1.05, 1.09]

    private static func month(_ year: Int, _ month: Int) -> Int { year * 12 + month - 1 }

    private static func plan(
        _ level: Int64,
        _ growth: Double = 0.009,
        season: [Double] = []
    ) -> @Sendable (Int) -> Int64 {
        DemoPlan.growing(to: level, by: growth, firstMonth: 10, season: season)
    }

    /// One region's sales: January to June 2025 are set.
    private static func sales(_ region: String, _ level: Int64, _ halfYear: [Int64]) -> PlannedAccount {
        var fixed: [Int: Int64] = [:]
        for (index, amount) in halfYear.enumerated() { fixed[month(2025, index + 1)] = amount }
        let products = [("Safety Equipment", 0.45), ("Hand Tools", 0.33), ("Fasteners", 0.22)]
        return PlannedAccount(
            code: "4000",
            name: "Product Sales",
            section: .revenue,
            plan: plan(level, 0.011, season: season),
            swing: 0.03,
            postings: products.flatMap { product in
                [("Wholesale", 0.7), ("Retail", 0.3)].map { line in
                    .init(
                        weight: product.1 * line.1,
                        dimensions: [
                            .region: region, .product: product.0, .lob: line.0, .department: "Sales", .source: "CRM",
                        ]
                    )
                }
            },
            fixed: fixed
        )
    }

    private static let revenue = [
        sales("North", 66_000, [58_000, 60_000, 62_000, 65_000, 66_000, 69_000]),
        sales("South", 50_500, [43_000, 44_000, 46_000, 49_000, 50_000, 51_000]),
        sales("West", 33_500, [29_000, 30_000, 30_000, 32_000, 33_000, 35_000]),
    ]

    private static func account(
        _ code: String,
        _ name: String,
        _ section: LedgerSection,
        _ level: Int64,
        swing: Double = 0.025,
        _ parts: [(department: String, vendor: String, region: String, weight: Double)]
    ) -> PlannedAccount {
        PlannedAccount(
            code: code,
            name: name,
            section: section,
            plan: plan(level, section == .cogs ? 0.011 : 0.006, season: section == .cogs ? season : []),
            swing: swing,
            postings: parts.map { part in
                var dimensions: [LedgerDimension: String] = [
                    .department: part.department, .region: part.region, .source: "ERP",
                ]
                if !part.vendor.isEmpty { dimensions[.vendor] = part.vendor }
                return .init(weight: part.weight, dimensions: dimensions)
            }
        )
    }

    private static let costs = [
        account(
            "5000",
            "Purchased Goods",
            .cogs,
            71_000,
            [
                ("Purchasing", "Halden Supply", "North", 0.44), ("Purchasing", "Corvid Tools", "South", 0.33),
                ("Purchasing", "Ostrava Metalworks", "West", 0.23),
            ]
        ),
        account(
            "5100",
            "Freight",
            .cogs,
            8_200,
            swing: 0.04,
            [
                ("Logistics", "Redline Freight", "North", 0.5), ("Logistics", "Redline Freight", "South", 0.3),
                ("Logistics", "Pacific Haul", "West", 0.2),
            ]
        ),
        account(
            "6000",
            "Salaries",
            .opex,
            31_000,
            swing: 0.01,
            [
                ("Sales", "", "North", 0.4), ("Logistics", "", "South", 0.25), ("Administration", "", "North", 0.35),
            ]
        ),
        account("6100", "Rent", .opex, 5_600, swing: 0, [("Administration", "Quayside Estates", "North", 1)]),
        account(
            "6200",
            "Marketing",
            .opex,
            4_300,
            swing: 0.05,
            [
                ("Sales", "Brightline Media", "North", 0.6), ("Sales", "Brightline Media", "West", 0.4),
            ]
        ),
        account("6300", "Software", .opex, 2_100, swing: 0.02, [("Administration", "Ledgerly", "North", 1)]),
        account(
            "6400",
            "Travel",
            .opex,
            1_900,
            swing: 0.06,
            [
                ("Sales", "Navan", "North", 0.5), ("Sales", "Navan", "South", 0.3), ("Sales", "Navan", "West", 0.2),
            ]
        ),
        account("6500", "Utilities", .opex, 1_200, swing: 0.04, [("Administration", "Gridwell", "North", 1)]),
        account("7100", "Depreciation", .other, 2_400, swing: 0, [("Administration", "", "North", 1)]),
        account("7200", "Interest Expense", .other, 700, swing: 0.02, [("Administration", "Harbor Bank", "North", 1)]),
    ]

    private static let names = DemoNames.companies(36, seed: 0xAE35_0001)

    private static func deals() -> [Deal] {
        var generator = DemoDeals(
            today: today,
            accounts: names,
            owners: [
                ("Nora Hale", "North"), ("Sam Ortiz", "South"), ("Wes Lindgren", "West"), ("Ida Brandt", "North"),
            ],
            host: "aems.demo",
            subjects: ["Framework Agreement", "Site Equipment", "Annual Supply", "Tool Refresh"],
            prefix: "opp",
            amount: 24_000,
            openCount: 48,
            closedCount: 220,
            random: SeededGenerator(seed: 0xAE35_DEA1)
        )
        return generator.make()
    }

    private static func operations() -> OperationsContent {
        var trade = TradeGenerator(
            today: today,
            orderAmount: 1_900,
            leadDays: 9,
            historyDays: 720,
            random: SeededGenerator(seed: 0xAE35_0002)
        )
        let buyers = trade.buyers(names, regions: ["North", "South", "West"], prefix: "AEM")
        let orders = TradeGenerator.numbered(trade.orders(of: buyers), prefix: "ORD")
        let items = [
            ("SE-100", "Safety helmet", "pcs", 14, 60, "Halden Supply"),
            ("SE-110", "Work gloves", "pair", 4, 210, "Halden Supply"),
            ("SE-120", "Ear protection", "pcs", 9, 75, "Halden Supply"),
            ("HT-200", "Torque wrench", "pcs", 58, 18, "Corvid Tools"),
            ("HT-210", "Screwdriver set", "set", 22, 40, "Corvid Tools"),
            ("HT-220", "Hammer", "pcs", 13, 44, "Corvid Tools"),
            ("FA-300", "Hex bolt M8", "box", 11, 130, "Ostrava Metalworks"),
            ("FA-310", "Anchor bolt", "box", 19, 85, "Ostrava Metalworks"),
        ].map { code, name, unit, cost, use, supplier in
            StockGenerator.Item(
                code: code,
                name: name,
                unit: unit,
                cost: Int64(cost) * 10_000,
                weeklyUse: use,
                supplier: supplier
            )
        }
        var stock = StockGenerator(today: today, weeks: 156, random: SeededGenerator(seed: 0xAE35_0003))
        return OperationsContent(
            customers: buyers.map(\.customer),
            orders: orders,
            invoices: trade.invoices(for: orders),
            materials: stock.materials(items),
            usage: stock.usage(of: items),
            deliveries: stock.deliveries(of: items, months: 24, prefix: "PO")
        )
    }
}
