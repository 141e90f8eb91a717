internal import AgentRuntime

/// The configuration while it is being put together.
struct ConfigurationLoader {
    /// Variables with the prefix that are no keys.
    static let reserved: Set<String> = ["AGENTD_CONFIG", "AGENTD_PASSWORD"]

    let sources: ConfigurationSources
    var tree = JSONValue.object([:])
    var problems: [ConfigurationError.Problem] = []
    var warnings: [String] = []
    private var lines: ConfigurationLines?
    var origins: [String: ConfigurationError.Origin] = [:]
    let root = Shape.group(Configuration.declaration)

    init(sources: ConfigurationSources) { self.sources = sources }

    mutating func readFile() {
        guard let path = sources.path else { return }
        let origin = ConfigurationError.Origin.file(path, line: nil)
        guard let bytes = sources.readFile(path) else {
            problems.append(.init(path: "", message: "the file cannot be read", origin: origin))
            return
        }
        do {
            let value = try JSONValue(parsing: bytes, syntax: .json5)
            guard value.object != nil else {
                problems.append(.init(path: "", message: "the file must hold one object, { … }", origin: origin))
                return
            }
            tree = value
            lines = ConfigurationLines(bytes)
        } catch {
            problems.append(
                .init(
                    path: "",
                    message: "column \(error.column): \(error.reason)",
                    origin: .file(path, line: error.line)
                )
            )
        }
    }

    mutating func readEnvironment() {
        let names = sources.environment.keys.filter {
            $0.hasPrefix("AGENTD_") && !ConfigurationLoader.reserved.contains($0)
        }
        // Shorter paths first, so that a key within an object stands above the object.
        let ordered = names.map { (name: $0, segments: ConfigurationLoader.segments(of: $0)) }
            .sorted { ($0.segments.count, $0.name) < ($1.segments.count, $1.name) }
        var unknown: [(name: String, segments: [String])] = []
        for variable in ordered {
            guard let (path, shape) = resolve(variable.segments) else {
                unknown.append(variable)
                continue
            }
            let value = shape.value(of: sources.environment[variable.name] ?? "")
            set(path, value, .environment(variable.name))
        }
        let referenced = ConfigurationLoader.variables(in: tree)
        for variable in unknown where !referenced.contains(variable.name) { report(unknown: variable) }
    }

    mutating func readFlags() {
        for flag in sources.flags {
            let path = flag.path.split(separator: ".").map(String.init)
            guard let (path, shape) = resolve(path) else {
                preconditionFailure("the flag --\(flag.path) sets no key")
            }
            set(path, shape.value(of: flag.text), .flag(flag.path))
        }
    }

    func origin(of path: String) -> ConfigurationError.Origin {
        var above = Substring(path)
        while true {
            if let origin = origins[String(above)] { return origin }
            guard let end = above.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
            above = above[..<end]
        }
        guard let file = sources.path, let lines else { return .initial }
        return .file(file, line: lines.line(of: path))
    }

    mutating func report(_ path: String, _ message: String) {
        problems.append(.init(path: path, message: message, origin: origin(of: path)))
    }

    /// Reports keys that are not declared, and takes them out.
    mutating func checkNames() { tree = known(tree, root, "") }

    private mutating func known(_ value: JSONValue, _ shape: Shape, _ path: String) -> JSONValue {
        switch (shape, value) {
        case (.group(let settings), .object(let object)):
            var result = JSONObject()
            for member in object {
                let inner = path.isEmpty ? member.name : "\(path).\(member.name)"
                guard let setting = settings.first(where: { $0.name == member.name }) else {
                    let nearest = NearestName.closest(to: member.name, among: settings.map(\.name)) ?? ""
                    let full = path.isEmpty ? nearest : "\(path).\(nearest)"
                    report(inner, "is not a key; the nearest one is \(full)")
                    continue
                }
                // `null` is the same as not setting the key.
                if !member.value.isNull { result[member.name] = known(member.value, setting.shape, inner) }
            }
            return .object(result)
        case (.map(let inner, _, let rule), .object(let object)):
            var result = JSONObject()
            for member in object {
                let innerPath = path.isEmpty ? member.name : "\(path).\(member.name)"
                guard rule.holds(member.name) else {
                    report(innerPath, "is not \(rule.phrase)")
                    continue
                }
                result[member.name] = known(member.value, inner, innerPath)
            }
            return .object(result)
        case (.list(let inner), .array(let elements)):
            return .array(elements.enumerated().map { known($1, inner, "\(path)[\($0)]") })
        case (.unless(_, let inner), _): return known(value, inner, path)
        case (.either(let first, let second), _):
            let fits = { (shape: Shape) in
                switch (shape, value) {
                case (.group, .object), (.map, .object), (.list, .array): true
                default: false
                }
            }
            return fits(first) ? known(value, first, path) : fits(second) ? known(value, second, path) : value
        default: return value
        }
    }

    /// Reports values of the wrong type, form or range, and fills in what holds without being set.
    mutating func checkValues() {
        checkTexts(tree, root, "")
        let reported = Set(problems.map(\.path))
        for violation in Configuration.compiledSchema.violations(in: tree) where !reported.contains(violation.field) {
            report(violation.field, violation.message)
        }
        tree = Configuration.compiledSchema.fillingDefaults(in: tree)
    }

    private mutating func checkTexts(_ value: JSONValue, _ shape: Shape, _ path: String) {
        switch (shape, value) {
        case (.text(let rule), .string(let text)):
            if !text.isEmpty, !rule.holds(text) { report(path, "must be \(rule.phrase)") }
        case (.group(let settings), .object(let object)):
            for member in object {
                guard let setting = settings.first(where: { $0.name == member.name }) else { continue }
                checkTexts(member.value, setting.shape, path.isEmpty ? member.name : "\(path).\(member.name)")
            }
        case (.map(let inner, _, _), .object(let object)):
            for member in object { checkTexts(member.value, inner, "\(path).\(member.name)") }
        case (.list(let inner), .array(let elements)):
            for (index, element) in elements.enumerated() { checkTexts(element, inner, "\(path)[\(index)]") }
        case (.unless(_, let inner), _): checkTexts(value, inner, path)
        case (.either(let first, let second), _):
            checkTexts(value, first, path)
            checkTexts(value, second, path)
        default: break
        }
    }
}
