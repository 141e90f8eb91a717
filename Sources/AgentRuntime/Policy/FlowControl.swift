// Where data may go. The model is not asked and not believed: what counts is what the conversation has read.
//
// A tool with an effect is a sink: what stands in its arguments is written or leaves. Once untrusted words have been
// read, an argument may come from them. It is let through where it cannot carry their will: where the schema leaves only
// a choice, a yes or no, or a date; where it is a number that the user wrote or the tenant's own books gave; where the
// user wrote it, as a whole word or phrase. The name of a member that the schema does not declare is a value like any
// other. Anything else needs a person. And a conversation that has read untrusted words and holds private data sends
// nothing at all without a person.
//
// A tool that only reads, at another server, is a sink too: its arguments leave the house. As long as the conversation
// holds nothing but what that server itself gave and what the user wrote, nothing can leave that way. After that the
// arguments have to be the user's words, identifiers of the tenant's own books, or what the server gave itself.

/// Decides whether the arguments of a call may reach what the call does.
package struct FlowControl: Sendable {
    /// What the conversation holds, as seen from the server that a call goes to.
    package struct Server: Sendable {
        /// Its own results in this conversation.
        package var results: [JSONValue]
        /// Whether the conversation holds private data that the server did not give.
        package var isForeignDataHeld: Bool

        package init(results: [JSONValue] = [], isForeignDataHeld: Bool) {
            self.results = results
            self.isForeignDataHeld = isForeignDataHeld
        }
    }

    /// Who can account for a value beside the schema and the user's own words.
    private enum Witness {
        case books
        case server
    }

    private static let identifierBytes = 64

    /// What the conversation has read before the call.
    package var label: DataLabel
    /// What the user wrote in this conversation.
    package var userTexts: [String]
    /// Results of the conversation that may be believed.
    package var trustedResults: [JSONValue]
    /// What is known about the server of a tool that reads at another one.
    package var server: Server

    package init(
        label: DataLabel,
        userTexts: [String],
        trustedResults: [JSONValue] = [],
        server: Server = Server(isForeignDataHeld: true)
    ) {
        self.label = label
        self.userTexts = userTexts
        self.trustedResults = trustedResults
        self.server = server
    }

    /// Why a call needs a person; `nil` when it may run.
    package func objection(to call: ToolCall, _ declaration: ToolDeclaration) -> String? {
        guard declaration.effect != .read || declaration.server != nil, label.integrity == .untrusted else {
            return nil
        }
        if declaration.effect == .read {
            guard server.isForeignDataHeld, let first = taintedArguments(of: call, declaration).first else {
                return nil
            }
            return "It would send its argument \(first) to another server, and strangers' words that were read before "
                + "may have made it of private data."
        }
        if declaration.effect == .outbound, label.confidentiality == .private {
            return "It would leave the house after words of strangers were read, with private data at hand."
        }
        let tainted = taintedArguments(of: call, declaration)
        guard let first = tainted.first else { return nil }
        return "Its argument \(first) may come from words of strangers that were read before."
    }

    /// The arguments that neither the schema, nor the user, nor the tenant's books account for.
    package func taintedArguments(of call: ToolCall, _ declaration: ToolDeclaration) -> [String] {
        let trial = Trial(
            schema: ArgumentSchema(declaration.parameters),
            words: WrittenWords(userTexts),
            witness: declaration.effect == .read ? .server : .books
        )
        return call.arguments.filter { !isAccountedFor($0, of: declaration.parameters, trial) }
            .map { String($0.name.prefix(Self.identifierBytes)) }
    }

    /// What arguments of one call are held against.
    private struct Trial {
        var schema: ArgumentSchema
        var words: WrittenWords
        var witness: Witness
    }

    private func isAccountedFor(_ member: JSONObject.Member, of part: JSONValue, _ trial: Trial) -> Bool {
        if let schema = trial.schema.member(member.name, of: part) {
            return isAccountedFor(member.value, schema, trial)
        }
        return isAccountedFor(member.name, trial)
            && isAccountedFor(member.value, trial.schema.undeclared(of: part), trial)
    }

    private func isAccountedFor(_ value: JSONValue, _ schema: JSONValue, _ trial: Trial) -> Bool {
        // What the schema itself says is nobody's will.
        let written = (schema["enum"]?.array ?? []) + [schema["const"], schema["default"]].compactMap { $0 }
        if !written.isEmpty {
            let bytes = value.canonicalBytes()
            if written.contains(where: { $0.canonicalBytes() == bytes }) { return true }
        }
        switch value {
        case .null, .bool: return true
        case .number(let number):
            switch trial.witness {
            case .books: return isWritten(number) || trustedResults.contains { Self.holds($0, number) }
            case .server: return isWritten(number) || server.results.contains { Self.holds($0, number) }
            }
        case .string(let text):
            if let format = schema["format"]?.string, ["date", "date-time"].contains(format) {
                return CalendarDate(text) != nil || TextFormat.isDateTime(text)
            }
            return isAccountedFor(text, trial)
        case .array(let items):
            let schema = trial.schema.items(of: schema)
            return items.allSatisfy { isAccountedFor($0, schema, trial) }
        case .object(let object): return object.allSatisfy { isAccountedFor($0, of: schema, trial) }
        }
    }

    private func isAccountedFor(_ text: String, _ trial: Trial) -> Bool {
        if trial.words.contain(text) { return true }
        guard trial.witness == .server else { return false }
        // What the server gave tells it nothing; an identifier of the books names a thing and holds no figure of it.
        let isIdentifier =
            text.utf8.count <= Self.identifierBytes
            && text.allSatisfy { $0.isLetter || $0.isNumber || "-_/".contains($0) }
        return server.results.contains { Self.holds($0, text) }
            || isIdentifier && trustedResults.contains { Self.holds($0, text) }
    }

    private func isWritten(_ number: JSONNumber) -> Bool {
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
        return isFound
    }

    private static func holds(_ json: JSONValue, _ number: JSONNumber) -> Bool {
        guard let value = number.exact else { return false }
        return holds(json) { if case .number(let found) = $0 { found.exact == value } else { false } }
    }

    private static func holds(_ json: JSONValue, _ text: String) -> Bool {
        holds(json) { if case .string(let found) = $0 { found == text } else { false } }
    }

    private static func holds(_ json: JSONValue, _ isSought: (JSONValue) -> Bool) -> Bool {
        switch json {
        case .array(let items): items.contains { holds($0, isSought) }
        case .object(let object): object.contains { holds($0.value, isSought) }
        default: isSought(json)
        }
    }
}
