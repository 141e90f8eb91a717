import AgentRuntime
import Foundation
import Testing

@testable import Retrieval

@Suite("Words")
struct WordTests {
    private func words(_ text: String) -> [String] {
        var words: [String] = []
        WordReader.forEach(in: text) { word in
            words.append(String(decoding: word.bytes, as: UTF8.self))
            return true
        }
        return words
    }

    @Test(
        "Text is cut into folded words",
        arguments: [
            ("What's the R&D budget?", ["what", "s", "the", "r", "d", "budget"]),
            ("Résumé re\u{301}sume\u{301} STRASSE Straße", ["resume", "resume", "strasse", "straße"]),
            ("a-b_c.d/e", ["a", "b", "c", "d", "e"]), ("1,250.5%", ["1", "250", "5"]),
            ("прибыль 収益 予測", ["прибыль", "収益", "予測"]), ("😀 \u{0} — “x”", ["x"]), ("", []),
        ]
    )
    func cutting(text: String, expected: [String]) { #expect(words(text) == expected) }

    @Test("Contractions and question words are stop words, subjects are not")
    func stopWords() {
        #expect(WordReader.terms(in: "What's it? Don't you'll we've").allSatisfy { $0.isStop })
        #expect(WordReader.terms(in: "travel policy hotels 2024").allSatisfy { !$0.isStop })
        #expect(!Term(stem: Array("2024".utf8)).isTopical)
        #expect(Term(stem: Array("travel".utf8)).isTopical)
    }

    @Test(
        "Stems are Porter's",
        arguments: [
            ("caresses", "caress"), ("ponies", "poni"), ("cats", "cat"), ("agreed", "agre"), ("plastered", "plaster"),
            ("motoring", "motor"), ("hopping", "hop"), ("filing", "file"), ("happy", "happi"), ("sky", "sky"),
            ("relational", "relat"), ("conditional", "condit"), ("vietnamization", "vietnam"),
            ("triplicate", "triplic"),
            ("goodness", "good"), ("revival", "reviv"), ("replacement", "replac"), ("adoption", "adopt"),
            ("reimbursement", "reimburs"), ("probate", "probat"), ("rate", "rate"), ("controll", "control"),
            ("is", "is"),
        ]
    )
    func stems(word: String, stem: String) {
        var bytes = Array(word.utf8)
        PorterStemmer.stem(&bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == stem)
    }

    /// Ranking counts words that it has stemmed itself in passages that FTS5 has found: both must agree.
    @Test("Words and stems are those of FTS5's tokenizer")
    func agreesWithIndex() throws {
        let suffixes = [
            "", "s", "es", "ed", "ing", "eed", "y", "ies", "ational", "tional", "enci", "izer", "ation", "ator",
            "alism",
            "iveness", "fulness", "ousness", "aliti", "iviti", "biliti", "icate", "ative", "alize", "iciti", "ical",
            "ful", "ness", "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
            "ism", "ate", "iti", "ous", "ive", "ize", "e", "ll", "lle", "bled", "ating", "izing", "ss", "sses", "ying",
        ]
        let stems = [
            "a", "b", "yy", "try", "control", "depend", "rat", "hop", "sky", "general", "bess", "oppos", "fall", "ho",
        ]
        var text = stems.flatMap { stem in suffixes.map { stem + $0 } }.joined(separator: " ")
        text += " Résumé naïve Ünïcode 123 4th x1y2 Ελλάδα прибыль ÅÄÖ ñandú"
        let connection = try SQLiteConnection(path: "", mode: .memory)
        try connection.execute(
            """
            CREATE VIRTUAL TABLE t USING fts5(x, tokenize = 'porter unicode61 remove_diacritics 2');
            CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance');
            """
        )
        try connection.execute("INSERT INTO t VALUES (?)", [.text(text)])
        let indexed = try connection.query("SELECT term FROM v ORDER BY offset") { (row) throws(DatabaseError) in
            row.text(0)
        }
        let read = words(text).map { word in
            var bytes = Array(word.utf8)
            PorterStemmer.stem(&bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(read.count == indexed.count)
        for (mine, theirs) in zip(read, indexed) { #expect(mine == theirs) }
    }

    @Test(
        "Forms without a common stem are known",
        arguments: [
            ("lost", ["lose", "loss"]), ("losing", ["lost", "loss"]), ("defined", ["definition"]),
            ("capitalized", ["capitalised"]), ("organisation", ["organization"]),
            ("licence", ["license"]), ("recognize", ["recognise", "recognition"]), ("price", []),
            ("rises", ["rose", "risen"]), ("", []),
        ]
    )
    func forms(word: String, others: [String]) { #expect(WordForms.others(of: word) == others) }

    @Test("A sequence of terms reads back as it was written, and nothing else does")
    func sequence() {
        let sequence = TermSequence(
            title: WordReader.terms(in: "Travel policy"),
            headings: [],
            keywords: WordReader.terms(in: "hotel"),
            body: WordReader.terms(in: "The hotel rate is 280.")
        )
        let bytes = sequence.bytes
        #expect(bytes.withUnsafeBytes { TermSequence($0) } == sequence)
        #expect(bytes.dropLast().withUnsafeBytes { TermSequence($0) } == nil)
        #expect((bytes + [0, 0, 0, 0]).withUnsafeBytes { TermSequence($0) } == nil)
        #expect([UInt8]().withUnsafeBytes { TermSequence($0) } == nil)
        #expect(sequence.distinct.count == 5)
    }
}
