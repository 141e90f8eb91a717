import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import Tools

@Suite("Mails are read from their bytes")
struct MailMessageTests {
    private func message(_ text: String) -> MailMessage {
        MailMessage(Array(text.replacing("\n", with: "\r\n").utf8))
    }

    @Test("Folded and encoded headers are read as text")
    func headers() {
        let mail = message(
            """
            From: =?utf-8?Q?Ann_L=C3=A9e?= <ann@client.example>
            To: "Desk, the" <desk@corp.example>, Team: a@x.example, b@y.example;
            Subject: =?utf-8?B?R3LDvMOf?= =?utf-8?Q?e_aus?=
             =?iso-8859-1?Q?_K=F6ln?= and more
            Date: Fri, 20 Nov 2026 10:00:00 +0200
            Message-ID: <a@client.example>
            References: <r1@x> <r2@x>

            Hello
            """
        )
        #expect(mail.subject == "Grüße aus Köln and more")
        #expect(mail.sender == MailAddress(name: "Ann Lée", address: "ann@client.example"))
        #expect(mail.to.map(\.address) == ["desk@corp.example", "a@x.example", "b@y.example"])
        #expect(mail.to.first?.name == "Desk, the")
        #expect(mail.date?.iso8601 == "2026-11-20T08:00:00.000Z")
        #expect(mail.references == ["<r1@x>", "<r2@x>"])
        #expect(mail.text == "Hello")
    }

    @Test("A character cut in two by neighbouring encoded words is whole again")
    func cutCharacter() {
        #expect(EncodedWord.decode("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=") == "€")
        #expect(EncodedWord.decode("a =?utf-8?Q?b?= c =?broken?Q?d") == "a b c =?broken?Q?d")
        #expect(EncodedWord.decode("=?unknown-set?Q?caf=C3=A9?=") == "café")
    }

    @Test("No line break hides in a subject", arguments: ["=0D=0A", "=0A", "=E2=80=A8", "=00"])
    func headerInjection(_ hidden: String) {
        let mail = message("From: a@b.example\nSubject: =?utf-8?Q?Hi\(hidden)Bcc:_victim@evil.example?=\n\nx")
        #expect(mail.subject == "Hi Bcc: victim@evil.example")
    }

    @Test("The plain form of an alternative is read, attachments are named")
    func multipart() {
        let mail = message(
            """
            Content-Type: multipart/mixed; boundary="a b"

            preamble
            --a b
            Content-Type: multipart/alternative; boundary=in

            --in
            Content-Type: text/plain; charset=iso-8859-1
            Content-Transfer-Encoding: quoted-printable

            caf=E9 soft=
             break
            --in
            Content-Type: text/html

            <p>other</p>
            --in--
            --a b
            Content-Type: application/pdf
            Content-Disposition: attachment; filename*0*=utf-8''%E2%82%AC; filename*1=" rates.pdf"
            Content-Transfer-Encoding: base64

            AAAA
            --a b
            Content-Type: message/rfc822

            Subject: inner

            inner words
            --a b--
            epilogue
            """
        )
        #expect(mail.text == "café soft break")
        #expect(mail.attachments.map(\.name) == ["€ rates.pdf", "message.eml"])
        #expect(mail.attachments.first?.size == 3)
        #expect(mail.mediaType == "multipart/mixed")
    }

    @Test("HTML is read as text, without scripts")
    func html() {
        let html = "<html><head><title>t</title></head><body><p>A&nbsp;&lt;b&gt; &#8364;</p><script>evil()</script>"
        #expect(
            MailText.plain(html: html + "<style>x</style><div>C<br>D</div> 1 < 2 &unknown;")
                == "A <b> €\n\nC\nD\n1 < 2 &unknown;"
        )
    }

    @Test(
        "Character sets are read",
        arguments: [
            ("shift_jis", "836583588367", "テスト"), ("iso-2022-jp", "1b2442256525391b2842", "ュス"),
            ("euc-jp", "a5c6a5b9a5c8418eb1", "テストAｱ"), ("koi8-r", "f0d2c9d7c5d4", "Привет"),
            ("windows-1251", "cff0e8e2e5f2", "Привет"), ("iso-8859-15", "a4", "€"), ("gb2312", "c4e3bac3", "你好"),
            ("big5", "a741a66e", "你好"), ("euc-kr", "c7d1b1db", "한글"), ("windows-1252", "80", "€"),
            ("iso-8859-1", "e980", "é€"), ("utf-8", "c3a9", "é"), ("", "e9", "é"), ("no-such", "e9", "é"),
        ]
    )
    func charsets(_ name: String, _ hex: String, _ text: String) {
        let bytes = Hex.decode(hex) ?? []
        #expect(MailCharset.decode(bytes[...], charset: name) == text)
    }

    @Test("Dates in all their forms")
    func dates() {
        #expect(
            MailDate.timestamp("Thu, 13 Feb 1969 23:32 -0330 (Newfoundland)")?.iso8601 == "1969-02-14T03:02:00.000Z"
        )
        #expect(MailDate.timestamp("21 Nov 97 09:55:06 EST")?.iso8601 == "1997-11-21T14:55:06.000Z")
        for text in ["", "tomorrow", "31 Feb 2024 10:00:00 +0000", "1 Jan 2024 25:00:00", "1 Jan 99999 1:1:1"] {
            #expect(MailDate.timestamp(text) == nil, "\(text)")
        }
        #expect(MailDate.text(Timestamp(milliseconds: 1_795_168_800_000)) == "Fri, 20 Nov 2026 10:00:00 +0000")
    }

    @Test(
        "Malformed messages are read as far as they go",
        .enabled(if: SharedData.exists("email/manifest.jsonl"), "../shared/data/email is missing")
    )
    func malformed() throws {
        var subjects = (right: 0, all: 0)
        var identifiers = (right: 0, all: 0)
        var names = (right: 0, all: 0)
        for line in try SharedData.lines("email/manifest.jsonl") {
            let file = try #require(line["file"]?.string)
            let mail = MailMessage(try SharedData.bytes("email/\(file)"))
            let python = line["python_email"]
            if let subject = python?["subject"]?.string {
                subjects.all += 1
                if MailText.line(subject) == mail.subject { subjects.right += 1 }
            }
            if let id = python?["message_id"]?.string, id.contains("<"), id.contains(">") {
                identifiers.all += 1
                if mail.messageID.map(id.contains) == true { identifiers.right += 1 }
            }
            let attached = python?["attachments"]?.array?.compactMap(\.string) ?? []
            if !attached.isEmpty {
                names.all += 1
                if Set(attached).isSubset(of: mail.attachments.map(\.name)) { names.right += 1 }
            }
        }
        // The reference is another parser, not the truth; it is right about nearly all of them.
        #expect(subjects.right * 100 >= subjects.all * 95)
        #expect(identifiers.right * 100 >= identifiers.all * 95)
        #expect(names.right * 100 >= names.all * 80)
    }

    @Test(
        "Hostile messages take little time and memory",
        arguments: [
            String(repeating: "=?a?q?x ", count: 200_000), String(repeating: "(", count: 300_000),
            String(repeating: "<", count: 300_000), String(repeating: "\"\\", count: 300_000),
            String(repeating: "a@b,", count: 300_000), String(repeating: ";a*0*=utf-8''%41", count: 50_000),
        ]
    )
    func hostileHeaders(_ value: String) {
        for name in ["Subject", "From", "Content-Type", "Date", "References"] {
            let mail = message("\(name): \(value)\n\nbody")
            #expect(mail.from.count <= MailAddressReader.addressesMax)
            #expect(mail.text.utf8.count < 1000)
        }
    }

    @Test("Deep, wide and huge bodies are bounded")
    func hostileBodies() {
        var deep = ""
        for level in 0..<3000 {
            deep += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n"
        }
        #expect(message(deep).partTypes.count <= MailMessage.depthMax + 1)
        let wide =
            "Content-Type: multipart/mixed; boundary=b\n\n"
            + String(repeating: "--b\nContent-Disposition: attachment; filename=a\n\nx\n", count: 5000)
        let mail = message(wide)
        #expect(mail.partTypes.count <= MailMessage.partsMax)
        #expect(mail.attachments.count == MailMessage.attachmentsMax)
        let huge = "Content-Type: text/html\n\n" + String(repeating: "<b", count: 1_000_000)
        #expect(message(huge).text.utf8.count <= MailMessage.textBytesMax)
        #expect(message("\n" + String(repeating: "é", count: 400_000)).text.utf8.count <= MailMessage.textBytesMax)
        var seed: UInt64 = 7
        for _ in 0..<300 {
            let bytes = (0..<400).map { _ -> UInt8 in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Array("=?<>\"();:,@\r\n -ab".utf8)[Int(seed >> 33) % 17]
            }
            let read = MailMessage(Array("From: ".utf8) + bytes)
            #expect(!read.subject.contains("\n") && read.from.allSatisfy { !$0.address.contains("\r") })
        }
    }
}
