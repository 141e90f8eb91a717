/// English words that say nothing about a subject: they are neither searched for nor counted as understood.
///
/// Besides articles, prepositions, pronouns and auxiliaries, the words by which people ask ("please", "tell", "find").
/// Of contractions the parts after the apostrophe (`what's`, `don't`) are judged by the reader of words.
enum StopWords {
    static func contains(_ word: [UInt8]) -> Bool {
        word.count <= longest && words.contains(word)
    }

    private static let longest = 8

    private static let words: Set<[UInt8]> = Set(
        """
        a about above after again against all also am an and any anyone are as at be because been before being below \
        between both but by can cannot could did didn do does doesn doing don done down during each either else etc \
        ever every explain few find for from further get give given gives got had has have having he help her here \
        hers him his how however i if in into is isn it its itself just know let like ll look made make many may me \
        mean meaning means meant might mine more most much must my neither no nor not now of off often on once one only or other our ours \
        out over own per please re really regard same say says shall she should show since so some somebody someone \
        something such take tell than thank thanks that the their them then there these they thing things this those \
        though through thus till to too under until up upon use used uses using ve very via want was wasn we were \
        what whatever when where whether which while who whom whose why will with within without won would wouldn \
        yes yet you your yours
        """.split(separator: " ").map { Array($0.utf8) }
    )
}
