import AgentRuntime
import Testing

@Suite("Patterns in linear time")
struct BoundedPatternTests {
    @Test(
        "What matches",
        arguments: [
            ("a", "cat"), ("^cat$", "cat"), ("^$", ""), ("", "x"), ("^a|b$", "ax"), ("^a|b$", "xb"),
            ("^(ab)+$", "abab"), ("^(?:ab){2,3}$", "ababab"), ("^[a-c-]+$", "a-c"), ("^[^0-9]*$", "abc"),
            (#"^\d{4}-\d{2}$"#, "2026-01"), (#"^\w+\s\w+$"#, "two words"), (#"^\S+@\S+$"#, "a@b"),
            (#"^\u00e9$"#, "é"), (#"^[\]\\]+$"#, #"]\"#), ("^.$", "👍"), ("^a?b*c+$", "ccc"), (#"^\.$"#, "."),
            ("^a{2,}$", "aaaa"), ("^(a|b|cd)*$", "abcdb"), ("^[A-Z]{3}$", "USD"), (#"^[\d\-]+$"#, "1-2"),
        ]
    )
    func matches(pattern: String, text: String) throws {
        #expect(try BoundedPattern(pattern).matches(text))
    }

    @Test(
        "What does not match",
        arguments: [
            ("^cat$", "cats"), ("b", "cat"), ("^(ab)+$", "aba"), ("^a{2,3}$", "aaaa"), ("^[^0-9]*$", "a1"),
            ("^.$", "\n"), ("^.$", "ab"), (#"^\d+$"#, "٣"), ("^[]$", "a"), (#"^\D$"#, "1"), ("^$", "x"),
        ]
    )
    func doesNotMatch(pattern: String, text: String) throws {
        #expect(try !BoundedPattern(pattern).matches(text))
    }

    @Test(
        "What is refused",
        arguments: [
            "(", ")", "[a", "*a", "a**", "a+?", "a{2,1}", "a{", "a{x}", #"\"#, #"\b"#, #"\1"#, "(?=a)", "(?<n>a)",
            "[z-a]", #"\p{L}"#, #"\u12"#, "((a{100}){100}){100}", "a{9999}", String(repeating: "(", count: 100),
        ]
    )
    func refused(pattern: String) { #expect(throws: BoundedPattern.Failure.self) { try BoundedPattern(pattern) } }

    @Test("A pattern that makes backtracking engines hang ends")
    func hostilePattern() throws {
        let pattern = try BoundedPattern("^(a+)+(a|aa)*$")
        #expect(!pattern.matches(String(repeating: "a", count: 5000) + "!"))
        #expect(!pattern.matches(String(repeating: "a", count: BoundedPattern.longestText + 1)))
    }
}
