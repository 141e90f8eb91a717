internal import Glibc

extension Socket {
    /// Hands a unix-domain path to the body in a form that is short enough for the kernel, whatever its length.
    ///
    /// A socket's address has room for 107 bytes. A longer path is reached through a descriptor of its folder.
    package static func withReachablePath<Result>(
        _ path: String,
        _ body: (String) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        guard path.utf8.count > 107, let slash = path.lastIndex(of: "/") else { return try body(path) }
        let folder = open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .last("open \(path[..<slash])") }
        defer { Glibc.close(folder) }
        return try body("/proc/self/fd/\(folder)\(path[slash...])")
    }
}
