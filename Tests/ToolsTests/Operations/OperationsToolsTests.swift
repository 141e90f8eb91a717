import AgentRuntime
import Testing

@testable import Tools

@Suite("Operations tools")
struct OperationsToolsTests {
    static func fixture() async throws -> TenantFixture {
        let fixture = try TenantFixture(today: "2026-01-31")
        try await fixture.load(
            "customers",
            "id,code,name,email,segment\nc1,AJX,Ajax Ltd,buy@ajax.example,Key\nc2,BRX,Brix SA,shop@brix.example,Small\n"
        )
        try await fixture.load(
            "orders",
            """
            id,number,customer,customer_email,status,order_date,required_date,expected_date,total,currency
            o1,SO-1001,Ajax Ltd,,in_production,2026-01-10,2026-02-15,2026-02-10,12000,
            o2,SO-1002,BRX,,confirmed,2025-12-01,2026-01-20,2026-02-05,500.25,
            o3,SO-1003,c1,,delivered,2025-10-01,2025-11-01,2025-11-01,900,
            o4,SO-1004,Brix SA,,cancelled,2025-10-01,2025-11-01,,100,
            o5,10077,Brix SA,,in_production,2026-01-20,,2026-03-01,80,EUR

            """
        )
        try await fixture.load(
            "invoices",
            """
            number,customer,invoice_date,due_date,total,paid,currency
            I-1,Ajax Ltd,2025-12-01,2025-12-31,1000,400,
            I-2,AJX,2025-09-01,2025-10-01,250.5,0,USD
            I-3,Brix SA,2026-01-20,2026-02-20,800,0,
            I-4,Brix SA,2025-11-01,2025-12-01,300,300,
            I-5,Brix SA,2025-11-01,2025-11-20,-50,0,
            I-6,Brix SA,2025-11-01,2025-11-20,70,0,EUR
            I-7,Brix SA,2026-03-01,2026-04-01,999,0,

            """
        )
        try await fixture.load(
            "materials",
            """
            code,name,unit,stock,reserved,reorder_point,unit_cost,supplier
            AL,Aluminium 6061,kg,100,40,80,5.5,Metals Inc
            ST,Steel 304,kg,10,20,50,3,Metals Inc
            BR,Brass rod,kg,500,0,50,9,Rods GmbH
            PL,POM sheet,pcs,6,0,,12,Rods GmbH

            """
        )
        try await fixture.load(
            "material_usage",
            "date,code,quantity\n2025-11-03,AL,90\n2026-01-10,AL,90\n2025-01-01,AL,5000\n2026-01-30,PL,30\n"
        )
        try await fixture.load(
            "deliveries",
            """
            po,supplier,material,promised_date,delivered_date,quantity,accepted
            P1,Metals Inc,AL,2026-01-10,2026-01-09,100,98
            P2,Metals Inc,AL,2025-12-01,2025-12-11,100,100
            P3,Metals Inc,ST,2026-01-20,,60,
            P4,Rods GmbH,BR,2026-01-05,2026-01-05,40,40
            P5,Rods GmbH,BR,2026-03-01,,40,

            """
        )
        return fixture
    }

    @Test("Orders are found by number, customer, status and lateness")
    func orders() async throws {
        let fixture = try await Self.fixture()
        let tool = OrderStatusTool(ledger: fixture.ledger)
        func numbers(_ arguments: JSONObject) async throws -> [String] {
            let orders = try await fixture.content(tool, arguments)["orders"]?.array ?? []
            return orders.compactMap { $0["number"]?.string }
        }
        #expect(try await numbers(["order_number": "#so-1001"]) == ["SO-1001"])
        #expect(try await numbers(["order_number": "o2"]) == ["SO-1002"])
        #expect(try await numbers(["customer": "ajax ltd"]) == ["SO-1001", "SO-1003"])
        #expect(try await numbers(["customer": "c2", "status": "open"]) == ["10077", "SO-1002"])
        #expect(try await numbers(["status": "In Production"]) == ["10077", "SO-1001"])
        #expect(try await numbers(["late": true]) == ["SO-1002"])
        #expect(try await numbers(["period": "2025-10"]) == ["SO-1003", "SO-1004"])
        let late = try await fixture.content(tool, ["late": true])
        // Expected on February 5, required on January 20.
        #expect(late.at("orders.0.days_late") == 16)
        // An order in another currency is not added to the amount.
        let open = try await fixture.content(tool, ["status": "open"])
        #expect(open["amount"]?.exact == ExactNumber("12500.25"))
        #expect(try await fixture.failure(tool, ["order_number": "SO-1009"])["code"] == "not_found")
        #expect(try await fixture.failure(tool, ["customer": "Ajaxx Ltd"])["nearest"] == "Ajax Ltd")
        #expect(try await fixture.failure(tool, ["status": "melted"])["code"] == "unknown_value")
    }

    @Test("A bound conversation sees its customer's orders and nobody else's")
    func ownOrders() async throws {
        let fixture = try await Self.fixture()
        let tool = OrderStatusTool(ledger: fixture.ledger)
        let loose = try await fixture.content(tool, [:])
        #expect(loose["scope"] == "unknown_customer")
        #expect(loose["total"] == 3)
        let writer = try await fixture.databases.database(of: fixture.tenant).writer
        try await writer.perform { try ConversationCustomers($0).bind(nil, to: "c2") }
        #expect(try await fixture.content(tool, [:]).at("orders.0.number") == "10077")
        try await writer.perform { try ConversationCustomers($0).bind(SessionID("conv_test"), to: "c1") }
        let own = try await fixture.content(tool, [:])
        #expect(own["scope"] == "customer")
        #expect(own["total"] == 1)
        #expect(own.at("orders.0.number") == "SO-1001")
        #expect(try await fixture.failure(tool, ["order_number": "SO-1002"])["nearest"] != "SO-1002")
        #expect(try await fixture.failure(tool, ["customer": "Brix SA"])["code"] == "not_found")
        #expect(try await fixture.content(tool, ["status": "open"])["total"] == 1)
    }

    @Test("Receivables are aged by days past due, each currency apart, and add up")
    func aging() async throws {
        let fixture = try await Self.fixture()
        let result = try await fixture.content(ReceivablesAgingTool(ledger: fixture.ledger), [:])
        let amounts = (result["buckets"]?.array ?? []).compactMap { $0["amount"]?.exact }
        #expect(amounts == ["800", "0", "600", "-50", "250.5"].map { ExactNumber($0) })
        #expect(result["outstanding"]?.exact == ExactNumber("1600.5"))
        #expect(result["overdue"]?.exact == ExactNumber("800.5"))
        #expect(result.at("other_currencies.0.currency") == "EUR")
        #expect(result.at("other_currencies.0.outstanding") == 70)
        #expect(result.at("customers.0.customer") == "Ajax Ltd")
        #expect(result.at("customers.0.outstanding")?.exact == ExactNumber("850.5"))
        // 1,600.5 of 1000 + 800 − 50 invoiced in 90 days; the day 90 days ago is November 2.
        #expect(result["dso_days"]?.exact == ExactNumber("80"))
        let tool = ReceivablesAgingTool(ledger: fixture.ledger)
        #expect(try await fixture.failure(tool, ["customer": "Nobody"])["code"] == "not_found")
    }

    @Test("Overdue invoices are those past due and unpaid")
    func overdue() async throws {
        let fixture = try await Self.fixture()
        let tool = InvoicesOverdueTool(ledger: fixture.ledger)
        let result = try await fixture.content(tool, [:])
        let numbers = (result["invoices"]?.array ?? []).compactMap { $0["number"]?.string }
        #expect(numbers == ["I-2", "I-1"])
        #expect(result["outstanding"]?.exact == ExactNumber("850.5"))
        #expect(result["longest_days"] == 122)
        #expect(try await fixture.content(tool, ["min_days": 32])["total"] == 1)
        #expect(try await fixture.content(tool, ["order_by": "outstanding"]).at("invoices.0.number") == "I-1")
        #expect(try await fixture.content(tool, ["customer": "Brix SA"])["total"] == 0)
    }

    @Test("Stock is held against reorder points and use")
    func stock() async throws {
        let fixture = try await Self.fixture()
        let tool = StockAlertsTool(ledger: fixture.ledger)
        let result = try await fixture.content(tool, [:])
        let alerts = result["alerts"]?.array ?? []
        #expect(alerts.compactMap { $0["code"]?.string } == ["ST", "PL", "AL"])
        #expect(alerts.compactMap { $0["level"]?.string } == ["out", "critical", "low"])
        // AL: 180 kg in 90 days are 2 a day; 60 free last 30 days; 80 + 60 − 60 to order.
        #expect(alerts[2]["daily_use"] == 2)
        #expect(alerts[2]["days_of_cover"] == 30)
        #expect(alerts[2]["order_quantity"] == 80)
        #expect(alerts[2]["order_cost"] == 440)
        // ST: 10 less 20 reserved, 60 on its way.
        #expect(alerts[0]["order_quantity"] == 0)
        #expect(try await fixture.content(tool, ["material": "brass rod"]).at("alerts.0.level") == "ok")
        #expect(try await fixture.content(tool, ["supplier": "Rods GmbH"])["total"] == 1)
        #expect(try await fixture.failure(tool, ["material": "BX"])["code"] == "not_found")
    }

    @Test("Suppliers are rated by what was due")
    func suppliers() async throws {
        let fixture = try await Self.fixture()
        let tool = SupplierPerformanceTool(ledger: fixture.ledger)
        let result = try await fixture.content(tool, [:])
        #expect(result.at("suppliers.0.supplier") == "Metals Inc")
        #expect(result.at("suppliers.0.on_time_rate")?.exact == ExactNumber("0.333333"))
        #expect(result.at("suppliers.0.average_days_late")?.exact == ExactNumber("10.5"))
        #expect(result.at("suppliers.0.quality_rate")?.exact == ExactNumber("0.99"))
        #expect(result.at("suppliers.0.overdue.0.po") == "P3")
        #expect(result.at("suppliers.0.overdue.0.days_late") == 11)
        #expect(result["on_time_rate"]?.exact == ExactNumber("0.5"))
        let best = try await fixture.content(tool, ["order_by": "on_time_rate", "order": "desc"])
        #expect(best.at("suppliers.0.supplier") == "Rods GmbH")
        let january = try await fixture.content(tool, ["period": "2026-01"])
        #expect(january["deliveries"] == 3)
        #expect(try await fixture.failure(tool, ["period": "2020-01"])["code"] == "no_data")
        #expect(try await fixture.failure(tool, ["supplier": "Nobody"])["code"] == "not_found")
    }

    @Test(
        "A tenant without such rows is told so",
        arguments: [
            "order_status", "invoices_overdue", "receivables_aging", "stock_alerts", "supplier_performance",
        ]
    )
    func empty(name: String) async throws {
        let fixture = try TenantFixture()
        try await fixture.load("deals", "id,name,amount,stage\nd1,Deal,1,Proposal\n")
        let tools = DataConversation.tools(fixture.ledger, fixture.databases)
        let tool = try #require(tools.first { $0.declaration.name == name })
        #expect(try await fixture.failure(tool, [:])["code"] == "no_data")
    }

    @Test(
        "Questions of operations become calls and answers",
        arguments: [
            (
                "What is the status of my order?", "order_status mine=true",
                "Your order SO-1001 is in production, expected 2026-02-10."
            ),
            (
                "where is order SO-1002?", "order_status order_number=SO-1002",
                "Order SO-1002 of Brix SA is confirmed, expected 2026-02-05."
            ),
            ("When will order 10077 be delivered?", "order_status order_number=10077", "expected 2026-03-01"),
            ("when will my order arrive?", "order_status mine=true", "2026-02-10"),
            ("Has my order shipped?", "order_status mine=true", "in production"),
            ("Which orders are late?", "order_status late=true", "SO-1002"),
            ("How many orders are open?", "order_status status=open", "Orders that are open: 3."),
            ("Show the orders of Brix SA", "order_status customer=Brix SA", "SO-1004"),
            ("list all orders in production", "order_status status=in production", "10077"),
            ("Which orders were placed in October 2025?", "order_status 2025-10-01..2025-10-31", "SO-1003"),
            ("status of order SO-4711", "order_status order_number=SO-4711", "SO-4711"),
            (
                "Which invoices are overdue?", "invoices_overdue",
                "Overdue invoices: 2, with $850.50 outstanding; the oldest is 122 days overdue."
            ),
            ("How much is overdue from Ajax Ltd on unpaid invoices?", "invoices_overdue customer=Ajax Ltd", "$850.50"),
            ("which invoices are more than 60 days overdue", "invoices_overdue min_days=61", "I-2"),
            ("Show unpaid bills", "invoices_overdue", "I-1, Ajax Ltd: $600"),
            ("Show the receivables aging", "receivables_aging", "- over 90 days: $250.50 (1)"),
            ("AR aging report", "receivables_aging", "$1,600.50"),
            ("Who owes us the most?", "receivables_aging", "Ajax Ltd owes the most: $850.50."),
            ("How much do customers owe us?", "receivables_aging", "$1,600.50"),
            ("What is our DSO?", "receivables_aging", "Days sales outstanding: 80."),
            ("What should we reorder?", "stock_alerts", "Steel 304"),
            ("Which materials are low on stock?", "stock_alerts", "run short: 3"),
            ("how much aluminium 6061 is in stock?", "stock_alerts material=AL", "60 kg free"),
            ("Are we running out of anything from Rods GmbH?", "stock_alerts supplier=Rods GmbH", "POM sheet"),
            (
                "Which supplier is late?", "supplier_performance",
                "Metals Inc: P3 (ST), 11 days late (promised 2026-01-20)"
            ),
            (
                "How reliable is Metals Inc?", "supplier_performance supplier=Metals Inc sort=on_time_rate",
                "33.3% (1 of 3)"
            ),
            ("Is I-4 paid?", "invoices_overdue number=I-4", "Yes. I-4 of Brix SA, $300, is paid."),
            ("Is invoice I-2 paid?", "invoices_overdue number=I-2", "No. I-2 of Ajax Ltd is not paid"),
            ("Is I-2 overdue?", "invoices_overdue number=I-2", "Yes. I-2 of Ajax Ltd is not paid"),
            ("Is I-3 overdue?", "invoices_overdue number=I-3", "No. I-3 of Brix SA is not paid"),
            ("How much is more than 60 days overdue?", "invoices_overdue min_days=61", "$250.50"),
            ("How much is our inventory worth?", "stock_alerts", "Stock is worth $5,152 at unit cost (4 materials)."),
            ("What is the value of our stock of steel 304?", "stock_alerts material=ST", "is worth $30"),
            ("Supplier performance", "supplier_performance sort=on_time_rate", "Metals Inc"),
            ("How are our suppliers performing?", "supplier_performance sort=on_time_rate", "Metals Inc"),
            ("How many customers do we have?", "customer_health limit=1", "There are 2 customers."),
            (
                "Which customers are at risk of churning?",
                "customer_intelligence sort=churn_probability churn_risk=high", "customers"
            ),
            ("Which supplier has the worst quality?", "supplier_performance sort=quality_rate", "99%"),
            ("Which supplier is the most reliable?", "supplier_performance sort=on_time_rate order=desc", "Rods GmbH"),
        ]
    )
    func questions(question: String, signature: String, part: String) async throws {
        let fixture = try await Self.fixture()
        let conversation = try DataConversation(
            fixture.databases,
            settings: fixture.settings,
            email: "buy@ajax.example"
        )
        let answer = try await conversation.ask(question)
        #expect(answer.signature == signature)
        #expect(answer.text.contains(part), "\(answer.text)")
        if !answer.calls.contains(where: \.result.isError) { #expect(!answer.citations.isEmpty) }
    }

    @Test("A follow-up goes on with the orders")
    func followUps() async throws {
        let fixture = try await Self.fixture()
        let conversation = try DataConversation(fixture.databases, settings: fixture.settings)
        _ = try await conversation.ask("where is order SO-1002?")
        #expect(try await conversation.ask("and SO-1003?").signature == "order_status order_number=SO-1003")
        _ = try await conversation.ask("Which invoices are overdue?")
        #expect(try await conversation.ask("and for Brix SA?").signature == "invoices_overdue customer=Brix SA")
    }
}
