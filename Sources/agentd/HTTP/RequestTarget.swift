// The request target (RFC 9112 §3.2): origin form, absolute form of our own host, and `*` for OPTIONS.
// Decoding is strict, because two readings of one path are a hole: a bad escape, NUL, a dot segment (also an escaped
// one) and bytes that are no UTF-8 are refused, never repaired.

/// A request target taken apart.
struct RequestTarget: Hashable {
    var segments: [String] = []
    var query: [HTTPRequest.QueryItem] = []

    /// - Throws: 400 when the target is not one that may be asked for.
    init(_ target: [UInt8], method: HTTPMethod, host: String?) throws(HTTPRefusal) {
        let rest = try Self.withoutAuthority(target[...], host: host)
        if rest.elementsEqual([UInt8(ascii: "*")]) {
            guard method == .options else { throw HTTPRefusal(400, "the target * is for OPTIONS only") }
            return
        }
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let path = rest[..<mark]
        guard path.isEmpty || path.first == UInt8(ascii: "/") else {
            throw HTTPRefusal(400, "the target must be a path that begins with a slash")
        }
        try decodePath(path.dropFirst())
        try decodeQuery(rest[mark...].dropFirst())
    }

    /// Whether the byte may stand in a target at all.
    ///
    /// Beyond RFC 3986 the characters that browsers leave unescaped in queries are let through.
    static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"): false
        default: (0x21...0x7E).contains(byte)
        }
    }

    /// The segments before the first that cannot be read; none of a target that is no path.
    static func leadingSegments(_ target: [UInt8]) -> [String] {
        guard target.first == UInt8(ascii: "/") else { return [] }
        var segments: [String] = []
        let path = target.prefix { $0 != UInt8(ascii: "?") }.dropFirst()
        for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            // What cannot be read ends what is known of the path.
            guard let segment = try? decoded(part, plusIsSpace: false), segment != ".", segment != "..",
                !part.contains(UInt8(ascii: "\\"))
            else { break }
            segments.append(segment)
        }
        return segments
    }

    private static func withoutAuthority(
        _ target: ArraySlice<UInt8>,
        host: String?
    ) throws(HTTPRefusal) -> ArraySlice<UInt8> {
        for scheme in ["http://", "https://"]
        where target.prefix(scheme.utf8.count).map(\.lowered).elementsEqual(scheme.utf8) {
            let rest = target.dropFirst(scheme.utf8.count)
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            let authority = String(decoding: rest[..<end], as: UTF8.self)
            guard HostField.isValid(authority) else { throw HTTPRefusal(400, "the target's host is not valid") }
            guard host.map({ HTTPHeaders.matches($0, authority) }) ?? true else {
                throw HTTPRefusal(400, "the target names another host than the Host field")
            }
            return rest[end...]
        }
        guard target.first == UInt8(ascii: "/") || target.elementsEqual([UInt8(ascii: "*")]) else {
            throw HTTPRefusal(400, "the target must be a path that begins with a slash")
        }
        return target
    }

    private mutating func decodePath(_ path: ArraySlice<UInt8>) throws(HTTPRefusal) {
        guard !path.isEmpty else { return }
        for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard !part.contains(UInt8(ascii: "\\")) else { throw HTTPRefusal(400, "a backslash in the path") }
            let segment = try Self.decoded(part, plusIsSpace: false)
            guard segment != ".", segment != ".." else { throw HTTPRefusal(400, "a dot segment in the path") }
            segments.append(segment)
        }
    }

    private mutating func decodeQuery(_ text: ArraySlice<UInt8>) throws(HTTPRefusal) {
        for part in text.split(separator: UInt8(ascii: "&")) {
            let mark = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = try Self.decoded(part[..<mark], plusIsSpace: true)
            let value = try Self.decoded(part[mark...].dropFirst(), plusIsSpace: true)
            query.append(HTTPRequest.QueryItem(name: name, value: value))
        }
    }

    /// Percent-decodes (RFC 3986 §2.1), strictly.
    static func decoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) throws(HTTPRefusal) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "%") else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? .space : byte)
                continue
            }
            guard index + 1 < text.endIndex, let high = text[index].hexValue, let low = text[index + 1].hexValue else {
                throw HTTPRefusal(400, "a percent sign without two hexadecimal digits")
            }
            index += 2
            guard high | low != 0 else { throw HTTPRefusal(400, "an escaped NUL in the target") }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw HTTPRefusal(400, "the target's escapes are not UTF-8")
        }
        return decoded
    }
}

/// The grammar of the `Host` field: a name or address, and perhaps a port.
enum HostField {
    static func isValid(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")), end > rest.startIndex + 1 else { return false }
            let address = rest[(rest.startIndex + 1)..<end]
            guard address.allSatisfy({ $0.hexValue != nil || $0 == .colon || $0 == UInt8(ascii: ".") }) else {
                return false
            }
            rest = rest[(end + 1)...]
        } else {
            let name = rest.prefix { $0 != .colon }
            guard !name.isEmpty, name.allSatisfy(isNameByte) else { return false }
            rest = rest[name.endIndex...]
        }
        guard rest.first == .colon else { return rest.isEmpty }
        let port = rest.dropFirst()
        return port.isEmpty
            || port.count <= 5 && port.allSatisfy(\.isDigit)
                && Int(String(decoding: port, as: UTF8.self)).map { $0 <= 65_535 } == true
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
