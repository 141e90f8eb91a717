internal import CCurl

/// An absolute http or https URL, taken apart by the library that will connect to it, so that a check and the
/// connection can never read it differently.
package struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
    /// The URL as it is sent, normalised; without its fragment.
    package let text: String
    package let scheme: String
    /// The name or the address, without the brackets of IPv6.
    package let host: String
    package let port: UInt16
    /// From the first slash on, without query.
    package let path: String
    package let query: String?
    /// Whether a user name or password stands in it.
    package let hasCredentials: Bool

    /// The longest URL that is read.
    package static let lengthMax = 8192

    /// What was read lately, at most 2 MB of it and nothing that may hold a secret.
    ///
    /// The same few servers are called over and over.
    private static let read = SharedCache<String, HTTPURL>(capacity: 256)

    /// A URL as `init` reads it.
    static func reading(_ text: String) -> HTTPURL? {
        if let known = read[text] { return known }
        guard let url = HTTPURL(text) else { return nil }
        if !url.hasCredentials, url.query == nil { read[text] = url }
        return url
    }

    /// Reads a URL; relative ones, other schemes and those with spaces or control characters are refused.
    package init?(_ text: String) { self.init(text, relativeTo: nil) }

    /// Reads what a `Location` header says, relative to the URL that answered it.
    package init?(_ text: String, relativeTo base: HTTPURL?) {
        guard text.utf8.count <= Self.lengthMax, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let url = curl_url()
        else { return nil }
        defer { curl_url_cleanup(url) }
        if let base {
            guard curl_url_set(url, CURLUPART_URL, base.text, 0) == CURLUE_OK else { return nil }
        }
        guard curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            curl_url_set(url, CURLUPART_FRAGMENT, nil, 0) == CURLUE_OK
        else { return nil }
        func part(_ part: CURLUPart, _ flags: UInt32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard curl_url_get(url, part, &value, flags) == CURLUE_OK, let value else { return nil }
            defer { curl_free(value) }
            return String(cString: value)
        }
        guard let scheme = part(CURLUPART_SCHEME)?.lowercased(), ["http", "https"].contains(scheme),
            let host = part(CURLUPART_HOST), !host.isEmpty,
            let port = part(CURLUPART_PORT, UInt32(CURLU_DEFAULT_PORT)).flatMap({ UInt16($0) }), port > 0,
            let whole = part(CURLUPART_URL)
        else { return nil }
        self.text = whole
        self.scheme = scheme
        self.host = host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" }) : host
        self.port = port
        path = part(CURLUPART_PATH) ?? "/"
        query = part(CURLUPART_QUERY)
        hasCredentials = part(CURLUPART_USER) != nil || part(CURLUPART_PASSWORD) != nil
    }

    /// Scheme, host and port: what a credential is for.
    package var origin: String { "\(scheme)://\(host.lowercased()):\(port)" }

    /// Without credentials and query, which may hold secrets.
    package var description: String {
        let shown = host.contains(":") ? "[\(host)]" : host
        let isDefault = port == (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(shown)\(isDefault ? "" : ":\(port)")\(path)"
    }

    /// The host's address where it is one, also in the forms of `inet_aton` (`127.1`, `0x7f000001`, `2130706433`).
    package var literalAddress: IPAddress? { IPAddress(host) ?? IPAddress(looselyWritten: host) }
}
