/// Verdicts by the hash of what was judged and by the judge, so that a rerun does not change them.
package struct VerdictBook: Sendable, Hashable {
    package private(set) var verdicts: [String: [String: Verdict]] = [:]

    package init() {}

    /// Reads what `json` wrote; entries that are no verdicts are left out.
    package init(json: JSONValue) {
        for entry in json["verdicts"]?.object ?? [:] {
            for judge in entry.value.object ?? [:] {
                guard let holds = judge.value["pass"]?.bool else { continue }
                let verdict = Verdict(holds: holds, reason: judge.value["reason"]?.string ?? "")
                verdicts[entry.name, default: [:]][judge.name] = verdict
            }
        }
    }

    /// The frozen verdict of a judge; where none is named, that of any: the first by name.
    package func verdict(under key: String, by judge: String?) -> Verdict? {
        guard let entries = verdicts[key] else { return nil }
        if let judge { return entries[judge] }
        return entries.keys.min().flatMap { entries[$0] }
    }

    /// Freezes a verdict unless one of that judge stands there already; the one that stands.
    @discardableResult
    package mutating func freeze(_ verdict: Verdict, under key: String, by judge: String) -> Verdict {
        if let known = verdicts[key]?[judge] { return known }
        verdicts[key, default: [:]][judge] = verdict
        return verdict
    }

    /// Takes over what another book holds and this one does not.
    package mutating func take(_ other: VerdictBook) {
        for (key, entries) in other.verdicts {
            for (judge, verdict) in entries { freeze(verdict, under: key, by: judge) }
        }
    }

    package var json: JSONValue {
        func object<Value>(_ values: [String: Value], _ json: (Value) -> JSONValue) -> JSONValue {
            let sorted = values.sorted { $0.key < $1.key }
            return .object(JSONObject(uniqueMembers: sorted.map { (name: $0.key, value: json($0.value)) }))
        }
        let entries = object(verdicts) { judges in
            object(judges) { ["pass": .bool($0.holds), "reason": .string($0.reason)] }
        }
        return ["format": 1, "verdicts": entries]
    }
}
