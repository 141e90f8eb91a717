internal import Glibc

// Everything a deployment keeps lies in one folder, readable by its owner alone. `version` says how it is laid out;
// `lock` is held by the process that serves it, so that no two write its files.

/// The folder that holds a deployment's data, and where in it each thing lies.
package struct DataFolder: Sendable {
    /// One step of the layout: takes the folder from version n to n + 1; done when it returns.
    typealias Step = @Sendable (_ path: String) throws -> Void

    /// How the folder is laid out by this program.
    package static let currentVersion = 1

    package let path: String

    package var journal: String { "\(path)/journal.db" }
    package var keys: String { "\(path)/keys.db" }
    /// What wraps the keys in `keys.db`.
    package var masterKey: String { "\(path)/\(MasterKey.fileName)" }
    /// What signs the journal's checkpoints.
    package var signingKey: String { "\(path)/journal.key" }
    package var views: String { "\(path)/views.db" }
    package var control: String { "\(path)/control.db" }
    package var tail: String { "\(path)/tail" }
    package var tenants: String { "\(path)/tenants" }
    package var socket: String { "\(path)/agentd.sock" }

    /// The tenant's own data.
    package func tenant(_ tenant: TenantID) -> String {
        precondition(TenantID.isValid(tenant.rawValue), "a tenant's name is a file's name")
        return "\(tenants)/\(tenant.rawValue).db"
    }

    /// Makes the folder, or takes the one that is there and brings it up to date.
    ///
    /// - Throws: `DataFolderError` when it was written by a newer program or cannot be made or read.
    package init(path: String) throws(DataFolderError) {
        try self.init(path: path, currentVersion: DataFolder.currentVersion, steps: [])
    }

    init(path: String, currentVersion: Int, steps: [Step]) throws(DataFolderError) {
        precondition(steps.count == currentVersion - 1, "each version but the first has a step that leads to it")
        self.path = path
        try DataFolder.makeAll(path)
        // Also a folder that someone else made: what is in it is nobody else's business.
        guard chmod(path, 0o700) == 0 else { throw .system(SystemError("chmod \(path)", errno: errno)) }
        let file = "\(path)/version"
        if let text = try DataFolder.read(file) {
            let digits = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
            guard let version = Int(digits), version > 0 else {
                throw .unreadable(path: file, text: String(text.prefix(40)))
            }
            guard version <= currentVersion else {
                throw .newer(path: path, version: version, known: currentVersion)
            }
            for (index, step) in steps.enumerated().dropFirst(version - 1) {
                do {
                    try step(path)
                } catch {
                    throw .migration(path: path, version: index + 2, reason: "\(error)")
                }
                try DataFolder.write("\(index + 2)\n", to: file)
            }
        } else {
            try DataFolder.write("\(currentVersion)\n", to: file)
        }
        try DataFolder.makeAll(tail)
        try DataFolder.makeAll(tenants)
    }

    /// Takes the folder for this process; let go when the lock is, or when the process ends in any way.
    package func lock() throws(DataFolderError) -> DataFolderLock { try DataFolderLock(folder: path) }

    // MARK: - Files

    private static func makeAll(_ path: String) throws(DataFolderError) {
        guard mkdir(path, 0o700) != 0 else { return }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw .system(SystemError("mkdir \(path)", errno: ENOTDIR))
            }
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
                throw .system(SystemError("mkdir \(path)", errno: ENOENT))
            }
            try makeAll(String(path[..<slash]))
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw .system(SystemError("mkdir \(path)", errno: errno))
            }
        case let number: throw .system(SystemError("mkdir \(path)", errno: number))
        }
    }

    /// Removes a database file with its log; what is not there is no error.
    static func removeDatabase(_ path: String) {
        for end in ["", "-wal", "-shm"] { unlink(path + end) }
    }

    /// Puts a closed database file in the place of another; neither is open.
    static func replaceDatabase(_ path: String, with new: String) throws(SystemError) {
        removeDatabase(path)
        guard rename(new, path) == 0 else { throw SystemError("rename \(new)", errno: errno) }
    }

    /// The text of a small file; `nil` when there is none.
    static func read(_ path: String) throws(DataFolderError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno != ENOENT else { return nil }
            throw .system(SystemError("open \(path)", errno: errno))
        }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw .system(SystemError("read \(path)", errno: errno)) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    /// Replaces a small file as a whole: a kill or power loss leaves the old text or the new.
    static func write(_ text: String, to path: String) throws(DataFolderError) {
        let new = path + ".new"
        let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(SystemError("open \(new)", errno: errno)) }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let number = errno
        close(descriptor)
        guard isWritten else { throw .system(SystemError("write \(new)", errno: number)) }
        guard rename(new, path) == 0 else { throw .system(SystemError("rename \(new)", errno: errno)) }
    }
}

/// Why a data folder cannot be used, in words for the operator.
package enum DataFolderError: Error, Sendable, Hashable, CustomStringConvertible {
    case newer(path: String, version: Int, known: Int)
    case unreadable(path: String, text: String)
    case inUse(path: String, process: Int?)
    case migration(path: String, version: Int, reason: String)
    case system(SystemError)

    package var description: String {
        switch self {
        case .newer(let path, let version, let known):
            "\(path) has layout \(version), written by a newer agentd; this one knows layouts up to \(known). "
                + "Use the newer program, or another data folder."
        case .unreadable(let path, let text):
            "\(path) should hold the number of the folder's layout, but holds “\(text)”."
        case .inUse(let path, let process):
            process.map { "\(path) is served by process \($0). Stop it first, or use another data folder." }
                ?? "\(path) is served by another process. Stop it first, or use another data folder."
        case .migration(let path, let version, let reason):
            "\(path) could not be brought to layout \(version): \(reason)"
        case .system(let error): "\(error)"
        }
    }
}
