import Testing

@testable import AgentRuntime

@Suite("JSONParser, JSON5")
struct JSON5ParserTests {
    private func outcome(_ text: String) -> String {
        do throws(JSONParseError) {
            return try JSONValue(parsing: text, syntax: .json5).text
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "What JSON5 allows is read as JSON",
        arguments: [
            ("{a: 1, $b_2: 'x', 'c d': \"y\",}", #"{"a":1,"$b_2":"x","c d":"y"}"#),
            ("[1,2,]", "[1,2]"), ("{}", "{}"), ("[]", "[]"),
            ("// first\n1 // last", "1"), ("/* a\n * b */ [1 /* c */, 2]", "[1,2]"), ("1 //", "1"), ("/**/1/**/", "1"),
            ("// x\u{2028}7", "7"), ("// x\r7", "7"),
            ("+5", "5"), ("-5", "-5"), (".5", "0.5"), ("-.5e2", "-0.5e2"), ("5.", "5"), ("5.e-3", "5e-3"), ("0", "0"),
            ("0x1F", "31"), ("-0XfF", "-255"), ("+0x0", "0"),
            ("0xffffffffffffffffffffffffffffffff", "340282366920938463463374607431768211455"),
            ("'it\\'s \"so\"'", #""it's \"so\"""#), ("\"it's\"", "\"it's\""),
            ("'\\x41\\v\\0\\q'", #""A\u000b\u0000q""#),
            ("'a\\\nb\\\r\nc\\\u{2028}d'", "\"abcd\""), ("'a\tb'", #""a\tb""#), ("'\\u00e9'", "\"é\""),
            ("{ünïcode: 1, \\u0061b: 2, null: 3, Infinity: 4}", #"{"ünïcode":1,"ab":2,"null":3,"Infinity":4}"#),
            ("\u{A0}\u{3000}\u{B}\u{C}{\u{FEFF}a\u{2003}: 1}", #"{"a":1}"#),
        ]
    )
    func reads(text: String, expected: String) {
        #expect(outcome(text) == expected)
    }

    @Test(
        "What JSON5 does not allow is refused",
        arguments: [
            ("Infinity", "line 1, column 1: Infinity and NaN are no figures; write a number or null"),
            ("[-Infinity]", "line 1, column 2: Infinity and NaN are no figures; write a number or null"),
            ("+NaN", "line 1, column 1: Infinity and NaN are no figures; write a number or null"),
            ("[,]", "line 1, column 2: expected a value, found `,`"),
            ("[1,,]", "line 1, column 4: expected a value, found `,`"),
            ("{,}", "line 1, column 2: expected a name, found `,`"),
            ("{1a: 1}", "line 1, column 2: expected a name, found `1`"),
            ("{a-b: 1}", "line 1, column 3: expected `:` after a name, found `-`"),
            ("{\\u002d: 1}", "line 1, column 2: not part of a name"),
            ("010", "line 1, column 1: a number has no leading zero"),
            ("0x", "line 1, column 3: expected a hexadecimal digit, found the end of the document"),
            ("0x100000000000000000000000000000000", "line 1, column 1: a hexadecimal number has more than 128 bits"),
            (".", "line 1, column 2: expected a digit, found the end of the document"),
            ("+ 1", "line 1, column 2: expected a digit, found U+0020"),
            ("'a", "line 1, column 1: a string has no closing quote"),
            ("'a\nb'", "line 1, column 3: a line ends within a string"),
            ("'\u{1}'", "line 1, column 2: a control character stands unescaped in a string"),
            ("'\\1'", "line 1, column 2: a string has no octal escapes"),
            ("'\\01'", "line 1, column 2: a string has no octal escapes"),
            ("/* a", "line 1, column 1: a comment has no end"),
            ("1 / 2", "line 1, column 3: unexpected `/`; comments start with `//` or `/*`"),
            ("{a: 1,\n // twice\n a: 2}", "line 3, column 2: the name \"a\" stands twice in one object"),
            ("{a: 1,\n \"a\": 2}", "line 2, column 2: the name \"a\" stands twice in one object"),
        ]
    )
    func refuses(text: String, reason: String) {
        #expect(outcome(text) == reason)
    }
}
