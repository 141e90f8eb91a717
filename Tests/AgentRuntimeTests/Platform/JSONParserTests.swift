import Testing

@testable import AgentRuntime

@Suite("JSONParser")
struct JSONParserTests {
    /// The reason for a refusal with its place, or the document read.
    private func outcome(_ text: String, _ syntax: JSONSyntax = .json, _ limits: JSONLimits = .default) -> String {
        do throws(JSONParseError) {
            return try JSONValue(parsing: text, syntax: syntax, limits: limits).text
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "A document of JSON is read and written as it was",
        arguments: [
            "null", "true", "false", "0", "-0", "12.50", "1e400", "-1.0E-7", "\"\"", "\"a\"", "[]", "{}",
            #"[1,2,[3]]"#, #"{"a":1,"b":{"c":[]}}"#, #"{"":0}"#, "\"€😀\"",
            "123456789012345678901234567890.123456789",
        ]
    )
    func readsJSON(text: String) {
        #expect(outcome(text) == text)
    }

    @Test("White space is skipped, member order and literals are kept")
    func keepsOrder() throws {
        let value = try JSONValue(parsing: " {\n\t\"b\" : 1.10 ,\r\n \"a\" : [ true , null ] } ")
        #expect(value.text == #"{"b":1.10,"a":[true,null]}"#)
        #expect(value["b"]?.number?.literal == "1.10")
        #expect(value["a"]?[0] == true)
    }

    @Test(
        "Escapes are read",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9""#, "é"), (#""x\ud83d\ude00y""#, "x😀y"),
            (#""\u0000""#, "\0"), (#""\uFFFF""#, "\u{FFFF}"),
        ]
    )
    func readsEscapes(text: String, expected: String) throws {
        #expect(try JSONValue(parsing: text).string == expected)
    }

    @Test(
        "What is not JSON is refused with its place and reason",
        arguments: [
            ("", "line 1, column 1: the document is empty"),
            (" \n ", "line 2, column 2: the document is empty"),
            ("{} x", "line 1, column 4: unexpected `x` after the document"),
            ("[1,]", "line 1, column 3: a comma stands before the closing `]`"),
            (#"{"a":1,}"#, "line 1, column 7: a comma stands before the closing `}`"),
            ("[1 2]", "line 1, column 4: expected `,` or `]`, found `2`"),
            ("[1", "line 1, column 3: expected `,` or `]`, found the end of the document"),
            ("[", "line 1, column 2: expected a value, found the end of the document"),
            ("{a:1}", "line 1, column 2: expected a name in double quotes, found `a`"),
            (#"{"a" 1}"#, "line 1, column 6: expected `:` after a name, found `1`"),
            ("[01]", "line 1, column 2: a number has no leading zero"),
            ("[-]", "line 1, column 3: expected a digit, found `]`"),
            ("[1.]", "line 1, column 4: expected a digit after the point, found `]`"),
            ("[.5]", "line 1, column 2: a number needs a digit before its point"),
            ("[+1]", "line 1, column 2: a number takes no plus sign"),
            ("[1e]", "line 1, column 4: expected a digit in the exponent, found `]`"),
            ("[NaN]", "line 1, column 2: expected a value; JSON has no NaN and no Infinity"),
            ("[\"é\", x]", "line 1, column 7: expected a value, found `x`"),
            ("['a']", "line 1, column 2: strings stand in double quotes"),
            ("[\n\"a\nb\"]", "line 2, column 3: a line ends within a string"),
            ("\"a\u{1}\"", "line 1, column 3: a control character stands unescaped in a string"),
            ("\"a\tb\"", "line 1, column 3: a control character stands unescaped in a string"),
            ("\"a", "line 1, column 1: a string has no closing quote"),
            ("\"a\\", "line 1, column 3: unknown escape in a string"),
            (#""\x41""#, "line 1, column 2: unknown escape in a string"),
            (#""\u12g4""#, "line 1, column 6: expected a hexadecimal digit, found `g`"),
            (#""\ud800""#, "line 1, column 2: a lone surrogate is no character"),
            (#""\ud800\u0041""#, "line 1, column 2: a lone surrogate is no character"),
            (#""a\udc00""#, "line 1, column 3: a lone surrogate is no character"),
            ("\u{FEFF}{}", "line 1, column 1: the document starts with a byte order mark; remove it"),
            ("{}\0", "line 1, column 3: unexpected U+0000 after the document"),
            ("// x\n1", "line 1, column 1: expected a value, found `/`"),
            ("truth", "line 1, column 1: expected a value, found `t`"),
            ("[1]\u{A0}", "line 1, column 4: unexpected U+00A0 after the document"),
        ]
    )
    func refuses(text: String, reason: String) {
        #expect(outcome(text) == reason)
    }

    @Test(
        "Bytes that are not UTF-8 are refused at their place",
        arguments: [
            ([0x22, 0x80, 0x22], 1), ([0x22, 0xC0, 0xAF, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0x61, 0xE2, 0x82, 0x22], 2), ([0x22, 0xF5, 0x80, 0x80, 0x80, 0x22], 1),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xE0, 0x9F, 0x80, 0x22], 1), ([0x22, 0xC3], 1),
            (Array("[\"0123456789abcdef".utf8) + [0xFF], 18),
        ]
    )
    func refusesInvalidUTF8(bytes: [UInt8], offset: Int) {
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: bytes) }
        #expect(error?.reason == "invalid UTF-8")
        #expect(error?.offset == offset)
    }

    @Test("UTF-16 is refused by its name")
    func refusesUTF16() {
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0xFF, 0xFE, 0x31, 0x00]) }
        #expect(error?.reason == "the document is in UTF-16; write it in UTF-8")
    }

    @Test(
        "A name that stands twice is refused at its second place",
        arguments: [
            (#"{"a":1,"a":2}"#, "line 1, column 8: the name \"a\" stands twice in one object"),
            (#"{"a":1,"\u0061":2}"#, "line 1, column 8: the name \"a\" stands twice in one object"),
            ("{\"\u{E9}\":1,\"e\u{301}\":2}", "line 1, column 8: the name \"é\" stands twice in one object"),
        ]
    )
    func refusesDuplicates(text: String, reason: String) {
        #expect(outcome(text) == reason)
    }

    @Test("A name that stands twice among many is refused, and many names take no time per pair")
    func refusesDuplicatesAmongMany() throws {
        let members = (0..<200_000).map { "\"name\($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSONValue(parsing: "{\(members)}").object?.count == 200_000)
        #expect(outcome("{\(members),\"name77\":0}").contains("the name \"name77\" stands twice"))
    }

    @Test("Depth, size and members are bounded")
    func bounds() {
        let nested = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(outcome(nested) == nested)
        #expect(outcome("[\(nested)]") == "line 1, column 65: more than 64 levels within each other")
        #expect(outcome(String(repeating: "{\"a\":", count: 100_000)).contains("more than 64 levels"))
        let small = JSONLimits(depth: 1, bytes: 12, members: 3)
        #expect(outcome("[1,2,3]", .json, small) == "[1,2,3]")
        #expect(outcome("[1,2,3,4]", .json, small) == "line 1, column 8: more than 3 members and elements")
        #expect(outcome("[1,2,300000000]", .json, small) == "line 1, column 1: the document exceeds 12 bytes")
    }

    @Test("A number beyond the range of a double keeps its literal")
    func keepsHugeNumbers() throws {
        let value = try JSONValue(parsing: "[1e999,-1e-999,123456789012345678901234567890123456789012]")
        #expect(value[0]?.number?.literal == "1e999")
        #expect(value[0]?.double == .infinity)
        #expect(value[1]?.double == 0)
        #expect(value[2]?.number?.literal == "123456789012345678901234567890123456789012")
        #expect(value[2]?.int == nil)
    }

    @Test("Every cut of a document is refused, never read past its end")
    func refusesEveryCut() {
        let whole = Array(#"{"a":[1.5e3,"x\u00e9\ud83d\ude00",true,null,{"b":"€"}]}"#.utf8)
        for length in 0..<whole.count {
            #expect(throws: JSONParseError.self) { try JSONValue(parsing: Array(whole[..<length])) }
            #expect(throws: JSONParseError.self) { try JSONValue(parsing: Array(whole[..<length]), syntax: .json5) }
        }
    }

    @Test("A string reads back as it was written, whatever stands at whichever place", arguments: 1...20)
    func places(length: Int) throws {
        for special in ["\"", "\\", "\n", "\u{1F}", "\u{7F}", "é", "\u{2028}", "😀"] {
            for place in 0..<length {
                let text =
                    String(repeating: "a", count: place) + special
                    + String(repeating: "b", count: length - place - 1)
                let document: JSONValue = [text: .string(text), "next": "x"]
                let read = try JSONValue(parsing: document.bytes())
                #expect(read == document && read.text == document.text)
                #expect(read[text]?.string?.utf8.elementsEqual(text.utf8) == true)
            }
        }
    }

    @Test("An unescaped control character is found at whichever place", arguments: 1...20)
    func controls(length: Int) {
        for place in 0..<length {
            var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
            bytes[place] = 0x01
            let error = #expect(throws: JSONParseError.self) {
                try JSONValue(parsing: [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")])
            }
            #expect(error?.offset == place + 1)
        }
    }
}
