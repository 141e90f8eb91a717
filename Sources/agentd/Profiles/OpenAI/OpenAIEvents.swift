internal import AgentRuntime

/// How the openai profile writes a turn's events: data-only chunks without ids, `[DONE]` at the end.
///
/// One for each client that is shown a turn: it keeps the citations until the last delta.
final class OpenAIEvents: Sendable {
    private struct State {
        var annotations: OpenAIAnnotations
        var created: Timestamp
        var length = 0
        var hasFailed = false
    }

    private let wire: OpenAIWire
    private let includesUsage: Bool
    private let state: Guarded<State>

    init(_ wire: OpenAIWire, includesUsage: Bool, now: Timestamp) {
        self.wire = wire
        self.includesUsage = includesUsage
        state = Guarded(State(annotations: OpenAIAnnotations(tenant: wire.tenant), created: now))
    }

    func append(_ event: NumberedEvent, to output: inout [UInt8]) {
        for data in chunks(event.event) { SSEWriter.append(event: nil, id: nil, data: data.bytes(), to: &output) }
        if case .completed = event.event {
            SSEWriter.append(event: nil, id: nil, data: "[DONE]".utf8, to: &output)
        }
    }

    private func chunks(_ event: TurnEvent) -> [JSONValue] {
        state.with { state in
            switch event {
            case .started(let at):
                state.created = at
                return [chunk(["role": "assistant", "content": "", "refusal": nil], state)]
            case .text(let text):
                state.length += text.unicodeScalars.count
                return [chunk(["content": .string(text)], state)]
            case .citation(let number, let citation):
                state.annotations.add(citation.json(number: number), at: state.length)
                return []
            case .failed(let failure):
                state.hasFailed = true
                return [OpenAIErrors.event(failure)]
            case .completed(let summary): return end(summary, state)
            // Tools, charts and suggestions have no place in a completion.
            default: return []
            }
        }
    }

    private func end(_ summary: TurnSummary, _ state: State) -> [JSONValue] {
        guard !state.hasFailed else { return [] }
        var delta: JSONObject = [:]
        if !state.annotations.all.isEmpty { delta["annotations"] = .array(state.annotations.all) }
        var chunks = [chunk(.object(delta), state, finish: "stop")]
        if includesUsage {
            chunks.append(wire.chunk(nil, usage: OpenAIWire.usage(summary.usage), created: state.created))
        }
        return chunks
    }

    private func chunk(_ delta: JSONValue, _ state: State, finish: String? = nil) -> JSONValue {
        wire.chunk(delta, finish: finish, usage: includesUsage ? .null : nil, created: state.created)
    }
}
