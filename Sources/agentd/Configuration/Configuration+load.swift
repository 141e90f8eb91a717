internal import AgentRuntime
internal import Foundation

// Puts the configuration together: the file, above it the environment, above that the flags. All problems of names,
// types and ranges come at once; when there are none, all problems of what the keys say together.

/// Where a configuration is read from.
struct ConfigurationSources: Sendable {
    /// The file named on the command line; `AGENTD_CONFIG` counts when there is none.
    var file: String?
    var environment: [String: String]
    /// Keys set by flags, by path.
    var flags: [(path: String, text: String)]
    /// The content of a file; `nil` when it cannot be read.
    var readFile: @Sendable (String) -> [UInt8]?

    init(
        file: String? = nil,
        environment: [String: String] = [:],
        flags: [(path: String, text: String)] = [],
        readFile: @escaping @Sendable (String) -> [UInt8]? = { path in
            FileManager.default.contents(atPath: path).map { Array($0) }
        }
    ) {
        self.file = file
        self.environment = environment
        self.flags = flags
        self.readFile = readFile
    }

    var path: String? { file ?? environment["AGENTD_CONFIG"].flatMap { $0.isEmpty ? nil : $0 } }
}

extension Configuration {
    static func load(_ sources: ConfigurationSources) throws(ConfigurationError) -> Configuration {
        var loader = ConfigurationLoader(sources: sources)
        loader.readFile()
        loader.readEnvironment()
        loader.readFlags()
        loader.checkNames()
        loader.checkValues()
        guard loader.problems.isEmpty else { throw ConfigurationError(problems: loader.problems) }
        let configuration = loader.build()
        guard loader.problems.isEmpty else { throw ConfigurationError(problems: loader.problems) }
        return configuration
    }
}
