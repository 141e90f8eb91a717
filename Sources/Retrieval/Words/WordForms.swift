/// English words that are one to a reader and have no common stem: irregular forms ("lose", "lost"), nouns of verbs
/// ("define", "definition"), and the two spellings of English ("licence", "license"; "capitalise", "capitalize").
///
/// Forms that the stemmer joins by itself (`pays`, `paying`) are not listed.
enum WordForms {
    /// The other forms of a word, in lower case, without those of its own stem; empty for most words.
    static func others(of word: String) -> [String] {
        let stem = stem(word)
        var others = groupByStem[stem].map { group in groups[group].filter { Self.stem($0) != stem } } ?? []
        if let respelled = respelled(word), !others.contains(respelled) { others.append(respelled) }
        return others
    }

    /// `-ise` as `-ize` and the other way round, with their endings.
    private static func respelled(_ word: String) -> String? {
        guard word.utf8.count >= 7, word.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        for ending in ["e", "es", "ed", "er", "ing", "ation", "ations"] {
            if word.hasSuffix("is" + ending) { return word.dropLast(ending.count + 2) + "iz" + ending }
            if word.hasSuffix("iz" + ending) { return word.dropLast(ending.count + 2) + "is" + ending }
        }
        return nil
    }

    private static let groups: [[String]] = """
        begin began begun,break broke broken,bring brought,build built,buy bought,catch caught,child children,
        choose chose chosen choice,deal dealt,draw drew drawn,drive drove driven,fall fell fallen,feed fed,
        fly flew flown flight,forget forgot forgotten,freeze froze frozen,grow grew grown growth,hear heard,
        hide hidden,hold held,keep kept,lead led,leave left,lend lent loan,lose lost loss,man men,meet met,pay paid,
        person people,rise rose risen,run ran,sell sold,send sent,speak spoke spoken,spend spent,stand stood,
        steal stole stolen theft,teach taught,think thought,throw threw thrown,wear wore worn,win won,woman women,
        write wrote written,define definition,decide decision,retain retention,exceed excess,
        analyse analyze analysis,recognise recognize recognition,
        licence license,labour labor,favour favor,colour color,centre center,programme program,cheque check,
        catalogue catalog,defence defense,behaviour behavior,honour honor,fulfil fulfill
        """.split(separator: ",").map { group in
            group.split { $0 == " " || $0 == "\n" }.map(String.init)
        }

    private static let groupByStem: [[UInt8]: Int] = {
        var table: [[UInt8]: Int] = [:]
        for (index, group) in groups.enumerated() {
            for form in group { table[stem(form)] = index }
        }
        return table
    }()

    private static func stem(_ word: String) -> [UInt8] {
        var bytes = Array(word.utf8)
        PorterStemmer.stem(&bytes)
        return bytes
    }
}
