internal import CLinux
internal import Glibc

// Opening sockets: listeners by numeric address or name, one per loop on the same port, and connections out.

extension Socket {
    /// How many connections may wait to be accepted; the kernel may bound it lower.
    private static let backlog: Int32 = 1024

    /// Listens on a TCP address; port 0 picks a free one.
    ///
    /// Several listeners on the same port share its connections when each is opened with this call.
    package static func listen(host: String, port: UInt16) throws(SystemError) -> Socket {
        try open(host, port, flags: AI_PASSIVE) { (socket, address, length) throws(SystemError) in
            socket.setOption(SOL_SOCKET, SO_REUSEADDR, 1)
            socket.setOption(SOL_SOCKET, SO_REUSEPORT, 1)
            guard bind(socket.descriptor, address, length) == 0 else { throw .last("bind \(host):\(port)") }
            guard Glibc.listen(socket.descriptor, backlog) == 0 else { throw .last("listen \(host):\(port)") }
        }
    }

    /// Connects to a TCP address, waiting for it; for commands and tests, not for a loop.
    package static func connect(host: String, port: UInt16) throws(SystemError) -> Socket {
        try open(host, port, flags: 0) { (socket, address, length) throws(SystemError) in
            try socket.connectAndWait(address, length, "connect \(host):\(port)")
        }
    }

    /// Listens on a unix-domain path that only this user may open; an old socket there is replaced.
    package static func listen(path: String) throws(SystemError) -> Socket {
        try open(path: path) { (socket, address, length) throws(SystemError) in
            unlink(path)
            guard bind(socket.descriptor, address, length) == 0 else { throw .last("bind \(path)") }
            // Before listen, so that nobody can connect while the mode is still the umask's.
            guard chmod(path, 0o600) == 0 else { throw .last("chmod \(path)") }
            guard Glibc.listen(socket.descriptor, backlog) == 0 else { throw .last("listen \(path)") }
        }
    }

    /// Takes the path of a unix-domain listener away, once it has closed.
    package static func removePath(_ path: String) { unlink(path) }

    /// Connects to a unix-domain path, waiting for it.
    package static func connect(path: String) throws(SystemError) -> Socket {
        try open(path: path) { (socket, address, length) throws(SystemError) in
            try socket.connectAndWait(address, length, "connect \(path)")
        }
    }

    /// The port that a TCP socket is bound to.
    package var localPort: UInt16? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            guard getsockname(descriptor, start.assumingMemoryBound(to: sockaddr.self), &length) == 0 else {
                return nil
            }
            // The port lies at the same place for both families.
            return UInt16(bigEndian: start.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// Waits until the descriptor is readable or writable; for commands and tests, not for a loop.
    ///
    /// `false` when the time passed first.
    package func wait(for readiness: Readiness, timeout: Duration) -> Bool {
        let events = (readiness.contains(.readable) ? POLLIN : 0) | (readiness.contains(.writable) ? POLLOUT : 0)
        var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return Glibc.poll(&poll, 1, Int32(clamping: timeout.wholeNanoseconds / 1_000_000)) > 0
    }

    /// Reads at most `capacity` bytes.
    package func read(capacity: Int) -> (result: ReadResult, bytes: [UInt8]) {
        var result = ReadResult.wouldBlock
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            let received = recv(descriptor, buffer.baseAddress, buffer.count, 0)
            count = max(0, received)
            result =
                received > 0
                ? .bytes(received)
                : received == 0 ? .ended : errno == EAGAIN || errno == EINTR ? .wouldBlock : .failed(errno: errno)
        }
        return (result, bytes)
    }

    private typealias Opening = (Socket, UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Void

    private static func open(
        _ host: String,
        _ port: UInt16,
        flags: Int32,
        _ body: Opening
    ) throws(SystemError) -> Socket {
        var hints = addrinfo()
        hints.ai_socktype = clinux_socket_stream
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else {
            throw SystemError("look up \(host)", errno: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(list) }
        var failure = SystemError("look up \(host)", errno: EADDRNOTAVAIL)
        var candidate = list
        while let info = candidate?.pointee {
            candidate = info.ai_next
            guard let address = info.ai_addr else { continue }
            do throws(SystemError) {
                let socket = try make(info.ai_family)
                do throws(SystemError) {
                    socket.disableDelay()
                    try body(socket, address, info.ai_addrlen)
                    return socket
                } catch {
                    socket.close()
                    throw error
                }
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func open(path: String, _ body: Opening) throws(SystemError) -> Socket {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path), !bytes.contains(0) else {
            throw SystemError("socket path \(path)", errno: ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let socket = try make(AF_UNIX)
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let failure: SystemError? = withUnsafeBytes(of: &address) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            do throws(SystemError) {
                try body(socket, start.assumingMemoryBound(to: sockaddr.self), length)
                return nil
            } catch {
                return error
            }
        }
        guard let failure else { return socket }
        socket.close()
        throw failure
    }

    private static func make(_ family: Int32) throws(SystemError) -> Socket {
        let flags = clinux_socket_stream | clinux_socket_nonblocking | clinux_socket_close_on_exec
        let descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else { throw .last("socket") }
        return Socket(descriptor: descriptor)
    }

    private func connectAndWait(
        _ address: UnsafePointer<sockaddr>,
        _ length: socklen_t,
        _ operation: String
    ) throws(SystemError) {
        if Glibc.connect(descriptor, address, length) == 0 { return }
        guard errno == EINPROGRESS else { throw .last(operation) }
        guard wait(for: .writable, timeout: .seconds(10)) else { throw SystemError(operation, errno: ETIMEDOUT) }
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw SystemError(operation, errno: code) }
    }
}
