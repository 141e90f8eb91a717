internal import Glibc

/// The right to write a data folder, held by one process at a time.
///
/// `flock` on the file `lock`: the kernel lets go of it however the process ends, so nothing stale can be left.
package final class DataFolderLock: Sendable {
    private let descriptor: Int32

    init(folder: String) throws(DataFolderError) {
        let path = "\(folder)/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(SystemError("open \(path)", errno: errno)) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            guard number != EINTR else { continue }
            close(descriptor)
            guard number == EWOULDBLOCK else { throw .system(SystemError("flock \(path)", errno: number)) }
            throw .inUse(path: folder, process: DataFolderLock.holder(folder))
        }
        let bytes = Array("\(getpid())\n".utf8)
        // The number is for people only; the lock holds without it.
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, bytes, bytes.count, 0) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The process that last took the lock, as it wrote.
    package static func holder(_ folder: String) -> Int? {
        // A missing or odd file says no more than none.
        guard let text = try? DataFolder.read("\(folder)/lock") else { return nil }
        return text.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }
}
