internal import COpenSSL

/// AES-256-GCM (NIST SP 800-38D): seals bytes so that they can be read and changed only with the key.
///
/// A nonce must never be used twice with a key; 96 random bits are safe for 2³² messages per key (§8.3).
package enum AESGCM {
    package static let keyCount = 32
    package static let nonceCount = 12
    package static let tagCount = 16

    /// Looked up once: each look at `EVP_aes_256_gcm()` would be one through all providers (OpenSSL, EVP_CIPHER_fetch(3),
    /// "implicit fetching").
    private nonisolated(unsafe) static let cipher: OpaquePointer = {
        guard let cipher = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else {
            preconditionFailure("libcrypto has no AES-256-GCM")
        }
        return cipher
    }()

    /// The ciphertext followed by its 16-byte tag.
    ///
    /// `header` is authenticated but not part of it.
    package static func seal(_ bytes: [UInt8], key: [UInt8], nonce: [UInt8], header: [UInt8] = []) -> [UInt8] {
        precondition(key.count == keyCount && nonce.count == nonceCount, "AES-256-GCM takes 32 and 12 bytes")
        return withContext { context in
            var length: Int32 = 0
            var isFine = EVP_EncryptInit_ex(context, nil, nil, key, nonce) == 1
            if !header.isEmpty {
                isFine = isFine && EVP_EncryptUpdate(context, nil, &length, header, Int32(header.count)) == 1
            }
            let sealed = [UInt8](unsafeUninitializedCapacity: bytes.count + tagCount) { buffer, count in
                guard let start = buffer.baseAddress else { return }
                if !bytes.isEmpty {
                    isFine = isFine && EVP_EncryptUpdate(context, start, &length, bytes, Int32(bytes.count)) == 1
                }
                isFine = isFine && EVP_EncryptFinal_ex(context, start + bytes.count, &length) == 1
                let tag = start + bytes.count
                isFine = isFine && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tagCount), tag) == 1
                count = bytes.count + tagCount
            }
            precondition(isFine, "libcrypto could not seal")
            return sealed
        }
    }

    /// The bytes that were sealed; `nil` when the key, nonce or header differ or the sealed bytes were changed.
    package static func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], header: [UInt8] = []) -> [UInt8]? {
        guard key.count == keyCount, nonce.count == nonceCount, sealed.count >= tagCount else { return nil }
        let size = sealed.count - tagCount
        var tag = Array(sealed[size...])
        return withContext { context in
            var length: Int32 = 0
            var isFine = EVP_DecryptInit_ex(context, nil, nil, key, nonce) == 1
            if !header.isEmpty {
                isFine = isFine && EVP_DecryptUpdate(context, nil, &length, header, Int32(header.count)) == 1
            }
            // One byte more than needed, as the final call wants an address even when it writes nothing.
            let opened = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
                guard let start = buffer.baseAddress else { return }
                if size > 0 { isFine = isFine && EVP_DecryptUpdate(context, start, &length, sealed, Int32(size)) == 1 }
                isFine = isFine && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tagCount), &tag) == 1
                isFine = isFine && EVP_DecryptFinal_ex(context, start + size, &length) == 1
                count = isFine ? size : 0
            }
            return isFine ? opened : nil
        }
    }

    /// Contexts that know the cipher and wait for a key: to make one takes longer than to seal a record.
    private static let contexts = Guarded<[Context]>([])
    /// More than there are threads that seal at once.
    private static let contextsMax = 16

    private struct Context: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    /// A context with the cipher set, to be given a key and a nonce, which forgets what it did before
    /// (EVP_EncryptInit(3): a cipher of NULL leaves the one that is set).
    private static func withContext<T>(_ body: (OpaquePointer) -> T) -> T {
        let context = contexts.with { $0.popLast() } ?? makeContext()
        defer {
            let isKept = contexts.with { contexts in
                guard contexts.count < contextsMax else { return false }
                contexts.append(context)
                return true
            }
            if !isKept { EVP_CIPHER_CTX_free(context.pointer) }
        }
        return body(context.pointer)
    }

    private static func makeContext() -> Context {
        guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        precondition(EVP_CipherInit_ex(context, cipher, nil, nil, nil, 1) == 1, "libcrypto has no AES-256-GCM")
        return Context(pointer: context)
    }
}
