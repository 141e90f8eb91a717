import AgentRuntime
import Synchronization
import TestSupport
import Testing

/// A service that commits at once and answers when it likes, under turns that are stopped in between.
@Suite("A turn that is stopped settles its effects")
struct StoppedEffectTests {
    /// What stops the turn.
    enum Reason: CaseIterable {
        case cancel
        case clientGone
        case interrupt
        case timeout
        case delete
    }

    /// Commits after 10 ms and answers after `milliseconds`.
    private struct SlowTool: Tool {
        let world: GovernedWorld
        let milliseconds: Int

        var declaration: ToolDeclaration {
            ToolDeclaration(
                name: "refund",
                purpose: "Pays money back.",
                parameters: ["type": "object", "properties": ["amount": ["type": "number"]]],
                permission: Permission("test:use"),
                effect: .write,
                deadline: .seconds(600)
            )
        }

        func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
            let clock = VirtualClock(world.simulation)
            try await clock.sleep(for: .milliseconds(10))
            world.effects.withLock { $0[context.effectID, default: 0] += 1 }
            try await clock.sleep(for: .milliseconds(milliseconds))
            return ToolResult(content: ["refunded": true])
        }
    }

    private static func model(reading: Bool = false) -> ScriptedModel {
        ScriptedModel { request in
            guard request.steps.isEmpty, request.message.hasPrefix("refund") else {
                return [[.text("Done."), .finished(.stop)]]
            }
            var events: [ModelEvent] = []
            let refund = ToolCall(id: ToolCallID("a_\(request.turn)"), name: "refund", arguments: ["amount": 50])
            events.append(.toolCall(refund))
            let read = ToolCall(id: ToolCallID("b_\(request.turn)"), name: "read", arguments: [:])
            if reading { events.append(.toolCall(read)) }
            return [events + [.finished(.toolCalls)]]
        }
    }

    /// Begins a refund, stops it after 500 ms, and asks on.
    private func play(
        _ reason: Reason,
        answeringAfter milliseconds: Int,
        model: ScriptedModel = Self.model(),
        _ body: @escaping @Sendable (GovernedDaemon, SessionID) async throws -> Void = { _, _ in }
    ) -> GovernedWorld {
        let world = GovernedWorld(seed: 3)
        let reads = ClosureTool("read") { _, _ in
            try await VirtualClock(world.simulation).sleep(for: .seconds(5))
            return ToolResult(content: [:])
        }
        let outcome = world.simulation.run {
            do {
                let tools: [any Tool] = [SlowTool(world: world, milliseconds: milliseconds), reads]
                let limit = Duration.milliseconds(reason == .timeout ? 500 : 600_000)
                let daemon = try world.start(tools, model: model, limits: TurnLimits(duration: limit))
                let session = try await daemon.begin()
                try await stop(reason, daemon, session)
                try await body(daemon, session)
            } catch {
                Issue.record("the scenario itself failed: \(error)")
            }
        }
        #expect(outcome != .deadlock)
        return world
    }

    private func stop(_ reason: Reason, _ daemon: GovernedDaemon, _ session: SessionID) async throws {
        let world = daemon.world
        let place = daemon.place
        let directory = daemon.directory
        let requester = world.requester
        try await directory.with(session, in: world.tenant, on: place) { session in
            let options: JSONValue = ["on_busy": "interrupt", "on_disconnect": "cancel"]
            try await session.change(options: options, title: nil, by: requester)
            let turn = try await session.send(IncomingMessage(text: "refund 50", principal: requester)).turn
            let watcher = try await session.watch(turn, after: nil, DeafWatcher())
            await world.pass(500)
            switch reason {
            case .cancel: _ = try await session.cancel(turn)
            case .clientGone: if let watcher { await session.unwatch(turn, watcher) }
            case .interrupt: _ = try await session.send(IncomingMessage(text: "Hello", principal: requester))
            case .timeout: break
            case .delete: try await session.delete(by: requester)
            }
        }
        await world.pass(5000)
    }

    @Test("What answers in time is recorded before the turn's end", arguments: Reason.allCases)
    func answersInTime(reason: Reason) {
        let world = play(reason, answeringAfter: 900)
        #expect(world.effects.withLock { Array($0.values) } == [1])
        #expect(world.results.map(\.status) == [.completed])
        #expect(world.approvals.isEmpty)
        #expect(world.ends.first == (reason == .timeout ? .failed : .cancelled))
    }

    @Test("What does not is put before a person, with the turn's end", arguments: Reason.allCases)
    func answersTooLate(reason: Reason) throws {
        let world = play(reason, answeringAfter: 60_000)
        #expect(world.effects.withLock { Array($0.values) } == [1])
        #expect(world.results.map { $0.result.content["code"] } == ["outcome_unknown"])
        #expect(world.approvals.map(\.request.type) == [ApprovalRequest.unknownOutcome])
        let kinds = world.records.map(\.kind)
        let asked = try #require(kinds.firstIndex(of: .approvalRequested))
        #expect(kinds[asked...].prefix(3) == [.approvalRequested, .toolCompleted, .turnCompleted])
        let turn = world.records[asked].turn
        let events = TurnHistory.events(of: world.records.filter { $0.turn == turn })
        #expect(events.map(\.index) == Array(0..<events.count))
    }

    @Test("The end comes within the grace, and reads are given up at once")
    func isBounded() throws {
        let world = play(.cancel, answeringAfter: 60_000, model: Self.model(reading: true))
        #expect(world.results.map(\.call.name) == ["refund"])
        let end = try #require(world.records.first { $0.kind == .turnCompleted })
        let begun = try #require(world.records.first { $0.kind == .turnStarted })
        #expect(end.wallTime.milliseconds - begun.wallTime.milliseconds < 500 + 1000 + 300)
    }

    @Test("A turn that was stopped at a call is replayed to the same digest")
    func replayed() throws {
        let world = play(.cancel, answeringAfter: 60_000)
        let turn = try #require(world.records.first { $0.kind == .turnCompleted }?.turn)
        let recording = try TurnRecording(turn: turn, records: world.records.filter { $0.turn == turn })
        #expect(TurnReplayer.replay(recording).isSame)
    }

    @Test("The next turn's model is shown what the stopped one may have done")
    func history() throws {
        let model = Self.model()
        _ = play(.cancel, answeringAfter: 60_000, model: model) { daemon, session in
            await daemon.send("What happened?", to: session)
        }
        let asked = try #require(model.requests.last)
        #expect(asked.message == "What happened?")
        let calls = asked.history.flatMap(\.steps).flatMap(\.calls)
        #expect(calls.map { $0.result.content["code"] } == ["outcome_unknown"])
    }

    @Test("The same call is not made again while nobody has said what became of it")
    func isNotRepeated() throws {
        let world = play(.cancel, answeringAfter: 60_000) { daemon, session in
            await daemon.send("refund 50 again", to: session)
            let id = try #require(daemon.world.approvals.first?.request.id)
            #expect(daemon.world.results.last?.result.content["approval_id"]?.string == id.rawValue)
            #expect(daemon.world.effects.withLock { $0.count } == 1)
            // After a person has said that it did not happen, it may be made.
            #expect(await daemon.decide(id, .reject, by: "usr_boss", in: session) == "rejected")
            await daemon.send("refund 50 once more", to: session)
        }
        #expect(world.approvals.count == 1)
        #expect(world.effects.withLock { $0.count } == 2)
    }

    @Test("Nor without a person when the question has ended unanswered")
    func expired() throws {
        let world = play(.cancel, answeringAfter: 60_000) { daemon, session in
            await daemon.world.pass(6 * 86_400_000)
            await daemon.send("refund 50 again", to: session)
        }
        #expect(world.effects.withLock { $0.count } == 1)
        #expect(world.ends == [.cancelled, .awaitingApproval])
    }

    @Test("A turn with a call that waits for a person ends too, whenever it is stopped")
    func waiting() {
        for moment in 0..<40 {
            let world = GovernedWorld(seed: UInt64(moment))
            let reads = ClosureTool("read") { _, _ in
                try await VirtualClock(world.simulation).sleep(for: .milliseconds(10))
                return ToolResult(content: [:])
            }
            let outcome = world.simulation.run {
                do {
                    let tools: [any Tool] = [RefundTool(kind: .answers, world: world, needsApproval: true), reads]
                    let daemon = try world.start(tools, model: Self.model(reading: true))
                    let session = try await daemon.begin()
                    let requester = world.requester
                    try await daemon.directory.with(session, in: world.tenant, on: daemon.place) { session in
                        let sent = try await session.send(IncomingMessage(text: "refund 50", principal: requester))
                        try await VirtualClock(world.simulation).sleep(for: .microseconds(500 * moment))
                        _ = try await session.cancel(sent.turn)
                    }
                } catch {
                    Issue.record("the scenario itself failed: \(error)")
                }
            }
            #expect(outcome != .deadlock)
            #expect(world.ends.count == 1)
            #expect(world.effects.withLock { $0 } == [:])
        }
    }

    @Test("Stopped at any moment, no effect is lost", arguments: RefundTool.Kind.allCases)
    func atAnyMoment(kind: RefundTool.Kind) {
        for moment in 0..<40 {
            let world = GovernedWorld(seed: UInt64(moment))
            let outcome = world.simulation.run {
                do {
                    let tools = [RefundTool(kind: kind, world: world)]
                    let daemon = try world.start(tools, model: .calling("refund", ["amount": 50]))
                    let session = try await daemon.begin()
                    let requester = world.requester
                    try await daemon.directory.with(session, in: world.tenant, on: daemon.place) { session in
                        let sent = try await session.send(IncomingMessage(text: "refund 50", principal: requester))
                        await world.pass(moment)
                        _ = try await session.cancel(sent.turn)
                    }
                } catch {
                    Issue.record("the scenario itself failed: \(error)")
                }
            }
            #expect(outcome != .deadlock)
            let happened = world.effects.withLock { $0.values.reduce(0, +) }
            let told = world.results.count { $0.status == .completed }
            #expect(happened <= 1)
            #expect(happened <= told + world.approvals.count, "\(kind) stopped after \(moment) ms")
            #expect(world.ends.count == 1)
        }
    }
}

private struct DeafWatcher: TurnWatcher {
    func deliver(_ events: [NumberedEvent]) {}
    func ended() {}
}
