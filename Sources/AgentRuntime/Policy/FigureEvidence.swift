// What figures of an answer may rest on: the numbers of tool results, what can be derived from them, and the numbers
// that the user gave.
//
// The wider the derivations, the more wrong figures pass by accident: of n numbers, n² differences and ratios would
// ground nearly every whole percentage. So only numbers that belong together are related:
//
// - Within an object with its inner objects (at most eight amounts): differences, ratios, growth. Not in lists of more
//   than 24 entries.
// - Over a list, by member: the sum, the mean, each entry's share of the sum and of the same member of the object
//   around the list, the sums of the first two to five entries; growth from the lowest to the highest; differences
//   between entries of lists of at most 12; growth from one entry to the next, and from the first to the last (each of
//   which may be left out, as a stretch that is not whole), where the entries are stretches of time.
// - Between at most six calls of one tool, by member of the result's top: differences, ratios, growth, sums; and by
//   entry of the same name in their lists, differences and growth.
// - Counts, ranks and other numbers that say how many or which one are taken as they are, never related.
//
// What a result repeats from texts that the model wrote as arguments is no evidence: else it could have any figure given
// back to it (`WrittenArguments`).
//
// A figure is then one of these rounded to the places that are written (three and more zeros at the end
// of an amount count as not written, down to three significant digits; any zeros, down to one digit, where a word says
// that it is rounded). Every table is sorted once
// and asked by two binary searches.

/// Numbers that figures may rest on, indexed.
package struct FigureEvidence: Sendable {
    /// A number as it stands in a result.
    struct Entry: Sendable {
        var magnitude: Double
        var value: ExactNumber
        /// It counts or names; it is never money or a percentage.
        var isCount: Bool
        /// It was written as a percentage, so its value is in percent.
        var isPercent: Bool
    }

    /// Numbers that are taken in of one request, derived ones included; what is beyond is not evidence.
    static let numbersMax = 200_000
    /// Bytes of text in results that are searched for figures.
    static let textBytesMax = 4_194_304

    private(set) var entries: [Entry] = []
    /// Derived amounts, and derived ratios (1 is the whole), without their signs.
    private(set) var amounts: [Double] = []
    private(set) var ratios: [Double] = []
    private(set) var years: Set<Int> = []
    private var textBytes = 0
    private var scanner: FigureScanner
    /// What the model wrote itself as arguments, of the call whose result is taken in.
    var written = WrittenArguments()
    private var isSorted = true

    package init(signs: NumberSigns = NumberSigns()) { scanner = FigureScanner(signs: signs) }

    package var count: Int { entries.count + amounts.count + ratios.count }
    var isFull: Bool { count >= Self.numbersMax }

    // MARK: - Taking in

    mutating func add(_ value: ExactNumber, isCount: Bool = false, isPercent: Bool = false) {
        guard !isFull else { return }
        entries.append(
            Entry(magnitude: abs(value.double), value: value, isCount: isCount, isPercent: isPercent)
        )
        isSorted = false
    }

    mutating func add(amount: Double) {
        guard amount.isFinite, !isFull else { return }
        amounts.append(abs(amount))
        isSorted = false
    }

    mutating func add(ratio: Double) {
        guard ratio.isFinite, !isFull else { return }
        ratios.append(abs(ratio))
        isSorted = false
    }

    /// Takes the figures of a text in, as they stand.
    ///
    /// `takesFigures`: with false only years are taken.
    package mutating func add(text: String, takesBareWords: Bool = false, takesFigures: Bool = true) {
        guard textBytes + text.utf8.count <= Self.textBytesMax, text.utf8.contains(where: { $0.isDigit || $0.isLetter })
        else { return }
        textBytes += text.utf8.count
        scanner.takesBareWords = takesBareWords
        var found: [ScannedText] = []
        scanner.scan(text) { found.append($0) }
        for item in found {
            switch item {
            case .year(let year): years.insert(year)
            case .figure(let figure) where takesFigures:
                for reading in figure.readings {
                    let value = figure.sign == .negative ? reading.value.negated : reading.value
                    add(value, isPercent: figure.kind == .percent)
                }
            case .figure: continue
            }
        }
    }

    /// Sorts the tables; to be done before figures are looked up.
    package mutating func settle() {
        guard !isSorted else { return }
        entries.sort { $0.magnitude < $1.magnitude }
        amounts.sort()
        ratios.sort()
        isSorted = true
    }

    // MARK: - Looking up

    /// Whether a figure rests on something.
    package func grounds(_ figure: WrittenFigure) -> Bool {
        precondition(isSorted, "evidence is settled before it is asked")
        if isKnownYear(figure) { return true }
        return figure.readings.contains { reading in
            widths(of: reading, figure).contains { grounds(reading, within: $0, figure) }
        }
    }

    private func isKnownYear(_ figure: WrittenFigure) -> Bool {
        guard figure.kind == .amount, !figure.isMoney, figure.range.count == 4, figure.readings.count == 1,
            let year = figure.readings[0].value.int, (1900...2100).contains(year)
        else { return false }
        return years.contains(year) || years.contains(year + 1) || years.contains(year - 1)
    }

    /// How far a value may be away: half of the last place that is written, or that counts as written.
    private func widths(of reading: WrittenFigure.Reading, _ figure: WrittenFigure) -> [ExactNumber] {
        let exact = ExactNumber(significand: 5, exponent: -reading.places - 1)
        guard figure.kind == .amount, reading.zeros >= (figure.isHedged ? 1 : 3) else { return [exact] }
        let kept = figure.isHedged ? 1 : 3
        let dropped = min(reading.zeros, reading.digits - kept)
        guard dropped > 0 else { return [exact] }
        return [exact.shifted(by: dropped)]
    }

    private func grounds(
        _ reading: WrittenFigure.Reading,
        within width: ExactNumber,
        _ figure: WrittenFigure
    ) -> Bool {
        let value = reading.value
        switch figure.kind {
        case .amount:
            return holds(value, width, figure.sign) { !(figure.isMoney && $0.isCount) }
                || holdsDerived(amounts, value.double, width.double)
        case .percent:
            return holds(value, width, figure.sign) { !$0.isCount }
                || holds(value.shifted(by: -2), width.shifted(by: -2), figure.sign) { !$0.isCount && !$0.isPercent }
                || holdsDerived(ratios, value.double / 100, width.double / 100)
        case .multiple:
            return holds(value, width, figure.sign) { _ in true } || holdsDerived(ratios, value.double, width.double)
        }
    }

    private func holds(
        _ value: ExactNumber,
        _ width: ExactNumber,
        _ sign: WrittenFigure.Sign,
        where accepts: (Entry) -> Bool
    ) -> Bool {
        let target = value.double
        let slack = target * 1e-15 + width.double * 1e-9
        let low = target - width.double - slack
        let high = target + width.double + slack
        var index = entries.firstIndex(notBelow: low)
        while index < entries.count, entries[index].magnitude <= high {
            let entry = entries[index]
            index += 1
            guard accepts(entry) else { continue }
            if sign == .negative, !entry.value.isNegative { continue }
            if sign == .positive, entry.value.isNegative { continue }
            // Doubles tell numbers of 15 digits apart, no more.
            if target > 1e14, let gap = entry.value.magnitude.subtracting(value)?.magnitude, gap > width { continue }
            return true
        }
        return false
    }

    private func holdsDerived(_ table: [Double], _ target: Double, _ width: Double) -> Bool {
        let slack = target * 1e-12 + width * 1e-9
        var low = 0
        var high = table.count
        while low < high {
            let middle = (low + high) / 2
            if table[middle] < target - width - slack { low = middle + 1 } else { high = middle }
        }
        return low < table.count && table[low] <= target + width + slack
    }

    mutating func insert(year: Int) { years.insert(year) }
}

extension [FigureEvidence.Entry] {
    fileprivate func firstIndex(notBelow bound: Double) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].magnitude < bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
