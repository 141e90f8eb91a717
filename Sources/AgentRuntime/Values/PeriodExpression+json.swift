// Expressions as JSON, so that a conversation's frames can be recorded: an array of a kind and its operands, such as
// `["named", ["quarter", 2], ["of", ["year", 2025]]]`. Kinds are for ever.

extension PeriodExpression {
    package var json: JSONValue {
        switch self {
        case .day(let date): ["day", .string(date.description)]
        case .named(let part, let anchor): ["named", part.json, anchor.json]
        case .year(let year): ["year", .integer(year)]
        case .relative(let unit, let offset): ["relative", .string(unit.rawValue), .integer(offset)]
        case .adjacent(let unit, let offset): ["adjacent", .optional(unit?.rawValue), .integer(offset)]
        case .beside(let unit, let offset, let other):
            ["beside", .optional(unit?.rawValue), .integer(offset), other.json]
        case .preceding(let count, let unit): ["preceding", .integer(count), .string(unit.rawValue)]
        case .trailing(let count, let unit): ["trailing", .integer(count), .string(unit.rawValue)]
        case .coming(let count, let unit): ["coming", .integer(count), .string(unit.rawValue)]
        case .ending(let count, let unit, let other):
            ["ending", .integer(count), .string(unit.rawValue), other.json]
        case .toDate(let unit, let year): ["to_date", .string(unit.rawValue), year?.json ?? .null]
        case .since(let other): ["since", other.json]
        case .before(let other): ["before", other.json]
        case .after(let other): ["after", other.json]
        case .through(let other): ["through", other.json]
        case .rest(let other): ["rest", other.json]
        case .span(let first, let last): ["span", first.json, last.json]
        case .edge(let count, let unit, let other): ["edge", .integer(count), .string(unit.rawValue), other.json]
        case .nth(let unit, let index, let other): ["nth", .string(unit.rawValue), .integer(index), other.json]
        case .containing(let unit, let other): ["containing", .string(unit.rawValue), other.json]
        case .same(let unit, let year): ["same", .optional(unit?.rawValue), year.json]
        case .calendar(let other): ["calendar", other.json]
        case .allTime: ["all_time"]
        }
    }

    /// Reads what `json` wrote; `nil` for anything else.
    package init?(_ json: JSONValue) {
        guard let kind = json[0]?.string, let expression = PeriodExpression.read(kind, json) else { return nil }
        self = expression
    }

    private static func read(_ kind: String, _ json: JSONValue) -> PeriodExpression? {
        let count = json.array?.count
        switch (kind, count) {
        case ("day", 2): return json[1]?.string.flatMap(CalendarDate.init).map(PeriodExpression.day)
        case ("named", 3):
            guard let part = json[1].flatMap(Part.init), let anchor = json[2].flatMap(Anchor.init) else { return nil }
            return .named(part, anchor)
        case ("year", 2): return number(json[1], 1...9999).map(PeriodExpression.year)
        case ("relative", 3):
            guard let unit = unit(json[1]), let offset = number(json[2], -10_000...10_000) else { return nil }
            return .relative(unit, offset)
        case ("adjacent", 3):
            guard let offset = number(json[2], -10_000...10_000) else { return nil }
            if json[1] == .null { return .adjacent(nil, offset) }
            return unit(json[1]).map { .adjacent($0, offset) }
        case ("beside", 4):
            guard let offset = number(json[2], -10_000...10_000), let other = nested(json[3]) else { return nil }
            if json[1] == .null { return .beside(nil, offset, other) }
            return unit(json[1]).map { .beside($0, offset, other) }
        case ("trailing", 3), ("coming", 3), ("preceding", 3):
            guard let count = number(json[1], 1...10_000), let unit = unit(json[2]) else { return nil }
            switch kind {
            case "trailing": return .trailing(count, unit)
            case "coming": return .coming(count, unit)
            default: return .preceding(count, unit)
            }
        case ("ending", 4):
            guard let count = number(json[1], 1...10_000), let unit = unit(json[2]), let other = nested(json[3])
            else { return nil }
            return .ending(count, unit, other)
        case ("to_date", 3):
            guard let unit = unit(json[1]) else { return nil }
            if json[2] == .null { return .toDate(unit, of: nil) }
            return nested(json[2]).map { .toDate(unit, of: $0) }
        case ("since", 2): return nested(json[1]).map(PeriodExpression.since)
        case ("before", 2): return nested(json[1]).map(PeriodExpression.before)
        case ("after", 2): return nested(json[1]).map(PeriodExpression.after)
        case ("through", 2): return nested(json[1]).map(PeriodExpression.through)
        case ("rest", 2): return nested(json[1]).map(PeriodExpression.rest)
        case ("calendar", 2): return nested(json[1]).map(PeriodExpression.calendar)
        case ("span", 3):
            guard let first = nested(json[1]), let last = nested(json[2]) else { return nil }
            return .span(first, last)
        case ("edge", 4):
            guard let count = number(json[1], -10_000...10_000), count != 0, let unit = unit(json[2]),
                let other = nested(json[3])
            else { return nil }
            return .edge(count, unit, of: other)
        case ("nth", 4):
            guard let unit = unit(json[1]), let index = number(json[2], -10_000...10_000), index != 0,
                let other = nested(json[3])
            else { return nil }
            return .nth(unit, index, of: other)
        case ("containing", 3):
            guard let unit = unit(json[1]), let other = nested(json[2]) else { return nil }
            return .containing(unit, other)
        case ("same", 3):
            guard let year = nested(json[2]) else { return nil }
            if json[1] == .null { return .same(nil, of: year) }
            return unit(json[1]).map { .same($0, of: year) }
        case ("all_time", 1): return .allTime
        default: return nil
        }
    }

    private static func nested(_ json: JSONValue?) -> PeriodExpression? { json.flatMap { PeriodExpression($0) } }

    private static func unit(_ json: JSONValue?) -> Granularity? { json?.string.flatMap(Granularity.init) }

    fileprivate static func number(_ json: JSONValue?, _ range: ClosedRange<Int>) -> Int? {
        json?.int.flatMap { range.contains($0) ? $0 : nil }
    }
}

extension PeriodExpression.Part {
    fileprivate var json: JSONValue {
        switch self {
        case .month(let month): ["month", .integer(month)]
        case .quarter(let quarter): ["quarter", .integer(quarter)]
        case .half(let half): ["half", .integer(half)]
        case .week(let week): ["week", .integer(week)]
        case .day(let month, let day): ["day", .integer(month), .integer(day)]
        case .weekday(let weekday): ["weekday", .integer(weekday.rawValue)]
        }
    }

    fileprivate init?(_ json: JSONValue) {
        func number(_ range: ClosedRange<Int>) -> Int? { PeriodExpression.number(json[1], range) }
        let part: Self?
        switch json[0]?.string {
        case "month": part = number(1...12).map(Self.month)
        case "quarter": part = number(1...4).map(Self.quarter)
        case "half": part = number(1...2).map(Self.half)
        case "week": part = number(1...53).map(Self.week)
        case "weekday": part = number(1...7).flatMap(Weekday.init).map(Self.weekday)
        case "day":
            let day = PeriodExpression.number(json[2], 1...31)
            part = number(1...12).flatMap { month in day.map { .day(month: month, day: $0) } }
        default: part = nil
        }
        guard let part else { return nil }
        self = part
    }
}

extension PeriodExpression.Anchor {
    fileprivate var json: JSONValue {
        switch self {
        case .bare: ["bare"]
        case .last: ["last"]
        case .this: ["this"]
        case .next: ["next"]
        case .of(let period): ["of", period.json]
        }
    }

    fileprivate init?(_ json: JSONValue) {
        switch json[0]?.string {
        case "bare": self = .bare
        case "last": self = .last
        case "this": self = .this
        case "next": self = .next
        case "of":
            guard let period = json[1].flatMap({ PeriodExpression($0) }) else { return nil }
            self = .of(period)
        default: return nil
        }
    }
}
