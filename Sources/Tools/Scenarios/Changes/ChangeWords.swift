internal import AgentRuntime

/// The words in which a question supposes that something changes.
enum ChangeWords {
    /// Which way a word moves what it speaks of; `nil` for any other word.
    static func direction(_ stem: String) -> Int? {
        if falling.contains(stem) { return -1 }
        return rising.contains(stem) ? 1 : nil
    }

    /// The change in percent that a word stands for by itself ("double", "halve", "eliminate").
    static func implied(_ stem: String) -> Int? { implied[stem] }

    static func isHead(_ word: String) -> Bool { heads.contains(word) }
    static func isPrice(_ word: String) -> Bool { prices.contains(word) }

    /// Whether a question supposes something at all.
    static func isSupposition(_ words: [String]) -> Bool {
        words.contains { hypothetical.contains($0) }
            || zip(words, words.dropFirst()).contains { $0 == "were" && $1 == "to" }
    }

    private static let falling = stems(
        "cut cuts cutting reduce reduced reduction decrease lower drop dropped fall fell fallen decline shrink shrank "
            + "save savings saving trim slash lose lost down less fewer minus smaller dip slip weaken shave axe cheaper "
            + "slump plunge contract fire layoff"
    )
    private static let rising = stems(
        "grow grew grown growth rise rose risen increase raise up more add added adding gain expand higher hire hired "
            + "hiring jump boost invest extra additional climb surge bigger plus larger improve improved strengthen "
            + "accelerate swell recruit onboard"
    )
    private static let implied: [String: Int] = {
        var table: [String: Int] = [:]
        for (percent, words) in [
            (100, "double doubled doubles doubling"), (200, "triple tripled triples tripling treble"),
            (-50, "halve halved halves halving half"),
            (-100, "eliminate eliminated eliminating remove removed cancel cancelled scrap scrapped abolish"),
        ] {
            for word in stems(words) { table[word] = percent }
        }
        return table
    }()
    private static let heads = words(
        "headcount people employee employees engineer engineers heads fte ftes staff hires salespeople reps rep "
            + "developer developers analyst analysts worker workers technician technicians manager managers colleagues "
            + "person headcounts accountant accountants operators operator"
    )
    private static let prices = words("price prices pricing")
    private static let hypothetical = words(
        "if suppose supposing assume assuming imagine hypothetically whatif hypothetical"
    )

    /// Words that may stand around a change without saying more.
    static let besides = words(
        "headcount percent pct percentage point points pp basis bps thousand million billion each apiece head heads "
            + "salary salaried annually yearly effect impact happen happens affect affected hypothetically scenario "
            + "suppose supposing assume assuming imagine volume volumes constant unchanged flat hit across board"
    )

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
    private static func stems(_ text: String) -> Set<String> { Set(words(text).map(WordForm.stem)) }
}
