package import AgentRuntime

/// `ten_aether`: a software company that plans by department and has overspent in January 2026.
///
/// Its plan grows steadily with mild seasons; actuals swing around it by a few per cent, except in eight
/// account-months that are fixed to stand out. In January 2026 operating expenses are planned at 3,000,000 and come to
/// 3,200,000, all of it from cloud infrastructure, contractors and software.
package enum AetherCompany {
    package static let tenant = TenantID("ten_aether")

    package static func make() -> SeededCompany {
        SeededCompany(
            tenant: tenant,
            settings: TenantOverrides(asOf: today, currency: "USD", locale: "en-US", fiscalYearStart: 1)
        ) {
            var generator = CompanyGenerator(
                accounts: revenue + costOfGoods + operating + other,
                firstMonth: CalendarDate(year: 2023, month: 2, day: 1) ?? .first,
                monthCount: monthCount,
                budgetMonthCount: monthCount + 11,
                today: today,
                random: SeededGenerator(seed: 0xAE7_4E12)
            )
            let deals = AetherDeals.make(today: today)
            return CompanyContent(
                ledger: generator.ledger(),
                budget: generator.budget(),
                deals: deals,
                operations: AetherCustomers.make(deals, today: today)
            )
        }
    }

    private static let today = CalendarDate(year: 2026, month: 1, day: 31) ?? .last
    private static let monthCount = 36

    /// The number of a month, as fixed actuals are keyed.
    private static func month(_ year: Int, _ month: Int) -> Int { year * 12 + month - 1 }

    /// A plan that reaches `level` in January 2026 (month 35), growing by a share a month.
    private static func growing(to level: Int64, by growth: Double, season: [Double] = []) -> @Sendable (Int) -> Int64 {
        { index in
            var factor = 1.0
            for _ in 0..<abs(35 - index) { factor *= index < 35 ? 1 / (1 + growth) : 1 + growth }
            // Month 0 is a February; seasons are listed from January, whose factor is 1 so that the level holds.
            if !season.isEmpty { factor *= season[(index + 1) % 12] / season[0] }
            return index == 35 ? level : Int64((Double(level) * factor / 100).rounded()) * 100
        }
    }

    // MARK: Revenue

    private static let regions = [("North America", 0.60), ("EMEA", 0.25), ("APAC", 0.15)]
    private static let lines = [("Enterprise", 0.70), ("Mid-Market", 0.20), ("SMB", 0.10)]
    private static let season = [1.0, 0.99, 1.02, 0.985, 0.99, 1.025, 0.975, 0.98, 1.015, 0.99, 1.0, 1.03]

    private static func sales(_ products: [(String, Double)]) -> [PlannedAccount.Posting] {
        regions.flatMap { region in
            lines.flatMap { line in
                products.map { product in
                    .init(
                        weight: region.1 * line.1 * product.1,
                        dimensions: [
                            .region: region.0, .lob: line.0, .product: product.0, .department: "Sales",
                            .source: "Billing",
                        ]
                    )
                }
            }
        }
    }

    private static let revenue = [
        PlannedAccount(
            code: "4000",
            name: "Product Revenue",
            section: .revenue,
            plan: growing(to: 10_000_000, by: 0.0155, season: season),
            swing: 0.02,
            postings: sales([("Core Platform", 0.83), ("Analytics Add-on", 0.17)]),
            fixed: [month(2026, 1): 10_500_000, month(2025, 12): 9_650_000]
        ),
        PlannedAccount(
            code: "4100",
            name: "Services Revenue",
            section: .revenue,
            plan: growing(to: 2_200_000, by: 0.012, season: season),
            swing: 0.02,
            postings: sales([("Services", 1)]),
            fixed: [month(2026, 1): 2_000_000, month(2025, 12): 2_150_000, month(2025, 9): 1_640_000]
        ),
    ]

    // MARK: Costs

    /// Postings by department, vendor and region, all from the ERP system.
    private static func costs(_ parts: [(String, String, String, Double)]) -> [PlannedAccount.Posting] {
        parts.map { department, vendor, region, weight in
            var dimensions: [LedgerDimension: String] = [
                .department: department, .region: region, .source: "ERP",
            ]
            if !vendor.isEmpty { dimensions[.vendor] = vendor }
            return .init(weight: weight, dimensions: dimensions)
        }
    }

    private static func account(
        _ code: String,
        _ name: String,
        _ section: LedgerSection,
        _ level: Int64,
        growth: Double = 0.009,
        swing: Double = 0.02,
        fixed: [Int: Int64] = [:],
        _ parts: [(String, String, String, Double)]
    ) -> PlannedAccount {
        // Operating expenses meet their plan in January 2026 but for the three that are said.
        let planned = section == .opex ? [month(2026, 1): level].merging(fixed) { $1 } : fixed
        return PlannedAccount(
            code: code,
            name: name,
            section: section,
            plan: growing(to: level, by: growth),
            swing: swing,
            postings: costs(parts),
            fixed: planned
        )
    }

    private static let (america, emea, apac) = ("North America", "EMEA", "APAC")

    private static let costOfGoods = [
        account(
            "5000",
            "Direct Costs",
            .cogs,
            4_000_000,
            growth: 0.0145,
            fixed: [month(2026, 1): 4_200_000],
            [
                ("Customer Success", "", america, 0.42), ("Customer Success", "", emea, 0.2),
                ("Customer Success", "", apac, 0.12), ("Engineering", "", america, 0.26),
            ]
        ),
        account(
            "5100",
            "Hosting & Infrastructure",
            .cogs,
            1_400_000,
            growth: 0.0145,
            fixed: [month(2026, 1): 1_500_000, month(2025, 3): 1_400_000],
            [
                ("Engineering", "AWS", america, 0.5), ("Engineering", "Google Cloud", emea, 0.3),
                ("Engineering", "Cloudflare", apac, 0.2),
            ]
        ),
    ]

    private static let operating = [
        account(
            "6100-100",
            "Salaries & Wages",
            .opex,
            1_150_000,
            swing: 0.01,
            [
                ("Engineering", "", america, 0.3), ("Engineering", "", emea, 0.14), ("Sales", "", america, 0.2),
                ("Sales", "", apac, 0.08), ("Marketing", "", america, 0.1), ("Finance & Admin", "", america, 0.18),
            ]
        ),
        account(
            "6100-200",
            "Employee Benefits",
            .opex,
            230_000,
            swing: 0.015,
            [
                ("Engineering", "Aetna", america, 0.44), ("Sales", "Aetna", america, 0.28),
                ("Marketing", "Aetna", america, 0.1), ("Finance & Admin", "Aetna", america, 0.18),
            ]
        ),
        account(
            "6200-100",
            "Cloud Infrastructure",
            .opex,
            166_000,
            fixed: [month(2026, 1): 245_000],
            [
                ("Engineering", "AWS", america, 0.72), ("Engineering", "AWS", emea, 0.16),
                ("Engineering", "Datadog", america, 0.12),
            ]
        ),
        account(
            "6200-200",
            "Software Licenses",
            .opex,
            284_000,
            fixed: [month(2026, 1): 340_000],
            [
                ("Sales", "Salesforce", america, 0.38), ("Engineering", "Atlassian", america, 0.22),
                ("Finance & Admin", "Microsoft", america, 0.25), ("Marketing", "Adobe", america, 0.15),
            ]
        ),
        account(
            "6300-100",
            "Marketing Programs",
            .opex,
            310_000,
            swing: 0.03,
            [
                ("Marketing", "Google Ads", america, 0.45), ("Marketing", "LinkedIn", america, 0.3),
                ("Marketing", "Northlight Media", emea, 0.25),
            ]
        ),
        account(
            "6300-200",
            "Events & Conferences",
            .opex,
            80_000,
            swing: 0.03,
            fixed: [month(2025, 11): 118_000],
            [("Marketing", "Summit Events", america, 0.7), ("Marketing", "Summit Events", emea, 0.3)]
        ),
        account(
            "6400-100",
            "Facilities & Rent",
            .opex,
            240_000,
            growth: 0.004,
            swing: 0.005,
            [
                ("Finance & Admin", "Harbor Properties", america, 0.65),
                ("Finance & Admin", "Kingsway Estates", emea, 0.23),
                ("Finance & Admin", "Orchid Offices", apac, 0.12),
            ]
        ),
        account(
            "6400-200",
            "Office & Utilities",
            .opex,
            45_000,
            growth: 0.004,
            [("Finance & Admin", "", america, 0.7), ("Finance & Admin", "", emea, 0.3)]
        ),
        account(
            "6500-100",
            "Legal & Accounting",
            .opex,
            95_000,
            fixed: [month(2024, 6): 121_000],
            [
                ("Finance & Admin", "Whitfield Partners", america, 0.6),
                ("Finance & Admin", "Lindqvist Audit", emea, 0.4),
            ]
        ),
        account(
            "6500-200",
            "Contractor Costs",
            .opex,
            260_000,
            fixed: [month(2026, 1): 325_000],
            [
                ("Engineering", "Apex Consulting", america, 0.48), ("Engineering", "Brightline Labs", apac, 0.3),
                ("Marketing", "Studio Verso", emea, 0.22),
            ]
        ),
        account(
            "6600-100",
            "Travel",
            .opex,
            90_000,
            swing: 0.03,
            fixed: [month(2025, 7): 54_000],
            [
                ("Sales", "Navan", america, 0.5), ("Sales", "Navan", emea, 0.25),
                ("Customer Success", "Navan", apac, 0.25),
            ]
        ),
        account(
            "6700-100",
            "Insurance",
            .opex,
            50_000,
            growth: 0.003,
            swing: 0,
            [("Finance & Admin", "Meridian Mutual", america, 1)]
        ),
    ]

    private static let other = [
        account(
            "7100",
            "Depreciation & Amortization",
            .other,
            250_000,
            growth: 0.005,
            swing: 0.005,
            [("Finance & Admin", "", america, 1)]
        ),
        account(
            "7200",
            "Interest Expense",
            .other,
            45_000,
            growth: -0.004,
            swing: 0.01,
            [("Finance & Admin", "First Harbor Bank", america, 1)]
        ),
        account(
            "7900",
            "Income Tax",
            .other,
            560_000,
            growth: 0.015,
            swing: 0.02,
            [("Finance & Admin", "", america, 1)]
        ),
    ]
}
