/// What changed between a former report and this one.
package struct ReportDifference: Sendable, Hashable {
    package var newlyFailing: [String] = []
    package var newlyHolding: [String] = []
    /// Cases that hold in both and answer differently.
    package var changedAnswers: [String] = []
    package var added: [String] = []
    package var removed: [String] = []

    package var isEmpty: Bool {
        newlyFailing.isEmpty && newlyHolding.isEmpty && changedAnswers.isEmpty && added.isEmpty && removed.isEmpty
    }

    /// Compares with a report that `EvaluationReport.json` wrote.
    ///
    /// - Throws: `SuiteError` when the document is no such report.
    package init(_ report: EvaluationReport, against former: JSONValue) throws(SuiteError) {
        let cases = try Self.cases(of: former)
        var before: [String: JSONValue] = [:]
        for item in cases {
            guard let suite = item["suite"]?.string, let id = item["id"]?.string else { continue }
            before["\(suite)/\(id)"] = item
        }
        for item in report.cases {
            guard let old = before.removeValue(forKey: item.name) else {
                added.append(item.name)
                continue
            }
            let held = old["holds"]?.bool ?? false
            if held, !item.holds { newlyFailing.append(item.name) }
            if !held, item.holds { newlyHolding.append(item.name) }
            if held, item.holds, old["answers_sha256"]?.string != item.runs.first?.answers {
                changedAnswers.append(item.name)
            }
        }
        removed = before.keys.sorted()
    }

    /// The cases of a former report; asked before a run, so that one is not made for nothing.
    ///
    /// - Throws: `SuiteError` when the document is no report that `EvaluationReport.json` wrote.
    @discardableResult
    package static func cases(of former: JSONValue) throws(SuiteError) -> [JSONValue] {
        guard former["format"] == 1, let cases = former["cases"]?.array else {
            throw SuiteError(problems: ["it is no report of format 1, as `agentd eval --format json` writes it"])
        }
        for (index, item) in cases.enumerated() {
            guard item["suite"]?.string != nil, item["id"]?.string != nil, item["holds"]?.bool != nil else {
                throw SuiteError(problems: ["cases[\(index)]: it needs suite, id and holds"])
            }
        }
        return cases
    }

    package var text: String {
        guard !isEmpty else { return "Nothing has changed.\n" }
        var text = ""
        func say(_ words: String, _ names: [String]) {
            guard !names.isEmpty else { return }
            text += "\(words):\n" + names.map { "  \($0)\n" }.joined()
        }
        say("Fails now and held before", newlyFailing)
        say("Holds now and failed before", newlyHolding)
        say("Holds with another answer", changedAnswers)
        say("Was not there before", added)
        say("Is not there any more", removed)
        return text
    }
}
