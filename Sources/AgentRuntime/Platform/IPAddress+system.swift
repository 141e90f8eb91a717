internal import Glibc

extension IPAddress {
    /// Reads what the system's resolver would take for an IPv4 address: fewer than four parts, octal, hexadecimal.
    package init?(looselyWritten text: String) {
        guard text.utf8.count <= 64, !text.contains(":") else { return nil }
        var address = in_addr()
        guard inet_aton(text, &address) != 0 else { return nil }
        self.init(v4: UInt32(bigEndian: address.s_addr))
    }

    /// The address in a socket address of the internet families.
    init?(_ address: UnsafePointer<sockaddr>, length: Int) {
        let raw = UnsafeRawPointer(address)
        switch Int32(address.pointee.sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            let bits = raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            self.init(v4: UInt32(bigEndian: bits))
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let bits = raw.loadUnaligned(fromByteOffset: 8, as: UInt128.self)
            self.init(bits: UInt128(bigEndian: bits))
        default: return nil
        }
    }
}
