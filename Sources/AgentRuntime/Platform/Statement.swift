internal import CSQLite

/// A prepared statement of one connection; finalised when it is let go.
final class Statement {
    /// Whether it is being stepped; a nested use of the same SQL then prepares its own.
    var isRunning = false
    /// Whether the connection keeps it for the next time.
    var isKept = false
    /// When it was last used, for the connection's cache.
    var lastUse: UInt64 = 0
    private let pointer: OpaquePointer
    private let database: OpaquePointer
    let sql: String

    /// Tells SQLite to copy what is bound: Swift's buffers live only during the call.
    ///
    /// `SQLITE_TRANSIENT` is `((sqlite3_destructor_type)-1)`, a cast that is not imported.
    private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    /// Prepares the first statement of `sql`; `nil` when the text holds more than one or none.
    init?(_ sql: String, on database: OpaquePointer, isPersistent: Bool) throws(DatabaseError) {
        var pointer: OpaquePointer?
        var isSingle = false
        var copy = sql
        let flags = isPersistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = copy.withUTF8 { bytes -> Int32 in
            bytes.withMemoryRebound(to: CChar.self) { text in
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(database, text.baseAddress, Int32(text.count), flags, &pointer, &tail)
                guard let tail, let start = text.baseAddress else { return code }
                isSingle = bytes[(tail - start)...].allSatisfy { byte in
                    " \n\r\t;".utf8.contains(byte)
                }
                return code
            }
        }
        guard code == SQLITE_OK else { throw DatabaseError(code, database, sql) }
        guard let pointer else { return nil }
        guard isSingle else {
            sqlite3_finalize(pointer)
            return nil
        }
        self.pointer = pointer
        self.database = database
        self.sql = sql
    }

    deinit { sqlite3_finalize(pointer) }

    func bind(_ arguments: [SQLValue]) throws(DatabaseError) {
        precondition(
            arguments.count == Int(sqlite3_bind_parameter_count(pointer)),
            "the number of arguments differs from the parameters of: \(sql)"
        )
        for (offset, argument) in arguments.enumerated() {
            let index = Int32(offset + 1)
            let code =
                switch argument {
                case .null: sqlite3_bind_null(pointer, index)
                case .integer(let value): sqlite3_bind_int64(pointer, index, value)
                case .real(let value): sqlite3_bind_double(pointer, index, value)
                case .text(var value):
                    value.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) { text in
                            // Text without an address would be bound as NULL.
                            text.baseAddress == nil
                                ? sqlite3_bind_text(pointer, index, "", 0, Statement.transient)
                                : sqlite3_bind_text(
                                    pointer,
                                    index,
                                    text.baseAddress,
                                    Int32(text.count),
                                    Statement.transient
                                )
                        }
                    }
                case .blob(let value):
                    value.isEmpty
                        ? sqlite3_bind_zeroblob(pointer, index, 0)
                        : sqlite3_bind_blob64(pointer, index, value, UInt64(value.count), Statement.transient)
                }
            guard code == SQLITE_OK else { throw DatabaseError(code, database, sql) }
        }
    }

    /// Moves to the next row; false after the last.
    func step() throws(DatabaseError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw DatabaseError(code, database, sql)
        }
    }

    var row: Row { Row(pointer) }

    /// Ends the run and lets go of what was bound.
    func reset() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }
}

extension DatabaseError {
    /// What the connection says about its last failure.
    init(_ code: Int32, _ database: OpaquePointer?, _ sql: String?) {
        let message = database.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        self.init(code: code, message: message.map { String(cString: $0) } ?? "unknown", sql: sql)
    }
}
