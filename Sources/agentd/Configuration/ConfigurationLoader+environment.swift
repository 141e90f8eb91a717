internal import AgentRuntime

// The environment: `AGENTD_`, `__` between levels. Names of keys are read in any case, names of tenants as they are.

extension ConfigurationLoader {
    static func segments(of variable: String) -> [String] {
        var segments: [String] = []
        var rest = variable.dropFirst("AGENTD_".count)
        while let range = rest.firstRange(of: "__") {
            segments.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return segments + [String(rest)]
    }

    /// The path and shape that the segments of a variable name.
    func resolve(_ segments: [String]) -> (path: [String], shape: Shape)? {
        var shape = root
        var path: [String] = []
        for segment in segments {
            if case .unless(_, let inner) = shape { shape = inner }
            if case .map(let inner, _, let rule) = shape {
                let name = rule.holds(segment) ? segment : segment.lowercased()
                guard rule.holds(name) else { return nil }
                path.append(name)
                shape = inner
                continue
            }
            guard let setting = shape.settings?.first(where: { $0.name == segment.lowercased() }) else { return nil }
            path.append(setting.name)
            shape = setting.shape
        }
        return (path, shape)
    }

    mutating func set(_ path: [String], _ value: JSONValue, _ origin: ConfigurationError.Origin) {
        tree = ConfigurationLoader.replacing(tree, path[...], value)
        let name = path.joined(separator: ".")
        for inner in origins.keys where inner.hasPrefix(name + ".") || inner.hasPrefix(name + "[") {
            origins[inner] = nil
        }
        origins[name] = origin
    }

    private static func replacing(_ tree: JSONValue, _ path: ArraySlice<String>, _ value: JSONValue) -> JSONValue {
        guard let name = path.first else { return value }
        // What is no object (`false` for a profile) gives way to the key set within it.
        var object = tree.object ?? JSONObject()
        object[name] = replacing(object[name] ?? .object([:]), path.dropFirst(), value)
        return .object(object)
    }

    /// Names of variables that secrets are read from.
    static func variables(in tree: JSONValue) -> Set<String> {
        switch tree {
        case .object(let object):
            if object.count == 1, let name = object["env"]?.string { return [name] }
            return object.reduce(into: []) { $0.formUnion(variables(in: $1.value)) }
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion(variables(in: $1)) }
        default: return []
        }
    }

    /// A variable that no key reads is an error when it looks like a key, else a remark.
    ///
    /// Others may use the prefix for their own ends; a slip of the hand must not go unnoticed.
    mutating func report(unknown variable: (name: String, segments: [String])) {
        var shape = root
        var known = "AGENTD"
        for (depth, segment) in variable.segments.enumerated() {
            if case .unless(_, let inner) = shape { shape = inner }
            let separator = depth == 0 ? "_" : "__"
            if case .map(let inner, _, let rule) = shape, rule.holds(segment) || rule.holds(segment.lowercased()) {
                known += separator + segment
                shape = inner
                continue
            }
            let settings = shape.settings ?? []
            if let setting = settings.first(where: { $0.name == segment.lowercased() }) {
                known += separator + segment
                shape = setting.shape
                continue
            }
            let names = settings.map(\.name)
            let likely = NearestName.of(segment, among: names)
            guard depth > 0 || variable.segments.count > 1 || likely != nil else { break }
            let nearest = (likely ?? NearestName.closest(to: segment, among: names)).map {
                "; the nearest one is \(known)\(separator)\($0.uppercased())"
            }
            problems.append(
                .init(
                    path: "",
                    message: "no key is read from this variable\(nearest ?? "")",
                    origin: .environment(variable.name)
                )
            )
            return
        }
        warnings.append("\(variable.name): no key is read from this variable; it is not looked at")
    }
}

extension Shape {
    /// A variable's or flag's text as a value: strings as they are, everything else as JSON5.
    func value(of text: String) -> JSONValue {
        switch self {
        case .text, .choice: return .string(text)
        case .secret: return text.hasPrefix("{") ? Shape.parsed(text) ?? .string(text) : .string(text)
        case .unless(.string(let word), _) where text == word: return .string(word)
        case .either(.text, _):
            return text.hasPrefix("[") ? Shape.parsed(text) ?? .string(text) : .string(text)
        default: return Shape.parsed(text) ?? .string(text)
        }
    }

    private static func parsed(_ text: String) -> JSONValue? {
        // A text that is no JSON5 stays a string, and is then refused by its type, in words about the key.
        try? JSONValue(parsing: text, syntax: .json5)
    }
}
