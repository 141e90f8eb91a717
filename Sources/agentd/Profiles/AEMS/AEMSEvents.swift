internal import AgentRuntime

/// How the aems profile writes a turn's events: data-only server-sent events with an id, `type` in the data.
///
/// One for each client that is shown a turn. It takes all events of the turn, as a chart is written by the calls
/// before it, and writes those after the client's position.
final class AEMSEvents: Sendable {
    private let turn: TurnID
    /// The number of the last event that the client has seen.
    private let seen: Int?
    private let calls = Guarded<[ToolCall]>([])

    init(turn: TurnID, after seen: Int?) {
        self.turn = turn
        self.seen = seen
    }

    func append(_ event: NumberedEvent, to output: inout [UInt8]) {
        if case .toolStarted(let call) = event.event { calls.with { $0.append(call) } }
        guard event.index > seen ?? -1 else { return }
        let encoded = encoded(event.event)
        for (place, data) in encoded.enumerated() {
            // Who has seen the first half of a chart alone comes back before it.
            let isLast = place == encoded.count - 1
            let position = EventPosition(turn: turn, index: isLast ? event.index : max(0, event.index - 1))
            SSEWriter.append(event: nil, id: position.id, data: JSONValue.object(data).bytes(), to: &output)
        }
    }

    private func encoded(_ event: TurnEvent) -> [JSONObject] {
        switch event {
        case .started(let at):
            return [["type": "start", "message_id": .string(turn.rawValue), "timestamp": .string(at.iso8601)]]
        case .text(let text): return [["type": "token", "content": .string(text)]]
        case .toolStarted(let call): return [tool(call, status: "running")]
        case .toolFinished(let call, let status, let milliseconds):
            var object = tool(call, status: status.rawValue)
            object["duration_ms"] = .integer(milliseconds)
            return [object]
        case .approvalRequired(let notice): return [typed("approval", notice.json)]
        case .citation(let number, let citation):
            return [typed("citation", citation.json(number: number).object ?? [:])]
        case .chart(let chart):
            let shown = AEMSChart(chart, calls: calls.with { $0 })
            return [
                ["type": "chart_start", "chart_type": shown.type, "title": shown.title, "config": shown.config],
                ["type": "chart_data", "data": shown.data],
            ]
        case .suggestedActions(let actions): return [["type": "suggestions", "actions": .array(actions)]]
        case .failed(let failure): return [typed("error", AEMSErrors.event(failure))]
        case .completed(let summary): return [completed(summary)]
        }
    }

    private func completed(_ summary: TurnSummary) -> JSONObject {
        let tokens = JSONValue.integer(summary.usage.inputTokens + summary.usage.outputTokens)
        return [
            "type": "complete", "message_id": .string(turn.rawValue), "status": .string(summary.status.rawValue),
            "total_tokens": tokens, "tokens_used": tokens, "usage": AetherWire.usage(summary.usage),
            "processing_time_ms": .integer(summary.milliseconds), "degraded": .bool(summary.isDegraded),
            "ungrounded": .array(summary.ungrounded),
        ]
    }

    private func tool(_ call: ToolCall, status: String) -> JSONObject {
        typed("tool", (call.json.object ?? [:]).setting("status", .string(status)))
    }

    /// An object with its type before its own members.
    private func typed(_ type: String, _ members: JSONObject) -> JSONObject {
        var object: JSONObject = ["type": .string(type)]
        for member in members { object[member.name] = member.value }
        return object
    }
}

extension JSONObject {
    fileprivate func setting(_ name: String, _ value: JSONValue) -> JSONObject {
        var object = self
        object[name] = value
        return object
    }
}
