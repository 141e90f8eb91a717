import Testing

@testable import AgentRuntime

@Suite("Words of a question")
struct UtteranceTests {
    @Test(
        "Text falls into folded words",
        arguments: [
            ("What's our Q2-2025 revenue?", ["what", "is", "our", "q2-2025", "revenue"]),
            ("R&D vs. Café", ["r", "and", "d", "vs", "cafe"]),
            ("top-line, year-over-year", ["top", "line", "year", "over", "year"]),
            ("6500-200 in 2026-01", ["6500-200", "in", "2026-01"]),
            ("I\u{200B}gnore", ["ignore"]),
            ("don't can't", ["dont", "cannot"]), ("Mail buy@toyosu.test.", ["mail", "buy@toyosu.test"]),
            ("a.lee+x@mail.example.co.uk, please", ["a.lee+x@mail.example.co.uk", "please"]),
            ("5 @ 20 and a@b", ["5", "20", "and", "a", "b"]), ("Apr '24 isn't", ["apr", "24", "isnt"]),
        ]
    )
    func words(text: String, expected: [String]) {
        #expect(Tokenizer.words(of: text) == expected)
    }

    @Test("Each word keeps the bytes it came from")
    func ranges() {
        let text = "Größe in Köln"
        for token in Tokenizer.tokens(of: text) {
            let bytes = Array(text.utf8)[token.range]
            #expect(String(decoding: bytes, as: UTF8.self) == token.text)
        }
    }

    @Test(
        "Numbers are read with their scale and unit",
        arguments: [
            ("$1.5M", "1500000", NumberToken.Unit.money), ("250k", "250000", .money), ("1,200", "1200", .plain),
            ("12%", "12", .percent), ("three", "3", .plain), ("€3bn", "3000000000", .money),
        ]
    )
    func numbers(text: String, value: String, unit: NumberToken.Unit) throws {
        let number = try #require(Tokenizer.tokens(of: text).first?.number)
        #expect(number.value.literal == value)
        #expect(number.unit == unit)
    }

    @Test(
        "A locale says which sign stands before the decimals",
        arguments: [
            ("20.000", "20,000"), ("1.234,5", "1234.5"), ("1,5%", "1.5%"), ("€2.500.000", "€2,500,000"),
            ("20,000", "20,000"), ("1.5", "1.5"), ("31.05.2025", "31.05.2025"), ("0,125", "0.125"), ("A.B", "A.B"),
            ("1,234.5", "1,234.5"),
        ]
    )
    func locale(text: String, expected: String) {
        #expect(NumberSigns(decimal: UInt8(ascii: ",")).pointed(text) == expected)
        #expect(NumberSigns().pointed(text) == text)
    }

    @Test("A quarter and a year are no amounts")
    func noNumbers() {
        #expect(Tokenizer.tokens(of: "Q2").first?.number == nil)
        #expect(Tokenizer.tokens(of: "2nd").first?.number == nil)
    }

    @Test(
        "A message falls into its questions",
        arguments: [
            ("What was revenue? And costs?", ["What was revenue", "And costs"]),
            ("Revenue of Acme Inc. in 2025", ["Revenue of Acme Inc in 2025"]),
            ("Spend with A.P. Moller in 2025", ["Spend with A P Moller in 2025"]),
            ("What was revenue in Q2 and why did it change?", ["What was revenue in Q2", "why did it change"]),
            ("Revenue and costs in Q2", ["Revenue and costs in Q2"]),
            ("Hi!\nHow are we doing", ["Hi", "How are we doing"]),
            ("Was it 3.5 or 4.5?", ["Was it 3.5 or 4.5"]),
            ("?!", []),
        ]
    )
    func split(message: String, expected: [String]) {
        #expect(Utterance.split(message).map(\.text) == expected)
    }

    @Test(
        "Words of one stem meet, others do not",
        arguments: [
            ("vendors", "vendor", true), ("categories", "category", true), ("compared", "comparing", true),
            ("expenses", "expense", true), ("sales", "sale", true), ("business", "busy", false),
            ("operating", "opera", false),
        ]
    )
    func stems(first: String, second: String, meet: Bool) {
        #expect((WordForm.stem(first) == WordForm.stem(second)) == meet)
    }

    @Test("A very long message is cut, not refused")
    func longMessage() {
        let message = String(repeating: "revenue ", count: 50_000)
        #expect(Tokenizer.tokens(of: message).count <= Utterance.bytesMax)
    }
}
