internal import AgentRuntime

/// Reads what a question supposes: "if we cut travel by 15% and revenue in EMEA grows 10%".
///
/// Each quantity belongs to the names that stand before it since the last quantity, else to those after it. The
/// direction is told by the nearest word that has one; a list of quantities keeps the direction of the first.
/// A name that no quantity takes is what the question asks about ("what happens to net income").
struct ChangeReader {
    /// One supposed change, as the tools take it.
    struct Change: Hashable {
        enum Amount: Hashable {
            case percent(ExactNumber)
            case amount(ExactNumber)
            case level(ExactNumber)
            case heads(ExactNumber)
        }

        var metric: String
        var filters: [Frame.Filter] = []
        var amount: Amount
        var costPerHead: ExactNumber?

        var json: JSONValue {
            var json: JSONObject = ["metric": .string(metric)]
            if !filters.isEmpty { json["filters"] = .array(filters.map(\.json)) }
            switch amount {
            case .percent(let value): json["percent"] = .exact(value)
            case .amount(let value): json["amount"] = .exact(value)
            case .level(let value): json["level"] = .exact(value)
            case .heads(let value): json["heads"] = .exact(value)
            }
            if let costPerHead { json["cost_per_head"] = .exact(costPerHead) }
            return .object(json)
        }
    }

    private(set) var changes: [Change] = []
    /// Measures that the question asks about beside those it changes.
    private(set) var outcomes: [String] = []
    /// What nothing here explains.
    private(set) var unplaced: [String] = []
    /// Whether a change of prices was read as one of revenue.
    private(set) var isOfPrices = false

    private enum Part: Equatable {
        case metric(String, isFromData: Bool)
        case value(String, [String])
        case quantity(ExactNumber, NumberToken.Unit)
        case implied(Int)
        case direction(Int)
        case to
        case being
        case minus
        case joint
        case boundary
        case preposition
        case heads
        case price
        case other
        case unknown(String)
    }

    private var parts: [Part] = []
    private var isUsed: [Bool] = []

    /// `nil` when the question supposes nothing or gives no quantity.
    init?(_ frame: Frame, _ situation: Situation) {
        let tokens = Tokenizer.tokens(of: frame.text)
        guard frame.isAbout("what_if") || frame.isAbout("simulation") || ChangeWords.isSupposition(tokens.map(\.word))
        else { return nil }
        let utterance = Utterance(text: frame.text, tokens: tokens, isQuestion: true)
        readParts(Reading(utterance, vocabulary: situation.vocabulary))
        isUsed = parts.map { _ in false }
        let quantities = parts.indices.filter { index in
            switch parts[index] {
            case .quantity, .implied: true
            default: false
            }
        }
        guard !quantities.isEmpty else { return nil }
        for (place, index) in quantities.enumerated() {
            let before = (place == 0 ? 0 : quantities[place - 1] + 1)..<index
            let after = (index + 1)..<(place + 1 < quantities.count ? quantities[place + 1] : parts.count)
            read(index, before: before, after: after, isLast: place + 1 == quantities.count, frame)
        }
        collectRest(frame)
        guard !changes.isEmpty || !unplaced.isEmpty else { return nil }
    }

    // MARK: Parts

    private mutating func readParts(_ reading: Reading) {
        let terms = reading.assignments(max: 1).first ?? [:]
        let tokens = reading.utterance.tokens
        for (position, item) in reading.items.enumerated() {
            let words = item.range.map { tokens[$0] }
            if case .period = item.content {
                parts.append(.other)
                continue
            }
            let last = words[words.count - 1]
            if case .phrase = item.content, let term = terms[position] {
                let isFromData = isFromData(item, term)
                if words.count == 1, isVerb(last, term) {
                    parts.append(word(last))
                    continue
                }
                switch term {
                case .metric(let metric): parts.append(.metric(metric, isFromData: isFromData))
                case .value(let dimension, let value): parts.append(.value(dimension, [value]))
                case .values(let dimension, let values): parts.append(.value(dimension, values))
                case .cue(let name) where name.hasPrefix(":"):
                    let isOwn = ["what_if", "overview", "scenario", "causal", "simulation"].contains(
                        String(name.dropFirst())
                    )
                    parts.append(isOwn ? .other : .unknown(words.map(\.text).joined(separator: " ")))
                case .unplaceable, .topic:
                    parts.append(
                        ChangeWords.isHead(last.word) ? .heads : .unknown(words.map(\.text).joined(separator: " "))
                    )
                default: parts.append(words.count == 1 ? word(last) : phrase(words))
                }
                continue
            }
            parts.append(word(last))
            joinNumber(words[0], after: position, reading)
        }
    }

    private func isFromData(_ item: Reading.Item, _ term: Term) -> Bool {
        guard case .phrase(let meanings, _) = item.content else { return false }
        return meanings.contains { $0.term == term && $0.isFromData }
    }

    /// "Lost" is a stage of deals and "engineers" may be near to a department, but here they say what changes.
    private func isVerb(_ token: Token, _ term: Term) -> Bool {
        guard case .value(let dimension, _) = term else { return false }
        if dimension.hasPrefix("deal") { return ChangeWords.direction(token.stem) != nil }
        return ChangeWords.isHead(token.word)
    }

    /// A phrase of the language of questions: the word in it that moves something counts ("went down").
    private func phrase(_ words: [Token]) -> Part {
        words.lazy.map(word).first { part in
            switch part {
            case .direction, .implied, .heads: true
            default: false
            }
        } ?? .other
    }

    private func word(_ token: Token) -> Part {
        if let number = token.number { return .quantity(number.value, number.unit) }
        switch token.word {
        case "and", ",", "plus", "while", "also": return .joint
        case "if", "then", "when", "but", ":": return .boundary
        case "-": return .minus
        case "to": return .to
        case "was", "were", "is", "be", "are", "become", "becomes", "became", "reach", "reaches", "reached", "hits",
            "hit", "at", "equals", "equal", "stays", "stay":
            return .being
        case "in", "for", "from", "of", "within", "on", "across": return .preposition
        default: break
        }
        if token.isSign { return .other }
        if let implied = ChangeWords.implied(token.stem) { return .implied(implied) }
        if let direction = ChangeWords.direction(token.stem) { return .direction(direction) }
        if ChangeWords.isHead(token.word) { return .heads }
        if ChangeWords.isPrice(token.word) { return .price }
        let isPlain =
            EnglishWords.stop.contains(token.word) || EnglishWords.soft.contains(token.word)
            || ChangeWords.besides.contains(token.word)
        return isPlain ? .other : .unknown(token.text)
    }

    /// "15 percent", "2 points", "3 million": what follows a number says what it counts.
    private mutating func joinNumber(_ token: Token, after position: Int, _ reading: Reading) {
        guard let number = token.number, position + 1 < reading.items.count else { return }
        let next = reading.utterance.tokens[reading.items[position + 1].range.lowerBound].word
        let shifts = ["thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "bn": 9]
        switch next {
        case "percent", "pct", "percentage", "point", "points", "pp":
            parts[parts.count - 1] = .quantity(number.value, .percent)
        case "basis", "bps": parts[parts.count - 1] = .quantity(number.value.shifted(by: -2), .percent)
        default:
            guard let shift = shifts[next] else { return }
            parts[parts.count - 1] = .quantity(number.value.shifted(by: shift), .money)
        }
    }

    // MARK: Changes

    private struct Target {
        var metric: String
        var filters: [Frame.Filter]
    }

    private mutating func read(_ index: Int, before: Range<Int>, after: Range<Int>, isLast: Bool, _ frame: Frame) {
        bindPlaces(at: before)
        if case .quantity(let value, let unit) = parts[index], readHeads(value, unit, index, before, after) { return }
        var targets = self.targets(before: before)
        // "Marketing spends 20% more on advertising": the verb is the measure only where nothing behind it is.
        if let verb = targets.first, targets.count == 1, ["spend", "costs"].contains(verb.metric) {
            let objects = self.targets(after: after, isList: isLast, onlyNamed: true)
            if !objects.isEmpty {
                targets = objects.map { object in
                    var object = object
                    for filter in verb.filters { add(filter.values, of: filter.dimension, to: &object.filters) }
                    return object
                }
            }
        }
        if targets.isEmpty { targets = self.targets(after: after, isList: isLast) }
        if targets.isEmpty, changes.isEmpty, let metric = frame.metrics.last, !parts.contains(where: isTarget) {
            targets = [Target(metric: metric, filters: frame.filters)]
        }
        guard let amount = amount(index, before: before, after: after, frame), !targets.isEmpty else {
            if case .implied = parts[index] { return }
            unplaced.append(text(of: index))
            return
        }
        changes += targets.map { Change(metric: $0.metric, filters: $0.filters, amount: amount) }
    }

    private func isTarget(_ part: Part) -> Bool {
        switch part {
        case .metric, .value, .price, .heads: true
        default: false
        }
    }

    private func text(of index: Int) -> String {
        guard case .quantity(let value, _) = parts[index] else { return "" }
        return value.literal
    }

    /// Places named right behind a quantity narrow what it changes: "by 15% in EMEA and …".
    private mutating func bindPlaces(at range: Range<Int>) {
        guard !changes.isEmpty, let first = range.first else { return }
        var hasPreposition = false
        for index in first..<range.upperBound {
            switch parts[index] {
            case .preposition: hasPreposition = true
            case .other: continue
            case .value(let dimension, let values) where hasPreposition:
                add(values, of: dimension, to: &changes[changes.count - 1].filters)
                isUsed[index] = true
            default: return
            }
        }
    }

    private func add(_ values: [String], of dimension: String, to filters: inout [Frame.Filter]) {
        if let index = filters.firstIndex(where: { $0.dimension == dimension }) {
            filters[index].values += values.filter { !filters[index].values.contains($0) }
        } else {
            filters.append(Frame.Filter(dimension: dimension, values: values))
        }
    }

    /// "hire 3 engineers at $120K each", "cut headcount by 10%"; returns whether the quantity was such.
    private mutating func readHeads(
        _ value: ExactNumber,
        _ unit: NumberToken.Unit,
        _ index: Int,
        _ before: Range<Int>,
        _ after: Range<Int>
    ) -> Bool {
        if unit != .percent, let last = changes.indices.last, case .heads = changes[last].amount,
            changes[last].costPerHead == nil, !before.contains(where: { isTarget(parts[$0]) && !isUsed[$0] }),
            ExactNumber(1000) < value || unit == .money
        {
            changes[last].costPerHead = value
            return true
        }
        guard unit == .plain,
            let head = after.first(where: { parts[$0] == .heads })
                ?? before.last(where: { parts[$0] == .heads && !isUsed[$0] })
        else { return false }
        isUsed[head] = true
        var filters: [Frame.Filter] = []
        for place in Array(before) + Array(after) {
            guard case .value("department", let values) = parts[place], !isUsed[place] else { continue }
            add(values, of: "department", to: &filters)
            isUsed[place] = true
        }
        let direction = takeDirection(index, before: before, after: after) ?? 1
        changes.append(
            Change(metric: "headcount", filters: filters, amount: .heads(direction < 0 ? value.negated : value))
        )
        return true
    }

    private mutating func amount(
        _ index: Int,
        before: Range<Int>,
        after: Range<Int>,
        _ frame: Frame
    ) -> Change.Amount? {
        if case .implied(let percent) = parts[index] { return .percent(ExactNumber(percent)) }
        guard case .quantity(let value, let unit) = parts[index] else { return nil }
        let lead = before.last { parts[$0] != .other && parts[$0] != .minus }.map { parts[$0] }
        let direction = takeDirection(index, before: before, after: after)
        let isMinus = index > 0 && parts[index - 1] == .minus
        if unit == .percent {
            guard let sign = direction ?? (isMinus ? -1 : nil) ?? assumed(frame) else { return nil }
            return .percent(sign < 0 ? value.negated : value)
        }
        guard unit == .money || ExactNumber(100) <= value else { return nil }
        if lead == .to || lead == .being && direction == nil { return .level(value) }
        guard let sign = direction ?? (isMinus ? -1 : nil) ?? assumed(frame) else { return nil }
        return .amount(sign < 0 ? value.negated : value)
    }

    /// The direction of the change before, or of the question before this one.
    private func assumed(_ frame: Frame) -> Int? {
        if let last = changes.last {
            switch last.amount {
            case .percent(let value), .amount(let value), .heads(let value): return value.isNegative ? -1 : 1
            case .level: return nil
            }
        }
        guard frame.inheritsSubject || frame.leansBack else { return nil }
        if frame.has("down") { return -1 }
        if frame.has("up") { return 1 }
        let isGain = ["revenue", "gross_profit", "net_income", "operating_income"].contains(frame.metrics.last ?? "")
        return isGain ? 1 : -1
    }

    private mutating func takeDirection(_ index: Int, before: Range<Int>, after: Range<Int>) -> Int? {
        for place in before.reversed() {
            guard case .direction(let direction) = parts[place], !isUsed[place] else { continue }
            isUsed[place] = true
            return direction
        }
        for place in after {
            if parts[place] == .joint || parts[place] == .boundary { return nil }
            guard case .direction(let direction) = parts[place], !isUsed[place] else { continue }
            isUsed[place] = true
            return direction
        }
        return nil
    }

    // MARK: Targets

    /// Stretches between "and" and "if".
    private func segments(_ range: Range<Int>) -> [(range: Range<Int>, isHard: Bool)] {
        var segments: [(range: Range<Int>, isHard: Bool)] = []
        var start = range.lowerBound
        var isHard = true
        for index in range where parts[index] == .joint || parts[index] == .boundary {
            segments.append((start..<index, isHard))
            isHard = parts[index] == .boundary
            start = index + 1
        }
        segments.append((start..<range.upperBound, isHard))
        return segments
    }

    private func hasTarget(_ range: Range<Int>) -> Bool { range.contains { isTarget(parts[$0]) && !isUsed[$0] } }

    private func isBare(_ range: Range<Int>) -> Bool {
        range.allSatisfy { index in
            switch parts[index] {
            case .metric, .value, .other, .preposition: true
            default: false
            }
        }
    }

    private mutating func targets(before range: Range<Int>) -> [Target] {
        let segments = self.segments(range)
        guard let last = segments.lastIndex(where: { hasTarget($0.range) }) else { return [] }
        var first = last
        // A list of names goes back to the verb or the "if" before it: "cut travel, rent and advertising by 10%".
        while first > 0, !segments[first].isHard, hasTarget(segments[first - 1].range),
            isBare(segments[first].range)
                || first == last && hasTarget(segments[first - 1].range) && isListed(segments[first - 1].range)
        {
            first -= 1
        }
        return segments[first...last].flatMap { target(in: $0.range, isLater: true) }
    }

    /// Whether a stretch ends with a name, so that "and" goes on with it.
    private func isListed(_ range: Range<Int>) -> Bool {
        range.last { parts[$0] != .other }.map { isTarget(parts[$0]) } ?? false
    }

    private mutating func targets(after range: Range<Int>, isList: Bool, onlyNamed: Bool = false) -> [Target] {
        let segments = self.segments(range)
        if onlyNamed {
            guard let segment = segments.first, segment.range.contains(where: isNamed) else { return [] }
        }
        guard let first = segments.firstIndex(where: { hasTarget($0.range) }), !segments[first].isHard || first == 0
        else { return [] }
        var last = first
        while isList, last + 1 < segments.count, !segments[last + 1].isHard, isBare(segments[last + 1].range),
            hasTarget(segments[last + 1].range)
        {
            last += 1
        }
        return segments[first...last].flatMap { target(in: $0.range, isLater: false) }
    }

    /// Whether a part is a name out of the tenant's data that no change has taken.
    private func isNamed(_ index: Int) -> Bool {
        guard case .metric(_, isFromData: true) = parts[index] else { return false }
        return !isUsed[index]
    }

    private mutating func target(in range: Range<Int>, isLater: Bool) -> [Target] {
        var specific: [String] = []
        var general: [String] = []
        var filters: [Frame.Filter] = []
        for index in range where !isUsed[index] {
            switch parts[index] {
            case .metric(let metric, true): specific.append(metric)
            case .metric(let metric, false): general.append(metric)
            case .value(let dimension, let values): add(values, of: dimension, to: &filters)
            case .price:
                general.append("revenue")
                isOfPrices = true
            case .heads: general.append("headcount")
            default: continue
            }
            isUsed[index] = true
        }
        var metrics = specific
        if metrics.isEmpty, let one = isLater ? general.last : general.first { metrics = [one] }
        if metrics.isEmpty, let dimension = filters.first?.dimension {
            metrics = [["region", "lob", "product", "source"].contains(dimension) ? "revenue" : "spend"]
        }
        if filters.contains(where: { $0.dimension == "vendor" }), metrics == ["costs"] { metrics = ["spend"] }
        return metrics.map { Target(metric: $0, filters: filters) }
    }

    // MARK: The rest

    private mutating func collectRest(_ frame: Frame) {
        for index in parts.indices where !isUsed[index] {
            switch parts[index] {
            case .metric(let metric, false):
                if !outcomes.contains(metric), !changes.contains(where: { $0.metric == metric }) {
                    outcomes.append(metric)
                }
            case .metric(let metric, true): unplaced.append(metric)
            case .value(let dimension, let values):
                // A place at the end narrows all that changes: "… by 10% in EMEA".
                guard !changes.isEmpty, index > 0 else {
                    unplaced += values
                    continue
                }
                for place in changes.indices
                where !changes[place].filters.contains(where: { $0.dimension == dimension }) {
                    add(values, of: dimension, to: &changes[place].filters)
                }
            case .unknown(let text): unplaced.append(text)
            default: continue
            }
        }
    }
}

extension ChangeReader {
    /// The changes as a tool's argument.
    var argument: JSONValue { .array(changes.map(\.json)) }
}
