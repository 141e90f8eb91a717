/// Performs what `TurnStateMachine` decides: asks the model, runs tools side by side, appends, shows.
///
/// It runs as part of its session, on the session's thread; between two awaits the session may have taken other
/// messages, but no other turn of it runs.
package struct TurnRunner {
    /// Where a turn is taken up.
    package enum Point: Sendable {
        /// `turn.started` has been recorded and shown.
        case beginning
        /// The message waited; the turn has no record of its own yet.
        case unstarted
        /// A former process began the turn: every streamed event it showed, and how many of the last ones belong to
        /// the step that is not on record.
        case resumed(shown: [TurnEvent], repeating: Int)
    }
}

extension Session {
    /// Runs a turn to its end.
    ///
    /// Its own task; ends when the turn's last event was delivered.
    func run(_ turn: TurnID, from point: TurnRunner.Point) async {
        guard let live = live(turn) else { return }
        if case .unstarted = point {
            guard await begin(live) else { return }
        }
        let limit = services.limits.duration
        let clock = services.clock
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [weak self] in
                guard (try? await clock.sleep(for: limit)) != nil else { return }  // cancelled: the turn has ended
                await self?.timeOut(turn, after: limit)
            }
            await perform(live, from: point)
            group.cancelAll()
        }
    }

    private func timeOut(_ turn: TurnID, after limit: Duration) {
        let words = "The answer took longer than \(limit.milliseconds / 1000) s and was ended."
        let failure = TurnFailure(AgentError(.timeout, words, isRetryable: true))
        live(turn)?.requestStop(LiveTurn.Stop(status: .failed, failure: failure))
    }

    /// Records the beginning of a turn that has waited; whether it is to be run.
    private func begin(_ live: LiveTurn) async -> Bool {
        guard let turn = conversation.turn(live.id) else {
            live.close()
            running = nil
            beginNext()
            return false
        }
        guard live.stop == nil else {
            await endWithoutRunning(live)
            return false
        }
        do {
            try await append([startDraft(live, message: turn.message)])
            showStarted(live)
            return true
        } catch {
            let failure = (error as? AgentError).map(TurnFailure.init)
            live.requestStop(LiveTurn.Stop(status: .failed, failure: failure))
            await endWithoutRunning(live)
            return false
        }
    }

    private func perform(_ live: LiveTurn, from point: TurnRunner.Point) async {
        guard let turn = conversation.turn(live.id) else { return }
        let limits = services.agents.agent(conversation.options.agent)?.limits(services.limits) ?? services.limits
        var machine: TurnStateMachine
        var actions: [TurnAction]
        if case .resumed(let shown, let repeating) = point {
            machine = TurnStateMachine(
                limits: limits,
                steps: turn.steps,
                usage: turn.usage,
                shown: shown,
                repeating: repeating,
                isDegraded: turn.isDegraded
            )
            if let step = turn.openStep {
                actions = machine.begin(calling: step, completed: turn.openResults)
            } else if turn.isBeforeContinuing, let continuation = turn.continuation {
                actions = machine.begin(continuing: continuation.call)
            } else {
                actions = machine.begin()
            }
        } else {
            machine = TurnStateMachine(limits: limits, steps: turn.steps)
            actions = turn.continuation.map { machine.begin(continuing: $0.call) } ?? machine.begin()
        }
        while !actions.isEmpty {
            if let stop = live.stop, !machine.isEnded, !isSettling(actions.first, turn) {
                actions = machine.stop(stop.status, stop.failure)
            }
            let action = actions.removeFirst()
            do {
                switch action {
                case .askModel: actions += try await askModel(&machine, turn, live)
                case .show(let events): show(events, live)
                case .recordStep(let step):
                    if case .finish(let outcome)? = actions.first {
                        return await record(outcome, of: live, with: [stepDraft(step, live)])
                    }
                    try await record(step, live)
                case .runTools(let calls): actions += try await runTools(calls, &machine, turn, live)
                case .recordTool(let call): try await record([(call, nil)], live)
                case .finish(let outcome): return await record(outcome, of: live)
                }
            } catch is CancellationError {
                actions = machine.stop(live.stop?.status ?? .interrupted, live.stop?.failure)
            } catch let error as AgentError {
                actions = machine.fail(error)
            } catch {
                services.observer.fault("a turn failed: \(error)", session: id, tenant: tenant)
                actions = machine.fail(AgentError(.internalError, "The answer could not be finished."))
            }
        }
    }

    // MARK: - Asking the model

    private func askModel(
        _ machine: inout TurnStateMachine,
        _ turn: ConversationTurn,
        _ live: LiveTurn
    ) async throws -> [TurnAction] {
        // Calls that a former process began are settled by now: a stop may cut the model off.
        live.isCarryingOut = false
        let agent = conversation.options.agent
        let terms = try await terms(of: turn, live)
        let request = ModelRequest(
            principal: turn.principal,
            settings: terms.settings,
            session: id,
            turn: turn.id,
            history: conversation.history(before: turn.id) {
                // Of a tool that is not here any more nobody can say that it only read.
                services.tools.registry.declaration(of: $0, in: tenant)?.effect != .read
            },
            message: turn.text,
            context: turn.context,
            steps: machine.steps,
            tools: terms.tools,
            agent: agent,
            label: conversation.label
        )
        let model: any LanguageModel = turn.call.map(DirectCallModel.init) ?? services.model
        let stream = try await model.respond(to: request)
        while let batch = try await stream.next() {
            var rest: [TurnAction] = []
            for action in machine.receive(batch) {
                if case .show(let events) = action { show(events, live) } else { rest.append(action) }
            }
            if let stop = live.stop, !machine.isEnded { return machine.stop(stop.status, stop.failure) }
            guard rest.isEmpty else { return rest }
        }
        return machine.modelEnded()
    }

    private func terms(of turn: ConversationTurn, _ live: LiveTurn) async throws -> LiveTurn.Terms {
        if let known = live.terms { return known }
        let settings = try await services.settings.settings(for: turn.principal)
        let offered = services.tools.registry.declarations(for: turn.principal)
        let tools = services.agents.tools(offered, of: conversation.options.agent)
        let terms = LiveTurn.Terms(settings: settings, tools: tools)
        live.terms = terms
        return terms
    }

    /// Sends streamed events through the tail to the watchers.
    private func show(_ events: [TurnEvent], _ live: LiveTurn) {
        guard live.stop == nil, !events.isEmpty else { return }
        let numbered = live.add(events, isReady: false)
        let pieces = numbered.map {
            TailPiece(tenant: tenant, session: id, turn: live.id, index: $0.index, event: $0.event.json)
        }
        place.tail.append(pieces) { [weak self] result in
            self?.assumeIsolated { $0.written(numbered, of: pieces[0].turn, result) }
        }
    }

    private func written(_ events: [NumberedEvent], of turn: TurnID, _ result: Result<Void, TailError>) {
        guard let live = live(turn) else { return }
        switch result {
        case .success: live.markWritten(events)
        case .failure(let error):
            live.discard(from: events[0].index)
            let words = "The server cannot store the answer at the moment; what was shown is kept."
            let failure = TurnFailure(AgentError(.storageFailed, words, isRetryable: true))
            services.observer.fault("the tail could not be written: errno \(error.errno)", session: id, tenant: tenant)
            live.requestStop(LiveTurn.Stop(status: .failed, failure: failure))
        }
    }

    // MARK: - Recording steps and tools

    private func stepDraft(_ step: StepDraft, _ live: LiveTurn) -> RecordDraft {
        let asked = services.model.name
        let model = step.origin?.model ?? asked
        return draft(.stepCompleted, live, by: "model:\(model)", step.payload(index: live.nextIndex, model: asked))
    }

    private func record(_ step: StepDraft, _ live: LiveTurn) async throws {
        await live.settle()
        try await append([stepDraft(step, live)])
        live.add(step.calls.map(TurnEvent.toolStarted), isReady: true)
    }

    /// Makes results durable in one append, with what a person is asked because of them, and shows both.
    private func record(_ results: [(call: CompletedCall, request: ApprovalRequest?)], _ live: LiveTurn) async throws {
        var drafts: [RecordDraft] = []
        var events: [TurnEvent] = []
        for (call, request) in results { put(call, asking: request, live, &drafts, &events) }
        guard !drafts.isEmpty else { return }
        try await append(drafts)
        live.add(events, isReady: true)
    }

    private func put(
        _ call: CompletedCall,
        asking request: ApprovalRequest?,
        _ live: LiveTurn,
        _ drafts: inout [RecordDraft],
        _ events: inout [TurnEvent]
    ) {
        guard case .object(var payload) = call.json else { return }
        if let request {
            var asked = request.json
            // What may have happened already is no event of the turn: the turn goes on.
            if request.type == ApprovalRequest.toolCall, let notice = ApprovalNotice(request) {
                asked["index"] = .integer(live.nextIndex + events.count)
                events.append(.approvalRequired(notice))
            }
            drafts.append(
                draft(.approvalRequested, live, by: "system", labels: conversation.label.names, .object(asked))
            )
        }
        payload["index"] = .integer(live.nextIndex + events.count)
        let label = self.label(of: call)
        // What a tool says when it fails is as much its word as what it says when it does not.
        let isOwn = call.status != .completed && call.result.label == .clean
        let labels = isOwn ? [] : label.names + ["origin:\(call.call.name)"]
        drafts.append(draft(.toolCompleted, live, by: "tool:\(call.call.name)", labels: labels, .object(payload)))
        events.append(.toolFinished(call.call, call.status, milliseconds: call.duration.milliseconds))
    }

    /// Runs calls side by side; each result is recorded and shown as it comes, those that come together in one append.
    ///
    /// When the turn is stopped, or results cannot be stored, calls with effects are settled all the same; what came of
    /// them is stored together with the turn's end.
    private func runTools(
        _ calls: [ToolCall],
        _ machine: inout TurnStateMachine,
        _ turn: ConversationTurn,
        _ live: LiveTurn
    ) async throws -> [TurnAction] {
        let ledger = EffectLedger(
            tools: services.tools,
            session: id,
            turn: turn,
            settings: live.terms?.settings,
            step: machine.steps.count,
            stop: live.stopSignal,
            grace: services.limits.effectGrace,
            clock: services.clock
        )
        let routes = calls.map { ($0, route(of: $0, turn, machine), mayHaveEffect($0, turn)) }
        live.isCarryingOut = routes.contains { $0.2 }
        defer { live.isCarryingOut = false }
        let isCarryingOut = live.isCarryingOut
        let arrived = Guarded<[EffectLedger.Outcome]>([])
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for (call, route, hasEffect) in routes {
                group.addTask {
                    let outcome =
                        isCarryingOut
                        ? try await ledger.settle(call, route, hasEffect: hasEffect)
                        : try await ledger.carryOut(call, route)
                    arrived.with { $0.append(outcome) }
                }
            }
            var rest: [TurnAction] = []
            var failure: (any Error)?
            var isWhole = true
            var running = routes.count
            while try await group.next() != nil {
                running -= 1
                // Those that end at about the same time share an append: each would wait for a commit of its own.
                if running > 0 { await Task.yield() }
                let outcomes = arrived.with { arrived in
                    defer { arrived = [] }
                    return arrived
                }
                var results: [(call: CompletedCall, request: ApprovalRequest?)] = []
                for outcome in outcomes {
                    guard let (completed, request) = settled(outcome, turn) else {
                        isWhole = false
                        continue
                    }
                    for action in machine.toolCompleted(completed) {
                        if case .recordTool(let call) = action {
                            results.append((call, request))
                        } else {
                            rest.append(action)
                        }
                    }
                }
                if failure == nil, !isCarryingOut || live.stop == nil {
                    do {
                        try await record(results, live)
                        continue
                    } catch {
                        // A turn that ends here takes with its end what could not be stored.
                        guard isCarryingOut || machine.isEnded else { throw error }
                        failure = error
                    }
                }
                var late = live.late
                for (call, request) in results { put(call, asking: request, live, &late.drafts, &late.events) }
                live.late = late
            }
            if machine.isEnded { return rest }
            if let failure { throw failure }
            if let stop = live.stop { return machine.stop(stop.status, stop.failure) }
            guard isWhole else { throw CancellationError() }
            return rest
        }
    }

    /// Whether a call changes something, or may have in a former process whose tool is not here any more.
    private func mayHaveEffect(_ call: ToolCall, _ turn: ConversationTurn) -> Bool {
        guard let tool = services.tools.registry.declaration(of: call.name, in: tenant) else {
            return wasBegun(call, turn)
        }
        return tool.effect != .read
    }

    /// Whether an action finds out what a former process may have done: it goes before a stop.
    private func isSettling(_ action: TurnAction?, _ turn: ConversationTurn) -> Bool {
        guard case .runTools(let calls)? = action else { return false }
        return calls.contains { wasBegun($0, turn) && mayHaveEffect($0, turn) }
    }

    /// What is to be done about a call: decided before it runs, from what the conversation has read until now.
    private func route(of call: ToolCall, _ turn: ConversationTurn, _ machine: TurnStateMachine) -> EffectLedger.Route {
        guard let tool = services.tools.registry.declaration(of: call.name, in: tenant) else {
            // A former process had the tool and may have called it; without it nobody can tell what came of that.
            return wasBegun(call, turn) ? .reconcile(otherwise: nil) : .run
        }
        guard tool.effect != .read || tool.server != nil, call.defect == nil,
            services.tools.refusal(of: call, for: turn.principal) == nil
        else { return .run }
        guard tool.effect != .read else { return routeOfRead(call, tool, turn, machine) }
        let before = unsettled(call)
        if let continuation = turn.continuation, continuation.call.id == call.id {
            guard continuation.grants(call) else { return .refuse(continuation.decision.comment) }
            if wasBegun(call, turn) { return .reconcile(otherwise: nil) }
            if let before, before.isOpen { return .unsettled(before.id) }
            return .run
        }
        if let before {
            let need = EffectLedger.Need(
                reason: "The same call was begun before, and nobody has said whether it happened.",
                people: 1
            )
            if wasBegun(call, turn) { return .reconcile(otherwise: need) }
            return before.isOpen ? .unsettled(before.id) : .ask(need)
        }
        let asks = need(of: call, tool, machine)
        if wasBegun(call, turn) { return .reconcile(otherwise: asks) }
        return asks.map(EffectLedger.Route.ask) ?? .run
    }

    /// What is to be done about a call that only reads, at another server: it may be made again at any time.
    private func routeOfRead(
        _ call: ToolCall,
        _ tool: ToolDeclaration,
        _ turn: ConversationTurn,
        _ machine: TurnStateMachine
    ) -> EffectLedger.Route {
        if let continuation = turn.continuation, continuation.call.id == call.id {
            return continuation.grants(call) ? .run : .refuse(continuation.decision.comment)
        }
        return need(of: call, tool, machine).map(EffectLedger.Route.ask) ?? .run
    }

    /// Why a call has to wait for a person; `nil` when it may run.
    private func need(
        of call: ToolCall,
        _ tool: ToolDeclaration,
        _ machine: TurnStateMachine
    ) -> EffectLedger.Need? {
        let registry = services.tools.registry
        let calls = (conversation.turns.flatMap(\.steps) + machine.steps).flatMap(\.calls)
        func isOfServer(_ name: String) -> Bool {
            tool.server != nil && registry.declaration(of: name, in: tenant)?.server == tool.server
        }
        func flow() -> FlowControl {
            FlowControl(
                label: conversation.label,
                userTexts: conversation.userTexts,
                trustedResults: calls.filter { isTrusted($0) }.map(\.result.content),
                server: FlowControl.Server(
                    results: calls.filter { isOfServer($0.call.name) }.map(\.result.content),
                    isForeignDataHeld: conversation.holdsPrivateData(besideThatOf: isOfServer)
                )
            )
        }
        return services.rules.need(of: call, tool, flow()).map { .init(reason: $0.reason, people: $0.people) }
    }

    /// The approval that asks, or asked in vain, what became of the same call made before; `nil` where there is none.
    private func unsettled(_ call: ToolCall) -> (id: ApprovalID, isOpen: Bool)? {
        let arguments = JSONValue.object(call.arguments).canonicalBytes()
        let now = services.wallClock.now()
        let same = conversation.approvals.values.filter { approval in
            guard approval.request.type == ApprovalRequest.unknownOutcome, let before = approval.request.call else {
                return false
            }
            return (approval.status == .pending || approval.status == .expired) && before.name == call.name
                && JSONValue.object(before.arguments).canonicalBytes() == arguments
        }
        let open = same.filter { $0.status == .pending && now < $0.request.expiresAt }
        return (open.isEmpty ? same : open).map(\.request.id).max().map { ($0, !open.isEmpty) }
    }

    /// Whether a former process had the call on record: it may have made it.
    private func wasBegun(_ call: ToolCall, _ turn: ConversationTurn) -> Bool {
        turn.openStep?.calls.contains { $0.id == call.id } ?? false
    }

    /// Whether a result gives figures of the tenant's books; one that failed gives none.
    private func isTrusted(_ call: CompletedCall) -> Bool {
        call.status == .completed && label(of: call).integrity == .trusted
    }

    /// What a result is to be taken for: what it says itself, or what its tool declares.
    private func label(of call: CompletedCall) -> DataLabel {
        call.result.label ?? services.tools.registry.declaration(of: call.call.name, in: tenant)?.results
            ?? .untrusted
    }

    /// The call's result, and what a person is asked because of it; `nil` of one that was dropped.
    private func settled(
        _ outcome: EffectLedger.Outcome,
        _ turn: ConversationTurn
    )
        -> (CompletedCall, ApprovalRequest?)?
    {
        switch outcome {
        case .dropped: return nil
        case .completed(let completed): return (completed, nil)
        case .asks(let call, let need):
            let request = approvalRequest(ApprovalRequest.toolCall, call, turn, need)
            let content: JSONValue = [
                "code": "awaiting_approval", "approval_id": .string(request.id.rawValue),
                "message": "The call waits for a person; nothing has been done yet.", "reason": .string(need.reason),
            ]
            let result = ToolResult(content: content, isError: true, label: .clean)
            return (CompletedCall(call: call, status: .awaitingApproval, result: result, duration: .zero), request)
        case .unknown(let call):
            let reason = "It was begun, and whether it happened is not known."
            let need = EffectLedger.Need(reason: reason, people: 1)
            let request = approvalRequest(ApprovalRequest.unknownOutcome, call, turn, need)
            let result = ToolResult.unknownOutcome(request.id)
            return (CompletedCall(call: call, status: .failed, result: result, duration: .zero), request)
        }
    }

    private func approvalRequest(
        _ type: String,
        _ call: ToolCall,
        _ turn: ConversationTurn,
        _ need: EffectLedger.Need
    ) -> ApprovalRequest {
        let now = services.wallClock.now()
        return ApprovalRequest(
            id: ApprovalID(services.identifiers.next("appr")),
            type: type,
            resource: ["type": "tool_call", "id": .string(call.id.rawValue), "name": .string(call.name)],
            session: id,
            turn: turn.id,
            call: call,
            requester: turn.principal,
            reason: need.reason,
            requestedAt: now,
            expiresAt: now.advanced(by: services.rules.approvals.lifetime),
            needed: need.people
        )
    }
}
