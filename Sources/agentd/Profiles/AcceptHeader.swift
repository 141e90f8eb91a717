/// What a client wants as the answer to a message (RFC 9110 §12.5.1, the two types that there are).
enum AnswerForm: Sendable, Hashable {
    case events
    case json

    /// Events unless only JSON is acceptable; `nil` when neither is.
    static func preferred(_ accept: [Substring]) -> AnswerForm? {
        guard !accept.isEmpty else { return .events }
        var acceptsEvents = false
        var acceptsJSON = false
        for element in accept {
            let parts = element.split(separator: ";").map { $0.trimmingOptionalWhitespace().lowercased() }
            guard let type = parts.first, !parts.dropFirst().contains(where: isRefusal) else { continue }
            switch type {
            case "*/*":
                acceptsEvents = true
                acceptsJSON = true
            case "text/event-stream", "text/*": acceptsEvents = true
            case "application/json", "application/*": acceptsJSON = true
            default: continue
            }
        }
        if acceptsEvents { return .events }
        return acceptsJSON ? .json : nil
    }

    /// `q=0` with any number of zeros behind it.
    private static func isRefusal(_ parameter: String) -> Bool {
        guard parameter.hasPrefix("q=") else { return false }
        return Double(parameter.dropFirst(2)) == 0
    }
}
