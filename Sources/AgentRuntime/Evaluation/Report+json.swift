extension EvaluationReport {
    /// The report as JSON, format 1.
    ///
    /// Everything that depends on the machine's speed stands in `timing` and nowhere else: without it two runs of the
    /// same suite over the same program and data give the same bytes.
    package var json: JSONValue {
        [
            "format": 1,
            "summary": [
                "cases": .integer(cases.count), "passed": .integer(cases.count - failed.count),
                "failed": .integer(failed.count), "skipped": .integer(skipped),
                "unjudged_criteria": .integer(unjudged), "holds": .bool(holds),
            ],
            "cases": .array(cases.map(\.json)),
            "unsupported": .array(unsupported.map(JSONValue.string)),
            "timing": timing,
        ]
    }

    private var timing: JSONValue {
        let times = cases.flatMap { item in
            item.runs.enumerated().flatMap { run, report in
                report.turns.enumerated().map { turn, report -> JSONValue in
                    [
                        "case": .string(item.name), "run": .integer(run), "turn": .integer(turn),
                        "ms": .integer(report.observation.duration.milliseconds),
                        "first_text_ms": report.observation.firstText.map { .integer($0.milliseconds) } ?? .null,
                        "late": .array(
                            report.checks.filter { $0.isTimed && !$0.holds }.map { .string($0.failure ?? "") }
                        ),
                    ]
                }
            }
        }
        return .array(times)
    }
}

extension CaseReport {
    fileprivate var json: JSONValue {
        [
            "suite": .string(suite),
            "id": .string(id),
            "tags": .array(tags.map(JSONValue.string)),
            "holds": .bool(holds),
            "runs": .integer(runs.count),
            "passes": .integer(passes),
            "required": .integer(min(required ?? runs.count, runs.count)),
            "variance": .double((variance * 10_000).rounded() / 10_000),
            "distinct_answers": .integer(distinctAnswers),
            "answers_sha256": .optional(runs.first?.answers),
            "reasons": .array(holds ? [] : timeless.map(JSONValue.string)),
            "checks": .array((runs.first { !$0.holds } ?? runs.first)?.checks.map(\.json) ?? []),
            "trace": holds ? .null : .array((runs.first { !$0.holds } ?? runs[0]).turns.map(\.json)),
        ]
    }

    /// The reasons without those that name a time.
    private var timeless: [String] {
        let timed = Set(
            runs.flatMap { $0.turns.flatMap { $0.checks.filter(\.isTimed).compactMap(\.failure) } }
        )
        return reasons.map { reason in
            timed.first { reason.hasSuffix($0) }.map { String(reason.dropLast($0.count)) + "too slow" } ?? reason
        }
    }
}

extension TurnReport {
    fileprivate var json: JSONValue {
        var object = observation.json.object ?? [:]
        object["checks"] = .array(checks.map(\.json))
        object["criteria"] = .array(
            criteria.map { criterion in
                [
                    "criterion": .string(criterion.criterion),
                    "holds": criterion.verdict.map { .bool($0.holds) } ?? .null,
                    "reason": .optional(criterion.verdict?.reason),
                ]
            }
        )
        return .object(object)
    }
}

extension CheckReport {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "holds": .bool(holds), "reason": isTimed ? .null : .optional(failure),
        ]
    }
}
