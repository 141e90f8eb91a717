internal import AgentRuntime

/// One conversation of a case in its world.
actor WorldConversation: EvaluationConversation {
    private let world: EvaluationWorld
    private let session: SessionID
    private let principal: Principal
    private let loop: EventLoop
    private var version: Int64 = 0
    private var earlier: [Observation.Call] = []

    init(world: EvaluationWorld, session: SessionID, principal: Principal, loop: EventLoop) {
        self.world = world
        self.session = session
        self.principal = principal
        self.loop = loop
    }

    deinit { world.shelf[session] = nil }

    func ask(_ message: String, checksChain: Bool) async throws -> Observation {
        let conversations = world.deployment.conversations
        let clock = ContinuousClock()
        let begun = clock.now
        let accepted = try await conversations.send(
            IncomingMessage(text: message, principal: principal),
            to: session,
            on: loop
        )
        let watcher = TimedWatcher(clock)
        _ = try await conversations.watch(accepted.turn, of: session, after: nil, by: principal, on: loop, watcher)
        let answer = await watcher.collector.answer()
        let ended = clock.now
        let calls = try await calls(of: accepted.turn)
        let seen = Observation(
            message: message,
            content: answer.content,
            status: answer.summary?.status ?? .failed,
            citations: answer.citations,
            charts: answer.charts,
            suggestedActions: answer.suggestedActions,
            calls: calls,
            usage: answer.summary?.usage ?? Usage(),
            isDegraded: answer.summary?.isDegraded ?? false,
            ungrounded: answer.summary?.ungrounded ?? [],
            failure: answer.failure?.message,
            firstText: watcher.firstText.map { $0 - begun },
            duration: ended - begun,
            isChainIntact: checksChain ? try isChainIntact() : true,
            earlierCalls: earlier
        )
        earlier += calls
        return seen
    }

    /// The turn's calls in the order in which they were asked for, each with its result out of the journal.
    private func calls(of turn: TurnID) async throws -> [Observation.Call] {
        let records: [Record]
        do {
            records = try await world.deployment.journal.records(
                of: session,
                in: principal.tenant,
                afterVersion: version
            )
        } catch {
            throw AgentError(journal: error)
        }
        version = records.last?.version ?? version
        var order: [ToolCallID] = []
        var completed: [ToolCallID: CompletedCall] = [:]
        for record in records where record.turn == turn {
            guard let payload = record.payload else { continue }
            if record.kind == .stepCompleted { order += StepDraft(payload: payload).calls.map(\.id) }
            if record.kind == .toolCompleted, let call = CompletedCall(json: payload) { completed[call.call.id] = call }
        }
        return order.compactMap { completed[$0] }.map { call in
            Observation.Call(
                name: call.call.name,
                arguments: call.call.arguments,
                status: call.status,
                effect: world.deployment.domain.registry.tool(named: call.call.name)?.declaration.effect ?? .read,
                content: call.result.content,
                sources: call.result.citations.map(\.source)
            )
        }
    }

    private func isChainIntact() throws -> Bool {
        do {
            return try JournalVerifier(path: world.deployment.folder.journal).verify(principal.tenant).holds
        } catch {
            throw AgentError(journal: error)
        }
    }
}

/// Gathers an answer and notes when its first text came.
private final class TimedWatcher: TurnWatcher {
    let collector = AnswerCollector()
    private let clock: ContinuousClock
    private let first = Guarded<ContinuousClock.Instant?>(nil)

    init(_ clock: ContinuousClock) { self.clock = clock }

    var firstText: ContinuousClock.Instant? { first.with { $0 } }

    func deliver(_ events: [NumberedEvent]) {
        let hasText = events.contains { if case .text = $0.event { true } else { false } }
        if hasText { first.with { first in if first == nil { first = clock.now } } }
        collector.deliver(events)
    }

    func ended() { collector.ended() }
}
