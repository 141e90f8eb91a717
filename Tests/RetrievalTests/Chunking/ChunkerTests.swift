import Testing

@testable import Retrieval

@Suite("Cutting documents into passages")
struct ChunkerTests {
    private func passages(_ text: String, bodyStart: Int = 0) -> [Passage] {
        Chunker().passages(of: Document(id: "d", title: "D", file: Array(text.utf8), bodyStart: bodyStart))
    }

    @Test("Each section is a passage under its headings")
    func headings() {
        let text =
            "Intro.\n\n# A #\nOne.\n\n## B\n\nTwo\nthree.\n\n#### C `x` *y*\n\nFour.\n\n## D\nFive.\n\nE\n===\nSix.\n"
        let found = passages(text)
        #expect(found.map(\.headingPath) == [[], ["A"], ["A", "B"], ["A", "B", "C x y"], ["A", "D"], ["E"]])
        #expect(found.map(\.text) == ["Intro.", "One.", "Two\nthree.", "Four.", "Five.", "Six."])
    }

    @Test(
        "A passage is exactly the bytes at its place, whatever the line ends",
        arguments: ["\n", "\r\n", "\r"]
    )
    func ranges(end: String) {
        let lines = ["---", "title: x", "---", "# Ä", "", "Über “alles”.", "", "- a", "- b", "", "## B", "Ende 😀"]
        let text = lines.joined(separator: end)
        let file = Array(text.utf8)
        let start = Array(lines[...2].joined(separator: end).utf8).count + end.utf8.count
        let found = passages(text, bodyStart: start)
        #expect(found.map(\.headingPath) == [["Ä"], ["Ä", "B"]])
        for passage in found { #expect(Array(passage.text.utf8) == Array(file[passage.range])) }
        #expect(found.last?.text == "Ende 😀")
    }

    @Test("A long section is cut between paragraphs into pieces of about equal size")
    func longSection() {
        let paragraph = String(repeating: "Eleven chars. ", count: 30).dropLast()
        let text = "# A\n\n" + Array(repeating: String(paragraph), count: 7).joined(separator: "\n\n")
        let found = passages(text)
        #expect(found.count >= 3)
        #expect(found.allSatisfy { $0.headingPath == ["A"] && $0.range.count <= 1200 })
        #expect(found.allSatisfy { $0.text.hasPrefix("Eleven") && $0.text.hasSuffix("chars.") })
    }

    @Test("A long paragraph is cut between sentences")
    func longParagraph() {
        let sentence = "The quick brown fox jumps over the lazy dog and goes on for a while until it has had enough. "
        let found = passages(String(repeating: sentence, count: 40))
        #expect(found.count > 2)
        #expect(found.allSatisfy { $0.text.hasPrefix("The quick") && $0.text.hasSuffix("enough.") })
        #expect(found.allSatisfy { $0.range.count <= 1200 })
    }

    @Test("Text without a place to pause is cut between characters, and none is lost")
    func hugeLine() {
        let text = String(repeating: "漢", count: 5000)
        let found = passages(text)
        #expect(found.map(\.text).joined() == text)
        #expect(found.allSatisfy { $0.range.count <= 1200 })
        let words = passages(String(repeating: "word ", count: 100_000))
        #expect(words.allSatisfy { $0.text.hasPrefix("word") && $0.text.hasSuffix("word") })
    }

    @Test("Code and tables stay whole while they are not huge")
    func solidBlocks() {
        let code = "```swift\n# no heading\n\n" + String(repeating: "let x = 1. Next\n", count: 120) + "```"
        let table = "| a | b |\n|---|---|\n" + String(repeating: "| one | two. Three |\n", count: 80)
        let found = passages("# A\n\nText.\n\n\(code)\n\n# B\n\n\(table)\nAfter.\n")
        #expect(found.contains { $0.text == code })
        #expect(found.contains { $0.text.hasPrefix("| a | b |") && $0.text.hasSuffix("| one | two. Three |") })
        #expect(!found.contains { $0.headingPath.contains("no heading") })
        let huge = passages("```\n" + String(repeating: "line of code\n", count: 2000) + "```\n")
        #expect(huge.count > 3)
        #expect(huge.allSatisfy { $0.range.count <= 4800 })
    }

    @Test("Rules, comments and lone underlines make no passage and no heading")
    func invisible() {
        let text = "<!-- hidden\nwords -->\n\n[//]: # (also hidden)\n\n---\n\nSeen.\n\n***\n\n- item\n---\nMore.\n"
        let found = passages(text)
        #expect(found.count == 1)
        #expect(found.first?.text.contains("hidden") == false)
        #expect(found.first?.headingPath == [])
        #expect(passages("<!-- a --> seen\n").first?.text == "<!-- a --> seen")
    }

    @Test("A document without text gives one empty passage", arguments: ["", "\n\n", "# Only a heading\n", "---\n"])
    func empty(text: String) {
        let found = passages(text)
        #expect(found.count == 1)
        #expect(found.first?.text == "")
    }

    @Test(
        "Hostile nesting costs no more than other bytes",
        arguments: [">", "- ", "#", "`", "|", "[", "*", "<!--", "```\n", "# a\n", "|\n|-|\n", "\r"]
    )
    func hostile(unit: String) {
        let text = String(repeating: unit, count: 60_000 / unit.utf8.count)
        let file = Array(text.utf8)
        for passage in passages(text) { #expect(Array(passage.text.utf8) == Array(file[passage.range])) }
    }

    @Test("Every visible word is in one passage", arguments: UInt64(1)...20)
    func nothingIsLost(seed: UInt64) {
        var random = seed
        func next(_ bound: Int) -> Int {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(random >> 33) % bound
        }
        var words: [String] = []
        var text = ""
        for block in 0..<40 {
            let length = [1, 5, 60, 400][next(4)]
            let body = (0..<length).map { "w\(block)x\($0)" }
            switch next(5) {
            case 0: text += "## H\(block)\n"
            case 1: text += "```\n" + body.joined(separator: "\n") + "\n```\n"
            case 2: text += body.map { "- " + $0 }.joined(separator: "\r\n") + "\r\n\r\n"
            default: text += body.joined(separator: [" ", ". ", "\n"][next(3)]) + "\n\n"
            }
            if text.contains("w\(block)x0") { words += body }
        }
        let found = passages(text).flatMap { $0.text.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        #expect(found.filter { $0.hasPrefix("w") } == words)
    }
}
