internal import AgentRuntime
internal import Foundation

// A copy of a data folder in one file, made beside a running daemon. The file is an SQLite database whose rows are the
// folder's files in pieces, each file with its SHA-256. Databases are copied at one moment each, by SQLite itself: the
// journal first, then what it needs (keys that seal its records are only ever added), then the rest.
//
// Left out are views and tails: the views are made anew from the journal, and a turn that was running is closed as
// interrupted when the copy is served. A copy holds keys that a later erasure destroys: keep none longer than that may
// take.

/// Makes and reads copies of data folders.
enum Backup {
    static let format: Int64 = 1
    private static let pieceMax = 4 << 20
    private static let single = ["version", "secret", "journal.key", "master.key", "policies"]
    private static let databases = ["journal.db", "keys.db", "control.db"]

    struct Summary: Sendable {
        var files = 0
        var bytes = 0
        var records: Int64 = 0
    }

    // MARK: - Making

    /// Copies a folder into a new file and checks the copy; blocks meanwhile.
    ///
    /// - Throws: `conflict` when the file is there already; what cannot be read or written, in words.
    static func make(of folder: DataFolder, at path: String, now: Timestamp) throws -> Summary {
        let files = FileManager.default
        guard !files.fileExists(atPath: path) else {
            throw AgentError(.conflict, "\(path) is there already; name a new file.")
        }
        let draft = path + ".part"
        remove(draft)
        defer { remove(draft) }
        do {
            let copy = try SQLiteConnection(path: draft)
            try copy.execute(
                """
                CREATE TABLE backup(format INTEGER NOT NULL, time INTEGER NOT NULL);
                CREATE TABLE files(name TEXT PRIMARY KEY, size INTEGER NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
                CREATE TABLE pieces(
                    name TEXT NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (name, number)
                );
                """
            )
            guard chmod(draft, 0o600) == 0 else { throw AgentError(.storageFailed, "\(draft) cannot be kept private.") }
            try copy.execute("INSERT INTO backup VALUES (?, ?)", [.integer(format), .integer(now.milliseconds)])
            for name in databases + (try tenants(of: folder)) where files.fileExists(atPath: "\(folder.path)/\(name)") {
                let whole = draft + ".db"
                remove(whole)
                defer { remove(whole) }
                let source = try SQLiteConnection(path: "\(folder.path)/\(name)")
                try source.execute("VACUUM INTO ?", [.text(whole)])
                try add(whole, as: name, to: copy)
            }
            for name in single where files.fileExists(atPath: "\(folder.path)/\(name)") {
                try add("\(folder.path)/\(name)", as: name, to: copy)
            }
            try copy.truncateLog()
            try copy.execute("PRAGMA journal_mode = DELETE")
        } catch let error as DatabaseError {
            throw AgentError(.storageFailed, "The copy could not be made: \(error).")
        }
        let summary = try check(draft)
        guard rename(draft, path) == 0 else { throw AgentError(.storageFailed, "\(path) cannot be made.") }
        return summary
    }

    private static func tenants(of folder: DataFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.tenants).filter { $0.hasSuffix(".db") }.sorted()
            .map { "tenants/\($0)" }
    }

    private static func add(_ path: String, as name: String, to copy: SQLiteConnection) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw AgentError(.storageFailed, "\(path) cannot be read.")
        }
        defer { try? file.close() }  // only read from
        var hash = SHA256()
        var (number, size) = (0, 0)
        try copy.transaction {
            while let piece = try file.read(upToCount: pieceMax), !piece.isEmpty {
                let bytes = Array(piece)
                hash.update(bytes)
                size += bytes.count
                try copy.execute("INSERT INTO pieces VALUES (?, ?, ?)", [.text(name), .int(number), .blob(bytes)])
                number += 1
            }
            try copy.execute("INSERT INTO files VALUES (?, ?, ?)", [.text(name), .int(size), .blob(hash.hash())])
        }
    }

    // MARK: - Reading

    /// Makes a data folder from a copy, once everything in it has been checked; blocks meanwhile.
    ///
    /// - Throws: `conflict` when there is a data folder already; `corrupted` when the copy does not hold.
    static func restore(_ path: String, to folder: String) throws -> Summary {
        let files = FileManager.default
        if let there = try? files.contentsOfDirectory(atPath: folder), !there.isEmpty {
            throw AgentError(.conflict, "\(folder) is not empty; restore into a new folder and put it in its place.")
        }
        let draft = folder + ".part"
        try? files.removeItem(atPath: draft)  // what an interrupted restore left
        defer { try? files.removeItem(atPath: draft) }  // gone when it was moved
        let summary = try unpack(path, to: draft)
        try? files.removeItem(atPath: folder)  // empty, or not there
        guard rename(draft, folder) == 0 else { throw AgentError(.storageFailed, "\(folder) cannot be made.") }
        return summary
    }

    /// Unpacks a copy into a folder of its own and throws it away again.
    private static func check(_ path: String) throws -> Summary {
        let folder = path + ".check"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // gone is all it must be
        return try unpack(path, to: folder)
    }

    /// Writes the files of a copy and checks hashes, databases and journal.
    private static func unpack(_ path: String, to folder: String) throws -> Summary {
        guard FileManager.default.fileExists(atPath: path) else { throw AgentError(.notFound, "\(path) is not there.") }
        var summary = Summary()
        do {
            let copy = try SQLiteConnection(path: path, mode: .readOnly)
            guard try copy.first("SELECT format FROM backup", [], { $0.int(0) }) == format else {
                throw AgentError(.invalidArgument, "\(path) was made by a newer program, or is no backup.")
            }
            let target = try DataFolder(path: folder)
            let listed = try copy.query("SELECT name, size, hash FROM files ORDER BY name") { row in
                (name: row.text(0), size: Int(row.int(1)), hash: row.blob(2))
            }
            for file in listed {
                guard isKnown(file.name) else {
                    throw AgentError(.corrupted, "\(path) holds a file that is none of ours.")
                }
                var hash = SHA256()
                var size = 0
                let place = "\(target.path)/\(file.name)"
                guard
                    FileManager.default.createFile(
                        atPath: place,
                        contents: nil,
                        attributes: [.posixPermissions: 0o600]
                    ),
                    let handle = FileHandle(forWritingAtPath: place)
                else { throw AgentError(.storageFailed, "\(place) cannot be written.") }
                var count = 0
                while let bytes = try copy.first(
                    "SELECT bytes FROM pieces WHERE name = ? AND number = ?",
                    [.text(file.name), .int(count)],
                    { $0.blob(0) }
                ) {
                    hash.update(bytes)
                    size += bytes.count
                    count += 1
                    try handle.write(contentsOf: Data(bytes))
                }
                try handle.synchronize()
                try handle.close()
                guard hash.hash() == file.hash, size == file.size else {
                    throw AgentError(.corrupted, "\(file.name) in \(path) is not what was copied.")
                }
                if file.name.hasSuffix(".db") { try checkDatabase(place) }
                summary.files += 1
                summary.bytes += size
            }
            let journal = try JournalVerifier(path: target.journal).verify()
            if let failure = journal.failure {
                throw AgentError(
                    .corrupted,
                    "Record \(failure.sequence) of \(failure.tenant) in the copy does not hold: \(failure.detail)"
                )
            }
            summary.records = journal.records
            return summary
        } catch let error as DatabaseError {
            throw AgentError(.corrupted, "\(path) cannot be read as a backup: \(error).")
        } catch let error as JournalError {
            throw AgentError(journal: error)
        }
    }

    private static func checkDatabase(_ path: String) throws {
        let database = try SQLiteConnection(path: path, mode: .readOnly)
        let answer = try database.first("PRAGMA integrity_check(1)") { $0.text(0) }
        guard answer == "ok" else { throw AgentError(.corrupted, "\(path) does not hold: \(answer ?? "no answer")") }
    }

    /// Only names that a backup writes: nothing that leads out of the folder.
    private static func isKnown(_ name: String) -> Bool {
        if single.contains(name) || databases.contains(name) { return true }
        guard name.hasPrefix("tenants/"), name.hasSuffix(".db") else { return false }
        return TenantID.isValid(String(name.dropFirst(8).dropLast(3)))
    }

    private static func remove(_ path: String) {
        for end in ["", "-wal", "-shm", "-journal"] { unlink(path + end) }
    }
}
