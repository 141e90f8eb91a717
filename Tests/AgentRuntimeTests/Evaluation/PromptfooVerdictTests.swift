import Testing

@testable import AgentRuntime

/// promptfoo is no Python package, so its verdicts are written down here from its documented rules and its source
/// (https://github.com/promptfoo/promptfoo, `src/assertions`), in cases of our own.
@Suite("Verdicts as promptfoo gives them")
struct PromptfooVerdictTests {
    private func suite(_ test: String) throws -> EvaluationSuite {
        let lines = test.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        let text =
            "prompts: [ask]\nassertTemplates:\n  polite: {type: icontains, value: please}\ntests:\n  - vars: {}\n"
        return try PromptfooSuite.suite(
            try YAMLReader.document(Array((text + lines.joined(separator: "\n")).utf8)),
            tenant: "ten_x"
        )
    }

    private func passes(_ test: String, _ answer: String, cost: Money = .zero, after: Duration = .zero) throws -> Bool {
        let suite = try suite(test)
        #expect(suite.unsupported.isEmpty, "\(suite.unsupported)")
        let seen = Observation(
            message: "ask",
            content: answer,
            usage: Usage(inputTokens: 1, outputTokens: 1, cost: cost),
            duration: after
        )
        let turn = try #require(suite.cases.first?.turns.first)
        return turn.assertions.allSatisfy { $0.failure(in: seen) == nil }
    }

    static let rules: [(rule: String, answer: String, passes: Bool)] = [
        ("{type: equals, value: yes sir}", "yes sir", true), ("{type: equals, value: yes sir}", "Yes sir", false),
        ("{type: equals, value: \"yes\\n\"}", "yes", false), ("{type: equals, value: 5}", "5", true),
        ("{type: equals, value: {a: 1, b: [2]}}", "{\"b\": [2], \"a\": 1.0}", true),
        ("{type: equals, value: {a: 1}}", "{\"a\": 1, \"b\": 2}", false),
        ("{type: equals, value: {a: 1}}", "a is 1", false), ("{type: not-equals, value: {a: 1}}", "a is 1", true),
        ("{type: contains, value: 450}", "$450,000", true), ("{type: contains, value: Sales}", "sales", false),
        ("{type: icontains, value: SALES}", "our sales", true),
        ("{type: not-icontains, value: SALES}", "our sales", false),
        ("{type: contains-any, value: [a1, b2]}", "has b2", true),
        ("{type: contains-any, value: 'x, \"b, 2\"'}", "has b, 2", true),
        ("{type: contains-any, value: 'x, \"b, 2\"'}", "has b 2", false),
        ("{type: contains-all, value: 'one,two , three'}", "three two one", true),
        ("{type: contains-all, value: [one, two]}", "one", false),
        ("{type: not-contains-all, value: [one, two]}", "one", true),
        ("{type: icontains-any, value: [ONE]}", "one", true),
        ("{type: icontains-all, value: [ONE, Two]}", "two one", true),
        ("{type: starts-with, value: Rev}", "Revenue", true), ("{type: starts-with, value: rev}", "Revenue", false),
        ("{type: regex, value: '\\d{3}%$'}", "by 120%", true), ("{type: regex, value: '^by$'}", "by 120%", false),
        ("{type: regex, value: '\\bup\\b(?! to)'}", "it went up by", true),
        ("{type: regex, value: '(?<=\\$)\\d+'}", "$450", true), ("{type: not-regex, value: a+b}", "aab", false),
        ("{type: is-json}", "{\"a\": [1]}", true), ("{type: is-json}", "a: 1", false),
        ("{type: not-is-json}", "a: 1", true),
        ("{type: is-json, value: {type: object, required: [a]}}", "{\"a\": 1}", true),
        ("{type: is-json, value: {type: object, required: [a]}}", "{\"b\": 1}", false),
        ("{type: is-json, value: 'required: [a]'}", "{\"b\": 1}", false),
        ("{type: not-is-json, value: {required: [a]}}", "{\"b\": 1}", true),
        ("{type: levenshtein, value: kitten, threshold: 3}", "sitting", true),
        ("{type: levenshtein, value: kitten, threshold: 2}", "sitting", false),
        ("{type: levenshtein, value: kitten}", "kittens here", false),
        ("{type: levenshtein, value: kitten}", "kitten 1234", true),
        ("{$ref: '#/assertTemplates/polite'}", "Please", true), ("{$ref: '#/assertTemplates/polite'}", "now", false),
        ("{type: contains, value: absent, weight: 0}", "x", true),
        ("{type: assert-set, assert: [{type: contains, value: a}, {type: contains, value: b}]}", "a", false),
        (
            "{type: assert-set, threshold: 0.5, assert: [{type: contains, value: a}, {type: contains, value: b}]}", "a",
            true
        ),
        (
            "{type: assert-set, threshold: 0.5, assert: [{type: contains, value: a}, {type: contains, value: b, weight: 2}]}",
            "a", false
        ),
    ]

    @Test("One assertion", arguments: rules)
    func rule(rule: String, answer: String, expected: Bool) throws {
        #expect(try passes("assert:\n  - \(rule)", answer) == expected)
    }

    @Test("Bounds of cost and time may be reached")
    func bounds() throws {
        let cost = "assert: [{type: cost, threshold: 0.12}]"
        #expect(try passes(cost, "x", cost: Money(units: 1200)))
        #expect(try !passes(cost, "x", cost: Money(units: 1201)))
        #expect(try passes("assert: [{type: cost, threshold: 0}]", "x"))
        let time = "assert: [{type: latency, threshold: 50}]"
        #expect(try passes(time, "x", after: .milliseconds(50)))
        #expect(try !passes(time, "x", after: .milliseconds(51)))
        #expect(try passes("assert: [{type: not-latency, threshold: 50}]", "x", after: .milliseconds(51)))
    }

    @Test("A test's threshold is one of the weighted mean and lets single assertions fail")
    func threshold() throws {
        let test = "threshold: 0.6\nassert:\n  - {type: contains, value: a}\n  - {type: contains, value: b}\n"
        #expect(try !passes(test, "a"))
        #expect(try passes(test, "a b"))
        #expect(try passes(test.replacing("value: a}", with: "value: a, weight: 2}"), "a"))
        #expect(try passes(test.replacing("0.6", with: "0"), "nothing"))
    }

    @Test(
        "What promptfoo does not have, or what lacks its value, is a problem",
        arguments: [
            ("assert: [{type: contanis, value: x}]", "did you mean “contains”"),
            ("assert: [{type: contains}]", "assert[0].value"), ("assert: [{type: contains-any}]", "assert[0].value"),
            ("assert: [{type: regex, value: '('}]", "regular expression"), ("asert: []", "did you mean “assert”"),
            ("assert: [{type: contains, vale: x}]", "did you mean “value”"), ("assert: {type: contains}", "a list"),
            ("assert: [{type: latency}]", "threshold"), ("assert: [{type: equals, value: x, weight: high}]", "weight"),
            ("threshold: high", "threshold"), ("assert: [{type: llm-rubric}]", "assert[0].value"),
            ("assert: [{type: is-json, value: {type: 5}}]", "schema"),
        ]
    )
    func notUnderstood(test: String, words: String) {
        #expect {
            _ = try suite(test)
        } throws: { error in "\(error)".contains(words) && "\(error)".contains("tests[0]") }
    }

    @Test("What is not judged is told, and never passes or fails in silence")
    func unsupported() throws {
        let suite = try suite(
            """
            options: {transform: output}
            assert:
              - {type: similar, value: x}
              - {type: contains, value: x, transform: output.trim()}
              - {type: contains, value: file://words.txt}
              - {type: rouge-n, value: x}
              - {type: is-refusal}
            """
        )
        let parts = ["type similar", "contains with transform", "other files", "rouge-n", "refuses", "tests: options"]
        for part in parts { #expect(suite.unsupported.contains { $0.contains(part) }, "\(part)") }
        #expect(suite.cases[0].turns[0].assertions == [Assertion(.refuses)])
        func problem(_ text: String) -> String {
            do {
                _ = try PromptfooSuite.suite(try YAMLReader.document(Array(text.utf8)), tenant: "t")
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(problem("prompts: [file://a.txt]\ntests: [{vars: {}}]").contains("none of them is a text"))
        #expect(problem("prompts: [a]\ntests: file://tests.csv").contains("other files"))
        #expect(problem("prompts: [a]\ntests: [{assert: [{$ref: '#/x/y'}]}]").contains("no template"))
    }

    @Test("Variables are filled in, also within each other, and are empty where they have no value")
    func templates() {
        let template = PromptfooTemplate([
            "who": "{{name}}s", "name": "cat", "n": 3, "deep": ["a": "b"], "loop": "{{loop}}",
        ])
        #expect(
            template.filled("{{who}} {{ n }} {{deep.a}} [{{none}}] {{x | upper}} {{") == "cats 3 b [] {{x | upper}} {{"
        )
        #expect(template.hasMore("{{x | upper}}") && template.hasMore("{% if x %}") && !template.hasMore("{{ n }}"))
        #expect(template.filled("{{loop}}").count < 100)
    }
}
