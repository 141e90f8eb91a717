import AgentRuntime
import Testing

@testable import Tools

@Suite("Demo companies ten_aems, ten_smb and ten_cnc")
struct OtherCompaniesTests {
    private struct Demo {
        let fixture: TenantFixture
        let conversation: DataConversation
        let settings: TenantSettings

        init(_ company: SeededCompany) async throws {
            fixture = try TenantFixture()
            try await company.install(in: fixture.databases)
            settings = TenantSettings(tenant: company.tenant, today: try #require(company.settings.asOf))
            conversation = try DataConversation(fixture.databases, settings: settings)
        }
    }

    static let companies: [@Sendable () -> SeededCompany] = [AemsCompany.make, SMBCompany.make, CNCCompany.make]

    @Test("Sales of the second quarter come to 450,000, up 12 %, by region with a chart")
    func aems() async throws {
        let demo = try await Demo(AemsCompany.make())
        let answer = try await demo.conversation.ask("What were our total sales in Q2?")
        for part in ["$450,000", "up 12%", "$402,000", "North: $200,000", "South: $150,000", "West: $100,000"] {
            #expect(answer.text.contains(part), "\(part) in \(answer.text)")
        }
        #expect(answer.charts.contains { $0["type"] == "bar" })
        #expect(!answer.citations.isEmpty)
    }

    @Test("December's revenue comes to 24,580, up 12 %, from two sources")
    func smb() async throws {
        let demo = try await Demo(SMBCompany.make())
        let answer = try await demo.conversation.ask("What was my revenue last month?")
        for part in ["$24,580", "up 12%", "shopify (156 data points)", "stripe (89"] {
            #expect(answer.text.contains(part), "\(part) in \(answer.text)")
        }
    }

    @Test("My order is ORD-2024-001, in production and expected on 2024-02-10")
    func cnc() async throws {
        let demo = try await Demo(CNCCompany.make())
        let answer = try await demo.conversation.ask("What is the status of my order?")
        for part in ["ORD-2024-001", "in production", "2024-02-10"] {
            #expect(answer.text.contains(part), "\(part) in \(answer.text)")
        }
        #expect(answer.citations.contains { $0.source == "order" && $0.id == "ORD-2024-001" })
        #expect(answer.notes.contains { $0.text.contains("order_status") })
    }

    @Test("Each has three years of ledger and budget, deals and trade, the same each time", arguments: 0..<3)
    func span(index: Int) throws {
        let company = Self.companies[index]()
        let content = company.content
        let today = try #require(company.settings.asOf)
        #expect(Set(content.ledger.map(\.date.monthNumber)).count == 36)
        #expect(content.ledger.allSatisfy { $0.date <= today })
        #expect(Set(content.budget.map(\.month)).count >= 36)
        #expect(content.deals.count { $0.status != .open } >= 50)
        #expect(content.operations.customers.count >= 30)
        #expect(content.operations.orders.count >= 100)
        #expect(Set(content.operations.orders.map(\.id)).count == content.operations.orders.count)
        #expect(content.operations.orders.contains { $0.isOpen })
        #expect(content.operations.invoices.contains { $0.outstanding > .zero })
        let articles = try DemoArticles.library(of: company.tenant)
        #expect(articles.count == 25)
        let again = Self.companies[index]().content
        #expect(again.ledger == content.ledger && again.deals == content.deals)
        #expect(again.operations.orders == content.operations.orders)
        #expect(again.operations.materials == content.operations.materials)
    }

    @Test("Every company answers about its operations", arguments: 0..<3)
    func operations(index: Int) async throws {
        let demo = try await Demo(Self.companies[index]())
        for question in [
            "Which invoices are overdue?", "Show the receivables aging", "What should we reorder?",
            "Which supplier is late?", "Which orders are late?", "How are we doing?", "Which deals are at risk?",
        ] {
            demo.conversation.forget()
            let answer = try await demo.conversation.ask(question)
            #expect(!answer.calls.isEmpty && answer.calls.allSatisfy { !$0.result.isError }, "\(question)")
            #expect(!answer.citations.isEmpty, "\(question): \(answer.text)")
        }
    }

    @Test("With other orders in place of the demo's, the question gives theirs")
    func replaced() async throws {
        let demo = try await Demo(CNCCompany.make())
        _ = try await Importer(databases: demo.fixture.databases).run(
            type: "orders",
            from: .bytes(Array("number,customer,status,expected_date\nSO-9,Nordsee,shipped,2024-01-20\n".utf8)),
            tenant: CNCCompany.tenant,
            replace: true,
            now: Timestamp(milliseconds: 0)
        )
        let answer = try await demo.conversation.ask("What is the status of my order?")
        #expect(answer.text.contains("SO-9 is shipped, expected 2024-01-20"), "\(answer.text)")
        #expect(!answer.text.contains("ORD-2024-001"))
    }
}
