/// Where cases are asked: a deployment, or a double in a test.
package protocol EvaluationSubject: Sendable {
    /// Begins a conversation for one run of a case.
    func begin(_ item: EvaluationCase) async throws -> any EvaluationConversation
}

/// One conversation of a run.
package protocol EvaluationConversation: Sendable {
    /// Sends a message; returns when its turn has ended.
    ///
    /// `checksChain`: whether the journal is to be verified afterwards, which takes its time.
    func ask(_ message: String, checksChain: Bool) async throws -> Observation
}

/// How a suite is to be run.
package struct EvaluationOptions: Sendable, Hashable {
    /// How often each case is run, 1…1,000.
    package var repetitions: Int
    /// How many runs go on side by side.
    package var parallel: Int
    /// Stops handing out cases after the first that fails.
    package var failsFast: Bool
    /// Only cases whose suite, id or tags hold this text.
    package var filter: String?

    package init(repetitions: Int = 1, parallel: Int = 8, failsFast: Bool = false, filter: String? = nil) {
        self.repetitions = repetitions
        self.parallel = parallel
        self.failsFast = failsFast
        self.filter = filter
    }
}

/// Runs suites: every case as often as asked, side by side up to a bound, and reports them in their own order.
///
/// An actor only for the verdicts that its runs share.
package actor SuiteRunner {
    private let subject: any EvaluationSubject
    private let judge: (any Judge)?
    private let clock: any Clock<Duration>
    private let stem: @Sendable (String) -> String
    private var book: VerdictBook

    /// `stem` reduces a word to its stem for ROUGE; `book` holds the verdicts that are frozen already.
    package init(
        subject: any EvaluationSubject,
        judge: (any Judge)? = nil,
        book: VerdictBook = VerdictBook(),
        clock: any Clock<Duration>,
        stem: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.subject = subject
        self.judge = judge
        self.book = book
        self.clock = clock
        self.stem = stem
    }

    /// The verdicts, with those that this runner has asked for.
    package var verdicts: VerdictBook { book }

    /// Runs all cases that the filter leaves; `progress` hears of each as it ends.
    ///
    /// A cancelled task ends with `CancellationError`.
    package func run(
        _ suites: [EvaluationSuite],
        _ options: EvaluationOptions,
        progress: @escaping @Sendable (CaseReport, _ done: Int, _ all: Int) async -> Void = { _, _, _ in }
    ) async throws -> EvaluationReport {
        var jobs: [(suite: String, item: EvaluationCase)] = []
        for suite in suites {
            jobs += suite.cases.filter { options.takes($0, of: suite.name) }.map { (suite.name, $0) }
        }
        let all = jobs.count
        var reports = [CaseReport?](repeating: nil, count: all)
        try await withThrowingTaskGroup(of: (Int, CaseReport).self) { group in
            var next = 0
            var done = 0
            var isStopping = false
            func start() {
                guard next < all, !isStopping else { return }
                let (place, job) = (next, jobs[next])
                next += 1
                group.addTask { (place, try await self.report(job.item, of: job.suite, options.repetitions)) }
            }
            for _ in 0..<max(1, options.parallel) { start() }
            while let (place, report) = try await group.next() {
                reports[place] = report
                done += 1
                isStopping = isStopping || options.failsFast && !report.holds
                await progress(report, done, all)
                start()
            }
        }
        let unsupported = suites.flatMap { suite in suite.unsupported.map { "\(suite.name): \($0)" } }
        return EvaluationReport(
            cases: reports.compactMap { $0 },
            unsupported: unsupported,
            skipped: all - reports.count { $0 != nil }
        )
    }

    private func report(_ item: EvaluationCase, of suite: String, _ repetitions: Int) async throws -> CaseReport {
        var runs: [RunReport] = []
        for _ in 0..<max(1, repetitions) { runs.append(try await run(item)) }
        return CaseReport(suite: suite, id: item.id, tags: item.tags, required: item.atLeast, runs: runs)
    }

    private func run(_ item: EvaluationCase) async throws -> RunReport {
        var turns: [TurnReport] = []
        do {
            let conversation = try await subject.begin(item)
            for turn in item.turns {
                try Task.checkCancellation()
                let seen = try await conversation.ask(
                    turn.message,
                    checksChain: turn.assertions.contains { $0.check == .auditChainHolds }
                )
                turns.append(try await judged(turn, seen))
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            let words = (error as? AgentError)?.message ?? "\(error)"
            return RunReport(turns: turns, failure: words)
        }
        let seen = turns.map(\.observation)
        return RunReport(turns: turns, checks: item.averages.map { $0.report(on: seen, stem: stem) })
    }

    private func judged(_ turn: EvaluationTurn, _ seen: Observation) async throws -> TurnReport {
        let checks = turn.assertions.map { assertion in
            CheckReport(
                name: assertion.name,
                failure: assertion.failure(in: seen, stem: stem),
                isTimed: assertion.isTimed
            )
        }
        var criteria: [CriterionReport] = []
        for criterion in turn.criteria {
            let question = JudgedAnswer(criterion: criterion, message: turn.message, answer: seen.content)
            criteria.append(CriterionReport(criterion: criterion, verdict: try await verdict(on: question)))
        }
        return TurnReport(observation: seen, checks: checks, criteria: criteria)
    }

    /// The frozen verdict, or a new one that is frozen from now on; `nil` where no one judges.
    private func verdict(on question: JudgedAnswer) async throws -> Verdict? {
        let key = question.key
        if let known = book.verdict(under: key, by: judge?.name) { return known }
        guard let judge else { return nil }
        let verdict = try await judge.verdict(on: question)
        // Another run may have asked for the same while this one waited; the first verdict stands.
        return book.freeze(verdict, under: key, by: judge.name)
    }
}

extension EvaluationOptions {
    /// Whether the filter leaves a case.
    package func takes(_ item: EvaluationCase, of suite: String) -> Bool {
        guard let filter, !filter.isEmpty else { return true }
        return "\(suite)/\(item.id)".contains(filter) || item.tags.contains { $0.contains(filter) }
    }
}
