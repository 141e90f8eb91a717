/// Bytes as base64url without padding (RFC 4648 §5), as tokens and sealed payloads carry them.
///
/// Reading is strict: no padding, no white space, and the unused bits of the last character are zero, so that each
/// byte sequence has exactly one spelling.
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// The two characters of each twelve bits, the first in the lower byte.
    private static let pairs: [UInt16] = (0..<4096).map { bits in
        UInt16(alphabet[bits >> 6]) | UInt16(alphabet[bits & 63]) << 8
    }

    package static func encode(_ bytes: [UInt8]) -> String { String(decoding: encodedBytes(bytes), as: UTF8.self) }

    /// The characters as ASCII bytes.
    package static func encodedBytes(_ bytes: [UInt8]) -> [UInt8] {
        let size = encodedCount(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            write(bytes, to: UnsafeMutableRawBufferPointer(buffer))
            count = size
        }
    }

    /// Writes the characters as ASCII bytes behind others.
    static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
        withUnsafeTemporaryAllocation(byteCount: encodedCount(bytes.count), alignment: 2) { buffer in
            write(bytes, to: buffer)
            output.append(contentsOf: buffer)
        }
    }

    /// How many characters so many bytes have.
    private static func encodedCount(_ count: Int) -> Int { (count * 4 + 2) / 3 }

    /// Sealed payloads are most of what a journal holds: three bytes are two look-ups and two stores.
    private static func write(_ bytes: [UInt8], to buffer: UnsafeMutableRawBufferPointer) {
        bytes.withUnsafeBufferPointer { bytes in
            pairs.withUnsafeBufferPointer { pairs in
                var input = 0
                var output = 0
                while input + 2 < bytes.count {
                    let group = Int(bytes[input]) << 16 | Int(bytes[input + 1]) << 8 | Int(bytes[input + 2])
                    buffer.storeBytes(of: pairs[group >> 12].littleEndian, toByteOffset: output, as: UInt16.self)
                    buffer.storeBytes(of: pairs[group & 4095].littleEndian, toByteOffset: output + 2, as: UInt16.self)
                    input += 3
                    output += 4
                }
                guard input < bytes.count else { return }
                let second = input + 1 < bytes.count ? Int(bytes[input + 1]) : 0
                let group = Int(bytes[input]) << 16 | second << 8
                buffer.storeBytes(of: pairs[group >> 12].littleEndian, toByteOffset: output, as: UInt16.self)
                if input + 1 < bytes.count { buffer[output + 2] = alphabet[group >> 6 & 63] }
            }
        }
    }

    /// `nil` for anything that `encode` does not write.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(bytes: Array(text.utf8)) }

    package static func decode(bytes text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var isValid = true
        let result = [UInt8](unsafeUninitializedCapacity: text.count * 3 / 4) { buffer, count in
            values.withUnsafeBufferPointer { values in
                var group: UInt32 = 0
                var bits: UInt32 = 0
                for character in text {
                    let value = values[Int(character)]
                    guard value != 255 else {
                        isValid = false
                        return
                    }
                    group = group << 6 | UInt32(value)
                    bits += 6
                    if bits >= 8 {
                        bits -= 8
                        buffer[count] = UInt8(truncatingIfNeeded: group >> bits)
                        count += 1
                        group &= (1 << bits) - 1
                    }
                }
                isValid = group == 0
            }
        }
        return isValid ? result : nil
    }
}
