/// The write-ahead log of a file (https://www.sqlite.org/wal.html).
extension SQLiteConnection {
    /// How many bytes of log are written before SQLite takes them over into the file.
    ///
    /// Pages that are written again and again go into the file once for so much log: 16 MB, where nothing else is said.
    func setLogBound(_ bytes: Int64 = 16 << 20) throws(DatabaseError) {
        // The file's own size of pages, which an older program may have chosen.
        let page = try first("PRAGMA page_size") { $0.int(0) } ?? 4096
        try execute("PRAGMA wal_autocheckpoint = \(max(1, bytes / page))")
    }

    /// Moves the write-ahead log into the file and empties it, so that what was deleted is not left in it.
    package func truncateLog() throws(DatabaseError) {
        let isBusy = try first("PRAGMA wal_checkpoint(TRUNCATE)") { $0.int(0) } ?? 0
        guard isBusy == 0 else {
            throw DatabaseError(code: 5, message: "a reader kept the log of \(path) from being emptied")
        }
    }
}
