internal import AgentRuntime
internal import Foundation
internal import Retrieval

/// `agentd eval`: runs suites and says what does not hold; exit status 0 only if all holds.
struct EvalCommand: Command {
    let syntax = CommandSyntax(
        "eval",
        "Runs prompt suites; exits 0 only if all of them hold.",
        flags: [
            Flag("backend", .value("B"), "The configured model that answers; the offline planner when not given."),
            Flag("judge", .value("B"), "The configured model that judges criteria; frozen verdicts need none."),
            Flag("repeat", .value("N"), "Runs of each case, 1 to 1000."),
            Flag("parallel", .value("N"), "Runs side by side, 1 to 256; 4 for each core when not given."),
            Flag("filter", .value("TEXT"), "Only cases whose suite, id or tag holds this."),
            Flag("fail-fast", .boolean, "Stops at the first case that fails."),
            Flag("tenant", .value("T"), "The tenant of suites that name none (promptfoo, ADK)."),
            Flag("format", .value("F"), "table (default), json, junit or html."),
            Flag("out", .value("FILE"), "Writes the report there instead of printing it."),
            Flag("against", .value("FILE"), "A former JSON report: says what has changed since."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
        ],
        positionals: [Positional("path", repeated: true)],
        notes: """
            A path is a suite (.json5), a folder of suites, a promptfooconfig.yaml or an *.evalset.json.
            Status 0: all holds. 1: something does not. 2: nothing was judged, for a suite or a flag is not understood, a
            model is not configured or a file cannot be written.
            """
    )

    /// As when a report cannot be written to a file.
    var outputFailureStatus: Int32? { 2 }

    private static let formats = ["table", "json", "junit", "html"]

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let format = arguments.value("format") ?? "table"
        guard Self.formats.contains(format) else {
            throw UsageError("--format is one of \(Self.formats.joined(separator: ", "))")
        }
        let options = EvaluationOptions(
            repetitions: try arguments.integer("repeat", in: 1...1000) ?? 1,
            parallel: try arguments.integer("parallel", in: 1...256) ?? 4 * EventLoopGroup.coreCount,
            failsFast: arguments.isSet("fail-fast"),
            filter: arguments.value("filter")
        )
        let suites: [EvaluationSuite]
        var former: JSONValue?
        do {
            suites = try SuiteFiles.suites(at: arguments.positionals, defaultTenant: arguments.value("tenant"))
            former = try arguments.value("against").map(Self.report)
            try check(suites, options, out: arguments.value("out"))
        } catch let error as SuiteError {
            for problem in error.problems { context.printError("agentd eval: \(problem)\n") }
            return 2
        }
        let configuration = try context.configuration(arguments)
        let evaluation = Evaluation(
            configuration: configuration,
            backend: arguments.value("backend"),
            judge: arguments.value("judge"),
            verdicts: Self.verdictFile(arguments.positionals[0])
        )
        let report: EvaluationReport
        do {
            report = try await evaluation.run(suites, options) { Self.tell($0, $1, $2, context) }
        } catch let error as AgentError {
            context.printError(CommandRegistry.text(of: error))
            return 2
        }
        if context.isWatched { context.printError(Self.lineStart) }
        try write(report, format, arguments.value("out"), context)
        if let former {
            let difference = try ReportDifference(report, against: former)
            let text = "Against \(arguments.value("against") ?? ""):\n\(difference.text)"
            if format == "table" { context.print(text) } else { context.printError(text) }
        }
        return report.holds ? 0 : 1
    }

    /// What would make a run useless is told before it begins.
    private func check(_ suites: [EvaluationSuite], _ options: EvaluationOptions, out file: String?) throws(SuiteError)
    {
        if let filter = options.filter,
            !suites.contains(where: { suite in suite.cases.contains { options.takes($0, of: suite.name) } })
        {
            throw SuiteError(problems: ["--filter: no case has “\(filter)” in its suite, id or tags"])
        }
        guard let file, !OutputFile.isSpecial(file) else { return }
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw SuiteError(problems: ["--out: nothing can be written in \(folder)"])
        }
    }

    private static let lineStart = "\r\u{1B}[K"

    /// The progress line: written over where someone watches, else a line for each tenth and each failure.
    private static func tell(_ report: CaseReport, _ done: Int, _ all: Int, _ context: CommandContext) {
        let mark = report.holds ? "" : " (\(report.name) fails)"
        let line = "\(done) of \(all)\(mark)"
        if context.isWatched {
            context.printError(lineStart + line + (report.holds ? "" : "\n"))
        } else if !report.holds || done * 10 / all > (done - 1) * 10 / all {
            context.printError(line + "\n")
        }
    }

    private func write(
        _ report: EvaluationReport,
        _ format: String,
        _ file: String?,
        _ context: CommandContext
    ) throws {
        let text =
            switch format {
            case "json": report.json.pretty + "\n"
            case "junit": report.junit
            case "html": report.html
            default: report.table
            }
        guard let file else {
            context.print(text)
            return
        }
        do {
            try OutputFile.put(text, at: file)
        } catch {
            throw AgentError(.storageFailed, "The report cannot be written to \(file).", underlying: "\(error)")
        }
        context.print(report.holds ? "all \(report.cases.count) cases hold\n" : "\(report.failed.count) cases fail\n")
    }

    private static func report(_ path: String) throws -> JSONValue {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SuiteError(problems: ["\(path): it cannot be read"])
        }
        do {
            let report = try JSONValue(parsing: Array(data))
            try ReportDifference.cases(of: report)
            return report
        } catch let error as SuiteError {
            throw SuiteError(problems: error.problems.map { "--against \(path): \($0)" })
        } catch {
            throw SuiteError(problems: ["--against \(path): \(error)"])
        }
    }

    /// Verdicts lie beside the suites they belong to.
    private static func verdictFile(_ path: String) -> String {
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        let folder = isFolder.boolValue ? path : URL(fileURLWithPath: path).deletingLastPathComponent().path
        return folder + "/verdicts.json"
    }
}

extension CommandRegistry {
    /// Suites and what they are made of.
    static let evaluation: [any Command] = [EvalCommand(), EvalCaptureCommand()]
}
