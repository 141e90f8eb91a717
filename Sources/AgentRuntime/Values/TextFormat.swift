/// Whether a text has one of the forms that JSON Schema's `format` names.
package enum TextFormat {
    /// RFC 3339 §5.6: a date, `T`, a time with optional fraction, and an offset.
    ///
    /// A leap second (`:60`) is accepted.
    package static func isDateTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.count <= 64, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            CalendarDate(String(decoding: bytes[0..<10], as: UTF8.self)) != nil,
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = twoDigits(bytes, 11), let minute = twoDigits(bytes, 14), let second = twoDigits(bytes, 17),
            hour <= 23, minute <= 59, second <= 60
        else { return false }
        var position = 19
        if bytes[position] == UInt8(ascii: ".") {
            let first = position + 1
            position = first
            while position < bytes.count, isDigit(bytes[position]) { position += 1 }
            guard position > first else { return false }
        }
        let offset = bytes[position...]
        if offset.elementsEqual([UInt8(ascii: "Z")]) || offset.elementsEqual([UInt8(ascii: "z")]) { return true }
        guard offset.count == 6, offset.first == UInt8(ascii: "+") || offset.first == UInt8(ascii: "-"),
            bytes[position + 3] == UInt8(ascii: ":"), let hours = twoDigits(bytes, position + 1),
            let minutes = twoDigits(bytes, position + 4)
        else { return false }
        return hours <= 23 && minutes <= 59
    }

    /// One `@`, something on both sides, no space or control character, at most 254 bytes (RFC 5321 §4.5.3.1).
    ///
    /// Whether it exists only a delivery can tell, so nothing finer is asked.
    package static func isEmail(_ text: String) -> Bool {
        guard text.utf8.count <= 254 else { return false }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 64, !parts[1].isEmpty else { return false }
        guard !parts[1].hasPrefix("."), !parts[1].hasSuffix("."), !parts[1].contains("..") else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value != 0x7F && !"<>()[]\\,;:\"".unicodeScalars.contains(scalar)
        }
    }

    /// RFC 9562 §4: 8-4-4-4-12 hexadecimal digits.
    package static func isUUID(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.indices.allSatisfy { index in
            [8, 13, 18, 23].contains(index)
                ? bytes[index] == UInt8(ascii: "-")
                : Character(Unicode.Scalar(bytes[index])).isHexDigit
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func twoDigits(_ bytes: [UInt8], _ position: Int) -> Int? {
        guard position + 1 < bytes.count, isDigit(bytes[position]), isDigit(bytes[position + 1]) else { return nil }
        return Int(bytes[position] - 48) * 10 + Int(bytes[position + 1] - 48)
    }
}
