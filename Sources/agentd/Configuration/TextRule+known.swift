internal import AgentRuntime
internal import Tools

extension TextRule {
    static let any = TextRule("a text") { _ in true }

    static let path = TextRule("a path") { !$0.unicodeScalars.contains("\0") }

    /// A name in a signed checkpoint.
    static let noteName = TextRule("a name without spaces, plus signs and line ends", pattern: "^[^\\s+]+$") {
        NoteKey.isName($0) && $0.utf8.count <= 200
    }

    static let listen = TextRule("an address with a port, HOST:PORT") { ListenAddress($0) != nil }

    static let tenant = TextRule("a tenant (1 to 64 of a–z 0–9 _ -)") { TenantID.isValid($0) }

    static let toolSource = TextRule("a name (1 to 24 of a–z 0–9 _)", pattern: "^[a-z][a-z0-9_]{0,23}$") { text in
        (1...24).contains(text.utf8.count) && text.utf8.first.map { (97...122).contains($0) } == true
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    static let profile = TextRule("a profile (\(ProfileName.allCases.map(\.rawValue).joined(separator: ", ")))") {
        ProfileName(rawValue: $0) != nil
    }

    static let date = TextRule("a date, YYYY-MM-DD", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$") {
        CalendarDate($0) != nil
    }

    static let currency = TextRule("an ISO 4217 code", pattern: "^[A-Z]{3}$") { text in
        text.utf8.count == 3 && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    static let locale = TextRule("a language tag such as en-US", pattern: "^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$") {
        text in
        let parts = text.split(whereSeparator: { $0 == "-" || $0 == "_" })
        return !parts.isEmpty && text.utf8.count <= 32
            && parts.allSatisfy { part in
                (1...8).contains(part.utf8.count) && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
            }
    }

    /// A path below which a profile answers; not the root, which the chat page has.
    static let mount = TextRule("a path such as /api/v1", pattern: "^(/[A-Za-z0-9._~-]+)+/?$") { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        let isSpelledWell =
            text == "/" + parts.joined(separator: "/") || text == "/" + parts.joined(separator: "/") + "/"
        return !parts.isEmpty && isSpelledWell
            && parts.allSatisfy { part in
                part != "." && part != ".."
                    && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._~-".contains($0)) }
            }
    }

    static let host = TextRule("a host name without a port") { text in
        !text.isEmpty && text.utf8.count <= 253
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:[]".contains($0)) }
    }

    static let network = TextRule("an address or a network such as 10.0.0.0/8") { IPNetwork($0) != nil }

    static let url = TextRule("an http or https URL", pattern: "^https?://") { text in
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            return !rest.isEmpty && !rest.hasPrefix("/")
                && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        }
        return false
    }

    static let mailAddress = TextRule("an e-mail address", pattern: "^[^@ ]+@[^@ ]+$") {
        MailAddress(address: $0).isValid
    }

    static let smtpURL = TextRule("an smtp or smtps URL", pattern: "^smtps?://") { text in
        for scheme in ["smtp://", "smtps://"] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            return !rest.isEmpty && !rest.hasPrefix("/") && !rest.contains("@")
                && rest.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        }
        return false
    }

    static let origin = TextRule("an origin such as https://app.example.com") { text in
        guard TextRule.url.holds(text), let slash = text.lastIndex(of: "/") else { return false }
        let isBare = text[..<slash].hasSuffix(":/")
        return isBare && !text[text.index(after: slash)...].contains { "?#@".contains($0) }
    }

    static let variable = TextRule("the name of an environment variable") { !$0.contains("=") }
}

/// Where the daemon listens.
struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    var host: String
    /// 0 picks a free one.
    var port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, `[IPv6]:PORT` or `:PORT` (all addresses).
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard IPAddress(host) != nil else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-:".contains($0)) }) else { return nil }
        self.init(host: host.isEmpty ? "0.0.0.0" : host, port: port)
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Whether only this machine can reach it.
    var isLoopback: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }
}
