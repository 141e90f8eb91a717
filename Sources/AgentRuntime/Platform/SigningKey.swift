internal import COpenSSL

/// A private key that signs with Ed25519 (RFC 8032).
///
/// Unchecked, because libcrypto counts references and does not change a key that is only read.
package final class SigningKey: @unchecked Sendable {
    package static let seedCount = 32

    /// The 32 bytes that check what this key signs.
    package let publicKey: [UInt8]
    private let key: OpaquePointer

    /// The key of 32 secret bytes.
    package init(seed: [UInt8]) {
        precondition(seed.count == SigningKey.seedCount, "an Ed25519 seed has 32 bytes")
        guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            preconditionFailure("libcrypto could not make an Ed25519 key")
        }
        self.key = key
        publicKey = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            count = 32
            let isFine = EVP_PKEY_get_raw_public_key(key, buffer.baseAddress, &count) == 1
            precondition(isFine && count == 32, "libcrypto could not give the public key")
        }
    }

    deinit { EVP_PKEY_free(key) }

    /// The signature, 64 bytes; the same for the same bytes.
    package func sign(_ bytes: [UInt8]) -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        defer { EVP_MD_CTX_free(context) }
        return [UInt8](unsafeUninitializedCapacity: 64) { buffer, count in
            count = 64
            let isFine =
                EVP_DigestSignInit(context, nil, nil, nil, key) == 1
                && EVP_DigestSign(context, buffer.baseAddress, &count, bytes, bytes.count) == 1
            precondition(isFine && count == 64, "libcrypto could not sign")
        }
    }

    /// Whether a signature is the one of a public key for the bytes; `false` also for a key that is none.
    package static func isValid(_ signature: [UInt8], for bytes: [UInt8], publicKey: [UInt8]) -> Bool {
        guard signature.count == 64, publicKey.count == 32,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
        else {
            ERR_clear_error()
            return false
        }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        let isValid =
            EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
        if !isValid { ERR_clear_error() }
        return isValid
    }
}
