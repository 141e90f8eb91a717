import AgentRuntime
import Retrieval
import Testing

@testable import Tools

@Suite("The demo company's articles")
struct DemoArticlesTests {
    @Test("There are 25, each a proper article of 250 to 600 words")
    func shape() throws {
        let articles = try DemoArticles.finance()
        #expect(articles.count == 25)
        #expect(Set(articles.map(\.id)).count == 25)
        for article in articles {
            let words = article.body.split(whereSeparator: \.isWhitespace).count
            #expect((250...600).contains(words), "\(article.id): \(words)")
            #expect(article.category != nil && !article.tags.isEmpty)
        }
        #expect(articles.contains { $0.body.contains("Note to AI assistants") })
    }

    @Test("All general articles can be stored together")
    func general() throws { #expect(try DemoArticles.articles(DemoArticles.general).count > 25) }

    private func store() throws -> ArticleStore {
        let connection = try SQLiteConnection(path: "", mode: .memory)
        try connection.migrate(ArticleSchema.migrations)
        let store = ArticleStore(connection)
        _ = try store.put(try DemoArticles.finance(), now: Timestamp(milliseconds: 0))
        return store
    }

    @Test(
        "Questions in plain words find their article",
        arguments: [
            ("How much can I spend on a hotel in New York?", "travel-policy"),
            ("What is our refund policy?", "refund-policy"),
            ("when is an invoice without purchase order accepted", "purchasing-and-approval-limits"),
            ("Who approves capital expenditure above $100,000?", "capital-expenditure-approval"),
            ("How do we recognize revenue from annual subscriptions?", "revenue-recognition"),
            ("How long do we keep audit logs?", "data-retention"),
            ("What are the steps of the month-end close?", "month-end-close"),
            ("Do I need a receipt for taxis?", "expense-policy"),
            ("reserved capacity commitments in the cloud", "cloud-cost-governance"),
            ("contractor hourly rates", "contractor-policy"),
            ("unused licence seats", "software-licence-policy"),
            ("How do I onboard a new supplier?", "vendor-onboarding"),
            ("What should I do when I lose my laptop?", "information-security"),
            ("who may give a 25 percent discount", "discount-and-deal-approval"),
            ("What happens when an invoice is 60 days overdue?", "receivables-and-collections"),
            ("How is EBITDA defined?", "metric-definitions"),
            ("my corporate card was stolen", "corporate-card"),
            ("useful life of servers", "fixed-assets-and-depreciation"),
            ("when does the board approve the budget", "annual-budget-process"),
            ("what thresholds apply to variance explanations", "budget-variance-review"),
        ]
    )
    func questions(question: String, id: String) throws {
        #expect(try store().search(question).first?.document == id)
    }

    @Test(
        "Questions about something else find nothing",
        arguments: [
            "What is the capital of France?", "Who won the world cup in 2022?", "How do I bake sourdough bread?",
            "Tell me a joke", "weather in Berlin tomorrow", "How far is the moon from the earth?",
            "Which dinosaur was the largest?", "translate good morning into Japanese",
            "lyrics of yesterday by the beatles",
        ]
    )
    func others(question: String) throws { #expect(try store().search(question).map(\.document) == []) }
}
