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
        let alarm = limitTime(of: turn)
        defer { alarm.cancel() }
        await perform(live, from: point)
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
        let tools = services.agents.tools(
            of: conversation.options.agent,
            in: services.tools.registry,
            for: turn.principal
        )
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

    // MARK: - Recording steps

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
}
