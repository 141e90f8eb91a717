/// All that is wrong with a configuration, each with the place where it can be mended.
struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where a value came from.
    enum Origin: Sendable, Hashable {
        case file(String, line: Int?)
        case environment(String)
        case flag(String)
        case initial
    }

    struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The key, such as `limits.steps`; empty for the file as a whole.
        var path: String
        /// What is wrong and how to mend it.
        var message: String
        var origin: Origin

        var description: String {
            let subject = path.isEmpty ? message : "\(path) \(message)"
            switch origin {
            case .file(let file, let line?): return "\(file):\(line): \(subject)"
            case .file(let file, nil): return "\(file): \(subject)"
            case .environment(let name): return "\(name): \(subject)"
            case .flag(let name): return "--\(name): \(subject)"
            case .initial: return subject
            }
        }
    }

    var problems: [Problem]

    var description: String { problems.map(\.description).joined(separator: "\n") }
}
