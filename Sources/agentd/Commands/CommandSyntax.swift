// What a command takes: declared once, read by the parser and printed as its help.

/// One `--name` of a command.
struct Flag: Sendable {
    enum Kind: Sendable {
        /// `--name VALUE` or `--name=VALUE`; given twice, it is an error.
        case value(String)
        /// As a value, any number of times.
        case repeated(String)
        /// `--name` alone.
        case boolean
    }

    var name: String
    var kind: Kind
    var isRequired: Bool
    /// The configuration's key that the flag sets.
    var key: String?
    var documentation: String

    init(_ name: String, _ kind: Kind, required: Bool = false, sets key: String? = nil, _ documentation: String) {
        self.name = name
        self.kind = kind
        isRequired = required
        self.key = key
        self.documentation = documentation
    }

    var placeholder: String? {
        switch kind {
        case .value(let text), .repeated(let text): text
        case .boolean: nil
        }
    }

    /// Taken by every command.
    static let common = [
        Flag("data", .value("DIR"), sets: "data", "The data folder."),
        Flag("config", .value("FILE"), "The configuration file."),
        Flag("help", .boolean, "Prints this."),
    ]
}

/// An argument that is named by its place.
struct Positional: Sendable {
    var name: String
    var isRequired: Bool
    /// Takes all that follow; the last one only.
    var isRepeated: Bool

    init(_ name: String, required: Bool = true, repeated: Bool = false) {
        self.name = name
        isRequired = required
        isRepeated = repeated
    }
}

struct CommandSyntax: Sendable {
    /// One word or two (`user add`).
    var name: String
    var summary: String
    var flags: [Flag]
    var positionals: [Positional]
    /// What the help says beyond the flags.
    var notes: String

    init(
        _ name: String,
        _ summary: String,
        flags: [Flag] = [],
        positionals: [Positional] = [],
        notes: String = ""
    ) {
        self.name = name
        self.summary = summary
        self.flags = flags
        self.positionals = positionals
        self.notes = notes
    }

    var allFlags: [Flag] { flags + Flag.common }

    var usage: String {
        var words = ["agentd", name]
        for flag in flags {
            var word = "--\(flag.name)" + (flag.placeholder.map { " \($0)" } ?? "")
            if case .repeated = flag.kind { word += "…" }
            words.append(flag.isRequired ? word : "[\(word)]")
        }
        for positional in positionals {
            let word = positional.name + (positional.isRepeated ? "…" : "")
            words.append(positional.isRequired ? word : "[\(word)]")
        }
        return words.joined(separator: " ")
    }

    var help: String {
        let left = allFlags.map { "--\($0.name)" + ($0.placeholder.map { " \($0)" } ?? "") }
        let width = (left.map(\.count).max() ?? 0) + 2
        var text = "\(summary)\n\nusage: \(usage)\n\n"
        for (flag, name) in zip(allFlags, left) {
            text += "  " + name + String(repeating: " ", count: width - name.count) + flag.documentation + "\n"
        }
        return notes.isEmpty ? text : text + "\n\(notes)\n"
    }
}
