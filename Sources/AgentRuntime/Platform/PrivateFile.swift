internal import Glibc

/// Small files that only this user may read.
package enum PrivateFile {
    /// Makes a file with mode 0600 and all of its content at once; `false` when it is there already.
    ///
    /// Whoever comes second never sees half of it, and never overwrites the first.
    package static func create(path: String, bytes: [UInt8], suffix: String) throws(SystemError) -> Bool {
        let draft = "\(path).\(suffix)"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open \(draft)") }
        defer { unlink(draft) }
        try write(bytes, to: descriptor, draft)
        if link(draft, path) == 0 { return true }
        guard errno == EEXIST else { throw .last("link \(path)") }
        return false
    }

    /// Removes a file; what is not there is no error.
    package static func remove(path: String) { unlink(path) }

    /// Adds to the end of a file, made with mode 0600 when there is none; on the disk when this returns.
    package static func append(path: String, bytes: [UInt8]) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last("open \(path)") }
        try write(bytes, to: descriptor, path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(SystemError) {
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last("write \(path)") }
            written += count
        }
        guard fsync(descriptor) == 0 else { throw .last("fsync \(path)") }
    }
}
