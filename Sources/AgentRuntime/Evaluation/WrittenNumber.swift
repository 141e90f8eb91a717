/// Numbers as people write them: `$1,234.50`, `79K`, `6.7%`, `(1,200)`, `-3.5 million`, `1.234,56 €`.
package enum WrittenNumber {
    /// Every number of a text, percentages as they are written (`6.7%` is 6.7), scales multiplied out.
    package static func all(in text: String) -> [ExactNumber] { scan(text).map(\.value) }

    /// Numbers that state an amount: dates, years, quarters, list markers, ordinals and names with digits left aside.
    package static func figures(in text: String) -> [ExactNumber] { scan(text).filter(\.isFigure).map(\.value) }

    private struct Found {
        var value: ExactNumber
        var isFigure: Bool
    }

    private static func scan(_ text: String) -> [Found] {
        let scalars = Array(text.unicodeScalars)
        var found: [Found] = []
        var index = 0
        while index < scalars.count {
            guard isDigit(scalars[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < scalars.count, isDigit(scalars[index]) || isSeparator(scalars, index) { index += 1 }
            let literal = String(String.UnicodeScalarView(scalars[start..<index]))
            let before = start > 0 ? scalars[start - 1] : " "
            let isName = before.properties.isAlphabetic || before == "_" || before == "#"
            let isDate =
                index < scalars.count && (scalars[index] == "-" || scalars[index] == "/") && index + 1 < scalars.count
                && isDigit(scalars[index + 1])
            let (scale, unit, end) = suffix(scalars, index)
            let isWord = end == index && end < scalars.count && scalars[end].properties.isAlphabetic
            if isDate {
                while index < scalars.count, isDigit(scalars[index]) || scalars[index] == "-" || scalars[index] == "/" {
                    index += 1
                }
                continue
            }
            index = max(index, end)
            guard !isName, !isWord, let number = number(literal) else { continue }
            let isCurrency = before.properties.generalCategory == .currencySymbol
            let sign = isCurrency ? (start > 1 ? scalars[start - 2] : " ") : before
            let isParenthesis =
                sign == "(" && end < scalars.count && scalars[end] == ")" && (isCurrency || literal.contains(","))
            var value = ExactNumber(significand: number.significand, exponent: number.exponent + scale)
            if sign == "-" || sign == "−" || sign == "–" || isParenthesis,
                let negative = ExactNumber.zero.subtracting(value)
            {
                value = negative
            }
            let isPlain = !isCurrency && unit.isEmpty && !literal.contains(",") && !literal.contains(".")
            let isYear = isPlain && literal.count == 4 && (1900...2199).contains(Int(literal) ?? 0)
            let isSmall = isPlain && literal.count <= 2
            found.append(Found(value: value, isFigure: !isYear && !isSmall))
        }
        return found
    }

    private static func suffix(_ scalars: [Unicode.Scalar], _ index: Int) -> (scale: Int, unit: String, end: Int) {
        if index < scalars.count, scalars[index] == "%" { return (0, "%", index + 1) }
        var start = index
        if start < scalars.count, scalars[start] == " " { start += 1 }
        var end = start
        while end < scalars.count, scalars[end].properties.isAlphabetic { end += 1 }
        let word = String(String.UnicodeScalarView(scalars[start..<end])).lowercased()
        switch word {
        case "k", "thousand": return (3, word, end)
        case "m", "mn", "million", "mio": return (6, word, end)
        case "b", "bn", "billion": return (9, word, end)
        case "percent", "percentage", "pp": return (0, "%", end)
        default: return (0, "", index)
        }
    }

    /// Reads both `1,234.5` and `1.234,5`: a separator is decimal where it stands once and last, unless three digits follow
    /// a comma.
    private static func number(_ literal: String) -> ExactNumber? {
        var text = literal
        while let last = text.last, last == "." || last == "," { text.removeLast() }
        let points = text.count { $0 == "." }
        let commas = text.count { $0 == "," }
        if points > 0, commas > 0 {
            let isPointLast =
                (text.lastIndex(of: ".") ?? text.startIndex) > (text.lastIndex(of: ",") ?? text.startIndex)
            text.removeAll { $0 == (isPointLast ? "," : ".") }
            if !isPointLast { text = text.replacing(",", with: ".") }
        } else if commas > 0 {
            let tail = text.split(separator: ",").last?.count ?? 0
            text = commas == 1 && tail != 3 ? text.replacing(",", with: ".") : text.replacing(",", with: "")
        } else if points > 1 {
            text.removeAll { $0 == "." }
        }
        return ExactNumber(text)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    private static func isSeparator(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard scalars[index] == "." || scalars[index] == ",", index + 1 < scalars.count else { return false }
        return isDigit(scalars[index + 1])
    }
}
