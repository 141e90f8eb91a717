internal import AgentRuntime

/// A command line that does not say what to do; exit status 2.
struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    var message: String
    init(_ message: String) { self.message = message }
    var description: String { message }
}

/// The words after a command's name, sorted by its syntax.
///
/// A value may begin with a single dash (`--ttl -5`), not with two; after `--` all words stand for their place.
struct Arguments: Sendable {
    private var values: [String: [String]] = [:]
    private(set) var positionals: [String] = []
    /// Keys of the configuration that flags set.
    private(set) var settings: [(path: String, text: String)] = []

    init(_ words: [String], _ syntax: CommandSyntax) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positionals += rest
                break
            }
            guard word.hasPrefix("--") else {
                // A single dash stands for standard input; anything else with one is a slip.
                if word.hasPrefix("-"), word != "-" { throw Arguments.unknown(word, syntax) }
                positionals.append(word)
                continue
            }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let flag = syntax.allFlags.first(where: { $0.name == name }) else {
                throw Arguments.unknown("--\(name)", syntax)
            }
            try take(flag, inline: parts.count == 2 ? String(parts[1]) : nil, &rest)
        }
        if isSet("help") { return }
        try check(syntax)
    }

    private mutating func take(_ flag: Flag, inline: String?, _ rest: inout ArraySlice<String>) throws(UsageError) {
        guard let placeholder = flag.placeholder else {
            guard inline == nil else { throw UsageError("--\(flag.name) takes no value") }
            values[flag.name] = []
            return
        }
        let value: String
        if let inline {
            value = inline
        } else if let next = rest.first, !next.hasPrefix("--") {
            value = next
            rest.removeFirst()
        } else {
            throw UsageError("--\(flag.name) needs a value, \(placeholder)")
        }
        if case .value = flag.kind, values[flag.name] != nil { throw UsageError("--\(flag.name) stands there twice") }
        values[flag.name, default: []].append(value)
        if let key = flag.key { settings.append((key, value)) }
    }

    private func check(_ syntax: CommandSyntax) throws(UsageError) {
        for flag in syntax.flags where flag.isRequired && values[flag.name] == nil {
            throw UsageError("--\(flag.name)\(flag.placeholder.map { " \($0)" } ?? "") is missing")
        }
        let required = syntax.positionals.filter(\.isRequired)
        if positionals.count < required.count { throw UsageError("\(required[positionals.count].name) is missing") }
        if positionals.count > syntax.positionals.count, syntax.positionals.last?.isRepeated != true {
            throw UsageError("“\(positionals[syntax.positionals.count])” is one argument too many")
        }
    }

    private static func unknown(_ word: String, _ syntax: CommandSyntax) -> UsageError {
        let names = syntax.allFlags.map(\.name)
        let typed = String(word.drop { $0 == "-" })
        let nearest = NearestName.closest(to: typed, among: names).map { "; the nearest one is --\($0)" } ?? ""
        return UsageError("\(word) is not a flag of agentd \(syntax.name)\(nearest)")
    }

    func isSet(_ name: String) -> Bool { values[name] != nil }
    func value(_ name: String) -> String? { values[name]?.last }
    func values(_ name: String) -> [String] { values[name] ?? [] }

    /// The value of a flag that the syntax requires.
    func required(_ name: String) throws(UsageError) -> String {
        guard let value = value(name), !value.isEmpty else { throw UsageError("--\(name) must not be empty") }
        return value
    }

    /// A whole number; `nil` when the flag is not there.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("--\(name) must be a whole number, \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The tenant that a required flag names.
    func tenant(_ name: String = "tenant") throws(UsageError) -> TenantID {
        let text = try required(name)
        guard TenantID.isValid(text) else {
            throw UsageError("--\(name): \(text) cannot name a tenant; 1 to 64 of a–z 0–9 _ - are allowed")
        }
        return TenantID(text)
    }

    /// Roles of the table.
    func roles(_ name: String = "role") throws(UsageError) -> [Role] {
        let known = RolePermissions.roles
        var roles: [Role] = []
        for text in values(name) {
            guard known.contains(Role(text)) else {
                let nearest = NearestName.closest(to: text, among: known.map(\.rawValue)) ?? ""
                throw UsageError("--\(name): \(text) is not a role; the nearest one is \(nearest)")
            }
            if !roles.contains(Role(text)) { roles.append(Role(text)) }
        }
        return roles
    }
}
