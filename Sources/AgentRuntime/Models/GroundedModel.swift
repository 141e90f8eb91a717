/// A model behind the grounding gate: figures in its text that no result gives are marked or withheld.
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
            if gate.with({ $0 == nil }), batch.contains(where: \.isText) {
                let made = await GroundedText.make(request, policy, on: workers)
                gate.with { $0 = made }
            }
            return gate.with { $0?.pass(batch) ?? batch }
        }
    }
}

/// The gate over the events of one step.
private struct GroundedText: Sendable {
    private var gate: GroundingGate
    private var reported = 0

    /// Results up to this size are read on the loop: some tens of microseconds.
    private static let smallBytes = 4096

    /// Calls of former turns that are taken as evidence, the newest.
    private static let callsMax = 64

    private init(_ request: ModelRequest, _ policy: UngroundedPolicy) {
        let signs = NumberSigns(locale: request.settings.locale)
        var evidence = FigureEvidence(signs: signs)
        let former = request.history.flatMap { $0.steps.flatMap(\.calls) }
        evidence.add(calls: former.suffix(Self.callsMax) + request.steps.flatMap(\.calls))
        for turn in request.history { evidence.add(text: turn.message, takesBareWords: true) }
        evidence.add(text: request.message, takesBareWords: true)
        evidence.insert(year: request.settings.today.year)
        evidence.settle()
        gate = GroundingGate(policy: policy, signs: signs, evidence: evidence)
    }

    static func make(
        _ request: ModelRequest,
        _ policy: UngroundedPolicy,
        on workers: (any TaskExecutor)?
    ) async
        -> GroundedText
    {
        // Small results are read here in less time than it takes to hand them over.
        let calls = request.steps.flatMap(\.calls) + request.history.flatMap { $0.steps.flatMap(\.calls) }
        let bytes = calls.reduce(0) { $0 + $1.result.content.roughByteCount }
        guard bytes > smallBytes, let workers else { return GroundedText(request, policy) }
        return await withTaskExecutorPreference(workers) { await gathered(request, policy) }
    }

    @concurrent
    private static func gathered(_ request: ModelRequest, _ policy: UngroundedPolicy) async -> GroundedText {
        GroundedText(request, policy)
    }

    mutating func pass(_ batch: [ModelEvent]) -> [ModelEvent] {
        var events: [ModelEvent] = []
        for event in batch {
            switch event {
            case .text(let text): show(gate.pass(text), in: &events)
            case .citation, .chart, .suggestedActions, .toolCall, .finished:
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
}
