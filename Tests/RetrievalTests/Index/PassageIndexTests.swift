import AgentRuntime
import Testing

@testable import Retrieval

@Suite("The index of passages")
struct PassageIndexTests {
    /// The counts as they should be, told from the passages themselves.
    private func checkCounts(_ library: Library) throws {
        let sequences = try library.connection.query("SELECT terms FROM passages") { (row) throws(DatabaseError) in
            try PassageIndex.sequence(row, 0)
        }
        var expected: [Int64: Int64] = [:]
        for sequence in sequences { for term in sequence.distinct { expected[Int64(term), default: 0] += 1 } }
        var stored: [Int64: Int64] = [:]
        try library.connection.forEach("SELECT term, passages FROM passage_terms") { (row) throws(DatabaseError) in
            stored[row.int(0)] = row.int(1)
            return true
        }
        #expect(stored == expected)
        let statistics = try library.index.statistics()
        #expect(statistics.passages == sequences.count)
        #expect(statistics.terms == sequences.reduce(0) { $0 + $1.count })
        try library.connection.execute("INSERT INTO passage_text (passage_text, rank) VALUES ('integrity-check', 1)")
    }

    @Test("Replacing and removing documents leaves exactly what is there")
    func incremental() throws {
        let library = try Library(Library.policies)
        try checkCounts(library)
        #expect(try library.search("hotel rate").first?.document == "travel")
        try library.index.replace([Library.document("travel", "Travel policy", "Trains come first.")])
        try checkCounts(library)
        #expect(try library.search("hotel rate").isEmpty)
        #expect(try library.search("trains").first?.document == "travel")
        try library.index.remove(["travel", "refunds", "nobody"])
        try checkCounts(library)
        #expect(try library.search("trains").isEmpty)
        try library.index.remove(Library.policies.map(\.id))
        try checkCounts(library)
        #expect(try library.index.statistics().passages == 0)
        #expect(try library.search("policy").isEmpty)
    }

    @Test("Every change gives a new version, and the same documents the same counts")
    func version() throws {
        let library = try Library(Library.policies)
        let before = try library.index.statistics()
        try library.index.replace(Library.policies)
        let after = try library.index.statistics()
        #expect(after.version == before.version + 1)
        #expect(after.passages == before.passages && after.terms == before.terms)
        try checkCounts(library)
    }

    @Test("A document of too many passages is refused, and nothing changes")
    func bound() throws {
        let library = try Library(Library.policies)
        let before = try library.index.statistics()
        let huge = Library.document("huge", "Huge", String(repeating: "# a\nb\n", count: PassageIndex.passagesMax + 1))
        let other = Library.document("other", "Other", "Something else.")
        let error = #expect(throws: AgentError.self) { try library.index.replace([other, huge]) }
        #expect(error?.code == .limitExceeded)
        #expect(try library.index.statistics() == before)
        #expect(try library.search("something else").isEmpty)
    }
}
