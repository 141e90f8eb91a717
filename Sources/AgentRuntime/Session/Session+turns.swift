/// How a session begins, takes up and ends its turns.
extension Session {
    /// The record that begins a turn, event 0.
    func startDraft(_ live: LiveTurn, message: MessageID) -> RecordDraft {
        var payload: JSONObject = [
            "message_id": .string(message.rawValue),
            "ordinal": .integer(conversation.places.count),
            "timestamp": .integer(Int(services.wallClock.now().milliseconds)),
            "model": .string(services.model.name),
        ]
        for member in services.provenance(tenant) { payload[member.name] = member.value }
        return draft(.turnStarted, live, by: "system", .object(payload))
    }

    /// Shows event 0 of a turn whose `turn.started` has just been made durable.
    func showStarted(_ live: LiveTurn) {
        let at = conversation.turn(live.id)?.startedAt ?? services.wallClock.now()
        live.add([.started(at: at)], isReady: true)
        services.observer.turnStarted(live.id, session: id, tenant: tenant)
    }

    /// Runs a turn in a task on the session's thread; the session owns it.
    ///
    /// Tasks of a session are made here, in `limitTime` and in `startStoring`, nowhere else.
    func startTurn(_ live: LiveTurn, from point: TurnRunner.Point = .beginning) {
        let turn = live.id
        live.task = Task(executorPreference: place.tasks) { [weak self] in
            await self?.run(turn, from: point)
        }
        live.cancelIfStopped()
    }

    /// Ends the turn when it has taken as long as it may, unless the alarm is cancelled before.
    func limitTime(of turn: TurnID) -> Alarm {
        let limit = services.limits.duration
        return services.clock.after(limit) { [weak self, tasks = place.tasks] in
            Task(executorPreference: tasks) { await self?.timeOut(turn, after: limit) }
        }
    }

    private func timeOut(_ turn: TurnID, after limit: Duration) {
        let words = "The answer took longer than \(limit.milliseconds / 1000) s and was ended."
        let failure = TurnFailure(AgentError(.timeout, words, isRetryable: true))
        live(turn)?.requestStop(LiveTurn.Stop(status: .failed, failure: failure))
    }

    /// Begins the turn that has waited longest, when the slot is free and its message durable.
    func beginNext() {
        guard running == nil, let next = waiting.first, next.isDurable else { return }
        waiting.removeFirst()
        running = next
        startTurn(next, from: .unstarted)
    }

    /// Ends a turn that never got the slot.
    func endWithoutRunning(_ live: LiveTurn) async {
        guard let turn = conversation.turn(live.id) else { return live.close() }
        let outcome = TurnOutcome(status: live.stop?.status ?? .cancelled, failure: live.stop?.failure)
        await record(outcome, of: live, with: [startDraft(live, message: turn.message)])
    }

    /// Makes a turn's end durable, shows it, and lets the next one begin.
    ///
    /// `drafts`: records that belong before the end, behind those of calls that were settled only now.
    func record(_ outcome: TurnOutcome, of live: LiveTurn, with drafts: [RecordDraft] = []) async {
        await live.settle()
        let (late, events) = live.late
        live.late = ([], [])
        let drafts = late + drafts
        let isStarted = !drafts.contains { $0.kind == .turnStarted }
        let now = services.wallClock.now()
        let begun = isStarted ? conversation.turn(live.id)?.startedAt ?? now : now
        let elapsed = Int(max(0, now.milliseconds - begun.milliseconds))
        if !isStarted, live.nextIndex == 0 { live.add([.started(at: begun)], isReady: false) }
        var outcome = outcome
        if outcome.status == .failed, outcome.failure == nil {
            outcome.failure = TurnFailure(AgentError(.internalError, "The answer could not be finished."))
        }
        outcome.usage = outcome.usage.counted(live.shown.content, of: conversation.turn(live.id)?.text ?? "")
        let index = live.nextIndex + events.count
        var end = endDraft(live, outcome, elapsed, index)
        do {
            try await append(drafts + [end])
        } catch is SessionRetired {
            services.observer.fault("another session has taken over in mid-turn", session: id, tenant: tenant)
        } catch {
            services.observer.fault("the end of a turn could not be stored: \(error)", session: id, tenant: tenant)
            let reason = (error as? AgentError) ?? AgentError(.storageFailed, "The answer could not be stored.")
            outcome.status = .failed
            outcome.failure = TurnFailure(reason)
            end = endDraft(live, outcome, elapsed, index)
            appendLater(drafts + [end], of: live)
            startStoring()
        }
        if !events.isEmpty { live.add(events, isReady: true) }
        show(outcome, of: live, begun, elapsed)
        if !unrecorded.contains(where: { $0 === live }) { place.tail.end(live.id) }
        if running === live { running = nil }
        beginNext()
        sleepIfDone()
    }

    private func show(_ outcome: TurnOutcome, of live: LiveTurn, _ begun: Timestamp, _ elapsed: Int) {
        let summary = TurnSummary(
            status: outcome.status,
            usage: outcome.usage,
            milliseconds: elapsed,
            isDegraded: outcome.isDegraded,
            ungrounded: outcome.ungrounded.map(JSONValue.string)
        )
        live.markStarted()
        if outcome.status == .failed, let failure = outcome.failure { live.add([.failed(failure)], isReady: true) }
        live.add([.completed(summary)], isReady: true)
        live.close()
        services.observer.turnEnded(
            live.id,
            session: id,
            tenant: tenant,
            summary: summary,
            failure: outcome.failure
        )
    }

    /// Tries again, in a task that no cancelled turn takes with it, until the overdue records are stored.
    private func startStoring() {
        guard storing == nil else { return }
        storing = Task(executorPreference: place.tasks) { [weak self] in await self?.storeOverdue() }
    }

    private func storeOverdue() async {
        defer { storing = nil }
        var pause = Duration.milliseconds(100)
        while !overdue.isEmpty {
            guard (try? await services.clock.sleep(for: pause)) != nil else { return }  // the process is ending
            try? await append([])  // tried again: the store said why, and it has been reported
            pause = min(pause * 2, .seconds(10))
        }
    }

    private func endDraft(_ live: LiveTurn, _ outcome: TurnOutcome, _ elapsed: Int, _ index: Int) -> RecordDraft {
        let payload = outcome.payload(
            of: live.id,
            shown: live.shown,
            milliseconds: elapsed,
            at: services.wallClock.now(),
            index: index
        )
        return draft(.turnCompleted, live, by: "system", payload)
    }

    /// Takes up a turn that a former process began: shows what it had shown, and goes on from there if it can.
    ///
    /// Nothing shown since the last record: the step runs again. An answer in mid-stream is continued by a model that
    /// repeats itself; of any other it stays as it was shown, and the turn ends as interrupted.
    func takeUp(_ turn: ConversationTurn, _ live: LiveTurn, _ pieces: [TailPiece]) async throws {
        guard let turnPlace = conversation.place(of: turn.id) else { return }
        let records = try await services.journal.records(of: id, in: tenant, afterVersion: turnPlace.first - 1)
        var events = TurnHistory.events(of: records.filter { $0.turn == turn.id })
        for piece in pieces.sorted(by: { $0.index < $1.index }) {
            guard let event = TurnEvent(json: piece.event) else { continue }
            events.append(NumberedEvent(index: piece.index, event: event))
        }
        events.sort { $0.index < $1.index }
        let whole = events.enumerated().prefix { $0.offset == $0.element.index }.map(\.element)
        live.restore(whole)
        let shown = whole.filter(\.event.isStreamed)
        let repeating = shown.count { $0.index >= turn.nextIndex }
        let canContinue = services.model.repeatsItself && services.model.name == turn.model
        guard repeating == 0 || canContinue else {
            let outcome = TurnOutcome(
                status: .interrupted,
                usage: turn.usage,
                isDegraded: turn.isDegraded,
                ungrounded: GroundingGate.marked(in: live.shown.content)
            )
            return await record(outcome, of: live)
        }
        // What a former process may have sent is found out before a stop counts.
        live.isCarryingOut = turn.openStep != nil
        startTurn(live, from: .resumed(shown: shown.map(\.event), repeating: repeating))
    }
}
