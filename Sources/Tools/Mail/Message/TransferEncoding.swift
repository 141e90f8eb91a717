internal import AgentRuntime

/// The encodings in which bytes travel in a mail (RFC 2045 §6), read leniently: what does not hold is passed over.
enum TransferEncoding {
    /// The bytes that a body stands for; an unknown encoding is taken as it is.
    static func decode(_ bytes: ArraySlice<UInt8>, _ encoding: String?) -> [UInt8] {
        switch MailText.trimmed(encoding ?? "").lowercased() {
        case "quoted-printable": quotedPrintable(bytes)
        case "base64": base64(bytes)
        default: Array(bytes)
        }
    }

    static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 3 / 4)
        var group: UInt32 = 0
        var bits = 0
        for byte in bytes {
            let value: UInt32
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(byte - UInt8(ascii: "A"))
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(byte - UInt8(ascii: "a")) + 26
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte - UInt8(ascii: "0")) + 52
            case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
            case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
            case UInt8(ascii: "="):
                // Padding ends a group; another may follow, as some senders join encoded pieces.
                (group, bits) = (0, 0)
                continue
            default: continue
            }
            group = (group << 6 | value) & 0xFFFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return result
    }

    static func quotedPrintable(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "=") else {
                result.append(byte)
                index += 1
                continue
            }
            if index + 2 < bytes.endIndex, let high = Self.hex(bytes[index + 1]), let low = Self.hex(bytes[index + 2]) {
                result.append(high << 4 | low)
                index += 3
                continue
            }
            // A soft line break: blanks may follow the sign.
            var end = index + 1
            while end < bytes.endIndex, bytes[end] == 0x20 || bytes[end] == 0x09 { end += 1 }
            if end == bytes.endIndex {
                index = end
            } else if bytes[end] == 0x0D || bytes[end] == 0x0A {
                let isReturn = bytes[end] == 0x0D
                end += 1
                if isReturn, end < bytes.endIndex, bytes[end] == 0x0A { end += 1 }
                index = end
            } else {
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    static func hex(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
