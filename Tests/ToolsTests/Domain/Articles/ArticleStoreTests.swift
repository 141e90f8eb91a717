import AgentRuntime
import Retrieval
import Testing

@testable import Tools

@Suite("Stored articles")
struct ArticleStoreTests {
    private let connection: SQLiteConnection
    private let store: ArticleStore
    private let now = Timestamp(milliseconds: 1000)

    init() throws {
        connection = try SQLiteConnection(path: "", mode: .memory)
        try connection.migrate(ArticleSchema.migrations)
        store = ArticleStore(connection)
    }

    private func article(_ name: String, _ title: String, _ body: String, category: String? = nil) throws -> Article {
        let file = ArticleFile.bytes(title: title, category: category, tags: ["x"], body: body)
        return try ArticleFile.article(fileName: name + ".md", bytes: file)
    }

    @Test("An article reads back as it was stored, and is found")
    func storing() throws {
        let travel = try article("travel", "Travel policy", "Hotels cost at most $280.", category: "Spending")
        #expect(try store.put([travel], now: now) == ArticleStore.Change(inserted: 1))
        #expect(try store.article("travel") == travel)
        #expect(try store.search("hotel cost").first?.document == "travel")
        #expect(try store.count(category: "spending") == 1)
        #expect(try store.categories() == ["Spending"])
        #expect(try store.summaries().map(\.title) == ["Travel policy"])
        #expect(try store.article("nobody") == nil)
    }

    @Test("The same identifier replaces; the same file changes nothing")
    func replacing() throws {
        let first = try article("travel", "Travel policy", "Hotels cost at most $280.")
        let second = try article("travel", "Travel policy", "Tents are preferred.")
        _ = try store.put([first], now: now)
        #expect(try store.put([first], now: Timestamp(milliseconds: 2000)) == ArticleStore.Change(unchanged: 1))
        #expect(try store.summaries().first?.updatedAt == now)
        #expect(try store.put([second], now: Timestamp(milliseconds: 3000)) == ArticleStore.Change(replaced: 1))
        #expect(try store.summaries().first?.createdAt == now)
        #expect(try store.summaries().first?.updatedAt == Timestamp(milliseconds: 3000))
        #expect(try store.search("hotels").isEmpty)
        #expect(try store.search("tents").count == 1)
    }

    @Test("Replacing all takes out what is not among the new")
    func replacingAll() throws {
        _ = try store.put([try article("a", "Alpha", "Hotels."), try article("b", "Beta", "Trains.")], now: now)
        let change = try store.put([try article("b", "Beta", "Planes.")], now: now, replacesAll: true)
        #expect(change == ArticleStore.Change(replaced: 1))
        #expect(try store.summaries().map(\.id) == ["b"])
        #expect(try store.search("hotels").isEmpty)
        try store.removeAll()
        #expect(try store.count() == 0)
    }

    @Test("All or none: one article that cannot be stored leaves everything as it was")
    func atomicity() throws {
        _ = try store.put([try article("a", "Alpha", "Hotels.")], now: now)
        let huge = try article("c", "Huge", String(repeating: "# a\nb\n", count: PassageIndex.passagesMax + 1))
        let articles = [try article("a", "Alpha", "Trains."), huge]
        #expect(throws: AgentError.self) { try store.put(articles, now: now) }
        #expect(try store.search("hotels").count == 1)
        #expect(try store.search("trains").isEmpty)
        #expect(try store.count() == 1)
    }

    @Test("A draft is kept but not found, until it is published")
    func drafts() throws {
        var draft = try article("a", "Alpha", "Hotels.")
        draft.isPublished = false
        _ = try store.put([draft], now: now)
        #expect(try store.count() == 1)
        #expect(try store.search("hotels").isEmpty)
        draft.isPublished = true
        _ = try store.put([draft], now: now)
        #expect(try store.search("hotels").count == 1)
        draft.isPublished = false
        _ = try store.put([draft], now: now)
        #expect(try store.search("hotels").isEmpty)
    }

    @Test("A removed article is gone, once")
    func removing() throws {
        _ = try store.put([try article("a", "Alpha", "Hotels.")], now: now)
        #expect(try store.remove("a"))
        #expect(try !store.remove("a"))
        #expect(try store.search("hotels").isEmpty)
    }

    @Test("Lists come in pages")
    func pages() throws {
        _ = try store.put(try (1...5).map { try article("a\($0)", "Title \($0)", "Text.") }, now: now)
        #expect(try store.summaries(limit: 2, offset: 2).map(\.id) == ["a3", "a4"])
        #expect(try store.summaries(category: "none").isEmpty)
    }
}
