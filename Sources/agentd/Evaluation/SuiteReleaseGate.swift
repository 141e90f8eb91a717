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
            let path = suite.contains("/") ? suite : "\(folder)/suites/\(suite).json5"
            let evaluation = Evaluation(configuration: configuration, verdicts: nil)
            let report = try await evaluation.run(
                try SuiteFiles.suites(at: [path], defaultTenant: nil),
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
}
