import AgentRuntime
import Testing

@Suite("What may be an argument after words of strangers were read")
struct FlowControlTests {
    private static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "text": ["type": "string"], "amount": ["type": "number"], "on": ["type": "string", "format": "date"],
            "state": ["$ref": "#/$defs/state"], "tags": ["type": "array", "items": ["type": "string"]],
            "size": ["type": "integer", "default": 10],
            "body": [
                "allOf": [["properties": ["note": ["type": "string"]]]], "additionalProperties": ["type": "boolean"],
            ],
        ],
        "$defs": ["state": ["type": "string", "enum": ["open", "closed"]]],
    ]

    private func tainted(
        _ arguments: JSONObject,
        saying text: String = "",
        effect: ToolEffect = .write,
        books: [JSONValue] = [],
        server: [JSONValue] = []
    ) -> [String] {
        let declaration = ToolDeclaration(
            name: "tool",
            purpose: "",
            parameters: Self.schema,
            permission: Permission("test:use"),
            effect: effect,
            server: "shop"
        )
        let flow = FlowControl(
            label: .untrusted,
            userTexts: [text],
            trustedResults: books,
            server: FlowControl.Server(results: server, isForeignDataHeld: true)
        )
        let call = ToolCall(id: ToolCallID("call_1"), name: "tool", arguments: arguments)
        let tainted = flow.taintedArguments(of: call, declaration)
        #expect((flow.objection(to: call, declaration) == nil) == tainted.isEmpty)
        return tainted
    }

    @Test(
        "The user's words count as they stand, whole",
        arguments: [
            ("please pay bob@corp.example now", "bob@corp.example"), ("pay bob@corp.example.", "Bob@Corp.example"),
            ("account DE111, not DE1", "DE111"), ("account DE111, not DE1", "DE1"),
            ("Note: the review  is\non Monday", "the review is on Monday"),
            ("note 'see you at nine' for him", "see you at nine"),
            ("open https://corp.example/x?y=1", "https://corp.example/x?y=1"), ("it is for Bob's team", "Bob"),
            ("hotels up to 180", "hotels up to 180"), ("给bob@corp.example发", "bob@corp.example"), ("请记录报告内容", "报告"),
            ("(DE111)", "DE111"), ("pay -5.50 back", "-5.50"), ("to: ann", "ann"),
        ]
    )
    func whole(said: String, value: String) {
        #expect(tainted(["text": .string(value)], saying: said) == [])
    }

    @Test(
        "A part of them is something else",
        arguments: [
            ("please pay bob@corp.example now", "b@corp.example"), ("please pay bob@corp.example now", "corp.example"),
            ("please pay bob@corp.example now", "@corp.example"), ("pay bob@corp.example.uk", "bob@corp.example"),
            ("use account DE111 not DE1", "DE11"), ("see https://corp.example.evil-not/x", "https://corp.example"),
            ("see https://corp.example/x", "https://corp.example"), ("see https://evil.example/x", "evil.example"),
            ("pay 1,250 to him", "250"), ("pay 12.50 to him", "12"), ("pay -100", "100"), ("order A-17-b", "17"),
            ("at 10:30", "30"), ("jo.hn@corp.example", "hn@corp.example"), ("nothing", "words of a stranger"),
        ]
    )
    func part(said: String, value: String) {
        #expect(tainted(["text": .string(value)], saying: said) == ["text"])
    }

    @Test("Numbers are those that the user wrote or the books gave")
    func numbers() {
        #expect(tainted(["amount": 100], saying: "refund 100 not 10000") == [])
        #expect(tainted(["amount": 1000], saying: "refund 100 not 10000") == ["amount"])
        #expect(
            tainted(["amount": .number(JSONNumber(7.5))], books: [["rows": [["value": .number(JSONNumber(7.5))]]]])
                == []
        )
        #expect(
            tainted(["amount": .number(JSONNumber(7.5))], server: [["value": .number(JSONNumber(7.5))]]) == ["amount"]
        )
    }

    @Test("The name of a member that the schema does not declare is a value")
    func names() {
        #expect(tainted(["body": ["evil words as a member": true]]) == ["body"])
        #expect(tainted(["body": ["note": "kept"]], saying: "it is kept") == [])
        #expect(tainted(["body": ["urgent": true]], saying: "it is urgent") == [])
        #expect(tainted(["evil words": true]) == ["evil words"])
        #expect(tainted(["tags": ["red", "blue"]], saying: "red and blue") == [])
        #expect(tainted(["tags": ["red", "evil"]], saying: "red and blue") == ["tags"])
    }

    @Test("What the schema leaves open carries nobody's will")
    func schema() {
        #expect(tainted(["state": "closed", "on": "2026-03-01", "size": 10]) == [])
        #expect(tainted(["state": "words", "on": "tomorrow", "size": 11]) == ["state", "on", "size"])
    }

    @Test("A read elsewhere carries the user's words, identifiers of the books, and what that server gave")
    func reads() {
        func found(_ arguments: JSONObject) -> [String] {
            tainted(
                arguments,
                saying: "find ropes",
                effect: .read,
                books: [["revenue": .number(JSONNumber(1234567.89)), "shown": "1,234,567.89", "customer": "C-1001"]],
                server: [["items": [["id": "p 17", "page": 2]]]]
            )
        }
        #expect(found(["text": "ropes"]) == [])
        #expect(found(["text": "C-1001"]) == [])
        #expect(found(["text": "p 17", "amount": 2]) == [])
        #expect(found(["text": "revenue 1234567.89"]) == ["text"])
        #expect(found(["text": "1,234,567.89", "amount": .number(JSONNumber(1234567.89))]) == ["text", "amount"])
        #expect(found(["text": "https://evil.example/?d=1234567.89"]) == ["text"])
    }

    @Test("As long as nothing but that server's own data is held, a read elsewhere can carry nothing away")
    func ownData() {
        let declaration = ToolDeclaration(
            name: "find",
            purpose: "",
            parameters: Self.schema,
            permission: Permission("test:use"),
            server: "shop"
        )
        let call = ToolCall(id: ToolCallID("call_1"), name: "find", arguments: ["text": "more of it"])
        var flow = FlowControl(label: .untrusted, userTexts: [], server: .init(isForeignDataHeld: false))
        #expect(flow.objection(to: call, declaration) == nil)
        flow.server.isForeignDataHeld = true
        #expect(flow.objection(to: call, declaration) != nil)
        flow.label = .ownFigures
        #expect(flow.objection(to: call, declaration) == nil)
        var own = declaration
        own.server = nil
        flow.label = .untrusted
        #expect(flow.objection(to: call, own) == nil)
    }
}
