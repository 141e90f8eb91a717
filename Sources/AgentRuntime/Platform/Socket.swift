// Stream sockets, non-blocking: TCP over IPv4 and IPv6, and unix-domain. A `Socket` is a descriptor with the calls
// that make sense on it; who opened it closes it.

internal import CLinux
internal import Glibc

/// A non-blocking stream socket.
package struct Socket: Sendable, Hashable {
    package let descriptor: Int32

    /// What a read gave.
    package enum ReadResult: Sendable, Hashable {
        case bytes(Int)
        case wouldBlock
        /// The peer will send no more.
        case ended
        case failed(errno: Int32)
    }

    /// What a write took.
    package enum WriteResult: Sendable, Hashable {
        case bytes(Int)
        case wouldBlock
        case failed(errno: Int32)
    }

    /// A connection that came in.
    package struct Accepted: Sendable {
        package var socket: Socket
        /// The peer's numeric address; empty for a unix-domain peer.
        package var address: String
        package var port: UInt16
    }

    package init(descriptor: Int32) { self.descriptor = descriptor }

    /// Reads into the loop's buffer and hands over what came; on the loop only.
    package func read(on loop: EventLoop, _ body: (Span<UInt8>) -> Void) -> ReadResult {
        while true {
            let count = recv(descriptor, loop.readBuffer.baseAddress, loop.readBuffer.count, 0)
            if count > 0 {
                body(UnsafeBufferPointer(rebasing: loop.readBuffer[..<count]).span)
                return .bytes(count)
            }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .wouldBlock : .failed(errno: errno)
        }
    }

    /// Writes what the kernel takes of the bytes from `start` on.
    package func write(_ bytes: [UInt8], from start: Int = 0) -> WriteResult {
        bytes.withUnsafeBytes { buffer in
            while true {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
                let count = send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                if count >= 0 { return .bytes(count) }
                if errno == EINTR { continue }
                return errno == EAGAIN ? .wouldBlock : .failed(errno: errno)
            }
        }
    }

    /// Says that nothing more will be written; the peer reads to the end.
    package func endWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    package func close() { Glibc.close(descriptor) }

    /// Takes the next waiting connection; `nil` when none waits.
    ///
    /// A connection that was reset before it was taken is passed over.
    /// - Throws: when the process or the system is out of descriptors or memory.
    package func accept() throws(SystemError) -> Accepted? {
        while true {
            var port: UInt16 = 0
            var text = InlineArray<46, CChar>(repeating: 0)
            var address = ""
            let accepted = withUnsafeMutableBytes(of: &text) { buffer in
                let characters = buffer.bindMemory(to: CChar.self)
                let accepted = clinux_accept(descriptor, characters.baseAddress, characters.count, &port)
                if let start = characters.baseAddress { address = String(cString: start) }
                return accepted
            }
            if accepted >= 0 {
                return Accepted(socket: Socket(descriptor: accepted), address: address, port: port)
            }
            switch errno {
            case EAGAIN: return nil
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: throw .last("accept4")
            case EBADF, EINVAL, ENOTSOCK: throw .last("accept4")
            default: continue
            }
        }
    }

    /// Small writes leave at once instead of waiting for an acknowledgement (Nagle's algorithm off).
    package func disableDelay() { setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

    /// Bounds what the kernel buffers for sending; the default grows to megabytes.
    package func limitSendBuffer(to bytes: Int) { setOption(SOL_SOCKET, SO_SNDBUF, Int32(clamping: bytes)) }

    func setOption(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
