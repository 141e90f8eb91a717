/// Puts tool calls together from their fragments.
///
/// Servers differ in what they repeat: identifier and name come once or with every fragment, as `null` or not at all,
/// the place of a call may be missing. The first identifier and name of a place count.
struct CallGathering: Sendable {
    private struct Draft {
        var place: Int
        var id = ""
        var name = ""
        var arguments = ""
        var isTooLong = false
    }

    private var drafts: [Draft] = []

    var isEmpty: Bool { drafts.isEmpty }

    /// Bytes of everything that was gathered, for servers that do not count tokens.
    var byteCount: Int { drafts.reduce(0) { $0 + $1.name.utf8.count + $1.arguments.utf8.count } }

    /// Takes a fragment; `place` tells calls of one reply apart.
    ///
    /// A fragment without a place goes to the call with its identifier, or to a new one if that is new, else to the
    /// last one.
    mutating func take(place: Int?, id: String?, name: String?, arguments: String?) throws(BackendError) {
        let index: Int
        if let place, let known = drafts.lastIndex(where: { $0.place == place }) {
            index = known
        } else if place == nil, let id, let known = drafts.lastIndex(where: { $0.id == id }) {
            index = known
        } else if place == nil, id ?? "" == "", !drafts.isEmpty {
            index = drafts.count - 1
        } else {
            guard drafts.count < ReplyLimits.calls else {
                throw BackendError(.unreadable, "more than \(ReplyLimits.calls) tool calls in one step")
            }
            drafts.append(Draft(place: place ?? drafts.count))
            index = drafts.count - 1
        }
        if drafts[index].id.isEmpty, let id { drafts[index].id = id }
        if drafts[index].name.isEmpty, let name { drafts[index].name = name }
        guard let arguments, !drafts[index].isTooLong else { return }
        guard drafts[index].arguments.utf8.count + arguments.utf8.count <= ReplyLimits.argumentBytes else {
            drafts[index].isTooLong = true
            return
        }
        drafts[index].arguments += arguments
    }

    /// The calls in the order in which they began; arguments that are too long stay cut, and so are no JSON.
    var calls: [WrittenCall] {
        drafts.map { draft in
            WrittenCall(
                id: draft.id,
                name: draft.name,
                arguments: draft.isTooLong ? "…\(draft.arguments.prefix(64))" : draft.arguments
            )
        }
    }
}
