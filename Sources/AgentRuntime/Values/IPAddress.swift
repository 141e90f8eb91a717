// Addresses as values: which network one lies in decides whose headers count, which bucket a client drains, and
// whether an outgoing call may go there.

/// An IPv4 or IPv6 address; IPv4-mapped IPv6 addresses are IPv4 addresses.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The 128 bits; an IPv4 address lies at `::ffff:0:0/96`.
    package let bits: UInt128

    package init(bits: UInt128) { self.bits = bits }

    package init(v4 bits: UInt32) { self.bits = IPAddress.mapped | UInt128(bits) }

    private static let mapped: UInt128 = 0xFFFF_0000_0000

    package var isV4: Bool { bits >> 32 == 0xFFFF }

    /// Reads dotted decimal (four parts, no leading zeros) or RFC 4291 §2.2, without zone, port or brackets.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        let bits = text.contains(":") ? IPAddress.version6(Substring(text)) : IPAddress.version4(Substring(text))
        guard let bits else { return nil }
        self.bits = bits
    }

    private static func version4(_ text: Substring) -> UInt128? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt128 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                part == "0" || !part.hasPrefix("0"), let number = UInt8(part)
            else { return nil }
            value = value << 8 | UInt128(number)
        }
        return mapped | value
    }

    private static func version6(_ text: Substring) -> UInt128? {
        // `::` may stand once and stands for at least one group of zeros.
        var head: [UInt16] = []
        var tail: [UInt16]?
        var rest = text
        if rest.hasPrefix("::") {
            tail = []
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let end = rest.firstIndex(of: ":") ?? rest.endIndex
            let group = rest[..<end]
            var values: [UInt16] = []
            if group.contains(".") {
                guard end == rest.endIndex, let address = version4(group) else { return nil }
                values = [UInt16(truncatingIfNeeded: address >> 16), UInt16(truncatingIfNeeded: address)]
            } else {
                guard (1...4).contains(group.utf8.count), group.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                    let value = UInt16(group, radix: 16)
                else { return nil }
                values = [value]
            }
            if tail == nil { head += values } else { tail? += values }
            guard head.count + (tail?.count ?? 0) <= 8 else { return nil }
            guard end < rest.endIndex else { break }
            rest = rest[rest.index(after: end)...]
            if rest.hasPrefix(":") {
                guard tail == nil else { return nil }
                tail = []
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        var groups = head
        if let tail {
            let missing = 8 - head.count - tail.count
            guard missing >= 1 else { return nil }
            groups += Array(repeating: 0, count: missing) + tail
        }
        guard groups.count == 8 else { return nil }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// Dotted decimal, or groups of hexadecimal digits with the longest run of zeros left out (RFC 5952).
    package var description: String {
        if isV4 {
            return (0..<4).map { String(UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0))) }.joined(separator: ".")
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, best.count) { best = start..<end }
            start = max(end, start + 1)
        }
        let texts = groups.map { String($0, radix: 16) }
        guard !best.isEmpty else { return texts.joined(separator: ":") }
        return texts[..<best.lowerBound].joined(separator: ":") + "::"
            + texts[best.upperBound...].joined(separator: ":")
    }

    package var isLoopback: Bool {
        IPNetwork.loopback.contains { $0.contains(self) }
    }

    /// The address's network of so many bits, for counting: a household has a whole /64 of IPv6.
    package var household: IPAddress { isV4 ? self : IPAddress(bits: (bits >> 64) << 64) }
}

/// A range of addresses with a common prefix (CIDR, RFC 4632).
package struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    package let base: IPAddress
    /// Of 128; an IPv4 network of 8 bits has 104.
    package let prefixLength: Int

    /// Reads `ADDRESS` or `ADDRESS/BITS`; bits after the prefix must be zero.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(parts[0]) else { return nil }
        var length = 128
        if parts.count == 2 {
            // A mapped address is written with a colon and counts its bits from the start of the 128.
            let isWrittenAsV4 = !parts[0].contains(":")
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
                let bits = Int(parts[1]), bits <= (isWrittenAsV4 ? 32 : 128)
            else { return nil }
            length = isWrittenAsV4 ? bits + 96 : bits
        }
        base = address
        prefixLength = length
        guard address.bits & ~IPNetwork.mask(length) == 0 else { return nil }
    }

    private static func mask(_ length: Int) -> UInt128 { length == 0 ? 0 : ~UInt128(0) << UInt128(128 - length) }

    package func contains(_ address: IPAddress) -> Bool {
        // `::/0` is all of IPv6, not of IPv4.
        guard prefixLength >= 96 || address.isV4 == base.isV4 else { return false }
        return address.bits & IPNetwork.mask(prefixLength) == base.bits
    }

    package var description: String { "\(base)/\(base.isV4 ? prefixLength - 96 : prefixLength)" }

    static let loopback = [IPNetwork("127.0.0.0/8"), IPNetwork("::1")].compactMap(\.self)
}
