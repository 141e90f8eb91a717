internal import AgentRuntime

/// Whose word counts about where a request came from.
///
/// A proxy adds the address it sees at the end of the list, so the list is read from its end: addresses of trusted
/// proxies are passed over, and the first other one is the client's. What stands before that is the client's own claim.
struct TrustedProxies: Sendable {
    /// Hops that are looked at, from the end.
    static let hopsMax = 32

    var networks: [IPNetwork]

    func trusts(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// The client's address.
    ///
    /// `peer` is the socket's; the headers are all that the request has of each kind, in order.
    func client(peer: IPAddress, forwarded: [String], forwardedFor: [String]) -> IPAddress {
        guard trusts(peer) else { return peer }
        let standard = forwarded.isEmpty ? nil : walk(peer, TrustedProxies.standardHops(forwarded))
        let common = forwardedFor.isEmpty ? nil : walk(peer, TrustedProxies.commonHops(forwardedFor))
        switch (standard, common) {
        case (nil, nil): return peer
        case (let address?, nil), (nil, let address?): return address
        case (let first?, let second?):
            // A proxy that writes one header passes the other on as the client sent it, and which is which cannot be told.
            return first == second ? first : peer
        }
    }

    /// Hops nearest first; `nil` for one that names no address.
    private func walk(_ peer: IPAddress, _ hops: [IPAddress?]) -> IPAddress {
        var current = peer
        for hop in hops.prefix(TrustedProxies.hopsMax) {
            guard trusts(current), let hop else { return current }
            current = hop
        }
        return current
    }

    private static func commonHops(_ headers: [String]) -> [IPAddress?] {
        headers.joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false)
            .suffix(hopsMax).reversed()
            .map { address(trimmed($0)) }
    }

    /// `for=` of each element (RFC 7239 §4).
    private static func standardHops(_ headers: [String]) -> [IPAddress?] {
        elements(headers.joined(separator: ","), at: ",").suffix(hopsMax).reversed().map { element in
            for pair in elements(String(element), at: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, trimmed(parts[0]).lowercased() == "for" else { continue }
                var value = trimmed(parts[1])
                if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
                    value = value.dropFirst().dropLast()
                }
                return address(value)
            }
            return nil
        }
    }

    /// The parts of a text between separators that stand outside of quotes.
    private static func elements(_ text: String, at separator: Character) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index] == separator, !isQuoted {
                parts.append(text[start..<index])
                start = text.index(after: index)
            }
        }
        return parts + [text[start...]]
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...end]
    }

    /// An address with or without brackets and port.
    private static func address(_ text: Substring) -> IPAddress? {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return IPAddress(text[text.index(after: text.startIndex)..<end])
        }
        if let address = IPAddress(text) { return address }
        guard let colon = text.firstIndex(of: ":"), isPort(text[colon...]) else { return nil }
        return IPAddress(text[..<colon])
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.hasPrefix(":") && text.utf8.count <= 6 && UInt16(text.dropFirst()) != nil
    }
}

extension TrustedProxies {
    /// The client's address of a request; `nil` for a peer without one, over a unix-domain socket.
    func client(of request: HTTPRequest) -> IPAddress? {
        guard let peer = IPAddress(request.remoteAddress) else { return nil }
        return client(
            peer: peer,
            forwarded: request.headers.all("Forwarded"),
            forwardedFor: request.headers.all("X-Forwarded-For")
        )
    }
}
