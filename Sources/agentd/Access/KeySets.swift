internal import AgentRuntime

/// The keys that tokens may be signed with now: the daemon's own, and those of the configured issuers.
///
/// Issuers change their keys: sets are read again every five minutes, and at once when a token names a key that none of
/// them has, though not more often than twice a minute. One that cannot be read leaves its keys of before. Bound: 100
/// keys and 256 KiB for each set.
actor KeySets {
    static let interval = Duration.seconds(300)
    /// The shortest time between two readings that tokens ask for.
    static let pause = Duration.seconds(30)

    /// Gets a set's document; at most `JWKS.bytesMax` bytes are of use.
    typealias Read = @Sendable (Configuration.KeySet.Place) async throws -> [UInt8]

    /// What was verified with the keys of now.
    nonisolated let verified = VerifiedTokens()
    private let own: JWTKey
    private let sets: [Configuration.KeySet]
    private let read: Read
    private let log: Logger
    private let now: @Sendable () -> LoopInstant
    private var foreign: [Configuration.KeySet: [JWTKey]] = [:]
    private var lastReading: LoopInstant?
    private var isReading = false

    init(
        own: JWTKey,
        sets: [Configuration.KeySet],
        log: Logger,
        now: @escaping @Sendable () -> LoopInstant = { .now },
        read: @escaping Read
    ) {
        self.own = own
        self.sets = sets
        self.log = log
        self.now = now
        self.read = read
    }

    /// The keys, the daemon's own first.
    var keys: [JWTKey] { [own] + sets.flatMap { foreign[$0] ?? [] } }

    /// Reads every set once, side by side.
    func refresh() async {
        isReading = true
        defer {
            isReading = false
            verified.forget()
        }
        lastReading = now()
        let read = read
        await withTaskGroup(of: (Configuration.KeySet, Result<[JWTKey], any Error>).self) { group in
            for set in sets {
                group.addTask {
                    do {
                        let document = try await read(set.place)
                        return (set, .success(try JWKS.keys(document, issuer: set.issuer, audience: set.audience)))
                    } catch {
                        return (set, .failure(error))
                    }
                }
            }
            for await (set, result) in group {
                switch result {
                case .success(let keys): foreign[set] = keys
                case .failure(let error):
                    log.error(
                        "the keys of an issuer could not be read",
                        ["issuer": .string(set.issuer), "error": .string("\(error)")]
                    )
                }
            }
        }
    }

    /// Reads the sets again because a token names a key that is not among them; whether that was done.
    func refresh(for token: String) async -> Bool {
        guard !sets.isEmpty, !isReading, let id = JWT.keyID(of: token), !keys.contains(where: { $0.id == id }) else {
            return false
        }
        if let lastReading, lastReading.duration(to: now()) < KeySets.pause { return false }
        await refresh()
        return true
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
