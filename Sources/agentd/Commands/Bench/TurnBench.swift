internal import AgentRuntime
internal import Foundation
internal import Tools

/// Measures whole turns of the offline planner over a ledger of a given size: message, plan, tool, answer, all durable.
struct TurnBench {
    struct Report {
        var rows: Int
        var turns: Int
        var concurrent: Int
        var seconds: Double
        var processorMilliseconds: Double
        var failures: Int

        var text: String {
            func rounded(_ value: Double) -> String { String(format: "%.2f", value) }
            return """
                \(turns) turns, \(concurrent) at once, over \(rows) ledger rows: \
                \(rounded(Double(turns) / seconds)) turns/s, \
                \(rounded(processorMilliseconds / Double(turns))) ms of processor time each, \(failures) failed
                """
        }
    }

    /// Runs turns in a deployment of its own below `folder`, which is removed afterwards.
    static func run(
        _ configuration: Configuration,
        rows: Int,
        turns: Int,
        concurrent: Int,
        folder: String
    ) async throws -> Report {
        var configuration = configuration
        configuration.data = folder + "/data"
        configuration.offlinePace = .zero
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in a temporary folder
        let log = Logger(level: .error, format: .text, wallClock: SystemWallClock())
        let deployment = try Deployment.open(configuration, log: log)
        defer { deployment.close() }
        let tenant = TenantID("bench")
        _ = try await deployment.domain.importer.run(
            type: "ledger",
            from: .bytes(ledger(rows: rows)),
            tenant: tenant,
            now: SystemWallClock().now()
        )
        let principal = LocalAdministrator.principal(of: tenant)
        // The first question compiles the vocabulary and loads the ledger, which later ones find ready.
        _ = try await ask(questions[0], principal, deployment)
        let used = ProcessFigures.processorTime
        let clock = ContinuousClock()
        let failures = Guarded(0)
        let elapsed = await clock.measure {
            await withTaskGroup(of: Void.self) { group in
                for worker in 0..<concurrent {
                    group.addTask {
                        for number in stride(from: worker, to: turns, by: concurrent) {
                            let question = questions[number % questions.count]
                            let answer = try? await ask(question, principal, deployment)
                            if answer?.summary?.status != .completed || answer?.citations.isEmpty ?? true {
                                failures.with { $0 += 1 }
                            }
                        }
                    }
                }
            }
        }
        let spent = ProcessFigures.processorTime - used
        return Report(
            rows: rows,
            turns: turns,
            concurrent: concurrent,
            seconds: elapsed / .seconds(1),
            processorMilliseconds: spent / .milliseconds(1),
            failures: failures.with { $0 }
        )
    }

    private static let questions = [
        "What was revenue in December 2025?",
        "Revenue by region last quarter",
        "How did costs compare with the prior year in Q4 2025?",
        "Top 5 vendors by spend in 2025",
    ]

    private static func ask(_ text: String, _ principal: Principal, _ deployment: Deployment) async throws -> Answer {
        let loop = deployment.loops.next()
        let conversations = deployment.conversations
        let conversation = try await conversations.create(NewConversation(owner: principal), on: loop)
        let message = IncomingMessage(text: text, principal: principal)
        let accepted = try await conversations.send(message, to: conversation.id, on: loop)
        return try await conversations.answer(accepted.turn, of: conversation.id, by: principal, on: loop)
    }

    /// Three years of postings over 40 accounts, 6 regions and 25 vendors; the same for the same number of rows.
    private static func ledger(rows: Int) -> [UInt8] {
        var text = "date,account_code,account_name,section,amount,region,vendor\n"
        var state: UInt64 = 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let sections = ["revenue", "cogs", "opex", "opex", "other"]
        for _ in 0..<rows {
            let account = next(40)
            let month = next(36)
            let date = String(format: "%04d-%02d-%02d", 2023 + month / 12, month % 12 + 1, next(28) + 1)
            let amount = "\(next(100_000)).\(next(90) + 10)"
            let section = sections[account % sections.count]
            text +=
                "\(date),\(4000 + account),Account \(account),\(section),\(amount),Region \(next(6)),Vendor \(next(25))\n"
        }
        return Array(text.utf8)
    }
}
