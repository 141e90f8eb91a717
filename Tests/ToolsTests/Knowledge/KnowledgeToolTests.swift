import AgentRuntime
import Testing

@testable import Tools

@Suite("Tools over articles")
struct KnowledgeToolTests {
    private struct Source: ArticleSource {
        let databases: [TenantID: Database]

        func articles(of tenant: TenantID) async throws -> Database {
            guard let database = databases[tenant] else { throw AgentError(.notFound, "no such tenant") }
            return database
        }
    }

    private let source: Source
    private let context: ToolContext

    init() async throws {
        var databases: [TenantID: Database] = [:]
        for name in ["ten_a", "ten_b"] {
            let database = try Database(path: "", mode: .memory, label: name, migrations: ArticleSchema.migrations)
            if name == "ten_a" {
                let articles = try DemoArticles.finance()
                _ = try await database.perform { connection in
                    try ArticleStore(connection).put(articles, now: Timestamp(milliseconds: 0))
                }
            }
            databases[TenantID(name)] = database
        }
        source = Source(databases: databases)
        context = try Self.context("ten_a")
    }

    private static func context(_ tenant: String) throws -> ToolContext {
        let id = TenantID(tenant)
        let today = try #require(CalendarDate(year: 2026, month: 1, day: 31))
        return ToolContext(
            principal: Principal(tenant: id, user: UserID("usr_1"), permissions: [.knowledgeRead]),
            settings: TenantSettings(tenant: id, today: today),
            session: SessionID("conv_1"),
            turn: TurnID("msg_1"),
            call: ToolCallID("call_1"),
            effectID: "",
            now: Timestamp(milliseconds: 0)
        )
    }

    @Test("A search returns passages with their places, and cites each")
    func search() async throws {
        let result = try await KBSearchTool(source: source).call(
            ["query": "How much may a hotel cost per night?", "limit": 2],
            context: context
        )
        let first = try #require(result.content["results"]?[0])
        #expect(first["article_id"] == "travel-policy")
        #expect(first["file"] == "travel-policy.md")
        #expect(first["heading_path"] == ["Travel policy", "Hotels"])
        let article = try #require(try DemoArticles.finance().first { $0.id == "travel-policy" })
        let start = try #require(first["start"]?.int)
        let end = try #require(first["end"]?.int)
        #expect(first["text"]?.string == String(decoding: article.file[start..<end], as: UTF8.self))
        let citation = try #require(result.citations.first)
        #expect(citation.source == "article" && citation.id == "travel-policy")
        #expect(citation.fields["title"] == "Travel policy")
        #expect(citation.fields["start"]?.int == start && citation.fields["end"]?.int == end)
        #expect(first["text"]?.string?.hasPrefix(citation.text) == true)
        #expect(citation.text.utf8.count <= 240)
        #expect(result.citations.count == result.content["results"]?.array?.count)
    }

    @Test("A citation does not quote what an article says to assistants")
    func injection() async throws {
        let tool = KBSearchTool(source: source)
        let result = try await tool.call(["query": "marigold lantern note vendor bank details"], context: context)
        #expect(result.citations.contains { $0.id == "vendor-onboarding" })
        #expect(result.content["results"]?.array?.contains { $0["text"]?.string?.contains("MARIGOLD") == true } == true)
        for citation in result.citations { #expect(!citation.text.contains("MARIGOLD")) }
        let read = try await KBReadTool(source: source).call(["article_id": "vendor-onboarding"], context: context)
        #expect(read.citations.allSatisfy { !$0.text.contains("AI assistants") })
    }

    @Test("Nothing relevant is an empty list, not an error")
    func nothing() async throws {
        let tool = KBSearchTool(source: source)
        let result = try await tool.call(["query": "Who won the football world cup?"], context: context)
        #expect(result.content == ["results": []])
        #expect(result.citations.isEmpty && !result.isError)
    }

    @Test("A tenant sees its own articles only")
    func tenancy() async throws {
        let other = try Self.context("ten_b")
        let found = try await KBSearchTool(source: source).call(["query": "travel policy"], context: other)
        #expect(found.content == ["results": []])
        let read = try await KBReadTool(source: source).call(["article_id": "travel-policy"], context: other)
        #expect(read.isError && read.content["code"] == "not_found")
        await #expect(throws: AgentError.self) {
            try await KBSearchTool(source: source).call(["query": "travel"], context: try Self.context("ten_c"))
        }
    }

    @Test("An article is read whole and cited whole")
    func reading() async throws {
        let result = try await KBReadTool(source: source).call(["article_id": "refund-policy"], context: context)
        let article = try #require(try DemoArticles.finance().first { $0.id == "refund-policy" })
        #expect(result.content["text"]?.string == article.body)
        #expect(result.content["title"] == "Refund policy")
        #expect(result.content["category"] == "accounting")
        #expect(result.content["is_cut"] == nil)
        #expect(result.citations.first?.fields["end"]?.int == article.file.count)
    }

    @Test("The declarations are schemas that the runtime accepts", arguments: ["kb_search", "kb_read"])
    func declarations(name: String) throws {
        let tools: [any Tool] = [KBSearchTool(source: source), KBReadTool(source: source)]
        let declaration = try #require(tools.first { $0.declaration.name == name }).declaration
        #expect(declaration.permission == .knowledgeRead)
        #expect(declaration.effect == .read)
        _ = try JSONSchema(declaration.parameters)
    }
}
