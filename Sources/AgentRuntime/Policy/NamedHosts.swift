/// Hosts, and those that texts name, which are looked for when something may lead to one; most answers have no link.
struct NamedHosts: Sendable {
    private let hosts: LinkHosts
    private let all: LazyValue<LinkHosts>

    init(_ hosts: LinkHosts, _ texts: [String]) {
        self.hosts = hosts
        all = LazyValue { hosts.and(namedIn: texts) }
    }

    func allows(_ host: String) -> Bool { hosts.allows(host) || all.value.allows(host) }
}
