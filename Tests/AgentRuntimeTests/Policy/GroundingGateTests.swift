import AgentRuntime
import Testing

@Suite("The grounding gate")
struct GroundingGateTests {
    /// What an aggregating tool gives: a value, its comparison, a breakdown and a series.
    static let sales: JSONValue = [
        "metric": "sales", "value": 450_000, "rows": 312,
        "comparison": ["kind": "prior_period", "value": 402_000],
        "period": ["start_date": "2025-04-01", "end_date": "2025-06-30"],
        "groups": [
            ["name": "North", "value": 200_000], ["name": "South", "value": 150_000],
            ["name": "West", "value": 100_000],
        ],
        "series": [
            ["label": "April 2025", "value": 140_000], ["label": "May 2025", "value": 150_500],
            ["label": "June 2025", "value": 159_500],
        ],
        "margin": .number(JSONNumber(0.4275)),
        "note": "Hotels cost up to $180 a night; refunds take 30 days; the fee is 2.5%.",
        "loss": -1_250_000,
    ]

    static func gate(
        _ results: JSONValue...,
        question: String = "How were sales?",
        locale: String = "en-US",
        policy: UngroundedPolicy = .mark
    ) -> GroundingGate {
        let signs = NumberSigns(locale: locale)
        var evidence = FigureEvidence(signs: signs)
        evidence.add(
            calls: results.enumerated().map { number, content in
                CompletedCall(
                    call: ToolCall(id: ToolCallID("call_\(number)"), name: "query", arguments: [:]),
                    status: .completed,
                    result: ToolResult(content: content),
                    duration: .zero
                )
            }
        )
        evidence.add(text: question, takesBareWords: true)
        evidence.settle()
        return GroundingGate(policy: policy, signs: signs, evidence: evidence)
    }

    static func whole(_ text: String, _ gate: GroundingGate) -> (text: String, ungrounded: [String]) {
        var gate = gate
        let text = gate.pass(text) + gate.flush()
        return (text, gate.ungrounded)
    }

    @Test(
        "A figure that a result gives, or that can be derived from it, passes as it is",
        arguments: [
            "Sales were $450,000.", "Sales were $450K, 450 thousand, 0.45 million or USD 450,000.",
            "Up 12% from $402,000, which is $48,000 more.", "Up 11.9 percent, or 11.94%.",
            "North made 44.4% of it, South 33.3% and West 22%.", "North and South together made $350,000, 77.8%.",
            "North is $50,000 ahead of South.", "Sales grew 7.5% from April to May and 13.9% over the quarter.",
            "The mean region made $150,000.", "The margin was 42.75%, so about 43 percent or 0.43.",
            "A loss of $1.25M (-$1,250,000, or (1,250,000)).", "It rests on 312 rows, 3 regions.",
            "Up to $180 a night within 30 days, at a 2.5% fee.", "**$450,000**, _402,000_ and `312`",
            "| North | 200,000 | 44.4% |", "1.12x the quarter before", "About $450,000 and over 400,000.",
            "four hundred fifty thousand dollars", "forty-four point", "4.5e5, 0.45e+6 and 450E3",
            "４５０，０００ and ４５０，０００円, or ４５０ thousand", "٤٥٠٬٠٠٠ and ٤٤٫٤٪", "$４５０,０００",
        ]
    )
    func grounded(text: String) {
        let result = Self.whole(text, Self.gate(Self.sales))
        #expect(result.ungrounded == [])
        #expect(result.text == text)
    }

    @Test(
        "Dates, quarters, identifiers, markers and the question's own numbers are exempt",
        arguments: [
            "In 2025, Q2 2025, H1 2024, FY2026 and FY25.", "From 2025-04-01 to June 30, 2025 (30 June 2025).",
            "At 10:30, on 4/30/2025 and 30.06.2025; since 1998.",
            "ORD-2024-001, #4711, deal_88, v1.2.3, GPT-9, B2B, 2nd",
            "See https://example.com/a/12345?x=77 and mail7@example.com.",
            "1. North\n2. South\n  - 3) West\n**4. East**",
            "As the source says [1], and another [23].", "Step 2 of section 9; top 7; the last 18 months.",
            "You asked for 77 and 5%.", "one of the two options", "from 2024 to 2026", "2024-25",
            "January 2024 – March 2025", "the 1990s, 3D, 5G, 16GB", "the 21st and the 100th at 9am",
            "twenty-first", "550e8400-e29b-41d4", "[12](https://x.example/a)", "twelve people",
            "the last eighteen months", "page twenty",
        ]
    )
    func exempt(text: String) {
        let gate = Self.gate(Self.sales, question: "Is 77 more than 5%?")
        #expect(Self.whole(text, gate).ungrounded == [])
    }

    @Test(
        "A figure that nothing gives is marked behind its unit and listed",
        arguments: [
            ("Sales were $451,000.", "Sales were $451,000 [unverified].", "$451,000"),
            ("Sales of $470K.", "Sales of $470K [unverified].", "$470K"),
            ("Up 17% on it", "Up 17% [unverified] on it", "17%"),
            ("up 17 percent on it", "up 17 percent [unverified] on it", "17 percent"),
            ("about 9.9 million then", "about 9.9 million [unverified] then", "9.9 million"),
            ("a twelve million loss", "a twelve million [unverified] loss", "twelve million"),
            ("rose seventeen percent", "rose seventeen percent [unverified]", "seventeen percent"),
            ("**$999** now", "**$999 [unverified]** now", "$999"),
            ("| 777,777 |", "| 777,777 [unverified] |", "777,777"),
            ("8,123 [1]", "8,123 [unverified] [1]", "8,123"),
            ("-450,000 it was", "-450,000 [unverified] it was", "450,000"),
            ("3.7x more", "3.7x [unverified] more", "3.7x"), ("1999 units", "1999 units [unverified]", "1999 units"),
            ("€ 5.5", "€ 5.5 [unverified]", "5.5"), ("9.876e6 in all", "9.876e6 [unverified] in all", "9.876e6"),
            ("USD 9.88E+06", "USD 9.88E+06 [unverified]", "9.88E+06"),
            ("９，８７６，５４３円", "９，８７６，５４３ [unverified]円", "９，８７６，５４３"),
            ("$９８７６５４３.", "$９８７６５４３ [unverified].", "$９８７６５４３"),
            ("٩٬٨٧٦٬٥٤٣ units", "٩٬٨٧٦٬٥٤٣ units [unverified]", "٩٬٨٧٦٬٥٤٣ units"),
            ("up ９９％ now", "up ９９％ [unverified] now", "９９％"),
            ("9８7６ deals", "9８7６ [unverified] deals", "9８7６"),
            ("the 9,876,543th", "the 9,876,543th [unverified]", "9,876,543th"),
            ("9876543px wide", "9876543px [unverified] wide", "9876543px"),
            ("[9876543](http://x.example)", "[9876543 [unverified]](http://x.example)", "9876543"),
            ("ninety-nine deals", "ninety-nine [unverified] deals", "ninety-nine"),
        ]
    )
    func ungrounded(text: String, marked: String, figure: String) {
        let result = Self.whole(text, Self.gate(Self.sales))
        #expect(result.text == marked)
        #expect(result.ungrounded == [figure])
    }

    @Test("Marks that the gate set are taken out again, and the gate sets them anew")
    func unmarked() {
        for text in [
            "Sales were $451,000, up 17 percent and 9,999,999 more.", "Sales were $450,000.",
            "9,999,999 [unverified] is what it said, then 9,999,999", "10-20 and 10-20 deals",
        ] {
            let marked = Self.whole(text, Self.gate(Self.sales))
            let before = GroundingGate.unmarked(marked.text, marked.ungrounded)
            #expect(before == text)
            #expect(Self.whole(before, Self.gate(Self.sales)) == marked)
        }
    }

    @Test("What a result repeats of the model's own arguments is no evidence, and what it says beside them is")
    func repeated() {
        func ungrounded(
            _ arguments: JSONObject,
            _ result: JSONValue,
            _ text: String,
            _ before: [CompletedCall] = []
        ) -> [String] {
            var evidence = FigureEvidence()
            let call = CompletedCall(
                call: ToolCall(id: ToolCallID("call_1"), name: "draft", arguments: arguments),
                status: .completed,
                result: ToolResult(content: result),
                duration: .zero
            )
            evidence.add(calls: before + [call])
            evidence.settle()
            return Self.whole(text, GroundingGate(evidence: evidence)).ungrounded
        }
        let body = "Revenue is 9,876,543 dollars this year."
        let answer = "Revenue is 9,876,543."
        for result: JSONValue in [
            ["body": .string(body)], ["text": .string("Dear all,\n\n" + body + "\nRegards")],
            ["lines": ["Revenue is 9,876,543  dollars", "this year."]],
            .string("REVENUE is 9,876,543 dollars this year."),
        ] {
            #expect(ungrounded(["body": .string(body)], result, answer) == ["9,876,543"], "\(result)")
            // What another source says counts.
            let more: JSONValue = ["echo": result, "value": 9_876_543]
            #expect(ungrounded(["body": .string(body)], more, answer) == [], "\(result)")
        }
        #expect(ungrounded(["name": "Plan 777"], ["message": "“Plan 777” was made"], "It is 777.") == ["777"])
        #expect(ungrounded(["q": "30 days"], ["passage": "Refunds within 30 days."], "It is 30.") == [])
        #expect(ungrounded(["period": "in 2025"], ["period": "in 2025"], "It was 2025 then.") == [])
        // What an earlier call wrote, a later one reads back.
        let before = CompletedCall(
            call: ToolCall(id: ToolCallID("call_0"), name: "draft", arguments: ["body": .string(body)]),
            status: .completed,
            result: ToolResult(content: ["id": "d"]),
            duration: .zero
        )
        #expect(ungrounded(["id": "d"], ["body": .string(body)], answer, [before]) == ["9,876,543"])
    }

    @Test("The same comes out however the text is cut, and only an unfinished number waits")
    func cuts() {
        let text = """
            Sales were $450,000, up 12 percent from $402,001 in Q1 2025.
            1. North **200,000** (44.4%) on 2025-04-01, a 1.2 million dream, seventeen percent.
            ９，８７６ and 9８7, 9.876e+06, twenty-nine points, ninety-nine deals, ٩٬٨٧٦٪.
            2. Prices of 1.234,5 and $ 77 or twenty-five thousand two hundred dollars, [1] ORD-2024-001 and 30 days.
            """
        for policy in UngroundedPolicy.allCases {
            let expected = Self.whole(text, Self.gate(Self.sales, policy: policy))
            #expect(!expected.ungrounded.isEmpty)
            let scalars = Array(text.unicodeScalars)
            for size in 1...40 {
                var gate = Self.gate(Self.sales, policy: policy)
                var output = ""
                for start in stride(from: 0, to: scalars.count, by: size) {
                    var piece = ""
                    piece.unicodeScalars.append(contentsOf: scalars[start..<min(start + size, scalars.count)])
                    output += gate.pass(piece)
                }
                output += gate.flush()
                #expect(output == expected.text, "cut by \(size)")
                #expect(gate.ungrounded == expected.ungrounded, "cut by \(size)")
            }
        }
    }

    @Test("Text without numbers passes at once, to the letter")
    func nothingWaits() {
        var gate = Self.gate(Self.sales)
        for word in ["The", " sal", "es were", " good.", " On", "ce t", "ext, as w", "ell; tw"] {
            #expect(gate.pass(word) == word)
        }
        #expect(gate.pass("o. Now 45") == "o. Now ")
        #expect(gate.pass("0,00") == "")
        #expect(gate.pass("0 ") == "")
        #expect(gate.pass("w") == "450,000 w")
    }

    @Test("A figure that is withheld never shows")
    func withheld() {
        var gate = Self.gate(Self.sales, policy: .withhold)
        var output = ""
        for character in "Sales were $451,000, not 450,000; seventeen percent." {
            output += gate.pass(String(character))
        }
        output += gate.flush()
        #expect(output == "Sales were $[figure withheld], not 450,000; [figure withheld].")
        #expect(gate.ungrounded == ["$451,000", "seventeen percent"])
        #expect(GroundingGate.marked(in: output) == [GroundingGate.withheld, GroundingGate.withheld])
    }

    @Test(
        "Numbers are read in the tenant's locale",
        arguments: [
            ("de-DE", "Der Umsatz war 450.000 €, 11,9 % mehr.", 0), ("de-DE", "Der Umsatz war 451.000,00 €.", 1),
            ("fr-FR", "450\u{202F}000 € et 42,75 %", 0), ("fr-FR", "451\u{202F}000 €", 1), ("de-CH", "450’000", 0),
            ("en-IN", "₹4,50,000", 0), ("en-IN", "₹4,51,000", 1), ("en-US", "450.000,00", 0),
        ]
    )
    func locales(locale: String, text: String, marks: Int) {
        #expect(Self.whole(text, Self.gate(Self.sales, locale: locale)).ungrounded.count == marks)
    }

    @Test("Two calls of one tool are compared with each other")
    func acrossCalls() {
        let first: JSONValue = [
            "value": 810_000, "groups": [["name": "A", "value": 10_100], ["name": "B", "value": 7]],
        ]
        let second: JSONValue = [
            "value": 900_000, "groups": [["name": "B", "value": 7], ["name": "A", "value": 12_321]],
        ]
        let gate = Self.gate(first, second)
        let text = "Up 11.1%, by $90,000, to 1.71 million together; A grew 22%."
        #expect(Self.whole(text, gate).ungrounded == [])
        #expect(Self.whole("B grew 31.7%.", gate).ungrounded == ["31.7%"])
    }

    @Test("What a failed call says is no evidence")
    func failures() {
        var evidence = FigureEvidence()
        let call = ToolCall(id: ToolCallID("call_1"), name: "query", arguments: ["amount": 98_765])
        let result = ToolResult.failure("invalid_argument", "98765 is too much")
        evidence.add(calls: [CompletedCall(call: call, status: .failed, result: result, duration: .zero)])
        evidence.settle()
        #expect(Self.whole("It is 98,765.", GroundingGate(evidence: evidence)).ungrounded == ["98,765"])
    }

    @Test("A hostile text is passed on whole, in bounded time")
    func hostile() {
        let texts = [
            String(repeating: "9", count: 10_000), String(repeating: "1,", count: 5_000),
            String(repeating: "1-", count: 5_000), String(repeating: "million ", count: 2_000),
            String(repeating: "$", count: 5_000), String(repeating: "1 per ", count: 2_000), "\u{0}1\u{0}", "é1ö2",
            "٣٤",
            String(repeating: "twenty-", count: 3_000), "1e400 0x1F 1_000", "－12％",
        ]
        for text in texts {
            var gate = Self.gate(Self.sales)
            var output = ""
            for piece in text { output += gate.pass(String(piece)) }
            output += gate.flush()
            #expect(output.replacing(GroundingGate.mark, with: "") == text)
        }
    }
}
