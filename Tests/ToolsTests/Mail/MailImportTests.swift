import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import Tools

@Suite("Folders of mail are imported whole or not at all")
struct MailImportTests {
    private let fixture: TenantFixture
    private let folder: String

    init() throws {
        fixture = try TenantFixture()
        folder = fixture.folder + "/mail"
    }

    private func write(_ name: String, _ text: String) throws {
        let url = URL(filePath: folder + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.replacing("\n", with: "\r\n").utf8).write(to: url)
    }

    private func run(replace: Bool = false) async throws -> MailImport.Outcome {
        try await MailImport.run(
            folder: folder,
            tenant: fixture.tenant,
            databases: fixture.databases,
            own: ["desk@corp.example"],
            replacesAll: replace,
            now: Timestamp(milliseconds: 1000)
        )
    }

    private func mails(_ filter: MailStore.Filter = .init()) async throws -> [Mail] {
        try await fixture.databases.database(of: fixture.tenant).reader.perform { connection in
            try MailStore(connection).page(filter, limit: 100)
        }
    }

    private func mail(_ number: Int, _ subject: String, _ body: String = "Hello, a question.") -> String {
        """
        From: Ann <ann@client.example>
        To: desk@corp.example
        Subject: \(subject)
        Message-ID: <\(number)@client.example>
        Date: Fri, \(number % 28 + 1) Nov 2026 10:00:00 +0000

        \(body)
        """
    }

    @Test("Subfolders label, and the same folder again changes nothing")
    func labels() async throws {
        try write("invoices/a.eml", mail(1, "Invoice"))
        try write("b.eml", mail(2, "What is the status of my order?"))
        try write("notes.txt", "not a mail")
        let first = try await run()
        #expect(
            first.json == ["type": "emails", "rows": 2, "inserted": 2, "replaced": 0, "unchanged": 0, "labelled": 1]
        )
        let all = try await mails()
        #expect(all.map(\.category) == ["order_status", "invoices"])
        #expect(all.map(\.categorySource) == [.rules, .label])
        #expect(all.allSatisfy { $0.isUnread && $0.refusal == nil })
        let again = try await run()
        #expect(again.unchanged == 2 && again.received.isEmpty)
        try write("b.eml", mail(2, "Another subject"))
        #expect(try await run().replaced == 1)
        try FileManager.default.removeItem(atPath: folder + "/invoices")
        #expect(try await run(replace: true).inserted == 1)
        #expect(try await mails().count == 1)
    }

    @Test("One bad file keeps all out and is named")
    func allOrNothing() async throws {
        try write("a.eml", mail(1, "x"))
        try write("sub/b.eml", " \n")
        let error = await #expect(throws: AgentError.self) { try await run() }
        #expect(error?.details.first?.field == "sub/b.eml")
        #expect(await !fixture.databases.exists(fixture.tenant))
    }

    @Test("Two mails that claim one identifier are both kept")
    func sameIdentifier() async throws {
        try write("a.eml", mail(1, "One"))
        try write("b.eml", mail(1, "Two"))
        #expect(try await run().inserted == 2)
        #expect(try await run().unchanged == 2)
        #expect(Set(try await mails().map(\.subject)) == ["One", "Two"])
    }

    @Test("Lists restrict by what they are asked")
    func filters() async throws {
        for number in 1...5 {
            try write("\(number % 2 == 0 ? "even" : "odd")/\(number).eml", mail(number, "Mail 100% \(number)_x"))
        }
        _ = try await run()
        var filter = MailStore.Filter()
        filter.category = "EVEN"
        #expect(try await mails(filter).count == 2)
        filter.search = "100% 4_X"
        #expect(try await mails(filter).count == 1)
        filter.search = "%"
        #expect(try await mails(filter).count == 2)
        filter.search = "1004"
        #expect(try await mails(filter).isEmpty)
        filter = MailStore.Filter()
        filter.addresses = ["ANN@client.example"]
        #expect(try await mails(filter).count == 5)
        filter.isUnread = false
        #expect(try await mails(filter).isEmpty)
    }

    @Test(
        "A folder of malformed mail is imported",
        .enabled(if: SharedData.exists("email/eml"), "../shared/data/email is missing")
    )
    func malformed() async throws {
        let outcome = try await MailImport.run(
            folder: SharedData.path("email/eml"),
            tenant: fixture.tenant,
            databases: fixture.databases,
            replacesAll: false,
            now: Timestamp(milliseconds: 0)
        )
        // Some of the files are the same mail.
        #expect(outcome.inserted + outcome.unchanged == outcome.rows && outcome.rows >= 75)
    }
}
