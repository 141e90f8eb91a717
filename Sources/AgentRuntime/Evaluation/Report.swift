// What came of a run: values, and the figures drawn from them. How a report is written is in `Report+….swift`.

/// One assertion's outcome.
package struct CheckReport: Sendable, Hashable {
    package var name: String
    /// Why it does not hold; `nil` when it does.
    package var failure: String?
    /// Whether its outcome depends on the machine's speed.
    package var isTimed: Bool

    package var holds: Bool { failure == nil }
}

/// One criterion's outcome; without a verdict it was not judged, and counts neither way.
package struct CriterionReport: Sendable, Hashable {
    package var criterion: String
    package var verdict: Verdict?
}

package struct TurnReport: Sendable, Hashable {
    package var observation: Observation
    package var checks: [CheckReport]
    package var criteria: [CriterionReport]

    package var holds: Bool { checks.allSatisfy(\.holds) && criteria.allSatisfy { $0.verdict?.holds != false } }
}

/// One run of a case.
package struct RunReport: Sendable, Hashable {
    package var turns: [TurnReport]
    /// What must hold of all turns together.
    package var checks: [CheckReport] = []
    /// Why the run could not be finished.
    package var failure: String?

    package var holds: Bool { failure == nil && turns.allSatisfy(\.holds) && checks.allSatisfy(\.holds) }

    /// The hash of all answers of the run: two runs with the same one said the same.
    package var answers: String {
        SHA256.hex(JSONValue.array(turns.map { .string($0.observation.content) }).canonicalBytes())
    }
}

package struct CaseReport: Sendable, Hashable {
    package var suite: String
    package var id: String
    package var tags: [String]
    /// How many runs had to hold; `nil` for all.
    package var required: Int?
    package var runs: [RunReport]

    package var name: String { "\(suite)/\(id)" }
    package var passes: Int { runs.count(where: \.holds) }
    package var holds: Bool { passes >= min(required ?? runs.count, runs.count) && !runs.isEmpty }
    /// How many different answers the runs gave.
    package var distinctAnswers: Int { Set(runs.map(\.answers)).count }
    /// The variance of holding (1) or not (0) over the runs: p (1 − p).
    package var variance: Double {
        let share = runs.isEmpty ? 0 : Double(passes) / Double(runs.count)
        return share * (1 - share)
    }

    /// Why it failed, the first reasons first.
    package var reasons: [String] {
        var reasons: [String] = []
        for run in runs {
            if let failure = run.failure { reasons.append(failure) }
            reasons += run.checks.compactMap { check in check.failure.map { "\(check.name): \($0)" } }
            for (place, turn) in run.turns.enumerated() {
                let prefix = run.turns.count > 1 ? "turn \(place + 1): " : ""
                reasons += turn.checks.compactMap { check in check.failure.map { "\(prefix)\(check.name): \($0)" } }
                reasons += turn.criteria.compactMap { criterion in
                    criterion.verdict.flatMap { $0.holds ? nil : "\(prefix)\(criterion.criterion): \($0.reason)" }
                }
            }
        }
        return reasons.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// The outcome of all suites of a run.
package struct EvaluationReport: Sendable, Hashable {
    package var cases: [CaseReport]
    /// What the suites asked for that was not judged.
    package var unsupported: [String]
    /// Cases that were not run because an earlier one had failed.
    package var skipped: Int

    package var failed: [CaseReport] { cases.filter { !$0.holds } }
    package var unjudged: Int {
        cases.reduce(0) { sum, item in
            sum + item.runs.reduce(0) { $0 + $1.turns.reduce(0) { $0 + $1.criteria.count { $0.verdict == nil } } }
        }
    }
    /// Whether every case holds, and there was at least one.
    package var holds: Bool { !cases.isEmpty && skipped == 0 && failed.isEmpty }
}
