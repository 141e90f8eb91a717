internal import AgentRuntime
internal import Foundation

/// Lets a version of prompts through whose suites hold: each is run over the version itself, by the offline planner.
struct SuiteReleaseGate: ReleaseGate {
    let configuration: Configuration

    func verdicts(on suites: [String], prompts folder: String) async throws -> [SuiteVerdict] {
        var verdicts: [SuiteVerdict] = []
        for suite in suites { verdicts.append(try await verdict(on: suite, prompts: folder)) }
        return verdicts
    }

    private func verdict(on suite: String, prompts folder: String) async throws -> SuiteVerdict {
        var configuration = configuration
        configuration.prompts = folder
        do {
            let path = try path(of: suite, in: folder)
            // No one judges here, so the file is read and never written: criteria count by their frozen verdicts.
            let evaluation = Evaluation(configuration: configuration, verdicts: "\(folder)/suites/verdicts.json")
            let report = try await evaluation.run(
                try SuiteFiles.suites(at: [path], defaultTenant: nil, fixturesWithin: folder),
                EvaluationOptions(parallel: 4 * EventLoopGroup.coreCount)
            )
            guard let failed = report.failed.first else { return SuiteVerdict(suite: suite, isGreen: report.holds) }
            let reason = failed.reasons.first.map { ": \($0)" } ?? ""
            let words =
                "\(report.failed.count) of \(report.cases.count) cases fail, the first is \(failed.name)\(reason)"
            return SuiteVerdict(suite: suite, isGreen: false, words: words)
        } catch let error as SuiteError {
            return SuiteVerdict(suite: suite, isGreen: false, words: error.problems.joined(separator: "; "))
        }
    }

    /// A suite is named, or given by its path from the folder of prompts, which it may not leave: who wrote the prompts
    /// decides what is read by whoever activates them.
    private func path(of suite: String, in folder: String) throws -> String {
        let isPath = suite.contains("/")
        guard !suite.hasPrefix("/"), !suite.split(separator: "/").contains("..") else {
            throw SuiteError(problems: ["the suite \(suite) lies outside the folder of prompts"])
        }
        return isPath ? "\(folder)/\(suite)" : "\(folder)/suites/\(suite).json5"
    }
}
