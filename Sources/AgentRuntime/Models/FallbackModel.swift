/// Models in the order in which they are asked, and one that needs none of them at the end.
///
/// The next model is asked when one fails before it has said anything in this step; what a client has been shown is
/// never said again by another. A step that the last model has answered is marked as degraded, and a turn that it has
/// begun to answer it also ends, because no other understands its plans.
package struct FallbackModel: LanguageModel {
    private let models: [any LanguageModel]
    private let last: any LanguageModel
    private let failures: @Sendable (_ model: String, _ error: any Error) -> Void

    /// A chain of at least one model and the last; `failures` is told of each that was passed over, for the log.
    package init(
        _ models: [any LanguageModel],
        last: any LanguageModel,
        failures: @escaping @Sendable (_ model: String, _ error: any Error) -> Void = { _, _ in }
    ) {
        precondition(!models.isEmpty, "a chain has a model before its last")
        self.models = models
        self.last = last
        self.failures = failures
    }

    /// The model that is asked first.
    package var name: String { models[0].name }
    /// What the first model says in one process another may have to say in the next.
    package var repeatsItself: Bool { false }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        let hasPlan = request.steps.contains { !$0.notes.isEmpty }
        for model in hasPlan ? [] : models {
            do {
                return try await Self.begun(model, request)
            } catch let error as CancellationError {
                throw error
            } catch {
                if Task.isCancelled { throw CancellationError() }
                failures(model.name, error)
            }
        }
        let origin = StepOrigin(model: last.name, isDegraded: true)
        return try await last.respond(to: request).led(by: [.answering(origin)])
    }

    /// The stream of a model that has said something.
    private static func begun(_ model: any LanguageModel, _ request: ModelRequest) async throws -> ModelStream {
        let stream = try await model.respond(to: request)
        var said: [ModelEvent] = []
        while said.allSatisfy(\.saysNothing) {
            guard let batch = try await stream.next() else {
                throw AgentError(BackendError(.cut, "the stream ended before anything was said"))
            }
            said += batch
        }
        return stream.led(by: said)
    }
}

extension ModelStream {
    /// This stream behind events that were taken from it, or that belong before it.
    package func led(by events: [ModelEvent]) -> ModelStream {
        let waiting = Guarded<[ModelEvent]?>(events)
        let next = next
        return ModelStream {
            if let events = waiting.with({ waiting -> [ModelEvent]? in
                defer { waiting = nil }
                return waiting
            }) {
                return events
            }
            return try await next()
        }
    }
}

extension ModelEvent {
    /// It tells about the stream and is no part of what a client is shown.
    fileprivate var saysNothing: Bool {
        switch self {
        case .answering, .note, .usage: true
        default: false
        }
    }
}
