import Testing

@testable import AgentRuntime

@Suite("Suites of other tools")
struct ForeignSuiteTests {
    private func yaml(_ text: String) throws -> JSONValue { try YAMLReader.document(Array(text.utf8)) }

    @Test("YAML as configurations are written in it")
    func document() throws {
        let text = """
            # a comment
            description: "Quotes: \\"and\\" \\u00e9"   # behind
            plain: some words: no, a colon inside:it
            numbers: [1, -2.5, 1e3, .5, 0x1, 1.2.3]
            flags: {on: true, off: false, none: ~, empty: }
            list:
            - one
            - two: 2
              three: 3
            -   - nested
                - 'it''s'
            literal: |
              first
                second

              third
            folded: >-
              one
              two

              three
            wrapped: a plain text
              that goes on
            flow: [a,
              "b # not a comment", {c: [d]}]
            """
        let expected: JSONValue = [
            "description": "Quotes: \"and\" é", "plain": "some words: no, a colon inside:it",
            "numbers": [1, .double(-2.5), 1000, .double(0.5), "0x1", "1.2.3"],
            "flags": ["on": true, "off": false, "none": nil, "empty": nil],
            "list": ["one", ["two": 2, "three": 3], ["nested", "it's"]], "literal": "first\n  second\n\nthird\n",
            "folded": "one two\nthree", "wrapped": "a plain text that goes on",
            "flow": ["a", "b # not a comment", ["c": ["d"]]],
        ]
        let value = try yaml(
            text.replacing(
                "plain: some words: no, a colon inside:it",
                with: "plain: 'some words: no, a colon inside:it'"
            )
        )
        for member in try #require(expected.object) { #expect(value[member.name] == member.value, "\(member.name)") }
    }

    @Test(
        "What is not read is refused with its line",
        arguments: [
            ("a: &x 1", "line 1"), ("a: 1\nb: *x", "line 2"), ("a: 1\na: 2", "line 2"), ("a:\n\t- b", "line 2"),
            ("a: [1, 2", "line 1"), ("a: 1\n---\nb: 2", "line 2"), ("a: !!int 3", "line 1"), ("? a\n: b", "line 1"),
            ("a: \"x\\q\"", "line 1"), ("<<: 1", "line 1"),
        ]
    )
    func refused(text: String, line: String) {
        #expect { try yaml(text) } throws: { "\($0)".hasPrefix(line) }
    }

    @Test("Cutting a document anywhere never traps")
    func cut() throws {
        let text = "a: [1, {b: \"c\\n\"}]\nd: |\n  e\nf:\n- g: 'h'\n  i: >\n    j\n"
        for count in 0...text.utf8.count { _ = try? YAMLReader.document(Array(text.utf8.prefix(count))) }
    }

    @Test("promptfoo: prompts, variables, defaults and assertions")
    func promptfoo() throws {
        let suite = try PromptfooSuite.suite(
            try yaml(
                """
                description: Support answers
                prompts:
                  - "Question: {{question}}"
                providers: [openai:gpt-4]
                defaultTest:
                  vars: {tone: kind}
                  assert:
                    - type: not-contains
                      value: sorry
                tests:
                  - description: policy
                    vars: {question: What is our refund policy?}
                    assert:
                      - {type: icontains, value: refund}
                      - type: contains-any
                        value: [30 days, "{{tone}}"]
                      - {type: latency, threshold: 5000}
                      - {type: javascript, value: "output.length > 3"}
                      - {type: llm-rubric, value: "is {{tone}}"}
                  - vars: {question: [a, b]}
                """
            ),
            tenant: "ten_x"
        )
        #expect(suite.name == "Support answers")
        #expect(suite.cases.map(\.id) == ["policy", "test 2", "test 2 +"])
        let turn = suite.cases[0].turns[0]
        #expect(turn.message == "Question: What is our refund policy?")
        #expect(
            turn.assertions == [
                Assertion(.contains("sorry", ignoresCase: false), isNegated: true),
                Assertion(.contains("refund", ignoresCase: true)),
                Assertion(.containsAny(["30 days", "kind"], ignoresCase: false)),
                Assertion(.latencyBelow(.milliseconds(5001))),
            ]
        )
        #expect(turn.criteria == ["is kind"])
        #expect(suite.cases[2].turns[0].message == "Question: b")
        #expect(suite.unsupported.contains("assertions of type javascript"))
        #expect(suite.unsupported.contains("providers: this program answers"))
        #expect(throws: SuiteError.self) { try PromptfooSuite.suite(["tests": []], tenant: nil) }
    }

    @Test("ADK: conversations with tool uses and final responses")
    func evalSet() throws {
        let json: JSONValue = [
            "eval_set_id": "home", "name": "Home",
            "eval_cases": [
                [
                    "eval_id": "lights",
                    "conversation": [
                        [
                            "invocation_id": "1", "user_content": ["parts": [["text": "Is it on?"]], "role": "user"],
                            "final_response": ["parts": [["text": "It is on."]], "role": "model"],
                            "intermediate_data": ["tool_uses": [["name": "get_device", "args": ["id": "d1"]]]],
                        ]
                    ],
                    "session_input": ["app_name": "home", "user_id": "u", "state": [:]],
                ]
            ],
        ]
        let suite = try ADKEvalSet.suite(json, criteria: nil, name: "file", tenant: "ten_x")
        #expect(suite.name == "Home")
        let turn = suite.cases[0].turns[0]
        let call = Assertion.ExpectedCall(tool: "get_device", arguments: ["id": "d1"], isExact: true)
        #expect(turn.assertions.isEmpty)
        let response = AverageBound(
            name: "response_match_score",
            assertions: [Assertion(.rouge("It is on.", atLeast: 0.8))],
            threshold: 0.8
        )
        let trajectory = AverageBound(
            name: "tool_trajectory_avg_score",
            assertions: [Assertion(.trajectory(.exact, [call]))],
            threshold: 1
        )
        #expect(suite.cases[0].averages == [trajectory, response])
        let criteria: JSONValue = ["criteria": ["response_match_score": .double(0.5), "safety_v1": .double(0.8)]]
        let other = try ADKEvalSet.suite(json, criteria: criteria, name: "file", tenant: "ten_x")
        #expect(other.cases[0].averages.map(\.threshold) == [0.5])
        #expect(other.unsupported.contains("the criterion safety_v1"))
        for (criteria, words) in [
            (["response_match_scor": .double(0.5)], "did you mean “response_match_score”"),
            (["response_match_score": "high"], "threshold"),
            (["tool_trajectory_avg_score": ["threshold": 1, "match_type": "SOME"]], "match_type"),
        ] as [(JSONValue, String)] {
            #expect {
                _ = try ADKEvalSet.suite(json, criteria: ["criteria": criteria], name: "file", tenant: "t")
            } throws: { "\($0)".contains(words) }
        }
        let old: JSONValue = [
            [
                "query": "hi", "expected_tool_use": [["tool_name": "roll", "tool_input": ["sides": 6]]],
                "reference": "6",
            ]
        ]
        #expect(try ADKEvalSet.suite(old, criteria: nil, name: "old", tenant: "t").cases[0].turns[0].message == "hi")
    }

    @Test(
        "ROUGE-1 of words",
        arguments: [("the cat sat", "the cat sat", 1.0), ("the cat", "the cat sat down", 4.0 / 6), ("a", "b", 0)]
    )
    func rouge(answer: String, reference: String, expected: Double) {
        let score = TextSimilarity.rouge1(TextSimilarity.words(answer), TextSimilarity.words(reference))
        #expect(abs(score - expected) < 1e-12)
    }
}
