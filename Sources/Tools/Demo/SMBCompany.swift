package import AgentRuntime

/// `ten_smb`: a shop that sells through two channels, post by post.
///
/// Its revenue is booked sale by sale, so that the rows of a month are the data points of its channels. November and
/// December 2023 are set: 21,940 and 24,580, the latter of 156 sales through the shop and 89 through payment links.
package enum SMBCompany {
    package static let tenant = TenantID("ten_smb")

    package static func make() -> SeededCompany {
        SeededCompany(
            tenant: tenant,
            settings: TenantOverrides(asOf: today, currency: "USD", locale: "en-US", fiscalYearStart: 1)
        ) {
            var generator = CompanyGenerator(
                accounts: costs,
                firstMonth: firstMonth,
                monthCount: 36,
                budgetMonthCount: 47,
                today: today,
                random: SeededGenerator(seed: 0x5B0)
            )
            var random = SeededGenerator(seed: 0x5B1)
            let ledger = generator.ledger() + sales(&random)
            return CompanyContent(
                ledger: ledger.sorted { $0.date < $1.date },
                budget: generator.budget() + salesBudget(),
                deals: deals(),
                operations: operations()
            )
        }
    }

    private static let today = DemoPlan.day(2024, 1, 15)
    private static let firstMonth = DemoPlan.day(2021, 2, 1)
    private static let season = [0.86, 0.88, 0.94, 0.97, 1.0, 0.98, 0.95, 0.96, 1.0, 1.04, 1.12, 1.26]
    private static let plan = DemoPlan.growing(to: 20_400, by: 0.012, firstMonth: 2, season: season)
    private static let products = ["Candles", "Ceramics", "Gift Boxes", "Prints"]

    // MARK: Revenue

    /// What a month sold, and through how many sales.
    private static func month(_ index: Int, _ random: inout SeededGenerator) -> (cents: Int64, shop: Int, links: Int) {
        let swing = random.swing()
        switch index {
        case 33: return (2_194_000, 141, 80)
        case 34: return (2_458_000, 156, 89)
        default:
            // January 2024 is half over.
            let share = index == 35 ? Double(today.day) / 31 : 1
            let amount = Double(plan(index)) * (1 + 0.04 * swing) * share
            return (Int64(amount * 100), Int(amount / 158), Int(amount / 276))
        }
    }

    private static func sales(_ random: inout SeededGenerator) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        for index in 0..<36 {
            let start = firstMonth.adding(months: index)
            let (cents, shop, links) = month(index, &random)
            let weights = (0..<(shop + links)).map { _ in 1 + 0.8 * random.swing() }
            let lastDay = index == 35 ? today.day : CalendarDate.days(inMonth: start.month, of: start.year)
            for (place, amount) in Apportionment.parts(of: cents, by: weights).enumerated() {
                entries.append(
                    LedgerEntry(
                        date: start.adding(days: random.number(in: 1...lastDay) - 1),
                        accountCode: "4000",
                        accountName: "Shop Sales",
                        section: .revenue,
                        units: amount * 100,
                        dimensions: [
                            .product: random.element(of: products),
                            .region: random.element(of: ["Domestic", "Domestic", "Abroad"]),
                            .source: place < shop ? "shopify" : "stripe",
                        ]
                    )
                )
            }
        }
        return entries
    }

    private static func salesBudget() -> [BudgetEntry] {
        (0..<47).map { index in
            BudgetEntry(
                month: firstMonth.adding(months: index),
                accountCode: "4000",
                accountName: "Shop Sales",
                section: .revenue,
                units: plan(index) * 10_000
            )
        }
    }

    // MARK: Costs

    private static func account(
        _ code: String,
        _ name: String,
        _ section: LedgerSection,
        _ level: Int64,
        vendor: String,
        department: String,
        swing: Double = 0.03
    ) -> PlannedAccount {
        var dimensions: [LedgerDimension: String] = [.department: department, .source: "quickbooks"]
        if !vendor.isEmpty { dimensions[.vendor] = vendor }
        return PlannedAccount(
            code: code,
            name: name,
            section: section,
            plan: DemoPlan.growing(
                to: level,
                by: section == .cogs ? 0.012 : 0.006,
                firstMonth: 2,
                season: section == .cogs ? season : []
            ),
            swing: swing,
            postings: [.init(weight: 0.6, dimensions: dimensions), .init(weight: 0.4, dimensions: dimensions)]
        )
    }

    private static let costs = [
        account("5000", "Inventory Purchases", .cogs, 7_300, vendor: "Willow Wholesale", department: "Shop"),
        account("5100", "Payment Fees", .cogs, 610, vendor: "Stripe", department: "Shop", swing: 0.02),
        account("5200", "Packaging", .cogs, 480, vendor: "Boxwell", department: "Shop"),
        account("6000", "Wages", .opex, 4_600, vendor: "", department: "Shop", swing: 0.01),
        account("6100", "Advertising", .opex, 1_450, vendor: "Meta Ads", department: "Marketing", swing: 0.06),
        account("6200", "Shop Rent", .opex, 1_500, vendor: "Quayside Estates", department: "Shop", swing: 0),
        account("6300", "Software Subscriptions", .opex, 320, vendor: "Shopify", department: "Office", swing: 0.02),
        account("6400", "Shipping", .opex, 1_150, vendor: "Parcelway", department: "Shop", swing: 0.05),
        account("7100", "Depreciation", .other, 180, vendor: "", department: "Office", swing: 0),
        account("7200", "Loan Interest", .other, 95, vendor: "Harbor Bank", department: "Office", swing: 0.01),
    ]

    // MARK: Trade

    private static let names = DemoNames.companies(48, seed: 0x5B2)

    private static func deals() -> [Deal] {
        var generator = DemoDeals(
            today: today,
            accounts: names,
            owners: [("Olive Grant", "Domestic"), ("Theo Marsh", "Abroad")],
            host: "smb.demo",
            subjects: ["Wholesale Order", "Corporate Gifts", "Hotel Supply"],
            prefix: "lead",
            amount: 1_800,
            openCount: 24,
            closedCount: 96,
            random: SeededGenerator(seed: 0x5B3)
        )
        return generator.make()
    }

    private static func operations() -> OperationsContent {
        var trade = TradeGenerator(
            today: today,
            orderAmount: 190,
            leadDays: 6,
            historyDays: 540,
            random: SeededGenerator(seed: 0x5B4)
        )
        let buyers = trade.buyers(names, regions: ["Domestic", "Domestic", "Abroad"], prefix: "SHP")
        let orders = TradeGenerator.numbered(trade.orders(of: buyers), prefix: "SO")
        let items = [
            ("CAN-01", "Lavender candle", 5, 48, "Willow Wholesale"),
            ("CAN-02", "Cedar candle", 5, 39, "Willow Wholesale"),
            ("CER-01", "Stoneware mug", 7, 31, "Kiln and Co"), ("CER-02", "Serving bowl", 12, 12, "Kiln and Co"),
            ("GFT-01", "Gift box small", 3, 66, "Boxwell"), ("GFT-02", "Gift box large", 5, 27, "Boxwell"),
            ("PRT-01", "Botanical print", 4, 22, "Willow Wholesale"),
        ].map { code, name, cost, use, supplier in
            StockGenerator.Item(
                code: code,
                name: name,
                unit: "pcs",
                cost: Int64(cost) * 10_000,
                weeklyUse: use,
                supplier: supplier
            )
        }
        var stock = StockGenerator(today: today, weeks: 156, random: SeededGenerator(seed: 0x5B5))
        return OperationsContent(
            customers: buyers.map(\.customer),
            orders: orders,
            invoices: trade.invoices(for: orders),
            materials: stock.materials(items),
            usage: stock.usage(of: items),
            deliveries: stock.deliveries(of: items, months: 18, prefix: "PO"),
            relationships: relationships
        )
    }

    /// What the owner holds to be so, as if imported: each step takes a week.
    private static let relationships = [
        ("marketing_spend", "website_traffic", 8_500), ("website_traffic", "conversions", 8_000),
        ("conversions", "revenue", 9_000),
    ].map { source, target, weight in
        Relationship(source: source, target: target, weight: Int64(weight), lagDays: 7)
    }
}
