/// Everything that can make a call wait for a person.
package struct ToolRules: Sendable {
    package var approvals: ApprovalPolicy
    /// Whether what strangers wrote is kept from what calls do.
    package var controlsFlow: Bool

    package init(approvals: ApprovalPolicy = ApprovalPolicy(), controlsFlow: Bool = true) {
        self.approvals = approvals
        self.controlsFlow = controlsFlow
    }

    /// Why a call has to wait, and for how many people; `nil` when it may run.
    package func need(
        of call: ToolCall,
        _ declaration: ToolDeclaration,
        _ flow: @autoclosure () -> FlowControl
    ) -> (reason: String, people: Int)? {
        guard declaration.effect != .read || declaration.server != nil else { return nil }
        let need = approvals.need(of: call, declaration)
        guard controlsFlow, let objection = flow().objection(to: call, declaration) else { return need }
        return (objection, need?.people ?? 1)
    }
}
