import TestSupport
import Testing

@testable import AgentRuntime

@Suite struct WordFilterTests {
    private func mayHave(_ filter: WordFilter, _ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return filter.mayHave(bytes, bytes.indices)
    }

    @Test("Every word of a table passes, in whatever capitals")
    func words() {
        for word in FigureWords.numbers.keys {
            #expect(mayHave(FigureWords.numberFilter, word))
            #expect(mayHave(FigureWords.numberFilter, word.uppercased()))
        }
        for word in FigureWords.currencyPrefixes { #expect(mayHave(FigureWords.currencyFilter, word)) }
    }

    @Test("What does not pass is in no table, and most words do not")
    func others() {
        var random = SplitMix64(seed: 1)
        var passed = 0
        for _ in 0..<20_000 {
            let length = Int(random.next() % 9)
            let word = String(decoding: (0..<length).map { _ in UInt8(0x61 + random.next() % 26) }, as: UTF8.self)
            if mayHave(FigureWords.numberFilter, word) {
                passed += 1
            } else {
                #expect(FigureWords.numbers[word] == nil)
            }
        }
        #expect(passed < 1000)
        for text in ["", " ", "1", "é", "te\u{301}", "three hundred", String(repeating: "t", count: 40)] {
            #expect(!mayHave(FigureWords.numberFilter, text))
        }
    }
}
