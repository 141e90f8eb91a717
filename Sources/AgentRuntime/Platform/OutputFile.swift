internal import Glibc

/// A file that somebody asked to have something written into.
///
/// It is opened as it is and never put in the place of another: a pipe or a device gets the bytes, a link is followed,
/// and what a plain file had before is gone.
package final class OutputFile: Sendable {
    private let descriptor: Int32
    private let path: String

    /// `isPrivate`: only this user may read it afterwards.
    package init(path: String, isPrivate: Bool = false) throws(SystemError) {
        let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard opened >= 0 else { throw .last("open \(path)") }
        descriptor = opened
        self.path = path
        guard isPrivate, OutputFile.isPlain(opened) else { return }
        guard fchmod(opened, 0o600) == 0 else { throw .last("chmod \(path)") }
    }

    deinit { close(descriptor) }

    package func write(_ bytes: [UInt8]) throws(SystemError) {
        try OutputFile.write(bytes, to: descriptor, path)
    }

    /// All of it is on the disk when this returns, where there is one.
    package func finish() throws(SystemError) {
        guard OutputFile.isPlain(descriptor) else { return }
        guard fsync(descriptor) == 0 else { throw .last("fsync \(path)") }
    }

    /// Whether a path names something that may not be replaced by a file: a pipe, a device, a socket or a link.
    package static func isSpecial(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    }

    private static func isPlain(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    fileprivate static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN {
                // Somebody else has made the stream one that does not wait.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
                continue
            }
            guard count > 0 else { throw .last("write \(path)") }
            written += count
        }
    }
}

/// Standard output or standard error; what cannot be written is remembered, and nothing is written after it.
package final class StandardStream: Sendable {
    package static let output = StandardStream(STDOUT_FILENO, "standard output")
    package static let errors = StandardStream(STDERR_FILENO, "standard error")

    private let descriptor: Int32
    private let name: String
    private let failed = Guarded<SystemError?>(nil)

    private init(_ descriptor: Int32, _ name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// The first failure.
    package var failure: SystemError? { failed.with { $0 } }

    package func write(_ text: String) {
        guard failure == nil else { return }
        do throws(SystemError) {
            try OutputFile.write(Array(text.utf8), to: descriptor, name)
        } catch {
            failed.with { $0 = $0 ?? error }
        }
    }
}
