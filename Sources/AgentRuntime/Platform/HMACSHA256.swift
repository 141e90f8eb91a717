internal import COpenSSL

/// HMAC with SHA-256 (RFC 2104).
package enum HMACSHA256 {
    package static func code(for bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.count) { buffer, count in
            var length: UInt32 = 0
            // A null key means "the key of before" to HMAC_Init, so an empty one needs an address too.
            let keyBytes = key.isEmpty ? [0] : key
            let result = HMAC(EVP_sha256(), keyBytes, Int32(key.count), bytes, bytes.count, buffer.baseAddress, &length)
            precondition(result != nil && Int(length) == SHA256.count, "libcrypto has no HMAC-SHA-256")
            count = SHA256.count
        }
    }

    /// Whether the code is the one of these bytes; takes the same time wherever it differs.
    package static func isValid(_ code: [UInt8], for bytes: [UInt8], key: [UInt8]) -> Bool {
        constantTimeEquals(code, HMACSHA256.code(for: bytes, key: key))
    }
}

/// Whether two secrets are equal, in a time that depends on their length alone.
package func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
