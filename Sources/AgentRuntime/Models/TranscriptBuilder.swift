/// Makes the transcript of a request, so that it fits the model's window.
///
/// What does not fit is left out by one rule, in this order, until the rest fits:
/// 1. tool calls and results of earlier turns, the oldest turn first; questions and answers stay;
/// 2. earlier turns as a whole, the oldest first; one note lists the questions that were asked in them;
/// 3. results of this turn, the oldest first: each is cut to its beginning.
/// What still does not fit is refused. What was done is told in words that go into the step's record.
package struct TranscriptBuilder: Sendable {
    /// Tokens the model reads at once, the answer included.
    package static let windowDefault = 128_000
    /// Bytes that are left of a result which is cut.
    static let cutResultBytes = 1024
    /// Bytes of the note that lists what was asked in turns that are left out.
    static let noteBytes = 2048
    /// The most bytes of what a client says it shows.
    static let contextBytes = 16_384

    private let window: Int

    /// `outputTokens`: what is kept free for the answer.
    package init(contextWindow: Int?, outputTokens: Int?) {
        let whole = contextWindow ?? Self.windowDefault
        window = max(1, whole - min(outputTokens ?? whole / 8, whole / 2))
    }

    package struct Built: Sendable {
        package var transcript: Transcript
        /// What the transcript comes to.
        package var tokens: Int
        /// `{window, tokens, tokens_before, turns_without_tools, turns_left_out, results_cut}`, or `null` where
        /// everything fitted.
        package var compaction: JSONValue
    }

    /// `toolBytes`: see `Transcript`.
    ///
    /// - Throws: `rejected` when the message alone does not fit.
    package func build(
        _ request: ModelRequest,
        system: String,
        tools: [Transcript.Tool],
        toolBytes: Int? = nil
    ) throws(BackendError) -> Built {
        let toolBytes = toolBytes ?? Transcript.bytes(of: tools)
        var plan = Plan(turns: request.history.count)
        var transcript = Self.transcript(request, system, tools, toolBytes, plan)
        let before = transcript.tokens
        guard before > window else { return Built(transcript: transcript, tokens: before, compaction: .null) }
        var tokens = before
        let savings = Savings(request)
        while tokens > window {
            // Followed by what each thing takes, then made and counted, so that a large transcript is not made often.
            while tokens > window {
                guard let saved = plan.leaveOutMore(savings) else {
                    throw BackendError(
                        .rejected,
                        "the request has \(tokens) tokens, more than the \(window) that the model can read"
                    )
                }
                tokens -= saved
            }
            transcript = Self.transcript(request, system, tools, toolBytes, plan)
            tokens = transcript.tokens
        }
        let compaction: JSONValue = [
            "window": .integer(window),
            "tokens_before": .integer(before),
            "tokens": .integer(tokens),
            "turns_without_tools": .integer(plan.withoutTools),
            "turns_left_out": .integer(plan.leftOut),
            "results_cut": .integer(plan.cutResults),
        ]
        return Built(transcript: transcript, tokens: tokens, compaction: compaction)
    }

    /// What leaving out each thing saves, in tokens; a little less than it does.
    private struct Savings {
        /// The tools of each earlier turn.
        var tools: [Int]
        /// What is left of each earlier turn.
        var turns: [Int]
        /// The results of this turn, less what stays of them.
        var results: [Int]

        init(_ request: ModelRequest) {
            tools = request.history.map { turn in
                turn.steps.flatMap(\.calls).reduce(0) { $0 + Self.bytes($1) / 4 }
            }
            turns = request.history.map { ($0.message.utf8.count + $0.answer.utf8.count) / 4 }
            results = request.steps.flatMap(\.calls).map { call in
                max(0, (Self.resultBytes(call) - TranscriptBuilder.cutResultBytes) / 4 - 8)
            }
        }

        private static func bytes(_ call: CompletedCall) -> Int {
            call.call.name.utf8.count + JSONValue.object(call.call.arguments).bytes().count + resultBytes(call)
        }

        private static func resultBytes(_ call: CompletedCall) -> Int {
            call.result.content.string?.utf8.count ?? call.result.content.bytes().count
        }
    }

    /// How far the rule has been followed.
    private struct Plan {
        let turns: Int
        /// The oldest so many turns are shown without their tools.
        var withoutTools = 0
        /// The oldest so many turns are not shown.
        var leftOut = 0
        /// The first so many results of this turn are cut.
        var cutResults = 0

        init(turns: Int) { self.turns = turns }

        /// Leaves out the next thing and tells what that saves; `nil` when there is nothing more.
        mutating func leaveOutMore(_ savings: Savings) -> Int? {
            if withoutTools < turns {
                withoutTools += 1
                return savings.tools[withoutTools - 1]
            }
            if leftOut < turns {
                leftOut += 1
                return savings.turns[leftOut - 1]
            }
            if cutResults < savings.results.count {
                cutResults += 1
                return savings.results[cutResults - 1]
            }
            return nil
        }
    }

    private static func transcript(
        _ request: ModelRequest,
        _ system: String,
        _ tools: [Transcript.Tool],
        _ toolBytes: Int,
        _ plan: Plan
    ) -> Transcript {
        var writer = TranscriptWriter(showsTools: !tools.isEmpty)
        if plan.leftOut > 0 { writer.user(note(on: request.history.prefix(plan.leftOut))) }
        for (number, turn) in request.history.enumerated().dropFirst(plan.leftOut) {
            writer.user(turn.message)
            let steps = number < plan.withoutTools ? [] : turn.steps.filter { !$0.calls.isEmpty }
            for step in steps { writer.step(step) { _ in false } }
            writer.answer(turn.answer, after: steps)
        }
        writer.user(message(of: request))
        var results = 0
        for step in request.steps {
            writer.step(step) { _ in
                results += 1
                return results <= plan.cutResults
            }
        }
        return Transcript(system: system, entries: writer.entries, tools: tools, toolBytes: toolBytes)
    }

    /// The user's words; what the client shows stands behind them as data.
    private static func message(of request: ModelRequest) -> String {
        guard let context = request.context.object, !context.isEmpty else { return request.message }
        let shown = JSONValue.object(context).text
        guard shown.utf8.count <= contextBytes else { return request.message }
        return request.message + "\n\n(What the client shows at the moment, as data: \(shown))"
    }

    private static func note(on turns: some Collection<HistoryTurn>) -> String {
        var note = "(Earlier in this conversation, left out here, the user asked:"
        for turn in turns.reversed() {
            let question =
                " “" + turn.message.prefix(120).split(whereSeparator: \.isNewline).joined(separator: " ") + "”"
            guard note.utf8.count + question.utf8.count <= noteBytes else {
                note += " …"
                break
            }
            note += question
        }
        return note + ")"
    }
}

/// Writes entries one after another so that they stay well-formed.
private struct TranscriptWriter {
    private(set) var entries: [Transcript.Entry] = []
    private var usedIDs: Set<String> = []
    private let showsTools: Bool

    init(showsTools: Bool) { self.showsTools = showsTools }

    mutating func user(_ text: String) {
        guard !text.isEmpty else { return }
        if case .user(let earlier)? = entries.last {
            entries[entries.count - 1] = .user(earlier + "\n\n" + text)
        } else {
            entries.append(.user(text))
        }
    }

    /// A step with its calls and their results; without tools only its text.
    mutating func step(_ step: CompletedStep, isCut: (CompletedCall) -> Bool) {
        guard showsTools, !step.calls.isEmpty else { return assistant(step.text) }
        var calls: [Transcript.Call] = []
        var results: [Transcript.Result] = []
        for completed in step.calls {
            let call = completed.call
            let id = wireID(of: call)
            calls.append(Transcript.Call(id: id, name: Self.name(call.name), arguments: call.arguments))
            var content = completed.result.content.string ?? completed.result.content.text
            if isCut(completed), content.utf8.count > TranscriptBuilder.cutResultBytes {
                content = Self.beginning(of: content, bytes: TranscriptBuilder.cutResultBytes) + "… (cut to fit)"
            }
            let isError = completed.result.isError || completed.status != .completed
            results.append(
                Transcript.Result(id: id, content: content.isEmpty ? "(nothing)" : content, isError: isError)
            )
        }
        entries.append(.assistant(text: step.text.allSatisfy(\.isWhitespace) ? "" : step.text, calls: calls))
        entries.append(.results(results))
    }

    /// What a turn's answer has beyond the texts of the steps that were written.
    mutating func answer(_ answer: String, after steps: [CompletedStep]) {
        guard showsTools else { return assistant(answer) }
        let said = steps.map(\.text).joined()
        assistant(answer.hasPrefix(said) ? String(answer.dropFirst(said.count)) : answer)
    }

    private mutating func assistant(_ text: String) {
        guard !text.allSatisfy(\.isWhitespace), !entries.isEmpty else { return }
        if case .assistant(let earlier, let calls)? = entries.last, calls.isEmpty {
            entries[entries.count - 1] = .assistant(text: earlier + text, calls: [])
        } else {
            entries.append(.assistant(text: text, calls: []))
        }
    }

    /// The model's own identifier where it can be used once more, else the runtime's.
    private mutating func wireID(of call: ToolCall) -> String {
        for id in [call.wireID, call.id.rawValue].compactMap({ $0 }) where Self.isFit(id) && usedIDs.insert(id).inserted
        {
            return id
        }
        let id = "call_\(usedIDs.count)_of_transcript"
        usedIDs.insert(id)
        return id
    }

    private static func isFit(_ id: String) -> Bool {
        (1...64).contains(id.utf8.count) && id.utf8.allSatisfy(isNameByte)
    }

    /// A model may have named a tool that is none; servers refuse what is no name at all.
    private static func name(_ name: String) -> String {
        let bytes = name.utf8.prefix(64).map { isNameByte($0) ? $0 : UInt8(ascii: "_") }
        return bytes.isEmpty ? "unnamed" : String(decoding: bytes, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func beginning(of text: String, bytes: Int) -> String {
        var count = 0
        return String(
            text.prefix { character in
                count += character.utf8.count
                return count <= bytes
            }
        )
    }
}
