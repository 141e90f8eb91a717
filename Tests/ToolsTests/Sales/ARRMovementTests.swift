import AgentRuntime
import Testing

@testable import Tools

@Suite("Recurring revenue")
struct ARRMovementTests {
    private static let header = "id,customer,plan,start_date,end_date,mrr,change_type,reason\n"

    /// Opening of the second quarter of 2025: Acme 1000, Beta 500, Gamma 800, Delta 200 a month; Echo paid until 2024.
    private static let rows =
        header + """
            s1,Acme,Pro,2024-01-01,,1000,new,
            s2,Beta,Basic,2024-02-01,2025-05-20,500,churn,Competitor
            s3,Gamma,Pro,2024-03-01,2025-04-30,800,,
            s4,Gamma,Basic,2025-05-01,,600,contraction,Downsized
            s5,Acme,Add-on,2025-06-01,,250.50,cross_sell,
            s6,Fox,Pro,2025-04-10,,400,new,
            s7,Echo,Basic,2024-01-01,2024-12-31,100,churn,Budget cuts
            s8,Echo,Basic,2025-06-15,,150,,
            s9,Delta,Basic,2025-01-01,,200,new,

            """

    private func fixture(_ rows: String = rows, today: String = "2025-12-31") async throws -> TenantFixture {
        let fixture = try TenantFixture(today: today)
        try await fixture.load("subscriptions", rows)
        return fixture
    }

    private func content(_ arguments: JSONObject, rows: String = rows) async throws -> JSONValue {
        let fixture = try await fixture(rows)
        return try await fixture.content(ARRMovementTool(ledger: fixture.ledger), arguments)
    }

    @Test("Opening and movements come to the closing, and retention is of the opening's customers")
    func movement() async throws {
        let content = try await content(["period": "2025-Q2"])
        #expect(content["opening_arr"] == 30_000)
        #expect(content["closing_arr"]?.exact == ExactNumber("31206"))
        #expect(content["closing_mrr"]?.exact == ExactNumber("2600.5"))
        #expect(content.at("movements.new.arr") == 4_800)
        #expect(content.at("movements.expansion.arr") == 3_006)
        #expect(content.at("movements.expansion.cross_sell") == 3_006)
        #expect(content.at("movements.expansion.upsell") == 0)
        #expect(content.at("movements.contraction.arr") == -2_400)
        #expect(content.at("movements.contraction.reasons.0.reason") == "Downsized")
        #expect(content.at("movements.churn.arr") == -6_000)
        #expect(content.at("movements.churn.reasons.0.reason") == "Competitor")
        #expect(content.at("movements.reactivation.arr") == 1_800)
        #expect(content["lost_arr"] == 8_400)
        #expect(content["net_change"] == 1_206)
        // (30,000 + 3,006 − 2,400 − 6,000) / 30,000 and (30,000 − 8,400) / 30,000.
        #expect(content["ndr"]?.exact == ExactNumber("0.8202"))
        #expect(content["grr"]?.exact == ExactNumber("0.72"))
        #expect(content["logo_retention"]?.exact == ExactNumber("0.75"))
        #expect(content["rows"] == 8)
        #expect(content.at("changes.0.customer") == "Beta")
    }

    @Test("A last day still counts, and a running period ends today")
    func edges() async throws {
        let last = try await content(["period": "2025-05-20"])
        #expect(last.at("movements.churn.customers") == 0)
        let next = try await content(["period": "2025-05-21"])
        #expect(next.at("movements.churn.arr") == -6_000)
        let fixture = try await fixture(today: "2025-05-10")
        let running = try await fixture.content(ARRMovementTool(ledger: fixture.ledger), ["period": "2025-Q2"])
        #expect(running["as_of"] == "2025-05-10")
        #expect(running["to_date"] == true)
        #expect(running.at("movements.churn.customers") == 0)
    }

    @Test("Rows that only take away are read with and without a sign")
    func events() async throws {
        let rows =
            Self.header + """
                a,Acme,Pro,2024-01-01,,1000,new,
                b,Acme,Pro,2025-05-01,,300,contraction,Fewer seats
                c,Beta,Pro,2024-01-01,,500,new,
                d,Beta,Pro,2025-06-01,,500,churn,Competitor
                e,Gamma,Pro,2024-01-01,,100,new,
                f,Gamma,Pro,2025-06-01,,-40,contraction,

                """
        let content = try await content(["period": "2025-Q2"], rows: rows)
        #expect(content["closing_arr"] == 9_120)
        #expect(content.at("movements.contraction.arr") == -4_080)
        #expect(content.at("movements.churn.arr") == -6_000)
        #expect(content.at("movements.churn.reasons.0.reason") == "Competitor")
    }

    @Test("A series adds up, and groups share the closing")
    func divisions() async throws {
        let series = try await content(["period": "2025-Q2", "granularity": "month"])
        #expect(series["series"]?.array?.count == 3)
        let net = (series["series"]?.array ?? []).compactMap { $0["net_change"]?.exact?.double }
        #expect(net.reduce(0, +) == series["net_change"]?.exact?.double)
        let groups = try await content(["period": "2025-Q2", "group_by": "plan"])
        #expect(groups.at("groups.0.name") == "Pro")
        #expect(groups.at("groups.0.closing_arr") == 16_800)
        let closing = (groups["groups"]?.array ?? []).compactMap { $0["closing_arr"]?.exact?.double }
        #expect(closing.reduce(0, +) == 31_206)
        let fixture = try await fixture()
        try await fixture.load("customers", "id,name,segment,region\nc1,acme,Enterprise,EMEA\nc2,Beta,SMB,APAC\n")
        let tool = ARRMovementTool(ledger: fixture.ledger)
        let narrowed = try await fixture.content(tool, ["period": "2025-Q2", "segment": "enterprise"])
        #expect(narrowed["closing_arr"] == 15_006)
        #expect(narrowed.at("filters.0.values.0") == "Enterprise")
    }

    @Test("Random rows keep the identity of opening, movements and closing")
    func identity() async throws {
        var random = SeededGenerator(seed: 7)
        var rows = Self.header
        for index in 0..<300 {
            let start = 20_000 + random.number(in: 0...900)
            let first = CalendarDate(daysSinceEpoch: start)
            let end = random.number(in: 1...2) == 1 ? "\(first.adding(days: random.number(in: 0...400)))" : ""
            let label = random.element(of: ["", "new", "contraction", "churn", "upsell"])
            rows +=
                "r\(index),Customer \(random.number(in: 1...40)),P,\(first),\(end),\(random.number(in: 1...900)),\(label),\n"
        }
        let fixture = try await fixture(rows, today: "2027-12-31")
        let tool = ARRMovementTool(ledger: fixture.ledger)
        for period in ["2025-Q1", "2025", "2026-05", "2024-Q4"] {
            let content = try await fixture.content(tool, ["period": .string(period)])
            var level = try #require(content["opening_arr"]?.exact)
            for kind in ["new", "expansion", "reactivation", "contraction", "churn"] {
                level = try #require(content.at("movements.\(kind).arr")?.exact.flatMap(level.adding))
            }
            #expect(level == content["closing_arr"]?.exact)
        }
    }

    @Test("Rows replace by identifier; bad rows are named")
    func imports() async throws {
        let fixture = try await fixture()
        let again = try await fixture.load("subscriptions", Self.header + "s1,Acme,Pro,2024-01-01,,2000,,\n")
        #expect(again.replaced == 1)
        let fresh = try await fixture.load("subscriptions", Self.header + "x,Acme,,2024-01-01,,1,,\n", replace: true)
        #expect(fresh.inserted == 1)
        let content = try await fixture.content(ARRMovementTool(ledger: fixture.ledger), [:])
        #expect(content["closing_arr"] == 12)
        for bad in [
            "x,Acme,,2024-13-01,,1,,", "x,Acme,,2024-02-01,2024-01-01,1,,", "x,,,2024-01-01,,1,,",
            ",A,,2024-01-01,,1,,",
            "x,A,,2024-01-01,,much,,", "x,A,,2024-01-01,,1.23456,,",
        ] {
            let error = await fixture.refusal("subscriptions", Self.header + bad + "\n")
            #expect(error?.details.first?.field == "line 2")
        }
        #expect(await fixture.refusal("subscriptions", "id,customer,colour\n") != nil)
    }

    @Test("What cannot be told is explained")
    func failures() async throws {
        let fixture = try await fixture()
        let tool = ARRMovementTool(ledger: fixture.ledger)
        #expect(try await fixture.failure(tool, ["period": "2019"])["code"] == "no_data")
        #expect(try await fixture.failure(tool, ["period": "2030"])["code"] == "invalid_period")
        #expect(
            try await fixture.failure(tool, ["period": "2025", "group_by": "colour"])["code"] == "invalid_argument"
        )
        #expect(try await fixture.failure(tool, ["plan": "Prp"])["nearest"] == "Pro")
        let empty = try TenantFixture()
        try await empty.load("deals", "id,name,amount,stage\nd1,Deal,1,Proposal\n")
        #expect(try await empty.failure(ARRMovementTool(ledger: empty.ledger), [:])["code"] == "no_data")
        let answer = try await DataConversation(empty.databases, settings: empty.settings).ask("What is our ARR?")
        #expect(answer.text.contains("no subscriptions yet; import them first"), "\(answer.text)")
    }

    @Test(
        "Questions about recurring revenue are answered",
        arguments: [
            ("What's our ARR?", ["$31,206", "$2,600.50"]),
            ("What is our annual recurring revenue?", ["$31,206"]),
            ("Show me the MRR", ["$2,600.50"]),
            ("How much ARR did we lose in Q2?", ["$8,400", "Competitor"]),
            ("net dollar retention in Q2 2025", ["82%", "$30,000"]),
            ("What was our NRR in Q2?", ["82%"]),
            ("What was gross retention in Q2?", ["72%"]),
            ("ARR bridge for Q2", ["$30,000", "$31,206", "+$4,800", "-$6,000"]),
            ("How much new ARR did we win in Q2?", ["$4,800"]),
            ("ARR by plan", ["Pro", "$16,800"]),
            ("Monthly ARR in Q2 2025", ["$31,206"]),
            ("How did ARR change in Q2?", ["+$1,206"]),
            ("What is the ARR of Acme?", ["$15,006"]),
            ("Which customers did we lose ARR from in Q2?", ["Beta"]),
            ("Compare ARR in Q2 and Q3 2025", ["$31,206"]),
        ]
    )
    func questions(question: String, expected: [String]) async throws {
        let fixture = try await fixture()
        let answer = try await DataConversation(fixture.databases, settings: fixture.settings).ask(question)
        #expect(answer.calls.allSatisfy { $0.call.name == "arr_movement" } && !answer.calls.isEmpty, "\(answer.text)")
        for text in expected { #expect(answer.text.contains(text), "\(answer.text)") }
        #expect(!answer.citations.isEmpty)
    }

    @Test("A follow-up asks the same of another time")
    func followUp() async throws {
        let fixture = try await fixture()
        let conversation = try DataConversation(fixture.databases, settings: fixture.settings)
        _ = try await conversation.ask("How much ARR did we lose in Q2?")
        let answer = try await conversation.ask("And in Q3?")
        #expect(answer.text.contains("ARR lost, Q3 2025: $0"), "\(answer.text)")
    }

    @Test("The demonstration company has subscriptions that moved in every way")
    func demo() async throws {
        let fixture = try TenantFixture()
        let company = AetherCompany.make()
        try await company.install(in: fixture.databases)
        let settings = TenantSettings(tenant: company.tenant, today: try #require(CalendarDate("2026-01-31")))
        let answer = try await DataConversation(fixture.databases, settings: settings).ask("ARR bridge for 2025")
        for kind in ["new", "expansion", "contraction", "churn"] {
            #expect(answer.content.at("movements.\(kind).arr")?.exact?.isZero == false, "\(kind)")
        }
    }
}
