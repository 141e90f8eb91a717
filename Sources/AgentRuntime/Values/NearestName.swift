/// Finds the known name that a mistyped one most likely means; for the "did you mean" of errors.
package enum NearestName {
    /// The closest of the known names, when it is close enough to be a likely slip of the hand.
    ///
    /// Case and the difference between `-` and `_` cost nothing.
    /// A name may be off by one third of its length, at least by one; names over 64 bytes are not compared.
    package static func of(_ name: String, among known: some Sequence<String>) -> String? {
        let typed = folded(name)
        guard typed.count <= 64 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in known {
            let letters = folded(candidate)
            guard letters.count <= 64 else { continue }
            let found = distance(typed, letters)
            if let best, best.distance < found || (best.distance == found && best.name <= candidate) { continue }
            best = (candidate, found)
        }
        guard let best, best.distance <= max(1, typed.count / 3) else { return nil }
        return best.name
    }

    /// The closest of the known names, however far; for errors that must always name one.
    package static func closest(to name: String, among known: some Sequence<String>) -> String? {
        let typed = Array(folded(name).prefix(64))
        return known.map { ($0, distance(typed, Array(folded($0).prefix(64)))) }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    private static func folded(_ name: String) -> [UInt8] {
        name.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte + 32
            case UInt8(ascii: "-"): UInt8(ascii: "_")
            default: byte
            }
        }
    }

    /// The optimal string alignment distance: insertions, deletions, substitutions, swapped neighbours.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard !left.isEmpty else { return right.count }
        guard !right.isEmpty else { return left.count }
        var older: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                var value = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    value = min(value, older[column - 2] + 1)
                }
                current.append(value)
            }
            older = previous
            previous = current
        }
        return previous[right.count]
    }
}
