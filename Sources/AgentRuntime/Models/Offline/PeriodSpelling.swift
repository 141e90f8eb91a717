/// Finds misspelt and shortened words of periods: "last mnth", "febuary", "lst quater".
///
/// Only a word that nothing else explains is mended. A unit needs a word before it that a unit follows, a word such as
/// "last" a unit behind it; a short name of a month must have its letters swapped, doubled or left out, since another
/// letter makes it another word ("Jane", "Marsh").
struct PeriodSpelling {
    /// The words that were meant, by the place of the written ones.
    private(set) var repairs: [Int: String] = [:]

    private let words: [String]

    /// `isOpen` tells whether a word is still unexplained.
    init(words: [String], isOpen: (Int) -> Bool) {
        self.words = words
        let open = words.indices.filter { index in
            words[index].utf8.allSatisfy { (97...122).contains($0) } && !Self.names.contains(words[index])
                && isOpen(index)
        }
        for index in open {
            if let unit = Self.unit(words[index]), followsLead(index) { repairs[index] = unit }
        }
        for index in open where repairs[index] == nil {
            if let side = Self.side(words[index]), isBeforeUnit(index) { repairs[index] = side }
        }
        // "lst mnth": each of the two explains the other.
        for index in open where repairs[index] == nil {
            guard index + 1 < words.count, open.contains(index + 1), let side = Self.side(words[index]),
                let unit = Self.unit(words[index + 1])
            else { continue }
            repairs[index] = side
            repairs[index + 1] = unit
        }
        for index in open where repairs[index] == nil {
            if let month = Self.month(words[index]) { repairs[index] = month }
        }
    }

    private func word(_ index: Int) -> String {
        words.indices.contains(index) ? repairs[index] ?? words[index] : ""
    }

    private func followsLead(_ index: Int) -> Bool {
        let before = word(index - 1)
        return Self.leads.contains(before) || PeriodVocabulary.numbers[before] != nil
            || PeriodVocabulary.ordinals[before] != nil || (!before.isEmpty && before.allSatisfy(\.isNumber))
    }

    private func isBeforeUnit(_ index: Int) -> Bool {
        var next = index + 1
        if PeriodVocabulary.numbers[word(next)] != nil || Int(word(next)) != nil { next += 1 }
        return PeriodVocabulary.units[word(next)] != nil || PeriodVocabulary.months[word(next)] != nil
    }

    private static let leads: Set<String> = [
        "last", "past", "this", "next", "previous", "prior", "current", "coming", "latest", "same", "each", "every",
        "per", "by", "the", "a", "fiscal", "financial", "calendar", "full", "whole", "which", "what", "preceding",
        "following",
    ]

    private static let sides = SpellingIndex(["last", "this", "next", "previous", "current", "prior", "past"])
    private static let units = SpellingIndex(["month", "months", "quarter", "quarters", "year", "years", "weeks"])
    private static let months = SpellingIndex(Month.names.map { $0.lowercased() })
    private static let shortSides = [
        "lst": "last", "nxt": "next", "prev": "previous", "curr": "current", "ths": "this",
    ]
    private static let shortUnits = [
        "mnth": "month", "mnths": "months", "qrtr": "quarter", "qrtrs": "quarters",
        "qter": "quarter", "qurt": "quarter", "quart": "quarter", "yer": "year", "yar": "year",
    ]
    private static let shortMonths = ["febr": "february", "juli": "july", "juni": "june", "setp": "september"]
    /// Names and words of their own that are as near to a month as a slip.
    private static let names: Set<String> = [
        "marc", "mach", "arch", "augusta", "augusto", "augustin", "juno", "jule", "jules", "juna", "aprile",
    ]

    private static func unit(_ word: String) -> String? { shortUnits[word] ?? units.nearest(to: word).first }

    private static func side(_ word: String) -> String? { shortSides[word] ?? sides.nearest(to: word).first }

    private static func month(_ word: String) -> String? {
        if let month = shortMonths[word] { return month }
        guard let month = months.nearest(to: word).first else { return nil }
        let isSwapped = word.utf8.sorted() == month.utf8.sorted()
        return word.utf8.count >= 6 && month.utf8.count >= 6 || word.utf8.count != month.utf8.count || isSwapped
            ? month : nil
    }
}
