internal import AgentRuntime
internal import Foundation

/// `agentd eval capture`: logged conversations as a suite; with `--run` it is run at once.
struct EvalCaptureCommand: Command {
    let syntax = CommandSyntax(
        "eval capture",
        "Turns logged conversations into a suite of cases.",
        flags: [
            Flag("tenant", .value("T"), "Only this tenant's."),
            Flag("day", .value("DATE"), "All conversations of a day (UTC), such as 2026-01-31, or `yesterday`."),
            Flag("out", .value("FILE"), "Writes the suite there instead of printing it."),
            Flag("run", .boolean, "Runs the suite at once and prints what does not hold."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
        ],
        positionals: [Positional("conversation", required: false)]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        var request = JSONObject()
        switch (arguments.positionals.first, arguments.value("day")) {
        case (let conversation?, nil): request["conversation"] = .string(conversation)
        case (nil, "yesterday"?):
            let day = Timestamp(milliseconds: context.clock.now().milliseconds - 86_400_000)
            request["day"] = .string(String(day.iso8601.prefix(10)))
        case (nil, let day?):
            guard CalendarDate(day) != nil else { throw UsageError("--day: \(day) is not a date such as 2026-01-31") }
            request["day"] = .string(day)
        default: throw UsageError("name one conversation, or a day with --day")
        }
        if let tenant = arguments.value("tenant") { request["tenant"] = .string(tenant) }
        let configuration = try context.configuration(arguments)
        let command = DeploymentCommand(configuration: configuration, context: context)
        let suite = try await command.perform("eval.capture", request)
        if let file = arguments.value("out") {
            do {
                try OutputFile.put(suite.pretty + "\n", at: file)
            } catch {
                throw AgentError(.storageFailed, "The suite cannot be written to \(file).", underlying: "\(error)")
            }
            context.print("\(suite["cases"]?.array?.count ?? 0) conversations captured\n")
        } else if !arguments.isSet("run") {
            context.print(suite.pretty + "\n")
        }
        guard arguments.isSet("run") else { return 0 }
        let evaluation = Evaluation(configuration: configuration)
        let report = try await evaluation.run(
            [try EvaluationSuite(json: suite, folder: ".")],
            EvaluationOptions(parallel: 4 * EventLoopGroup.coreCount)
        )
        context.print(report.table)
        return report.holds ? 0 : 1
    }
}
