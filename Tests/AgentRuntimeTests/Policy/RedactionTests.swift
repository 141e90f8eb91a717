import Testing

@testable import AgentRuntime

@Suite("What is taken out of texts")
struct RedactionTests {
    private let all = Redaction(Redaction.Rule.allCases)

    @Test(
        "Cards, accounts, secrets, mail addresses and telephones are found",
        arguments: [
            ("pay with 4111 1111 1111 1111 please", "pay with [card] please"),
            ("5500-0000-0000-0004.", "[card]."),
            ("card:378282246310005", "card:[card]"),
            ("to DE89 3704 0044 0532 0130 00 AND more", "to [iban] AND more"),
            ("GB82WEST12345698765432, thanks", "[iban], thanks"),
            ("write ann.o'neil+x@mail.example.co.uk now", "write ann.o'[email] now"),
            ("call +49 (30) 1234-5678 or (212) 555-0182", "call [phone] or [phone]"),
            ("call 212-555-0182!", "call [phone]!"),
            ("key sk-abcdefghijklmnopqrstuvwx and AKIAIOSFODNN7EXAMPLE", "key [secret] and [secret]"),
            ("my password: hunter2000 is old", "my password: [secret] is old"),
            ("API_KEY=abc123def", "API_KEY=[secret]"),
            ("4111\u{a0}1111\u{a0}1111\u{a0}1111", "[card]"), ("4111\u{202f}1111\u{2009}1111 1111.", "[card]."),
            ("card 4111.1111.1111.1111, thanks", "card [card], thanks"), ("3782.822463.10005", "[card]"),
            ("client_secret=abcdef12", "client_secret=[secret]"),
            ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = [secret]"),
            (#"{"client_secret": "abc defgh", "x": 1}"#, #"{"client_secret": "[secret]", "x": 1}"#),
            ("https://x.example/?token=8f3a9c21bd", "https://x.example/?token=[secret]"),
            ("Authorization: Bearer abcdefghijklmnopqrstuvwxyz", "Authorization: Bearer [secret]"),
            ("authorization: Basic dXNlcjpwYXNz", "authorization: Basic [secret]"),
            ("with bearer 0a1b2c3d4e5f6a7b", "with bearer [secret]"),
            ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "[secret]"),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----\nbye",
                "[secret]\nbye"
            ),
        ]
    )
    func found(text: String, expected: String) { #expect(all.redacted(text) == expected) }

    @Test(
        "Figures, dates, ids and names stay",
        arguments: [
            "", "What was revenue in January 2026?", "Revenue was 4,111,111,111,111,111.00", "$4111111111111111",
            "4111 1111 1111 1112", "1234567890123.45", "ORD-2024-001 and INV-4111111111111111x", "2026-01-31 10:00",
            "DE89 3704 0044 0532 0130 01", "accounts 4000, 4010 and 6000", "the password policy: see article",
            "4 111 111 111 111 111 units", "4.111.111.111.111.111 EUR",
            "4\u{a0}111\u{a0}111\u{a0}111\u{a0}111\u{a0}111",
            "token: expired", "Authorization: required by the director", "bearer instruments", "tokens used: 12345678",
            "the secret of success: patience",
            "growth +12.5% in Q2", "+1,234,567 units", "ten_aether msg_01m8hh95bt2czmsnekra0hrzpr",
        ]
    )
    func stays(text: String) { #expect(all.redacted(text) == text) }

    @Test("Only what the rules name is taken out")
    func rules() {
        let text = "ann@x.example pays with 4111111111111111"
        #expect(Redaction([.card]).redacted(text) == "ann@x.example pays with [card]")
        #expect(Redaction([.email]).redacted(text) == "[email] pays with 4111111111111111")
        #expect(Redaction.none.redacted(text) == text)
    }

    @Test("In values, names of members and whole numbers are looked at too, and amounts stay numbers")
    func values() {
        let value: JSONValue = [
            "card": 4_111_111_111_111_111, "4111111111111111": "key", "5500000000000004": ["a": "4111 1111 1111 1111"],
            "amount": 4_111_111_111_111_112, "total": 1_234_567_890, "share": .double(0.5),
            "client_secret": "abcdefgh", "next_token": "page-00002",
        ]
        let expected: JSONValue = [
            "card": "[card]", "[card]": "key", "[card] 2": ["a": "[card]"],
            "amount": 4_111_111_111_111_112, "total": 1_234_567_890, "share": .double(0.5),
            "client_secret": "[secret]", "next_token": "page-00002",
        ]
        #expect(all.redacted(value) == expected)
        // Luhn alone makes no card of a number: none begins like this at this length.
        #expect(all.redacted(JSONValue.integer(3_000_000_000_000_004)) == .integer(3_000_000_000_000_004))
        #expect(Redaction([.secret]).redacted(JSONValue.integer(4_111_111_111_111_111)) == 4_111_111_111_111_111)
    }

    @Test("What was redacted stays as it is when it is redacted again, and long texts are done in time")
    func again() {
        let once = all.redacted("4111111111111111 password: abcdefgh ann@x.example +49 30 1234567")
        #expect(all.redacted(once) == once)
        let long = String(repeating: "1 2-3 4-", count: 4000) + String(repeating: "a@", count: 4000)
        let clock = ContinuousClock()
        #expect(clock.measure { _ = all.redacted(long) } < .seconds(20))
    }
}
