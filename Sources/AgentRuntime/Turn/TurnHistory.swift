/// A turn's events, rebuilt from its records: what a client is given that comes back after the turn has ended.
package enum TurnHistory {
    /// The events of one turn in order of their numbers; empty before `turn.started`.
    ///
    /// A turn whose subject has been erased has no payloads: only what is not erased can be told.
    package static func events(of records: [Record]) -> [NumberedEvent] {
        var events: [NumberedEvent] = []
        var calls: [ToolCallID: ToolCall] = [:]
        for record in records {
            guard let payload = record.payload else { continue }
            switch record.kind {
            case .turnStarted:
                let at = Timestamp(milliseconds: Int64(payload["timestamp"]?.int ?? 0))
                events.append(NumberedEvent(index: 0, event: .started(at: at)))
            case .stepCompleted:
                let step = StepDraft(payload: payload)
                let first = payload["index"]?.int ?? 0
                for (offset, call) in step.calls.enumerated() {
                    calls[call.id] = call
                    events.append(NumberedEvent(index: first + offset, event: .toolStarted(call)))
                }
            case .toolCompleted:
                guard let completed = CompletedCall(json: payload), let index = payload["index"]?.int else { continue }
                let milliseconds = completed.duration.milliseconds
                let event = TurnEvent.toolFinished(completed.call, completed.status, milliseconds: milliseconds)
                events.append(NumberedEvent(index: index, event: event))
            case .approvalRequested:
                guard let index = payload["index"]?.int, let request = ApprovalRequest(json: payload),
                    let notice = ApprovalNotice(request)
                else { continue }
                events.append(NumberedEvent(index: index, event: .approvalRequired(notice)))
            case .turnCompleted:
                let shown = ShownAnswer(
                    content: payload["content"]?.string ?? "",
                    shown: payload["shown"] ?? .array([])
                )
                events += shown?.events ?? []
                var index = payload["index"]?.int ?? 0
                if let failure = payload["error"].flatMap(TurnFailure.init(json:)) {
                    events.append(NumberedEvent(index: index, event: .failed(failure)))
                    index += 1
                }
                events.append(NumberedEvent(index: index, event: .completed(TurnSummary(payload: payload))))
            default: continue
            }
        }
        return events.sorted { $0.index < $1.index }
    }
}

extension TurnSummary {
    /// Reads the payload of `turn.completed`.
    package init(payload: JSONValue) {
        self.init(
            status: payload["status"]?.string.flatMap(TurnStatus.init(rawValue:)) ?? .failed,
            usage: payload["usage"].map(Usage.init(json:)) ?? Usage(),
            milliseconds: payload["processing_time_ms"]?.int ?? 0,
            isDegraded: payload["degraded"]?.bool ?? false,
            ungrounded: payload["ungrounded"]?.array ?? []
        )
    }
}
