/// What belongs to one call of a model beside its bytes: what was asked, and what becomes of the outcome.
///
/// The outcome is told once: the first failure, the end, or that the call was let go.
final class AskedReply: Sendable {
    let request: ModelRequest
    let origin: StepOrigin
    /// Tokens of the request, where the server does not count.
    let estimate: Int
    let price: ModelPrice?
    let identifiers: any IdentifierSource
    private let outcome: @Sendable (BackendError?, Duration?) -> Void
    private let abandoned: @Sendable () -> Void
    private let state = Guarded<(isTold: Bool, firstPart: Duration?)>((false, nil))

    init(
        request: ModelRequest,
        origin: StepOrigin,
        estimate: Int,
        price: ModelPrice?,
        identifiers: any IdentifierSource,
        outcome: @escaping @Sendable (BackendError?, Duration?) -> Void,
        abandoned: @escaping @Sendable () -> Void
    ) {
        self.request = request
        self.origin = origin
        self.estimate = estimate
        self.price = price
        self.identifiers = identifiers
        self.outcome = outcome
        self.abandoned = abandoned
    }

    deinit { tell { _ in abandoned() } }

    func hasBegun(after time: Duration) { state.with { $0.firstPart = time } }

    func ended() { tell { outcome(nil, $0) } }

    /// Tells of a failure, and gives the error that it is to be thrown as.
    func failed(_ error: any Error) -> any Error {
        let known: BackendError
        switch error {
        case let error as BackendError: known = error
        case let error as HTTPTransportError where error.kind == .cancelled:
            tell { _ in abandoned() }
            return CancellationError()
        case let error as HTTPTransportError: known = BackendError(error)
        default:
            tell { _ in abandoned() }
            return error
        }
        tell { outcome(known, $0) }
        return known
    }

    private func tell(_ body: (Duration?) -> Void) {
        let (isFirst, firstPart) = state.with { state in
            defer { state.isTold = true }
            return (!state.isTold, state.firstPart)
        }
        if isFirst { body(firstPart) }
    }
}

/// A reply as the events of a step.
///
/// One consumer at a time pulls it; letting it go cancels the call.
final class ReplyStream: Sendable {
    private struct State {
        var decoder: ReplyDecoder
        var events: StepEvents
        /// Parts that were read when the stream was started.
        var first: [ReplyPart] = []

        mutating func decode(_ bytes: [UInt8]?) -> Result<[ReplyPart], BackendError> {
            do throws(BackendError) {
                guard let bytes else { return .success(try decoder.end()) }
                return .success(try decoder.feed(bytes))
            } catch {
                return .failure(error)
            }
        }
    }

    private let reply: HTTPReply
    private let asked: AskedReply
    private let state: Guarded<State>

    init(reply: HTTPReply, decoder: ReplyDecoder, asked: AskedReply) {
        self.reply = reply
        self.asked = asked
        state = Guarded(State(decoder: decoder, events: StepEvents(asked)))
    }

    /// Reads up to the first part of the reply.
    func start() async throws {
        while true {
            let parts = try await read()
            guard let parts, !parts.isEmpty else { continue }
            if case .finished(let reason)? = parts.last {
                try state.with { try $0.events.check(parts, reason) }
            }
            state.with { $0.first = parts }
            return
        }
    }

    func next() async throws -> [ModelEvent]? {
        do {
            let first = state.with { state in
                defer { state.first = [] }
                return state.first
            }
            let parts = first.isEmpty ? try await read() : first
            guard let parts else { return nil }
            if case .finished(let reason)? = parts.last {
                try state.with { try $0.events.check(parts, reason) }
                asked.ended()
            }
            return state.with { $0.events.events(of: parts) }
        } catch {
            let thrown = asked.failed(error)
            guard let known = thrown as? BackendError else { throw thrown }
            throw AgentError(known)
        }
    }

    /// The parts that the next bytes complete; `nil` after the last.
    private func read() async throws -> [ReplyPart]? {
        if state.with({ $0.decoder.isDone }) { return nil }
        let bytes = try await bytes()
        let (result, isDone) = state.with { ($0.decode(bytes), $0.decoder.isDone) }
        if isDone { reply.finish() }
        return try result.get()
    }

    /// The next bytes; `nil` at the end, also where the connection was cut: the reply is whole all the same if the
    /// model had said why it stopped.
    private func bytes() async throws -> [UInt8]? {
        do {
            return try await reply.next()
        } catch {
            guard error.kind == .cut else { throw error }
            return nil
        }
    }
}

/// Turns the parts of a reply into the events of a step.
private struct StepEvents {
    private let asked: AskedReply
    private var isFirst = true
    private var textBytes = 0
    private var hasText = false
    private var hasDigit = false
    private var callBytes = 0
    private var callCount = 0
    private var usage: Usage?

    init(_ asked: AskedReply) { self.asked = asked }

    /// A reply that ends with nothing in it is an error, unless the turn has said something already.
    func check(_ parts: [ReplyPart], _ reason: FinishReason) throws(BackendError) {
        let hasSomething =
            hasText || callCount > 0 || reason == .refusal
            || parts.contains { part in
                switch part {
                case .text(let text): !text.allSatisfy(\.isWhitespace)
                case .call: true
                default: false
                }
            }
        let hasSaid = asked.request.steps.contains { !$0.text.allSatisfy(\.isWhitespace) }
        guard hasSomething || hasSaid && reason == .stop else {
            throw BackendError(.empty, "the reply has neither text nor calls")
        }
    }

    mutating func events(of parts: [ReplyPart]) -> [ModelEvent] {
        var events: [ModelEvent] = []
        if isFirst, !parts.isEmpty {
            isFirst = false
            events.append(.answering(asked.origin))
        }
        // What came together is shown together: one event, one frame of the tail, one chunk for each client.
        var together = ""
        if parts.count > 8 { together.reserveCapacity(parts.reduce(0) { $0 + $1.textBytes }) }
        for part in parts {
            if case .text(let text) = part {
                together += text
                continue
            }
            if !together.isEmpty { events.append(said(together)) }
            together = ""
            switch part {
            case .text: break
            case .call(let call):
                callCount += 1
                callBytes += call.name.utf8.count + call.arguments.utf8.count
                events.append(.toolCall(ToolCall(call, asked)))
            case .usage(let input, let output):
                usage = Usage(inputTokens: input, outputTokens: output)
            case .finished(let reason): events += end(reason)
            }
        }
        if !together.isEmpty { events.append(said(together)) }
        return events
    }

    private mutating func said(_ text: String) -> ModelEvent {
        textBytes += text.utf8.count
        if !hasText { hasText = !text.allSatisfy(\.isWhitespace) }
        if !hasDigit { hasDigit = text.utf8.contains { (0x30...0x39).contains($0) } }
        return .text(text)
    }

    private func end(_ reason: FinishReason) -> [ModelEvent] {
        var events: [ModelEvent] = []
        if reason == .refusal, !hasText, callCount == 0 {
            events.append(.text("The model declined to answer this."))
        }
        if callCount == 0, reason != .refusal || hasText {
            events += AnswerCitations.citations(for: asked.request, answerHasFigure: hasDigit).map(ModelEvent.citation)
        }
        var usage =
            usage ?? Usage(inputTokens: asked.estimate, outputTokens: (textBytes + callBytes + 3) / 4)
        if let price = asked.price {
            usage.cost = price.cost(inputTokens: usage.inputTokens, outputTokens: usage.outputTokens)
        }
        events.append(.usage(usage))
        events.append(.finished(reason))
        return events
    }
}

extension ReplyPart {
    /// The bytes of its text; 0 where it is none.
    fileprivate var textBytes: Int { if case .text(let text) = self { text.utf8.count } else { 0 } }
}

extension ToolCall {
    /// A call in a model's words, checked as far as its form goes; what is wrong with it the model is told.
    fileprivate init(_ call: WrittenCall, _ asked: AskedReply) {
        self.init(
            id: ToolCallID(asked.identifiers.next("call")),
            name: String(call.name.prefix(128)),
            arguments: [:],
            wireID: call.id.isEmpty ? nil : String(call.id.prefix(128))
        )
        guard asked.request.tools.contains(where: { $0.name == name }) else {
            let names = asked.request.tools.map(\.name).joined(separator: ", ")
            let shown = name.filter { $0.isLetter || $0.isNumber || $0 == "_" }.prefix(64)
            defect = ToolCallDefect(
                code: "unknown_tool",
                message: "There is no tool named \(shown). There are: \(names)."
            )
            return
        }
        guard !call.arguments.allSatisfy(\.isWhitespace) else { return }
        do {
            let value = try JSONValue(parsing: call.arguments)
            if let object = value.object {
                arguments = object
                return
            }
            if value.isNull { return }
            defect = .malformed(call.arguments, "it is not an object")
        } catch {
            defect = .malformed(call.arguments, "\(error)")
        }
    }
}

extension ToolCallDefect {
    fileprivate static func malformed(_ arguments: String, _ reason: String) -> ToolCallDefect {
        let beginning = arguments.prefix(200)
        return ToolCallDefect(
            code: malformedArguments,
            message: "The arguments are not a JSON object (\(reason)); write them again. They began with: \(beginning)"
        )
    }
}
