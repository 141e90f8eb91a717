internal import AgentRuntime

/// A set of public keys as issuers publish it (RFC 7517).
enum JWKS {
    static let bytesMax = 262_144
    static let keysMax = 100

    /// The keys that tokens can be checked with; others (of other kinds, or for encryption) are passed over.
    ///
    /// - Throws: `AgentError` when it is no key set, or when nothing in it can be used.
    static func keys(_ document: [UInt8], issuer: String, audience: String?) throws(AgentError) -> [JWTKey] {
        guard document.count <= bytesMax, let value = try? JSONValue(parsing: document),
            let entries = value["keys"]?.array, entries.count <= keysMax
        else { throw AgentError(.invalidArgument, "The key set of \(issuer) is none of at most \(keysMax) keys.") }
        let keys = entries.compactMap { key($0, issuer: issuer, audience: audience) }
        guard !keys.isEmpty else {
            throw AgentError(.invalidArgument, "The key set of \(issuer) has no key for RS256 (2,048 bits) or ES256.")
        }
        return keys
    }

    private static func key(_ entry: JSONValue, issuer: String, audience: String?) -> JWTKey? {
        if let use = entry["use"], use != "sig" { return nil }
        if let operations = entry["key_ops"]?.array, !operations.contains("verify") { return nil }
        let algorithm: JWTAlgorithm
        let publicKey: PublicKey?
        switch entry["kty"]?.string {
        case "RSA":
            algorithm = .rs256
            guard let modulus = bytes(entry, "n"), let exponent = bytes(entry, "e") else { return nil }
            publicKey = PublicKey(modulus: modulus, exponent: exponent)
        case "EC":
            algorithm = .es256
            guard entry["crv"] == "P-256", let x = bytes(entry, "x"), let y = bytes(entry, "y") else { return nil }
            publicKey = PublicKey(x: x, y: y)
        default: return nil
        }
        if let name = entry["alg"], name.string != algorithm.rawValue { return nil }
        guard let publicKey else { return nil }
        return JWTKey(algorithm: algorithm, id: entry["kid"]?.string, issuer: issuer, audience: audience) {
            publicKey.isValid($0, for: $1)
        }
    }

    private static func bytes(_ entry: JSONValue, _ name: String) -> [UInt8]? {
        entry[name]?.string.flatMap { Base64URL.decode($0) }
    }
}
