// Assertions whose scores count together, as other tools have them: within one turn, and over the turns of a case.

/// Assertions of one turn that hold together when their weighted mean score is high enough, or else when each holds.
package struct AssertionGroup: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package var assertion: Assertion
        /// 0 for a member that is told and does not count.
        package var weight: Double

        package init(_ assertion: Assertion, weight: Double = 1) {
            self.assertion = assertion
            self.weight = weight
        }
    }

    package var members: [Member]
    /// The lowest mean score, 0…1; without it every member with a weight must hold.
    package var threshold: Double?

    package init(_ members: [Member], threshold: Double? = nil) {
        self.members = members
        self.threshold = threshold
    }
}

/// A bound on the mean score of a case: one assertion for each turn, each scored 0…1.
package struct AverageBound: Sendable, Hashable {
    /// As the tool that it comes from calls it.
    package var name: String
    package var assertions: [Assertion]
    /// The lowest mean that holds.
    package var threshold: Double

    package init(name: String, assertions: [Assertion], threshold: Double) {
        self.name = name
        self.assertions = assertions
        self.threshold = threshold
    }

    /// The mean score of the turns of a finished run.
    package func mean(over turns: [Observation], stem: @Sendable (String) -> String) -> Double {
        let scores = zip(assertions, turns).map { $0.score(in: $1, stem: stem) }
        return scores.isEmpty ? 1 : scores.reduce(0, +) / Double(scores.count)
    }

    /// What the turns come to, with the reason of the first that has not the full score.
    package func report(on turns: [Observation], stem: @Sendable (String) -> String) -> CheckReport {
        let scores = zip(assertions, turns).map { $0.score(in: $1, stem: stem) }
        let mean = mean(over: turns, stem: stem)
        var failure: String?
        if !(mean >= threshold) {
            let shown = { (score: Double) in "\((score * 10_000).rounded() / 10_000)" }
            failure = "it is \(shown(mean)), below \(shown(threshold))"
            if scores.count > 1 { failure? += " (turn by turn \(scores.map(shown).joined(separator: ", ")))" }
            let reasons = zip(assertions, turns).enumerated().compactMap { place, pair in
                scores[place] < 1 ? pair.0.failure(in: pair.1, stem: stem).map { "turn \(place + 1): \($0)" } : nil
            }
            if let first = reasons.first { failure? += "; \(first)" }
        }
        return CheckReport(name: name, failure: failure, isTimed: false)
    }
}
