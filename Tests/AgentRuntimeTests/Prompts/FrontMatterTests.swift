import Testing

@testable import AgentRuntime

@Suite("Front matter")
struct FrontMatterTests {
    private func parse(_ text: String) throws -> FrontMatter? { try FrontMatter.parse(Array(text.utf8)) }

    @Test("Fields, lists and deeper fields are read, and the body is found")
    func fields() throws {
        let text = """
            ---
            # a comment
            title: Expense policy   # with a remark
            tags: [travel, "a, b", 'it''s']
            tools:
              - one
              - "two \\"three\\""
            limits:
              steps: 8
              time: 10 s
            empty:
            ---

            # Body
            """
        let head = try #require(try parse(text))
        #expect(try head["title"]?.text() == "Expense policy")
        #expect(try head["tags"]?.list() == ["travel", "a, b", "it's"])
        #expect(try head["tools"]?.list() == ["one", "two \"three\""])
        #expect(
            head["limits"]?.value
                == .fields([
                    .init(name: "steps", value: .text("8"), line: 9),
                    .init(name: "time", value: .text("10 s"), line: 10),
                ])
        )
        #expect(try head["empty"]?.list() == [])
        #expect(head["title"]?.line == 3)
        #expect(String(text.utf8.dropFirst(head.bodyStart)) == "\n# Body")
        #expect(head.bodyLine == 13)
    }

    @Test("A text with commas is a list")
    func commaText() throws {
        let head = try #require(try parse("---\ntags: travel,  meals ,,costs\n---\n"))
        #expect(try head["tags"]?.list() == ["travel", "meals", "costs"])
        #expect(throws: FrontMatterError.self) { try parse("---\na: [x, y]\n---\n")?["a"]?.text() }
    }

    @Test("Carriage returns and a byte order mark change nothing", arguments: ["", "\u{FEFF}"])
    func lineEnds(mark: String) throws {
        let text = mark + "---\r\ntitle: A\r\n---\r\nBody\r\n"
        let head = try #require(try parse(text))
        #expect(try head["title"]?.text() == "A")
        #expect(String(text.utf8.dropFirst(head.bodyStart)) == "Body\r\n")
    }

    @Test("A file without front matter has none", arguments: ["", "# Title\n", " ---\na: b\n---\n", "----\n", "--"])
    func absence(text: String) throws { #expect(try parse(text) == nil) }

    @Test(
        "What is wrong is named with its line",
        arguments: [
            ("---\ntitle: A\n", 1, "not closed"),
            ("---\ntitle: A\ntitle: B\n---\n", 3, "line 2 already"),
            ("---\ntitle A\n---\n", 2, "name: value"),
            ("---\ntitle:A\n---\n", 2, "space is missing"),
            ("---\na b: c\n---\n", 2, "letters"),
            ("---\n\tx: y\n---\n", 2, "tabs"),
            ("---\n  x: y\n---\n", 2, "before any field"),
            ("---\n- x\n---\n", 2, "before any field"),
            ("---\na: b\n  c: d\n---\n", 3, "after a value"),
            ("---\na: b\n- c\n---\n", 3, "after a value"),
            ("---\na: [b, c\n---\n", 2, "closed by"),
            ("---\na: [b, [c]]\n---\n", 2, "within a list"),
            ("---\na: [b, , c]\n---\n", 2, "empty list item"),
            ("---\na: \"b\n---\n", 2, "not closed"),
            ("---\na: \"b\" c\n---\n", 2, "after the closing"),
            ("---\na: \"\\x\"\n---\n", 2, "escape"),
            ("---\na: &anchor\n---\n", 2, "quotation marks"),
            ("---\na: |\n  text\n---\n", 2, "quotation marks"),
            ("---\na: b\u{1}c\n---\n", 2, "control"),
            ("---\nlimits:\n  a: 1\n  a: 2\n---\n", 4, "line 3 already"),
        ]
    )
    func faults(text: String, line: Int, message: String) {
        let error = #expect(throws: FrontMatterError.self) { try parse(text) }
        #expect(error?.line == line)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test("Bytes that are not UTF-8 are refused with their line")
    func invalidText() {
        let error = #expect(throws: FrontMatterError.self) {
            try FrontMatter.parse(Array("---\na: b\n---\n\nxy".utf8) + [0xFF])
        }
        #expect(error?.line == 5)
    }

    @Test("A front matter without end is cut off")
    func bound() {
        let text = "---\n" + String(repeating: "# filler\n", count: 5000)
        let error = #expect(throws: FrontMatterError.self) { try parse(text) }
        #expect(error?.message.contains("longer than") == true)
    }
}
