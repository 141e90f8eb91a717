/// When a call has to wait for people, and for how many.
package struct ApprovalPolicy: Sendable {
    /// From an amount on, so many people have to approve.
    package struct Tier: Sendable, Hashable {
        package var from: ExactNumber
        package var approvers: Int

        package init(from: ExactNumber, approvers: Int) {
            self.from = from
            self.approvers = approvers
        }
    }

    /// Tools that always wait.
    package var tools: Set<String>
    /// In any order.
    package var tiers: [Tier]
    /// How long an approval can be given.
    package var lifetime: Duration

    package init(tools: Set<String> = [], tiers: [Tier] = [], lifetime: Duration = .seconds(5 * 86_400)) {
        self.tools = tools
        self.tiers = tiers
        self.lifetime = lifetime
    }

    /// How many people have to approve an amount; 0 where no tier says.
    package func people(for amount: ExactNumber) -> Int {
        tiers.filter { $0.from <= amount.magnitude }.map(\.approvers).max() ?? 0
    }

    /// Why a call has to wait, and for how many people; `nil` when it may run.
    package func need(of call: ToolCall, _ declaration: ToolDeclaration) -> (reason: String, people: Int)? {
        guard declaration.effect != .read else { return nil }
        let tier = CallAmount.of(call, declaration).flatMap { amount in
            tiers.filter { $0.from <= amount }.max { $0.approvers < $1.approvers }
        }
        if let tier, tier.approvers > 0 {
            return ("It is about an amount of \(tier.from.literal) or more.", tier.approvers)
        }
        if declaration.needsApproval || tools.contains(call.name) {
            return ("The tool \(call.name) is used only with approval.", 1)
        }
        return nil
    }
}
