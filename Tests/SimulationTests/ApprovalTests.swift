import AgentRuntime
import Synchronization
import TestSupport
import Testing

@Suite("Approvals")
struct ApprovalTests {
    /// Plays a scenario over a refund that waits for approval, up to the moment at which it waits.
    private func play(
        people: Int = 1,
        _ body: @escaping @Sendable (GovernedDaemon, SessionID, Approval) async throws -> Void
    ) -> GovernedWorld {
        let world = GovernedWorld(seed: 7)
        let outcome = world.simulation.run {
            do {
                let daemon = try Self.start(world, people: people)
                let session = try await daemon.begin()
                await daemon.send("refund 50", to: session)
                guard let approval = world.approvals.first else {
                    Issue.record("nothing waits")
                    return
                }
                try await body(daemon, session, approval)
            } catch {
                Issue.record("the scenario itself failed: \(error)")
            }
        }
        #expect(outcome != .deadlock)
        return world
    }

    private static func start(_ world: GovernedWorld, people: Int = 1) throws -> GovernedDaemon {
        let tiers = [ApprovalPolicy.Tier(from: ExactNumber(40), approvers: people)]
        let tool = RefundTool(kind: .answers, world: world)
        let model = ScriptedModel.calling("refund", ["amount": 50])
        return try world.start([tool], ToolRules(approvals: ApprovalPolicy(tiers: tiers)), model: model)
    }

    @Test("A call that needs approval waits, ends its turn, and shows what is asked")
    func waits() {
        let world = play { _, _, _ in }
        #expect(world.effects.withLock { $0 } == [:])
        #expect(world.ends == [.awaitingApproval])
        let events = TurnHistory.events(of: world.records.filter { $0.turn != nil })
        #expect(events.map(\.index) == Array(0..<events.count))
        let notices = events.compactMap { if case .approvalRequired(let notice) = $0.event { notice } else { nil } }
        #expect(notices.map(\.call.name) == ["refund"])
        #expect(world.approvals.first?.request.needed == 1)
    }

    @Test("Approved by somebody else, it happens once, in a turn of its own that goes on")
    func approved() {
        let said = Guarded<[String]>([])
        let world = play { daemon, session, approval in
            let word = await daemon.decide(approval.request.id, .approve, by: "usr_boss", in: session)
            let again = await daemon.decide(approval.request.id, .approve, by: "usr_other", in: session)
            said.with { $0 = [word, again] }
        }
        #expect(said.with { $0 } == ["goes on", "conflict"], "a replayed decision is refused")
        #expect(world.effects.withLock { Array($0.values) } == [1])
        #expect(world.ends == [.awaitingApproval, .completed])
        #expect(world.records.contains { $0.kind == .approvalRefused })
        let answer = world.records.last { $0.kind == .turnCompleted }?.payload?["content"]?.string
        #expect(answer == "Done.")
    }

    @Test("Self, forged, expired and changed approvals are refused, and nothing happens")
    func refused() {
        let said = Guarded<[String]>([])
        let world = play { daemon, session, approval in
            let id = approval.request.id
            let late = approval.request.expiresAt
            let words = [
                await daemon.decide(id, .approve, by: "usr_requester", in: session),
                await daemon.decide(ApprovalID("appr_forged"), .approve, by: "usr_boss", in: session),
                await daemon.decide(id, .approve, by: "usr_boss", at: late, in: session),
                await daemon.decide(id, .approve, by: "usr_boss", hash: String(repeating: "0", count: 64), in: session),
            ]
            said.with { $0 = words }
        }
        #expect(said.with { $0 } == ["forbidden", "not_found", "conflict", "conflict"])
        #expect(world.effects.withLock { $0 } == [:])
        #expect(world.approvals.first?.status == .pending)
    }

    @Test("A grant runs only the very call that was approved")
    func bound() throws {
        let call = ToolCall(id: ToolCallID("call_1"), name: "refund", arguments: ["amount": 50])
        let decision = ApprovalDecision(.approve, by: UserID("usr_boss"), at: Timestamp(milliseconds: 0))
        let grant = Continuation(
            approval: ApprovalID("appr_1"),
            isApproved: true,
            decision: decision,
            call: call,
            hash: ApprovalRequest.hash(of: call),
            turn: TurnID("msg_1"),
            steps: []
        )
        #expect(grant.grants(call))
        var edited = call
        edited.arguments = ["amount": 5000]
        #expect(!grant.grants(edited))
        #expect(!grant.grants(ToolCall(id: ToolCallID("call_2"), name: "refund", arguments: ["amount": 50])))
        let read = try #require(Continuation(json: grant.json))
        #expect(read == grant)
    }

    @Test("Rejected with a reason, it does not happen, and the model is told why")
    func rejected() {
        let world = play { daemon, session, approval in
            _ = await daemon.decide(approval.request.id, .reject, by: "usr_boss", in: session)
        }
        #expect(world.effects.withLock { $0 } == [:])
        #expect(world.ends == [.awaitingApproval, .completed])
        let last = world.results.last
        #expect(last?.status == .denied)
        #expect(last?.result.content["message"]?.string == "A person has refused this: because")
    }

    @Test("Large amounts need several people, each once")
    func several() {
        let said = Guarded<[String]>([])
        let world = play(people: 2) { daemon, session, approval in
            let id = approval.request.id
            let words = [
                await daemon.decide(id, .approve, by: "usr_boss", in: session),
                await daemon.decide(id, .approve, by: "usr_boss", in: session),
                await daemon.decide(id, .approve, by: "usr_other", in: session),
            ]
            said.with { $0 = words }
        }
        #expect(said.with { $0 } == ["pending", "conflict", "goes on"])
        #expect(world.effects.withLock { Array($0.values) } == [1])
    }

    @Test("What waits survives a restart, and can be decided afterwards")
    func restart() {
        let said = Guarded<String>("")
        let world = play { daemon, session, approval in
            daemon.process.kill()
            let next = try Self.start(daemon.world)
            try await next.settle()
            let word = await next.decide(approval.request.id, .approve, by: "usr_boss", in: session)
            said.with { $0 = word }
        }
        #expect(said.with { $0 } == "goes on")
        #expect(world.effects.withLock { Array($0.values) } == [1])
        #expect(world.ends == [.awaitingApproval, .completed])
    }
}
