internal import COpenSSL

/// A public key that checks signatures: RSA with PKCS #1 v1.5 and SHA-256, or ECDSA over P-256 with SHA-256.
///
/// Unchecked, because libcrypto counts references and does not change a key that is only read.
package final class PublicKey: @unchecked Sendable {
    package enum Kind: Sendable, Hashable {
        case rsa
        case p256
    }

    package let kind: Kind
    private let key: OpaquePointer

    /// An RSA key of 2,048 to 8,192 bits, by modulus and exponent (big-endian).
    package convenience init?(modulus: [UInt8], exponent: [UInt8]) {
        let digits = modulus.drop { $0 == 0 }
        let bits = digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
        guard (2048...8192).contains(bits), (1...8).contains(exponent.count), (exponent.last ?? 0) & 1 == 1,
            exponent != [1]
        else { return nil }
        // rsaEncryption, RFC 8017 appendix A.1.
        let algorithm: [UInt8] = [
            0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
        ]
        let numbers = DER.sequence(DER.integer(modulus), DER.integer(exponent))
        self.init(.rsa, DER.sequence(algorithm, DER.bitString(numbers)))
    }

    /// A point of P-256, by its coordinates of 32 bytes each; `nil` when it is not on the curve.
    package convenience init?(x: [UInt8], y: [UInt8]) {
        guard x.count == 32, y.count == 32 else { return nil }
        // id-ecPublicKey and prime256v1, RFC 5480 §2.1.1.
        let algorithm: [UInt8] = [
            0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
            0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07,
        ]
        self.init(.p256, DER.sequence(algorithm, DER.bitString([0x04] + x + y)))
    }

    private init?(_ kind: Kind, _ document: [UInt8]) {
        let key = document.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_PUBKEY(nil, &start, buffer.count)
        }
        guard let key else {
            ERR_clear_error()
            return nil
        }
        self.kind = kind
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// Whether the signature is this key's for the bytes.
    ///
    /// RSA: as long as the modulus. P-256: r and s, 32 bytes each (RFC 7518 §3.4).
    package func isValid(_ signature: [UInt8], for bytes: [UInt8]) -> Bool {
        var signature = signature
        if kind == .p256 {
            guard signature.count == 64 else { return false }
            signature = DER.sequence(DER.integer(Array(signature[..<32])), DER.integer(Array(signature[32...])))
        }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        let isValid =
            EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
        if !isValid { ERR_clear_error() }
        return isValid
    }
}
