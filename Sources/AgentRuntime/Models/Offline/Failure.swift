/// Explains a tool call that gave no figures: what is missing, and what can be asked instead.
///
/// A failed question gets no number: of a tool's own message only one is repeated whose digits the question had.
struct Failure {
    private let call: CompletedCall
    private let frame: Frame

    static let noData = Phrase("failure_no_data", "period", "first", "last")
    static let noDataAtAll = Phrase("failure_no_data_at_all")
    static let missing = Phrase("failure_missing", "what")
    static let unknown = Phrase("failure_unknown", "what", "name")
    static let nearest = Phrase("failure_nearest", "names")
    static let denied = Phrase("failure_denied")
    static let unavailable = Phrase("failure_unavailable")
    static let reason = Phrase("failure_reason", "reason")
    static let phrases = [noData, noDataAtAll, missing, unknown, nearest, denied, unavailable, reason]

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
        default:
            if let reason = told(content) {
                draft.say(Self.reason, ["reason": [.data(reason)]])
            } else {
                draft.say(Self.unavailable)
            }
        }
        Reply.offer(in: &draft, skills: skills, situation: situation)
        return draft
    }

    /// Codes whose message is about the operator's side of things and says nothing to a user.
    private static let internalCodes: Set<String> = [
        "internal_error", "storage_failed", "timeout", "unknown_tool", "result_too_large",
    ]

    /// What the tool says is wrong, when it holds no number that the question had not.
    private func told(_ content: JSONValue) -> String? {
        guard let message = content["message"]?.string, !message.isEmpty, message.count <= 400,
            let code = content["code"]?.string, !Self.internalCodes.contains(code)
        else { return nil }
        let known = Set(frame.text.split { !$0.isNumber })
        guard message.split(whereSeparator: { !$0.isNumber }).allSatisfy(known.contains) else { return nil }
        return message.prefix(1).uppercased() + message.dropFirst()
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
            if let what = content["missing"]?.string {
                draft.say(Self.missing, ["what": [.data(what)]])
            } else {
                draft.say(Self.noDataAtAll)
            }
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
