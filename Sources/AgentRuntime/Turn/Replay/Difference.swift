/// One place where two JSON values differ.
package struct Difference: Sendable, Hashable {
    /// Names and numbers on the way to it: `calls[0].arguments.period`; empty for the whole.
    package var path: String
    /// `nil` where there is nothing.
    package var recorded: JSONValue?
    package var replayed: JSONValue?

    /// All of them, in the order of the recorded value.
    package static func between(_ recorded: JSONValue, _ replayed: JSONValue) -> [Difference] {
        var found: [Difference] = []
        compare(recorded, replayed, "", &found)
        return found
    }

    private static func compare(
        _ recorded: JSONValue?,
        _ replayed: JSONValue?,
        _ path: String,
        _ found: inout [Difference]
    ) {
        switch (recorded, replayed) {
        case (.object(let old)?, .object(let new)?):
            for name in old.names + new.names.filter({ old[$0] == nil }) {
                compare(old[name], new[name], path.isEmpty ? name : "\(path).\(name)", &found)
            }
        case (.array(let old)?, .array(let new)?):
            for index in 0..<max(old.count, new.count) {
                compare(
                    index < old.count ? old[index] : nil,
                    index < new.count ? new[index] : nil,
                    "\(path)[\(index)]",
                    &found
                )
            }
        default:
            guard recorded?.canonicalBytes() != replayed?.canonicalBytes() else { return }
            found.append(Difference(path: path, recorded: recorded, replayed: replayed))
        }
    }

    /// For a person: two lines, of which the first differing part of long texts is shown.
    package var text: String {
        if case .string(let old)? = recorded, case .string(let new)? = replayed {
            let (left, right) = (Array(old), Array(new))
            let same = zip(left, right).prefix { $0 == $1 }.count
            let start = max(0, same - 40)
            let lead = start > 0 ? "…" : ""
            return "\(path)\n  - \(lead)\(Self.cut(left[start...]))\n  + \(lead)\(Self.cut(right[start...]))"
        }
        return "\(path)\n  - \(Self.cut(Array(recorded?.text ?? "nothing")[...]))\n"
            + "  + \(Self.cut(Array(replayed?.text ?? "nothing")[...]))"
    }

    private static func cut(_ text: ArraySlice<Character>) -> String {
        String(text.prefix(200)) + (text.count > 200 ? "…" : "")
    }
}
