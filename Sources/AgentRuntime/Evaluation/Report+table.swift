extension EvaluationReport {
    /// The report for a terminal: each failure with its reasons, then the sums.
    package var table: String {
        var text = ""
        let isRepeated = cases.contains { $0.runs.count > 1 }
        for item in cases where !item.holds || isRepeated && item.passes < item.runs.count {
            text += "\(item.holds ? "unsteady" : "FAILED  ")  \(item.name)"
            if item.runs.count > 1 { text += "  \(item.passes) of \(item.runs.count) runs" }
            text += "\n"
            for reason in item.reasons.prefix(8) { text += "            \(reason)\n" }
            if !item.holds, let turn = item.runs.first(where: { !$0.holds })?.turns.last {
                let lines = turn.observation.content.split(separator: "\n", omittingEmptySubsequences: false)
                for line in lines.prefix(12) { text += "          | \(line)\n" }
            }
        }
        let names = cases.map(\.suite).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let width = (names.map(\.count).max() ?? 5) + 2
        if !text.isEmpty { text += "\n" }
        for name in names {
            let mine = cases.filter { $0.suite == name }
            let passed = mine.count(where: \.holds)
            text += name + String(repeating: " ", count: width - name.count) + "\(passed) of \(mine.count) hold\n"
        }
        for part in unsupported { text += "not judged: \(part)\n" }
        if unjudged > 0 { text += "not judged: \(unjudged) criteria (no judge and no frozen verdict)\n" }
        if skipped > 0 { text += "not run: \(skipped) cases\n" }
        return text + "\(cases.count - failed.count) passed, \(failed.count) failed\n"
    }
}
