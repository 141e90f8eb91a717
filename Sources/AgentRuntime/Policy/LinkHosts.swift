/// The hosts that links of an answer may lead to.
package struct LinkHosts: Sendable, Hashable {
    private var exact: Set<String> = []
    /// Endings with their leading full stop, of entries like `*.example.com`.
    private var endings: Set<String> = []

    /// Takes hosts as configuration writes them: `help.example.com`, `*.example.com`.
    package init(_ hosts: [String] = []) {
        for host in hosts.map({ $0.lowercased() }) {
            if host.hasPrefix("*.") { endings.insert(String(host.dropFirst())) } else { exact.insert(host) }
        }
    }

    /// Whether an entry of configuration is one.
    package static func isEntry(_ text: String) -> Bool {
        let host = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return isHost(host)
    }

    /// These and the hosts that stand in texts: of addresses, and names that are written as hosts are.
    package func and(namedIn texts: [String]) -> LinkHosts {
        var hosts = self
        // Without a full stop or a colon a text names no host; most questions have neither.
        for text in texts where text.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }) {
            let words = text.split { $0.isWhitespace || "<>\"'`()[]{},;|".contains($0) }
            for word in words {
                let whole = word.reversed().drop { "?!.:".contains($0) }.count
                if let host = Self.host(named: word.prefix(whole)) { hosts.exact.insert(host) }
            }
        }
        return hosts
    }

    private static func host(named word: Substring) -> String? {
        guard word.utf8.count <= 2048 else { return nil }
        if let scheme = word.firstRange(of: "://") {
            let name = word[..<scheme.lowerBound].lowercased()
            guard LinkAddress.webSchemes.contains(name) else { return nil }
            return LinkAddress.host(of: Array(word[scheme.upperBound...].utf8)[...])
        }
        guard let host = LinkAddress.host(of: Array(word.utf8)[...]), !word.contains("@"), isHost(host[...]),
            let last = host.split(separator: ".").last, host.contains("."), last.allSatisfy(\.isLetter)
        else { return nil }
        return host
    }

    private static func isHost(_ text: Substring) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.hasSuffix(".") && !text.contains("..")
            && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }
    }

    /// Whether a host, in small letters, is one of them.
    package func allows(_ host: String) -> Bool {
        if exact.contains(host) { return true }
        return endings.contains { host.hasSuffix($0) && host.utf8.count > $0.utf8.count }
    }
}
