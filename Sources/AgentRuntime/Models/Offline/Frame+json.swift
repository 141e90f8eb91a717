// The frame as it stands in a turn's notes. Names are for ever; absent members are empty.

extension Frame {
    package var json: JSONValue {
        var object: JSONObject = ["text": .string(text)]
        func put(_ name: String, _ list: [String]) {
            if !list.isEmpty { object[name] = .array(list.map(JSONValue.string)) }
        }
        put("metrics", metrics)
        put("subjects", subjects)
        if !filters.isEmpty { object["filters"] = .array(filters.map(\.json)) }
        put("groupings", groupings)
        if !periods.isEmpty { object["periods"] = .array(periods.map(\.json)) }
        if hasBaseline { object["has_baseline"] = true }
        if let formerPeriod { object["former_period"] = formerPeriod.json }
        put("comparisons", comparisons)
        if let granularity { object["granularity"] = .string(granularity) }
        if let order { object["order"] = .string(order.rawValue) }
        if let limit { object["limit"] = .integer(limit) }
        if !thresholds.isEmpty { object["thresholds"] = .array(thresholds.map(\.json)) }
        put("cues", cues)
        if let chart { object["chart"] = .string(chart) }
        object["form"] = .string(form.rawValue)
        object["tense"] = .string(tense.rawValue)
        if isNegated { object["negated"] = true }
        if isJoined { object["joined"] = true }
        if inheritsSubject { object["inherits_subject"] = true }
        put("words", words)
        put("unexplained", unexplained.filter { !$0.isTolerable }.map(\.text))
        put("ignored", unexplained.filter(\.isTolerable).map(\.text))
        return .object(object)
    }

    package init?(json: JSONValue, fiscalYearStart: Int) {
        guard let object = json.object else { return nil }
        func list(_ name: String) -> [String] { object[name]?.array?.compactMap(\.string) ?? [] }
        self.init()
        text = object["text"]?.string ?? ""
        metrics = list("metrics")
        subjects = list("subjects")
        filters = object["filters"]?.array?.compactMap(Filter.init(json:)) ?? []
        groupings = list("groupings")
        periods = object["periods"]?.array?.compactMap { Span(json: $0, fiscalYearStart: fiscalYearStart) } ?? []
        hasBaseline = object["has_baseline"]?.bool ?? false
        formerPeriod = object["former_period"].flatMap { Span(json: $0, fiscalYearStart: fiscalYearStart) }
        comparisons = list("comparisons")
        granularity = object["granularity"]?.string
        order = object["order"]?.string.flatMap(SortOrder.init(rawValue:))
        limit = object["limit"]?.int
        thresholds = object["thresholds"]?.array?.compactMap(Threshold.init(json:)) ?? []
        cues = list("cues")
        chart = object["chart"]?.string
        form = object["form"]?.string.flatMap(Form.init(rawValue:)) ?? .other
        tense = object["tense"]?.string.flatMap(Tense.init(rawValue:)) ?? .present
        isNegated = object["negated"]?.bool ?? false
        isJoined = object["joined"]?.bool ?? false
        inheritsSubject = object["inherits_subject"]?.bool ?? false
        words = list("words")
        unexplained =
            list("unexplained").map { Word(text: $0, isTolerable: false) }
            + list("ignored").map { Word(text: $0, isTolerable: true) }
    }
}

extension Frame.Filter {
    package var json: JSONValue {
        var object: JSONObject = [
            "dimension": .string(dimension), "values": .array(values.map(JSONValue.string)),
        ]
        if isExcluded { object["exclude"] = true }
        return .object(object)
    }

    package init?(json: JSONValue) {
        guard let dimension = json["dimension"]?.string, let values = json["values"]?.array else { return nil }
        self.init(
            dimension: dimension,
            values: values.compactMap(\.string),
            isExcluded: json["exclude"]?.bool ?? false
        )
    }
}

extension Frame.Span {
    package var json: JSONValue {
        [
            "words": .string(words), "start_date": .string(period.start.description),
            "end_date": .string(period.end.description), "to_date": .bool(isToDate),
        ]
    }

    package init?(json: JSONValue, fiscalYearStart: Int) {
        guard let start = json["start_date"]?.string.flatMap(CalendarDate.init),
            let end = json["end_date"]?.string.flatMap(CalendarDate.init),
            let period = Period(start: start, end: end, fiscalYearStart: fiscalYearStart)
        else { return nil }
        self.init(
            words: json["words"]?.string ?? "",
            period: period,
            isToDate: json["to_date"]?.bool ?? false
        )
    }
}

extension Frame.Threshold {
    package var json: JSONValue {
        [
            "above": .bool(isAbove), "value": .number(JSONNumber(validLiteral: value.literal)),
            "percent": .bool(isPercent), "words": .string(words),
        ]
    }

    package init?(json: JSONValue) {
        guard let literal = json["value"]?.number?.literal, let value = ExactNumber(literal) else { return nil }
        self.init(
            isAbove: json["above"]?.bool ?? true,
            value: value,
            isPercent: json["percent"]?.bool ?? false,
            words: json["words"]?.string ?? ""
        )
    }
}
