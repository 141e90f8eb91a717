// The namings of single periods: relative ones, counts of units, units of other periods, years.

extension PeriodGrammar {
    /// The naming that starts at an atom; namings within namings go four deep.
    func term(_ start: Int, depth: Int = 0) -> PeriodNaming? {
        guard depth < 4, atoms.indices.contains(start), isStart(start) else { return nil }
        if text(start) == "the" { return definite(start + 1, depth) ?? term(start + 1, depth: depth + 1) }
        return special(start) ?? relativeTerm(start, depth) ?? counted(start, depth) ?? ordinalTerm(start, depth)
            ?? edgeTerm(start, depth) ?? adjacentTerm(start) ?? dateTerm(start) ?? partTerm(start) ?? yearTerm(start)
    }

    /// A unit with its adjectives: `fiscal year`, `full months`, `half-year`.
    func unit(_ start: Int) -> (unit: Granularity, isCalendar: Bool, isFull: Bool, end: Int)? {
        var index = start
        var isCalendar = false
        var isFull = false
        // More adjectives than these say nothing, and their number must not make reading quadratic.
        while index < start + 3 {
            switch text(index) {
            case "calendar": isCalendar = true
            case "full", "complete", "completed", "whole", "entire": isFull = true
            case "fiscal", "financial", "consecutive", "running", "business": break
            case "fy": return (.year, false, isFull, index + 1)
            case "half" where text(index + 1) == "-" || PeriodVocabulary.units[text(index + 1)] == .year:
                let next = text(index + 1) == "-" ? index + 2 : index + 1
                if PeriodVocabulary.units[text(next)] == .year { return (.half, isCalendar, isFull, next + 1) }
                return (.half, isCalendar, isFull, index + 1)
            default:
                guard let unit = PeriodVocabulary.units[text(index)] else { return nil }
                return (unit, isCalendar, isFull, index + 1)
            }
            index += 1
        }
        return nil
    }

    /// A count in digits or words: `6`, `six`, `a couple of`.
    func count(_ start: Int) -> (count: Int, end: Int)? {
        if let number = number(start), (1...1000).contains(number) { return (number, start + 1) }
        var index = start
        if text(index) == "a" { index += 1 }
        guard let number = PeriodVocabulary.numbers[text(index)] else { return nil }
        return (number, text(index + 1) == "of" ? index + 2 : index + 1)
    }

    /// A count and its unit: `6 months`, `12-month`, `90d`.
    private func amount(_ start: Int) -> (count: Int, unit: Granularity, end: Int)? {
        if text(start) == "half", text(start + 1) == "a", text(start + 2) == "year" { return (6, .month, start + 3) }
        guard let (count, next) = count(start) else { return nil }
        if isGlued(next), let unit = PeriodVocabulary.shortUnits[text(next)], !isGlued(next + 1) {
            return (count, unit, next + 1)
        }
        guard let unit = unit(text(next) == "-" ? next + 1 : next) else { return nil }
        return (count, unit.unit, unit.end)
    }

    private func calendar(_ expression: PeriodExpression, if isCalendar: Bool) -> PeriodExpression {
        isCalendar ? .calendar(expression) : expression
    }

    /// Words and abbreviations that name a period alone.
    private func special(_ start: Int) -> PeriodNaming? {
        let word = text(start)
        switch word {
        case "today": return PeriodNaming(.relative(.day, 0), start + 1)
        case "yesterday": return PeriodNaming(.relative(.day, -1), start + 1)
        case "tomorrow": return PeriodNaming(.relative(.day, 1), start + 1)
        case "ever": return PeriodNaming(.allTime, start + 1)
        case "ttm", "ltm": return trailing(12, .month, start + 1)
        case "t", "l":
            guard isGlued(start + 1), let (count, unit, end) = amount(start + 1), unit != .day || count > 1 else {
                return nil
            }
            return trailing(count, unit, end)
        case "all":
            let next = text(start + 1) == "-" ? start + 2 : start + 1
            return text(next) == "time" ? PeriodNaming(.allTime, next + 1) : nil
        case "eoy": return PeriodNaming(.edge(-1, .month, of: .relative(.year, 0)), start + 1)
        case "pytd": return PeriodNaming(.toDate(.year, of: .relative(.year, -1)), start + 1)
        default: break
        }
        if let unit = PeriodVocabulary.toDate[word] {
            guard unit == .year, let year = toDateYear(start + 1) else {
                return PeriodNaming(.toDate(unit, of: nil), start + 1)
            }
            return PeriodNaming(.toDate(.year, of: year.expression), year.end)
        }
        if let unit = unit(start), let end = toDateEnd(unit.end) {
            let naming = PeriodNaming(calendar(.toDate(unit.unit, of: nil), if: unit.isCalendar), end)
            guard unit.unit == .year, let year = toDateYear(end) else { return naming }
            return PeriodNaming(.toDate(.year, of: year.expression), year.end)
        }
        if word == "so", text(start + 1) == "far", text(start + 2) == "this", let unit = unit(start + 3) {
            return PeriodNaming(calendar(.toDate(unit.unit, of: nil), if: unit.isCalendar), unit.end)
        }
        return nil
    }

    /// The atom after `to date` or `so far`.
    private func toDateEnd(_ start: Int) -> Int? {
        let index = text(start) == "-" ? start + 1 : start
        if text(index) == "so", text(index + 1) == "far" { return index + 2 }
        guard text(index) == "to" else { return nil }
        let date = text(index + 1) == "-" ? index + 2 : index + 1
        return text(date) == "date" ? date + 1 : nil
    }

    private func toDateYear(_ start: Int) -> PeriodNaming? {
        guard let year = yearTerm(["of", "in", "for"].contains(text(start)) ? start + 1 : start) else { return nil }
        return year.expression == .relative(.year, 0) ? nil : year
    }

    /// `TTM`, and `TTM ending June 2025`.
    private func trailing(_ count: Int, _ unit: Granularity, _ end: Int) -> PeriodNaming {
        endingTerm(count, unit, end) ?? PeriodNaming(.trailing(count, unit), end)
    }

    private func endingTerm(_ count: Int, _ unit: Granularity, _ start: Int) -> PeriodNaming? {
        var next = start
        switch text(next) {
        case "ended", "ending", "through", "to": next += 1
        case "as" where text(next + 1) == "of": next += 2
        default: return nil
        }
        if ["on", "in", "with", "at"].contains(text(next)) { next += 1 }
        guard let end = dateTerm(skippingThe(next)) ?? partTerm(skippingThe(next)) ?? yearTerm(skippingThe(next))
        else { return nil }
        return PeriodNaming(.ending(count, unit, end.expression), end.end)
    }

    /// `last month`, `this fiscal year`, `next 3 quarters`, `last March`, `trailing twelve months`.
    private func relativeTerm(_ start: Int, _ depth: Int) -> PeriodNaming? {
        let word = text(start)
        let offset: Int
        switch word {
        case "last", "past": offset = -1
        case "this", "current", "latest": offset = 0
        case "next", "coming", "upcoming": offset = 1
        case "trailing", "rolling", "recent": offset = -1
        case "most" where text(start + 1) == "recent":
            guard let unit = unit(start + 2) else { return nil }
            return PeriodNaming(calendar(.relative(unit.unit, unit.isFull ? -1 : 0), if: unit.isCalendar), unit.end)
        case let word where PeriodVocabulary.before.contains(word) || PeriodVocabulary.after.contains(word):
            return adjacentTo(start)
        case "same", "corresponding": return sameTerm(start + 1)
        default: return nil
        }
        var next = text(start + 1) == "-" && isGlued(start + 1) ? start + 2 : start + 1
        if word == "last", ["recent", "ever"].contains(text(next)) { return nil }
        if word == "this", text(next) == "current" { next += 1 }
        if word == "this", text(next) == "time", let same = sameTerm(next) { return same }
        if let (count, unit, end) = amount(next) {
            if let edge = within(end, depth, { .edge(offset * count, unit, of: $0) }), offset != 0 { return edge }
            switch offset {
            case 1: return PeriodNaming(.coming(count, unit), end)
            case 0: return nil
            default:
                if count == 1, word == "last" || word == "past" { return PeriodNaming(.relative(unit, -1), end) }
                return trailing(count, unit, end)
            }
        }
        if let unit = unit(next) {
            if word == "trailing" || word == "rolling" || word == "recent" {
                guard let months = unit.unit.months, months > 1, word != "recent" else { return nil }
                return trailing(months, .month, unit.end)
            }
            if offset < 1, let end = toDateEnd(unit.end) {
                let year: PeriodExpression? = offset == 0 ? nil : .relative(unit.unit, offset)
                return PeriodNaming(calendar(.toDate(unit.unit, of: year), if: unit.isCalendar), end)
            }
            // No year is the last one of something shorter: `last year in Q1` is a year and then its part.
            if word == "last", unit.unit < .year, let nth = within(unit.end, depth, { .nth(unit.unit, -1, of: $0) }) {
                return nth
            }
            if text(unit.end) == "but", text(unit.end + 1) == "one" {
                return PeriodNaming(calendar(.relative(unit.unit, 2 * offset), if: unit.isCalendar), unit.end + 2)
            }
            if unit.unit == .week, text(unit.end) == "of" { return weekOf(unit.end) }
            let isBehind = word == "latest" && unit.isFull
            let expression = calendar(.relative(unit.unit, isBehind ? -1 : offset), if: unit.isCalendar)
            return withPart(expression, unit.unit, unit.end)
        }
        if word == "last" || word == "prior", text(next) == "period" {
            return PeriodNaming(.adjacent(nil, -1), next + 1)
        }
        let anchors: [Int: PeriodExpression.Anchor] = [-1: .last, 0: .this, 1: .next]
        guard let anchor = anchors[offset], let part = part(next, afterAnchor: true), isEnd(part.end) else {
            return nil
        }
        return PeriodNaming(.named(part.part, anchor), part.end)
    }

    /// `last year's Q2`: a part that stands behind its year.
    func withPart(_ year: PeriodExpression, _ unit: Granularity, _ end: Int) -> PeriodNaming {
        let next = text(end) == "-" && isGlued(end) ? end + 1 : end
        if unit == .year, text(next) == "same", let same = self.unit(next + 1) {
            let offset: PeriodExpression =
                if case .relative(_, let years) = year { .adjacent(.year, years) } else { year }
            return PeriodNaming(.same(same.unit, of: offset), same.end)
        }
        guard unit == .year, let part = part(next, afterAnchor: true), isEnd(part.end) else {
            return PeriodNaming(year, end)
        }
        return PeriodNaming(named(part.part, of: year), part.end)
    }

    /// A part of a year; months and days of a year without the word fiscal are those of the calendar year.
    func named(_ part: PeriodExpression.Part, of year: PeriodExpression, isFiscal: Bool = false) -> PeriodExpression {
        if case .calendar = year { return .named(part, .of(year)) }
        return .named(part, .of(part.isCalendar && !isFiscal ? .calendar(year) : year))
    }

    /// `previous quarter`, `prior 2 years`, `following month`, `previous period`.
    private func adjacentTo(_ start: Int) -> PeriodNaming? {
        let step = PeriodVocabulary.after.contains(text(start)) ? 1 : -1
        if let (count, unit, end) = amount(start + 1) {
            guard step < 0 else { return PeriodNaming(.coming(count, unit), end) }
            return endingTerm(count, unit, end) ?? PeriodNaming(.preceding(count, unit), end)
        }
        if let unit = unit(start + 1) {
            if step < 0, unit.unit == .year, let end = toDateEnd(unit.end) {
                return PeriodNaming(.toDate(.year, of: .relative(.year, -1)), end)
            }
            return withPart(calendar(.adjacent(unit.unit, step), if: unit.isCalendar), unit.unit, unit.end)
        }
        if step < 0, PeriodVocabulary.toDate[text(start + 1)] == .year {
            return PeriodNaming(.toDate(.year, of: .relative(.year, -1)), start + 2)
        }
        return ["period", "one"].contains(text(start + 1)) ? PeriodNaming(.adjacent(nil, step), start + 2) : nil
    }

    /// `same quarter last year`, `same period of 2024`, `same time a year ago`.
    private func sameTerm(_ start: Int) -> PeriodNaming? {
        let unit = unit(start)
        guard unit != nil || ["period", "time", "timeframe", "range"].contains(text(start)) else { return nil }
        var next = unit?.end ?? start + 1
        if ["of", "in", "for", "during"].contains(text(next)) { next += 1 }
        if let year = yearTerm(skippingThe(next)) {
            if case .relative(.year, let offset) = year.expression {
                return PeriodNaming(.same(unit?.unit, of: .adjacent(.year, offset)), year.end)
            }
            return PeriodNaming(.same(unit?.unit, of: year.expression), year.end)
        }
        guard let before = adjacentTerm(skippingThe(next)), case .adjacent(.year, _) = before.expression else {
            return nil
        }
        return PeriodNaming(.same(unit?.unit, of: before.expression), before.end)
    }

    /// `two quarters ago`, `a year earlier`, `3 months ended June 2025`, `3 months from now`.
    private func counted(_ start: Int, _ depth: Int) -> PeriodNaming? {
        let isOne = ["a", "an"].contains(text(start))
        guard
            let (count, unit, end) = amount(start) ?? (isOne ? self.unit(start + 1).map { (1, $0.unit, $0.end) } : nil)
        else { return nil }
        let isDefinite = text(start - 1) == "the"
        switch text(end) {
        case "ago", "back":
            return unit == .year
                ? PeriodNaming(.relative(.year, -count), end + 1) : PeriodNaming(.relative(unit, -count), end + 1)
        case "before" where isDefinite && count > 1: return PeriodNaming(.preceding(count, unit), end + 1)
        case "earlier", "before", "prior", "previously": return beside(unit, -count, end + 1)
        case "later", "after": return beside(unit, count, end + 1)
        case "to" where isDefinite, "through" where isDefinite: return endingTerm(count, unit, end)
        case "from" where ["now", "today"].contains(text(end + 1)):
            return PeriodNaming(.relative(unit, count), end + 2)
        case "ended", "ending": return endingTerm(count, unit, end)
        default: return nil
        }
    }

    /// A unit beside the period that is spoken of, or beside one that is named next.
    private func beside(_ unit: Granularity?, _ offset: Int, _ end: Int) -> PeriodNaming {
        if ["that", "it", "this"].contains(text(end)), self.unit(end + 1) == nil {
            return PeriodNaming(.adjacent(unit, offset), end + 1)
        }
        if let other = dateTerm(skippingThe(end)) ?? partTerm(skippingThe(end)) ?? yearTerm(skippingThe(end)) {
            return PeriodNaming(.beside(unit, offset, other.expression), other.end)
        }
        return PeriodNaming(.adjacent(unit, offset), end)
    }

    /// `first half of last year`, `third month of Q2`, `first 6 months of 2025`, `second half`.
    private func ordinalTerm(_ start: Int, _ depth: Int) -> PeriodNaming? {
        guard let (ordinal, behind) = ordinal(start), ordinal != 0 else { return nil }
        let next = text(behind) == "-" && isGlued(behind) ? behind + 1 : behind
        if ordinal == 1, let (count, unit, end) = amount(next) {
            return within(end, depth) { .edge(count, unit, of: $0) }
        }
        guard let unit = unit(next) else { return nil }
        let part: PeriodExpression.Part
        switch (unit.unit, ordinal) {
        case (.quarter, 1...4): part = .quarter(ordinal)
        case (.half, 1...2): part = .half(ordinal)
        default: return within(unit.end, depth) { .nth(unit.unit, ordinal, of: $0) }
        }
        if let year = yearAfter(part, unit.end) { return PeriodNaming(year.expression, year.end) }
        if let nth = within(unit.end, depth, { .nth(unit.unit, ordinal, of: $0) }) { return nth }
        guard text(unit.end) != "of" else { return nil }
        return PeriodNaming(calendar(.named(part, .bare), if: unit.isCalendar), unit.end)
    }

    func ordinal(_ start: Int) -> (Int, Int)? {
        if let ordinal = PeriodVocabulary.ordinals[text(start)] { return (ordinal, start + 1) }
        guard let number = number(start), (1...31).contains(number), isGlued(start + 1),
            ["st", "nd", "rd", "th"].contains(text(start + 1))
        else { return nil }
        return (number, start + 2)
    }

    /// What follows `of` or `in` as a period that something lies in.
    private func within(
        _ start: Int,
        _ depth: Int,
        _ make: (PeriodExpression) -> PeriodExpression
    ) -> PeriodNaming? {
        guard ["of", "in", "from"].contains(text(start)) else { return nil }
        let next = skippingThe(start + 1)
        if let unit = unit(next), unit.unit > .day, isEnd(unit.end) {
            if !["before", "after", "to"].contains(text(unit.end)), number(unit.end) == nil {
                return PeriodNaming(make(calendar(.relative(unit.unit, 0), if: unit.isCalendar)), unit.end)
            }
        }
        guard let whole = term(next, depth: depth + 1), isEnd(whole.end) else { return nil }
        return PeriodNaming(make(whole.expression), whole.end)
    }

    /// `end of 2025`, `start of the quarter`, `rest of the year`, `year end`, `week of 5 January`.
    private func edgeTerm(_ start: Int, _ depth: Int) -> PeriodNaming? {
        switch text(start) {
        case "end", "close":
            return within(start + 1, depth) { .edge(-1, $0.isMonth ? .day : .month, of: $0) }
        case "start", "beginning":
            return within(start + 1, depth) { .edge(1, $0.isMonth ? .day : .month, of: $0) }
        case "rest", "remainder":
            return within(start + 1, depth) { .rest($0) }
        // "Balance of the year"; the balance in a month, and a cash balance, are sums of money.
        case "balance" where text(start + 1) == "of" && !["cash", "bank"].contains(start > 0 ? text(start - 1) : ""):
            return within(start + 1, depth) { .rest($0) }
        case "year", "quarter", "month":
            guard let unit = PeriodVocabulary.units[text(start)] else { return nil }
            let next = text(start + 1) == "-" ? start + 2 : start + 1
            if text(next) == "end" {
                let edge: Granularity = unit == .month ? .day : .month
                if unit == .year, let year = yearTerm(text(next + 1) == "of" ? next + 2 : next + 1) {
                    return PeriodNaming(.edge(-1, edge, of: year.expression), year.end)
                }
                return PeriodNaming(.edge(-1, edge, of: .relative(unit, 0)), next + 1)
            }
            if unit == .month, text(start + 1) == "of", let month = partTerm(start + 2) { return month }
            return endingTerm(1, unit, start + 1).flatMap { text(start + 1).hasPrefix("end") ? $0 : nil }
        case "week": return text(start + 1) == "of" ? weekOf(start + 1) : endedWeek(start)
        default: return nil
        }
    }

    private func weekOf(_ start: Int) -> PeriodNaming? {
        guard let day = dateTerm(skippingThe(start + 1)) else { return nil }
        return PeriodNaming(.containing(.week, day.expression), day.end)
    }

    private func endedWeek(_ start: Int) -> PeriodNaming? {
        text(start + 1).hasPrefix("end") ? endingTerm(1, .week, start + 1) : nil
    }

    /// `quarter before`, `month before that`, `year before last`, `day after tomorrow`.
    private func adjacentTerm(_ start: Int) -> PeriodNaming? {
        guard let unit = PeriodVocabulary.units[text(start)] ?? (text(start) == "period" ? .some(.day) : nil) else {
            return nil
        }
        let step: Int
        switch text(start + 1) {
        case "before", "prior", "earlier", "previous": step = -1
        case "after", "following": step = 1
        default: return nil
        }
        switch text(start + 2) {
        case "last" where step < 0: return PeriodNaming(.relative(unit, -2), start + 3)
        case "next" where step > 0: return PeriodNaming(.relative(unit, 2), start + 3)
        case "yesterday" where step < 0: return PeriodNaming(.relative(.day, -2), start + 3)
        case "tomorrow" where step > 0: return PeriodNaming(.relative(.day, 2), start + 3)
        default: break
        }
        return beside(text(start) == "period" ? nil : unit, step, start + 2)
    }

    /// What only `the` makes a period: `for the year`, `in the fiscal quarter`.
    private func definite(_ start: Int, _ depth: Int) -> PeriodNaming? {
        guard ["for", "in", "during", "throughout", "within", "over"].contains(text(start - 2)),
            let unit = unit(start), unit.unit > .day
        else { return nil }
        let next = text(unit.end)
        guard
            !["of", "before", "after", "to", "over", "ending", "ended", "prior", "so", "-", "end", "on"].contains(next),
            number(unit.end) == nil
        else { return nil }
        return PeriodNaming(calendar(.relative(unit.unit, 0), if: unit.isCalendar), unit.end)
    }
}

extension PeriodExpression {
    fileprivate var isMonth: Bool {
        switch self {
        case .named(.month, _), .relative(.month, _), .adjacent(.month, _): true
        default: false
        }
    }
}
