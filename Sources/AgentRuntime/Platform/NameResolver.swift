internal import CLinux
internal import Dispatch
internal import Glibc

/// Looks names up as the system does, on threads of its own, so that no loop waits for a server of names.
///
/// At most `lookupsMax` run at once and each is waited for no longer than `timeout`; beyond either nothing is known of
/// a name.
package enum NameResolver {
    private static let lookupsMax = 16
    private static let timeout = DispatchTimeInterval.seconds(5)
    private static let queue = DispatchQueue(label: "names", attributes: .concurrent)
    private static let running = Guarded(0)

    /// The addresses of a host; empty where it has none or cannot be looked up now.
    package static func addresses(of host: String) async -> [IPAddress] {
        let isTaken = running.with { count in
            guard count < lookupsMax else { return false }
            count += 1
            return true
        }
        guard isTaken else { return [] }
        return await withCheckedContinuation { continuation in
            let waiting = Guarded<CheckedContinuation<[IPAddress], Never>?>(continuation)
            @Sendable func answer(_ addresses: [IPAddress]) {
                let continuation = waiting.with { waiting in
                    defer { waiting = nil }
                    return waiting
                }
                continuation?.resume(returning: addresses)
            }
            queue.async {
                let addresses = lookUp(host)
                running.with { $0 -= 1 }
                answer(addresses)
            }
            queue.asyncAfter(deadline: .now() + timeout) { answer([]) }
        }
    }

    private static func lookUp(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = clinux_socket_stream
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var entry = list
        while let info = entry?.pointee {
            entry = info.ai_next
            guard let address = info.ai_addr, let found = IPAddress(address, length: Int(info.ai_addrlen)) else {
                continue
            }
            addresses.append(found)
        }
        return addresses
    }
}
