import AgentRuntime
import TestSupport
import Testing

@testable import Tools

@Suite("Which mails a program does not answer by itself")
struct AutoReplyRulesTests {
    private let rules = AutoReplyRules(own: ["desk@corp.example"])

    @Test(
        "Machines, lists and crowds are not answered, people are",
        .enabled(if: SharedData.exists("email/auto_reply_cases.jsonl"), "../shared/data/email is missing")
    )
    func cases() throws {
        for line in try SharedData.lines("email/auto_reply_cases.jsonl") {
            let message = MailMessage(Array((line["raw"]?.string ?? "").utf8))
            let refusal = rules.refusal(of: message)
            let id = line["id"]?.string ?? ""
            #expect((refusal == nil) == line["auto_reply"]?.bool, "\(id): \(refusal ?? "answered")")
        }
    }

    @Test(
        "Senders that take no answers are told from people",
        arguments: [
            ("noreply@x.example", true), ("no-reply@x.example", true), ("no.reply+tag@x.example", true),
            ("orders-noreply@x.example", true), ("DoNotReply@x.example", true), ("MAILER-DAEMON@x.example", true),
            ("bounces+123@x.example", true), ("owner-news@x.example", true), ("news-request@x.example", true),
            ("bob.replyson@x.example", false), ("noreen@x.example", false), ("owner@x.example", false),
            ("requests@x.example", false), ("reply@x.example", false), ("arno.reply@x.example", false),
        ]
    )
    func senders(_ address: String, _ isMachine: Bool) {
        #expect(AutoReplyRules.isMachine(MailAddress(address: address)) == isMachine)
    }

    private func message(_ head: String, _ body: String = "Where is my order?") -> MailMessage {
        MailMessage(Array("From: ann@client.example\r\nTo: desk@corp.example\r\n\(head)\r\n\r\n\(body)".utf8))
    }

    @Test("A plain question may be answered, with or without unrelated headers")
    func answered() {
        for head in ["Subject: x", "Auto-Submitted: no", "Precedence: normal", "X-Auto-Response-Suppress: DR, RN"] {
            #expect(rules.refusal(of: message(head)) == nil, "\(head)")
        }
    }

    @Test("Without an address of one's own, recipients are not looked at")
    func withoutOwn() {
        let other = MailMessage(Array("From: a@b.example\r\nTo: c@d.example\r\n\r\nHello, where is it?".utf8))
        #expect(AutoReplyRules(own: []).refusal(of: other) == nil)
        #expect(rules.refusal(of: other) != nil)
    }
}
