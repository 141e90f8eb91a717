// Numbers in words: "twelve percent", "two hundred thousand", "a million", "twenty-five dollars".

extension FigureScanner {
    enum WordOutcome {
        /// More text is needed; bytes from here on are held back.
        case unfinished(hold: Int)
        case found(WrittenFigure?, end: Int)
    }

    /// Reads the word at `start`, and the number that begins with it if it is one.
    func word(at start: Int) -> WordOutcome {
        let end = letters(from: start)
        if isOpen(end) {
            // In mid-word nothing is a number yet; it is held only where a figure may have to be taken out again.
            let begins = isApart(start) && FigureWords.numberBeginnings.contains(lowered(start..<end))
            return .unfinished(hold: holdsWords && begins ? start : end)
        }
        guard FigureWords.numberFilter.mayHave(bytes, start..<end), isApart(start),
            FigureWords.numbers[lowered(start..<end)] != nil
        else { return .found(nil, end: end) }
        return phrase(at: start)
    }

    /// Whether a word begins here, not the rest of one or a part of a name.
    private func isApart(_ start: Int) -> Bool {
        guard start > 0 else { return true }
        let before = bytes[start - 1]
        return !(before.isDigit || before.isLetter || before >= 0x80 && spaceEnds(before: start) == false)
            && before != UInt8(ascii: "-") && before != UInt8(ascii: "_") && before != UInt8(ascii: "/")
    }

    private func spaceEnds(before index: Int) -> Bool {
        (2...3).contains { index >= $0 && spaceLength(index - $0) == $0 }
    }

    /// Reads number words as far as they go, then the unit.
    private func phrase(at start: Int) -> WordOutcome {
        var total = ExactNumber.zero
        var current: Int? = nil
        var lowestPower = 0
        var hasScale = false
        var isHalf = false
        var index = start
        var end = start
        if wordBefore(start) == "a" {
            isHalf = lowered(max(0, start - 7)..<start) == "half a "
        }
        while true {
            let wordEnd = letters(from: index)
            if isOpen(wordEnd) {
                let part = lowered(index..<wordEnd)
                if part.isEmpty || FigureWords.numberBeginnings.contains(part) || "and".hasPrefix(part) {
                    return .unfinished(hold: start)
                }
                break
            }
            guard let word = FigureWords.numbers[lowered(index..<wordEnd)] else { break }
            switch word {
            case .value(let value): current = (current ?? 0) + value
            case .dozen: current = (current ?? 1) * 12
            case .hundred:
                current = (current ?? 1) * 100
                hasScale = true
            case .scale(let power):
                let factor = ExactNumber(current ?? 1).shifted(by: power)
                total = total.adding(factor) ?? total
                lowestPower = power
                current = nil
                hasScale = true
            }
            guard (current ?? 0) < 1_000_000, wordEnd - start < Self.lengthMax else { return .found(nil, end: wordEnd) }
            end = wordEnd
            // A space, a hyphen or "and" may lead to more.
            if isOpen(end) { return .unfinished(hold: start) }
            var next = end
            if byte(end) == UInt8(ascii: "-") { next = end + 1 } else { next = end + spaceLength(end) }
            guard next > end else { break }
            let following = letters(from: next)
            if isOpen(following) {
                index = next
                continue
            }
            if lowered(next..<following) == "and", spaceLength(following) > 0 {
                let second = following + spaceLength(following)
                if isOpen(letters(from: second)) {
                    index = second
                    continue
                }
                guard FigureWords.numbers[lowered(second..<letters(from: second))] != nil else { break }
                next = second
            }
            index = next
        }
        guard let value = total.adding(ExactNumber(current ?? 0)) else { return .found(nil, end: end) }
        let places = current == nil && hasScale ? -lowestPower : 0
        let amount = isHalf ? value.divided(by: ExactNumber(2), places: 1) ?? value : value
        var figure = WrittenFigure(
            range: start..<end,
            kind: .amount,
            readings: [.init(value: amount, places: isHalf ? places + 1 : places)]
        )
        figure.isHedged = FigureWords.hedges.contains(wordBefore(start))
        switch unit(from: end) {
        case .unfinished: return .unfinished(hold: start)
        case .none:
            guard !hasScale, !takesBareWords else { break }
            // Small numbers in words belong to prose ("one of the two"); "twenty-first" and "forty point" are none.
            let front = wordBefore(start)
            guard !FigureWords.selections.contains(front), !FigureWords.labels.contains(front) else {
                return .found(nil, end: end)
            }
            guard amount > ExactNumber(12), byte(end) != .some(UInt8(ascii: "-")) else { return .found(nil, end: end) }
            let next = end + spaceLength(end)
            let nextEnd = letters(from: next)
            let word = lowered(next..<nextEnd)
            if isOpen(nextEnd), "point".hasPrefix(word) { return .unfinished(hold: start) }
            guard word != "point" else { return .found(nil, end: end) }
        case .some(.date, _), .some(.opensUnit, _):
            return .found(nil, end: end)
        case .some(let unit, let unitEnd): figure.apply(unit, end: unitEnd)
        }
        return .found(figure, end: figure.range.upperBound)
    }

    enum UnitOutcome {
        case unfinished
        case none
        case some(UnitWord, Int)
    }

    /// The unit behind a number: a sign, or a word after one space.
    func unit(from end: Int) -> UnitOutcome {
        if isOpen(end) { return .unfinished }
        if byte(end) == UInt8(ascii: "%") { return .some(.percent, end + 1) }
        let space = spaceLength(end)
        guard space > 0 else { return .none }
        let start = end + space
        if isOpen(start) { return .unfinished }
        if byte(start) == UInt8(ascii: "%") { return .some(.percent, start + 1) }
        let wordEnd = letters(from: start)
        let word = lowered(start..<wordEnd)
        if isOpen(wordEnd) { return FigureWords.unitBeginnings.contains(word) ? .unfinished : .none }
        guard let unit = FigureWords.units[word] else { return .none }
        guard unit == .opensUnit else { return .some(unit, wordEnd) }
        let second = wordEnd + spaceLength(wordEnd)
        guard second > wordEnd || isOpen(wordEnd) else { return .none }
        let secondEnd = letters(from: second)
        let next = lowered(second..<secondEnd)
        if isOpen(secondEnd) {
            return ["cent", "points", "hundred"].contains { $0.hasPrefix(next) } ? .unfinished : .none
        }
        switch (word, next) {
        case ("per", "cent"), ("percentage", "point"), ("percentage", "points"): return .some(.percent, secondEnd)
        case ("basis", "point"), ("basis", "points"): return .some(.basisPoints, secondEnd)
        default: return .none
        }
    }
}

extension WrittenFigure {
    /// Takes a unit in; the figure then ends behind it.
    mutating func apply(_ unit: UnitWord, end: Int) {
        range = range.lowerBound..<end
        switch unit {
        case .percent: kind = .percent
        case .basisPoints:
            kind = .percent
            readings = readings.map { Reading(value: $0.value.shifted(by: -2), places: $0.places + 2) }
        case .multiple: kind = .multiple
        case .scale(let power):
            readings = readings.map { Reading(value: $0.value.shifted(by: power), places: $0.places - power) }
        case .unit, .date, .opensUnit: break
        }
    }
}
