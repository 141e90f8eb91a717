import AgentRuntime
import Testing

@testable import Tools

@Suite("Deal score, customers, quotations")
struct SalesToolsTests {
    /// Deals whose end is told by their owner: Ann wins three of four, Bob one of four.
    private func deals(_ closed: Int) -> String {
        var rows = [
            "id,name,account,owner,amount,stage,probability,close_date,created_date,last_activity_date,next_step"
        ]
        for index in 0..<closed {
            let isAnn = index % 2 == 0
            let isWon = isAnn ? index % 8 != 0 : index % 8 == 1
            let day = String(101 + index % 28).suffix(2)
            rows.append(
                "c\(index),Old \(index),Firm \(index % 7),\(isAnn ? "Ann" : "Bob"),\(1000 + index * 10),"
                    + "\(isWon ? "Closed Won" : "Closed Lost"),,2025-0\(1 + index % 9)-\(day),2024-11-01,2025-01-01,"
            )
        }
        rows.append("o1,Acme Rollout,Acme Corp,Ann,5000,Proposal,0.5,2026-03-01,2025-12-01,2026-01-20,Send the offer")
        rows.append("o2,Bolt Refit,Bolt Ltd,Bob,5000,Proposal,0.5,2026-03-01,2025-12-01,2026-01-20,Send the offer")
        rows.append("o3,Cold Case,Cold Inc,Bob,5000,Proposal,0.5,2026-01-01,2025-06-01,2025-09-01,")
        return rows.joined(separator: "\n") + "\n"
    }

    private func score(_ fixture: TenantFixture, _ arguments: JSONObject) async throws -> JSONValue {
        try await fixture.content(DealScoreTool(ledger: fixture.ledger), arguments)
    }

    @Test("An owner who wins more lifts a deal above its stage, one who wins less lowers it")
    func score() async throws {
        let fixture = try TenantFixture()
        try await fixture.load("deals", deals(120))
        let result = try await score(fixture, [:])
        #expect(result["method"] == "logistic_regression")
        #expect(result["closed_deals"] == 120)
        #expect(result.at("deals.0.id") == "o1")
        let ann = try #require(result.at("deals.0.win_probability")?.exact)
        let bob = try #require((try await score(fixture, ["deal_id": "o2"])).at("deals.0.win_probability")?.exact)
        let half = try #require(ExactNumber("0.5"))
        #expect(half < ann && bob < half)
        let factors = result.at("deals.0.factors")?.array ?? []
        let owner = try #require(factors.first { $0["factor"] == "owner's record" })
        #expect(owner["direction"] == "raises")
        #expect(owner["detail"]?.string?.hasPrefix("Ann won 45 of 60") == true, "\(owner.text)")
        #expect((result.at("quality.area_under_curve")?.exact?.double ?? 0) > 0.6)
        #expect(
            (result.at("quality.brier_score")?.exact?.double ?? 1)
                < (result.at("quality.brier_score_of_base_rate")?.exact?.double ?? 0)
        )
        let cold = try await score(fixture, ["text": "cold"])
        let advice = (cold.at("deals.0.recommendations")?.array ?? []).compactMap(\.string)
        #expect(advice.contains { $0.contains("2026-01-01 has passed") })
        #expect(advice.contains { $0.contains("Contact Cold Inc") })
        #expect(advice.contains("Agree on a next step"))
    }

    @Test("Under fifty closed deals the base rates of the stages are given, and it says so")
    func fallback() async throws {
        let fixture = try TenantFixture()
        try await fixture.load("deals", deals(49))
        let result = try await score(fixture, ["deal_id": "o1"])
        #expect(result["method"] == "stage_base_rates")
        #expect(result.at("deals.0.win_probability")?.exact == ExactNumber("0.5"))
        let conversation = try DataConversation(fixture.databases, settings: fixture.settings)
        let answer = try await conversation.ask("score the Acme deal")
        #expect(
            answer.signature == "deal_score text=Acme Corp" || answer.signature == "deal_score text=Acme",
            "\(answer.signature)"
        )
        #expect(answer.text.contains("Closed deals: 49; a model needs 50"), "\(answer.text)")
    }

    @Test("Closed and unknown deals are told apart")
    func noScore() async throws {
        let fixture = try TenantFixture()
        try await fixture.load("deals", deals(60))
        let tool = DealScoreTool(ledger: fixture.ledger)
        #expect(try await fixture.failure(tool, ["deal_id": "c1"])["code"] == "invalid_argument")
        #expect(try await fixture.failure(tool, ["deal_id": "zz"])["code"] == "not_found")
        #expect(try await fixture.failure(tool, ["text": "old 12"])["code"] == "invalid_argument")
        #expect(try await fixture.failure(tool, ["text": "nothing like it"])["code"] == "not_found")
        #expect(try await fixture.failure(tool, ["owner": "Zoe"])["code"] == "unknown_value")
    }

    /// Ajax orders every month until today, Brix did until a year ago.
    private func orders() async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2026-01-31")
        var rows = ["number,customer,status,order_date,total"]
        for month in 1...12 {
            let text = String(100 + month).suffix(2)
            rows.append("A\(month),Ajax Ltd,delivered,2025-\(text)-15,1000")
            rows.append("B\(month),Brix SA,delivered,2024-\(text)-15,500")
        }
        rows.append("A13,Ajax Ltd,open,2026-01-15,1000")
        rows.append("C1,Cold Inc,delivered,2025-11-01,50")
        rows.append("C2,Cold Inc,cancelled,2026-01-20,9999")
        try await fixture.load("orders", rows.joined(separator: "\n") + "\n")
        try await fixture.load(
            "customers",
            "id,code,name,segment,arr,health\nc1,AJX,Ajax Ltd,Key,12000,90\nc2,BRX,Brix SA,Small,6000,red\nc3,DUL,Dull GmbH,,,\n"
        )
        return fixture
    }

    @Test("Customers are told by value, rhythm and silence")
    func customers() async throws {
        let fixture = try await orders()
        let tool = CustomerIntelligenceTool(ledger: fixture.ledger)
        let result = try await fixture.content(tool, [:])
        #expect(result["buying_customers"] == 3)
        #expect(result.at("customers.0.name") == "Ajax Ltd")
        #expect(result.at("customers.0.lifetime_value") == 13_000)
        #expect(result.at("customers.0.total_orders") == 13)
        #expect(result.at("customers.0.usual_days_between_orders") == 31)
        #expect(result.at("customers.0.churn_risk") == "low")
        let churn = try await fixture.content(tool, ["order_by": "churn_probability"])
        #expect(churn.at("customers.0.name") == "Brix SA")
        #expect(churn.at("customers.0.churn_risk") == "high")
        let ajax = try #require(result.at("customers.0.reorder_probability")?.exact?.double)
        let brix = try #require(churn.at("customers.0.reorder_probability")?.exact?.double)
        #expect(ajax > 0.4 && brix < 0.05, "\(ajax) \(brix)")
        let date = try #require(result.at("customers.0.reorder_predicted_date")?.string.flatMap(CalendarDate.init))
        #expect(fixture.settings.today < date && date < fixture.settings.today.adding(days: 45))
        #expect(try await fixture.failure(tool, ["customer": "Nobody"])["code"] == "not_found")
        #expect(try await fixture.failure(tool, ["customer": "Dull GmbH"])["code"] == "no_data")
        #expect(try await fixture.failure(tool, ["segment": "Huge"])["code"] == "unknown_value")
    }

    @Test("Health weighs the rating, the silence, the trend and what is overdue")
    func health() async throws {
        let fixture = try await orders()
        try await fixture.load(
            "invoices",
            "number,customer,due_date,total\nI1,Brix SA,2025-01-01,100\nI2,Ajax Ltd,2026-02-20,100\n"
        )
        let tool = CustomerHealthTool(ledger: fixture.ledger)
        let result = try await fixture.content(tool, [:])
        #expect(result["customers_total"]?.int == result["customers"]?.array?.count)
        let brix = try await fixture.content(tool, ["customer": "Brix SA"])
        #expect(brix.at("customers.0.band") == "at_risk")
        // The rating of 20 counts twice; what is silent for a year and overdue is worth nothing: 2 × 20 / 5.
        #expect(brix.at("customers.0.health_score") == 8)
        #expect(result["recurring_revenue_at_risk"] == 6_000)
        let ajax = try await fixture.content(tool, ["customer": "AJX"])
        #expect(ajax.at("customers.0.band") == "healthy")
        #expect(
            (ajax.at("customers.0.parts")?.array ?? []).map { $0["part"]?.string } == [
                "rating", "recency", "trend", "payment",
            ]
        )
        #expect(CustomerHealth.rating("105") == 100)
        #expect(CustomerHealth.rating("Green") == 85)
        #expect(CustomerHealth.rating("?") == nil)
    }

    private func rates() async throws -> TenantFixture {
        let fixture = try TenantFixture()
        try await fixture.load(
            "rates",
            """
            kind,name,value,unit
            machine hour,Mill,80,USD/h
            machine hour,Lathe,60,USD/h
            labour hour,,40,USD/h
            overhead,Shop,20,%
            material price,Aluminum,6.5,USD/kg
            complexity factor,Medium,1,
            complexity factor,High,1.6,

            """
        )
        return fixture
    }

    @Test("A quotation adds up line by line")
    func quote() async throws {
        let fixture = try await rates()
        let tool = PriceQuoteTool(ledger: fixture.ledger)
        let result = try await fixture.content(
            tool,
            [
                "lines": [
                    [
                        "product": "Bracket", "material": "Aluminium", "quantity": 100, "machine": "Mill",
                        "weight": .double(0.8),
                        "machining_hours": .double(8.5), "labour_hours": 3, "complexity": "medium",
                    ]
                ],
                "margin_percent": 30,
            ]
        )
        // 100 × 0.8 × 6.5; 8.5 × 80; 3 × 40; 20 % of 800.
        #expect(result.at("lines.0.material_cost") == 520)
        #expect(result.at("lines.0.machining_cost") == 680)
        #expect(result.at("lines.0.labour_cost") == 120)
        #expect(result.at("lines.0.overhead") == 160)
        #expect(result["total_cost"] == 1480)
        // 1,480 / 0.7 / 100 is 21.142857.
        #expect(result.at("lines.0.unit_price")?.exact == ExactNumber("21.14"))
        #expect(result["total_amount"] == 2114)
        #expect(result.at("lines.0.assumed") == [])
        let assumed = try await fixture.content(
            tool,
            ["lines": [["material": "Aluminium 6061", "quantity": 10, "complexity": "high"]]]
        )
        // (1 + 0.075 × 10) × 1.6
        #expect(assumed.at("lines.0.machining_hours")?.exact == ExactNumber("2.8"))
        #expect(assumed.at("lines.0.assumed")?.array?.contains("weight of a piece") == true)
    }

    @Test("What has no rate is named")
    func noQuote() async throws {
        let fixture = try await rates()
        let tool = PriceQuoteTool(ledger: fixture.ledger)
        func code(_ line: JSONValue, _ margin: JSONValue = 30) async throws -> JSONValue? {
            try await fixture.failure(tool, ["lines": [line], "margin_percent": margin])["code"]
        }
        #expect(try await code(["quantity": 1, "material": "Unobtainium"]) == "not_found")
        #expect(try await code(["quantity": 1, "machine": "Laser"]) == "not_found")
        #expect(try await code(["quantity": 1, "complexity": "absurd"]) == "unknown_value")
        #expect(try await code(["quantity": 1], 100) == "invalid_argument")
        #expect(try await code(["quantity": 1], -1) == "invalid_argument")
        let empty = try TenantFixture()
        try await empty.load("orders", "number,status\n1,open\n")
        let none = PriceQuoteTool(ledger: empty.ledger)
        #expect(try await empty.failure(none, ["lines": [["quantity": 1]]])["code"] == "no_data")
    }

    @Test(
        "Requests become calls",
        arguments: [
            ("Who is likely to churn?", "customer_intelligence sort=churn_probability churn_risk=high", "Brix SA"),
            (
                "Which customers are at risk of leaving?",
                "customer_intelligence sort=churn_probability churn_risk=high", "Brix SA"
            ),
            ("Which customers will order again?", "customer_intelligence sort=reorder_probability", "Ajax Ltd"),
            ("Who are our best customers?", "customer_intelligence sort=lifetime_value", "Ajax Ltd: $13,000"),
            ("When will Ajax Ltd order again?", "customer_intelligence customer=Ajax Ltd", "Ajax Ltd (Key)"),
            ("What is the lifetime value of Ajax Ltd?", "customer_intelligence customer=Ajax Ltd", "$13,000"),
            ("How healthy are our customers?", "customer_health", "Average health"),
            ("What is the health score of Brix SA?", "customer_health customer=Brix SA", "at risk"),
            ("Which customers are at risk?", "customer_health band=at_risk", "Brix SA"),
        ]
    )
    func customerQuestions(question: String, signature: String, part: String) async throws {
        let fixture = try await orders()
        let conversation = try DataConversation(fixture.databases, settings: fixture.settings)
        let answer = try await conversation.ask(question)
        #expect(answer.signature == signature)
        #expect(answer.text.contains(part), "\(answer.text)")
        #expect(!answer.citations.isEmpty)
    }

    @Test(
        "Requests for a price become quotations",
        arguments: [
            ("Quote 50 pieces of an aluminium bracket", "50 pieces bracket in Aluminum"),
            (
                "quote 100 aluminum housings with 8.5 hours machining and 0.8 kg each at 25% margin",
                "margin of 25 percent"
            ),
            (
                "Price for 50 shafts, 4 kg aluminum each, 0.5 machining hours on the Lathe each",
                "Material $1,300, machining $1,500 (25 hours)"
            ),
            (
                "Price for 50 shafts, 4 kg aluminum each, 0.5 machining hours on the Lathe each",
                "Assumed, as you did not say: medium complexity, labour hours."
            ),
            (
                "Quote 100 brackets with 2 hours machining on the Lathe, 1 hour labour",
                "machining $120 (2 hours), labour $40,"
            ),
            ("Quote 10 pins in aluminium 6061, 2.5h of labour, 30 minutes milling each", "(5 hours), labour $100,"),
            ("What would it cost to make 20 steel shafts?", "I don't know an entry called “Steel”"),
        ]
    )
    func quotations(question: String, part: String) async throws {
        let fixture = try await rates()
        let conversation = try DataConversation(fixture.databases, settings: fixture.settings)
        let answer = try await conversation.ask(question)
        #expect(answer.calls.map(\.call.name) == ["price_quote"], "\(answer.text)")
        #expect(answer.text.contains(part), "\(answer.text)")
    }
}
