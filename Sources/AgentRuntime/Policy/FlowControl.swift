// Where data may go. The model is not asked and not believed: what counts is what the conversation has read.
//
// A tool with an effect is a sink: what stands in its arguments is written or leaves. Once untrusted words have been
// read, an argument may come from them. It is let through where it cannot carry their will: where the schema leaves only
// a choice, a yes or no, or a date; where it is a number that the user wrote or the tenant's own books gave; where the
// user wrote it. Anything else needs a person. And a conversation that has read untrusted words and holds private data
// sends nothing at all without a person.

/// Decides whether the arguments of a call may reach what the call does.
package struct FlowControl: Sendable {
    /// What the conversation has read before the call.
    package var label: DataLabel
    /// What the user wrote in this conversation.
    package var userTexts: [String]
    /// Results of the conversation that may be believed.
    package var trustedResults: [JSONValue]

    package init(label: DataLabel, userTexts: [String], trustedResults: [JSONValue] = []) {
        self.label = label
        self.userTexts = userTexts
        self.trustedResults = trustedResults
    }

    /// Why a call needs a person; `nil` when it may run.
    package func objection(to call: ToolCall, _ declaration: ToolDeclaration) -> String? {
        guard declaration.effect != .read, label.integrity == .untrusted else { return nil }
        if declaration.effect == .outbound, label.confidentiality == .private {
            return "It would leave the house after words of strangers were read, with private data at hand."
        }
        let tainted = taintedArguments(of: call, declaration)
        guard let first = tainted.first else { return nil }
        return "Its argument \(first) may come from words of strangers that were read before."
    }

    /// The arguments that neither the schema, nor the user, nor the tenant's books account for.
    package func taintedArguments(of call: ToolCall, _ declaration: ToolDeclaration) -> [String] {
        let words = userTexts.map { $0.lowercased() }
        return call.arguments.filter { member in
            let schema = declaration.parameters["properties"]?[member.name] ?? .null
            return !isAccountedFor(member.value, schema, words)
        }
        .map(\.name)
    }

    private func isAccountedFor(_ value: JSONValue, _ schema: JSONValue, _ words: [String]) -> Bool {
        if schema["enum"] != nil || schema["const"] != nil { return true }
        switch value {
        case .null, .bool: return true
        case .number(let number): return isKnown(number)
        case .string(let text):
            if let format = schema["format"]?.string, ["date", "date-time"].contains(format) {
                return CalendarDate(text) != nil || TextFormat.isDateTime(text)
            }
            let plain = text.lowercased().trimmed
            return plain.isEmpty || words.contains { $0.contains(plain) }
        case .array(let items): return items.allSatisfy { isAccountedFor($0, schema["items"] ?? .null, words) }
        case .object(let object):
            return object.allSatisfy { isAccountedFor($0.value, schema["properties"]?[$0.name] ?? .null, words) }
        }
    }

    private func isKnown(_ number: JSONNumber) -> Bool {
        guard let value = number.exact else { return false }
        var scanner = FigureScanner(signs: NumberSigns())
        scanner.takesBareWords = true
        var isFound = false
        for text in userTexts where !isFound {
            scanner.scan(text) { item in
                switch item {
                case .figure(let figure):
                    if figure.readings.contains(where: { $0.value == value.magnitude }) { isFound = true }
                case .year(let year): if ExactNumber(year) == value { isFound = true }
                }
            }
        }
        return isFound || trustedResults.contains { Self.holds($0, value) }
    }

    private static func holds(_ json: JSONValue, _ value: ExactNumber) -> Bool {
        switch json {
        case .number(let number): number.exact == value
        case .array(let items): items.contains { holds($0, value) }
        case .object(let object): object.contains { holds($0.value, value) }
        case .null, .bool, .string: false
        }
    }
}
