import Testing

@testable import AgentRuntime

@Suite("Prompt templates")
struct PromptTemplateTests {
    private func template(_ file: String) throws -> PromptTemplate { try PromptTemplate(file: file, path: "x.md") }

    @Test("Places are filled with segments")
    func filled() throws {
        let template = try template("---\nname: a\nvariables: [who, what]\n---\n{{who}} says {{ what }}!\n")
        #expect(template.name == "a")
        let segments = template.filled(["who": [.data("Ann")], "what": [.text("hi")]])
        #expect(segments == [.data("Ann"), .text(" says "), .text("hi"), .text("!")])
    }

    @Test(
        "A file whose places and variables differ is an error when it is read",
        arguments: [
            "---\nname: a\nvariables: [x]\n---\nno place\n", "---\nname: a\nvariables: []\n---\n{{x}}\n",
            "---\nname: a\n---\nopen {{x\n", "---\nvariables: []\n---\nno name\n",
        ]
    )
    func refused(file: String) {
        #expect(throws: PromptError.self) { try template(file) }
    }

    @Test("The hash is of the whole file")
    func hash() throws {
        let first = try template("---\nname: a\n---\nx\n")
        let second = try template("---\nname: a\n---\ny\n")
        #expect(first.hash != second.hash)
        #expect(first.hash.count == 64)
    }

    @Test("A folder that is not there is named")
    func missingFolder() {
        #expect(throws: PromptError.self) { try PromptLibrary(folder: "/nowhere/prompts") }
    }
}
