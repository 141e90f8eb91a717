internal import AgentRuntime

/// The keys that tokens may be signed with now: the daemon's own, and those of the configured issuers.
///
/// Issuers change their keys: sets are read again every five minutes, and one that cannot be read leaves its keys of
/// before. Bound: 100 keys and 256 KiB for each set.
actor KeySets {
    static let interval = Duration.seconds(300)

    /// Gets a set's document; at most `JWKS.bytesMax` bytes are of use.
    typealias Read = @Sendable (Configuration.KeySet.Place) async throws -> [UInt8]

    private let own: JWTKey
    private let sets: [Configuration.KeySet]
    private let read: Read
    private let log: Logger
    private var foreign: [Configuration.KeySet: [JWTKey]] = [:]

    init(own: JWTKey, sets: [Configuration.KeySet], log: Logger, read: @escaping Read) {
        self.own = own
        self.sets = sets
        self.log = log
        self.read = read
    }

    /// The keys, the daemon's own first.
    var keys: [JWTKey] { [own] + sets.flatMap { foreign[$0] ?? [] } }

    /// Reads every set once.
    func refresh() async {
        for set in sets {
            do {
                let document = try await read(set.place)
                foreign[set] = try JWKS.keys(document, issuer: set.issuer, audience: set.audience)
            } catch {
                log.error(
                    "the keys of an issuer could not be read",
                    ["issuer": .string(set.issuer), "error": .string("\(error)")]
                )
            }
        }
    }

    /// Keeps the sets fresh until cancelled; `refresh` has been called before.
    func run(clock: any Clock<Duration>) async throws {
        guard !sets.isEmpty else { return }
        while true {
            try await clock.sleep(for: KeySets.interval)
            await refresh()
        }
    }
}
