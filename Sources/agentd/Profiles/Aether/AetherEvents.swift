internal import AgentRuntime

/// How the aether profile writes a turn's events: named server-sent events, each with an id.
struct AetherEvents: Sendable {
    let turn: TurnID

    func append(_ event: NumberedEvent, to output: inout [UInt8]) {
        let (name, data) = encoded(event.event)
        let id = EventPosition(turn: turn, index: event.index).id
        SSEWriter.append(event: name, id: id, data: data.bytes(), to: &output)
    }

    private func encoded(_ event: TurnEvent) -> (name: String, data: JSONValue) {
        switch event {
        case .started(let at):
            ("message_start", ["message_id": .string(turn.rawValue), "timestamp": .string(at.iso8601)])
        case .text(let text): ("content_delta", ["text": .string(text)])
        case .toolStarted(let call): ("tool_call", Self.tool(call, status: "running", milliseconds: nil))
        case .toolFinished(let call, let status, let milliseconds):
            ("tool_result", Self.tool(call, status: status.rawValue, milliseconds: milliseconds))
        case .approvalRequired(let notice): ("approval_required", .object(notice.json))
        case .citation(let number, let citation): ("citation", citation.json(number: number))
        case .chart(let chart): ("chart", chart)
        case .suggestedActions(let actions): ("suggested_actions", ["actions": .array(actions)])
        case .failed(let failure): ("error", AetherErrors.event(failure))
        case .completed(let summary): ("message_complete", completed(summary))
        }
    }

    private func completed(_ summary: TurnSummary) -> JSONValue {
        [
            "message_id": .string(turn.rawValue),
            "status": .string(summary.status.rawValue),
            "tokens_used": .integer(summary.usage.inputTokens + summary.usage.outputTokens),
            "usage": AetherWire.usage(summary.usage),
            "processing_time_ms": .integer(summary.milliseconds),
            "degraded": .bool(summary.isDegraded),
            "ungrounded": .array(summary.ungrounded),
        ]
    }

    private static func tool(_ call: ToolCall, status: String, milliseconds: Int?) -> JSONValue {
        var object: JSONObject = [
            "id": .string(call.id.rawValue),
            "name": .string(call.name),
            "arguments": .object(call.arguments),
            "status": .string(status),
        ]
        if let milliseconds { object["duration_ms"] = .integer(milliseconds) }
        return .object(object)
    }
}
