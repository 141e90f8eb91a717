import AgentRuntime
import TestSupport
import Testing

@Suite("Links of answers after words of strangers were read")
struct LinkGateTests {
    private static let hosts = LinkHosts(["help.example.com", "*.corp.example"])

    private func passed(_ text: String, pieces: Int? = nil) -> String {
        var gate = LinkGate(hosts: Self.hosts)
        guard let pieces else { return gate.pass(text) + gate.flush() }
        var shown = ""
        var piece: [Unicode.Scalar] = []
        func string() -> String { String(String.UnicodeScalarView(piece)) }
        for scalar in text.unicodeScalars {
            piece.append(scalar)
            guard piece.count == pieces else { continue }
            shown += gate.pass(string())
            piece = []
        }
        return shown + gate.pass(string()) + gate.flush()
    }

    private static let stripped: [(String, String)] = [
        ("See ![x](https://evil.example/?d=1) now", "See x [link removed] now"),
        ("![](https://evil.example/?d=1)", "[link removed]"),
        ("[here](https://evil.example/p \"title\").", "here [link removed]."),
        ("[**b** `c`](<//evil.example/a b>)", "**b** `c` [link removed]"),
        (
            "[a](\\/\\/evil.example/x) [b](/\\evil.example) [c](&#47;&#x2F;evil.example)",
            "a [link removed] b [link removed] c [link removed]"
        ),
        (
            "[a](https&colon;evil.example) [b](javascript:alert(1)) [c](data:text/html,x)",
            "a [link removed] b [link removed] c [link removed]"
        ),
        ("[![alt](https://evil.example/i)](https://evil.example/p)", "alt [link removed] [link removed]"),
        ("Go to https://evil.example/raw?d=1.", "Go to [link removed]."),
        ("(HTTPS://EVIL.example/x), http:evil.example!", "([link removed]), [link removed]!"),
        ("**https://evil.example/x**", "**[link removed]**"),
        ("www.evil.example/x and //evil.example/x", "[link removed] and [link removed]"),
        ("<https://evil.example/x> <mailto:eve@evil.example>", "[link removed] [link removed]"),
        ("mailto:eve@evil.example?body=1", "[link removed]"),
        ("<img src='https://evil.example/i' alt=\">\">", "[link removed]"),
        ("<img alt=x src=//evil.example/i>!", "[link removed]!"),
        ("<a href=\"https://evil.example\">words</a>.", "words [link removed]."),
        ("<IMG SRC=\"&#104;ttps://evil.example\"/>", "[link removed]"),
        ("<div style=\"background:url(https://evil.example/i)\">x</div>", "[link removed]x</div>"),
        ("[1]: https://evil.example/x", "[1]: [link removed]"),
        (
            "https://help.example.com@evil.example/ https://evil.example\\@help.example.com/",
            "[link removed] [link removed]"
        ),
        ("https://help.example.com.evil.example https://corp.example", "[link removed] [link removed]"),
        ("file://evil.example/share \\\\evil.example\\share", "[link removed] [link removed]"),
        ("见https://evil.example/路径 好", "见[link removed] 好"),
    ]

    private static let kept: [String] = [
        "Revenue was 1,234.50 (up 5 %). See [1], [2] and a[0].", "[help](https://help.example.com/a?b=(c)) it",
        "https://x.corp.example:8080/a//b?u=1#c and www.help.example.com.evil is not", "<https://help.example.com>",
        "[report](/reports/1) ![chart](charts/1.png) [top](#top)", "a < b, c > d and <b>bold</b> <br/>",
        "and/or 1/2 // a comment \\ C:\\x", "rows:10 note: it 10:30 data: none http: no", "R&D &amp; A&B", "é 日本 🙂",
        "An [open bracket", "<img src='https://a.corp.example/i'>", "bob@evil.example", "[a]\n\n(b) [c] (d)",
    ]

    @Test("Addresses of other hosts go, words stay; however the text is cut", arguments: [nil, 1, 2, 3, 7])
    func stripping(pieces: Int?) {
        for (text, expected) in Self.stripped {
            #expect(passed(text, pieces: pieces) == expected, "\(text)")
            #expect(passed("\(text) ", pieces: pieces).hasPrefix(expected), "\(text)")
        }
    }

    @Test("Everything else stays as it is", arguments: [nil, 1, 2, 5])
    func keeping(pieces: Int?) {
        for text in Self.kept {
            let expected = text.replacing("www.help.example.com.evil", with: "[link removed]")
            #expect(passed(text, pieces: pieces) == expected)
        }
    }

    @Test("Nothing is held but what may become a link")
    func holding() {
        var gate = LinkGate(hosts: Self.hosts)
        #expect(gate.pass("Revenue was 5 ") == "Revenue was 5 ")
        #expect(gate.pass("mil") == "")
        #expect(gate.pass("lion. See [he") == "million. See ")
        #expect(gate.pass("re](https://evil.example/?d=") == "")
        #expect(gate.pass("1) and https://evil.example/") == "here [link removed] and [link removed]")
        #expect(gate.pass(String(repeating: "x", count: 100_000)) == "")
        #expect(gate.pass(" end. ") == " end. ")
    }

    @Test("Unfinished links cannot be finished by what comes behind something else")
    func unfinished() {
        var gate = LinkGate(hosts: Self.hosts)
        let first = gate.pass("![x](ht") + gate.flush()
        #expect(first == "![x] (ht")
        #expect(gate.pass("tps:x) <img src=ht") + gate.flush() == "tps:x) < img src=ht")
    }

    @Test("Hostile text costs no more than its length")
    func hostile() {
        let begun = ContinuousClock.now
        for text in ["[", "![", "<a ", "&#", "//", "](", "[](", "https:"] {
            _ = passed(String(repeating: text, count: 4000), pieces: 64)
        }
        #expect(ContinuousClock.now - begun < .seconds(60))
    }

    @Test("Hosts that the user names may be linked to, parts of other words may not")
    func named() {
        let hosts = LinkHosts().and(namedIn: [
            "Look at https://a.example/x, (b.example) and mail me@c.example; v1.2 e.g."
        ])
        #expect(["a.example", "b.example"].allSatisfy(hosts.allows))
        #expect(!["c.example", "example", "v1.2", "x.a.example"].contains(where: hosts.allows))
        #expect(
            LinkHosts.isEntry("*.example.com") && !LinkHosts.isEntry("https://example.com") && !LinkHosts.isEntry("*")
        )
    }

    @Test("Hosts of texts are known to the gate at the first link, and at those behind it")
    func lazily() {
        var gate = LinkGate(hosts: Self.hosts, namedIn: ["See https://a.example.", "and b.example"])
        let text = "https://help.example.com https://a.example/x https://b.example https://evil.example"
        #expect(
            gate.pass(text) + gate.flush()
                == "https://help.example.com https://a.example/x https://b.example \(LinkGate.removed)"
        )
    }

    @Test("Only conversations that have read untrusted words are touched")
    func model() async throws {
        let text = "[a](https://evil.example) [b](https://named.example)"
        let base = ScriptedModel { _ in
            [[.text("[a](https://evil"), .text(".example) [b](https://named.example)")], [.finished(.stop)]]
        }
        func answer(_ label: DataLabel) async throws -> String {
            let today = try #require(CalendarDate("2026-01-31"))
            let request = ModelRequest(
                principal: Principal(tenant: TenantID("ten_1"), user: UserID("usr_1")),
                settings: TenantSettings(tenant: TenantID("ten_1"), today: today),
                session: SessionID("conv_1"),
                turn: TurnID("msg_1"),
                message: "What is on named.example?",
                label: label
            )
            let stream = try await LinkGuardedModel(base).respond(to: request)
            var shown = ""
            while let batch = try await stream.next() {
                for case .text(let text) in batch { shown += text }
            }
            return shown
        }
        #expect(try await answer(.ownFigures) == text)
        #expect(try await answer(.untrusted) == "a [link removed] [b](https://named.example)")
    }
}
