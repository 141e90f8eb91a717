package import AgentRuntime

/// Reads questions about what stands out: anomalies, outliers, problems.
package struct AnomaliesSkill: Skill {
    package let name = "anomalies"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(
            .cue(":anomalies"),
            "anomaly|anomalies|outlier|outliers|unusual|unexpected|abnormal|abnormality|abnormalities|irregularity|"
                + "irregularities|irregular|suspicious|alert|alerts|red flag|red flags|warning|warnings|strange|odd|weird|"
                + "stands out|stand out|stood out|biggest problem|biggest problems|biggest issue|biggest issues|problem|"
                + "problems|concerns|worrying|should i worry about|needs attention|need attention|my attention|out of line|"
                + "out of the ordinary|looks off|anything wrong|what is wrong|biggest concern|biggest concerns|biggest risk|"
                + "biggest risks|warning signs|keep me up at night|main problem|main issue|exceptions|anything strange"
        )
        + FinanceWords.entries(.value(dimension: "severity", value: "critical"), "critical|severe|critical severity")
        + FinanceWords.entries(.value(dimension: "severity", value: "high"), "high severity|serious|severity high")
        + FinanceWords.entries(
            .value(dimension: "severity", value: "medium"),
            "medium severity|moderate|severity medium"
        )
        + FinanceWords.entries(.value(dimension: "severity", value: "low"), "low severity|minor|severity low")
    package let phrases: [Phrase] = [Self.lead, Self.entry, Self.none]

    private static let lead = Phrase("anomalies_lead", "count", "scope")
    private static let entry = Phrase("anomalies_entry", "description", "severity", "value", "expected")
    private static let none = Phrase("anomalies_none", "scope")
    private static let shownMax = 8

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.isAbout("anomalies"), frame.groupings.isEmpty, frame.tense != .future else { return [] }
        guard frame.filters.allSatisfy({ $0.dimension == "severity" }) else { return [] }
        var arguments = JSONObject()
        if let period = frame.periods.first?.period {
            arguments["period"] = period.json(fiscalYearStart: situation.settings.fiscalYearStart)
        }
        if let severity = frame.values(of: "severity").first { arguments["severity"] = .string(severity) }
        if let account = frame.metrics.first(where: { $0.hasPrefix("account:") }) {
            arguments["account"] = .string(String(account.dropFirst(8)))
        }
        if let limit = frame.limit { arguments["limit"] = .integer(limit) }
        var slots: Set<String> = [
            "subject:anomalies", "subject:overview", "value", "period", "order", "number", "chart", "metric",
        ]
        for cue in ["count", "list", "total", "include", "again", "breakdown", "up", "down", "over", "change"] {
            slots.insert("cue:" + cue)
        }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall("anomalies", arguments)],
                frame: frame,
                uses: slots,
                preference: 2
            )
        ]
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        let count = reader.count("/anomalies")
        var scope: [Segment] = question.frame.periods.first.map { [.text(" in "), .period($0.period)] } ?? []
        if let severity = question.frame.values(of: "severity").first {
            scope += [.text(" of severity "), .text(severity)]
        }
        guard count > 0 else {
            draft.say(Self.none, ["scope": scope])
            draft.suggest("Are operating expenses over budget this month?")
            return draft
        }
        draft.say(
            Self.lead,
            ["count": [.figure(Figure(reader.reference("/total"), format: .number))], "scope": scope]
        )
        for index in 0..<min(count, Self.shownMax) {
            let base = "/anomalies/\(index)"
            draft.say(.text("\n\n"))
            draft.say(
                Self.entry,
                [
                    "description": [.data(reader.text(base + "/description") ?? "")],
                    "severity": [.data(reader.text(base + "/severity") ?? "")],
                    "value": [.figure(Figure(reader.reference(base + "/current_value"), format: .money))],
                    "expected": [.figure(Figure(reader.reference(base + "/expected_value"), format: .money))],
                ]
            )
            draft.cite(reader.citations.filter { $0.id == reader.text(base + "/id") })
        }
        draft.cite(reader.citations.filter { $0.source != "anomaly" })
        if let name = reader.text("/anomalies/0/metric_name") { draft.suggest("What is driving \(name.lowercased())?") }
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { ["Are there any anomalies this month?"] }
}
