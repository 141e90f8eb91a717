/// Where new identifiers come from; injected, so that tests and replays choose them.
package protocol IdentifierSource: Sendable {
    /// A fresh identifier: the prefix, an underscore, and 26 lower-case characters that sort by time of making.
    func next(_ prefix: String) -> String
}

/// Where unpredictable bytes come from (nonces, secrets); injected for the same reason.
package protocol RandomSource: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}
