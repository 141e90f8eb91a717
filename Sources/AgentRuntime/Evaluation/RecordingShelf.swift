/// The recordings that conversations of a run answer from; conversations without one use the real tools and model.
///
/// Holds one entry for each conversation that was begun with a recording, until it is taken away.
package final class RecordingShelf: Sendable {
    private let recordings = Guarded<[SessionID: Recording]>([:])

    package init() {}

    package subscript(session: SessionID) -> Recording? {
        get { recordings.with { $0[session] } }
        set { recordings.with { $0[session] = newValue } }
    }
}

/// A tool that gives the recorded result of a call again.
///
/// A call that was not recorded is an error the model can read, so that a turn that goes another way than the recorded
/// one shows it instead of asking the real data.
package struct RecordedTool: Tool {
    private let base: any Tool
    private let shelf: RecordingShelf

    package init(_ base: any Tool, shelf: RecordingShelf) {
        self.base = base
        self.shelf = shelf
    }

    package var declaration: ToolDeclaration { base.declaration }

    package func call(_ arguments: JSONObject, context: ToolContext) async throws -> ToolResult {
        guard let recording = shelf[context.session] else {
            return try await base.call(arguments, context: context)
        }
        guard let result = recording.tools[Recording.key(declaration.name, arguments)] else {
            return .failure(
                "not_recorded",
                "This call of \(declaration.name) was not made in the recorded conversation."
            )
        }
        return ToolResult(json: result)
    }
}

/// A model that takes the recorded steps again, as the model wrote them: the grounding gate, which stands behind it as
/// it did then, marks what it marked.
package struct RecordedModel: LanguageModel {
    private let base: any LanguageModel
    private let shelf: RecordingShelf

    package init(_ base: any LanguageModel, shelf: RecordingShelf) {
        self.base = base
        self.shelf = shelf
    }

    package var name: String { base.name }
    package var repeatsItself: Bool { base.repeatsItself }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        guard let recording = shelf[request.session], !recording.steps.isEmpty else {
            return try await base.respond(to: request)
        }
        let turn = request.history.count
        guard recording.steps.indices.contains(turn), recording.steps[turn].indices.contains(request.steps.count) else {
            throw AgentError(.modelFailed, "The recorded conversation has no further reply of the model.")
        }
        let step = StepDraft(payload: recording.steps[turn][request.steps.count])
        var events: [ModelEvent] = []
        let text = GroundingGate.unmarked(step.text, step.ungrounded)
        if !text.isEmpty { events.append(.text(text)) }
        events += step.notes.map(ModelEvent.note)
        events += step.calls.map(ModelEvent.toolCall)
        events += [.usage(step.usage), .finished(step.finish ?? .stop)]
        let waiting = Guarded<[ModelEvent]?>(events)
        return ModelStream {
            waiting.with { events in
                defer { events = nil }
                return events
            }
        }
    }
}
