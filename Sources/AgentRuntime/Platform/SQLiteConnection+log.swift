internal import Glibc

/// The write-ahead log of a file (https://www.sqlite.org/wal.html).
extension SQLiteConnection {
    /// How many bytes of log are written before SQLite takes them over into the file.
    ///
    /// Pages that are written again and again go into the file once for so much log: 16 MB, where nothing else is said.
    func setLogBound(_ bytes: Int64 = 16 << 20) throws(DatabaseError) {
        try execute("PRAGMA wal_autocheckpoint = \(max(1, bytes / pageSize))")
    }

    /// The file's own size of pages in bytes, which an older program may have chosen.
    var pageSize: Int64 {
        get throws(DatabaseError) { try first("PRAGMA page_size") { $0.int(0) } ?? 4096 }
    }

    /// Takes over into the file what no reader needs in the log any more, and waits for nobody.
    func takeOverLog() throws(DatabaseError) {
        _ = try first("PRAGMA wal_checkpoint(PASSIVE)") { $0.int(0) }
    }

    /// Moves the write-ahead log into the file and empties it, so that what was deleted is not left in it.
    package func truncateLog() throws(DatabaseError) {
        let end = LoopInstant.now.advanced(by: .seconds(5))
        while true {
            // SQLite waits for readers here, as its busy handler does, and not for another connection that is taking the
            // log over; so that is waited for in the same way, on the thread that the file has.
            let isBusy = try first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.int(0) } ?? 0
            if isBusy == 0 { return }
            guard LoopInstant.now < end else {
                throw DatabaseError(code: 5, message: "a reader kept the log of \(path) from being emptied")
            }
            usleep(2000)
        }
    }
}
