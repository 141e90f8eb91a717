/// Explains a tool call that gave no figures: what is missing, and what can be asked instead.
///
/// Nothing of the tool's message is repeated but names and dates; a failed question gets no number.
struct Failure {
    private let call: CompletedCall
    private let frame: Frame

    static let noData = Phrase("failure_no_data", "period", "first", "last")
    static let noDataAtAll = Phrase("failure_no_data_at_all")
    static let unknown = Phrase("failure_unknown", "what", "name")
    static let nearest = Phrase("failure_nearest", "names")
    static let denied = Phrase("failure_denied")
    static let unavailable = Phrase("failure_unavailable")
    static let phrases = [noData, noDataAtAll, unknown, nearest, denied, unavailable]

    init(of call: CompletedCall, frame: Frame) {
        self.call = call
        self.frame = frame
    }

    func draft(skills: [any Skill], situation: Situation) -> AnswerDraft {
        var draft = AnswerDraft()
        let content = call.result.content
        switch content["code"]?.string {
        case _ where call.status == .denied || call.status == .awaitingApproval, "forbidden":
            draft.say(Self.denied)
            return draft
        case "no_data", "invalid_period":
            noData(content, in: &draft)
        case "unknown_metric": unknown("a measure", content, in: &draft)
        case "unknown_dimension": unknown("a breakdown", content, in: &draft)
        case "unknown_value": unknown("a name", content, in: &draft)
        case "not_found": unknown("an entry", content, in: &draft)
        default: draft.say(Self.unavailable)
        }
        Reply.offer(in: &draft, skills: skills, situation: situation)
        return draft
    }

    private func noData(_ content: JSONValue, in draft: inout AnswerDraft) {
        let available = content["available"]
        func date(_ names: [String]) -> CalendarDate? {
            for name in names {
                if let date = (available?[name] ?? content[name])?.string.flatMap(CalendarDate.init) { return date }
            }
            return nil
        }
        guard let first = date(["first_date", "first", "start_date"]),
            let last = date(["last_date", "last", "end_date"])
        else {
            draft.say(Self.noDataAtAll)
            return
        }
        let period = askedPeriod.map { [Segment.period($0)] } ?? [.text("that period")]
        draft.say(Self.noData, ["period": period, "first": [.date(first)], "last": [.date(last)]])
    }

    /// The period that the call was for; it says more than the question, which may have named none.
    private var askedPeriod: Period? {
        let argument = call.call.arguments["period"] ?? call.call.arguments["close_period"]
        return argument.flatMap { try? Period($0) } ?? frame.periods.first?.period
    }

    private func unknown(_ what: String, _ content: JSONValue, in draft: inout AnswerDraft) {
        let name =
            ["metric", "dimension", "value", "name"].lazy.compactMap { content[$0]?.string }.first(where: {
                $0 != content["dimension"]?.string
            })
            ?? frame.filters.flatMap(\.values).first ?? frame.metrics.first ?? ""
        draft.say(Self.unknown, ["what": [.text(what)], "name": [.data(name)]])
        let near = content["nearest"]?.array?.compactMap(\.string) ?? content["nearest"]?.string.map { [$0] } ?? []
        guard !near.isEmpty else { return }
        draft.say(.text(" "))
        draft.say(Self.nearest, ["names": [.data(near.prefix(3).joined(separator: ", "))]])
    }
}
