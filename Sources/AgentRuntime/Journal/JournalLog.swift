// The journal's write-ahead log goes into its file beside the connection that writes it.
//
// Left to itself, SQLite lets the writer do that whenever the log is long
// (https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files), so that all commits wait meanwhile until two
// files are on the disk. Here a connection and a thread of their own do it, `stepBytes` at a time. The log begins anew
// only when all of it is in the file and nobody has written meanwhile; so once it has `boundBytes`, the writer takes
// over the little that came since the last step itself.

/// Takes the log over into the file.
actor JournalLog {
    private let connection: SQLiteConnection
    private let executor: any SerialWorkExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        path: String,
        synchronous: SQLiteConnection.Synchronous,
        executor: any SerialWorkExecutor
    ) throws(DatabaseError) {
        connection = try SQLiteConnection(path: path, synchronous: synchronous)
        self.executor = executor
    }

    /// Takes over what is in the log now, as far as no reader needs it there, and then calls back, on its thread.
    nonisolated func takeOver(_ then: @escaping @Sendable () -> Void) {
        executor.run {
            self.assumeIsolated { log in
                do throws(DatabaseError) {
                    try log.connection.takeOverLog()
                    // Now, so that the writer need not wait for all of it when it takes over the rest.
                    try log.connection.syncFile()
                } catch {
                    // What could not be taken over stays in the log, which commits go on with; the next step tries again.
                }
            }
            then()
        }
    }

    /// When the log is taken over, and by whom.
    struct Schedule {
        static let stepBytes: Int64 = 4 << 20
        static let boundBytes: Int64 = 32 << 20

        private let step: Int
        private let bound: Int
        /// How many pages of the log were in the file when it was last looked at.
        private var taken = 0
        /// How many there were when the step began that is under way.
        private var begun: Int?

        /// - Parameter pageSize: of the journal's file, in bytes.
        init(pageSize: Int64) {
            step = Int(max(1, Self.stepBytes / pageSize))
            bound = Int(max(1, Self.boundBytes / pageSize))
        }

        /// The log has so many pages after a commit; whether a step is to begin.
        mutating func committed(_ pages: Int) -> Bool {
            // The log has begun anew.
            if pages < taken { taken = 0 }
            guard begun == nil, pages - taken >= step else { return false }
            begun = pages
            return true
        }

        /// A step has ended, and the log has so many pages by now; whether the writer is to take over the rest.
        mutating func ended(_ pages: Int) -> Bool {
            taken = min(begun ?? 0, pages)
            begun = nil
            guard pages >= bound else { return false }
            taken = pages
            return true
        }
    }
}
