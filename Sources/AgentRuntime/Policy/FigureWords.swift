// The words around figures that the scanner knows: English, with the scale words of some other languages. None of them
// is a word of a business.

enum NumberWord: Sendable, Hashable {
    /// Zero to nineteen, and the tens.
    case value(Int)
    case dozen
    case hundred
    /// A power of ten.
    case scale(Int)
}

/// What a word after a number makes of it.
enum UnitWord: Sendable, Hashable {
    case percent
    case basisPoints
    case multiple
    case scale(Int)
    /// Money, weights, hours: a spelled-out number before it is a figure.
    case unit
    /// A month or a time of day: the number is part of a date.
    case date
    /// `per`, `percentage`, `basis`: the next word tells.
    case opensUnit
}

enum FigureWords {
    static let numbers: [String: NumberWord] = {
        var words: [String: NumberWord] = [
            "dozen": .dozen, "hundred": .hundred, "thousand": .scale(3), "million": .scale(6), "billion": .scale(9),
            "trillion": .scale(12),
        ]
        let small = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ]
        for (value, word) in small.enumerated() { words[word] = .value(value) }
        let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
        for (index, word) in tens.enumerated() { words[word] = .value((index + 2) * 10) }
        return words
    }()

    static let months: Set<String> = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    ]

    static let units: [String: UnitWord] = {
        var words: [String: UnitWord] = [
            "percent": .percent, "pct": .percent, "pp": .percent, "per": .opensUnit, "percentage": .opensUnit,
            "basis": .opensUnit, "bps": .basisPoints, "bp": .basisPoints, "times": .multiple, "thousand": .scale(3),
            "tsd": .scale(3), "lakh": .scale(5), "million": .scale(6), "mn": .scale(6), "mio": .scale(6),
            "crore": .scale(7), "billion": .scale(9), "bn": .scale(9), "milliarden": .scale(9), "mrd": .scale(9),
            "trillion": .scale(12), "tn": .scale(12), "am": .date, "pm": .date,
        ]
        let plain = [
            "dollar", "dollars", "euro", "euros", "pound", "pounds", "cent", "cents", "franc", "francs", "yen",
            "rupee", "rupees", "yuan", "peso", "pesos", "krona", "kronor", "zloty", "units", "pieces", "kilograms",
            "kilos", "tons", "tonnes", "litres", "liters", "metres", "meters", "hours", "minutes",
        ]
        for word in plain { words[word] = .unit }
        for month in months { words[month] = .date }
        return words
    }()

    /// Letters directly behind digits that scale them.
    static let suffixes: [String: Int] = [
        "k": 3, "tsd": 3, "m": 6, "mm": 6, "mn": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9, "t": 12, "tn": 12,
    ]

    /// Letters directly before digits that say what money it is.
    static let currencyPrefixes: Set<String> = [
        "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "INR", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "MXN",
        "BRL", "ZAR", "SGD", "HKD", "US", "CA", "AU", "NZ", "HK", "R", "A", "C", "S", "Rs", "kr", "Fr",
    ]

    /// Words after which a small whole number is a label, not a figure.
    static let labels: Set<String> = [
        "step", "option", "phase", "tier", "level", "table", "chart", "section", "chapter", "item", "part", "page",
        "note", "footnote", "version", "no", "nr", "number", "rank", "week", "day", "id", "account", "code", "ref",
        "quarter", "q", "point", "appendix", "line", "row", "room", "group", "priority", "class", "figure",
        "paragraph", "article", "rule", "form", "source",
    ]

    /// Words after which a small whole number says how far a list or a period goes.
    static let selections: Set<String> = [
        "top", "bottom", "first", "last", "past", "next", "previous", "prior", "trailing", "coming", "following",
    ]

    /// Words after which a plain number between 1900 and 2100 is a year.
    static let beforeYears: Set<String> = [
        "in", "since", "until", "till", "during", "year", "years", "fy", "fiscal", "calendar", "early", "mid", "late",
        "ending", "ended", "spring", "summer", "autumn", "fall", "winter", "end", "through", "vs", "versus",
    ]

    static let hedges: Set<String> = [
        "about", "around", "roughly", "approximately", "approx", "nearly", "almost", "over", "under", "above", "below",
        "than", "some", "circa", "ca", "least", "most", "exceeding",
    ]

    static let numberFilter = WordFilter(numbers.keys)
    static let currencyFilter = WordFilter(currencyPrefixes)

    /// Everything a word of these tables may begin with.
    static let numberBeginnings = beginnings(of: Array(numbers.keys))
    static let unitBeginnings = beginnings(of: Array(units.keys))

    private static func beginnings(of words: [String]) -> Set<String> {
        Set(words.flatMap { word in (1...word.count).map { String(word.prefix($0)) } })
    }
}
