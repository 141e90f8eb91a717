package import AgentRuntime

/// Reads questions whether an investment pays: "is it worth investing $25K to earn $50K over 6 months?".
///
/// The question must give the amounts and the time: the data tells nothing of what has not been done yet.
package struct InitiativeSkill: Skill {
    package let name = "initiative"
    package let words: [VocabularyEntry] = FinanceWords.entries(
        .cue(":initiative"),
        "roi|return on investment|payback|payback period|pay back|pay itself back|pay for itself|net present value|npv|"
            + "internal rate of return|irr|worth investing|worth the investment|business case|worth it to invest"
    )
    package let phrases: [Phrase] = [
        Self.lead, Self.roi, Self.noROI, Self.payback, Self.noPayback, Self.value, Self.rate, Self.breakEven,
        Self.basis,
    ]

    private static let lead = Phrase("initiative_lead", "investment", "inflow", "months", "gain")
    private static let roi = Phrase("initiative_roi", "roi")
    private static let noROI = Phrase("initiative_no_roi")
    private static let payback = Phrase("initiative_payback", "months")
    private static let noPayback = Phrase("initiative_no_payback")
    private static let value = Phrase("initiative_npv", "npv", "rate")
    private static let rate = Phrase("initiative_irr", "rate")
    private static let breakEven = Phrase("initiative_break_even", "share")
    private static let basis = Phrase("initiative_basis")

    package init() {}

    package func plans(for frame: Frame, in situation: Situation) -> [SkillPlan] {
        guard frame.isAbout("initiative"), let question = InitiativeQuestion(frame.text) else { return [] }
        return [
            SkillPlan(
                skill: name,
                calls: [PlannedCall(InitiativeAnalysisTool.name, question.arguments)],
                score: 1,
                preference: 6
            )
        ]
    }

    package func answer(_ question: AskedQuestion, in situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        func figure(_ pointer: String, _ format: Figure.Format, signed: Bool = false) -> [Segment] {
            [.figure(Figure(reader.reference(pointer), format: format, isSigned: signed))]
        }
        draft.say(
            Self.lead,
            [
                "investment": figure("/investment", .money), "inflow": figure("/inflow", .money),
                "months": figure("/months", .number), "gain": figure("/net_gain", .money, signed: true),
            ]
        )
        var sentences: [(Phrase, [String: [Segment]])] = []
        sentences.append(
            reader.exact("/roi") == nil ? (Self.noROI, [:]) : (Self.roi, ["roi": figure("/roi", .percent)])
        )
        sentences.append(
            reader.exact("/payback_months") == nil
                ? (Self.noPayback, [:]) : (Self.payback, ["months": figure("/payback_months", .number)])
        )
        sentences.append((Self.value, ["npv": figure("/npv", .money), "rate": figure("/discount_rate", .percent)]))
        if reader.exact("/irr") != nil { sentences.append((Self.rate, ["rate": figure("/irr", .percent)])) }
        if reader.exact("/break_even_share") != nil {
            sentences.append((Self.breakEven, ["share": figure("/break_even_share", .percent)]))
        }
        sentences.append((Self.basis, [:]))
        for (phrase, values) in sentences {
            draft.say(.text(" "))
            draft.say(phrase, values)
        }
        draft.cite(reader.citations)
        let count = reader.count("/cash_flows")
        if count > 1 {
            draft.show(
                chart: ChartShape.chart(
                    "line",
                    title: "Cash flows added up",
                    labels: (0..<count).map { reader.text("/cash_flows/\($0)/period") ?? "" },
                    datasets: [
                        ("Cumulative", (0..<count).map { reader.value("/cash_flows/\($0)/cumulative") ?? .null })
                    ],
                    unit: "currency",
                    currency: situation.settings.currency
                )
            )
        }
        return draft
    }

    package func suggestions(in situation: Situation) -> [String] { [] }
}

/// The amounts and the time of a question about an investment.
struct InitiativeQuestion {
    private enum Kind { case investment, outcome }

    private(set) var arguments = JSONObject()

    private static let investing: Set<String> = [
        "invest", "investment", "cost", "spend", "outlay", "pay", "put", "buy", "expens",
    ]
    private static let earning: Set<String> = [
        "return", "bring", "brought", "earn", "revenu", "yield", "save", "saving", "generat", "give", "get", "gain",
        "make",
        "add", "sale", "profit", "back", "inflow", "increas",
    ]
    private static let times: Set<String> = ["month", "year", "quarter", "week", "day"]

    /// `nil` unless the text names an investment, what it brings and over what time.
    init?(_ text: String) {
        let tokens = Tokenizer.tokens(of: text).filter { !$0.isSign }
        var amounts: [(value: ExactNumber, kind: Kind?, perMonths: Int?)] = []
        var months: Int?
        var last = -1
        for (index, token) in tokens.enumerated() {
            guard let number = token.number else { continue }
            let next = index + 1 < tokens.count ? tokens[index + 1].word : ""
            let unit = next.hasSuffix("s") ? String(next.dropLast()) : next
            if number.unit == .plain, Self.times.contains(unit) {
                guard let count = try? InitiativeAnalysis.months(.string("\(number.value.literal) \(unit)")) else {
                    return nil
                }
                months = count
                continue
            }
            if number.unit == .percent {
                arguments["discount_rate"] = .exact(number.value.shifted(by: -2))
                continue
            }
            guard !number.value.isNegative else { return nil }
            let scale = ["thousand": 3, "k": 3, "million": 6, "m": 6, "billion": 9][next] ?? 0
            var after = index + (scale > 0 ? 2 : 1)
            if after < tokens.count, ["dollars", "euros", "usd", "eur"].contains(tokens[after].word) { after += 1 }
            let words = tokens[min(after, tokens.count)..<min(after + 2, tokens.count)].map(\.word)
            let kind = Self.kind(tokens[(last + 1)..<index].map(\.stem).reversed())
            amounts.append((number.value.shifted(by: scale), kind, Self.per(words)))
            last = index
        }
        if amounts.count == 2, amounts[0].kind == nil || amounts[0].kind == amounts[1].kind {
            let other = amounts[1].kind == .investment ? Kind.outcome : .investment
            amounts[0].kind = other
            if amounts[1].kind == nil { amounts[1].kind = .outcome }
        }
        if amounts.count == 2, amounts[1].kind == nil {
            amounts[1].kind = amounts[0].kind == .outcome ? .investment : .outcome
        }
        guard let months, amounts.count == 2, let investment = amounts.first(where: { $0.kind == .investment }),
            let outcome = amounts.first(where: { $0.kind == .outcome }), investment.perMonths == nil
        else { return nil }
        var total = outcome.value
        if let per = outcome.perMonths {
            guard let product = outcome.value.multiplied(by: ExactNumber(months)),
                let shared = product.divided(by: ExactNumber(per), places: 4)
            else { return nil }
            total = shared
        }
        arguments["investment"] = .exact(investment.value)
        arguments["expected_outcome"] = ["return": .exact(total)]
        arguments["timeline"] = .integer(months)
    }

    /// What the nearest telling word before an amount says of it.
    private static func kind(_ stems: [String]) -> Kind? {
        for stem in stems {
            if investing.contains(where: { stem.hasPrefix($0) }) { return .investment }
            if earning.contains(where: { stem.hasPrefix($0) }) { return .outcome }
        }
        return nil
    }

    /// "a month", "per year", "monthly": the months of the unit.
    private static func per(_ words: [String]) -> Int? {
        guard let first = words.first else { return nil }
        if first == "monthly" { return 1 }
        if ["annually", "yearly"].contains(first) { return 12 }
        guard words.count == 2, ["a", "per", "each", "every"].contains(first) else { return nil }
        return ["month": 1, "quarter": 3, "year": 12][words[1]]
    }
}
