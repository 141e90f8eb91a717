// The namings of days, months, quarters, halves, weeks and years.

extension PeriodGrammar {
    // MARK: Parts of years

    /// A part of a year with the year that belongs to it, if one is named.
    func partTerm(_ start: Int) -> PeriodNaming? {
        guard isStart(start) else { return nil }
        if text(start) == "calendar", let part = part(start + 1, afterAnchor: false) {
            let naming = yearAfter(part.part, part.end) ?? PeriodNaming(.named(part.part, .bare), part.end)
            return PeriodNaming(.calendar(naming.expression), naming.end)
        }
        let first = PeriodVocabulary.fiscal.contains(text(start)) ? start + 1 : start
        guard let part = part(first, afterAnchor: false) else { return nil }
        if let year = yearAfter(part.part, part.end), isEnd(year.end) { return year }
        return isEnd(part.end) ? PeriodNaming(.named(part.part, .bare), part.end) : nil
    }

    func part(_ start: Int, afterAnchor: Bool) -> (part: PeriodExpression.Part, end: Int)? {
        if let (month, end) = month(start, afterAnchor: afterAnchor) { return (.month(month), end) }
        if let weekday = PeriodVocabulary.weekdays[text(start)] { return (.weekday(weekday), start + 1) }
        switch text(start) {
        case "q": return numbered(start, 1...4, PeriodExpression.Part.quarter)
        case "quarter", "qtr": return numbered(start, 1...4, PeriodExpression.Part.quarter)
        case "h": return isGlued(start + 1) ? numbered(start, 1...2, PeriodExpression.Part.half) : nil
        case "half": return numbered(start, 1...2, PeriodExpression.Part.half)
        case "w": return isGlued(start + 1) ? numbered(start, 1...53, PeriodExpression.Part.week) : nil
        case "week", "wk", "cw": return numbered(start, 1...53, PeriodExpression.Part.week)
        default: break
        }
        if let number = number(start), digits(start) == 1, isGlued(start + 1) {
            if text(start + 1) == "q", (1...4).contains(number) { return (.quarter(number), start + 2) }
            if text(start + 1) == "h", (1...2).contains(number) { return (.half(number), start + 2) }
        }
        if afterAnchor, let (ordinal, next) = ordinal(start), let unit = unit(next) {
            if unit.unit == .quarter, (1...4).contains(ordinal) { return (.quarter(ordinal), unit.end) }
            if unit.unit == .half, (1...2).contains(ordinal) { return (.half(ordinal), unit.end) }
        }
        return nil
    }

    private func numbered(
        _ start: Int,
        _ range: ClosedRange<Int>,
        _ make: (Int) -> PeriodExpression.Part
    ) -> (part: PeriodExpression.Part, end: Int)? {
        guard let value = number(start + 1) ?? PeriodVocabulary.numbers[text(start + 1)], range.contains(value),
            digits(start + 1) <= 2
        else { return nil }
        return (make(value), start + 2)
    }

    /// A month by its name; `may` only where it can be no verb.
    private func month(_ start: Int, afterAnchor: Bool) -> (Int, Int)? {
        guard let month = PeriodVocabulary.months[text(start)] else { return nil }
        let isAbbreviated = text(start).utf8.count <= 4
        let end = isAbbreviated && text(start + 1) == "." && isGlued(start + 1) ? start + 2 : start + 1
        let before = text(start - 1)
        if text(start) == "march", ["we", "they", "you", "i", "who"].contains(before) { return nil }
        guard text(start) == "may", !afterAnchor else { return (month, end) }
        let isNamed =
            PeriodVocabulary.beforeMonth.contains(before) || (atoms[start].isCapitalised && start > 0)
            || (["and", "to", ",", "or"].contains(before) && PeriodVocabulary.months[text(start - 2)] != nil)
            || number(start + 1) != nil || ["-", "'"].contains(text(start + 1)) || start + 1 == atoms.count
            || (number(start - 1) != nil && number(start + 1) != nil)
        return isNamed ? (month, end) : nil
    }

    /// The year behind a part: `January 2026`, `Q2'25`, `Q2 of last year`, `Jan-26`.
    func yearAfter(_ part: PeriodExpression.Part, _ start: Int) -> PeriodNaming? {
        var next = start
        let isSeparated = ["-", "/", ","].contains(text(next))
        if isSeparated { next += 1 }
        let hasPreposition = ["of", "in"].contains(text(next))
        if hasPreposition {
            next += 1
            if text(next) == "the" { next += 1 }
        }
        if let value = number(next), digits(next) == 2, isEnd(next + 1) {
            let isTight = isGlued(next) && (text(start) == "-" || text(start) == "/")
            let isPlain = !part.isCalendar && !isSeparated && !hasPreposition && !isCounted(next)
            let isMonth = isTight && part.isMonth && value > 9
            if isMonth || isPlain || (isTight && !part.isCalendar) {
                return PeriodNaming(named(part, of: .year(century(value))), next + 1)
            }
            return nil
        }
        if text(next) == "the", !hasPreposition { return nil }
        if hasPreposition, text(next - 1) == "the", let unit = unit(next), unit.unit == .year, isEnd(unit.end),
            !["before", "after", "to"].contains(text(unit.end)), number(unit.end) == nil
        {
            return PeriodNaming(named(part, of: .relative(.year, 0)), unit.end)
        }
        if text(start) == "-", !isGlued(start), number(next) != nil { return nil }
        if text(start) == ",", number(next) == nil { return nil }
        guard let year = plainYear(next) else { return nil }
        return PeriodNaming(named(part, of: year.expression, isFiscal: year.isFiscal), year.end)
    }

    // MARK: Years

    /// A year, and a part that stands behind it: `2025`, `FY25`, `last year`, `2025 Q2`.
    func yearTerm(_ start: Int) -> PeriodNaming? {
        guard isStart(start) || text(start - 1) == "'" else { return nil }
        let before = text(start - 1)
        guard let year = plainYear(start) else { return nil }
        if number(start) != nil {
            let isOver = before == "over" && (1990...2099).contains(number(start - 2) ?? 0)
            let isThan = before == "than" && PeriodVocabulary.exceeding.contains(text(start - 2))
            guard isOver || !PeriodVocabulary.counting.contains(before), !isThan, !isCounted(start),
                text(start) != "2000" || before == "in"
            else { return nil }
        }
        let next = text(year.end) == "-" && isGlued(year.end) ? year.end + 1 : year.end
        if let part = part(next, afterAnchor: false), isEnd(part.end) {
            // "2025 May" could go on as "2025 may …", which `part` has ruled out.
            return PeriodNaming(named(part.part, of: year.expression, isFiscal: year.isFiscal), part.end)
        }
        if let (ordinal, unitStart) = ordinal(next), let unit = unit(unitStart) {
            if unit.unit == .quarter, (1...4).contains(ordinal) {
                return PeriodNaming(named(.quarter(ordinal), of: year.expression), unit.end)
            }
            if unit.unit == .half, (1...2).contains(ordinal) {
                return PeriodNaming(named(.half(ordinal), of: year.expression), unit.end)
            }
        }
        if text(next) == "ytd" { return PeriodNaming(.toDate(.year, of: year.expression), next + 1) }
        return isEnd(year.end) ? PeriodNaming(year.expression, year.end) : nil
    }

    private func plainYear(_ start: Int) -> (expression: PeriodExpression, isFiscal: Bool, end: Int)? {
        switch text(start) {
        case "fy": return written(start + 1, short: true).map { (.year($0.year), true, $0.end) }
        case "cy": return written(start + 1, short: true).map { (.calendar(.year($0.year)), false, $0.end) }
        case "fiscal", "financial":
            var next = text(start + 1) == "year" ? start + 2 : start + 1
            if text(next) == "of" { next += 1 }
            return written(next, short: true).map { (.year($0.year), true, $0.end) }
        case "calendar":
            let next = text(start + 1) == "year" ? start + 2 : start + 1
            return written(next, short: false).map { (.calendar(.year($0.year)), false, $0.end) }
        case "year": return written(start + 1, short: false).map { (.year($0.year), false, $0.end) }
        case "'": return written(start, short: false).map { (.year($0.year), false, $0.end) }
        default: break
        }
        if let year = written(start, short: false) {
            switch (text(year.end), text(year.end + 1)) {
            case ("fiscal", "year"), ("financial", "year"): return (.year(year.year), true, year.end + 2)
            case ("calendar", "year"): return (.calendar(.year(year.year)), false, year.end + 2)
            default: return (.year(year.year), false, year.end)
            }
        }
        return relativeYear(start)
    }

    /// `last year`, `prior fiscal year`, `a year ago`, `two years ago`.
    private func relativeYear(_ start: Int) -> (expression: PeriodExpression, isFiscal: Bool, end: Int)? {
        let offset: Int
        switch text(start) {
        case "last", "past", "previous", "prior": offset = -1
        case "this", "current": offset = 0
        case "next", "coming": offset = 1
        case "a", "one":
            guard text(start + 1) == "year", ["ago", "earlier", "before"].contains(text(start + 2)) else { return nil }
            return (.relative(.year, -1), false, start + 3)
        default:
            guard let (count, next) = count(start), PeriodVocabulary.units[text(next)] == .year, text(next + 1) == "ago"
            else { return nil }
            return (.relative(.year, -count), false, next + 2)
        }
        guard let unit = unit(start + 1), unit.unit == .year, toDateFollows(unit.end) == false else { return nil }
        let isFiscal = PeriodVocabulary.fiscal.contains(text(start + 1)) || text(start + 1) == "fy"
        let year = PeriodExpression.relative(.year, offset)
        return (unit.isCalendar ? .calendar(year) : year, isFiscal, unit.end)
    }

    private func toDateFollows(_ index: Int) -> Bool { text(index) == "to" && text(index + 1) == "date" }

    /// A year in digits: four, two behind an apostrophe, or two alone where a word before says so.
    private func written(_ start: Int, short: Bool) -> (year: Int, end: Int)? {
        if text(start) == "'", isGlued(start + 1), let value = number(start + 1), digits(start + 1) == 2 {
            return isEnd(start + 2) ? (century(value), start + 2) : nil
        }
        guard let value = number(start) else { return nil }
        let isLong = digits(start) == 4 && (1990...2099).contains(value)
        guard isLong || (short && digits(start) == 2) else { return nil }
        let year = isLong ? value : century(value)
        // Fiscal years over two calendar years are named by the later one: 2024/25, FY24-25.
        let separator = text(start + 1)
        if separator == "/" || (short && separator == "-"), let next = number(start + 2), digits(start + 2) == 2,
            next == (year + 1) % 100, isEnd(start + 3)
        {
            return (year + 1, start + 3)
        }
        if isGlued(start + 1), ["q", "h", "w"].contains(text(start + 1)) { return (year, start + 1) }
        return isEnd(start + 1) ? (year, start + 1) : nil
    }

    private func century(_ value: Int) -> Int { value < 80 ? 2000 + value : 1900 + value }

    /// Whether a number counts something, by the atom behind it.
    private func isCounted(_ index: Int) -> Bool {
        text(index + 1) == "%" || PeriodVocabulary.counted.contains(text(index + 1))
    }

    // MARK: Days

    /// A day, or a month in digits: `2026-01-15`, `1/15/2026`, `15 January`, `Jan 15th, 2026`, `01/2026`.
    func dateTerm(_ start: Int) -> PeriodNaming? {
        guard isStart(start) else { return nil }
        return digitDate(start) ?? monthFirst(start) ?? dayFirst(start)
    }

    private func digitDate(_ start: Int) -> PeriodNaming? {
        guard let first = number(start), ["-", "/", "."].contains(text(start + 1)), let second = number(start + 2),
            digits(start + 2) <= 4, isGlued(start + 1) == isGlued(start + 2)
        else { return nil }
        let separator = text(start + 1)
        if text(start + 3) == separator, let third = number(start + 4), isEnd(start + 5) {
            let date: CalendarDate?
            if digits(start) == 4 {
                date = CalendarDate(year: first, month: second, day: third)
            } else if digits(start + 4) == 4 || (digits(start + 4) == 2 && separator != "-") {
                let year = digits(start + 4) == 4 ? third : century(third)
                let isDayFirst = separator == "." || (first > 12) || (dayFirst && second <= 12)
                date = CalendarDate(year: year, month: isDayFirst ? second : first, day: isDayFirst ? first : second)
            } else {
                date = nil
            }
            return date.map { PeriodNaming(.day($0), start + 5) }
        }
        guard isEnd(start + 3), isGlued(start + 1) else { return nil }
        if digits(start) == 4, digits(start + 2) <= 2, separator != ".", (1990...2099).contains(first),
            (1...12).contains(second)
        {
            return PeriodNaming(named(.month(second), of: .year(first)), start + 3)
        }
        if digits(start) == 2 || (digits(start) == 1 && separator != "."), digits(start + 2) == 4,
            (1...12).contains(first), (1990...2099).contains(second)
        {
            return PeriodNaming(named(.month(first), of: .year(second)), start + 3)
        }
        return nil
    }

    /// `January 15`, `Jan 15th, 2026`.
    private func monthFirst(_ start: Int) -> PeriodNaming? {
        guard let (month, next) = month(start, afterAnchor: false), let (day, end) = dayNumber(next) else { return nil }
        // "in Jan 26" is a month of 2026, "on Jan 26" a day.
        let isPlain = end == next + 1
        if isPlain, isGlued(next), digits(next) == 2, day > 19 {
            return PeriodNaming(named(.month(month), of: .year(century(day))), end)
        }
        if isPlain, digits(next) == 2, ["in", "for", "during"].contains(text(start - 1)),
            !(1990...2099).contains(number(end) ?? 0), text(end) != ",", day > 19
        {
            return PeriodNaming(named(.month(month), of: .year(century(day))), end)
        }
        guard isEnd(end), CalendarDate(year: 2024, month: month, day: day) != nil else { return nil }
        return dated(.day(month: month, day: day), end)
    }

    /// `15 January`, `the 15th of January 2026`.
    private func dayFirst(_ start: Int) -> PeriodNaming? {
        guard !PeriodVocabulary.counting.contains(text(start - 1)), let (day, next) = dayNumber(start) else {
            return nil
        }
        let name = text(next) == "of" || (text(next) == "-" && isGlued(next)) ? next + 1 : next
        guard let (month, end) = month(name, afterAnchor: true), isEnd(end),
            CalendarDate(year: 2024, month: month, day: day) != nil
        else { return nil }
        return dated(.day(month: month, day: day), end)
    }

    private func dated(_ part: PeriodExpression.Part, _ end: Int) -> PeriodNaming {
        guard let year = yearAfter(part, end), isEnd(year.end) else { return PeriodNaming(.named(part, .bare), end) }
        if case .named(.day(let month, let day), .of(.calendar(.year(let number)))) = year.expression,
            let date = CalendarDate(year: number, month: month, day: day)
        {
            return PeriodNaming(.day(date), year.end)
        }
        return year
    }

    private func dayNumber(_ start: Int) -> (day: Int, end: Int)? {
        guard let day = number(start), (1...31).contains(day), digits(start) <= 2 else { return nil }
        if isGlued(start + 1), ["st", "nd", "rd", "th"].contains(text(start + 1)) { return (day, start + 2) }
        guard !isCounted(start), isEnd(start + 1), !(text(start + 1) == "/" && number(start + 2) != nil) else {
            return nil
        }
        return (day, start + 1)
    }

    /// Days of one month: `January 3-9, 2026`, `3 to 9 January`.
    func daysOfMonth(_ start: Int) -> PeriodNaming? {
        guard isStart(start) else { return nil }
        func isJoiner(_ index: Int) -> Bool {
            text(index) == "-" || PeriodVocabulary.joinedByTo.contains(text(index))
                || (text(index) == "and" && ["between", "the"].contains(text(start - 1)))
        }
        if let (month, next) = month(start, afterAnchor: false), let (first, middle) = dayNumber(next),
            isJoiner(middle),
            let (last, end) = dayNumber(middle + 1), self.month(end, afterAnchor: true) == nil, first < last
        {
            return span(month, first, dated(.day(month: month, day: last), end))
        }
        if !PeriodVocabulary.counting.contains(text(start - 1)), let (first, middle) = dayNumber(start),
            isJoiner(middle),
            case let second = skippingThe(middle + 1), let last = dayFirst(second), first < (number(second) ?? 0),
            let month = (second..<last.end).lazy.compactMap({ PeriodVocabulary.months[text($0)] }).first
        {
            return span(month, first, last)
        }
        return nil
    }

    private func span(_ month: Int, _ first: Int, _ last: PeriodNaming) -> PeriodNaming? {
        switch last.expression {
        case .day(let date):
            guard let start = CalendarDate(year: date.year, month: month, day: first) else { return nil }
            return PeriodNaming(.span(.day(start), last.expression), last.end)
        case .named(_, let anchor):
            return PeriodNaming(.span(.named(.day(month: month, day: first), anchor), last.expression), last.end)
        default: return nil
        }
    }
}

extension PeriodExpression.Part {
    fileprivate var isMonth: Bool { if case .month = self { true } else { false } }
}
