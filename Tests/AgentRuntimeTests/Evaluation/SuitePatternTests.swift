import Testing

@testable import AgentRuntime

@Suite("Patterns of suites")
struct SuitePatternTests {
    @Test(
        "Searches as suites write them",
        arguments: [
            (#"\bup\b"#, "went up by", "upper"), (#"up(?! to)"#, "up by", "up to"), (#"(?<=\$)\d+"#, "$450", "450"),
            (#"(?<!\$)\b\d{3}\b"#, "450", "$450"), (#"(?=.*two)(?=.*one)"#, "one two", "one"),
            (#"a.*?b$"#, "axxb", "ba"),
            (#"(?i)^REVENUE[a-c]$"#, "revenueB", "revenued"), (#"(?<year>20\d\d)"#, "in 2025", "in 1925"),
            (#"\Bx"#, "ax", "x"), (#"^\x41\u00e9$"#, "Aé", "Ae"), ("(a|aa)+$", "baaa", "aab"),
            ("^(?!.*sorry).*$", "ok", "so sorry"),
            (#"Sources?: [A-Z][a-z]+ \(\d+"#, "Sources: Billing (81 data points)", "Source: 81"),
        ]
    )
    func searches(source: String, found: String, absent: String) throws {
        let pattern = try SuitePattern(source)
        #expect(pattern.search(found) == .found)
        #expect(pattern.search(absent) == .absent)
    }

    @Test(
        "Patterns that make backtracking engines search for ever end with an answer",
        arguments: ["^(([a-z]+)+)+@$", "(a|aa)+$", "(.*)*x", "^(a?){40}(a){40}@$"]
    )
    func hostile(source: String) throws {
        #expect(try SuitePattern(source).search(String(repeating: "a", count: 3000) + "!") == .absent)
    }

    @Test("What takes too long is given up, and neither it nor its opposite holds")
    func givenUp() throws {
        let pattern = try SuitePattern("(?<=(a|b|c)*(a|b|c)*(a|b|c)*x)y")
        let seen = Observation(message: "", content: String(repeating: "abc", count: 3000))
        #expect(pattern.search(seen.content) == .givenUp)
        for isNegated in [false, true] {
            let failure = Assertion(.matches(pattern), isNegated: isNegated).failure(in: seen)
            #expect(failure?.contains("given up") == true)
        }
    }

    @Test("What is not understood is refused", arguments: ["(", #"(a)\1"#, "(?>a)", "a++", #"\p{L}"#, "(?i:a)"])
    func refused(source: String) { #expect(throws: BoundedPattern.Failure.self) { try SuitePattern(source) } }
}
