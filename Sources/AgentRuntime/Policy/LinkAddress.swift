/// Reads addresses as a browser does, which is not as they look.
enum LinkAddress {
    static let webSchemes: Set<String> = ["http", "https", "ftp", "ftps", "ws", "wss"]

    /// Whether an address leads to one of the hosts, or nowhere else than where the text stands.
    static func isAllowed(_ bytes: some Sequence<UInt8>, _ hosts: NamedHosts) -> Bool {
        // Browsers drop control characters, wherever they stand.
        let plain = bytes.filter { $0 > 0x20 && $0 != 0x7F }[...]
        let name = plain.prefix(while: isSchemeByte)
        if plain.dropFirst(name.count).first == UInt8(ascii: ":"), name.first.map(isLetter) ?? false {
            let scheme = String(decoding: name, as: UTF8.self).lowercased()
            let rest = plain.dropFirst(name.count + 1)
            if scheme == "mailto" {
                let person = rest.prefix { $0 != UInt8(ascii: "?") }
                guard person.contains(UInt8(ascii: "@")) else { return false }
                return host(of: person).map(hosts.allows) ?? false
            }
            guard webSchemes.contains(scheme) else { return false }
            return host(of: rest.drop(while: isSlash)).map(hosts.allows) ?? false
        }
        guard plain.prefix(2).count(where: isSlash) == 2 else { return true }
        return host(of: plain.drop(while: isSlash)).map(hosts.allows) ?? false
    }

    /// The host at the beginning of what follows the slashes of an address, in small letters.
    static func host(of bytes: ArraySlice<UInt8>) -> String? {
        var authority = bytes.prefix { !isSlash($0) && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
        if let colon = authority.lastIndex(of: UInt8(ascii: ":")) {
            guard authority[(colon + 1)...].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            authority = authority[..<colon]
        }
        if authority.last == UInt8(ascii: ".") { authority.removeLast() }
        // What is written in percent signs is another host than it looks.
        guard !authority.isEmpty, !authority.contains(UInt8(ascii: "%")) else { return nil }
        return String(decoding: authority, as: UTF8.self).lowercased()
    }

    static func isSlash(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "/") || byte == UInt8(ascii: "\\") }

    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || (0x30...0x39).contains(byte) }

    static func isSchemeByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// A byte, or the character reference (`&#47;`, `&sol;`) that stands for one, and how long it is.
    ///
    /// `nil` at the end, and for a reference that may go on behind it.
    static func unit(_ bytes: [UInt8], _ place: Int, isFinal: Bool) -> (byte: UInt8, count: Int)? {
        guard place < bytes.count else { return nil }
        guard bytes[place] == UInt8(ascii: "&") else { return (bytes[place], 1) }
        let rest = bytes[(place + 1)...].prefix(longestReference)
        let name = rest.prefix { isAlphanumeric($0) || $0 == UInt8(ascii: "#") }
        guard place + 1 + name.count < bytes.count || isFinal || name.count == longestReference else { return nil }
        let text = String(decoding: name, as: UTF8.self).lowercased()
        let isClosed = rest.dropFirst(name.count).first == UInt8(ascii: ";")
        let byte: UInt8? =
            if text.hasPrefix("#x") {
                UInt8(text.dropFirst(2), radix: 16)
            } else if text.hasPrefix("#") {
                UInt8(text.dropFirst())
            } else {
                isClosed ? references[text] : nil
            }
        guard let byte else { return (bytes[place], 1) }
        return (byte, 1 + name.count + (isClosed ? 1 : 0))
    }

    /// Text with its character references read.
    static func plain(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let bytes = Array(bytes)
        var plain: [UInt8] = []
        var place = 0
        while let (byte, count) = unit(bytes, place, isFinal: true) {
            plain.append(byte)
            place += count
        }
        return plain
    }

    private static let longestReference = 12
    private static let references: [String: UInt8] = [
        "sol": 0x2F, "bsol": 0x5C, "colon": 0x3A, "tab": 0x09, "newline": 0x0A, "period": 0x2E, "commat": 0x40,
        "quest": 0x3F, "num": 0x23, "amp": 0x26,
    ]
}
