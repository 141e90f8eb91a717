// How figures read in answers: `$200K`, `$24,580.50`, `6.7%`, `1.2 pp`, `1,234`.
//
// Separators, grouping and the place of the currency sign are the locale's, taken from Foundation once; the digits are
// made here from exact values, rounded once, half to even, as no formatter of Foundation takes a `Money` without going
// through `Decimal` or `Double`. K, M and B are English: other locales get their full numbers. Digits are always those
// of ASCII, so that an answer can be checked against the figures that it rests on.

/// Writes figures for one locale and currency; costly to make (milliseconds), cheap to use: keep one per tenant.
package struct FigureFormat: Sendable, Hashable {
    /// How much of an amount is written.
    package enum Style: Sendable {
        /// Three significant digits with K, M, B or T where the locale is English, else rounded to whole units.
        case short
        /// The whole amount, with decimals only where it is not whole.
        case full
    }

    private let moneyNotation: FigureNotation
    private let numberNotation: FigureNotation
    private let percentNotation: FigureNotation
    private let isEnglish: Bool

    /// Takes a BCP 47 tag and an ISO 4217 code; unknown ones give plain international forms.
    package init(locale: String = "en-US", currency: String = "USD") {
        let samples = FigureSamples(locale: locale, currency: currency)
        moneyNotation = FigureNotation(sample: samples.money, small: samples.smallNumber)
        numberNotation = FigureNotation(sample: samples.number, small: samples.smallNumber)
        percentNotation = FigureNotation(sample: samples.percent, small: samples.smallNumber)
        isEnglish = samples.isEnglish
    }

    /// An amount of money; `signed` writes a plus before one that is above zero.
    package func money(_ amount: Money, style: Style = .full, signed: Bool = false) -> String {
        money(amount.exact, style: style, signed: signed)
    }

    /// An amount in currency units, such as an average.
    package func money(_ amount: ExactNumber, style: Style = .full, signed: Bool = false) -> String {
        guard style == .short else { return full(amount, signed: signed) }
        guard isEnglish else { return moneyNotation.text(amount.rounded(places: 0), signed: signed) }
        let rounded = FigureFormat.significant(amount, digits: 3)
        let scales = [("T", 12), ("B", 9), ("M", 6), ("K", 3)]
        for (name, power) in scales where rounded.magnitude >= ExactNumber(significand: 1, exponent: power) {
            return moneyNotation.text(rounded.shifted(by: -power), signed: signed, scale: name)
        }
        // Below a thousand cents count only below a hundred.
        return amount.magnitude < ExactNumber(100)
            ? full(amount, signed: signed) : moneyNotation.text(rounded, signed: signed)
    }

    /// A ratio as a percentage (`0.0667` is `6.7%`): one decimal, none where it is 0.
    package func percent(_ ratio: ExactNumber, signed: Bool = false) -> String {
        percentNotation.text(ratio.shifted(by: 2).rounded(places: 1), signed: signed)
    }

    /// A difference of two ratios in percentage points (`0.012` is `1.2 pp`).
    package func percentagePoints(_ difference: ExactNumber, signed: Bool = false) -> String {
        numberNotation.text(difference.shifted(by: 2).rounded(places: 1), signed: signed) + "\u{A0}pp"
    }

    /// A count or other plain number, with at most so many decimals.
    package func number(_ value: ExactNumber, places: Int = 2, signed: Bool = false) -> String {
        numberNotation.text(value.rounded(places: places), signed: signed)
    }

    package func number(_ count: Int) -> String { number(ExactNumber(count)) }

    private func full(_ amount: ExactNumber, signed: Bool) -> String {
        let places = moneyNotation.fractionDigits
        let rounded = amount.rounded(places: places)
        return moneyNotation.text(rounded, signed: signed, decimals: rounded.isInteger ? 0 : places)
    }

    /// The value rounded to so many significant digits.
    private static func significant(_ value: ExactNumber, digits: Int) -> ExactNumber {
        let length = String(value.significand.magnitude).utf8.count + value.exponent
        return value.rounded(places: digits - length)
    }
}

/// The signs that numbers are written with, read off a formatted sample.
private struct FigureNotation: Sendable, Hashable {
    private var prefix = ""
    private var suffix = ""
    private var grouping = ""
    private var decimal = "."
    /// Digits in the group before the decimal point, and in those before it (3 and 2 in India).
    private var groups = (first: 3, next: 3)
    /// The digits from which numbers are grouped (5 in Spanish).
    private var groupedFrom = 4
    private(set) var fractionDigits = 0

    /// Takes samples of 12345678.5 and 1234, with whatever the locale puts around and between the digits.
    init(sample: String, small: String) {
        let characters = Array(sample)
        guard let first = characters.firstIndex(where: FigureNotation.isDigit),
            let last = characters.lastIndex(where: FigureNotation.isDigit)
        else { return }
        prefix = String(characters[..<first])
        suffix = String(characters[(last + 1)...])
        var digits = 0
        var separators: [(before: Int, text: String)] = []
        for character in characters[first...last] {
            if FigureNotation.isDigit(character) {
                digits += 1
            } else if let separator = separators.last, separator.before == digits {
                separators[separators.count - 1].text.append(character)
            } else {
                separators.append((digits, String(character)))
            }
        }
        fractionDigits = max(0, digits - 8)
        if fractionDigits > 0, let point = separators.popLast() { decimal = point.text }
        guard let separator = separators.last else { return }
        grouping = separator.text
        groups.first = 8 - separator.before
        groups.next = separators.count > 1 ? separator.before - separators[separators.count - 2].before : groups.first
        groupedFrom = small.filter(FigureNotation.isDigit).count == small.count ? 5 : 4
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    /// The number with its sign and what stands around it; it is written to as many decimals as it has or as asked for.
    func text(_ value: ExactNumber, signed: Bool, scale: String = "", decimals: Int = 0) -> String {
        let sign = value.isNegative ? "-" : signed && !value.isZero ? "+" : ""
        var digits = Array(String(value.significand.magnitude))
        var fraction: [Character] = []
        if value.exponent >= 0 {
            guard value.exponent < 64 else { return sign + prefix + value.magnitude.literal + scale + suffix }
            digits += Array(repeating: "0", count: value.exponent)
        } else {
            let missing = 1 - value.exponent - digits.count
            if missing > 0 { digits = Array(repeating: "0", count: missing) + digits }
            fraction = Array(digits.suffix(-value.exponent))
            digits.removeLast(-value.exponent)
        }
        if fraction.count < decimals { fraction += Array(repeating: "0", count: decimals - fraction.count) }
        let whole = grouped(digits)
        return sign + prefix + whole + (fraction.isEmpty ? "" : decimal + String(fraction)) + scale + suffix
    }

    private func grouped(_ digits: [Character]) -> String {
        guard !grouping.isEmpty, digits.count >= groupedFrom else { return String(digits) }
        var pieces = [String(digits.suffix(groups.first))]
        var rest = digits.dropLast(groups.first)
        while !rest.isEmpty {
            pieces.append(String(rest.suffix(groups.next)))
            rest = rest.dropLast(groups.next)
        }
        return pieces.reversed().joined(separator: grouping)
    }

    static func == (left: FigureNotation, right: FigureNotation) -> Bool {
        left.prefix == right.prefix && left.suffix == right.suffix && left.grouping == right.grouping
            && left.decimal == right.decimal && left.groups == right.groups && left.groupedFrom == right.groupedFrom
            && left.fractionDigits == right.fractionDigits
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(prefix)
        hasher.combine(suffix)
        hasher.combine(grouping)
        hasher.combine(decimal)
    }
}
