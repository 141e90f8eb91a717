extension EvaluationReport {
    /// The report as JUnit XML, as continuous integration reads it; a suite is a `testsuite`, a case a `testcase`.
    package var junit: String {
        let names = cases.map(\.suite).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites tests=\"\(cases.count)\" failures=\"\(failed.count)\" time=\"\(seconds(cases))\">\n"
        for name in names {
            let mine = cases.filter { $0.suite == name }
            let failures = mine.count { !$0.holds }
            text += "  <testsuite name=\"\(MarkupText.escaped(name))\" tests=\"\(mine.count)\" failures=\"\(failures)\""
            text += " time=\"\(seconds(mine))\">\n"
            for item in mine {
                text +=
                    "    <testcase classname=\"\(MarkupText.escaped(name))\" name=\"\(MarkupText.escaped(item.id))\""
                text += " time=\"\(seconds([item]))\""
                guard !item.holds else {
                    text += "/>\n"
                    continue
                }
                let reasons = item.reasons
                text += ">\n      <failure message=\"\(MarkupText.escaped(reasons.first ?? "it does not hold"))\">"
                let answer = item.runs.first { !$0.holds }?.turns.last?.observation.content ?? ""
                text += MarkupText.escaped((reasons + ["", answer]).joined(separator: "\n"))
                text += "</failure>\n    </testcase>\n"
            }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private func seconds(_ cases: [CaseReport]) -> String {
        let milliseconds = cases.reduce(0) { sum, item in
            sum + item.runs.reduce(0) { $0 + $1.turns.reduce(0) { $0 + $1.observation.duration.milliseconds } }
        }
        let rest = milliseconds % 1000
        return "\(milliseconds / 1000)." + String(repeating: "0", count: rest < 10 ? 2 : rest < 100 ? 1 : 0) + "\(rest)"
    }
}

/// Text inside XML and HTML.
enum MarkupText {
    /// With the five special characters escaped and control characters, which XML 1.0 does not allow, replaced.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            default:
                let isAllowed =
                    scalar.value >= 0x20 && scalar.value != 0x7F && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
