import AgentRuntime
import Testing

@Suite struct CallAmountTests {
    private func declaration(_ amount: String? = nil) -> ToolDeclaration {
        ToolDeclaration(
            name: "pay",
            purpose: "x",
            parameters: ["type": "object"],
            permission: Permission("x:y"),
            effect: .outbound,
            amountArgument: amount
        )
    }

    private func call(_ arguments: JSONObject) -> ToolCall {
        ToolCall(id: ToolCallID("call_1"), name: "pay", arguments: arguments)
    }

    @Test(
        "The amount of a call is the largest number under a name for money, at any depth and in any spelling",
        arguments: [
            (["amount": 5000] as JSONObject, 5000), (["body": ["order": "7", "amount": 12]], 12),
            (["refundAmount": -300], 300), (["total_price": "1,250 EUR"], 1250),
            (["lines": [["cost": 5], ["cost": 9]]], 9),
            (["amount": 5, "fee": 7], 7), (["amounts": [1, 20, 3]], 20), (["year": 2025, "quantity": 90], nil),
            (["amount": "many"], nil), ([:], nil), (["amountOfItems": 90], nil),
        ] as [(JSONObject, Int?)]
    )
    func amounts(arguments: JSONObject, amount: Int?) {
        #expect(CallAmount.of(call(arguments), declaration()) == amount.map { ExactNumber($0) })
    }

    @Test("A tool that says where its amount stands is believed")
    func declared() {
        let arguments: JSONObject = ["amount": 5, "total": 900]
        #expect(CallAmount.of(call(arguments), declaration("amount")) == ExactNumber(5))
        let policy = ApprovalPolicy(tiers: [.init(from: ExactNumber(100), approvers: 2)])
        #expect(policy.need(of: call(arguments), declaration("amount")) == nil)
        #expect(policy.need(of: call(arguments), declaration())?.people == 2)
    }
}
