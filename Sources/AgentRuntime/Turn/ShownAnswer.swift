/// The streamed part of a turn as its last record keeps it: the whole text once, and how it was cut into events.
///
/// `shown` is a list of stretches in the order of their numbers: `{"i": n, "cuts": [bytes, …]}` for consecutive
/// pieces of text (their UTF-8 lengths, which add up to the content), `{"i": n, "event": …}` for anything else.
package struct ShownAnswer: Sendable, Hashable {
    package private(set) var events: [NumberedEvent]

    package init(events: [NumberedEvent] = []) { self.events = events }

    package mutating func append(_ event: NumberedEvent) { events.append(event) }

    /// The answer's text: its deltas, concatenated.
    package var content: String {
        var content = ""
        for case .text(let text) in events.map(\.event) { content += text }
        return content
    }

    /// The citations with their numbers, as every profile lists them.
    package var citations: [JSONValue] {
        events.compactMap {
            if case .citation(let number, let citation) = $0.event { citation.json(number: number) } else { nil }
        }
    }

    package var charts: [JSONValue] {
        events.compactMap { if case .chart(let chart) = $0.event { chart } else { nil } }
    }

    package var suggestedActions: [JSONValue] {
        events.flatMap { if case .suggestedActions(let actions) = $0.event { actions } else { [JSONValue]() } }
    }

    package var json: JSONValue {
        var stretches: [JSONValue] = []
        var first = 0
        var cuts: [JSONValue] = []
        func close() {
            guard !cuts.isEmpty else { return }
            stretches.append(["i": .integer(first), "cuts": .array(cuts)])
            cuts = []
        }
        for numbered in events {
            guard case .text(let text) = numbered.event else {
                close()
                stretches.append(["i": .integer(numbered.index), "event": numbered.event.json])
                continue
            }
            if !cuts.isEmpty, first + cuts.count != numbered.index { close() }
            if cuts.isEmpty { first = numbered.index }
            cuts.append(.integer(text.utf8.count))
        }
        close()
        return .array(stretches)
    }

    /// Cuts a content as it was shown; `nil` when the two do not fit together.
    package init?(content: String, shown: JSONValue) {
        var events: [NumberedEvent] = []
        let bytes = Array(content.utf8)
        var offset = 0
        for stretch in shown.array ?? [] {
            guard var index = stretch["i"]?.int else { return nil }
            if let kept = stretch["event"] {
                guard let event = TurnEvent(json: kept) else { return nil }
                events.append(NumberedEvent(index: index, event: event))
                continue
            }
            for cut in stretch["cuts"]?.array ?? [] {
                guard let length = cut.int, length >= 0, offset + length <= bytes.count,
                    let text = String(validating: bytes[offset..<offset + length], as: UTF8.self)
                else { return nil }
                events.append(NumberedEvent(index: index, event: .text(text)))
                offset += length
                index += 1
            }
        }
        guard offset == bytes.count else { return nil }
        self.events = events
    }
}
