/// A path into a JSON document: the part of RFC 9535 that names places.
///
/// `$.data[0].name`, `$['a name'].*`, `$.calls[*].name`, `$.list[-1]`, `$..name`. Filters and slices are refused.
package struct JSONPath: Sendable, Hashable {
    private enum Step: Sendable, Hashable {
        case member(String)
        case index(Int)
        case every
        /// The members of that name at any depth.
        case descendants(String)
    }

    package let text: String
    private let steps: [Step]

    /// - Throws: `JSONPathError` that says where the path stops making sense.
    package init(_ text: String) throws(JSONPathError) {
        self.text = text
        var rest = Substring(text)
        if rest.first == "$" { rest.removeFirst() } else if rest.first != "[" { rest = "." + rest }
        var steps: [Step] = []
        while let first = rest.first {
            if first == "." {
                rest.removeFirst()
                let isDeep = rest.first == "."
                if isDeep { rest.removeFirst() }
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty else { throw JSONPathError(path: text, reason: "a name is missing after a point") }
                rest = rest.dropFirst(name.count)
                steps.append(name == "*" ? .every : isDeep ? .descendants(String(name)) : .member(String(name)))
            } else if first == "[" {
                guard let end = rest.firstIndex(of: "]") else {
                    throw JSONPathError(path: text, reason: "a bracket is not closed")
                }
                steps.append(try Self.bracket(rest[rest.index(after: rest.startIndex)..<end], text))
                rest = rest[rest.index(after: end)...]
            } else {
                throw JSONPathError(path: text, reason: "“\(first)” cannot stand there")
            }
        }
        self.steps = steps
    }

    private static func bracket(_ inner: Substring, _ path: String) throws(JSONPathError) -> Step {
        if inner == "*" { return .every }
        if let index = Int(inner) { return .index(index) }
        if inner.count >= 2, let quote = inner.first, quote == "'" || quote == "\"", inner.last == quote {
            return .member(String(inner.dropFirst().dropLast()))
        }
        throw JSONPathError(path: path, reason: "[\(inner)] is neither an index, a name in quotes nor *")
    }

    /// All values at the path, in document order; at most 10,000.
    package func values(in document: JSONValue) -> [JSONValue] {
        var found = [document]
        for step in steps {
            var next: [JSONValue] = []
            for value in found where next.count < 10_000 { Self.append(step, of: value, to: &next) }
            found = next
        }
        return found
    }

    private static func append(_ step: Step, of value: JSONValue, to found: inout [JSONValue]) {
        switch step {
        case .member(let name):
            if let value = value[name] { found.append(value) }
        case .index(let index):
            guard let array = value.array else { return }
            if let value = value[index < 0 ? array.count + index : index] { found.append(value) }
        case .every:
            found += value.array ?? value.object?.members.map(\.value) ?? []
        case .descendants(let name):
            if let hit = value[name] { found.append(hit) }
            for child in value.array ?? value.object?.members.map(\.value) ?? [] where found.count < 10_000 {
                append(step, of: child, to: &found)
            }
        }
    }
}

/// What is wrong with a path.
package struct JSONPathError: Error, Sendable, Hashable, CustomStringConvertible {
    package var path: String
    package var reason: String

    package var description: String { "the path \(path): \(reason)" }
}
