internal import AgentRuntime

/// What a "why" question takes for granted ("why did margin fall"), held against the figures.
struct DriversPremise {
    let reader: FigureReader
    let frame: Frame
    let situation: Situation

    private enum Change: String {
        case fall = "go down"
        case rise = "go up"
        case exceed = "exceed its budget"
        case fallShort = "stay below its budget"

        func holds(for difference: ExactNumber) -> Bool {
            switch self {
            case .fall, .fallShort: difference.isNegative
            case .rise, .exceed: ExactNumber.zero < difference
            }
        }
    }

    /// Says that what was taken for granted did not happen; nothing where it did, or where the words leave it open.
    func correct(in draft: inout AnswerDraft) {
        let words = FigureSentences(reader: reader, situation: situation)
        guard words.hasBaseline(), let difference = words.difference(), let change = change(words.comparisonKind),
            !change.holds(for: difference)
        else { return }
        draft.say(DriversPhrase.premise, ["subject": [.data(words.name)], "change": [.text(change.rawValue)]])
        draft.say(.text(" "))
    }

    private func change(_ kind: String) -> Change? {
        // A loss that grows is an income that falls.
        guard !frame.words.contains(where: { $0.hasPrefix("loss") || $0.hasPrefix("deficit") }), !frame.isNegated else {
            return nil
        }
        if kind == "budget" {
            guard frame.has("over") != frame.has("under") else { return nil }
            return frame.has("over") ? .exceed : .fallShort
        }
        guard frame.has("up") != frame.has("down"), !frame.has("over"), !frame.has("under") else { return nil }
        return frame.has("up") ? .rise : .fall
    }
}
