internal import AgentRuntime

/// Keeps the journal no longer than the configuration says: once a day, and by command.
struct RetentionControl: ControlHandler {
    /// Logs are kept for at least six months (Regulation (EU) 2024/1689, Articles 19(1) and 26(6)).
    static let floorDays = 183
    static let interval = Duration.seconds(86_400)

    let deployment: Deployment

    let commands = ["retention"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        guard command == "retention" else { throw AgentError(.notFound, "There is no command \(command).") }
        let outcomes = try await apply(isTrial: arguments["dry_run"]?.bool ?? false)
        return [
            "days": .integer(deployment.configuration.retentionDays), "tenants": .array(outcomes.map(\.json)),
        ]
    }

    /// Applies the period now and every day until cancelled.
    func run(clock: any Clock<Duration>) async throws {
        while true {
            do {
                _ = try await apply()
            } catch let error as CancellationError {
                throw error
            } catch {
                deployment.log.error("old records could not be dropped", ["error": .string("\(error)")])
            }
            try await clock.sleep(for: Self.interval)
        }
    }

    /// Drops what has been kept long enough, and makes the views anew where something went.
    private func apply(isTrial: Bool = false) async throws -> [RetentionOutcome] {
        let days = deployment.configuration.retentionDays
        guard days > 0 else { return [] }
        do {
            let retention = try JournalRetention(journal: deployment.journal, path: deployment.folder.journal)
            let now = SystemWallClock().now()
            let period = Int64(days) * 86_400_000
            var outcomes: [RetentionOutcome] = []
            for tenant in try await retention.tenants() {
                try Task.checkCancellation()
                var cutoff = now.milliseconds - period
                // What waits for a person stays until it has been decided.
                let waiting = try await deployment.approvals.oldestPending(in: tenant)
                if let waiting { cutoff = min(cutoff, waiting.milliseconds) }
                let before = Timestamp(milliseconds: cutoff)
                if isTrial {
                    outcomes.append(try await retention.plan(tenant, before: before))
                } else {
                    outcomes.append(try await retention.apply(tenant, before: before))
                }
            }
            if !isTrial, outcomes.contains(where: { $0.records > 0 }) { try await deployment.projections.rebuild() }
            return outcomes
        } catch let error as JournalError {
            throw AgentError(journal: error)
        }
    }
}

/// `agentd retention`: drops what the journal has kept long enough.
struct RetentionCommand: Command {
    let syntax = CommandSyntax(
        "retention",
        "Drops records that are older than retention.journal_days, up to a signed checkpoint.",
        flags: [
            Flag("dry-run", .boolean, "Says what would go, and changes nothing."),
            Flag("json", .boolean, "Prints the result as JSON."),
        ],
        notes: "The daemon does the same once a day. Conversations are dropped whole; one that goes on keeps what "
            + "came after its beginning."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let isTrial = arguments.isSet("dry-run")
        let result = try await DeploymentCommand(
            configuration: try context.configuration(arguments),
            context: context
        ).perform("retention", ["dry_run": .bool(isTrial)])
        if arguments.isSet("json") {
            context.print(result.pretty + "\n")
            return 0
        }
        let days = result["days"]?.int ?? 0
        context.print(days == 0 ? "records are kept for ever\n" : "records are kept for \(days) days\n")
        for tenant in result["tenants"]?.array ?? [] {
            let count = tenant["records"]?.int ?? 0
            let verb = isTrial ? "would go" : "went"
            var line = "\(tenant["tenant"]?.string ?? ""): \(count) records \(verb)"
            if let session = tenant["held_back_by"]?.string { line += "; the rest is held back by \(session)" }
            context.print(line + "\n")
        }
        return 0
    }
}
