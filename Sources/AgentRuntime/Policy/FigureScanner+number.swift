// Numbers in digits, with their separators, signs, scales and units, and the rules of what is no figure.

extension FigureScanner {
    enum NumberOutcome {
        case unfinished
        case found([ScannedText], end: Int)
    }

    /// Digits between two separators, and the separator before them.
    private struct Group {
        var separator: Separator
        var digits: Range<Int>
    }

    private enum Separator: Hashable {
        case none
        case comma
        case point
        case apostrophe
        case space
        case dash
        case slash
        case colon
    }

    /// Reads the digits at `start`.
    func number(at start: Int) -> NumberOutcome {
        guard !isIdentifier(before: start) else { return .found([], end: endOfIdentifier(from: start)) }
        var groups: [Group] = []
        var index = start
        var separator = Separator.none
        while true {
            let first = index
            while let digit = byte(index), digit.isDigit { index += 1 }
            if goesOnForeign(at: index) { return foreignNumber(at: start) }
            groups.append(Group(separator: separator, digits: first..<index))
            guard index - start <= Self.lengthMax else { return .found([], end: endOfIdentifier(from: start)) }
            if isOpen(index) { return .unfinished }
            guard let (kind, length) = self.separator(at: index) else { break }
            if isOpen(index + length) { return .unfinished }
            guard let next = byte(index + length), next.isDigit else { break }
            if kind == .space, !isGroupOfThree(index + length) {
                if isCutGroup(index + length) { return .unfinished }
                break
            }
            separator = kind
            index += length
        }
        return classify(groups, start: start, end: index)
    }

    // MARK: - What stands before

    private func isIdentifier(before start: Int) -> Bool {
        guard start > 0 else { return false }
        let before = bytes[start - 1]
        if before.isDigit || before == UInt8(ascii: "#") || before == UInt8(ascii: "@") { return true }
        if before.isLetter {
            var first = start
            while first > 0, bytes[first - 1].isLetter, start - first < 8 { first -= 1 }
            let isAlone = first == 0 || !(bytes[first - 1].isDigit || bytes[first - 1] >= 0x80)
            return
                !(isAlone && FigureWords.currencyFilter.mayHave(bytes, first..<start)
                && FigureWords.currencyPrefixes.contains(String(decoding: bytes[first..<start], as: UTF8.self)))
        }
        if before >= 0x80 {
            if currencyStart(before: start) != nil { return false }
            return isForeignLetter(endingAt: start)
        }
        if [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":")].contains(
            before
        ) {
            guard start > 1 else { return false }
            let second = bytes[start - 2]
            if second.isDigit { return true }
            if before == UInt8(ascii: ":") || before == UInt8(ascii: "."), second.isLetter {
                return isInAddress(start) || before != UInt8(ascii: ":")
            }
            return second.isLetter || second == UInt8(ascii: "/") && before == UInt8(ascii: "/")
        }
        if [UInt8(ascii: "="), UInt8(ascii: "&"), UInt8(ascii: "?"), UInt8(ascii: "%"), UInt8(ascii: "+")].contains(
            before
        ) {
            return isInAddress(start)
        }
        return false
    }

    /// Whether the scalar that ends at `index` is a letter beyond ASCII.
    private func isForeignLetter(endingAt index: Int) -> Bool {
        var first = index - 1
        while first > 0, index - first < 4, bytes[first] & 0xC0 == 0x80 { first -= 1 }
        let scalar = String(decoding: bytes[first..<index], as: UTF8.self).unicodeScalars.last
        return scalar?.properties.isAlphabetic ?? false
    }

    /// Whether a web or mail address runs up to here.
    private func isInAddress(_ start: Int) -> Bool {
        var first = start
        while first > 0, start - first < 200,
            ![UInt8(ascii: " "), 10, UInt8(ascii: "("), UInt8(ascii: "<")].contains(bytes[first - 1])
        {
            first -= 1
        }
        let word = String(decoding: bytes[first..<start], as: UTF8.self).lowercased()
        return word.contains("://") || word.hasPrefix("www.") || word.hasPrefix("mailto:") || word.contains("@")
    }

    private func endOfIdentifier(from start: Int) -> Int {
        var index = start
        while let next = byte(index), next.isDigit || next.isLetter || next == UInt8(ascii: "_") { index += 1 }
        return index
    }

    // MARK: - Separators

    private func separator(at index: Int) -> (Separator, Int)? {
        guard let byte = byte(index) else { return nil }
        switch byte {
        case UInt8(ascii: ","): return (.comma, 1)
        case UInt8(ascii: "."): return (.point, 1)
        case UInt8(ascii: "'"): return (.apostrophe, 1)
        case UInt8(ascii: "-"): return (.dash, 1)
        case UInt8(ascii: "/"): return (.slash, 1)
        case UInt8(ascii: ":"): return (.colon, 1)
        case 0xC2: return self.byte(index + 1) == 0xA0 ? (.space, 2) : nil
        case 0xE2:
            guard self.byte(index + 1) == 0x80, let last = self.byte(index + 2) else { return nil }
            switch last {
            case 0xAF, 0x89: return (.space, 3)
            case 0x99: return (.apostrophe, 3)
            case 0x93, 0x91, 0x90: return (.dash, 3)
            default: return nil
            }
        default: return nil
        }
    }

    private func isGroupOfThree(_ index: Int) -> Bool {
        let digits = (0..<4).prefix { byte(index + $0)?.isDigit == true }.count
        return digits == 3 && !isOpen(index + 3)
    }

    private func isCutGroup(_ index: Int) -> Bool {
        let digits = (0..<4).prefix { byte(index + $0)?.isDigit == true }.count
        return digits <= 3 && isOpen(index + digits)
    }

    // MARK: - What it is

    private func classify(_ groups: [Group], start: Int, end: Int) -> NumberOutcome {
        let separators = Set(groups.dropFirst().map(\.separator))
        if separators.contains(.colon) { return .found([], end: end) }
        if let date = date(groups) { return .found(date, end: endOfIdentifier(from: end)) }
        if separators.contains(.dash) || separators.contains(.slash) {
            return ranges(groups, start: start, end: end)
        }
        let readings = readings(groups)
        if readings.isEmpty {
            guard separators == [.comma] else { return .found([], end: end) }
            // "1,2,3" is a list.
            let all = groups.flatMap { self.readings([Group(separator: .none, digits: $0.digits)]) }
            return finish(all.map { [$0] }, groups, start: start, end: end)
        }
        return finish([readings], groups, start: start, end: end)
    }

    /// `2026-01-31`, `31.01.2026`, `1/31/2026`, `1/31`.
    private func date(_ groups: [Group]) -> [ScannedText]? {
        let values = groups.map { Int(text($0.digits)) ?? -1 }
        let separators = Set(groups.dropFirst().map(\.separator))
        guard separators.count == 1, let separator = separators.first else { return nil }
        switch (separator, values.count) {
        case (.dash, 3), (.point, 3), (.slash, 3):
            let isYearFirst = groups[0].digits.count == 4 && values[1] <= 12 && values[2] <= 31
            let isYearLast =
                [2, 4].contains(groups[2].digits.count) && groups[0].digits.count <= 2
                && groups[1].digits.count <= 2 && values[0] <= 31 && values[1] <= 31
            guard isYearFirst || isYearLast else { return nil }
            return [.year(isYearFirst ? values[0] : values[2])]
        case (.dash, 2):
            // A month (`2026-01`) or a fiscal year (`2025-26`).
            guard groups[0].digits.count == 4, groups[1].digits.count == 2, isYear(values[0]) else { return nil }
            return [.year(values[0])]
        case (.slash, 2):
            guard groups.allSatisfy({ $0.digits.count <= 2 }) else { return nil }
            let isDay = values[0] <= 12 && values[1] <= 31 || values[0] <= 31 && values[1] <= 12
            return isDay ? [] : nil
        default: return nil
        }
    }

    /// `10-20` is two numbers; more parts, or zeros ahead, make an identifier.
    private func ranges(_ groups: [Group], start: Int, end: Int) -> NumberOutcome {
        var parts: [[Group]] = [[]]
        for group in groups {
            if group.separator == .dash || group.separator == .slash { parts.append([]) }
            parts[parts.count - 1].append(group)
        }
        guard parts.count == 2 else { return .found([], end: endOfIdentifier(from: end)) }
        var all: [[WrittenFigure.Reading]] = []
        for part in parts {
            var part = part
            part[0].separator = .none
            let readings = readings(part)
            guard !readings.isEmpty, !hasZerosAhead(part) else { return .found([], end: endOfIdentifier(from: end)) }
            all.append(readings)
        }
        if all.allSatisfy({ $0.count == 1 && $0[0].places == 0 && ($0[0].value.int.map(isYear) ?? false) }),
            groups.allSatisfy({ $0.digits.count == 4 })
        {
            return .found(all.compactMap { $0[0].value.int.map(ScannedText.year) }, end: end)
        }
        return finish(all, groups, start: start, end: end)
    }

    private func hasZerosAhead(_ groups: [Group]) -> Bool {
        groups[0].digits.count > 1 && bytes[groups[0].digits.lowerBound] == UInt8(ascii: "0")
    }

    /// Adds sign, currency and unit, and leaves out what is no figure.
    private func finish(
        _ values: [[WrittenFigure.Reading]],
        _ groups: [Group],
        start: Int,
        end: Int
    ) -> NumberOutcome {
        var template = WrittenFigure(range: start..<end, kind: .amount, readings: [])
        let front = front(start, &template)
        let isPlain = groups.count == 1
        var isBare = isPlain && !template.isMoney && template.sign != .negative
        // Letters directly behind the digits.
        let lettersEnd = letters(from: end)
        if isOpen(lettersEnd) { return .unfinished }
        var tail = end
        var scales: [Int] = []
        if lettersEnd > end {
            let suffix = lowered(end..<lettersEnd)
            let hasMore = byte(lettersEnd).map { $0.isDigit || $0 == UInt8(ascii: "_") } ?? false
            var exponent = Exponent.none
            if suffix == "e" { exponent = self.exponent(from: lettersEnd) }
            if case .unfinished = exponent { return .unfinished }
            if case .some(let power, let exponentEnd) = exponent {
                scales = [power]
                tail = exponentEnd
                isBare = false
            } else if let power = FigureWords.suffixes[suffix], !hasMore {
                scales = suffix.utf8.count == 1 && suffix != "k" && !template.isMoney ? [power, 0] : [power]
                tail = lettersEnd
                isBare = false
            } else if suffix == "x", !hasMore {
                template.kind = .multiple
                tail = lettersEnd
                isBare = false
            } else if hasMore || isPlain && isOrdinal(suffix, digits: groups[0].digits.count) {
                return .found([], end: endOfIdentifier(from: end))
            } else if isBare, let unit = FigureWords.units[suffix], unit != .date {
                tail = lettersEnd
                isBare = false
            } else if isPlain, !template.isMoney,
                !["h", "d", "kg", "g", "km", "t", "l", "hrs", "hr", "min", "usd", "eur", "pp"].contains(suffix),
                isName(groups)
            {
                return .found([], end: endOfIdentifier(from: end))
            } else if ["pp", "bps"].contains(suffix) {
                template.kind = .percent
                tail = lettersEnd
                isBare = false
            } else {
                tail = lettersEnd
                isBare = false
            }
        } else if byte(end) == 0xC3, byte(end + 1) == 0x97 {
            template.kind = .multiple
            tail = end + 2
            isBare = false
        }
        var unit: (UnitWord, Int)?
        if template.kind == .amount, scales.isEmpty {
            switch self.unit(from: tail) {
            case .unfinished: return .unfinished
            case .none: break
            case .some(.date, let end):
                if isBare, values[0][0].value <= ExactNumber(31) { return .found([], end: end) }
            case .some(let found, let end):
                unit = (found, end)
                if found != .unit { isBare = false }
            }
        } else if !scales.isEmpty, isOpen(tail) {
            return .unfinished
        }
        // Money may be named behind the number.
        let behind = unit?.1 ?? tail
        let gap = spaceLength(behind)
        if isOpen(behind + gap), !isFinal { return .unfinished }
        let mark = currencyLength(behind + gap)
        if mark > 0 {
            template.isMoney = true
            isBare = false
            if unit == nil { tail = behind + gap + mark }
        }
        if isBare {
            switch exemption(values, groups, front: front, start: start, end: end) {
            case .unfinished: return .unfinished
            case .some(let items): return .found(items, end: end)
            case .none: break
            }
        }
        template.range = start..<tail
        let figures = values.map { readings -> WrittenFigure in
            var figure = template
            figure.readings = readings
            if !scales.isEmpty {
                figure.readings = scales.flatMap { power in
                    readings.map { .init(value: $0.value.shifted(by: power), places: $0.places - power) }
                }
            }
            if let (unit, end) = unit { figure.apply(unit, end: end) }
            return figure
        }
        return .found(figures.map(ScannedText.figure), end: figures.last?.range.upperBound ?? end)
    }

    private enum Exponent {
        case none
        case unfinished
        case some(Int, end: Int)
    }

    /// The power of ten behind an `e`: `6`, `+06`, `-3`.
    private func exponent(from start: Int) -> Exponent {
        var index = start
        let isNegative = byte(index) == .some(UInt8(ascii: "-"))
        if isNegative || byte(index) == .some(UInt8(ascii: "+")) { index += 1 }
        if isOpen(index) { return .unfinished }
        let first = index
        while let digit = byte(index), digit.isDigit, index - first < 4 { index += 1 }
        if isOpen(index) { return .unfinished }
        guard (1...3).contains(index - first), let power = Int(text(first..<index)), power <= 30 else { return .none }
        // Part of a name: `12e4f-…`.
        if let next = byte(index) {
            guard !next.isLetter, next != UInt8(ascii: "_"), next != UInt8(ascii: "-") else { return .none }
        }
        return .some(isNegative ? -power : power, end: index)
    }

    /// Whether letters behind so many plain digits make a place in an order, or a time of day.
    private func isOrdinal(_ suffix: String, digits: Int) -> Bool {
        switch suffix {
        case "st", "nd", "rd", "th": digits <= 3
        case "am", "pm": digits <= 2
        default: false
        }
    }

    /// Whether digits with letters behind them name something ("3D", "1990s", "0147a") instead of saying how much.
    private func isName(_ groups: [Group]) -> Bool {
        let digits = groups[0].digits.count
        if digits <= 3 || digits >= 16 || hasZerosAhead(groups) { return true }
        return digits == 4 && (Int(text(groups[0].digits)).map(isYear) ?? false)
    }

    /// Reads sign, currency and hedge before the digits; where they begin.
    private func front(_ start: Int, _ figure: inout WrittenFigure) -> Int {
        var index = start
        if let currency = currencyStart(before: index) {
            index = currency
            figure.isMoney = true
        }
        var letters = index
        while letters > 0, bytes[letters - 1].isLetter { letters -= 1 }
        if letters < index,
            FigureWords.currencyPrefixes.contains(String(decoding: bytes[letters..<index], as: UTF8.self))
        {
            index = letters
            figure.isMoney = true
        }
        func sign() -> Bool {
            if index > 0, bytes[index - 1] == UInt8(ascii: "-") {
                guard index < 2 || !(bytes[index - 2].isLetter || bytes[index - 2].isDigit) else { return false }
                figure.sign = .negative
                index -= 1
                return true
            }
            if index > 2, bytes[(index - 3)..<index] == [0xE2, 0x88, 0x92] {
                figure.sign = .negative
                index -= 3
                return true
            }
            if index > 0, bytes[index - 1] == UInt8(ascii: "+") {
                figure.sign = .positive
                index -= 1
                return true
            }
            return false
        }
        if sign(), !figure.isMoney, let currency = currencyStart(before: index) {
            index = currency
            figure.isMoney = true
        }
        if index > 0, bytes[index - 1] == UInt8(ascii: "~") { figure.isHedged = true }
        if index > 2, bytes[(index - 3)..<index] == [0xE2, 0x89, 0x88] { figure.isHedged = true }
        if FigureWords.hedges.contains(wordBefore(index)) { figure.isHedged = true }
        return index
    }

    private enum Exemption {
        case none
        case unfinished
        case some([ScannedText])
    }

    /// Whether a plain whole number is a marker, a label, a day or a year.
    private func exemption(
        _ values: [[WrittenFigure.Reading]],
        _ groups: [Group],
        front: Int,
        start: Int,
        end: Int
    ) -> Exemption {
        let digits = groups[0].digits.count
        if hasZerosAhead(groups) || digits >= 16 { return .some([]) }
        guard let value = values[0][0].value.int else { return .none }
        // "[1]", "[^1]"
        if digits <= 3, let open = byte(start - 1), open == UInt8(ascii: "[") || open == UInt8(ascii: "^") {
            if isOpen(end) { return .unfinished }
            if byte(end) == UInt8(ascii: "]") { return .some([]) }
        }
        // "1. ", "2) " at the start of a line
        if digits <= 3, let next = byte(end), next == UInt8(ascii: ".") || next == UInt8(ascii: ")"),
            isLineStart(start)
        {
            if isOpen(end + 1) { return .unfinished }
            if spaceLength(end + 1) > 0 || byte(end + 1) == nil || [UInt8(ascii: "*"), 10].contains(byte(end + 1)) {
                return .some([])
            }
        }
        let word = wordBefore(start)
        if digits <= 2, FigureWords.months.contains(word), value <= 31 { return .some([]) }
        if FigureWords.labels.contains(word) { return .some([]) }
        if value <= 366, FigureWords.selections.contains(word) { return .some([]) }
        if digits == 4, isYear(value) {
            if FigureWords.beforeYears.contains(word) || FigureWords.months.contains(word) {
                return .some([.year(value)])
            }
            if isAfterQuarter(start) || isAfterDay(start) { return .some([.year(value)]) }
        }
        return .none
    }

    private func isYear(_ value: Int) -> Bool { (1900...2100).contains(value) }

    /// Whether only marks of lists, headings and emphasis stand between here and the start of the line.
    private func isLineStart(_ start: Int) -> Bool {
        var index = start
        while index > 0 {
            let before = bytes[index - 1]
            if before == 10 { return true }
            let marks: [UInt8] = [32, 9, 42, 35, 62, 45, 95, 124, 92]
            guard marks.contains(before) else { return false }
            index -= 1
        }
        return true
    }

    /// Whether a quarter or half label stands before ("Q2 2025").
    private func isAfterQuarter(_ start: Int) -> Bool {
        var index = start
        while index > 0, bytes[index - 1] == UInt8(ascii: " ") { index -= 1 }
        guard index > 1, bytes[index - 1].isDigit, let letter = byte(index - 2) else { return false }
        return [UInt8(ascii: "Q"), UInt8(ascii: "q"), UInt8(ascii: "H"), UInt8(ascii: "h")].contains(letter)
    }

    /// Whether a day of a month stands before ("January 31, 2026").
    private func isAfterDay(_ start: Int) -> Bool {
        var index = start
        while index > 0, bytes[index - 1] == UInt8(ascii: " ") || bytes[index - 1] == UInt8(ascii: ",") { index -= 1 }
        let end = index
        while index > 0, bytes[index - 1].isDigit { index -= 1 }
        guard end - index >= 1, end - index <= 2 else { return false }
        return FigureWords.months.contains(wordBefore(index))
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    // MARK: - The value

    /// The ways to read groups of digits; none when they are no number.
    private func readings(_ groups: [Group]) -> [WrittenFigure.Reading] {
        let point = Separator.point
        let decimal = signs.decimal == UInt8(ascii: ",") ? Separator.comma : point
        let first = reading(groups, decimal: decimal)
        // Where the comma is decimal, models still write the point that JSON and English have.
        guard decimal == .comma || first == nil else { return [first].compactMap(\.self) }
        let second = reading(groups, decimal: decimal == point ? .comma : point)
        return Set([first, second].compactMap(\.self)).sorted { $0.value < $1.value }
    }

    private func reading(_ groups: [Group], decimal: Separator) -> WrittenFigure.Reading? {
        var whole = groups
        var fraction: Range<Int>?
        if groups.count > 1, let last = groups.last, last.separator == decimal {
            fraction = last.digits
            whole.removeLast()
        }
        let separators = Set(whole.dropFirst().map(\.separator))
        guard separators.count <= 1, !separators.contains(decimal) else { return nil }
        if whole.count > 1 {
            guard whole[0].digits.count <= 3, whole.last?.digits.count == 3,
                whole.dropFirst().dropLast().allSatisfy({ (2...3).contains($0.digits.count) })
            else { return nil }
        }
        let digits = whole.map { text($0.digits) }.joined()
        let places = fraction?.count ?? 0
        guard digits.utf8.count + places <= 36,
            let value = ExactNumber(digits + (fraction.map { "." + text($0) } ?? ""))
        else { return nil }
        let zeros = fraction == nil ? digits.reversed().prefix { $0 == "0" }.count : 0
        return WrittenFigure.Reading(
            value: value,
            places: places,
            digits: digits.drop { $0 == "0" }.count,
            zeros: min(zeros, max(0, digits.count - 1))
        )
    }
}
