internal import AgentRuntime

/// A password as it is kept: `scrypt$N$r$p$salt$key`, the last two in base64url.
///
/// The cost stands beside the key, so that it can be raised later without making old passwords invalid.
struct PasswordHash: Sendable, Hashable {
    /// Longer passwords are refused before any work is done with them.
    static let bytesMax = 1024

    var cost: Scrypt.Cost
    var salt: [UInt8]
    var key: [UInt8]

    var text: String {
        "scrypt$\(cost.iterations)$\(cost.blockSize)$\(cost.parallelism)$"
            + Base64URL.encode(salt) + "$" + Base64URL.encode(key)
    }

    init(cost: Scrypt.Cost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let iterations = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = Base64URL.decode(parts[4]), let key = Base64URL.decode(parts[5])
        else { return nil }
        cost = Scrypt.Cost(iterations: iterations, blockSize: blockSize, parallelism: parallelism)
        self.salt = salt
        self.key = key
    }

    /// Stands in for an account that is not there, so that the answer takes as long as for one that is.
    static func dummy(cost: Scrypt.Cost) -> PasswordHash {
        PasswordHash(cost: cost, salt: Array(repeating: 0, count: 16), key: Array(repeating: 0, count: 32))
    }

    /// Derives on the executor given, away from the caller's.
    static func derive(
        _ password: String,
        salt: [UInt8],
        cost: Scrypt.Cost,
        on workers: any TaskExecutor
    ) async -> [UInt8]? {
        // Composed and decomposed spellings are the same password to the one who types it.
        let bytes = Array(password.normalized.utf8)
        return await withTaskExecutorPreference(workers) { await derived(bytes, salt, cost) }
    }

    @concurrent
    private static func derived(_ password: [UInt8], _ salt: [UInt8], _ cost: Scrypt.Cost) async -> [UInt8]? {
        Scrypt.derive(password, salt: salt, cost: cost)
    }

    /// Whether the password is the one that was kept.
    func matches(_ password: String, on workers: any TaskExecutor) async -> Bool {
        guard let derived = await PasswordHash.derive(password, salt: salt, cost: cost, on: workers) else {
            return false
        }
        return constantTimeEquals(derived, key)
    }
}
