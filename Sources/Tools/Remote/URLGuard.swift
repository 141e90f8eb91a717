// Where calls that others can steer (a webhook's URL, a tool's server) may go: to the public internet only, unless the
// operator says otherwise. The URL is looked at before the call, and each address once more when a connection to it is
// about to be used, so that neither a name that resolves anew nor a redirect leads inside.

package import AgentRuntime

/// Keeps outgoing calls away from addresses of this machine and its networks.
package struct URLGuard: Sendable {
    /// Why a URL is refused, in words for who wrote it.
    package struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// The refusal of an address that is not of the public internet.
    package static let inside = Refusal(description: "leads to a private, loopback or link-local address")

    /// `tools.allow_private` or `webhooks.allow_private`: any address may be reached then.
    package let allowsPrivate: Bool

    package init(allowsPrivate: Bool) { self.allowsPrivate = allowsPrivate }

    /// Reads a URL and refuses what can be told without resolving its name.
    package func url(_ text: String) throws(Refusal) -> HTTPURL {
        guard let url = HTTPURL(text) else { throw Refusal(description: "is not an absolute http or https URL") }
        guard !url.hasCredentials else { throw Refusal(description: "must not hold a user name or password") }
        guard !allowsPrivate else { return url }
        if let address = url.literalAddress {
            guard Self.isPublic(address) else { throw Self.inside }
        } else {
            let name =
                url.host.lowercased().hasSuffix(".") ? String(url.host.lowercased().dropLast()) : url.host.lowercased()
            guard name != "localhost", !name.hasSuffix(".localhost") else { throw Self.inside }
        }
        return url
    }

    /// The call with the check of its addresses; made through this, it cannot go where the guard does not allow.
    package func guarded(_ call: HTTPCall) throws(HTTPTransportError) -> HTTPCall {
        do throws(Refusal) {
            _ = try url(call.url)
        } catch {
            throw HTTPTransportError(.forbidden, host: HTTPURL(call.url)?.host ?? "")
        }
        guard !allowsPrivate else { return call }
        var call = call
        call.mayConnect = { Self.isPublic($0) }
        return call
    }

    /// Whether a URL names an address inside outright: as digits or as this machine, not as a name that is looked up.
    package static func namesPrivate(_ text: String) -> Bool {
        guard let url = HTTPURL(text) else { return false }
        if let address = url.literalAddress { return !isPublic(address) }
        return ["localhost", "localhost."].contains(url.host.lowercased())
    }

    /// Whether the address belongs to the public internet.
    ///
    /// IPv4 by IANA's registry of special-purpose addresses (RFC 6890); of IPv6 only global unicast, `2000::/3`, and
    /// addresses that embed an IPv4 address by that one (NAT64 RFC 6052, 6to4 RFC 3056).
    package static func isPublic(_ address: IPAddress) -> Bool {
        if address.isV4 { return !notPublic.contains { $0.contains(address) } }
        if let nat64, nat64.contains(address) {
            return isPublic(IPAddress(v4: UInt32(truncatingIfNeeded: address.bits)))
        }
        if let sixToFour, sixToFour.contains(address) {
            return isPublic(IPAddress(v4: UInt32(truncatingIfNeeded: address.bits >> 80)))
        }
        guard let global, global.contains(address) else { return false }
        return !notPublic.contains { $0.contains(address) }
    }

    private static let nat64 = IPNetwork("64:ff9b::/96")
    private static let sixToFour = IPNetwork("2002::/16")
    private static let global = IPNetwork("2000::/3")
    private static let notPublic = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        // Teredo and other protocol assignments, and the addresses of documents.
        "2001::/23", "2001:db8::/32", "3fff::/20",
    ].compactMap { IPNetwork($0) }
}
