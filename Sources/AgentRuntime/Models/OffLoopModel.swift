/// A model whose work is calculation: it runs on worker threads, so that it never holds up an event loop.
package struct OffLoopModel: LanguageModel {
    private let base: any LanguageModel
    private let workers: any TaskExecutor

    package init(_ base: any LanguageModel, workers: any TaskExecutor) {
        self.base = base
        self.workers = workers
    }

    package var name: String { base.name }
    package var repeatsItself: Bool { base.repeatsItself }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        let base = base
        return try await withTaskExecutorPreference(workers) { try await base.respond(to: request) }
    }
}
