internal import COpenSSL

/// Unpredictable bytes from libcrypto's generator, which the operating system seeds.
package struct SystemRandom: RandomSource {
    package init() {}

    package func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // Going on with predictable bytes would be worse than ending.
            precondition(count == 0 || RAND_bytes(buffer.baseAddress, Int32(count)) == 1, "no random bytes")
            initialized = count
        }
    }
}
