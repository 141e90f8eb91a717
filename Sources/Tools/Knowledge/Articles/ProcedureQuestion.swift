internal import AgentRuntime

/// Questions about how things are done here: who must, by when, how long it takes, whether it may be.
///
/// They are answered by articles, also where a figure has the name of what they speak of ("by when must accruals be
/// posted?").
enum ProcedureQuestion {
    /// Whether the words ask so: a word of duty or leave, or a question of time, together with a deed of procedure.
    static func isOne(_ words: [String]) -> Bool {
        guard !isRequest(words) else { return false }
        if leave.isFound(in: words) { return true }
        guard words.contains(where: deeds.contains) else { return false }
        return words.contains(where: duties.contains) || timing.isFound(in: words)
            || words.first.map { openers.contains($0) } ?? false
    }

    /// "Can you show…", "may I see…" ask for an answer, not for leave.
    private static func isRequest(_ words: [String]) -> Bool {
        words.contains(where: shown.contains)
            || zip(words, words.dropFirst()).contains { duties.contains($0) && $1 == "you" }
    }

    private static let duties: Set<String> = [
        "must", "may", "should", "can", "need", "needs", "has", "have", "allowed", "required", "entitled",
    ]
    private static let openers: Set<String> = ["is", "are", "do", "does"]
    private static let timing = PhraseTable([
        "how long do ", "how long does ", "how long is ", "by when ", "when do ", "when does ", "how soon ",
        "how quickly ", "how many days ", "how many weeks ", "how many hours ", "how often ", "how do ", "how are ",
        "how is ", "who ", "what do we need", "what does one need",
    ])
    private static let leave = PhraseTable([
        "do we get ", "do i get ", "do employees get ", "do staff get ", "am i entitled", "are we entitled",
        "are employees entitled",
    ])
    private static let deeds: Set<String> = [
        "approve", "approved", "approves", "sign", "signed", "signs", "post", "posted", "submit", "submitted",
        "returned",
        "refund", "refunded", "reimburse", "reimbursed", "covered", "claim", "claimed", "grant", "granted", "apply",
        "applies", "permitted", "escalate", "escalated", "notify", "notified", "entitled", "allowed", "disclosed",
        "carried", "stored", "handled", "take", "takes", "authorise", "authorize", "authorised", "authorized",
    ]
    private static let shown: Set<String> = [
        "show", "see", "list", "compare", "tell", "forecast", "expect", "grow", "change", "revenue", "profit", "margin",
    ]
}

extension Frame {
    /// Whether it names a time, a comparison, a grouping or a cause, as questions about figures do.
    var asksForFigures: Bool {
        !periods.isEmpty || !groupings.isEmpty || !comparisons.isEmpty || granularity != nil || has("why")
            || has("forecast") || has("trend") || has("average")
    }
}
