// Finds the periods that a question names, in English.
//
// Words are cut into atoms (runs of letters, digits, single signs), so that "Q2'25", "Jan-Mar 2025", "year-to-date" and
// their spaced forms read alike. From each atom the longest naming of a period is taken; what no naming explains is
// left to others. The reader is linear in the words: namings are short, and nest at most four deep.
//
// What names no period is left alone: "year over year", "by month", "per quarter", "summer", "may" as a verb.

/// A period named in a question.
package struct PeriodMention: Sendable, Hashable {
    /// How a mention is tied to what stands before it.
    package enum Lead: Sendable, Hashable {
        case none
        /// The next of a list: `Q1 and Q2`.
        case and
        /// What another figure is compared with: `vs Q2`, `compared to last year`, `higher than in March`.
        case versus
        /// The later end of a change from the mention before: `from Q1 to Q2` in a question about growth.
        case change
    }

    package var expression: PeriodExpression
    /// The words that name the period.
    package var words: Range<Int>
    package var lead: Lead
    /// The words that make the lead; empty without one.
    package var leadWords: Range<Int>

    package init(
        expression: PeriodExpression,
        words: Range<Int>,
        lead: Lead = .none,
        leadWords: Range<Int> = 0..<0
    ) {
        self.expression = expression
        self.words = words
        self.lead = lead
        self.leadWords = leadWords
    }
}

/// Reads the periods in a question.
package struct PeriodReader: Sendable {
    /// The periods in the order in which they are named.
    package let mentions: [PeriodMention]

    /// Reads words in their order; upper case, punctuation and hyphens may still be on them.
    ///
    /// `dayFirst` says how `3/4/2026` is meant: 3 April, or 4 March (the default).
    package init(words: [String], dayFirst: Bool = false) {
        let grammar = PeriodGrammar(atoms: PeriodAtom.atoms(of: words), dayFirst: dayFirst)
        mentions = grammar.mentions()
    }

    /// Cuts a text at its white space and reads it.
    package init(_ text: String, dayFirst: Bool = false) {
        self.init(words: text.split(whereSeparator: \.isWhitespace).map(String.init), dayFirst: dayFirst)
    }
}

/// A run of letters or digits, or a sign.
struct PeriodAtom {
    enum Kind {
        case letters
        case number
        case sign
    }

    let kind: Kind
    /// In lower case; every dash is `-`, every apostrophe `'`.
    let text: String
    /// The value of a number of at most nine digits, else -1.
    let value: Int
    /// The word it is part of.
    let word: Int
    /// Whether the atom before is part of the same word.
    let isGlued: Bool
    let isCapitalised: Bool

    static func atoms(of words: [String]) -> [PeriodAtom] {
        var atoms: [PeriodAtom] = []
        for (index, word) in words.enumerated() {
            let scalars = stripped(word)
            var start = 0
            while start < scalars.count {
                let kind = kind(of: scalars[start])
                var end = start + 1
                if kind != .sign {
                    while end < scalars.count, self.kind(of: scalars[end]) == kind { end += 1 }
                }
                var run = String.UnicodeScalarView()
                run.append(contentsOf: scalars[start..<end])
                let text = kind == .sign ? sign(scalars[start]) : String(run).lowercased()
                let value = kind == .number && end - start <= 9 ? Int(text) ?? -1 : -1
                atoms.append(
                    PeriodAtom(
                        kind: kind,
                        text: text,
                        value: value,
                        word: index,
                        isGlued: start > 0,
                        isCapitalised: scalars[start].properties.isUppercase
                    )
                )
                start = end
            }
        }
        return atoms
    }

    /// The word without a genitive (`month's`, `months'`).
    private static func stripped(_ word: String) -> [Unicode.Scalar] {
        var scalars = Array(word.unicodeScalars)
        let count = scalars.count
        if count > 2, scalars[count - 1] == "s" || scalars[count - 1] == "S", sign(scalars[count - 2]) == "'" {
            scalars.removeLast(2)
        } else if count > 2, sign(scalars[count - 1]) == "'", scalars[count - 2] == "s" {
            scalars.removeLast()
        }
        return scalars
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        if scalar.value < 0x80 {
            if ("0"..."9").contains(scalar) { return .number }
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) ? .letters : .sign
        }
        return scalar.properties.isAlphabetic ? .letters : .sign
    }

    private static func sign(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}": "-"
        case "\u{2018}", "\u{2019}", "`", "\u{B4}": "'"
        default: String(scalar)
        }
    }
}
