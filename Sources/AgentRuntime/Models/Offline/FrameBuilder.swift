/// Fills a frame from a reading with one meaning chosen for each phrase.
struct FrameBuilder {
    /// What periods are resolved by.
    struct Calendar: Sendable {
        var today: CalendarDate
        var fiscalYearStart: Int
        /// The period of the question before, for "the quarter before".
        var previous: Period?
    }

    private let reading: Reading
    private let terms: [Int: Term]
    private let calendar: Calendar
    private var frame = Frame()
    private var isExcluding = false
    /// Items by position for looking around.
    private var items: [Reading.Item] { reading.items }
    private var tokens: [Token] { reading.utterance.tokens }
    private var metricPositions: [(metric: String, position: Int, isFromData: Bool)] = []
    private var sharePosition: Int?
    private var baseline: Int?
    private var consumedNumbers: Set<Int> = []

    init(_ reading: Reading, terms: [Int: Term], calendar: Calendar) {
        self.reading = reading
        self.terms = terms
        self.calendar = calendar
    }

    static func frame(_ reading: Reading, terms: [Int: Term], calendar: Calendar) -> Frame {
        var builder = FrameBuilder(reading, terms: terms, calendar: calendar)
        return builder.build()
    }

    private mutating func build() -> Frame {
        frame.text = reading.utterance.text
        readForm()
        for position in items.indices {
            switch items[position].content {
            case .phrase: take(terms[position] ?? .filler, at: position)
            case .period(let expression, let lead): take(expression, lead, at: position)
            case .word: take(wordAt: position)
            }
        }
        settleMetrics()
        settleFilters()
        // What a period is held against comes last.
        if let baseline, frame.periods.indices.contains(baseline), baseline < frame.periods.count - 1 {
            frame.periods.append(frame.periods.remove(at: baseline))
        }
        // "2025 against last year", asked in 2026, means the year before 2025.
        if frame.hasBaseline, frame.periods.count == 2, frame.periods[0].period == frame.periods[1].period {
            frame.periods[1].period = frame.periods[0].period.previous()
        }
        return frame
    }

    // MARK: Terms

    private mutating func take(_ term: Term, at position: Int) {
        let item = items[position]
        let weight = item.range.filter { !tokens[$0].isSign && !EnglishWords.stop.contains(tokens[$0].word) }.count
        if !EnglishWords.stop.isSuperset(of: item.range.map { tokens[$0].word }), term != .filler {
            frame.words += item.range.filter { !tokens[$0].isSign }.map { tokens[$0].word }
                .filter { !EnglishWords.stop.contains($0) }
        }
        var slot: String?
        switch term {
        case .metric(let metric):
            slot = "metric"
            if !metricPositions.contains(where: { $0.metric == metric }) {
                metricPositions.append((metric, position, isFromData(term, position)))
            }
            isExcluding = isExcluding && isFromData(term, position)
        case .dimension(let dimension):
            slot = "dimension"
            if !isNameOfNeighbour(dimension, position), !frame.groupings.contains(dimension) {
                frame.groupings.append(dimension)
            }
        case .value(let dimension, let value):
            slot = "value"
            add([value], of: dimension)
        case .values(let dimension, let values):
            slot = "value"
            add(values, of: dimension)
        case .comparison(let comparison):
            slot = "comparison"
            if !frame.comparisons.contains(comparison) { frame.comparisons.append(comparison) }
        case .granularity(let granularity):
            slot = "granularity"
            frame.granularity = granularity
        case .order(let order):
            slot = "order"
            if frame.order == nil { frame.order = order }
        case .chart(let type):
            slot = "chart"
            if frame.chart == nil || frame.chart == "auto" { frame.chart = type }
        case .topic: slot = "topic"
        case .cue(let name):
            guard takeCue(name, at: position) else { return }
            slot = "cue:\(name)"
        case .unplaceable:
            frame.unexplained.append(
                Frame.Word(text: item.range.map { tokens[$0].text }.joined(separator: " "), isTolerable: false)
            )
        case .filler: break
        }
        if let slot {
            frame.weights[slot, default: 0] += max(weight, slot.hasPrefix("cue:") && slot != "cue:why" ? 0 : 1)
        }
    }

    private mutating func add(_ values: [String], of dimension: String) {
        let isExcluded = isExcluding
        let index = frame.filters.firstIndex { $0.dimension == dimension && $0.isExcluded == isExcluded }
        if let index {
            for value in values where !frame.filters[index].values.contains(value) {
                frame.filters[index].values.append(value)
            }
        } else {
            frame.filters.append(Frame.Filter(dimension: dimension, values: values, isExcluded: isExcluded))
            if values.count > 1 { frame.isJoined = true }
        }
    }

    /// Subjects come as cues with a colon before them; returns whether the cue counts.
    private mutating func takeCue(_ name: String, at position: Int) -> Bool {
        if name.hasPrefix(":") {
            let subject = String(name.dropFirst())
            if !frame.subjects.contains(subject) { frame.subjects.append(subject) }
            frame.weights["subject:\(subject)", default: 0] += 1
            return false
        }
        switch name {
        case "exclude":
            isExcluding = true
        case "over", "under", "hit":
            if let next = nextContent(after: position), case .period = items[next].content { return false }
            if name == "over" || name == "under" { takeThreshold(isAbove: name == "over", after: position) }
        case "share_of":
            sharePosition = position
            if !frame.has("share") { frame.cues.append("share") }
        case "again":
            frame.leansBack = true
        default: break
        }
        if !frame.cues.contains(name) { frame.cues.append(name) }
        return true
    }

    private mutating func takeThreshold(isAbove: Bool, after position: Int) {
        guard let next = nextContent(after: position), case .word = items[next].content else { return }
        let token = tokens[items[next].range.lowerBound]
        guard let number = token.number else { return }
        consumedNumbers.insert(next)
        frame.thresholds.append(
            Frame.Threshold(
                isAbove: isAbove,
                value: number.value,
                isPercent: number.unit == .percent
                    || next + 1 < items.count && tokens[items[next + 1].range.lowerBound].word == "percent",
                words: token.text
            )
        )
    }

    private mutating func take(_ expression: PeriodExpression, _ lead: PeriodMention.Lead, at position: Int) {
        isExcluding = false
        let range = items[position].range
        let words = range.map { tokens[$0].word }
        frame.weights["period", default: 0] += 1
        if case .year = expression, sharedYear != nil { return }
        let resolution = dated(expression, lead, at: position).resolve(
            today: calendar.today,
            fiscalYearStart: calendar.fiscalYearStart,
            tense: frame.tense == .future ? .future : .past,
            // "August compared with the same month last year": what was named before counts before the last question.
            relativeTo: frame.periods.last?.period ?? calendar.previous
        )
        guard let resolution else {
            frame.unexplained.append(
                Frame.Word(text: range.map { tokens[$0].text }.joined(separator: " "), isTolerable: false)
            )
            return
        }
        frame.periods.append(
            Frame.Span(
                words: words.joined(separator: " "),
                period: resolution.period,
                isToDate: resolution.isToDate
            )
        )
        switch lead {
        case .versus:
            frame.hasBaseline = true
            baseline = frame.periods.indices.last
            if !frame.has("compare") { frame.cues.append("compare") }
        case .change:
            if !frame.has("change") { frame.cues.append("change") }
        case .and, .none: break
        }
    }

    /// "Q1 vs Q2 revenue 2025": parts without a year take the one year that is named by itself.
    private func dated(
        _ expression: PeriodExpression,
        _ lead: PeriodMention.Lead,
        at position: Int
    ) -> PeriodExpression {
        guard case .named(let part, .bare) = expression else { return expression }
        if let year = sharedYear { return .named(part, .of(.year(year))) }
        // "Q2 2025 compared to Q1": the part is of the year of the one before, or of the last in which it has begun.
        guard lead != .none, let before = frame.periods.last?.period, let unit = before.unit, unit < .year else {
            return expression
        }
        let year = FiscalCalendar(startMonth: calendar.fiscalYearStart).year(of: before.start)
        func start(_ year: Int) -> CalendarDate? {
            PeriodExpression.named(part, .of(.year(year)))
                .resolve(today: calendar.today, fiscalYearStart: calendar.fiscalYearStart)?.period.start
        }
        func hasBegun(_ year: Int) -> Bool { start(year).map { $0 <= calendar.today } ?? false }
        // "From Q4 2024 to Q1" goes on into the next year.
        if lead == .change, let same = start(year), same < before.start, hasBegun(year + 1) {
            return .named(part, .of(.year(year + 1)))
        }
        let isAhead = frame.tense != .future && start(year) != nil && !hasBegun(year)
        return .named(part, .of(.year(isAhead ? year - 1 : year)))
    }

    /// A year that stands by itself beside parts of a year, and is not what they are held against.
    private var sharedYear: Int? {
        var years: [Int] = []
        var hasPart = false
        for item in items {
            guard case .period(let expression, let lead) = item.content else { continue }
            if case .year(let year) = expression {
                guard lead == .none else { return nil }
                years.append(year)
            }
            if case .named(_, .bare) = expression { hasPart = true }
        }
        return hasPart && years.count == 1 ? years[0] : nil
    }

    private mutating func take(wordAt position: Int) {
        let token = tokens[items[position].range.lowerBound]
        if token.isSign {
            return
        }
        if let number = token.number {
            frame.words.append(token.word)
            if consumedNumbers.contains(position) {
                frame.weights["number", default: 0] += 1
            } else if let count = number.value.int, number.unit == .plain, (1...1_000).contains(count),
                isBesideOrder(position)
            {
                frame.limit = count
                frame.weights["number", default: 0] += 1
            } else if !EnglishWords.isOrdinary(token.word) {
                frame.unexplained.append(Frame.Word(text: token.text, isTolerable: false))
            }
            return
        }
        switch token.word {
        case "not", "no", "never", "nt", "isnt", "arent", "wasnt", "werent", "didnt", "dont", "doesnt", "hasnt",
            "havent":
            frame.isNegated = true
        case "it", "that", "those", "them", "these", "this", "its", "their", "same", "there", "they":
            frame.leansBack = true
        case "in", "for", "during", "by", "per", "to", "at":
            isExcluding = isExcluding && ["in", "for"].contains(token.word) && previousIsExclude(position)
        default: break
        }
        guard !EnglishWords.stop.contains(token.word) else { return }
        frame.words.append(token.word)
        frame.unexplained.append(
            Frame.Word(text: token.text, isTolerable: EnglishWords.soft.contains(token.word))
        )
    }

    // MARK: Looking around

    private func isFromData(_ term: Term, _ position: Int) -> Bool {
        guard case .phrase(let meanings, _) = items[position].content else { return false }
        return meanings.contains { $0.term == term && $0.isFromData }
    }

    /// The next item that is no preposition, article or sign.
    private func nextContent(after position: Int) -> Int? {
        var next = position + 1
        while next < items.count {
            if case .word = items[next].content {
                let token = tokens[items[next].range.lowerBound]
                if token.number == nil, token.isSign || EnglishWords.stop.contains(token.word) {
                    next += 1
                    continue
                }
            }
            return next
        }
        return nil
    }

    /// Whether a dimension's word only says what its neighbour is ("the EMEA region").
    private func isNameOfNeighbour(_ dimension: String, _ position: Int) -> Bool {
        for neighbour in [position - 1, position + 1] where items.indices.contains(neighbour) {
            if case .value(dimension, _) = terms[neighbour] { return true }
            if case .metric = terms[neighbour], dimension == "account",
                terms[neighbour].map({ isFromData($0, neighbour) }) == true
            {
                return true
            }
        }
        return false
    }

    /// "top 3", "the 3 biggest", "3 vendors".
    private func isBesideOrder(_ position: Int) -> Bool {
        for neighbour in [position - 1, position + 1, position + 2, position - 2]
        where items.indices.contains(neighbour) {
            switch terms[neighbour] {
            case .order: return true
            case .dimension where neighbour > position: return true
            case .cue(let name) where neighbour > position && name.hasPrefix(":"): return true
            default: continue
            }
        }
        return false
    }

    private func previousIsExclude(_ position: Int) -> Bool {
        position > 0 && terms[position - 1] == .cue("exclude")
    }

    private mutating func readForm() {
        let words = tokens.filter { !$0.isSign }.map(\.word)
        let openers = words.drop {
            ["and", "so", "ok", "okay", "but", "then", "hi", "hello", "hey", "please"].contains($0)
        }
        let text = " " + words.joined(separator: " ") + " "
        if text.contains(" how many ") || text.contains(" number of ") {
            frame.form = .count
        } else if words.contains(where: { ["which", "who", "whom", "whose"].contains($0) }) {
            frame.form = .which
        } else if text.contains(" how much ") {
            frame.form = .amount
        } else if let first = openers.first, Self.auxiliaries.contains(first), openers.dropFirst().first != "you" {
            frame.form = .yesNo
        }
        if words.contains(where: {
            ["will", "wont", "shall", "forecast", "forecasts", "likely", "likelihood", "odds"].contains($0)
        })
            || text.contains(" going to ")
        {
            frame.tense = .future
        } else if words.contains(where: { ["did", "was", "were", "didnt", "had"].contains($0) }) {
            frame.tense = .past
        }
        let firstWord = words.first ?? ""
        if ["and", "also", "then", "but"].contains(firstWord) || text.hasPrefix(" what about ")
            || text.hasPrefix(" how about ")
        {
            frame.leansBack = true
        }
    }

    private static let auxiliaries: Set<String> = [
        "is", "are", "was", "were", "did", "do", "does", "has", "have", "had", "will", "am", "isnt", "arent", "didnt",
        "wasnt", "werent", "hasnt", "havent", "doesnt", "dont",
    ]

    // MARK: Settling

    /// A measure of the data beside a general one is the more specific name of the same thing ("travel costs").
    private mutating func settleMetrics() {
        var kept = metricPositions
        for specific in metricPositions where specific.isFromData {
            kept.removeAll { general in
                !general.isFromData && areBeside(general.position, specific.position)
            }
        }
        if let sharePosition, kept.count > 1 {
            if let whole = kept.firstIndex(where: { $0.position > sharePosition }) {
                kept.append(kept.remove(at: whole))
            }
        }
        if frame.filters.contains(where: \.isExcluded) || frame.has("exclude") {
            excludeMetrics(&kept)
        }
        frame.metrics = kept.map(\.metric)
    }

    /// "costs without travel": the measure of the data after the exclusion is left out of the general one.
    private mutating func excludeMetrics(_ kept: inout [(metric: String, position: Int, isFromData: Bool)]) {
        guard kept.count > 1,
            let position = items.indices.first(where: { terms[$0] == .cue("exclude") })
        else { return }
        let excluded = kept.filter { $0.isFromData && $0.position > position }
        guard !excluded.isEmpty, excluded.count < kept.count else { return }
        kept.removeAll { metric in excluded.contains { $0.position == metric.position } }
        let values = excluded.map(\.metric)
        frame.filters.append(Frame.Filter(dimension: "metric", values: values, isExcluded: true))
    }

    /// Whether two phrases stand side by side, prepositions and articles aside.
    private func areBeside(_ first: Int, _ second: Int) -> Bool {
        let between = (min(first, second) + 1)..<max(first, second)
        return between.allSatisfy { position in
            guard case .word = items[position].content else {
                switch terms[position] {
                case .filler, .dimension, .order: return true
                default: return false
                }
            }
            return ["on", "for", "of", "the", "our", "in", "with", "a", "all", "from"].contains(
                tokens[items[position].range.lowerBound].word
            )
        }
    }

    /// A dimension with a value of its own is no grouping unless several values are set side by side.
    private mutating func settleFilters() {
        for filter in frame.filters where !filter.isExcluded && filter.values.count == 1 {
            if frame.groupings == [filter.dimension], frame.order == nil, frame.form != .which,
                !tokens.contains(where: { ["by", "per", "each", "every", "across"].contains($0.word) })
            {
                frame.groupings = []
            }
        }
    }
}
