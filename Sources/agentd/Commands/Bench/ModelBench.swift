internal import AgentRuntime
internal import Foundation
internal import Tools

/// Measures whole turns of a model over HTTP: message, step with tool calls, results, answer, all durable.
///
/// Each conversation asks one question after another; how long each turn took is compared with what the server takes
/// alone, as it is told: `ideal`.
struct ModelBench {
    /// What the server is known to take for a turn: the calls of tools in one step, the answer in the next.
    struct Ideal {
        /// Milliseconds to the first token of a step.
        var firstToken: Int
        /// Milliseconds between two tokens.
        var betweenTokens: Int
        /// Events of a step that calls tools.
        var callEvents = 6
        var tokens: Int

        var milliseconds: Double {
            Double(2 * firstToken + betweenTokens * (callEvents - 1 + max(0, tokens - 1)))
        }
    }

    struct Report {
        var conversations: Int
        /// Milliseconds of each turn, ascending.
        var times: [Double]
        var ideal: Double
        var seconds: Double
        var processorMilliseconds: Double
        var failures: Int
        var degraded: Int

        var text: String {
            func rounded(_ value: Double) -> String { String(format: "%.2f", value) }
            func added(_ share: Double) -> String {
                guard !times.isEmpty else { return "-" }
                return rounded(times[min(times.count - 1, Int(Double(times.count) * share))] - ideal)
            }
            return """
                \(times.count) turns, \(conversations) conversations at once: \
                \(rounded(Double(times.count) / seconds)) turns/s, \
                \(rounded(processorMilliseconds / Double(max(1, times.count)))) ms of processor time each, \
                added to an ideal of \(rounded(ideal)) ms: p50 \(added(0.5)) ms, p99 \(added(0.99)) ms; \
                \(failures) failed, \(degraded) degraded
                """
        }
    }

    /// Runs turns in a deployment of its own below `folder`, which is removed afterwards.
    static func run(
        _ configuration: Configuration,
        backend: String,
        conversations: Int,
        turns: Int,
        ideal: Ideal,
        folder: String
    ) async throws -> Report {
        var configuration = configuration
        configuration.data = folder + "/data"
        configuration.models = [
            ModelSettings(
                name: "bench",
                dialect: .chatCompletions,
                baseURL: backend,
                model: "bench",
                timeout: .seconds(60)
            )
        ]
        configuration.modelChain = ["bench"]
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in a temporary folder
        let log = Logger(level: .error, format: .text, wallClock: SystemWallClock())
        let deployment = try Deployment.open(configuration, log: log)
        defer { deployment.close() }
        let tenant = TenantID("bench")
        _ = try await deployment.domain.importer.run(
            type: "ledger",
            from: .bytes(
                Array("date,account_code,account_name,section,amount\n2025-12-01,4000,Sales,revenue,1\n".utf8)
            ),
            tenant: tenant,
            now: SystemWallClock().now()
        )
        let principal = LocalAdministrator.principal(of: tenant)
        // The first turn opens connections and loads the ledger, which later ones find ready.
        _ = try await ask(principal, deployment, times: 1)
        let results = Guarded<(times: [Double], failures: Int, degraded: Int)>(([], 0, 0))
        let used = ProcessFigures.processorTime
        let elapsed = await ContinuousClock().measure {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<conversations {
                    group.addTask {
                        do {
                            let own = try await ask(principal, deployment, times: turns)
                            results.with { results in
                                results.times += own.times
                                results.failures += own.failures
                                results.degraded += own.degraded
                            }
                        } catch {
                            results.with { $0.failures += turns }
                        }
                    }
                }
            }
        }
        let spent = ProcessFigures.processorTime - used
        let (times, failures, degraded) = results.with { $0 }
        await deployment.transport.shutDown()
        return Report(
            conversations: conversations,
            times: times.sorted(),
            ideal: ideal.milliseconds,
            seconds: elapsed / .seconds(1),
            processorMilliseconds: spent / .milliseconds(1),
            failures: failures,
            degraded: degraded
        )
    }

    /// One conversation with so many turns.
    private static func ask(
        _ principal: Principal,
        _ deployment: Deployment,
        times turns: Int
    ) async throws -> (times: [Double], failures: Int, degraded: Int) {
        let loop = deployment.loops.next()
        let conversations = deployment.conversations
        let conversation = try await conversations.create(NewConversation(owner: principal), on: loop)
        var times: [Double] = []
        var failures = 0
        var degraded = 0
        for _ in 0..<turns {
            let begun = ContinuousClock.now
            let message = IncomingMessage(text: "What was revenue in December 2025?", principal: principal)
            let accepted = try await conversations.send(message, to: conversation.id, on: loop)
            let answer = try await conversations.answer(accepted.turn, of: conversation.id, by: principal, on: loop)
            times.append((ContinuousClock.now - begun) / .milliseconds(1))
            if answer.summary?.status != .completed { failures += 1 }
            if answer.summary?.isDegraded ?? false { degraded += 1 }
        }
        return (times, failures, degraded)
    }
}
