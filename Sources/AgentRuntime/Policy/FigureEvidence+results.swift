// How the numbers of results are related to each other; the rule stands in `FigureEvidence.swift`.

extension FigureEvidence {
    private static let relatedMax = 8
    private static let relatedEntriesMax = 24
    private static let differencesMax = 12
    private static let sharesMax = 24
    private static let seriesMax = 60
    private static let callsMax = 6

    /// A number with the path of member names that leads to it.
    private struct Named {
        var path: String
        var value: ExactNumber
        var isCount: Bool

        /// A ratio such as 0.42, related to other ratios only.
        var isRatio: Bool { value.exponent < 0 && value.magnitude < ExactNumber(2) }
    }

    /// Numbers of one member over a list, with the names of their entries.
    private struct Family {
        var path: String
        var values: [ExactNumber]
        var names: [String]
        var isCount: Bool
    }

    /// What calls of one tool have in common.
    private struct Outline {
        var top: [Named] = []
        var families: [Family] = []
    }

    /// Takes the results of calls in, oldest first; those that failed are explanations, not evidence.
    package mutating func add(calls: [CompletedCall]) {
        var outlines: [String: [Outline]] = [:]
        let all = WrittenArguments(calls.map(\.call.arguments))
        for call in calls.reversed() where call.status == .completed && !call.result.isError {
            var outline = Outline()
            written = all.of(call.call.arguments)
            add(call.result.content, around: [], path: "", depth: 0, isListed: false, &outline)
            for citation in call.result.citations {
                add(resultText: citation.text)
                for field in citation.fields { addPlainly(field.value, name: field.name, depth: 0) }
            }
            outlines[call.call.name, default: []].append(outline)
        }
        written = WrittenArguments()
        for outlines in outlines.values.map({ Array($0.prefix(Self.callsMax)) }) where outlines.count > 1 {
            for first in outlines.indices {
                for second in outlines.indices where second > first { relate(outlines[first], outlines[second]) }
            }
        }
    }

    // MARK: - Walking a result

    /// Takes the figures of a result's text, without what only repeats the model's own words.
    private mutating func add(resultText text: String) {
        guard let rest = written.rest(of: text) else { return add(text: text) }
        add(text: text, takesFigures: false)
        add(text: rest)
    }

    private mutating func add(
        _ value: JSONValue,
        around: [Named],
        path: String,
        depth: Int,
        isListed: Bool,
        _ outline: inout Outline
    ) {
        guard depth < 32, !isFull else { return }
        switch value {
        case .number(let number):
            guard let exact = number.exact else { return }
            add(exact, isCount: Self.countsOrNames(path))
        case .string(let text): add(resultText: text)
        case .object(let object):
            let own = Self.numbers(of: object, path: path)
            let inner = own + Self.inner(of: object, path: path)
            if depth == 0 { outline.top = inner }
            if !isListed || depth == 0 { relateMembers(inner.count <= Self.relatedMax ? inner : own) }
            for member in object {
                let path = path.isEmpty ? member.name : path + "." + member.name
                add(member.value, around: inner, path: path, depth: depth + 1, isListed: isListed, &outline)
            }
        case .array(let items):
            add(ExactNumber(items.count), isCount: true)
            let isLong = items.count > Self.relatedEntriesMax
            for family in Self.families(of: items, path: path) {
                relate(family, isSeries: Self.areStretches(family.names), around: around)
                if outline.families.count < 64, family.values.count <= Self.relatedEntriesMax {
                    outline.families.append(family)
                }
            }
            for item in items {
                add(item, around: [], path: path, depth: depth + 1, isListed: isListed || isLong, &outline)
            }
        case .null, .bool: return
        }
    }

    /// Numbers without relations: of citations.
    private mutating func addPlainly(_ value: JSONValue, name: String, depth: Int) {
        guard depth < 8 else { return }
        switch value {
        case .number(let number): if let exact = number.exact { add(exact, isCount: Self.countsOrNames(name)) }
        case .string(let text): add(resultText: text)
        case .object(let object): for member in object { addPlainly(member.value, name: member.name, depth: depth + 1) }
        case .array(let items): for item in items { addPlainly(item, name: name, depth: depth + 1) }
        case .null, .bool: return
        }
    }

    private static func numbers(of object: JSONObject, path: String) -> [Named] {
        object.compactMap { member in
            guard let value = member.value.exact else { return nil }
            let path = path.isEmpty ? member.name : path + "." + member.name
            return Named(path: path, value: value, isCount: countsOrNames(member.name))
        }
    }

    private static func inner(of object: JSONObject, path: String) -> [Named] {
        object.flatMap { member -> [Named] in
            guard let inner = member.value.object else { return [] }
            return numbers(of: inner, path: path.isEmpty ? member.name : path + "." + member.name)
        }
    }

    private static func families(of items: [JSONValue], path: String) -> [Family] {
        guard items.count > 1 else { return [] }
        var order: [String] = []
        var families: [String: Family] = [:]
        for (index, item) in items.enumerated() {
            let numbers: [Named]
            var name = "\(index)"
            switch item {
            case .number(let number):
                numbers = number.exact.map { [Named(path: "", value: $0, isCount: countsOrNames(path))] } ?? []
            case .object(let object):
                numbers = Self.numbers(of: object, path: "") + inner(of: object, path: "")
                name = object.lazy.compactMap { $0.value.string }.first { _ in true } ?? name
            default: numbers = []
            }
            for number in numbers {
                let key = number.path
                if families[key] == nil {
                    order.append(key)
                    let whole = key.isEmpty ? path : path + "." + key
                    families[key] = Family(path: whole, values: [], names: [], isCount: number.isCount)
                }
                families[key]?.values.append(number.value)
                families[key]?.names.append(name)
            }
        }
        return order.compactMap { families[$0] }.filter { $0.values.count > 1 }
    }

    // MARK: - Relations

    private mutating func relateMembers(_ numbers: [Named]) {
        let related = numbers.filter { !$0.isCount }
        let groups = [related.filter { !$0.isRatio }, related.filter(\.isRatio)]
        for (group, areRatios) in zip(groups, [false, true]) where group.count <= Self.relatedMax {
            for first in group.indices {
                for second in group.indices where second > first {
                    relate(group[first].value, group[second].value, areRatios: areRatios)
                }
            }
        }
    }

    /// Differences, and for amounts ratios and growth both ways.
    private mutating func relate(_ first: ExactNumber, _ second: ExactNumber, areRatios: Bool) {
        if let difference = first.subtracting(second)?.double {
            add(amount: difference)
            if areRatios { add(ratio: difference) }
        }
        guard !areRatios else { return }
        addGrowth(first.double, second.double)
        if !second.isZero { add(ratio: first.double / second.double) }
        if !first.isZero { add(ratio: second.double / first.double) }
    }

    private mutating func addGrowth(_ first: Double, _ second: Double) {
        if second != 0 { add(ratio: (first - second) / second) }
        if first != 0 { add(ratio: (second - first) / first) }
    }

    private mutating func relate(_ family: Family, isSeries: Bool, around: [Named]) {
        let values = family.values.map(\.double)
        let isRatio = family.values.allSatisfy { $0.exponent < 0 && $0.magnitude < ExactNumber(2) || $0.isZero }
        var sum = ExactNumber.zero
        for value in family.values { sum = sum.adding(value) ?? sum }
        let total = sum.double
        if !isRatio { add(sum, isCount: family.isCount) }
        if !family.isCount { add(amount: total / Double(values.count)) }
        guard !family.isCount || values.count <= Self.sharesMax else { return }
        let high = values.max() ?? 0
        let low = values.min() ?? 0
        if isRatio {
            add(ratio: total / Double(values.count))
            add(ratio: high - low)
            for index in 1..<values.count where values.count <= Self.seriesMax {
                add(ratio: values[index] - values[index - 1])
            }
            for (first, last) in Self.ends(of: values.count) { add(ratio: values[last] - values[first]) }
            return
        }
        if values.count <= Self.sharesMax, !family.isCount { addGrowth(high, low) }
        let leaf = family.path.split(separator: ".").last.map(String.init) ?? ""
        let wholes =
            [total]
            + around.filter { $0.path.split(separator: ".").last.map(String.init) == leaf }
            .map(\.value.double)
        if values.count <= Self.sharesMax {
            for whole in wholes where whole != 0 {
                for value in values { add(ratio: value / whole) }
            }
            var first = values[0]
            for index in 1..<min(5, values.count) {
                first += values[index]
                guard index < values.count - 1 else { break }
                add(amount: first)
                for whole in wholes where whole != 0 { add(ratio: first / whole) }
            }
        }
        guard !family.isCount else { return }
        if values.count <= Self.differencesMax {
            for first in values.indices {
                for second in values.indices where second > first { add(amount: values[first] - values[second]) }
            }
        }
        guard isSeries, values.count <= Self.seriesMax else { return }
        for index in 1..<values.count {
            add(amount: values[index] - values[index - 1])
            addGrowth(values[index], values[index - 1])
        }
        for (first, last) in Self.ends(of: values.count) {
            addGrowth(values[last], values[first])
            add(amount: values[last] - values[first])
            add(amount: values[first...last].reduce(0, +) / Double(last - first + 1))
        }
    }

    /// The ends of a series: its first and last entry, each of which may be left out as a stretch that is not whole.
    private static func ends(of count: Int) -> [(Int, Int)] {
        [(0, count - 1), (0, count - 2), (1, count - 1), (1, count - 2)].filter { $0.0 < $0.1 }
    }

    private mutating func relate(_ first: Outline, _ second: Outline) {
        for number in first.top where !number.isCount {
            guard let other = second.top.first(where: { $0.path == number.path }) else { continue }
            let areRatios = number.isRatio && other.isRatio
            relate(number.value, other.value, areRatios: areRatios)
            if !areRatios, let sum = number.value.adding(other.value) { add(amount: sum.double) }
        }
        for family in first.families where !family.isCount {
            guard let other = second.families.first(where: { $0.path == family.path }) else { continue }
            for (name, value) in zip(family.names, family.values) {
                guard let place = other.names.firstIndex(of: name) else { continue }
                if let difference = value.subtracting(other.values[place]) { add(amount: difference.double) }
                addGrowth(value.double, other.values[place].double)
            }
        }
    }

    // MARK: - What names say

    /// Whether a member's name says that it counts or names something; such numbers are not related.
    static func countsOrNames(_ path: String) -> Bool {
        let name = path.split(separator: ".").last.map(String.init) ?? path
        if names.contains(name) { return true }
        return endings.contains { name.hasSuffix($0) }
    }

    private static let names: Set<String> = [
        "count", "rows", "index", "offset", "start", "end", "limit", "page", "pages", "id", "year", "month", "day",
        "week", "quarter", "position", "version", "rank", "n", "number", "ordinal", "total_count", "size", "length",
        "line", "level", "priority",
    ]
    private static let endings = [
        "_count", "_id", "_at", "_ms", "_days", "_rows", "_index", "_total_count", "_number", "_year", "_bytes",
        "_total",
    ]

    /// Whether the names of a list's entries are stretches of time.
    private static func areStretches(_ names: [String]) -> Bool {
        names.count > 1 && names.allSatisfy(isStretch)
    }

    private static func isStretch(_ name: String) -> Bool {
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        guard words.contains(where: { $0.contains(where: \.isNumber) || FigureWords.months.contains($0) }) else {
            return false
        }
        return words.allSatisfy { word in
            if FigureWords.months.contains(word) { return true }
            if let number = Int(word) { return number < 2_101 }
            let rest = word.drop { "qhfyw".contains($0) }
            return Int(rest) != nil || ["week", "quarter", "of", "half", "to", "year", "month"].contains(word)
        }
    }
}
