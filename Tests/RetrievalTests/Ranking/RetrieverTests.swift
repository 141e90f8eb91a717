import AgentRuntime
import Testing

@testable import Retrieval

@Suite("Answering with passages")
struct RetrieverTests {
    @Test(
        "The passage that answers comes first",
        arguments: [
            ("How much may a hotel cost per night?", "travel", ["Hotels"]),
            ("Do I need a receipt?", "expenses", ["Receipts"]),
            ("When do I get reimbursed for my claims?", "expenses", ["Deadlines"]),
            ("business class flight approval", "travel", ["Flights"]),
            ("password length", "security", []), ("refund for customers", "refunds", []),
            ("I lose my laptop", "security", []), ("what was sent by suppliers", "vendors", []),
            ("What do suppliers have to send?", "vendors", []), ("VENDOR ONBOARDING!!", "vendors", []),
        ]
    )
    func best(question: String, document: String, path: [String]) throws {
        let matches = try Library(Library.policies).search(question)
        #expect(matches.first?.document == document)
        #expect(matches.first?.passage.headingPath == path)
    }

    @Test(
        "Nothing is found when nothing is relevant",
        arguments: [
            "Who won the football world cup?", "recipe for chocolate cake", "What is the weather in Paris tomorrow?",
            "asdf qwer", "the of and", "", "?!", "Wie hoch ist der Umsatz?", "distance between the earth and the moon",
            "write a poem about customers in love with the sea and the stars",
        ]
    )
    func nothing(question: String) throws { #expect(try Library(Library.policies).search(question).isEmpty) }

    @Test("An empty collection answers nothing")
    func emptyCollection() throws { #expect(try Library().search("travel policy").isEmpty) }

    @Test("Passages are exactly what stands in the file")
    func exactness() throws {
        let library = try Library(Library.policies)
        for match in try library.search("travel policy for hotels and flights") where match.document == "travel" {
            let file = try #require(Library.policies.first { $0.id == "travel" }).file
            #expect(Array(match.passage.text.utf8) == Array(file[match.passage.range]))
        }
    }

    @Test("A category limits the search, without regard to case")
    func category() throws {
        let library = try Library(Library.policies)
        #expect(try library.search("policy") { $0.category = "SPENDING" }.allSatisfy { $0.category == "spending" })
        #expect(
            try library.search("refund policy") { $0.category = "spending" }.allSatisfy { $0.document != "refunds" }
        )
        #expect(try library.search("policy") { $0.category = "none such" }.isEmpty)
    }

    @Test("Limits hold: of passages, and of passages of one document")
    func limits() throws {
        let many = Library.document(
            "many",
            "Hotels",
            (1...9).map { "# Part \($0)\n\nHotel number \($0) has rooms.\n" }.joined()
        )
        let library = try Library(Library.policies + [many])
        let matches = try library.search("hotel rooms")
        #expect(matches.filter { $0.document == "many" }.count == 3)
        #expect(try library.search("hotel rooms") { $0.limit = 1 }.count == 1)
        #expect(
            try library.search("hotel rooms") {
                $0.passagesPerDocument = 9
                $0.limit = 9
            }.count == 9
        )
    }

    @Test("The order is the same in every run")
    func stability() throws {
        let copies = (0..<30).map { Library.document("d\($0)", "Same", "The same words in the same order.") }
        let first = try Library(copies).search("same words order").map(\.document)
        let second = try Library(copies.reversed()).search("same words order").map(\.document)
        #expect(first == second)
        #expect(first.count == 5)
    }

    @Test("Words of the title and of headings weigh more than words of the text")
    func fields() throws {
        let library = try Library(
            Library.policies + [
                Library.document("about", "Parking", "Where to leave the car at the office."),
                Library.document(
                    "mention",
                    "Office life",
                    "There is a kitchen, and parking costs nothing for anyone at all."
                ),
            ]
        )
        #expect(try library.search("parking").first?.document == "about")
    }

    @Test("Words side by side count for more than words apart")
    func proximity() throws {
        let library = try Library(
            Library.policies + [
                Library.document("near", "One", "The credit note is sent with the next letter to the buyer of goods."),
                Library.document("apart", "Two", "The note is sent with the next letter to the buyer who has credit."),
            ]
        )
        #expect(try library.search("credit note").map(\.document) == ["near", "apart"])
    }

    @Test("Information falls with the number of passages that hold a word")
    func information() {
        #expect(Ranker.information(1, of: 100) > Ranker.information(10, of: 100))
        #expect(Ranker.information(0, of: 100) > Ranker.information(1, of: 100))
        #expect(Ranker.information(100, of: 100) > 0)
        #expect(Ranker.information(5, of: 0) > 0)
    }
}
