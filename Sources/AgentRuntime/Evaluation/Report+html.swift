extension EvaluationReport {
    /// The report as one HTML page without scripts: the sums, and each failure with the trace of its turns.
    package var html: String {
        var text = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1d2430; }
            table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #dde2ea; }
            .bad { color: #b3261e; font-weight: 600; } .good { color: #1b6e3c; } details { margin: .6rem 0; border: 1px solid #dde2ea; border-radius: 6px; padding: .6rem 1rem; }
            pre { white-space: pre-wrap; background: #f5f7fa; padding: .6rem; border-radius: 4px; overflow-wrap: anywhere; } h3 { margin-bottom: .2rem; }
            </style></head><body><h1>Evaluation</h1>

            """
        let verdict =
            holds
            ? "<span class=\"good\">All cases hold.</span>"
            : "<span class=\"bad\">\(failed.count) of \(cases.count) cases fail.</span>"
        text += "<p>\(verdict) \(unjudged) criteria were not judged, \(skipped) cases were not run.</p>\n"
        text += "<table><tr><th>Suite</th><th>Cases</th><th>Hold</th></tr>\n"
        let names = cases.map(\.suite).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        for name in names {
            let mine = cases.filter { $0.suite == name }
            text +=
                "<tr><td>\(MarkupText.escaped(name))</td><td>\(mine.count)</td><td>\(mine.count(where: \.holds))</td></tr>\n"
        }
        text += "</table>\n"
        for part in unsupported { text += "<p>Not judged: \(MarkupText.escaped(part))</p>\n" }
        for item in failed { text += section(item) }
        return text + "</body></html>\n"
    }

    private func section(_ item: CaseReport) -> String {
        var text = "<details open><summary><strong>\(MarkupText.escaped(item.name))</strong> "
        text += "<span class=\"bad\">\(item.passes) of \(item.runs.count) runs hold</span></summary>\n<ul>\n"
        for reason in item.reasons { text += "<li>\(MarkupText.escaped(reason))</li>\n" }
        text += "</ul>\n"
        for turn in item.runs.first(where: { !$0.holds })?.turns ?? [] {
            let seen = turn.observation
            text += "<h3>\(MarkupText.escaped(seen.message))</h3>\n<pre>\(MarkupText.escaped(seen.content))</pre>\n"
            text += "<table><tr><th>Call</th><th>Arguments</th><th>Result</th></tr>\n"
            for call in seen.calls {
                text += "<tr><td>\(MarkupText.escaped(call.name)) (\(call.status.rawValue))</td>"
                text += "<td><pre>\(MarkupText.escaped(JSONValue.object(call.arguments).pretty))</pre></td>"
                text += "<td><pre>\(MarkupText.escaped(String(call.content.pretty.prefix(4000))))</pre></td></tr>\n"
            }
            text += "</table>\n"
            for check in turn.checks {
                let mark = check.holds ? "<span class=\"good\">holds</span>" : "<span class=\"bad\">fails</span>"
                text += "<div>\(mark) \(MarkupText.escaped(check.failure ?? check.name))</div>\n"
            }
        }
        return text + "</details>\n"
    }
}
