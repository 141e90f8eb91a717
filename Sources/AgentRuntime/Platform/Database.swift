/// An SQLite file behind an actor with a thread of its own: SQLite blocks, and a loop must not.
///
/// Calls run one at a time, in order of arrival. The queue of waiting calls is bounded by the callers, each of which
/// waits for its own.
package actor Database {
    private let executor: any SerialWorkExecutor
    private let path: String
    private let mode: SQLiteConnection.Mode
    private let synchronous: SQLiteConnection.Synchronous
    /// `nil` only while the file is replaced, or when it could not be opened again after that.
    private var connection: SQLiteConnection?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the file and brings its schema up to date; blocks the caller meanwhile.
    package init(
        path: String,
        mode: SQLiteConnection.Mode = .readWriteCreate,
        label: String,
        synchronous: SQLiteConnection.Synchronous = .full,
        migrations: [Migration] = [],
        executor: (any SerialWorkExecutor)? = nil
    ) throws(DatabaseError) {
        let connection = try SQLiteConnection(path: path, mode: mode, synchronous: synchronous)
        if mode != .readOnly { try connection.migrate(migrations) }
        self.connection = connection
        self.path = path
        self.mode = mode
        self.synchronous = synchronous
        self.executor = executor ?? ThreadExecutor(label: label)
    }

    /// Runs the body with the connection, alone.
    ///
    /// When the task is cancelled, a running statement is interrupted within about a thousand steps of SQLite's
    /// machine and `CancellationError` is thrown; use `transaction` for what must happen as a whole.
    package nonisolated func perform<T: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> T
    ) async throws -> T {
        let flag = CancellationFlag()
        // Handed over as work, once: as a method of the actor, every function that the call passes through would be
        // handed over by itself.
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                executor.run {
                    continuation.resume(with: Result { try self.assumeIsolated { try $0.run(body, flag) } })
                }
            }
        } onCancel: {
            flag.set()
        }
    }

    private func run<T>(_ body: (SQLiteConnection) throws -> T, _ flag: CancellationFlag) throws -> T {
        guard let connection else { throw DatabaseError(code: 14, message: "\(path) is not open") }
        guard !flag.isSet else { throw CancellationError() }
        connection.cancellation = flag
        defer { connection.cancellation = nil }
        do {
            return try body(connection)
        } catch let error as DatabaseError where error.isInterrupted && flag.isSet {
            throw CancellationError()
        }
    }

    /// Closes the file, lets the body put another in its place, and opens it again, also when the body throws.
    ///
    /// Calls that come meanwhile wait.
    package func reopen(_ replace: @Sendable () throws -> Void) throws {
        connection = nil
        defer {
            // What cannot be opened says so at the next call.
            connection = try? SQLiteConnection(path: path, mode: mode, synchronous: synchronous)
        }
        try replace()
    }
}
