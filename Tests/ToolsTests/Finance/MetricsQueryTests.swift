import AgentRuntime
import Testing

@testable import Tools

@Suite("Metrics query")
struct MetricsQueryTests {
    private static let ledger = """
        date,account_code,account_name,section,amount,region,vendor,source
        2025-12-10,4000,Chairs,revenue,800,North,,shop
        2025-12-11,5000,Oak,cogs,300,North,Mill,erp
        2026-01-10,4000,Chairs,revenue,1000,North,,shop
        2026-01-12,4100,Tables,revenue,500,,,shop
        2026-01-15,4000,Chairs,revenue,-100,North,,shop
        2026-01-11,5000,Oak,cogs,350,North,Mill,erp
        2026-01-20,6000,Rent,opex,200,South,Landlord,erp
        2026-01-25,6900,Depreciation of saws,opex,50,,,erp
        2026-01-26,7000,Amortisation,other,30,,,erp
        2026-01-27,7100,Interest,other,20,,Bank,erp

        """

    private static let budget = """
        month,account_code,account_name,section,amount
        2026-01,4000,Chairs,revenue,1200
        2026-01,4100,Tables,revenue,300
        2026-01,6000,Rent,opex,200
        2026-02,6000,Rent,opex,210

        """

    private func fixture(today: String = "2026-01-31", fiscalYearStart: Int = 1) async throws -> TenantFixture {
        let fixture = try TenantFixture(today: today, fiscalYearStart: fiscalYearStart)
        try await fixture.load("ledger", Self.ledger)
        try await fixture.load("budget", Self.budget)
        return fixture
    }

    @Test(
        "Metrics follow their definitions",
        arguments: [
            ("revenue", "1400"), ("sales", "1400"), ("cogs", "350"), ("gross_profit", "1050"),
            ("gross_margin", "0.75"), ("opex", "250"), ("ebitda", "850"), ("ebitda_margin", "0.607143"),
            ("operating_income", "770"), ("net_income", "750"), ("net_margin", "0.535714"), ("costs", "600"),
            ("other", "50"), ("spend", "650"), ("depreciation", "80"), ("account:4100", "500"), ("Rent", "200"),
            ("6000", "200"), ("Operating Expenses", "250"),
        ]
    )
    func definitions(metric: String, value: String) async throws {
        let result = try await fixture().metrics(["metric": .string(metric), "period": "2026-01"])
        #expect(result["value"]?.exact == ExactNumber(value))
    }

    @Test("A comparison gives difference, percentage and whether it is good")
    func comparison() async throws {
        let fixture = try await fixture()
        let revenue = try await fixture.metrics(["metric": "revenue", "period": "2026-01", "compare_to": "budget"])
        #expect(revenue.at("comparison.value") == 1500)
        #expect(revenue.at("comparison.difference") == -100)
        #expect(revenue.at("comparison.percent")?.exact == ExactNumber("-6.6667"))
        #expect(revenue.at("comparison.favourable") == false)
        let costs = try await fixture.metrics(["metric": "cogs", "period": "2026-01", "compare_to": "prior_period"])
        #expect(costs.at("comparison.difference") == 50)
        #expect(costs.at("comparison.percent")?.exact == ExactNumber("16.6667"))
        #expect(costs.at("comparison.favourable") == false)
        let rent = try await fixture.metrics(["metric": "Rent", "period": "2026-01", "compare_to": "budget"])
        #expect(rent.at("comparison.difference") == 0)
        #expect(rent.at("comparison.favourable")?.isNull == true)
        #expect(rent.at("metric.is_cost") == true)
    }

    @Test("A percentage of nothing is null")
    func percentOfZero() async throws {
        let fixture = try await fixture()
        let result = try await fixture.metrics(["metric": "opex", "period": "2026-01", "compare_to": "prior_period"])
        #expect(result.at("comparison.value") == 0)
        #expect(result.at("comparison.percent")?.isNull == true)
        #expect(result.at("comparison.difference") == 250)
    }

    @Test("Ratios differ in percentage points and have no percentage")
    func ratio() async throws {
        let fixture = try await fixture()
        let result = try await fixture.metrics([
            "metric": "gross_margin", "period": "2026-01", "compare_to": "prior_period",
        ])
        #expect(result.at("metric.unit") == "ratio")
        #expect(result.at("comparison.value")?.exact == ExactNumber("0.625"))
        #expect(result.at("comparison.difference")?.exact == ExactNumber("12.5"))
        #expect(result.at("comparison.percent")?.isNull == true)
        #expect(result.at("comparison.favourable") == true)
    }

    @Test("A period partly or wholly without budget says so")
    func missingBudget() async throws {
        let fixture = try await fixture()
        let partly = try await fixture.metrics([
            "metric": "opex", "period": ["start_date": "2025-12-01", "end_date": "2026-01-31"], "compare_to": "budget",
        ])
        #expect(partly.at("comparison.value") == 200)
        #expect(partly.at("comparison.missing") == true)
        for (metric, filter) in [("cogs", "North"), ("revenue", "North")] {
            let wholly = try await fixture.metrics([
                "metric": .string(metric), "period": "2026-01", "compare_to": "budget",
                "filters": [["dimension": "region", "values": [.string(filter)]]],
            ])
            #expect(wholly.at("comparison.value")?.isNull == true)
            #expect(wholly.at("comparison.missing") == true)
        }
    }

    @Test("In a running month the budget counts whole and rows after today do not count")
    func running() async throws {
        let fixture = try await fixture(today: "2026-01-14")
        let result = try await fixture.metrics(["metric": "revenue", "period": "2026-01", "compare_to": "budget"])
        #expect(result["value"] == 1500)
        #expect(result["to_date"] == true)
        #expect(result.at("comparison.value") == 1500)
        let ended = try await self.fixture().metrics(["metric": "revenue", "period": "2026-01"])
        #expect(ended["to_date"] == false)
    }

    @Test("Blank dimensions are unassigned, and groups keep to order and limit")
    func groups() async throws {
        let fixture = try await fixture()
        let result = try await fixture.metrics(["metric": "revenue", "period": "2026-01", "group_by": "region"])
        #expect(result["groups"]?.array?.map { $0["name"]?.string } == ["North", "unassigned"])
        #expect(result.at("groups.1.share")?.exact == ExactNumber("0.357143"))
        let filtered = try await fixture.metrics([
            "metric": "revenue", "period": "2026-01",
            "filters": [["dimension": "region", "values": ["unassigned"]]],
        ])
        #expect(filtered["value"] == 500)
        let accounts = try await fixture.metrics([
            "metric": "spend", "period": "2026-01", "group_by": "account", "order": "asc", "limit": 2,
        ])
        #expect(accounts["groups"]?.array?.map { $0["code"]?.string } == ["7100", "7000"])
        #expect(accounts["groups_total"] == 5)
        let names = try await fixture.metrics([
            "metric": "spend", "period": "2026-01", "group_by": "account", "order_by": "name",
        ])
        #expect(names.at("groups.0.name") == "Amortisation")
        let sources = try await fixture.metrics(["metric": "revenue", "period": "2026-01"])
        #expect(sources["sources"] == [["name": "shop", "rows": 3]])
    }

    @Test("Groups by what budgets do not carry have no budget")
    func unbudgetedGroups() async throws {
        let fixture = try await fixture()
        let result = try await fixture.metrics([
            "metric": "opex", "period": "2026-01", "group_by": "vendor", "compare_to": "budget",
        ])
        #expect(result.at("comparison.value") == 200)
        for group in result["groups"]?.array ?? [] {
            #expect(group.at("comparison.value")?.isNull == true)
            #expect(group.at("comparison.missing") == true)
        }
    }

    @Test("Fiscal quarters and years begin with the fiscal year")
    func fiscalYear() async throws {
        let fixture = try await fixture(fiscalYearStart: 12)
        let result = try await fixture.metrics([
            "metric": "revenue", "period": "2026-Q1", "granularity": "month", "compare_to": "budget",
        ])
        #expect(result.at("period.start_date") == "2025-12-01")
        #expect(result["value"] == 2200)
        #expect(result["series"]?.array?.map { $0["value"] } == [800, 1400])
    }

    @Test("Days and weeks have no budget of their own")
    func weeks() async throws {
        let fixture = try await fixture()
        let result = try await fixture.metrics([
            "metric": "revenue", "period": "2026-01", "granularity": "week", "compare_to": "budget",
        ])
        let series = try #require(result["series"]?.array)
        #expect(series.count == 5)
        #expect(series.allSatisfy { $0["comparison"] == nil })
        #expect(series.compactMap { $0["value"]?.int }.reduce(0, +) == 1400)
    }

    @Test("The budget itself can be asked for, ahead of the ledger")
    func budgetMeasure() async throws {
        let fixture = try await fixture()
        let result = try await fixture.metrics(["metric": "opex", "period": "2026-02", "measure": "budget"])
        #expect(result["value"] == 210)
        #expect(result["measure"] == "budget")
    }

    @Test(
        "What cannot be answered says what could be",
        arguments: [
            (["metric": "revenu", "period": "2026-01"], "unknown_metric", "nearest", "revenue"),
            (["metric": "Rents", "period": "2026-01"], "unknown_metric", "nearest", "Rent"),
            (["metric": "landlord", "period": "2026-01"], "unknown_metric", "dimension", "vendor"),
            (["metric": "revenue", "period": "2024-01"], "no_data", "available.start_date", "2025-12-10"),
            (["metric": "revenue", "period": "2026-03"], "no_data", "available.end_date", "2026-01-15"),
            (["metric": "opex", "period": "2025-12"], "no_data", "available.start_date", "2026-01-20"),
            (["metric": "revenue", "period": "soon"], "invalid_period", "code", "invalid_period"),
            (
                ["metric": "revenue", "period": ["start_date": "2026-02-01", "end_date": "2026-01-01"]],
                "invalid_period", "code", "invalid_period"
            ),
            (["metric": "revenue"], "invalid_period", "code", "invalid_period"),
            (
                ["metric": "revenue", "period": "2026-01", "group_by": "colour"], "unknown_dimension", "code",
                "unknown_dimension"
            ),
            (
                ["metric": "revenue", "period": "2026-01", "filters": [["dimension": "region", "values": ["Nort"]]]],
                "unknown_value", "nearest", "North"
            ),
            (
                ["metric": "revenue", "period": "2026-01", "compare_to": "plan"], "invalid_argument", "argument",
                "compare_to"
            ),
            (["metric": "revenue", "period": "2026-01", "limit": 0], "invalid_argument", "argument", "limit"),
            (
                [
                    "metric": "revenue", "period": ["start_date": "0001-01-01", "end_date": "2026-12-31"],
                    "granularity": "day",
                ], "invalid_argument", "argument", "granularity"
            ),
        ] as [(JSONObject, String, String, String)]
    )
    func failures(arguments: JSONObject, code: String, path: String, value: String) async throws {
        let fixture = try await fixture()
        let failure = try await fixture.failure(MetricsQueryTool(ledger: fixture.ledger), arguments)
        #expect(failure["code"]?.string == code)
        #expect(failure.at(path)?.string == value)
    }

    @Test("A tenant without data is not found")
    func noTenant() async throws {
        let fixture = try TenantFixture()
        await #expect(throws: AgentError.self) {
            try await fixture.metrics(["metric": "revenue", "period": "2026-01"])
        }
    }

    @Test("A sum beyond the range of money is an error, and its parts are not")
    func overflow() async throws {
        let fixture = try TenantFixture()
        try await fixture.load(
            "ledger",
            """
            date,account_code,section,amount
            2026-01-01,1,revenue,900000000000000
            2026-01-02,1,revenue,900000000000000
            2026-01-03,1,revenue,-900000000000000
            2026-01-04,1,revenue,0.0001

            """
        )
        let whole = try await fixture.metrics(["metric": "revenue", "period": "2026-01"])
        #expect(whole["value"]?.exact == ExactNumber("900000000000000.0001"))
        await #expect(throws: AgentError.self) {
            try await fixture.metrics([
                "metric": "revenue", "period": ["start_date": "2026-01-01", "end_date": "2026-01-02"],
            ])
        }
    }

    @Test("Citations carry accounts, period, canonical query and rows")
    func citation() async throws {
        let fixture = try await fixture()
        let result = try await fixture.call(
            MetricsQueryTool(ledger: fixture.ledger),
            ["period": "2026-01", "metric": "revenue"]
        )
        let citation = try #require(result.citations.first)
        #expect(citation.fields["accounts"] == ["4000", "4100"])
        #expect(citation.fields["rows"] == 3)
        #expect(citation.fields["query"] == #"metrics_query {"metric":"revenue","period":"2026-01"}"#)
        #expect(citation.fields["period"] == ["start_date": "2026-01-01", "end_date": "2026-01-31"])
    }

    @Test("The vocabulary and the settings come from the data")
    func vocabulary() async throws {
        let fixture = try await fixture()
        let catalogue = TenantCatalogue(fixture.ledger)
        let words = try await catalogue.vocabulary(of: fixture.tenant)
        #expect(words.accounts.first { $0.code == "4000" }?.rows == 3)
        #expect(words.values[.region]?.map(\.name) == ["North", "South"])
        #expect(words.values[.source]?.map(\.rows) == [6, 4])
        #expect(words.lastDate == CalendarDate("2026-01-27"))
        #expect(words.lastBudgetMonth == CalendarDate("2026-02-01"))
        #expect(try await catalogue.vocabulary(of: fixture.tenant) == words)
        let clock = FixedClock()
        let plain = EmbeddedSettings(ledger: fixture.ledger, clock: clock)
        #expect(try await plain.settings(for: fixture.tenant).today == CalendarDate("2026-01-27"))
        let date = CalendarDate("2026-02-03")
        let overridden = EmbeddedSettings(
            ledger: fixture.ledger,
            overrides: [fixture.tenant: TenantOverrides(asOf: date, currency: "EUR", fiscalYearStart: 4)],
            clock: clock
        )
        let settings = try await overridden.settings(for: fixture.tenant)
        #expect(settings.today == date)
        #expect(settings.currency == "EUR")
        #expect(settings.fiscalYearStart == 4)
    }

    private struct FixedClock: WallClock {
        func now() -> Timestamp { Timestamp(milliseconds: 0) }
    }
}
