import AgentRuntime
import Foundation
import Synchronization
import TestSupport
import Testing

/// A fake refund service under a process that is killed at every record boundary.
@Suite("Effects happen at most once, and none is lost")
struct EffectTests {
    /// Runs for each boundary; `KILLS=200` in the long run.
    static var runs: Int { ProcessInfo.processInfo.environment["KILLS"].flatMap(Int.init) ?? 5 }

    @Test("Killed at any record boundary", arguments: RefundTool.Kind.allCases)
    func killedAtEveryBoundary(kind: RefundTool.Kind) {
        let boundaries = play(kind, seed: 1, killingAt: nil).boundaries
        #expect(boundaries > 6)
        for place in 0..<boundaries {
            for run in 0..<Self.runs {
                let seed = UInt64(1000 * (place + 1) + run)
                let found = violations(in: play(kind, seed: seed, killingAt: place), kind)
                #expect(found == [], "kind \(kind), boundary \(place), seed \(seed)")
                guard found.isEmpty else { return }
            }
        }
        print("effects: \(kind): \(boundaries) boundaries, \(Self.runs) kills at each")
    }

    private func play(_ kind: RefundTool.Kind, seed: UInt64, killingAt place: Int?) -> GovernedWorld {
        let world = GovernedWorld(seed: seed, killingAt: place)
        let outcome = world.simulation.run {
            do {
                let tools = [RefundTool(kind: kind, world: world)]
                let model = ScriptedModel.calling("refund", ["amount": 50])
                let daemon = try world.start(tools, model: model)
                let session = try await daemon.begin()
                world.arm()
                await daemon.send("refund 50", to: session)
                guard !daemon.process.isAlive else { return }
                let next = try world.start(tools, model: model)
                try await next.settle()
            } catch {
                Issue.record("the scenario itself failed: \(error)")
            }
        }
        #expect(outcome != .deadlock)
        return world
    }

    private func violations(in world: GovernedWorld, _ kind: RefundTool.Kind) -> [String] {
        var found: [String] = []
        let effects = world.effects.withLock { $0 }
        if effects.values.contains(where: { $0 > 1 }) || effects.count > 1 {
            found.append("refunded twice: \(effects)")
        }
        let kinds = world.records.map(\.kind)
        guard kinds.contains(.messageReceived) else {
            if !effects.isEmpty { found.append("refunded without a message") }
            return found
        }
        if world.ends.count != 1 { found.append("the turn ended \(world.ends.count) times") }
        let isReported = world.results.contains { $0.status == .completed }
        let unknown = world.approvals.filter { $0.request.type == ApprovalRequest.unknownOutcome }
        if kind != .isSilent {
            if effects.count != 1 { found.append("the refund is lost") }
            if !isReported { found.append("the refund is not reported") }
        } else if unknown.isEmpty {
            found.append("nobody is asked about an outcome that is not known")
        }
        if isReported, effects.isEmpty { found.append("a refund is reported that did not happen") }
        if unknown.count > 1 { found.append("asked twice") }
        return found
    }
}
