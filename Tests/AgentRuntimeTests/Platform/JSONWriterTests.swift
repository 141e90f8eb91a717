import Testing

@testable import AgentRuntime

@Suite("JSONWriter")
struct JSONWriterTests {
    @Test(
        "Strings are escaped so that any reader takes them",
        arguments: [
            ("a\"b\\c/d", #""a\"b\\c/d""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#), ("\0\u{1F}", #""\u0000\u001f""#),
            ("x\u{2028}y\u{2029}", #""x\u2028y\u2029""#), ("\u{2027}\u{202A}€😀", "\"\u{2027}\u{202A}€😀\""),
            ("", "\"\""),
        ]
    )
    func escapes(text: String, expected: String) throws {
        let value = JSONValue.string(text)
        #expect(value.text == expected)
        #expect(try JSONValue(parsing: value.bytes()) == value)
    }

    @Test("A character is escaped or copied wherever in a string it stands")
    func everywhere() throws {
        let escaped: [(Character, String)] = [
            ("\"", #"\""#), ("\\", #"\\"#), ("\n", #"\n"#), ("\u{1F}", #"\u001f"#), ("\0", #"\u0000"#),
            ("\u{2028}", #"\u2028"#), (" ", " "), ("\u{7F}", "\u{7F}"), ("é", "é"), ("€", "€"), ("𝄞", "𝄞"), ("!", "!"),
        ]
        for (character, expected) in escaped {
            for before in 0..<20 {
                for after in 0..<20 {
                    let start = String(repeating: "x", count: before)
                    let end = String(repeating: "é", count: after)
                    let written = JSONValue.string(start + String(character) + end).text
                    try #require(written == "\"\(start)\(expected)\(end)\"")
                }
            }
        }
    }

    @Test("Long documents are written whole")
    func long() throws {
        let text = String(repeating: "a\nb", count: 5000)
        let value = JSONValue.array((0..<20).map { ["number": .integer($0), "text": .string(text)] })
        let bytes = value.bytes()
        #expect(bytes.count > 20 * 20_000)
        #expect(try JSONValue(parsing: bytes) == value)
    }

    @Test("Pretty documents have a line for each member")
    func pretty() {
        let value: JSONValue = ["a": [1, 2], "b": [:], "c": [], "d": ["e": nil]]
        let expected = """
            {
              "a": [
                1,
                2
              ],
              "b": {},
              "c": [],
              "d": {
                "e": null
              }
            }
            """
        #expect(value.pretty == expected)
    }

    @Test("A document is written behind what stands there")
    func appends() {
        var output = Array("data: ".utf8)
        JSONValue.array([true, "x"]).append(to: &output)
        JSONValue.append(string: "\n", to: &output)
        #expect(String(decoding: output, as: UTF8.self) == #"data: [true,"x"]"\n""#)
    }

    @Test("Canonical bytes are the same for all ways to write a value")
    func canonical() throws {
        let first = try JSONValue(
            parsing: #"{"b":1.0,"a":[1e2,-0,0.10],"\u20ac":"\u2028/","\ud83d\ude00":1,"\ufb33":2}"#
        )
        let second = try JSONValue(
            parsing: "{\"\u{FB33}\":2,\"😀\":1e0,\"€\":\"\u{2028}\\/\",\"a\":[100,0,1e-1],\"b\":1}"
        )
        let expected = "{\"a\":[100,0,0.1],\"b\":1,\"€\":\"\u{2028}/\",\"😀\":1,\"\u{FB33}\":2}"
        #expect(String(decoding: first.canonicalBytes(), as: UTF8.self) == expected)
        #expect(first.canonicalBytes() == second.canonicalBytes())
        #expect(first == second)
    }

    @Test(
        "Numbers have one canonical literal",
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.000", "0"), ("0e5", "0"), ("-1.50", "-1.5"), ("1E+2", "100"),
            ("1e20", "100000000000000000000"),
            ("1e21", "1e+21"), ("12e20", "1.2e+21"), ("0.000001", "0.000001"), ("1e-7", "1e-7"),
            ("0.00000123", "0.00000123"),
            ("0.000000123", "1.23e-7"), ("1e400", "1e+400"), ("10e399", "1e+400"),
            ("1234567890123456789012345678901234567890123450", "1.23456789012345678901234567890123456789012345e+45"),
            ("1e99999999999999999999", "1e99999999999999999999"), ("1e9223372036854775807", "1e9223372036854775807"),
        ]
    )
    func canonicalNumbers(literal: String, expected: String) {
        #expect(JSONNumber(validLiteral: literal).canonicalLiteral == expected)
    }

    @Test("A string is written the same alone and within a document, wherever what needs an escape stands")
    func strings() throws {
        let specials = ["\"", "\\", "\n", "\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}", "\u{202A}", "é", "😀"]
        for length in 0..<20 {
            for place in 0...length {
                for special in [""] + specials {
                    let plain = String(repeating: "a", count: length)
                    let text = plain.prefix(place) + special + plain.dropFirst(place)
                    var bytes = Array("x".utf8)
                    JSONValue.append(string: String(text), to: &bytes)
                    #expect(bytes == Array("x".utf8) + JSONValue.string(String(text)).bytes())
                    #expect(try JSONValue(parsing: Array(bytes.dropFirst())) == .string(String(text)))
                }
            }
        }
    }

    @Test("Whether a document fits is what its bytes say")
    func fits() {
        let values: [JSONValue] = [
            nil, true, 12, "text", "\u{1}\u{2}", [], [:], [1, [2, 3], "é\n"],
            ["a\"": ["b": nil, "c": "\\\\"], "d": 15],
            .string(String(repeating: "x", count: 1000)),
        ]
        for value in values {
            let count = value.bytes().count
            #expect(value.fits(count) && value.fits(count + 1) && value.fits(8 * count))
            #expect(!value.fits(count - 1))
        }
    }
}
