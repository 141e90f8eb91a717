import Testing

@testable import Tools

@Suite("CSV reader")
struct CSVReaderTests {
    private func rows(
        _ bytes: [UInt8],
        limits: CSVReader.Limits = .standard
    ) -> [Result<CSVReader.Row, CSVReader.Fault>] {
        var reader = CSVReader(bytes, limits: limits)
        var rows: [Result<CSVReader.Row, CSVReader.Fault>] = []
        while let row = reader.next() { rows.append(row) }
        return rows
    }

    private func fields(_ text: String) throws -> [[String]] { try rows(Array(text.utf8)).map { try $0.get().fields } }

    @Test(
        "Well-formed rows are read as RFC 4180 says",
        arguments: [
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
            ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
            ("a,b\r", [["a", "b"]]),
            ("\"a,b\",\"c\"\"d\"\n", [["a,b", "c\"d"]]),
            ("\"two\r\nlines\",x\n", [["two\r\nlines", "x"]]),
            (",,\n", [["", "", ""]]),
            ("\"\",x\n", [["", "x"]]),
            ("\n\na\n\n\nb\n\n", [["a"], ["b"]]),
            ("\u{FEFF}a,b\n", [["a", "b"]]),
            ("å,日本,🙂\n", [["å", "日本", "🙂"]]),
            ("=1+1,'; DROP TABLE ledger;--\n", [["=1+1", "'; DROP TABLE ledger;--"]]),
            ("", []),
            ("\u{FEFF}", []),
        ] as [(String, [[String]])]
    )
    func reads(text: String, expected: [[String]]) throws { #expect(try fields(text) == expected) }

    @Test("A row is named by the physical line where it begins")
    func lines() throws {
        let lines = try rows(Array("h\n\"1\n2\n3\",x\n\nlast\n".utf8)).map { try $0.get().line }
        #expect(lines == [1, 2, 6])
    }

    @Test(
        "A bad row is reported by its line and the rest is read",
        arguments: [
            ("a\nb\"c\nd\n", 2, "quote inside"),
            ("a\n\"b\"c\nd\n", 2, "after a closing quote"),
            ("a\nb\rc\nd\n", 2, "carriage return"),
            ("a\nb\u{0}c\nd\n", 2, "NUL"),
        ]
    )
    func recovers(text: String, line: Int, words: String) throws {
        let all = rows(Array(text.utf8))
        #expect(all.count == 3)
        guard case .failure(let fault) = all[1] else {
            Issue.record("the second row was read")
            return
        }
        #expect(fault.line == line)
        #expect(fault.message.contains(words))
        #expect(try all[2].get().fields == ["d"])
    }

    @Test("An unclosed quote ends the file with the line where its row begins")
    func unclosed() {
        let all = rows(Array("a\nb,\"c\nd\ne\n".utf8))
        #expect(all.count == 2)
        #expect(throws: CSVReader.Fault(line: 2, message: "opens a quote that is never closed")) { try all[1].get() }
    }

    @Test("Bytes that are not UTF-8 are a fault of their row")
    func invalidUTF8() {
        let all = rows([0x61, 0x0A, 0xC3, 0x28, 0x0A, 0x62, 0x0A])
        #expect(all.count == 3)
        #expect(throws: CSVReader.Fault(line: 2, message: "is not valid UTF-8")) { try all[1].get() }
    }

    @Test("Fields, rows and their number are bounded")
    func bounds() {
        let limits = CSVReader.Limits(fieldBytes: 4, rowBytes: 8, fields: 3)
        func message(_ text: String) -> String? {
            guard case .failure(let fault) = rows(Array(text.utf8), limits: limits).first else { return nil }
            return fault.message
        }
        #expect(message("12345\n")?.contains("more than 4 bytes") == true)
        #expect(message("123,456,789\n")?.contains("longer than 8 bytes") == true)
        #expect(message("1,2,3,4\n")?.contains("more than 3 fields") == true)
        #expect(message("1234,567\n") == nil)
    }

    @Test("Random bytes never trap and always end", arguments: 0..<200)
    func noise(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let alphabet: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D, 0x61, 0xC3, 0xA5, 0x00, 0x20]
        let bytes = (0..<random.number(in: 0...300)).map { _ in random.element(of: alphabet) }
        #expect(rows(bytes).count <= bytes.count)
    }
}
