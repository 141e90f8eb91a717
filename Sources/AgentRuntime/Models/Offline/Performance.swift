/// Plays a draft as a model's events: text in word groups, citations where they belong, charts, actions, the end.
struct Performance {
    let situation: Situation
    let completed: [ToolCallID: CompletedCall]

    /// Words of one piece of text.
    private static let wordsPerPiece = 4
    private static let eventsPerBatch = 8
    private static let actionsMax = 4

    func batches(of draft: AnswerDraft) -> [[ModelEvent]] {
        var wording = Wording(settings: situation.settings, contents: completed.mapValues(\.result.content))
        var events: [ModelEvent] = []
        var pending = ""
        var hashes = JSONObject()
        func flush() {
            events += Self.pieces(of: pending).map(ModelEvent.text)
            pending = ""
        }
        for part in draft.parts {
            switch part {
            case .segments(let segments): pending += wording.text(of: segments)
            case .phrase(let phrase, let values):
                guard let template = situation.phrasing.phrasing(phrase.name) else { continue }
                hashes[phrase.name] = .string(template.hash)
                pending += wording.text(of: template.filled(values))
            case .citation(let citation):
                flush()
                events.append(.citation(citation))
            case .chart(let chart):
                flush()
                events.append(.chart(chart))
            }
        }
        flush()
        if !draft.actions.isEmpty { events.append(.suggestedActions(Array(draft.actions.prefix(Self.actionsMax)))) }
        if !hashes.isEmpty {
            var note: JSONObject = ["prompts": .object(hashes)]
            if let figures = wording.note { note["figures"] = figures }
            events.append(.note(.object(note)))
        }
        events.append(.finished(.stop))
        return stride(from: 0, to: events.count, by: Self.eventsPerBatch).map {
            Array(events[$0..<min($0 + Self.eventsPerBatch, events.count)])
        }
    }

    /// Cuts text after every few words; nothing is lost or added.
    static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var words = 0
        var inSpace = false
        for character in text {
            if inSpace, !character.isWhitespace {
                words += 1
                if words >= wordsPerPiece {
                    pieces.append(piece)
                    piece = ""
                    words = 0
                }
            }
            inSpace = character.isWhitespace
            piece.append(character)
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }
}
