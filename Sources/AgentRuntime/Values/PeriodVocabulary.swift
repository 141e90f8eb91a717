/// The English words that periods are named with.
enum PeriodVocabulary {
    static let months: [String: Int] = {
        var words: [String: Int] = ["sept": 9]
        for (index, name) in Month.names.enumerated() {
            words[name.lowercased()] = index + 1
            words[String(name.lowercased().prefix(3))] = index + 1
        }
        return words
    }()

    static let weekdays: [String: Weekday] = [
        "monday": .monday, "tuesday": .tuesday, "wednesday": .wednesday, "thursday": .thursday, "friday": .friday,
        "saturday": .saturday, "sunday": .sunday,
    ]

    static let units: [String: Granularity] = [
        "day": .day, "days": .day, "week": .week, "weeks": .week, "wk": .week, "wks": .week, "month": .month,
        "months": .month, "mo": .month, "mos": .month, "mth": .month, "mths": .month, "quarter": .quarter,
        "quarters": .quarter, "qtr": .quarter, "qtrs": .quarter, "half": .half, "halves": .half, "semester": .half,
        "semesters": .half, "year": .year, "years": .year, "yr": .year, "yrs": .year,
    ]

    /// Units that stand right behind their number: `90d`, `12m`.
    static let shortUnits: [String: Granularity] = [
        "d": .day, "w": .week, "m": .month, "q": .quarter, "y": .year,
    ]

    static let toDate: [String: Granularity] = [
        "ytd": .year, "fytd": .year, "qtd": .quarter, "mtd": .month, "wtd": .week,
    ]

    static let numbers: [String: Int] = [
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18,
        "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90, "couple": 2, "few": 3, "dozen": 12,
    ]

    static let ordinals: [String: Int] = [
        "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
        "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "final": -1, "last": -1,
    ]

    /// The words that a mention can start with, beside numbers and apostrophes; most words of a question are none.
    static let starting: Set<String> = {
        var words: Set<String> = [
            "the", "a", "an", "between", "from", "since", "starting", "through", "thru", "until", "till", "up", "by",
            "before", "after", "last", "past", "this", "current", "latest", "next", "coming", "upcoming", "trailing",
            "rolling", "recent", "most", "same", "corresponding", "today", "yesterday", "tomorrow", "ever", "ttm",
            "ltm", "t", "l", "all", "eoy", "pytd", "so", "end", "close", "start", "beginning", "rest", "remainder",
            "balance", "period", "calendar", "q", "h", "w", "wk", "cw", "fy", "cy", "half",
        ]
        words.formUnion(months.keys)
        words.formUnion(weekdays.keys)
        words.formUnion(units.keys)
        words.formUnion(toDate.keys)
        words.formUnion(numbers.keys)
        words.formUnion(ordinals.keys)
        return words.union(fiscal).union(before).union(after)
    }()

    static let fiscal: Set<String> = ["fiscal", "financial"]
    static let joinedByTo: Set<String> = ["to", "through", "thru", "until", "till"]
    static let before: Set<String> = ["previous", "prior", "preceding", "earlier"]
    static let after: Set<String> = ["following", "subsequent"]

    /// Words before a number that make it a count or an amount, not a year or a day.
    static let counting: Set<String> = [
        "top", "bottom", "first", "best", "worst", "largest", "biggest", "smallest", "highest", "lowest", "over",
        "above", "under", "below", "least", "most", "exceeding", "exceeds", "around", "about", "approximately",
        "usd", "eur", "gbp", "number", "no", "id", "page", "version", "limit", "times",
    ]

    /// Words before "than" that make what follows an amount.
    static let exceeding: Set<String> = ["more", "less", "fewer", "greater", "larger", "bigger", "smaller"]

    /// Words behind a number that make it a count or an amount.
    static let counted: Set<String> = [
        "dollars", "usd", "euros", "eur", "pounds", "gbp", "percent", "pct", "points", "bps", "units", "pieces",
        "iterations", "runs", "simulations", "trials", "times", "rows", "items", "people", "hours", "minutes",
        "seconds", "k", "m", "b", "bn", "mn", "million", "thousand", "billion",
    ]

    /// Words that a month stands behind; "may" is a month only there, before a year, or with a capital.
    static let beforeMonth: Set<String> = [
        "in", "of", "since", "from", "for", "during", "until", "till", "through", "thru", "by", "between", "vs",
        "versus", "against", "than", "last", "this", "next", "over", "late", "early", "mid", "-", "month",
    ]

    static let comparing: Set<String> = ["compare", "compares", "comparing", "comparison", "contrast"]

    /// Words that make "from A to B" and "between A and B" a change from one period to another.
    static let changing: Set<String> = [
        "change", "changed", "changes", "changing", "grow", "grew", "grown", "growth", "increase", "increased", "rise",
        "rose", "risen", "fall", "fell", "fallen", "drop", "dropped", "decline", "declined", "decrease", "decreased",
        "move", "moved", "movement", "go", "went", "gone", "difference", "differ", "bridge", "jump", "jumped", "swing",
        "shift", "shifted", "develop", "developed", "evolve", "evolved", "improve", "improved", "improvement", "delta",
        "variance", "gap", "up", "down",
    ]
}
