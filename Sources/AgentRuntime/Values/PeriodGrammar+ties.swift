// How mentions hang together: lists, comparisons, changes, and a year that is said once for both.

extension PeriodGrammar {
    /// Finds the words before a mention that tie it to what stands before.
    func tie(_ mention: inout PeriodMention, startingAt start: Int, previousEnd: Int?) {
        var last = start - 1
        while ["the", "in", "of", "for", "during", "that", "those", "on"].contains(text(last)) { last -= 1 }
        if text(last) == ".", text(last - 1) == "vs" { last -= 1 }
        let isAdjacent =
            last == previousEnd || (text(last) == "and" && last - 1 == previousEnd && text(last - 1) == ",")
        guard let (lead, first) = lead(endingAt: last, isAdjacent: isAdjacent, isCompared: comparedBefore(last)) else {
            return
        }
        mention.lead = lead
        mention.leadWords = atoms[first].word..<atoms[last].word + 1
    }

    private func lead(endingAt last: Int, isAdjacent: Bool, isCompared: Bool) -> (PeriodMention.Lead, Int)? {
        let before = text(last - 1)
        switch text(last) {
        case "vs", "versus", "v", "against", "than": return (.versus, last)
        case "to", "with":
            if ["compared", "relative", "comparing", "comparison", "opposed", "next"].contains(before) {
                return (.versus, last - 1)
            }
            return isCompared ? (.versus, last) : nil
        case "from":
            return PeriodVocabulary.changing.contains(text(beforeAmount(last - 1))) ? (.versus, last) : nil
        case "over", "on": return isAdjacent ? (.versus, last) : nil
        case "and", "&":
            return isAdjacent ? (isCompared ? .versus : .and, last) : nil
        case ",", "/", "or", "plus": return isAdjacent ? (.and, last) : nil
        default: return nil
        }
    }

    /// The atom before an amount that ends at an atom, as in `up by 12% from`; the atom itself where none does.
    private func beforeAmount(_ index: Int) -> Int {
        var first = index
        while first > index - 6, first >= 0,
            atoms[first].kind != .letters || ["by", "k", "m", "bn", "percent", "points", "pp"].contains(text(first))
        {
            first -= 1
        }
        return first
    }

    /// A year and then its part, as in `last year in Q1`, `2024, in March`: one mention of the part.
    func partOfYear(_ mention: PeriodMention, within whole: PeriodMention, after end: Int) -> PeriodMention? {
        guard whole.lead == .none, whole.expression.isYear, case .named(let part, .bare) = mention.expression else {
            return nil
        }
        var next = end
        while [",", "in", "during", "the"].contains(text(next)) { next += 1 }
        let isWithin = (end..<next).contains { text($0) == "in" || text($0) == "during" }
        guard isWithin, atoms.indices.contains(next), atoms[next].word == mention.words.lowerBound else { return nil }
        var found = whole
        found.expression = .named(part, .of(part.isCalendar ? .calendar(whole.expression) : whole.expression))
        found.words = whole.words.lowerBound..<mention.words.upperBound
        return found
    }

    /// Shares the year of the last mention with the list or comparison that it ends.
    func shareYears(in mentions: inout [PeriodMention]) {
        var index = mentions.count - 1
        while index > 0, mentions[index].lead != .none {
            var (first, last) = (mentions[index - 1], mentions[index])
            share(year: &first, with: &last)
            guard first != mentions[index - 1] || last != mentions[index] else { return }
            mentions[index - 1] = first
            mentions[index] = last
            index -= 1
        }
    }

    /// A year said with one of two tied mentions counts for both: `Q1 vs Q2 2025`, `January 2024 vs 2025`.
    private func share(year previous: inout PeriodMention, with mention: inout PeriodMention) {
        let (first, last) = shared(previous.expression, mention.expression)
        previous.expression = first
        mention.expression = last
        guard case .named(let part, let anchor) = previous.expression else {
            if mention.lead == .versus, mention.expression == .relative(.year, -1),
                previous.expression.isShorterThanYear
            {
                mention.expression = .adjacent(.year, -1)
            }
            return
        }
        switch (anchor, mention.expression) {
        case (.of(.calendar), .year), (.of(.year), .calendar(.year)), (.of(.year), .year), (.bare, .calendar(.year)):
            mention.expression = .named(part, .of(part.isCalendar ? .calendar(mention.expression) : mention.expression))
        case (.bare, .year):
            mention.expression = .named(part, .of(part.isCalendar ? .calendar(mention.expression) : mention.expression))
        case (_, .relative(.year, -1)) where mention.lead == .versus:
            mention.expression = .adjacent(.year, -1)
        case (.of(.relative(.year, _)), .relative(.year, _)):
            mention.expression = .named(part, .of(mention.expression))
        case (.of(.calendar(.relative(.year, _))), .relative(.year, _)):
            mention.expression = .named(part, .of(.calendar(mention.expression)))
        default: break
        }
    }

    /// Two parts of which only the second names a year: the first takes it over.
    func shared(
        _ first: PeriodExpression,
        _ last: PeriodExpression
    ) -> (PeriodExpression, PeriodExpression) {
        guard case .named(let part, .bare) = first, case .named(let other, .of(let year)) = last,
            part.precedes(other)
        else { return (first, last) }
        return (.named(part, .of(year)), last)
    }
}

extension PeriodExpression {
    /// A whole year, by its number or seen from today.
    fileprivate var isYear: Bool {
        switch self {
        case .year, .relative(.year, _): true
        default: false
        }
    }

    fileprivate var isShorterThanYear: Bool {
        switch self {
        case .relative(let unit, _), .adjacent(let unit?, _): unit < .year
        case .nth(let unit, _, _), .containing(let unit, _): unit < .year
        case .toDate, .day, .trailing(_, .day), .trailing(_, .week): true
        case .trailing(let count, let unit): count * (unit.months ?? 0) < 12
        default: false
        }
    }
}

extension PeriodExpression.Part {
    /// Whether the part's years are calendar years, also where the fiscal year differs.
    var isCalendar: Bool {
        switch self {
        case .quarter, .half: false
        default: true
        }
    }

    /// Whether the part comes before another of its kind within a year.
    fileprivate func precedes(_ other: Self) -> Bool {
        switch (self, other) {
        case (.month(let first), .month(let last)), (.quarter(let first), .quarter(let last)),
            (.half(let first), .half(let last)), (.week(let first), .week(let last)):
            first < last
        case (.day(let firstMonth, let first), .day(let lastMonth, let last)):
            (firstMonth, first) < (lastMonth, last)
        default: false
        }
    }
}
