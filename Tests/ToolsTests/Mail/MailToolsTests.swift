import AgentRuntime
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Tools

@Suite("Mails are answered from what the data says, to whom they came from")
struct MailToolsTests {
    private let fixture: TenantFixture
    private let drafter: MailDrafter
    private let server = ScriptedServer()
    private let accounts: MailAccounts

    init() throws {
        fixture = try TenantFixture(today: "2024-01-15")
        accounts = MailAccounts([
            fixture.tenant: MailAccount(address: "desk@corp.example", name: "The Desk", aliases: [])
        ])
        drafter = MailDrafter(fixture.databases, accounts: accounts)
    }

    /// A mail server of the test: what it was given, and what it says to the next mail.
    private final class ScriptedServer: MailTransport {
        struct State {
            var taken: [(to: [String], message: String)] = []
            var failure: MailTransportFailure?
        }

        let state = Guarded(State())

        func send(_ message: [UInt8], from: String, to: [String]) async throws {
            try state.with { state in
                if let failure = state.failure { throw failure }
                state.taken.append((to, String(decoding: message, as: UTF8.self)))
            }
        }
    }

    private func outbox(withServer: Bool) -> MailOutbox {
        MailOutbox(
            fixture.databases,
            accounts: accounts,
            transports: withServer ? [fixture.tenant: server] : [:],
            wallClock: HandClock(Timestamp(milliseconds: 1_705_312_800_000))
        )
    }

    private func book(withServer: Bool = false) -> MailBook {
        MailBook(
            fixture.databases,
            drafter: drafter,
            outbox: outbox(withServer: withServer),
            wallClock: HandClock(Timestamp(milliseconds: 1_705_312_800_000))
        )
    }

    private func load() async throws -> String {
        try await fixture.load(
            "customers",
            "id,code,name,email\ncus_1,ACME,Acme Tools,ann@acme.example\ncus_2,BETA,Beta Works,bob@beta.example\n"
        )
        try await fixture.load(
            "orders",
            "id,number,customer,customer_email,status,order_date,required_date,expected_date,total,currency\n"
                + "o1,ORD-7,Acme Tools,ann@acme.example,in_production,2024-01-02,2024-02-01,2024-02-10,1000,USD\n"
                + "o2,ORD-8,Beta Works,bob@beta.example,shipped,2024-01-02,2024-02-01,2024-01-20,500,USD\n"
        )
        try await fixture.load(
            "invoices",
            "number,customer,invoice_date,due_date,total,paid,currency\n"
                + "INV-1,Acme Tools,2023-11-01,2023-12-01,1200.50,200,USD\nINV-2,Acme Tools,2024-01-10,2024-02-10,50,0,USD\n"
                + "INV-3,Beta Works,2023-11-01,2023-12-01,10,10,USD\n"
        )
        return try await receive("Where is my order ORD-7? And ORD-8?", subject: "My order", id: "<q1@acme.example>")
    }

    private func receive(_ text: String, subject: String, id: String, head: String = "") async throws -> String {
        let source =
            "From: Ann <ann@acme.example>\r\nTo: desk@corp.example\r\nSubject: \(subject)\r\n"
            + "Message-ID: \(id)\r\nReferences: <r0@x.example>\r\n\(head)\r\n\(text)\r\n"
        let outcome = try await MailImport.store(
            [MailFolder.File(name: "a.eml", category: nil, bytes: Array(source.utf8))],
            tenant: fixture.tenant,
            databases: fixture.databases,
            own: ["desk@corp.example"],
            now: Timestamp(milliseconds: 1_705_312_800_000)
        )
        return try #require(outcome.received.first)
    }

    @Test("A draft tells the sender of his own orders alone, and goes to him")
    func reply() async throws {
        let id = try await load()
        let result = try await fixture.call(EmailDraftTool(drafter), ["email_id": .string(id)])
        #expect(result.content.at("to.address")?.string == "ann@acme.example")
        #expect(result.content["subject"]?.string == "Re: My order")
        #expect(result.content["in_reply_to"]?.string == "<q1@acme.example>")
        #expect(result.content["references"] == ["<r0@x.example>", "<q1@acme.example>"])
        let body = try #require(result.content["body"]?.string)
        #expect(body.contains("ORD-7 is in production, expected on 2024-02-10"))
        #expect(!body.contains("ORD-8"))
        #expect(result.citations.map(\.source) == ["order", "email"])
    }

    @Test("A reminder names what is overdue, exactly")
    func reminder() async throws {
        _ = try await load()
        let content = try await fixture.content(EmailDraftTool(drafter), ["customer": "acme"])
        let body = try #require(content["body"]?.string)
        #expect(body.contains("INV-1: $1,000.50, due on 2023-12-01, 45 days overdue"))
        #expect(!body.contains("INV-2"))
        let none = try await fixture.content(EmailDraftTool(drafter), ["customer": "Beta Works"])
        #expect(none["reason"]?.string == "Beta Works has no overdue invoice to be reminded of.")
        let unknown = try await fixture.failure(EmailDraftTool(drafter), ["customer": "Acmi Tools"])
        #expect(unknown["code"] == "not_found" && unknown["nearest"]?.string == "Acme Tools")
        #expect(try await fixture.failure(EmailDraftTool(drafter), [:])["code"] == "invalid_argument")
    }

    @Test("Without a server a sent mail waits and says why; the same effect sends once")
    func queued() async throws {
        let id = try await load()
        let tool = EmailSendTool(drafter, outbox: outbox(withServer: false), book: book())
        let first = try await fixture.content(tool, ["email_id": .string(id), "body": "We are on it."])
        #expect(first["status"] == "queued")
        #expect(first["note"]?.string?.contains("smtp") == true)
        let again = try await fixture.content(tool, ["email_id": .string(id), "body": "We are on it."])
        #expect(again["email_id"] == first["email_id"])
        #expect(try await book().mail(id, of: fixture.tenant).status == .replied)
    }

    @Test("A mail that nobody has approved says what wrote it; one that was approved is the person's own")
    func disclosed() async throws {
        _ = try await load()
        let tool = EmailSendTool(drafter, outbox: outbox(withServer: true), book: book(withServer: true))
        var context = fixture.context
        for isApproved in [false, true] {
            context.isApproved = isApproved
            context.effectID = "e-\(isApproved)"
            let sent = try await tool.call(["customer": "Acme Tools", "body": "Hello there."], context: context)
            #expect(!sent.isError)
            let message = try #require(server.state.with { $0.taken.last?.message })
            #expect(message.contains("\r\nAuto-Submitted: auto-generated\r\n") == !isApproved)
            #expect(message.contains("automatic assistant") == !isApproved)
        }
        #expect(server.state.with { $0.taken.count } == 2)
    }

    @Test("What waited for a server is sent once when there is one, in the tenant's name")
    func configuredLater() async throws {
        _ = try await load()
        let clock = HandClock(Timestamp(milliseconds: 1_705_312_800_000))
        func outbox(_ accounts: MailAccounts, _ transports: [TenantID: any MailTransport] = [:]) -> MailOutbox {
            MailOutbox(fixture.databases, accounts: accounts, transports: transports, wallClock: clock)
        }
        let draft = MailDraft(to: MailAddress(address: "ann@acme.example"), subject: "Grüße", text: "We are on it.")
        let without = outbox(MailAccounts())
        let waiting = try await without.send(draft, of: fixture.tenant, effectID: "e1")
        #expect(waiting.mail.status == .queued)
        try await without.sendDue(of: fixture.tenant)
        // Ten days later, when it would be given up had anyone tried to send it.
        clock.advance(by: .seconds(10 * 86_400))
        let with = outbox(accounts, [fixture.tenant: server])
        server.state.with { $0.failure = MailTransportFailure("451 later", isRetryable: true) }
        try await with.sendDue(of: fixture.tenant)
        #expect(try await book().mail(waiting.mail.id, of: fixture.tenant).status == .queued)
        server.state.with { $0.failure = nil }
        clock.advance(by: .seconds(60))
        for _ in 0..<3 { try await with.sendDue(of: fixture.tenant) }
        let taken = server.state.with { $0.taken }
        #expect(taken.count == 1)
        let read = MailMessage(Array(try #require(taken.first?.message).utf8))
        #expect(read.from.first?.address == "desk@corp.example" && read.subject == "Grüße")
        let sent = try await book().mail(waiting.mail.id, of: fixture.tenant)
        #expect(sent.status == .sent && sent.from == MailAddress(name: "The Desk", address: "desk@corp.example"))
        #expect(try await with.send(draft, of: fixture.tenant, effectID: "e1").mail.status == .sent)
        #expect(server.state.with { $0.taken.count } == 1)
    }

    @Test("What is sent holds the right headers and nobody else's")
    func sent() async throws {
        _ = try await load()
        let id = try await receive(
            "Please send me the forecast.",
            subject: "=?utf-8?Q?Hi=0D=0ABcc:_victim@evil.example?=",
            id: "<q2@acme.example>"
        )
        let book = book(withServer: true)
        let draft = try await book.draft(
            answering: id,
            words: "Grüße\n.\nFrom here",
            settings: fixture.settings
        )
        let outcome = try await book.answer(id, draft, isAutomatic: true, of: fixture.tenant, effectID: "e1")
        #expect(outcome.mail.status == .sent)
        let taken = server.state.with { $0.taken }
        #expect(taken.map(\.to) == [["ann@acme.example"]])
        let message = try #require(taken.first?.message)
        #expect(!message.contains("\nBcc:"))
        #expect(message.contains("\r\nAuto-Submitted: auto-replied\r\n"))
        #expect(message.contains("\r\nIn-Reply-To: <q2@acme.example>\r\n"))
        #expect(message.split(separator: "\r\n", omittingEmptySubsequences: false).allSatisfy { $0.utf8.count <= 78 })
        let read = MailMessage(Array(message.utf8))
        #expect(read.subject == "Re: Hi Bcc: victim@evil.example")
        #expect(read.text.contains("Grüße\n.\nFrom here"))
        await #expect(throws: AgentError.self, "one automatic answer a day") {
            try await book.answer(id, draft, isAutomatic: true, of: fixture.tenant, effectID: "e2")
        }
        let repeated = try await book.answer(id, draft, isAutomatic: true, of: fixture.tenant, effectID: "e1")
        #expect(repeated.mail.id == outcome.mail.id)
        #expect(server.state.with { $0.taken.count } == 1)
    }

    @Test("A list's mail is not answered automatically, but by a person")
    func refused() async throws {
        let id = try await receive("x y", subject: "News", id: "<l@x.example>", head: "List-Id: <l.x.example>\r\n")
        let book = book(withServer: true)
        let draft = try await book.draft(answering: id, words: "No", settings: fixture.settings)
        await #expect(throws: AgentError.self) {
            try await book.answer(id, draft, isAutomatic: true, of: fixture.tenant, effectID: "e")
        }
        #expect(
            try await book.answer(id, draft, isAutomatic: false, of: fixture.tenant, effectID: "e").mail.status == .sent
        )
    }

    @Test("A server that refuses, or whose word is not known, is told apart")
    func failures() async throws {
        let id = try await load()
        let book = book(withServer: true)
        let draft = try await book.draft(answering: id, words: "x", settings: fixture.settings)
        for (failure, status) in [
            (MailTransportFailure("550 no such user"), Mail.Status.failed),
            (MailTransportFailure("451 later", isRetryable: true), .queued),
            (MailTransportFailure("cut", isUnknown: true), .sending),
        ] {
            server.state.with { $0.failure = failure }
            let outcome = try await book.answer(
                id,
                draft,
                isAutomatic: false,
                of: fixture.tenant,
                effectID: failure.message
            )
            #expect(outcome.mail.status == status)
            #expect(outcome.note == failure.message)
        }
    }

    @Test("A forwarded mail goes along whole")
    func forward() async throws {
        let id = try await load()
        let outcome = try await book(withServer: true).forward(
            id,
            to: [MailAddress(address: "a@corp.example"), MailAddress(address: "b@corp.example")],
            note: "Please look",
            of: fixture.tenant,
            effectID: "f"
        )
        #expect(outcome.mail.status == .sent)
        let taken = server.state.with { $0.taken }
        #expect(taken.map(\.to) == [["a@corp.example", "b@corp.example"]])
        let read = MailMessage(Array((taken.first?.message ?? "").utf8))
        #expect(read.subject == "Fwd: My order" && read.text == "Please look")
        #expect(read.attachments.map(\.name) == ["forwarded.eml"])
    }

    @Test("Mails and texts are sorted, unknown mails are told")
    func classify() async throws {
        let id = try await load()
        let tool = EmailClassifyTool(fixture.databases)
        let mail = try await fixture.content(tool, ["email_id": .string(id)])
        #expect(mail["intent"] == "order_status" && mail["method"] == "rules")
        let text = try await fixture.content(tool, ["text": "Please quote 20 brackets"])
        #expect(text["category"] == "quotation_request")
        let cited = try await fixture.call(tool, ["text": "Please quote 20 brackets"]).citations
        #expect(cited.map(\.id) == ["mail_rules"])
        #expect(try await fixture.failure(tool, ["email_id": "eml_no"])["code"] == "not_found")
        #expect(try await fixture.failure(tool, [:])["code"] == "invalid_argument")
        let found = try await fixture.content(EmailSearchTool(fixture.databases), ["is_unread": true])
        #expect(found["total"] == 1)
    }

    @Test("The planner understands what is asked of the inbox")
    func skill() throws {
        let skill = MailSkill()
        func plan(_ text: String, _ change: (inout Frame) -> Void = { _ in }) throws -> PlannedCall? {
            var frame = Frame()
            frame.text = text
            change(&frame)
            let situation = Situation(
                settings: fixture.settings,
                vocabulary: Vocabulary(words: [], tenant: TenantVocabulary(version: 1, entries: [])),
                tools: [],
                phrasing: try PlannerConversation.library()
            )
            return skill.plans(for: frame, in: situation).first?.calls.first
        }
        #expect(try plan("Draft a reminder to Acme Tools.") == PlannedCall("email_draft", ["customer": "Acme Tools"]))
        #expect(
            try plan("Please remind the customer Acme about the invoice")
                == PlannedCall("email_draft", ["customer": "Acme"])
        )
        #expect(
            try plan("Classify this: where is my order?") { $0.cues = ["classify"] }
                == PlannedCall("email_classify", ["text": "where is my order?"])
        )
        #expect(
            try plan("Draft a reply to eml_abc123") { $0.cues = ["draft"] }
                == PlannedCall("email_draft", ["email_id": "eml_abc123"])
        )
        #expect(
            try plan("Draft an email to Hanabi Robotics about their overdue invoices") {
                $0.cues = ["draft"]
                $0.subjects = ["mails", "invoices"]
            } == PlannedCall("email_draft", ["customer": "Hanabi Robotics"])
        )
        #expect(
            try plan("Write an email to them about the unpaid bills of Acme") {
                $0.subjects = ["mails"]
                $0.filters = [Frame.Filter(dimension: "customer", values: ["Acme Tools"])]
            } == PlannedCall("email_draft", ["customer": "Acme Tools"])
        )
        #expect(try plan("What is our revenue?") == nil)
    }
}
