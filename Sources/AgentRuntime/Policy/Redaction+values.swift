/// What the rules take out of structured values: of strings, of names of members, and of numbers that are cards.
extension Redaction {
    package func redacted(_ value: JSONValue) -> JSONValue {
        guard !rules.isEmpty else { return value }
        switch value {
        case .string(let text): return .string(redacted(text))
        case .array(let items): return .array(items.map { redacted($0) })
        case .object(let object): return .object(redacted(object))
        case .number(let number):
            return card && Redaction.isCardNumber(number.literal) ? "[card]" : value
        case .null, .bool: return value
        }
    }

    private func redacted(_ object: JSONObject) -> JSONObject {
        var members: [(String, JSONValue)] = []
        members.reserveCapacity(object.count)
        /// Names that were changed, which may have become those of others; mostly there are none.
        var isChanged = false
        for member in object {
            let name = redacted(member.name)
            isChanged = isChanged || name != member.name
            members.append((name, redacted(member.value, named: member.name)))
        }
        guard isChanged else { return JSONObject(uniquePairs: members) }
        var taken: Set<String> = []
        for index in members.indices {
            let name = members[index].0
            var number = 2
            while !taken.insert(members[index].0).inserted {
                members[index].0 = "\(name) \(number)"
                number += 1
            }
        }
        return JSONObject(uniquePairs: members)
    }

    /// What stands under a name that says it is a secret is one, whatever it looks like.
    private func redacted(_ value: JSONValue, named name: String) -> JSONValue {
        guard secret, let text = value.string, text.utf8.count >= 6, Redaction.namesSecret(name) else {
            return redacted(value)
        }
        return "[secret]"
    }
}
