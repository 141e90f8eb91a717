import AgentRuntime
import Testing

@testable import Tools

@Suite("The demonstration's mails are made, fixed and sorted")
struct DemoMailsTests {
    private let customers = [
        Customer(id: "c1", name: "Acme Tools", email: "ann@acme.example"), Customer(id: "c2", name: "No Address"),
    ]
    private let orders = [Order(id: "o1", number: "ORD-7", customer: "Acme Tools", status: "shipped")]

    private func make() throws -> [MailFolder.File] {
        DemoMails.make(
            customers: customers,
            orders: orders,
            to: "desk@corp.example",
            today: try #require(CalendarDate("2024-01-15"))
        )
    }

    @Test("Forty mails of customers about their orders, the same every time")
    func fixed() throws {
        let files = try make()
        #expect(files.count == 40)
        #expect(files.map(\.bytes) == (try make()).map(\.bytes))
        #expect(files.count { $0.category == nil } == 8)
        let mails = files.map { MailMessage($0.bytes) }
        #expect(mails.allSatisfy { $0.sender?.address == "ann@acme.example" && $0.date != nil })
        #expect(mails.contains { $0.subject.contains("ORD-7") })
        #expect(Set(mails.compactMap(\.messageID)).count == 40)
        #expect(
            DemoMails.make(customers: [], orders: [], to: "x@y.example", today: CalendarDate(daysSinceEpoch: 0)).isEmpty
        )
    }

    @Test("What has no label is sorted as the labels of the others say")
    func sorted() async throws {
        let fixture = try TenantFixture()
        let outcome = try await MailImport.store(
            try make(),
            tenant: fixture.tenant,
            databases: fixture.databases,
            own: ["desk@corp.example"],
            now: Timestamp(milliseconds: 0)
        )
        #expect(outcome.inserted == 40 && outcome.labelled == 32)
        let all = try await fixture.databases.database(of: fixture.tenant).reader.perform { connection in
            try MailStore(connection).page(MailStore.Filter(), limit: 100)
        }
        #expect(all.count { $0.categorySource == .model || $0.categorySource == .rules } == 8)
        #expect(all.allSatisfy { $0.category != nil && $0.refusal == nil })
    }
}
