package import AgentRuntime

/// Reads questions about the business as a whole: the income statement, "how are we doing", "are we on track".
package struct IncomeStatementSkill: Skill {
    package let name = "income_statement"
    package let words: [VocabularyEntry] =
        FinanceWords.entries(
            .cue(":overview"),
            "income statement|p and l|pnl|p l|profit and loss|profit and loss statement|financial statement|"
                + "financial statements|financial performance|financial results|how are we doing|how are we performing|"
                + "how did we do|how did we perform|how have we done|how is business|how is the business|how was business|"
                + "how is business going|how are things|how are things going|how is it looking|how are we looking|on track|looking|shaping up|"
                + "overview|executive summary|performance|health|healthy|where do we stand|state of the business|"
                + "how is the company doing|how is the company|how did the company do|how did the business do|"
                + "company performance|business performance|financial overview|financial summary|kpis|kpi|key figures|"
                + "key metrics|doing financially|our numbers|the numbers|headline figures|headline numbers|big picture|"
                + "bird eye view|how we are doing|how we did|how things are going|how business is going|scorecard|results"
        )
    package let phrases: [Phrase] = [Self.lead, Self.line, Self.onTrack, Self.offTrack]

    private static let lead = Phrase("statement_lead", "period")
    private static let line = Phrase("statement_line", "name", "value", "detail")
    private static let onTrack = Phrase("statement_on_track")
    private static let offTrack = Phrase("statement_off_track")

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        let isPlainVariance =
            frame.subjects.isEmpty && frame.metrics.isEmpty && frame.comparisons.contains("budget")
            && frame.groupings.isEmpty && (frame.has("compare") || frame.has("difference") || frame.has("change"))
        // "Was the third quarter better than the second" is about the business.
        let isPlainComparison =
            frame.subjects.isEmpty && frame.metrics.isEmpty && frame.comparisons.isEmpty && frame.filters.isEmpty
            && frame.has("compare") && (frame.periods.count == 2 || frame.hasBaseline)
        guard frame.isAbout("overview") || isPlainVariance || isPlainComparison, frame.metrics.isEmpty,
            frame.groupings.isEmpty,
            frame.tense != .future, frame.filters.allSatisfy({ Self.dimensions.contains($0.dimension) })
        else { return [] }
        let start = situation.settings.fiscalYearStart
        var spans = frame.periods.map(\.period)
        if spans.isEmpty { spans = [situation.current(.month)] }
        if spans.count == 1, frame.hasBaseline, let unit = spans[0].unit, spans[0].end < situation.current(unit).start {
            spans = [situation.current(unit), spans[0]]
        }
        var baseline: JSONValue = "budget"
        switch frame.comparisons.first {
        case "prior_year": baseline = "prior_year"
        case nil: baseline = situation.vocabulary.lacking.contains("budget") ? "prior_period" : "budget"
        case "budget": baseline = "budget"
        case .some: baseline = "prior_period"
        }
        if spans.count == 2 {
            if spans[0].start < spans[1].start { spans.swapAt(0, 1) }
            baseline =
                spans[1] == spans[0].previous()
                ? "prior_period"
                : isYearBefore(spans[1], spans[0]) ? "prior_year" : ["period": spans[1].json(fiscalYearStart: start)]
        } else if frame.comparisons.isEmpty, frame.has("change") || frame.has("up") || frame.has("down") {
            baseline = "prior_period"
        }
        var arguments: JSONObject = ["period": spans[0].json(fiscalYearStart: start), "compare_to": baseline]
        if !frame.filters.isEmpty { arguments["filters"] = .array(frame.filters.map(\.json)) }
        var slots: Set<String> = ["subject:overview", "period", "comparison", "value", "chart"]
        for cue in [
            "compare", "total", "hit", "change", "up", "down", "list", "include", "again", "breakdown", "difference",
        ] {
            slots.insert("cue:" + cue)
        }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall("income_statement", arguments)],
                frame: frame,
                uses: slots,
                preference: frame.words.contains("track") ? 3 : 1
            )
        ]
    }

    /// Also where the later period still runs: the same days of the year before are then what it is held against.
    private func isYearBefore(_ baseline: Period, _ period: Period) -> Bool {
        let same = period.priorYear()
        return baseline.start == same.start && same.end <= baseline.end
    }

    private static let dimensions: Set<String> = ["region", "lob", "product", "department", "vendor", "source"]

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        let period = reader.period("/period", in: situation)
        if question.frame.words.contains("track"),
            let isGood = reader.value("/totals/net_income/comparison/favourable")?.bool
        {
            draft.say(isGood ? Self.onTrack : Self.offTrack)
            draft.say(.text(" "))
        }
        let label: [Segment] = period.map { [.period($0)] } ?? [.data(reader.text("/period/label") ?? "")]
        var scope = label
        for filter in question.frame.filters {
            scope += [.text(filter.isExcluded ? ", without " : ", "), .data(filter.values.joined(separator: ", "))]
        }
        draft.say(Self.lead, ["period": scope])
        if reader.value("/to_date")?.bool == true, let unit = period?.unit {
            draft.say(MetricsPhrase.toDate, ["unit": [.text(unit.rawValue)], "date": [.date(situation.today)]])
        }
        draft.say(.text("."))
        draft.cite(reader.citations)
        for row in rows(reader) where reader.exact(row.base + "/actual") != nil {
            draft.say(.text("\n"))
            draft.say(
                Self.line,
                [
                    "name": [.data(row.name)],
                    "value": [.figure(Figure(reader.reference(row.base + "/actual"), format: .money))],
                    "detail": detail(reader, row.base),
                ]
            )
        }
        if let period, period.unit != nil {
            let name = situation.label(period)
            draft.suggest("What is driving the variance of operating expenses in \(name)?")
            draft.suggest("Revenue by region in \(name)")
            draft.suggest("Which accounts are over budget in \(name)?")
        }
        return draft
    }

    /// Sections and totals in the order of a statement.
    private func rows(_ reader: FigureReader) -> [(name: String, base: String)] {
        var rows: [(name: String, base: String)] = []
        for index in 0..<reader.count("/sections") {
            let section = reader.text("/sections/\(index)/section") ?? ""
            rows.append((reader.text("/sections/\(index)/name") ?? section, "/sections/\(index)/subtotal"))
            if section == "cogs" { rows.append(("Gross profit", "/totals/gross_profit")) }
            if section == "opex" { rows.append(("Operating income", "/totals/operating_income")) }
        }
        for (name, id) in [
            ("Gross profit", "gross_profit"), ("Operating income", "operating_income"), ("Net income", "net_income"),
        ] where !rows.contains(where: { $0.base == "/totals/" + id }) {
            rows.append((name, "/totals/" + id))
        }
        return rows
    }

    private func detail(_ reader: FigureReader, _ base: String) -> [Segment] {
        let value = reader.reference(base + "/actual")
        let before = reader.reference(base + "/comparison/value")
        guard let baseline = reader.exact(before.pointer),
            let difference = reader.difference(value.pointer, before.pointer)
        else { return [] }
        let kind = reader.text(base + "/comparison/kind") ?? ""
        var segments: [Segment] = [
            .text(kind == "budget" ? " against a budget of " : " against "), .figure(Figure(before, format: .money)),
        ]
        guard !difference.isZero else { return segments }
        segments += [.text(", "), .figure(Figure(value, .difference(from: before), format: .money, isSigned: true))]
        if !baseline.isZero {
            let change = Figure(value, .change(from: before), format: .percent, isSigned: true)
            segments += [.text(" ("), .figure(change), .text(")")]
        }
        if let isFavourable = reader.value(base + "/comparison/favourable")?.bool {
            segments.append(.text(isFavourable ? ", favourable" : ", unfavourable"))
        }
        return segments
    }

    package func suggestions(in situation: Situation) -> [String] { ["How are we doing this month?"] }
}
