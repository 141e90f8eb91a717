package import AgentRuntime

/// `ten_cnc`: a machine shop that makes parts to order.
///
/// One order is set: ORD-2024-001, in production, expected on February 10, 2024. Conversations that are bound to nobody
/// belong to its customer.
package enum CNCCompany {
    package static let tenant = TenantID("ten_cnc")

    package static func make() -> SeededCompany {
        SeededCompany(
            tenant: tenant,
            settings: TenantOverrides(asOf: today, currency: "USD", locale: "en-US", fiscalYearStart: 1)
        ) {
            var generator = CompanyGenerator(
                accounts: revenue + costs,
                firstMonth: DemoPlan.day(2021, 2, 1),
                monthCount: 36,
                budgetMonthCount: 47,
                today: today,
                random: SeededGenerator(seed: 0xC7C)
            )
            return CompanyContent(
                ledger: generator.ledger(),
                budget: generator.budget(),
                deals: deals(),
                operations: operations()
            )
        }
    }

    private static let today = DemoPlan.day(2024, 1, 15)
    private static let season = [0.96, 0.98, 1.04, 1.02, 1.03, 1.0, 0.94, 0.86, 1.03, 1.06, 1.05, 0.95]

    // MARK: Ledger

    private static func account(
        _ code: String,
        _ name: String,
        _ section: LedgerSection,
        _ level: Int64,
        swing: Double = 0.025,
        _ parts: [(dimensions: [LedgerDimension: String], weight: Double)]
    ) -> PlannedAccount {
        PlannedAccount(
            code: code,
            name: name,
            section: section,
            plan: DemoPlan.growing(
                to: level,
                by: section == .revenue || section == .cogs ? 0.008 : 0.005,
                firstMonth: 2,
                season: section == .revenue || section == .cogs ? season : []
            ),
            swing: swing,
            postings: parts.map { .init(weight: $0.weight, dimensions: $0.dimensions) }
        )
    }

    private static let regions = [("Midwest", 0.55), ("Northeast", 0.25), ("Export", 0.2)]

    private static func sales(_ product: String) -> [(dimensions: [LedgerDimension: String], weight: Double)] {
        regions.map { region, weight in
            ([.region: region, .product: product, .lob: "Contract Manufacturing", .source: "ERP"], weight)
        }
    }

    private static let revenue = [
        account("4000", "Milled Parts", .revenue, 148_000, sales("Milling")),
        account("4010", "Turned Parts", .revenue, 86_000, sales("Turning")),
        account("4020", "Prototypes", .revenue, 31_000, swing: 0.05, sales("Prototyping")),
    ]

    private static let costs = [
        account(
            "5000",
            "Raw Material",
            .cogs,
            71_000,
            [
                ([.department: "Production", .vendor: "Northern Alloys", .source: "ERP"], 0.55),
                ([.department: "Production", .vendor: "Steelyard Supply", .source: "ERP"], 0.45),
            ]
        ),
        account(
            "5100",
            "Tooling",
            .cogs,
            14_500,
            swing: 0.05,
            [
                ([.department: "Production", .vendor: "Kerf Tools", .source: "ERP"], 1)
            ]
        ),
        account(
            "5200",
            "Machine Labour",
            .cogs,
            46_000,
            swing: 0.015,
            [([.department: "Production", .source: "Payroll"], 1)]
        ),
        account(
            "6000",
            "Salaries",
            .opex,
            38_000,
            swing: 0.01,
            [
                ([.department: "Sales", .source: "Payroll"], 0.4),
                ([.department: "Administration", .source: "Payroll"], 0.6),
            ]
        ),
        account(
            "6100",
            "Machine Maintenance",
            .opex,
            9_200,
            swing: 0.06,
            [
                ([.department: "Production", .vendor: "Axis Service", .source: "ERP"], 1)
            ]
        ),
        account(
            "6200",
            "Energy",
            .opex,
            7_800,
            swing: 0.05,
            [
                ([.department: "Production", .vendor: "Gridwell", .source: "ERP"], 1)
            ]
        ),
        account(
            "6300",
            "Hall Rent",
            .opex,
            11_000,
            swing: 0,
            [
                ([.department: "Administration", .vendor: "Quayside Estates", .source: "ERP"], 1)
            ]
        ),
        account(
            "6400",
            "Software",
            .opex,
            2_600,
            swing: 0.02,
            [
                ([.department: "Administration", .vendor: "CamWorks", .source: "ERP"], 1)
            ]
        ),
        account("7100", "Depreciation", .other, 12_500, swing: 0, [([.department: "Production", .source: "ERP"], 1)]),
        account(
            "7200",
            "Interest Expense",
            .other,
            2_100,
            swing: 0.01,
            [
                ([.department: "Administration", .vendor: "Harbor Bank", .source: "ERP"], 1)
            ]
        ),
    ]

    // MARK: Trade

    /// The customer of ORD-2024-001 comes first.
    private static let names = ["XYZ Manufacturing"] + DemoNames.companies(39, seed: 0xC7C_0001)

    private static func deals() -> [Deal] {
        var generator = DemoDeals(
            today: today,
            accounts: names,
            owners: [("Greta Voss", "Midwest"), ("Paul Adeyemi", "Northeast"), ("Lena Krause", "Export")],
            host: "cnc.demo",
            subjects: ["Q1 Order", "Bracket Series", "Housing Prototype", "Shaft Contract", "Annual Call-off"],
            prefix: "opp",
            amount: 16_000,
            openCount: 40,
            closedCount: 210,
            random: SeededGenerator(seed: 0xC7C_DEA1)
        )
        return generator.make()
    }

    private static func operations() -> OperationsContent {
        var trade = TradeGenerator(
            today: today,
            orderAmount: 2_600,
            leadDays: 24,
            historyDays: 730,
            random: SeededGenerator(seed: 0xC7C_0002)
        )
        let buyers = trade.buyers(names, regions: ["Midwest", "Northeast", "Export"], prefix: "CNC")
        let mine = names[0]
        let drawn = trade.orders(of: buyers).filter { order in
            // What the first customer has ordered before is done, so that one order of it is open.
            order.customer != mine || order.status == "delivered"
        }
        let first = Order(
            id: "",
            number: "",
            customer: mine,
            customerEmail: buyers[0].customer.email,
            status: "in_production",
            orderDate: DemoPlan.day(2024, 1, 2),
            requiredDate: DemoPlan.day(2024, 2, 12),
            expectedDate: DemoPlan.day(2024, 2, 10),
            total: 12_500 * 10_000
        )
        let start = DemoPlan.day(2024, 1, 1)
        let before = drawn.filter { order in (order.orderDate ?? start) < start }
        let after = drawn.filter { order in (order.orderDate ?? start) >= start }
        let orders = TradeGenerator.numbered(before + [first] + after, prefix: "ORD")
        var stock = StockGenerator(today: today, weeks: 156, random: SeededGenerator(seed: 0xC7C_0003))
        return OperationsContent(
            customers: buyers.map(\.customer),
            orders: orders,
            invoices: trade.invoices(for: orders),
            materials: stock.materials(items),
            usage: stock.usage(of: items),
            deliveries: stock.deliveries(of: items, months: 30, prefix: "PO"),
            rates: rates,
            customerOfOthers: buyers[0].customer.id
        )
    }

    /// Code, name, price of a kilogram in cents, weekly use in kilograms, supplier.
    private static let stockList: [(String, String, Int64, Int, String)] = [
        ("MAT-001", "Aluminium 6061 bar", 620, 105, "Northern Alloys"),
        ("MAT-002", "Aluminium 6061 plate", 680, 88, "Northern Alloys"),
        ("MAT-003", "Aluminium 7075 bar", 940, 61, "Northern Alloys"),
        ("MAT-004", "Aluminium 7075 plate", 1_010, 44, "Northern Alloys"),
        ("MAT-005", "Aluminium 2024 sheet", 890, 27, "Northern Alloys"),
        ("MAT-006", "Steel 1018 bar", 230, 140, "Steelyard Supply"),
        ("MAT-007", "Steel 4140 bar", 340, 96, "Steelyard Supply"),
        ("MAT-008", "Steel 4340 bar", 410, 38, "Steelyard Supply"),
        ("MAT-009", "Stainless 303 bar", 560, 57, "Steelyard Supply"),
        ("MAT-010", "Stainless 304 plate", 610, 72, "Steelyard Supply"),
        ("MAT-011", "Stainless 316 bar", 780, 49, "Steelyard Supply"),
        ("MAT-012", "Stainless 17-4 bar", 930, 21, "Steelyard Supply"),
        ("MAT-013", "Tool steel D2", 860, 16, "Steelyard Supply"),
        ("MAT-014", "Tool steel O1", 720, 13, "Steelyard Supply"),
        ("MAT-015", "Brass 360 bar", 910, 34, "Copperline"), ("MAT-016", "Brass 260 sheet", 970, 12, "Copperline"),
        ("MAT-017", "Copper 110 bar", 1_240, 18, "Copperline"), ("MAT-018", "Bronze 932 bar", 1_380, 9, "Copperline"),
        ("MAT-019", "Titanium grade 2", 4_100, 8, "Aeromet"), ("MAT-020", "Titanium grade 5", 5_200, 11, "Aeromet"),
        ("MAT-021", "Inconel 625", 6_900, 4, "Aeromet"), ("MAT-022", "Inconel 718", 7_400, 5, "Aeromet"),
        ("MAT-023", "Delrin rod", 820, 15, "Polyform"), ("MAT-024", "PEEK rod", 9_800, 3, "Polyform"),
        ("MAT-025", "Nylon plate", 690, 10, "Polyform"), ("MAT-026", "UHMW sheet", 540, 9, "Polyform"),
        ("MAT-027", "Polycarbonate sheet", 760, 8, "Polyform"), ("MAT-028", "Magnesium AZ31", 2_300, 6, "Aeromet"),
        ("MAT-029", "Cast iron bar", 260, 32, "Steelyard Supply"), ("MAT-030", "Invar 36", 8_100, 2, "Aeromet"),
    ]

    private static let items = stockList.map { code, name, cents, use, supplier in
        StockGenerator.Item(code: code, name: name, unit: "kg", cost: cents * 100, weeklyUse: use, supplier: supplier)
    }

    private static func rate(_ kind: Rate.Kind, _ name: String, _ value: Int64, _ unit: String) -> Rate {
        Rate(kind: kind, name: name, value: value * 10_000, unit: unit)
    }

    /// Values in hundredths.
    private static let rates = [
        rate(.machineHour, "3-axis mill", 7_500, "USD/h"), rate(.machineHour, "5-axis mill", 12_500, "USD/h"),
        rate(.machineHour, "Lathe", 6_500, "USD/h"), rate(.labourHour, "Machinist", 4_200, "USD/h"),
        rate(.labourHour, "Setup", 4_800, "USD/h"), rate(.overhead, "Shop overhead", 1_800, "%"),
        rate(.materialPrice, "Aluminum", 650, "USD/kg"), rate(.materialPrice, "Steel", 330, "USD/kg"),
        rate(.materialPrice, "Stainless steel", 690, "USD/kg"), rate(.materialPrice, "Brass", 920, "USD/kg"),
        rate(.materialPrice, "Copper", 1_240, "USD/kg"), rate(.materialPrice, "Titanium", 4_700, "USD/kg"),
        rate(.materialPrice, "Plastic", 780, "USD/kg"), rate(.complexityFactor, "Low", 80, "factor"),
        rate(.complexityFactor, "Medium", 100, "factor"), rate(.complexityFactor, "High", 160, "factor"),
        rate(.complexityFactor, "Very high", 240, "factor"),
    ]
}
