internal import AgentRuntime

/// Words what `arr_movement` found.
struct ARRAnswer {
    let question: AskedQuestion
    let situation: Situation

    static let phrases: [Phrase] = [
        level, levelChange, levelSame, net, gross, logo, basis, nothingKept, lost, reason, kind, gained, bridge, step,
        customer, series, group, against,
    ]

    private static let level = Phrase("arr_level", "date", "value", "mrr", "customers")
    private static let levelChange = Phrase("arr_level_change", "change", "percent", "opening", "date")
    private static let levelSame = Phrase("arr_level_same", "date")
    private static let net = Phrase("arr_retention_net", "period", "value")
    private static let gross = Phrase("arr_retention_gross", "period", "value")
    private static let logo = Phrase("arr_retention_logo", "period", "value")
    private static let basis = Phrase("arr_retention_basis", "opening", "date", "lost", "expansion")
    private static let nothingKept = Phrase("arr_retention_nothing", "date")
    private static let lost = Phrase("arr_lost", "period", "value", "churn", "churned", "contraction", "contracted")
    private static let reason = Phrase("arr_reason", "reason", "amount", "customers")
    private static let kind = Phrase("arr_kind", "name", "period", "value", "customers")
    private static let gained = Phrase("arr_gained", "period", "value", "new", "customers", "expansion", "reactivation")
    private static let bridge = Phrase("arr_bridge", "period", "opening", "date", "closing", "end", "change")
    private static let step = Phrase("arr_bridge_step", "name", "amount", "customers")
    private static let customer = Phrase("arr_customer", "name", "amount", "reason")
    private static let series = Phrase("arr_series_step", "period", "closing", "change")
    private static let group = Phrase("arr_group", "name", "closing", "share")
    private static let against = Phrase("arr_against", "difference", "period", "before")

    private static let shownMax = 5
    private static let kindNames = [
        "new": "New ARR", "expansion": "ARR from expansion", "contraction": "ARR lost to contraction",
        "churn": "ARR lost to churn", "reactivation": "ARR from customers that came back",
    ]

    private var focus: String { question.data["focus"]?.string ?? "level" }
    private var subjects: [String] { (question.data["subjects"]?.array ?? []).compactMap(\.string) }

    func draft() -> AnswerDraft {
        var draft = AnswerDraft()
        for (index, call) in question.calls.enumerated() {
            if index > 0 { draft.say(.text("\n\n")) }
            let reader = FigureReader(call)
            say(reader, in: &draft)
            draft.cite(reader.citations)
        }
        guard let call = question.calls.first else { return draft }
        let reader = FigureReader(call)
        if question.calls.count == 2 { compare(reader, FigureReader(question.calls[1]), in: &draft) }
        if let chart = chart(reader) { draft.show(chart: chart) }
        suggest(reader, in: &draft)
        return draft
    }

    private func say(_ reader: FigureReader, in draft: inout AnswerDraft) {
        switch focus {
        case "retention": retention(reader, in: &draft)
        case "lost": lost(reader, in: &draft)
        case "gained": gained(reader, in: &draft)
        case "bridge": bridge(reader, in: &draft)
        case "series": series(reader, in: &draft)
        case "groups":
            level(reader, in: &draft)
            groups(reader, in: &draft)
        case "level": level(reader, in: &draft)
        default: kind(focus, reader, in: &draft)
        }
    }

    // MARK: Pieces

    private func money(
        _ reader: FigureReader,
        _ pointer: String,
        signed: Bool = false,
        magnitude: Bool = false
    )
        -> [Segment]
    {
        [.figure(Figure(reader.reference(pointer), format: .money, isSigned: signed, isMagnitude: magnitude))]
    }

    private func percent(_ reader: FigureReader, _ pointer: String) -> [Segment] {
        [.figure(Figure(reader.reference(pointer), format: .percent))]
    }

    private func customers(_ reader: FigureReader, _ pointer: String) -> [Segment] {
        let isOne = reader.exact(pointer) == ExactNumber(1)
        return [
            .figure(Figure(reader.reference(pointer), format: .number)), .text(isOne ? " customer" : " customers"),
        ]
    }

    private func date(_ reader: FigureReader, _ pointer: String) -> [Segment] {
        [.date(reader.text(pointer).flatMap(CalendarDate.init) ?? situation.today)]
    }

    /// The period with the part of the business that it is narrowed to.
    private func period(_ reader: FigureReader) -> [Segment] {
        var segments: [Segment] =
            reader.period("/period", in: situation).map { [.period($0)] } ?? [.data(reader.text("/period/label") ?? "")]
        for filter in reader.value("/filters")?.array ?? [] {
            segments += [.text(", "), .data(filter["values"]?[0]?.string ?? "")]
        }
        return segments
    }

    // MARK: Sentences

    private func level(_ reader: FigureReader, in draft: inout AnswerDraft) {
        draft.say(
            Self.level,
            [
                "date": date(reader, "/as_of"), "value": money(reader, "/closing_arr"),
                "mrr": money(reader, "/closing_mrr"), "customers": customers(reader, "/closing_customers"),
            ]
        )
        draft.say(.text(" "))
        guard let change = reader.exact("/net_change"), !change.isZero else {
            draft.say(Self.levelSame, ["date": date(reader, "/opening_date")])
            return
        }
        var percent: [Segment] = []
        if reader.exact("/opening_arr")?.isZero == false {
            let figure = Figure(
                reader.reference("/closing_arr"),
                .change(from: reader.reference("/opening_arr")),
                format: .percent,
                isSigned: true
            )
            percent = [.text(" ("), .figure(figure), .text(")")]
        }
        draft.say(
            Self.levelChange,
            [
                "change": money(reader, "/net_change", signed: true), "percent": percent,
                "opening": money(reader, "/opening_arr"), "date": date(reader, "/opening_date"),
            ]
        )
    }

    private func retention(_ reader: FigureReader, in draft: inout AnswerDraft) {
        guard reader.exact("/ndr") != nil else {
            draft.say(Self.nothingKept, ["date": date(reader, "/opening_date")])
            return
        }
        let measures: [(subject: String, phrase: Phrase, pointer: String)] = [
            ("ndr", Self.net, "/ndr"), ("grr", Self.gross, "/grr"),
            ("logo_retention", Self.logo, "/logo_retention"),
        ]
        for measure in measures where subjects.contains(measure.subject) {
            draft.say(measure.phrase, ["period": period(reader), "value": percent(reader, measure.pointer)])
            draft.say(.text(" "))
        }
        draft.say(
            Self.basis,
            [
                "opening": money(reader, "/opening_arr"), "date": date(reader, "/opening_date"),
                "lost": money(reader, "/lost_arr"), "expansion": money(reader, "/movements/expansion/arr"),
            ]
        )
    }

    private func lost(_ reader: FigureReader, in draft: inout AnswerDraft) {
        draft.say(
            Self.lost,
            [
                "period": period(reader), "value": money(reader, "/lost_arr"),
                "churn": money(reader, "/movements/churn/arr", magnitude: true),
                "churned": customers(reader, "/movements/churn/customers"),
                "contraction": money(reader, "/movements/contraction/arr", magnitude: true),
                "contracted": customers(reader, "/movements/contraction/customers"),
            ]
        )
        for kind in ["churn", "contraction"] { reasons(kind, reader, in: &draft) }
        changed({ ["churn", "contraction"].contains($0) }, reader, in: &draft)
    }

    private func reasons(_ kind: String, _ reader: FigureReader, in draft: inout AnswerDraft) {
        let base = "/movements/\(kind)/reasons"
        for index in 0..<min(reader.count(base), Self.shownMax) {
            draft.say(.text("\n"))
            draft.say(
                Self.reason,
                [
                    "reason": [
                        .text(kind == "churn" ? "Left: " : "Pays less: "),
                        .data(reader.text("\(base)/\(index)/reason") ?? ""),
                    ],
                    "amount": money(reader, "\(base)/\(index)/arr", magnitude: true),
                    "customers": customers(reader, "\(base)/\(index)/count"),
                ]
            )
        }
    }

    /// The customers that moved most in some ways.
    private func changed(_ isWanted: (String) -> Bool, _ reader: FigureReader, in draft: inout AnswerDraft) {
        let found = (0..<reader.count("/changes")).filter { isWanted(reader.text("/changes/\($0)/movement") ?? "") }
        guard !found.isEmpty else { return }
        draft.say(.text("\n\nLargest:"))
        for index in found.prefix(question.frame.limit ?? Self.shownMax) {
            let base = "/changes/\(index)"
            let reason = reader.text(base + "/reason") ?? ""
            draft.say(.text("\n"))
            draft.say(
                Self.customer,
                [
                    "name": [.data(reader.text(base + "/customer") ?? "")],
                    "amount": money(reader, base + "/arr", signed: true),
                    "reason": reason.isEmpty ? [] : [.text(" ("), .data(reason), .text(")")],
                ]
            )
        }
    }

    private func kind(_ kind: String, _ reader: FigureReader, in draft: inout AnswerDraft) {
        draft.say(
            Self.kind,
            [
                "name": [.text(Self.kindNames[kind] ?? "ARR")], "period": period(reader),
                "value": money(reader, "/movements/\(kind)/arr", magnitude: true),
                "customers": customers(reader, "/movements/\(kind)/customers"),
            ]
        )
        reasons(kind, reader, in: &draft)
        changed({ $0 == kind }, reader, in: &draft)
    }

    private func gained(_ reader: FigureReader, in draft: inout AnswerDraft) {
        draft.say(
            Self.gained,
            [
                "period": period(reader), "value": money(reader, "/gained_arr"),
                "new": money(reader, "/movements/new/arr"), "customers": customers(reader, "/movements/new/customers"),
                "expansion": money(reader, "/movements/expansion/arr"),
                "reactivation": money(reader, "/movements/reactivation/arr"),
            ]
        )
        changed({ !["churn", "contraction"].contains($0) }, reader, in: &draft)
    }

    private func bridge(_ reader: FigureReader, in draft: inout AnswerDraft) {
        draft.say(
            Self.bridge,
            [
                "period": period(reader), "opening": money(reader, "/opening_arr"),
                "date": date(reader, "/opening_date"), "closing": money(reader, "/closing_arr"),
                "end": date(reader, "/as_of"), "change": money(reader, "/net_change", signed: true),
            ]
        )
        let names = [
            "new": "New customers", "expansion": "Expansion", "reactivation": "Reactivation",
            "contraction": "Contraction", "churn": "Churn",
        ]
        for kind in ["new", "expansion", "reactivation", "contraction", "churn"] {
            let base = "/movements/\(kind)"
            guard reader.exact(base + "/arr")?.isZero == false else { continue }
            draft.say(.text("\n"))
            draft.say(
                Self.step,
                [
                    "name": [.text(names[kind] ?? "")], "amount": money(reader, base + "/arr", signed: true),
                    "customers": customers(reader, base + "/customers"),
                ]
            )
        }
    }

    private func series(_ reader: FigureReader, in draft: inout AnswerDraft) {
        level(reader, in: &draft)
        for index in 0..<reader.count("/series") {
            let base = "/series/\(index)"
            draft.say(.text("\n"))
            draft.say(
                Self.series,
                [
                    "period": reader.period(base + "/period", in: situation).map { [.period($0)] }
                        ?? [.data(reader.text(base + "/period/label") ?? "")],
                    "closing": money(reader, base + "/closing_arr"),
                    "change": money(reader, base + "/net_change", signed: true),
                ]
            )
        }
    }

    private func groups(_ reader: FigureReader, in draft: inout AnswerDraft) {
        for index in 0..<min(reader.count("/groups"), question.frame.limit ?? 10) {
            let base = "/groups/\(index)"
            draft.say(.text("\n"))
            draft.say(
                Self.group,
                [
                    "name": [.data(reader.text(base + "/name") ?? "")],
                    "closing": money(reader, base + "/closing_arr"),
                    "share": reader.exact(base + "/share") == nil
                        ? [] : [.text(", ")] + percent(reader, base + "/share"),
                ]
            )
        }
    }

    // MARK: Two periods

    /// The figure that two periods are compared by.
    private var pointer: String {
        switch focus {
        case "retention": subjects.contains("ndr") ? "/ndr" : subjects.contains("grr") ? "/grr" : "/logo_retention"
        case "lost": "/lost_arr"
        case "gained": "/gained_arr"
        case "new", "expansion", "contraction", "churn": "/movements/\(focus)/arr"
        case "bridge": "/net_change"
        default: "/closing_arr"
        }
    }

    private func compare(_ reader: FigureReader, _ other: FigureReader, in draft: inout AnswerDraft) {
        guard reader.exact(pointer) != nil, other.exact(pointer) != nil else { return }
        draft.say(.text("\n\n"))
        let difference = Figure(
            reader.reference(pointer),
            .difference(from: other.reference(pointer)),
            format: focus == "retention" ? .points : .money,
            isSigned: true
        )
        draft.say(
            Self.against,
            ["difference": [.figure(difference)], "period": period(reader), "before": period(other)]
        )
    }

    // MARK: Around it

    private func chart(_ reader: FigureReader) -> JSONValue? {
        let title = "ARR, \(reader.text("/period/label") ?? "")"
        let currency = situation.settings.currency
        func values(_ list: String, _ name: String) -> [JSONValue] {
            (0..<reader.count(list)).map { reader.value("\(list)/\($0)/\(name)") ?? .null }
        }
        func labels(_ list: String, _ name: String) -> [String] {
            (0..<reader.count(list)).map { reader.text("\(list)/\($0)/\(name)") ?? "" }
        }
        if reader.count("/series") > 1 {
            return ChartShape.chart(
                question.frame.chart == "bar" ? "bar" : "line",
                title: title,
                labels: labels("/series", "period/label"),
                datasets: [("ARR", values("/series", "closing_arr"))],
                unit: "currency",
                currency: currency
            )
        }
        if reader.count("/groups") > 1 {
            return ChartShape.chart(
                question.frame.chart == "pie" ? "pie" : "bar",
                title: title,
                labels: labels("/groups", "name"),
                datasets: [("ARR", values("/groups", "closing_arr"))],
                unit: "currency",
                currency: currency
            )
        }
        // Opening and closing alone show nothing.
        guard reader.count("/waterfall") > 2 else { return nil }
        return ChartShape.chart(
            "waterfall",
            title: title,
            labels: labels("/waterfall", "name"),
            datasets: [("ARR", values("/waterfall", "value"))],
            unit: "currency",
            currency: currency
        )
    }

    private func suggest(_ reader: FigureReader, in draft: inout AnswerDraft) {
        guard let period = reader.period("/period", in: situation), period.unit != nil else {
            draft.suggest("What is our ARR?")
            return
        }
        let label = situation.label(period)
        if focus != "retention" { draft.suggest("What was our net dollar retention in \(label)?") }
        if focus != "bridge" { draft.suggest("Show me the ARR bridge for \(label)") }
    }
}
