/// A model whose text comes no faster than a person likes to see it: a pause before each piece.
package struct PacedModel: LanguageModel {
    private let base: any LanguageModel
    private let pause: Duration
    private let clock: any Clock<Duration>

    package init(_ base: any LanguageModel, pause: Duration, clock: any Clock<Duration>) {
        self.base = base
        self.pause = pause
        self.clock = clock
    }

    package var name: String { base.name }
    package var repeatsItself: Bool { base.repeatsItself }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        let stream = try await base.respond(to: request)
        let waiting = Guarded<[ModelEvent]>([])
        return ModelStream {
            if waiting.with({ $0.isEmpty }) {
                guard let batch = try await stream.next() else { return nil }
                waiting.with { $0 = batch }
            }
            let next = waiting.with { $0.isEmpty ? nil : $0.removeFirst() }
            guard let next else { return [] }
            if case .text = next { try await clock.sleep(for: pause) }
            return [next]
        }
    }
}
