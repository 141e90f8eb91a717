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
    private let parameterCount: Int
    let sql: String
    /// The texts and blobs that are bound, one behind the other: SQLite reads them here (`SQLITE_STATIC`) until the run
    /// ends, instead of making a copy of each with memory of its own.
    private var bound: UnsafeMutablePointer<UInt8>
    private var boundCapacity = Statement.boundBytesMin

    /// How much memory for bound bytes is kept from one run to the next, at least and at most.
    private static let boundBytesMin = 256
    private static let boundBytesKeptMax = 65_536

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
        parameterCount = Int(sqlite3_bind_parameter_count(pointer))
        self.sql = sql
        bound = .allocate(capacity: boundCapacity)
    }

    deinit {
        sqlite3_finalize(pointer)
        bound.deallocate()
    }

    func bind(_ arguments: [SQLValue]) throws(DatabaseError) {
        precondition(
            arguments.count == parameterCount,
            "the number of arguments differs from the parameters of: \(sql)"
        )
        makeRoom(for: arguments)
        var offset = 0
        for position in arguments.indices {
            let index = Int32(position + 1)
            let code =
                switch arguments[position] {
                case .null: sqlite3_bind_null(pointer, index)
                case .integer(let value): sqlite3_bind_int64(pointer, index, value)
                case .real(let value): sqlite3_bind_double(pointer, index, value)
                case .text(var value):
                    value.withUTF8 { bytes in
                        let place = keep(UnsafeRawBufferPointer(bytes), &offset)
                        let text = UnsafeRawPointer(place).assumingMemoryBound(to: CChar.self)
                        return sqlite3_bind_text(pointer, index, text, Int32(bytes.count), nil)
                    }
                case .blob(let value):
                    value.withUnsafeBytes { bytes in
                        bytes.isEmpty
                            ? sqlite3_bind_zeroblob(pointer, index, 0)
                            : sqlite3_bind_blob64(pointer, index, keep(bytes, &offset), UInt64(bytes.count), nil)
                    }
                }
            guard code == SQLITE_OK else { throw DatabaseError(code, database, sql) }
        }
    }

    private func makeRoom(for arguments: [SQLValue]) {
        var count = 0
        for argument in arguments {
            switch argument {
            case .text(let text): count += text.utf8.count
            case .blob(let bytes): count += bytes.count
            default: break
            }
        }
        if count > boundCapacity { setRoom(2 * count) }
    }

    private func setRoom(_ capacity: Int) {
        bound.deallocate()
        bound = .allocate(capacity: capacity)
        boundCapacity = capacity
    }

    /// Puts bytes where SQLite will read them.
    ///
    /// An empty text too has an address: without one it would be bound as NULL.
    private func keep(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UnsafeMutablePointer<UInt8> {
        let place = bound + offset
        if let start = bytes.baseAddress {
            UnsafeMutableRawPointer(place).copyMemory(from: start, byteCount: bytes.count)
        }
        offset += bytes.count
        return place
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
        if boundCapacity > Statement.boundBytesKeptMax { setRoom(Statement.boundBytesMin) }
    }
}

extension DatabaseError {
    /// What the connection says about its last failure.
    init(_ code: Int32, _ database: OpaquePointer?, _ sql: String?) {
        let message = database.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        self.init(code: code, message: message.map { String(cString: $0) } ?? "unknown", sql: sql)
    }
}
