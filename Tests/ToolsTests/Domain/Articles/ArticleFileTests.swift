import AgentRuntime
import Testing

@testable import Tools

@Suite("Articles as files")
struct ArticleFileTests {
    private func article(_ text: String, name: String = "travel.md") throws -> Article {
        try ArticleFile.article(fileName: name, bytes: Array(text.utf8))
    }

    @Test("Front matter and body are read")
    func reading() throws {
        let text = "---\ntitle: Travel\ncategory: spending\ntags: a, b\n---\n# H\nText.\n"
        let article = try article(text)
        #expect(article.id == "travel")
        #expect(article.title == "Travel")
        #expect(article.category == "spending")
        #expect(article.tags == ["a", "b"])
        #expect(article.body == "# H\nText.\n")
        #expect(article.file == Array(text.utf8))
    }

    @Test(
        "A bad file is named by line",
        arguments: [
            ("Text only.", 1, "front matter"), ("---\ntitle: A\n", 1, "not closed"),
            ("---\ncategory: a\n---\nText", 1, "title is missing"), ("---\ntitle:\n---\nText", 2, "title is missing"),
            ("---\ntitle: A\ncategroy: b\n---\nText", 3, "did you mean “category”"),
            ("---\ntitle: A\ntags: [a\n---\nText", 3, "not closed"), ("---\ntitle: A\n---\n \n", 4, "no text"),
            ("---\ntitle: [a, b]\n---\nText", 2, "must be a text"), ("---\ntitle: A\n---\nText\u{0}", 1, "zero byte"),
            (
                "---\ntitle: A\ntags: [\(Array(repeating: "t", count: 33).joined(separator: ","))]\n---\nText", 3,
                "more than 32"
            ),
            ("---\ntitle: \(String(repeating: "x", count: 301))\n---\nText", 2, "longer than 300"),
            ("---\ntitle: A\ncategory: \(String(repeating: "x", count: 65))\n---\nText", 3, "longer than 64"),
        ]
    )
    func faults(text: String, line: Int, message: String) {
        let fault = #expect(throws: ArticleFault.self) { try article(text) }
        #expect(fault?.file == "travel.md")
        #expect(fault?.line == line)
        #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "")")
    }

    @Test("A file beyond the limit is refused")
    func size() {
        let text = "---\ntitle: A\n---\n" + String(repeating: "x", count: Article.fileBytesMax)
        #expect(throws: ArticleFault.self) { try article(text) }
    }

    @Test(
        "Identifiers come from file names",
        arguments: [
            ("Travel Policy.md", "travel-policy"), ("hr/Über--Stunden (2024).markdown", "uber-stunden-2024"),
            ("a.b.md", "a-b"), ("-x-.md", "x"), ("..md", "article-"), ("漢字.md", "article-"),
            (String(repeating: "x", count: 200) + ".md", String(repeating: "x", count: 80)),
        ]
    )
    func identifiers(name: String, id: String) {
        let made = Article.id(fileName: name)
        #expect(id == "article-" ? made.hasPrefix(id) && made.count == 20 : made == id)
        #expect(made == Article.id(fileName: name))
    }

    @Test("What is written reads back", arguments: ["Simple", "With \"marks\" and \\", "# [x]: - y", "l’été"])
    func roundTrip(title: String) throws {
        let bytes = ArticleFile.bytes(title: title, category: title, tags: [title, "b, c"], body: "# H\n\nText.")
        let article = try ArticleFile.article(fileName: "a.md", bytes: bytes)
        #expect(article.title == title)
        #expect(article.category == title)
        #expect(article.tags == [title, "b, c"])
        #expect(article.body == "\n# H\n\nText.")
    }
}
