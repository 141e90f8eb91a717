internal import AgentRuntime
internal import Foundation
internal import Retrieval

/// One run of suites: worlds for their settings, a runner over them, verdicts kept in a file.
struct Evaluation: Sendable {
    var configuration: Configuration
    /// The configured model that answers; the offline planner without one.
    var backend: String?
    /// The configured model that judges criteria.
    var judge: String?
    /// Where verdicts are frozen; none are kept without it.
    var verdicts: String?

    func run(
        _ suites: [EvaluationSuite],
        _ options: EvaluationOptions,
        progress: @escaping @Sendable (CaseReport, _ done: Int, _ all: Int) async -> Void = { _, _, _ in }
    ) async throws -> EvaluationReport {
        var configuration = configuration
        configuration.modelChain = try backend.map { [try known($0)] } ?? []
        let folder =
            FileManager.default.temporaryDirectory.path + "/agentd-eval-" + TimeOrderedIdentifiers().next("run")
        let worlds = EvaluationWorlds(configuration, folder: folder)
        let book = try frozen()
        let judging = try judge.map { try JudgeDeployment(try known($0), configuration, in: folder + "/judge") }
        defer { judging?.deployment.close() }
        let runner = SuiteRunner(
            subject: worlds,
            judge: judging?.judge,
            book: book,
            clock: ContinuousClock(),
            stem: { PorterStemmer.stem($0) }
        )
        do {
            for suite in suites { await worlds.prepare(suite.cases.filter { options.takes($0, of: suite.name) }) }
            let report = try await runner.run(suites, options, progress: progress)
            try await keep(runner.verdicts, former: book)
            await worlds.close()
            return report
        } catch {
            await worlds.close()
            // Verdicts that were paid for are kept, also when the run is stopped; that it was stopped is what is told.
            try? await keep(runner.verdicts, former: book)
            throw error
        }
    }

    private func known(_ name: String) throws -> String {
        guard configuration.models.contains(where: { $0.name == name }) else {
            let names = configuration.models.map(\.name)
            let hint = names.isEmpty ? "none is configured" : "there are \(names.joined(separator: ", "))"
            throw AgentError(.invalidArgument, "There is no model “\(name)”: \(hint).")
        }
        return name
    }

    // MARK: Verdicts

    private func frozen() throws -> VerdictBook {
        guard let verdicts, let data = FileManager.default.contents(atPath: verdicts) else { return VerdictBook() }
        do {
            return VerdictBook(json: try JSONValue(parsing: Array(data)))
        } catch {
            throw AgentError(.invalidArgument, "The frozen verdicts in \(verdicts) cannot be read: \(error).")
        }
    }

    private func keep(_ book: VerdictBook, former: VerdictBook) async throws {
        guard let verdicts, book != former else { return }
        // Another run may have written since this one read; what it froze first stands.
        var whole = try frozen()
        whole.take(book)
        do {
            try Data((whole.json.pretty + "\n").utf8).write(to: URL(fileURLWithPath: verdicts), options: .atomic)
        } catch {
            throw AgentError(.storageFailed, "The verdicts cannot be kept in \(verdicts).", underlying: "\(error)")
        }
    }
}

/// The model that judges, in a deployment of its own.
private struct JudgeDeployment {
    let deployment: Deployment
    let judge: ModelJudge

    init(_ name: String, _ configuration: Configuration, in folder: String) throws {
        var configuration = configuration
        configuration.data = folder
        configuration.modelChain = [name]
        configuration.loops = 1
        deployment = try Deployment.open(
            configuration,
            log: Logger(level: .error, format: .text, wallClock: SystemWallClock())
        )
        let today = SystemWallClock().now().iso8601.prefix(10)
        guard let date = CalendarDate(String(today)) else {
            throw AgentError(.internalError, "The clock's date \(today) is none.")
        }
        judge = ModelJudge(deployment.model, settings: TenantSettings(tenant: TenantID("judge"), today: date))
    }
}
