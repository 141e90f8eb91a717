internal import AgentRuntime

/// The sentences of the deals skill.
enum DealPhrase {
    static let overview = Phrase("deals_overview", "scope", "count", "amount", "weighted")
    static let stage = Phrase("deals_stage", "stage", "count", "amount", "weighted")
    static let winRate = Phrase("deals_win_rate", "scope", "rate")
    static let noWinRate = Phrase("deals_no_win_rate", "scope")
    static let size = Phrase("deals_size", "scope", "size")
    static let atRisk = Phrase("deals_at_risk", "count", "amount")
    static let found = Phrase("deals_found", "what", "count", "amount")
    static let none = Phrase("deals_none", "what")
    static let deal = Phrase("deals_deal", "name", "account", "amount", "stage", "owner", "close")
    static let chance = Phrase("deals_chance", "probability")
    static let step = Phrase("deals_step", "step")
    static let activity = Phrase("deals_activity", "date")
    static let risk = Phrase("deals_risk", "reasons")
    static let owner = Phrase("deals_owner", "name", "owner")
    static let closes = Phrase("deals_closes", "name", "date")
    static let such = Phrase("deals_such", "what")
    static let weighted = Phrase("deals_weighted", "weighted")
    static let leader = Phrase("deals_leader", "rank", "name", "amount")
    static let row = Phrase("deals_row", "name", "amount", "count")

    static let groupWinRate = Phrase("deals_row_win_rate", "name", "rate", "won", "closed")
    static let groupUnclosed = Phrase("deals_row_unclosed", "name")
    static let best = Phrase("deals_best", "rank", "name", "value")
    static let more = Phrase("deals_more", "count")

    static let all = [
        groupWinRate, groupUnclosed, best, more, overview, stage, winRate, noWinRate, size, atRisk, found, none, deal,
        chance, step, activity, risk, owner,
        closes,
        leader, such, weighted, row,
    ]
}

/// Words the results of `pipeline_overview` and `deal_search`.
struct DealAnswer {
    let reader: FigureReader
    let question: AskedQuestion
    let situation: Situation

    private var frame: Frame { question.frame }
    /// Whether one deal was asked about, by its name or its identifier.
    private var isOneDeal: Bool {
        frame.values(of: "deal").count == 1 || reader.call.call.arguments["id"]?.string != nil
    }
    private static let shownMax = 10

    func draft() -> AnswerDraft {
        var draft = AnswerDraft()
        switch question.data["shape"]?.string.flatMap(DealQuestion.Shape.init(rawValue:)) ?? .list {
        case .overview: overview(showsStages: frame.isAbout("pipeline") || frame.form == .other, in: &draft)
        case .stages: overview(showsStages: true, in: &draft)
        case .winRate: winRate(in: &draft)
        case .winRates: winRates(in: &draft)
        case .size: size(in: &draft)
        case .list: list(in: &draft)
        case .count: count(in: &draft)
        case .groups: groups(in: &draft)
        }
        return draft
    }

    private func figure(_ pointer: String, _ format: Figure.Format) -> Segment {
        .figure(Figure(reader.reference(pointer), format: format))
    }

    /// ", Iberia, closing in Q2 2025".
    private var scope: [Segment] {
        var segments: [Segment] = []
        for filter in frame.filters
        where ["deal_owner", "region", "deal_account", "deal_stage"].contains(filter.dimension) {
            segments += [.text(", "), .data(filter.values.joined(separator: ", "))]
        }
        if let period = frame.periods.first { segments += [.text(", closing in "), .period(period.period)] }
        return segments
    }

    // MARK: The whole

    private func overview(showsStages: Bool, in draft: inout AnswerDraft) {
        draft.say(
            DealPhrase.overview,
            [
                "scope": scope, "count": [figure("/total/count", .number)], "amount": [figure("/total/amount", .money)],
                "weighted": [figure("/total/weighted", .money)],
            ]
        )
        draft.cite(reader.citations)
        let count = reader.count("/stages")
        if showsStages, count > 0 {
            for index in 0..<count {
                let base = "/stages/\(index)"
                draft.say(.text("\n"))
                draft.say(
                    DealPhrase.stage,
                    [
                        "stage": [.data(reader.text(base + "/stage") ?? "")],
                        "count": [figure(base + "/count", .number)],
                        "amount": [figure(base + "/amount", .money)], "weighted": [figure(base + "/weighted", .money)],
                    ]
                )
            }
            draft.show(
                chart: ChartShape.chart(
                    "bar",
                    title: "Pipeline by stage",
                    labels: (0..<count).map { reader.text("/stages/\($0)/stage") ?? "" },
                    datasets: [("Amount", (0..<count).map { reader.value("/stages/\($0)/amount") ?? .null })],
                    unit: "currency",
                    currency: situation.settings.currency
                )
            )
        }
        if let risky = reader.exact("/at_risk/count"), !risky.isZero {
            draft.say(.text("\n\n"))
            draft.say(
                DealPhrase.atRisk,
                ["count": [figure("/at_risk/count", .number)], "amount": [figure("/at_risk/amount", .money)]]
            )
        }
        draft.suggest("Which deals are at risk?")
        draft.suggest("What is our win rate?")
        draft.suggest("Show the largest deals")
    }

    private func winRate(in draft: inout AnswerDraft) {
        if reader.exact("/win_rate") == nil {
            draft.say(DealPhrase.noWinRate, ["scope": bounds + scope])
        } else {
            draft.say(DealPhrase.winRate, ["scope": bounds + scope, "rate": [figure("/win_rate", .percent)]])
        }
        draft.cite(reader.citations)
        draft.suggest("What is in our pipeline?")
        draft.suggest("Which deals are at risk?")
    }

    /// How the deals of each group ended, below how all of them did.
    private func winRates(in draft: inout AnswerDraft) {
        let count = reader.count("/groups")
        guard count > 0, reader.exact("/win_rate") != nil else {
            winRate(in: &draft)
            return
        }
        draft.say(DealPhrase.winRate, ["scope": bounds + scope, "rate": [figure("/win_rate", .percent)]])
        best("/win_rate", .percent, in: &draft)
        draft.cite(reader.citations)
        let shown = shownGroups(count)
        for index in 0..<shown {
            let base = "/groups/\(index)"
            let name: [Segment] = [.data(reader.text(base + "/name") ?? "")]
            draft.say(.text("\n"))
            guard reader.exact(base + "/win_rate") != nil else {
                draft.say(DealPhrase.groupUnclosed, ["name": name])
                continue
            }
            draft.say(
                DealPhrase.groupWinRate,
                [
                    "name": name, "rate": [figure(base + "/win_rate", .percent)],
                    "won": [figure(base + "/won/count", .number)],
                    "closed": [figure(base + "/closed_count", .number)],
                ]
            )
        }
        rest(shown, in: &draft)
        chart("Win rate", "/win_rate", unit: "ratio", in: &draft)
        draft.suggest("What is in our pipeline?")
        draft.suggest("Which deals are at risk?")
    }

    /// The average of what was found: of open deals as a whole, or of the deals of a search.
    private func size(in draft: inout AnswerDraft) {
        let pointer = reader.value("/average_amount") == nil ? "/average_deal_size" : "/average_amount"
        guard reader.exact(pointer) != nil else {
            draft.say(DealPhrase.none, ["what": what])
            draft.cite(reader.citations.prefix(1))
            return
        }
        let statuses = frame.values(of: "deal_status")
        let kind: [Segment] = statuses.isEmpty ? [] : [.text(" of \(statuses.joined(separator: " and ")) deals")]
        draft.say(DealPhrase.size, ["scope": kind + bounds + scope, "size": [figure(pointer, .money)]])
        if pointer == "/average_amount" {
            draft.say(.text(" "))
            draft.say(
                DealPhrase.found,
                ["what": what, "count": [figure("/total", .number)], "amount": [figure("/amount", .money)]]
            )
        }
        draft.cite(reader.citations.prefix(1))
        draft.suggest("What is in our pipeline?")
    }

    // MARK: Single deals

    private var what: [Segment] {
        var segments: [Segment] = []
        if frame.has("at_risk") { segments.append(.text(" at risk")) }
        let statuses = frame.values(of: "deal_status")
        if !statuses.isEmpty { segments.append(.text(" that are " + statuses.joined(separator: " or "))) }
        return segments + bounds + scope
    }

    private var bounds: [Segment] {
        frame.thresholds.flatMap { [.text($0.isAbove ? " above " : " below "), .echo($0.words)] }
    }

    /// Deals that meet what the search itself cannot ask for; their sums are not at hand.
    private func narrowed(in draft: inout AnswerDraft) {
        let bounds = frame.thresholds.filter(\.isPercent)
        let indices = (0..<reader.count("/deals")).filter { index in
            if lacksStep, let step = reader.text("/deals/\(index)/next_step"), !step.isEmpty { return false }
            return bounds.allSatisfy { bound in
                guard let chance = reader.exact("/deals/\(index)/probability") else { return false }
                let value = bound.value.shifted(by: -2)
                return bound.isAbove ? value < chance : chance < value
            }
        }
        let what = self.what + (lacksStep ? [.text(" without a next step")] : [])
        draft.say(indices.isEmpty ? DealPhrase.none : DealPhrase.such, ["what": what])
        for index in indices.prefix(25) { deal(index, in: &draft) }
        draft.cite(reader.citations.prefix(1))
    }

    private var lacksStep: Bool { frame.has("next_step") && frame.isNegated }

    private func list(in draft: inout AnswerDraft) {
        if lacksStep || frame.thresholds.contains(where: \.isPercent) {
            narrowed(in: &draft)
            return
        }
        let count = reader.count("/deals")
        guard count > 0 else {
            none(in: &draft)
            return
        }
        if count == 1 || isOneDeal {
            direct(in: &draft)
        } else if frame.order != nil, !isPlural, frame.limit == nil, !frame.has("closing"), !frame.has("activity") {
            draft.say(
                DealPhrase.leader,
                [
                    "rank": [.text(frame.order == .ascending ? "smallest" : "largest")],
                    "name": [.data(reader.text("/deals/0/name") ?? "")], "amount": [figure("/deals/0/amount", .money)],
                ]
            )
        } else {
            found(in: &draft)
        }
        let limit = frame.limit ?? (frame.order != nil && !isPlural ? 3 : Self.shownMax)
        for index in 0..<min(count, max(1, min(limit, 25))) { deal(index, in: &draft) }
        draft.cite(reader.citations.filter { $0.source != "deal" })
        draft.suggest("Which deals are at risk?")
        draft.suggest("What is in our pipeline?")
    }

    private var isPlural: Bool { frame.words.contains("deals") || frame.words.contains("opportunities") }

    private func none(in draft: inout AnswerDraft) {
        draft.say(DealPhrase.none, ["what": what])
        draft.cite(reader.citations)
        draft.suggest("What is in our pipeline?")
        draft.suggest("Show the largest deals")
    }

    /// The one thing that was asked of a deal, first.
    private func direct(in draft: inout AnswerDraft) {
        let name: [Segment] = [.data(reader.text("/deals/0/name") ?? "")]
        if frame.groupings.contains("deal_owner") || frame.form == .which && isOneDeal,
            let owner = reader.text("/deals/0/owner")
        {
            draft.say(DealPhrase.owner, ["name": name, "owner": [.data(owner)]])
        } else if frame.has("closing"), let date = date("/deals/0/close_date") {
            draft.say(DealPhrase.closes, ["name": name, "date": [date]])
        } else {
            found(in: &draft)
        }
    }

    private func found(in draft: inout AnswerDraft) {
        draft.say(
            DealPhrase.found,
            ["what": what, "count": [figure("/total", .number)], "amount": [figure("/amount", .money)]]
        )
        if frame.has("weighted") {
            draft.say(.text(" "))
            draft.say(DealPhrase.weighted, ["weighted": [figure("/weighted", .money)]])
        }
    }

    private func date(_ pointer: String) -> Segment? {
        reader.text(pointer).flatMap { CalendarDate(String($0.prefix(10))) }.map(Segment.date)
    }

    private func deal(_ index: Int, in draft: inout AnswerDraft) {
        let base = "/deals/\(index)"
        /// Deals may lack a customer or an owner; then that is said, and no gap is left.
        func text(_ name: String, orElse words: String = "") -> [Segment] {
            let text = reader.text(base + "/" + name) ?? ""
            return [text.isEmpty ? .text(words) : .data(text)]
        }
        draft.say(.text("\n"))
        draft.say(
            DealPhrase.deal,
            [
                "name": text("name"), "account": text("account", orElse: "no account"),
                "amount": [figure(base + "/amount", .money)],
                "stage": text("stage"), "owner": text("owner", orElse: "nobody"),
                "close": date(base + "/close_date").map { [.text(", closing "), $0] } ?? [],
            ]
        )
        if frame.has("probability") || frame.has("weighted"), reader.exact(base + "/probability") != nil {
            draft.say(DealPhrase.chance, ["probability": [figure(base + "/probability", .percent)]])
        }
        if frame.has("next_step") || isOneDeal, let step = reader.text(base + "/next_step"),
            !step.isEmpty,
            !InstructionText.addressesAssistant(step)
        {
            draft.say(DealPhrase.step, ["step": [.data(step)]])
        }
        if frame.has("activity"), let date = date(base + "/last_activity_date") {
            draft.say(DealPhrase.activity, ["date": [date]])
        }
        let reasons = reader.value(base + "/at_risk/reasons")?.array?.compactMap(\.string) ?? []
        if frame.has("at_risk"), !reasons.isEmpty {
            draft.say(DealPhrase.risk, ["reasons": [.data(reasons.joined(separator: ", "))]])
        }
        draft.cite(reader.citations.filter { $0.id == reader.text(base + "/id") })
    }

    private func count(in draft: inout AnswerDraft) {
        guard let total = reader.exact("/total"), !total.isZero else {
            none(in: &draft)
            return
        }
        found(in: &draft)
        draft.cite(reader.citations)
        draft.suggest("Show the largest deals")
        draft.suggest("What is in our pipeline?")
    }

    // MARK: Groups

    private var rank: DealGroups.Rank {
        question.data["rank"]?.string.flatMap(DealGroups.Rank.init(rawValue:)) ?? .amount
    }

    /// Totals of deals by owner, account, region, stage or status, as the tool has worked them out over every deal.
    private func groups(in draft: inout AnswerDraft) {
        guard let total = reader.exact("/total"), !total.isZero else {
            none(in: &draft)
            return
        }
        let count = reader.count("/groups")
        guard count > 0, !isOneDeal else {
            direct(in: &draft)
            for index in 0..<min(reader.count("/deals"), 3) { deal(index, in: &draft) }
            draft.cite(reader.citations.prefix(1))
            return
        }
        let pointer: String
        let format: Figure.Format
        switch rank {
        case .count: (pointer, format) = ("/count", .number)
        case .weighted: (pointer, format) = ("/weighted", .money)
        case .average: (pointer, format) = ("/average_amount", .money)
        case .amount, .winRate: (pointer, format) = ("/amount", .money)
        }
        found(in: &draft)
        if rank == .average {
            draft.say(.text(" "))
            draft.say(DealPhrase.size, ["scope": [], "size": [figure("/average_amount", .money)]])
        }
        best(pointer, format, in: &draft)
        draft.cite(reader.citations.prefix(1))
        let shown = shownGroups(count)
        for index in 0..<shown { row("/groups/\(index)", in: &draft) }
        rest(shown, in: &draft)
        chart(title, pointer, unit: rank == .count ? "number" : "currency", in: &draft)
        draft.suggest("Which deals are at risk?")
        draft.suggest("What is in our pipeline?")
    }

    private var title: String {
        switch rank {
        case .count: "Deals"
        case .weighted: "Weighted amount"
        case .average: "Average deal size"
        case .amount, .winRate: "Amount"
        }
    }

    /// A group's own figure, and beside it what else is known of it.
    private func row(_ base: String, in draft: inout AnswerDraft) {
        let deals: [Segment] = [
            figure(base + "/count", .number),
            .text(reader.exact(base + "/count") == ExactNumber(1) ? " deal" : " deals"),
        ]
        let amount: [Segment] = [figure(base + "/amount", .money)]
        let first: [Segment]
        let second: [Segment]
        switch rank {
        case .count: (first, second) = (deals, amount)
        case .weighted:
            first = [figure(base + "/weighted", .money), .text(" weighted")]
            second = amount + [.text(" in ")] + deals
        case .average:
            first = [figure(base + "/average_amount", .money), .text(" on average")]
            second = amount + [.text(" in ")] + deals
        case .amount, .winRate: (first, second) = (amount, deals)
        }
        draft.say(.text("\n"))
        draft.say(
            DealPhrase.row,
            [
                "name": [.data(reader.text(base + "/name") ?? "")], "amount": first,
                "count": [.text(" (")] + second + [.text(")")],
            ]
        )
    }

    /// The first of a rank that was asked for, with those that share the place.
    private func best(_ pointer: String, _ format: Figure.Format, in draft: inout AnswerDraft) {
        guard let order = frame.order, reader.count("/group_by") == 1 else { return }
        let named = (0..<reader.count("/groups")).filter { index in
            reader.exact("/groups/\(index)" + pointer) != nil
                && reader.text("/groups/\(index)/name") != DealGroups.unassigned
        }
        guard let first = named.first, let value = reader.exact("/groups/\(first)" + pointer) else { return }
        let names = named.filter { reader.exact("/groups/\($0)" + pointer) == value }.prefix(5)
            .compactMap { reader.text("/groups/\($0)/name") }
        let isMost = order != .ascending
        let words: String
        switch rank {
        case .count: words = isMost ? "most deals" : "fewest deals"
        case .weighted: words = isMost ? "largest weighted amount" : "smallest weighted amount"
        case .average: words = isMost ? "largest average deal" : "smallest average deal"
        case .amount: words = isMost ? "largest amount" : "smallest amount"
        case .winRate: words = isMost ? "highest win rate" : "lowest win rate"
        }
        draft.say(.text(" "))
        draft.say(
            DealPhrase.best,
            [
                "rank": [.text(words)], "name": [.data(names.joined(separator: ", "))],
                "value": [figure("/groups/\(first)" + pointer, format)],
            ]
        )
    }

    private func shownGroups(_ count: Int) -> Int { min(count, max(1, min(frame.limit ?? 25, 25))) }

    /// How many groups there are, where not all are shown.
    private func rest(_ shown: Int, in draft: inout AnswerDraft) {
        guard let total = reader.exact("/groups_total"), ExactNumber(shown) < total else { return }
        draft.say(.text("\n\n"))
        draft.say(DealPhrase.more, ["count": [figure("/groups_total", .number)]])
    }

    private func chart(_ title: String, _ pointer: String, unit: String, in draft: inout AnswerDraft) {
        let count = shownGroups(reader.count("/groups"))
        guard count > 1 else { return }
        let by = (reader.value("/group_by")?.array ?? []).compactMap(\.string)
        draft.show(
            chart: ChartShape.chart(
                frame.chart == "pie" && unit != "ratio" ? "pie" : "bar",
                title: "\(title) by \(by.joined(separator: " and "))",
                labels: (0..<count).map { reader.text("/groups/\($0)/name") ?? "" },
                datasets: [(title, (0..<count).map { reader.value("/groups/\($0)" + pointer) ?? .null })],
                unit: unit,
                currency: situation.settings.currency
            )
        )
    }
}
