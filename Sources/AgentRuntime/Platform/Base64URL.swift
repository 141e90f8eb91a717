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

    package static func encode(_ bytes: [UInt8]) -> String { String(decoding: encodedBytes(bytes), as: UTF8.self) }

    /// The characters as ASCII bytes.
    package static func encodedBytes(_ bytes: [UInt8]) -> [UInt8] {
        let size = (bytes.count * 4 + 2) / 3
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            alphabet.withUnsafeBufferPointer { alphabet in
                var input = 0
                var output = 0
                while input + 2 < bytes.count {
                    let group =
                        UInt32(bytes[input]) << 16 | UInt32(bytes[input + 1]) << 8 | UInt32(bytes[input + 2])
                    buffer[output] = alphabet[Int(group >> 18)]
                    buffer[output + 1] = alphabet[Int(group >> 12 & 63)]
                    buffer[output + 2] = alphabet[Int(group >> 6 & 63)]
                    buffer[output + 3] = alphabet[Int(group & 63)]
                    input += 3
                    output += 4
                }
                while input < bytes.count {
                    let first = UInt32(bytes[input]) << 16
                    let second = input + 1 < bytes.count ? UInt32(bytes[input + 1]) << 8 : 0
                    let third = input + 2 < bytes.count ? UInt32(bytes[input + 2]) : 0
                    let group = first | second | third
                    let characters = min(4, size - output)
                    for place in 0..<characters {
                        buffer[output + place] = alphabet[Int(group >> UInt32(18 - 6 * place) & 63)]
                    }
                    input += 3
                    output += characters
                }
            }
            count = size
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
