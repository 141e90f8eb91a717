/// A model behind the grounding gate: figures in its text that no result gives are marked or withheld.
///
/// What a tool would carry out of the deployment in the model's words (a mail) is not mended but refused: a figure in it
/// that rests on nothing is a defect of the call, which the model is told.
///
/// The gate sees what the model saw (the results of this turn and of the conversation, the user's words), so the same
/// request and the same text give the same marks, however the text was cut and whenever it is asked again.
package struct GroundedModel: LanguageModel {
    private let base: any LanguageModel
    private let policy: UngroundedPolicy
    private let workers: (any TaskExecutor)?

    /// `workers`: where evidence is gathered, so that a large result never holds up an event loop.
    package init(_ base: any LanguageModel, policy: UngroundedPolicy = .mark, workers: (any TaskExecutor)? = nil) {
        self.base = base
        self.policy = policy
        self.workers = workers
    }

    package var name: String { base.name }
    package var repeatsItself: Bool { base.repeatsItself }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        let stream = try await base.respond(to: request)
        let policy = policy
        let workers = workers
        let gate = Guarded<GroundedText?>(nil)
        return ModelStream {
            guard let batch = try await stream.next() else { return nil }
            let isSeen = batch.contains { $0.isText || $0.call.map { GroundedText.leaves($0, request) } == true }
            if gate.with({ $0 == nil }), isSeen {
                let made = await GroundedText.make(request, policy, on: workers)
                gate.with { $0 = made }
            }
            return gate.with { $0?.pass(batch) ?? batch }
        }
    }
}

/// The gate over the events of one step.
private struct GroundedText: Sendable {
    private let request: ModelRequest
    private let signs: NumberSigns
    private let evidence: LazyValue<FigureEvidence>
    private var gate: GroundingGate
    private var reported = 0

    /// Results up to this size are read on the loop: some tens of microseconds.
    private static let smallBytes = 4096

    /// Calls of former turns that are taken as evidence, the newest.
    private static let callsMax = 64

    private init(_ request: ModelRequest, _ policy: UngroundedPolicy, _ evidence: LazyValue<FigureEvidence>) {
        signs = NumberSigns(locale: request.settings.locale)
        gate = GroundingGate(policy: policy, signs: signs, evidence: evidence)
        self.request = request
        self.evidence = evidence
    }

    /// What the model saw, as evidence.
    private static func evidence(of request: ModelRequest) -> FigureEvidence {
        let signs = NumberSigns(locale: request.settings.locale)
        var evidence = FigureEvidence(signs: signs)
        let former = request.history.flatMap { $0.steps.flatMap(\.calls) }
        evidence.add(calls: former.suffix(callsMax) + request.steps.flatMap(\.calls))
        for turn in request.history { evidence.add(text: turn.message, takesBareWords: true) }
        evidence.add(text: request.message, takesBareWords: true)
        evidence.insert(year: request.settings.today.year)
        evidence.settle()
        return evidence
    }

    /// Whether a call's words leave the deployment.
    static func leaves(_ call: ToolCall, _ request: ModelRequest) -> Bool {
        request.tools.contains { $0.name == call.name && $0.effect == .outbound }
    }

    /// A call, with a defect when a sentence in its arguments has a figure that rests on nothing.
    private func checked(_ call: ToolCall) -> ToolCall {
        guard call.defect == nil, Self.leaves(call, request) else { return call }
        var figures: [String] = []
        for sentence in Self.sentences(in: .object(call.arguments)) {
            var gate = GroundingGate(policy: .mark, signs: signs, evidence: evidence)
            _ = gate.pass(sentence)
            _ = gate.flush()
            figures += gate.ungrounded
        }
        guard !figures.isEmpty else { return call }
        let shown = figures.prefix(8).joined(separator: ", ")
        var call = call
        call.defect = ToolCallDefect(
            code: "ungrounded_figures",
            message: "Nothing was sent: no result of this conversation gives \(shown). "
                + "Ask for these figures first, or leave them out."
        )
        return call
    }

    /// The texts of more than one word; a word alone is a name or an identifier.
    private static func sentences(in value: JSONValue) -> [String] {
        switch value {
        case .string(let text): text.contains(where: \.isWhitespace) ? [text] : []
        case .array(let elements): elements.flatMap(sentences)
        case .object(let object): object.members.flatMap { sentences(in: $0.value) }
        default: []
        }
    }

    static func make(
        _ request: ModelRequest,
        _ policy: UngroundedPolicy,
        on workers: (any TaskExecutor)?
    ) async
        -> GroundedText
    {
        // Small results are read here, if a figure comes, in less time than it takes to hand them over.
        let calls = request.steps.flatMap(\.calls) + request.history.flatMap { $0.steps.flatMap(\.calls) }
        let bytes = calls.reduce(0) { $0 + $1.result.content.roughByteCount }
        guard bytes > smallBytes, let workers else {
            return GroundedText(request, policy, LazyValue { Self.evidence(of: request) })
        }
        let evidence = await withTaskExecutorPreference(workers) { await gathered(request) }
        return GroundedText(request, policy, LazyValue { evidence })
    }

    @concurrent
    private static func gathered(_ request: ModelRequest) async -> FigureEvidence { Self.evidence(of: request) }

    mutating func pass(_ batch: [ModelEvent]) -> [ModelEvent] {
        var events: [ModelEvent] = []
        for event in batch {
            switch event {
            case .text(let text): show(gate.pass(text), in: &events)
            case .toolCall(let call):
                show(gate.flush(), in: &events)
                events.append(.toolCall(checked(call)))
            case .citation, .chart, .suggestedActions, .finished:
                show(gate.flush(), in: &events)
                events.append(event)
            default: events.append(event)
            }
        }
        return events
    }

    private mutating func show(_ text: String, in events: inout [ModelEvent]) {
        if !text.isEmpty { events.append(.text(text)) }
        for figure in gate.ungrounded[reported...] { events.append(.ungrounded(figure)) }
        reported = gate.ungrounded.count
    }
}

extension ModelEvent {
    fileprivate var isText: Bool { if case .text = self { true } else { false } }
    fileprivate var call: ToolCall? { if case .toolCall(let call) = self { call } else { nil } }
}
