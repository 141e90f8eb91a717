/// Stands before every version of prompts that is to become active: the suites that are named for it must be green.
package protocol ReleaseGate: Sendable {
    /// Runs suites over the prompts of a folder; one verdict for each, in their order.
    func verdicts(on suites: [String], prompts folder: String) async throws -> [SuiteVerdict]
}

/// What running a suite came to.
package struct SuiteVerdict: Sendable, Hashable {
    package var suite: String
    package var isGreen: Bool
    /// Why it is not, in a sentence.
    package var words: String

    package init(suite: String, isGreen: Bool, words: String = "") {
        self.suite = suite
        self.isGreen = isGreen
        self.words = words
    }
}

/// A gate without a runner: what names a suite stays out, as nobody can say that the suite is green.
package struct ClosedGate: ReleaseGate {
    package init() {}

    package func verdicts(on suites: [String], prompts folder: String) async throws -> [SuiteVerdict] {
        suites.map { SuiteVerdict(suite: $0, isGreen: false, words: "there is nothing here that can run it") }
    }
}
