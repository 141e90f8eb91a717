import Testing

@testable import AgentRuntime

@Suite("Running suites")
struct SuiteRunnerTests {
    /// Answers by a function of the message and of how often it has been asked.
    private final class Subject: EvaluationSubject, EvaluationConversation {
        let answer: @Sendable (String, Int) throws -> String
        let asked = Guarded<[String: Int]>([:])

        init(_ answer: @escaping @Sendable (String, Int) throws -> String) { self.answer = answer }

        func begin(_ item: EvaluationCase) async throws -> any EvaluationConversation { self }

        func ask(_ message: String, checksChain: Bool) async throws -> Observation {
            let count = asked.with { asked in
                asked[message, default: 0] += 1
                return asked[message] ?? 0
            }
            return Observation(message: message, content: try answer(message, count), duration: .milliseconds(count))
        }
    }

    private struct CountingJudge: Judge {
        let name = "judge"
        let asked = Guarded(0)

        func verdict(on question: JudgedAnswer) async throws -> Verdict {
            asked.with { $0 += 1 }
            return Verdict(holds: question.answer.contains("please"), reason: "politeness")
        }
    }

    private func item(_ id: String, _ words: String, criteria: [String] = [], atLeast: Int? = nil) -> EvaluationCase {
        EvaluationCase(
            id: id,
            tags: ["tag-\(id)"],
            setting: EvaluationSetting(tenant: "t"),
            turns: [
                EvaluationTurn(
                    message: id,
                    assertions: [Assertion(.contains(words, ignoresCase: false))],
                    criteria: criteria
                )
            ],
            atLeast: atLeast
        )
    }

    private func runner(_ subject: Subject, judge: (any Judge)? = nil, book: VerdictBook = VerdictBook()) -> SuiteRunner
    {
        SuiteRunner(subject: subject, judge: judge, book: book, clock: ContinuousClock())
    }

    @Test("Cases are reported in their own order, whatever ends first, and twice the same")
    func order() async throws {
        let suite = EvaluationSuite(name: "s", cases: (0..<40).map { item("c\($0)", $0 == 7 ? "never" : "yes") })
        var documents: [JSONValue] = []
        for parallel in [1, 16] {
            let report = try await runner(Subject { _, _ in "yes" }).run([suite], EvaluationOptions(parallel: parallel))
            #expect(report.cases.map(\.id) == (0..<40).map { "c\($0)" })
            #expect(report.failed.map(\.id) == ["c7"])
            #expect(!report.holds)
            var object = try #require(report.json.object)
            object["timing"] = nil
            documents.append(.object(object))
        }
        #expect(documents[0].bytes() == documents[1].bytes())
    }

    @Test("With repetitions a case needs as many as it says; its variance is told")
    func repetitions() async throws {
        let subject = Subject { _, count in count.isMultiple(of: 2) ? "yes" : "no" }
        let suite = EvaluationSuite(name: "s", cases: [item("half", "yes", atLeast: 2), item("all", "yes")])
        let report = try await runner(subject).run([suite], EvaluationOptions(repetitions: 4))
        #expect(report.cases.map(\.passes) == [2, 2])
        #expect(report.cases.map(\.holds) == [true, false])
        #expect(report.cases[0].variance == 0.25)
        #expect(report.cases[0].distinctAnswers == 2)
    }

    @Test("A filter takes names and tags; fail-fast leaves the rest")
    func choosing() async throws {
        let suite = EvaluationSuite(name: "s", cases: [item("a", "no"), item("b", "yes"), item("c", "yes")])
        let some = try await runner(Subject { _, _ in "yes" }).run([suite], EvaluationOptions(filter: "tag-b"))
        #expect(some.cases.map(\.id) == ["b"])
        let fast = try await runner(Subject { _, _ in "yes" })
            .run([suite], EvaluationOptions(parallel: 1, failsFast: true))
        #expect(fast.cases.map(\.id) == ["a"])
        #expect(fast.skipped == 2)
        #expect(!fast.holds)
    }

    @Test("A verdict is asked for once and stands; without a judge it counts neither way")
    func verdicts() async throws {
        let judge = CountingJudge()
        let suite = EvaluationSuite(name: "s", cases: [item("polite", "", criteria: ["It is polite"])])
        let first = runner(Subject { _, _ in "yes please" }, judge: judge)
        let report = try await first.run([suite], EvaluationOptions(repetitions: 3, parallel: 1))
        #expect(report.holds)
        #expect(judge.asked.with { $0 } == 1)
        let book = VerdictBook(json: await first.verdicts.json)
        let again = try await runner(Subject { _, _ in "yes please" }, judge: judge, book: book)
            .run([suite], EvaluationOptions())
        #expect(again.holds && judge.asked.with { $0 } == 1)
        let alone = try await runner(Subject { _, _ in "yes please" }, book: book).run([suite], EvaluationOptions())
        #expect(alone.holds && alone.unjudged == 0, "a frozen verdict needs no judge")
        let rude = try await runner(Subject { _, _ in "yes" }, judge: judge).run([suite], EvaluationOptions())
        #expect(!rude.holds)
        let unjudged = try await runner(Subject { _, _ in "yes" }).run([suite], EvaluationOptions())
        #expect(unjudged.holds && unjudged.unjudged == 1)
    }

    @Test("A book keeps one verdict of each judge; the first stands, also against another book")
    func book() {
        let (yes, no) = (Verdict(holds: true, reason: "a"), Verdict(holds: false, reason: "b"))
        var book = VerdictBook()
        #expect(book.freeze(yes, under: "k", by: "x") == yes)
        #expect(book.freeze(no, under: "k", by: "x") == yes)
        var other = VerdictBook()
        other.freeze(no, under: "k", by: "x")
        other.freeze(no, under: "k", by: "w")
        book.take(other)
        #expect(book.verdict(under: "k", by: "x") == yes)
        #expect(book.verdict(under: "k", by: nil) == no)
        #expect(book.verdict(under: "k", by: "z") == nil)
        #expect(VerdictBook(json: book.json) == book)
    }

    @Test("What cannot be asked fails its case and no other")
    func failure() async throws {
        let subject = Subject { message, _ in
            if message == "a" { throw AgentError(.unavailable, "There is no such tenant.") }
            return "yes"
        }
        let suite = EvaluationSuite(name: "s", cases: [item("a", "yes"), item("b", "yes")])
        let report = try await runner(subject).run([suite], EvaluationOptions())
        #expect(report.failed.map(\.id) == ["a"])
        #expect(report.failed[0].reasons == ["There is no such tenant."])
        let parts = ["tests=\"2\" failures=\"1\"", "There is no such tenant."]
        #expect(parts.allSatisfy { report.junit.contains($0) })
        #expect(report.html.contains("There is no such tenant."))
        #expect(report.table.hasSuffix("1 passed, 1 failed\n"))
    }

    @Test("Against a former report, what changed is named")
    func against() async throws {
        func report(_ words: [String: String]) async throws -> EvaluationReport {
            let suite = EvaluationSuite(name: "s", cases: words.keys.sorted().map { item($0, "yes") })
            return try await runner(Subject { message, _ in words[message] ?? "" }).run([suite], EvaluationOptions())
        }
        let before = try await report(["a": "yes", "b": "no", "c": "yes 1", "gone": "yes"])
        let now = try await report(["a": "no", "b": "yes", "c": "yes 2", "new": "yes"])
        let difference = try ReportDifference(now, against: before.json)
        #expect(difference.newlyFailing == ["s/a"])
        #expect(difference.newlyHolding == ["s/b"])
        #expect(difference.changedAnswers == ["s/c"])
        #expect(difference.added == ["s/new"])
        #expect(difference.removed == ["s/gone"])
        #expect(throws: SuiteError.self) { try ReportDifference(now, against: [:]) }
    }

    @Test("Markup in an answer is text in every report")
    func markup() async throws {
        let suite = EvaluationSuite(name: "<s>", cases: [item("<b>", "never")])
        let report = try await runner(Subject { _, _ in "<script>\u{1}" }).run([suite], EvaluationOptions())
        #expect(!report.html.contains("<script>") && !report.junit.contains("<script>"))
        #expect(!report.junit.contains("\u{1}"))
    }
}
