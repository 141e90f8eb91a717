extension EvaluationReport {
    /// The report as one HTML page without scripts: the sums, each failure with the trace of its turns, and all cases.
    package var html: String {
        var text = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1d2430; }
            table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #dde2ea; }
            .bad { color: #b3261e; font-weight: 600; } .good { color: #1b6e3c; } .quiet { color: #5c6675; }
            section { margin: 1.2rem 0; border: 1px solid #dde2ea; border-radius: 6px; padding: .4rem 1rem .8rem; } h2, h3 { margin: .8rem 0 .2rem; }
            pre { white-space: pre-wrap; background: #f5f7fa; padding: .6rem; border-radius: 4px; overflow-wrap: anywhere; margin: .3rem 0; }
            ul { margin: .2rem 0; padding-left: 1.2rem; } ul.checks { list-style: none; padding-left: 0; } details { margin: .2rem 0; } summary { cursor: pointer; }
            </style></head><body><h1>Evaluation</h1>

            """
        let verdict =
            holds
            ? "<span class=\"good\">All \(cases.count) cases hold.</span>"
            : "<span class=\"bad\">\(failed.count) of \(cases.count) cases fail.</span>"
        text += "<p>\(verdict)"
        if unjudged > 0 { text += " \(unjudged) criteria were not judged: there was no judge and no frozen verdict." }
        if skipped > 0 { text += " \(skipped) cases were not run." }
        text += "</p>\n<table><tr><th>Suite</th><th>Cases</th><th>Hold</th></tr>\n"
        let names = cases.map(\.suite).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        for name in names {
            let mine = cases.filter { $0.suite == name }
            text += "<tr><td>\(escaped(name))</td><td>\(mine.count)</td><td>\(mine.count(where: \.holds))</td></tr>\n"
        }
        text += "</table>\n"
        for part in unsupported { text += "<p>Not judged: \(escaped(part))</p>\n" }
        for item in failed { text += section(item) }
        text += "<details><summary>All cases</summary><table><tr><th>Case</th><th>Runs that hold</th></tr>\n"
        for item in cases {
            let mark = item.holds ? "good" : "bad"
            text += "<tr><td>\(escaped(item.name))</td>"
            text += "<td class=\"\(mark)\">\(item.passes) of \(item.runs.count)</td></tr>\n"
        }
        return text + "</table></details>\n</body></html>\n"
    }

    private func section(_ item: CaseReport) -> String {
        var text = "<section><h2>\(escaped(item.name))</h2>\n<ul>\n"
        for reason in item.reasons { text += "<li class=\"bad\">\(escaped(reason))</li>\n" }
        text += "</ul>\n<p class=\"quiet\">\(item.passes) of \(item.runs.count) runs hold; alone: "
        text += "<code>agentd eval … --filter '\(escaped(item.name))'</code></p>\n"
        guard let run = item.runs.first(where: { !$0.holds }) else { return text + "</section>\n" }
        for turn in run.turns { text += trace(turn) }
        if !run.checks.isEmpty { text += "<h3>All turns</h3>\n" + list(run.checks) }
        return text + "</section>\n"
    }

    /// A turn: what was asked, answered and judged, and behind a click what the tools gave.
    private func trace(_ turn: TurnReport) -> String {
        let seen = turn.observation
        var text = "<h3>\(escaped(seen.message))</h3>\n<pre>\(escaped(seen.content))</pre>\n"
        if let failure = seen.failure { text += "<p class=\"bad\">\(escaped(failure))</p>\n" }
        text += list(turn.checks)
        for criterion in turn.criteria {
            let words = escaped(criterion.criterion)
            switch criterion.verdict {
            case nil: text += "<div><span class=\"quiet\">not judged</span> \(words)</div>\n"
            case let verdict?:
                text += "<div>\(mark(verdict.holds)) \(words): \(escaped(verdict.reason))</div>\n"
            }
        }
        for call in seen.calls {
            text += "<details><summary>\(escaped(call.name)) <span class=\"quiet\">\(call.status.rawValue)</span> "
            text += "<code>\(escaped(JSONValue.object(call.arguments).text))</code></summary>"
            text += "<pre>\(escaped(String(call.content.pretty.prefix(8000))))</pre></details>\n"
        }
        if seen.calls.isEmpty { text += "<p class=\"quiet\">No tool was called.</p>\n" }
        text += "<p class=\"quiet\">\(escaped(seen.status.rawValue)) after \(seen.duration.milliseconds) ms"
        text += ", \(seen.usage.inputTokens) and \(seen.usage.outputTokens) tokens, cost \(seen.usage.cost.exact)</p>\n"
        return text
    }

    /// What fails stands first.
    private func list(_ checks: [CheckReport]) -> String {
        let sorted = checks.filter { !$0.holds } + checks.filter(\.holds)
        let lines = sorted.map { check in
            "<li>\(mark(check.holds)) \(escaped(check.name))\(check.failure.map { ": " + escaped($0) } ?? "")</li>\n"
        }
        return lines.isEmpty ? "" : "<ul class=\"checks\">\n\(lines.joined())</ul>\n"
    }

    private func mark(_ holds: Bool) -> String {
        holds ? "<span class=\"good\">holds</span>" : "<span class=\"bad\">fails</span>"
    }

    private func escaped(_ text: String) -> String { MarkupText.escaped(text) }
}
