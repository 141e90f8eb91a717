import AgentRuntime
import Testing

@testable import Retrieval

@Suite("Questions as MATCH expressions")
struct MatchQueryTests {
    @Test(
        "Content words are quoted and joined, stop words left out",
        arguments: [
            ("What is the travel policy?", #""travel" OR "policy""#), ("AT&T", #""t""#),
            ("title : \"revenue", #""title" OR "revenue""#),
            ("NEAR(hotel train, 5)", #""near" OR "hotel" OR "train" OR "5""#),
            ("follow-up e-mail", #""follow" OR "e" OR "mail""#), ("re*venue", #""venue""#), ("the of and", nil),
            ("", nil),
            ("hotel hotels HOTEL", #""hotel""#), ("paid or pay", #""paid" OR "pay""#),
        ] as [(String, String?)]
    )
    func expression(question: String, expected: String?) { #expect(MatchQuery(question).expression == expected) }

    @Test("A question of any length is bounded")
    func bounds() {
        let query = MatchQuery((0..<100_000).map { "word\($0)" }.joined(separator: " "))
        #expect(query.words.count == MatchQuery.wordsMax)
        #expect(MatchQuery(String(repeating: "x", count: 1_000_000)).words.count == 1)
    }

    @Test(
        "No question makes a search fail",
        .enabled(if: SharedData.has("fts/query_torture.jsonl"), "needs the shared data")
    )
    func torture() throws {
        let library = try Library(Library.policies)
        let cases = try SharedData.lines("fts/query_torture.jsonl")
        #expect(cases.count >= 80)
        for item in cases {
            let question = try #require(item["q"]?.string)
            _ = try library.search(question)
            _ = try library.search(question + " travel policy") { $0.category = question }
            if let expression = MatchQuery(question).expression {
                _ = try library.index.candidates(matching: expression, category: nil, limit: 10)
            }
        }
    }

    @Test("Nor does any single scalar")
    func scalars() throws {
        let library = try Library(Library.policies)
        for value in (0..<0x3000 as Range<UInt32>) where value % 3 == 0 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            guard let expression = MatchQuery("x\(scalar)y \(scalar)").expression else { continue }
            _ = try library.index.candidates(matching: expression, category: nil, limit: 1)
        }
    }
}
