/// A model behind the link gate: after strangers' words were read, links of its answers lead only to known hosts.
///
/// Known are the hosts of the deployment and those that the user has named. What the gate finds rests on the request
/// alone, so the same request and the same text give the same answer. It stands before the grounding gate, which would
/// put its marks into addresses.
package struct LinkGuardedModel: LanguageModel {
    private let base: any LanguageModel
    private let hosts: LinkHosts

    package init(_ base: any LanguageModel, hosts: LinkHosts = LinkHosts()) {
        self.base = base
        self.hosts = hosts
    }

    package var name: String { base.name }
    package var repeatsItself: Bool { base.repeatsItself }

    package func respond(to request: ModelRequest) async throws -> ModelStream {
        let stream = try await base.respond(to: request)
        guard request.label.integrity == .untrusted else { return stream }
        let named = request.history.map(\.message) + [request.message]
        let gate = Guarded(LinkGate(hosts: hosts, namedIn: named))
        return ModelStream {
            guard let batch = try await stream.next() else { return nil }
            return gate.with { $0.pass(batch) }
        }
    }
}

extension LinkGate {
    fileprivate mutating func pass(_ batch: [ModelEvent]) -> [ModelEvent] {
        var events: [ModelEvent] = []
        for event in batch {
            let shown: String
            switch event {
            case .text(let text): shown = pass(text)
            case .citation, .chart, .suggestedActions, .toolCall, .finished: shown = flush()
            default: shown = ""
            }
            if !shown.isEmpty { events.append(.text(shown)) }
            if case .text = event { continue }
            events.append(event)
        }
        return events
    }
}
