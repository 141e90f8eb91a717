import Testing

@testable import AgentRuntime

@Suite("Phrases of a vocabulary")
struct VocabularyTests {
    private let vocabulary = Vocabulary(
        words: [VocabularyEntry("operating expenses", .metric("opex")), VocabularyEntry("expenses", .metric("costs"))],
        tenant: TenantVocabulary(
            version: 1,
            entries: [
                VocabularyEntry(
                    "Meridian Logistics GmbH",
                    .value(dimension: "vendor", value: "Meridian Logistics GmbH")
                ),
                VocabularyEntry("Cloud Hosting", .metric("account:1")),
                VocabularyEntry("Marketing", .metric("account:2")),
                VocabularyEntry("Marketing", .value(dimension: "department", value: "Marketing")),
                VocabularyEntry("Orbit One", .value(dimension: "product", value: "Orbit One")),
                VocabularyEntry("Orbit Two", .value(dimension: "product", value: "Orbit Two")),
                VocabularyEntry("Research & Development", .value(dimension: "department", value: "R")),
            ]
        )
    )

    private func terms(_ text: String) throws -> [Term] {
        let utterance = try #require(Utterance.split(text).first)
        let reading = Reading(utterance, vocabulary: vocabulary)
        let assignment = try #require(reading.assignments(max: 12).first)
        return assignment.sorted { $0.key < $1.key }.map(\.value).filter { $0 != .filler }
    }

    @Test("The longest phrase wins")
    func longest() throws {
        #expect(try terms("operating expenses") == [.metric("opex")])
    }

    @Test(
        "A name is found by its legal form left off, a part, initials or a misspelling",
        arguments: ["Meridian Logistics", "meridian", "Meridan Logistics", "MERIDIAN LOGISTICS GMBH", "Meridian's"]
    )
    func names(text: String) throws {
        #expect(try terms(text) == [.value(dimension: "vendor", value: "Meridian Logistics GmbH")])
    }

    @Test("Initials stand for a name of several words")
    func initials() throws {
        #expect(try terms("R&D") == [.value(dimension: "department", value: "R")])
    }

    @Test("A word that several names share stands for all of them")
    func shared() throws {
        #expect(try terms("orbit") == [.values(dimension: "product", values: ["Orbit One", "Orbit Two"])])
    }

    @Test("A phrase with several meanings keeps them")
    func ambiguous() throws {
        let utterance = try #require(Utterance.split("marketing").first)
        let reading = Reading(utterance, vocabulary: vocabulary)
        #expect(reading.assignments(max: 12).count == 2)
        #expect(reading.assignments(max: 1).count == 1)
    }

    @Test("Everyday words are not repaired into names", arguments: ["weather", "cast", "price", "trial"])
    func ordinary(word: String) throws {
        let token = try #require(Tokenizer.tokens(of: word).first)
        #expect(vocabulary.lookup(token).repairs.isEmpty)
    }

    @Test("The index finds words within the distance of their length")
    func spelling() {
        let index = SpellingIndex(["revenue", "operating", "cost", "marketing", "iberia"])
        #expect(index.nearest(to: "revenu") == ["revenue"])
        #expect(index.nearest(to: "reveneu") == ["revenue"])
        #expect(index.nearest(to: "opreatign") == ["operating"])
        #expect(index.nearest(to: "makreting") == ["marketing"])
        #expect(index.nearest(to: "cast") == ["cost"])
        #expect(index.nearest(to: "revxxue").isEmpty)
        #expect(index.nearest(to: "cos").isEmpty)
        #expect(index.nearest(to: "").isEmpty)
    }

    @Test(
        "The distance counts an adjacent swap as one edit",
        arguments: [("revenue", "revenue", 0), ("revenue", "reveneu", 1), ("abcd", "abdc", 1), ("abc", "xyz", 3)]
    )
    func distance(first: String, second: String, expected: Int) {
        #expect(SpellingIndex.distance(Array(first.utf8), Array(second.utf8), atMost: 5) == expected)
    }

    @Test("A new data version is compiled anew, an old one is kept")
    func cache() async throws {
        let source = CountingSource()
        let cache = VocabularyCache(source: source, words: [], capacity: 2)
        _ = try await cache.vocabulary(for: TenantID("a"))
        _ = try await cache.vocabulary(for: TenantID("a"))
        #expect(await source.reads == 1)
        await source.advance()
        #expect(try await cache.vocabulary(for: TenantID("a")).version == 2)
        #expect(await source.reads == 2)
        for tenant in ["b", "c", "a"] { _ = try await cache.vocabulary(for: TenantID(tenant)) }
        #expect(await source.reads == 5)
    }

    private actor CountingSource: VocabularySource {
        private(set) var reads = 0
        private var current = 1

        func advance() { current += 1 }
        func version(for tenant: TenantID) -> Int { current }

        func entries(for tenant: TenantID) -> TenantVocabulary {
            reads += 1
            return TenantVocabulary(version: current, entries: [VocabularyEntry("Iberia", .metric("m"))])
        }
    }
}
