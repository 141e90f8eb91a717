// From atoms to mentions: ranges, and how mentions are tied to each other. The namings of single periods are in
// `PeriodGrammar+terms.swift`, of days and parts of years in `PeriodGrammar+parts.swift`.

/// A naming that was read and the atom after it.
struct PeriodNaming {
    var expression: PeriodExpression
    var end: Int

    init(_ expression: PeriodExpression, _ end: Int) {
        self.expression = expression
        self.end = end
    }
}

struct PeriodGrammar {
    let atoms: [PeriodAtom]
    let dayFirst: Bool
    /// The first atom that asks for a comparison, and the first that speaks of a change.
    private let comparing: Int
    private let changing: Int

    init(atoms: [PeriodAtom], dayFirst: Bool) {
        self.atoms = atoms
        self.dayFirst = dayFirst
        comparing = atoms.firstIndex { PeriodVocabulary.comparing.contains($0.text) } ?? Int.max
        changing = atoms.firstIndex { PeriodVocabulary.changing.contains($0.text) } ?? Int.max
    }

    func text(_ index: Int) -> String { atoms.indices.contains(index) ? atoms[index].text : "" }
    func isGlued(_ index: Int) -> Bool { atoms.indices.contains(index) && atoms[index].isGlued }

    /// Whether a comparison is asked for before an atom.
    func comparedBefore(_ index: Int) -> Bool { comparing < index }

    /// The value of a number atom.
    func number(_ index: Int) -> Int? {
        guard atoms.indices.contains(index), atoms[index].value >= 0 else { return nil }
        return atoms[index].value
    }

    /// The number of digits of a number atom, leading zeros included.
    func digits(_ index: Int) -> Int { number(index) == nil ? 0 : atoms[index].text.utf8.count }

    func skippingThe(_ index: Int) -> Int { text(index) == "the" ? index + 1 : index }

    /// Whether a naming may start here: not within a word or a number, as in `$2025` or `v2025`.
    func isStart(_ index: Int) -> Bool {
        guard isGlued(index) else { return atoms.indices.contains(index) }
        return ["-", "/", "(", "\"", "'", "[", ",", ".", "…"].contains(text(index - 1)) && !isDecimal(index - 1)
    }

    private func canStart(_ index: Int) -> Bool {
        switch atoms[index].kind {
        case .number: true
        case .sign: text(index) == "'"
        case .letters: PeriodVocabulary.starting.contains(text(index))
        }
    }

    /// Whether a mention may start here: not behind a hyphen within a word (`ORD-2024`), unless a mention ends there.
    private func isBreak(before index: Int, previousEnd: Int) -> Bool {
        guard isGlued(index), isGlued(index - 1), text(index - 1) == "-" || text(index - 1) == "/" else { return true }
        return previousEnd == index - 1
    }

    /// Whether a mention may end here: not before a hyphen within a word (`2025-001`), unless a naming follows it.
    private func isBreak(after index: Int) -> Bool {
        guard isGlued(index), isGlued(index + 1), text(index) == "-" || text(index) == "/" else { return true }
        return term(index + 1) != nil
    }

    /// Whether a sign stands between two numbers as in `3.14` or `1,000`.
    private func isDecimal(_ index: Int) -> Bool {
        (text(index) == "." || text(index) == ",") && isGlued(index) && atoms[index - 1].kind == .number
            && atoms.indices.contains(index + 1) && atoms[index + 1].kind == .number && isGlued(index + 1)
    }

    /// Whether a naming may end before this atom.
    func isEnd(_ index: Int) -> Bool {
        guard isGlued(index) else { return true }
        if text(index) == "." || text(index) == "," { return number(index + 1) == nil || !isGlued(index + 1) }
        return ["-", "/", "'", ")", "\"", "]", ";", ":", "?", "!", "…"].contains(text(index))
    }

    func mentions() -> [PeriodMention] {
        var mentions: [PeriodMention] = []
        var index = 0
        var previousEnd = 0
        while index < atoms.count {
            let found =
                canStart(index) && isBreak(before: index, previousEnd: previousEnd)
                ? mention(at: index, after: mentions.last?.expression) : nil
            guard let found else {
                index += 1
                continue
            }
            for (order, naming) in found.namings.enumerated() {
                let start = order == 0 ? found.start : found.namings[order - 1].end + 1
                let last = atoms[naming.end - 1].word
                var mention = PeriodMention(
                    expression: naming.expression,
                    words: atoms[start].word..<last + 1
                )
                if order > 0 {
                    mention.lead = found.lead
                    mention.leadWords = atoms[start - 1].word..<atoms[start - 1].word + 1
                } else {
                    tie(&mention, startingAt: found.start, previousEnd: mentions.isEmpty ? nil : previousEnd)
                }
                if let whole = mentions.last, order == 0,
                    let part = partOfYear(mention, within: whole, after: previousEnd)
                {
                    mentions[mentions.count - 1] = part
                    continue
                }
                mentions.append(mention)
                shareYears(in: &mentions)
            }
            previousEnd = found.end
            index = found.end
        }
        return mentions
    }

    /// One naming, or the two ends of a change or comparison.
    private struct Found {
        var start: Int
        var namings: [PeriodNaming]
        var lead: PeriodMention.Lead = .none
        var end: Int { namings[namings.count - 1].end }
    }

    private func mention(at start: Int, after previous: PeriodExpression?) -> Found? {
        guard isStart(start) else { return nil }
        switch text(start) {
        case "before", "after":
            if let naming = term(skippingThe(start + 1)), isEnd(naming.end), isBreak(after: naming.end) {
                let expression: PeriodExpression =
                    text(start) == "before" ? .before(naming.expression) : .after(naming.expression)
                return Found(start: start, namings: [PeriodNaming(expression, naming.end)])
            }
        case "between":
            if let days = daysOfMonth(skippingThe(start + 1)) { return Found(start: start, namings: [days]) }
            if let (first, last) = pair(at: start + 1, joinedBy: ["and", "to", "-", "&"]) {
                return ends(start, first, last, isChange: changing < start, isComparison: comparing < start)
            }
        case "from":
            if let days = daysOfMonth(skippingThe(start + 1)) { return Found(start: start, namings: [days]) }
            if let (first, last) = pair(at: start + 1, joinedBy: PeriodVocabulary.joinedByTo.union(["-"])) {
                return ends(start, first, last, isChange: changing < start, isComparison: comparing < start)
            }
            if let since = onward(at: start + 1) { return Found(start: start, namings: [since]) }
        case "since", "starting":
            var next = start + 1
            if ["in", "from", "on", "with"].contains(text(next)) { next += 1 }
            if let naming = term(skippingThe(next)), isEnd(naming.end) {
                return Found(start: start, namings: [PeriodNaming(.since(naming.expression), naming.end)])
            }
            next = skippingThe(next)
            if ["inception", "beginning", "start"].contains(text(next)), text(next + 1) != "of" {
                return Found(start: start, namings: [PeriodNaming(.allTime, next + 1)])
            }
        case "through", "thru", "until", "till", "up", "by":
            if let through = through(at: start) { return Found(start: start, namings: [through]) }
        default: break
        }
        if let range = range(at: start) { return range }
        if ["last", "previous", "prior", "next"].contains(text(start)), let previous,
            let ellipsis = ellipsis(at: start, of: previous)
        {
            return Found(start: start, namings: [ellipsis])
        }
        return nil
    }

    /// A naming, or two joined as in `Jan-Mar 2025`, `January through June`.
    private func range(at start: Int) -> Found? {
        if let days = daysOfMonth(start) { return Found(start: start, namings: [days]) }
        guard let first = term(start), isEnd(first.end) else { return nil }
        let single = isBreak(after: first.end) ? Found(start: start, namings: [first]) : nil
        let joiner = text(first.end)
        let isDotted = joiner == "." && text(first.end + 1) == "."
        guard isDotted || joiner == "-" || joiner == "…" || PeriodVocabulary.joinedByTo.contains(joiner),
            let last = term(skippingThe(first.end + (isDotted ? 2 : 1))), isEnd(last.end)
        else { return onward(at: start).map { Found(start: start, namings: [$0]) } ?? single }
        return ends(start, first, last, isChange: false, isComparison: comparing < start && joiner == "to")
    }

    private func ends(
        _ start: Int,
        _ first: PeriodNaming,
        _ last: PeriodNaming,
        isChange: Bool,
        isComparison: Bool
    ) -> Found {
        if isChange || isComparison {
            return Found(start: start, namings: [first, last], lead: isComparison ? .versus : .change)
        }
        if last.expression == .relative(.day, 0) {
            return Found(start: start, namings: [PeriodNaming(.since(first.expression), last.end)])
        }
        let (from, to) = shared(first.expression, last.expression)
        return Found(start: start, namings: [PeriodNaming(.span(from, to), last.end)])
    }

    private func pair(at start: Int, joinedBy joiners: Set<String>) -> (PeriodNaming, PeriodNaming)? {
        guard let first = term(skippingThe(start)), joiners.contains(text(first.end)) else { return nil }
        let next = skippingThe(first.end + 1)
        if ["now", "date", "present"].contains(text(next)) {
            return (first, PeriodNaming(.relative(.day, 0), next + 1))
        }
        guard let last = term(next), isEnd(last.end) else { return nil }
        return (first, last)
    }

    /// `March onwards`, `March to date`, `March until now`.
    private func onward(at start: Int) -> PeriodNaming? {
        guard let first = term(skippingThe(start)) else { return nil }
        var next = first.end
        if text(next) == "on" || text(next) == "and" { next += 1 }
        if ["onward", "onwards", "forward"].contains(text(next)) {
            return PeriodNaming(.since(first.expression), next + 1)
        }
        if PeriodVocabulary.joinedByTo.contains(text(first.end)),
            ["now", "date", "present"].contains(text(skippingThe(first.end + 1)))
        {
            return PeriodNaming(.since(first.expression), skippingThe(first.end + 1) + 1)
        }
        return nil
    }

    /// `through March`, `up to Q2`, `by the end of the year`.
    private func through(at start: Int) -> PeriodNaming? {
        var next = start + 1
        if text(start) == "up" {
            guard ["to", "until", "till"].contains(text(next)) else { return nil }
            next += 1
        }
        next = skippingThe(next)
        var isWhole = text(start) != "by"
        if text(next) == "end", text(next + 1) == "of" {
            isWhole = true
            next = skippingThe(next + 2)
        } else if ["year", "quarter", "month"].contains(text(next)), ["end", "-"].contains(text(next + 1)) {
            let end = text(next + 1) == "-" ? next + 2 : next + 1
            guard text(end) == "end", let unit = PeriodVocabulary.units[text(next)] else { return nil }
            return PeriodNaming(.through(.relative(unit, 0)), end + 1)
        }
        if isWhole, let unit = PeriodVocabulary.units[text(next)], text(next - 1) == "the" || text(next - 1) == "of",
            unit > .day
        {
            return PeriodNaming(.through(.relative(unit, 0)), next + 1)
        }
        guard isWhole, let naming = term(next), isEnd(naming.end) else { return nil }
        return PeriodNaming(.through(naming.expression), naming.end)
    }

    /// `last` in `this month vs last`.
    private func ellipsis(at index: Int, of previous: PeriodExpression) -> PeriodNaming? {
        let before = text(index - 1) == "the" ? text(index - 2) : text(index - 1)
        guard ["vs", "versus", "than", "against", "and", "to", "with", "or"].contains(before) else { return nil }
        let end = text(index + 1) == "one" ? index + 2 : index + 1
        guard end >= atoms.count || ["?", ".", ",", "!", "for", "in", "by"].contains(text(end)) else { return nil }
        let step = text(index) == "next" ? 1 : -1
        if case .relative(let unit, let offset) = previous {
            return PeriodNaming(.relative(unit, offset + step), end)
        }
        return PeriodNaming(.adjacent(nil, step), end)
    }
}
