import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("An SQLite connection")
struct SQLiteConnectionTests {
    private func memory() throws -> SQLiteConnection { try SQLiteConnection(path: "", mode: .memory) }

    @Test(
        "A value reads back as it was bound",
        arguments: [
            SQLValue.null, .integer(.min), .integer(.max), .real(-0.1), .text(""), .text("a\u{0}b ✓"), .blob([]),
            .blob([0, 255]),
        ]
    )
    func roundTrip(value: SQLValue) throws {
        let connection = try memory()
        #expect(try connection.first("SELECT ?", [value]) { $0.value(0) } == value)
    }

    @Test("Typed readers turn NULL into nil or an empty value")
    func nulls() throws {
        let connection = try memory()
        try connection.forEach("SELECT NULL, 7, 'x' AS name, 1.5") { row in
            #expect(row.isNull(0) && row.int(0) == 0 && row.text(0) == "" && row.blob(0) == [])
            #expect(row.intOrNil(0) == nil && row.textOrNil(0) == nil && row.doubleOrNil(0) == nil)
            #expect(row.int(1) == 7 && row.text(2) == "x" && row.double(3) == 1.5)
            #expect(row.columnCount == 4 && row.name(2) == "name")
            return true
        }
    }

    @Test("A text of several statements runs whole")
    func script() throws {
        let connection = try memory()
        try connection.execute("CREATE TABLE a(x); CREATE TABLE b(y);\nINSERT INTO a VALUES (1), (2);")
        #expect(try connection.query("SELECT x FROM a ORDER BY x") { $0.int(0) } == [1, 2])
        #expect(try connection.query("SELECT y FROM b") { $0.int(0) }.isEmpty)
    }

    @Test("An error carries codes and the statement, never the arguments")
    func errors() throws {
        let connection = try memory()
        try connection.execute("CREATE TABLE t(x TEXT UNIQUE)")
        try connection.execute("INSERT INTO t VALUES (?)", ["secret"])
        let error = #expect(throws: DatabaseError.self) {
            try connection.execute("INSERT INTO t VALUES (?)", ["secret"])
        }
        #expect(error?.isConstraint == true)
        #expect(error?.extendedCode == 2067)
        #expect(error?.sql == "INSERT INTO t VALUES (?)")
        #expect(error?.description.contains("secret") == false)
        let syntax = #expect(throws: DatabaseError.self) { try connection.execute("SELEKT") }
        #expect(syntax?.code == 1 && syntax?.message.contains("SELEKT") == true)
    }

    @Test("A transaction that throws leaves nothing, a nested one only its own part")
    func transactions() throws {
        struct Stop: Error {}
        let connection = try memory()
        try connection.execute("CREATE TABLE t(x)")
        #expect(throws: Stop.self) {
            try connection.transaction {
                try connection.execute("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        try connection.transaction {
            try connection.execute("INSERT INTO t VALUES (2)")
            #expect(throws: Stop.self) {
                try connection.transaction {
                    try connection.execute("INSERT INTO t VALUES (3)")
                    throw Stop()
                }
            }
            #expect(connection.isInTransaction)
        }
        #expect(!connection.isInTransaction)
        #expect(try connection.query("SELECT x FROM t") { $0.int(0) } == [2])
        try connection.execute("UPDATE t SET x = 4")
        #expect(connection.changes == 1)
    }

    @Test("Prepared statements are kept up to their bound")
    func cache() throws {
        let connection = try memory()
        for index in 0..<SQLiteConnection.statementsMax * 2 {
            #expect(try connection.first("SELECT \(index)") { $0.int(0) } == Int64(index))
        }
        #expect(connection.statementsCached == SQLiteConnection.statementsMax)
    }

    @Test("A query may run its own text again while it runs")
    func nested() throws {
        let connection = try memory()
        let rows = try connection.query("SELECT column1 FROM (VALUES (1), (2))") { (row) throws(DatabaseError) in
            let inner = try connection.query("SELECT column1 FROM (VALUES (1), (2))") { $0.int(0) }
            return inner.map { $0 * row.int(0) }
        }
        #expect(rows == [[1, 2], [2, 4]])
    }

    @Test("A file is in WAL mode, with foreign keys on and an untrusted schema")
    func settings() throws {
        let folder = TemporaryFolder()
        let connection = try SQLiteConnection(path: folder.file("a.db"), synchronous: .normal)
        func pragma(_ name: String) throws -> String? { try connection.first("PRAGMA \(name)") { $0.text(0) } }
        #expect(try pragma("journal_mode") == "wal")
        #expect(try pragma("synchronous") == "1")
        #expect(try pragma("foreign_keys") == "1")
        #expect(try pragma("trusted_schema") == "0")
        try connection.execute("CREATE VIRTUAL TABLE f USING fts5(x)")
        #expect(throws: DatabaseError.self) { try connection.execute("DELETE FROM f_data") }
    }

    @Test("A reader sees commits, writes nothing and needs the file to exist")
    func reader() throws {
        let folder = TemporaryFolder()
        #expect(throws: DatabaseError.self) { try SQLiteConnection(path: folder.file("none.db"), mode: .readOnly) }
        let writer = try SQLiteConnection(path: folder.file("a.db"))
        try writer.execute("CREATE TABLE t(x)")
        let reader = try SQLiteConnection(path: folder.file("a.db"), mode: .readOnly)
        try writer.execute("INSERT INTO t VALUES (1)")
        #expect(try reader.query("SELECT x FROM t") { $0.int(0) } == [1])
        #expect(throws: DatabaseError.self) { try reader.execute("INSERT INTO t VALUES (2)") }
    }

    @Test("Migrations run once and a newer file is refused")
    func migrations() throws {
        let folder = TemporaryFolder()
        let first = Migration(version: 1, sql: "CREATE TABLE a(x); INSERT INTO a VALUES (1)")
        let second = Migration(version: 2, sql: "ALTER TABLE a ADD COLUMN y DEFAULT 5")
        let connection = try SQLiteConnection(path: folder.file("a.db"))
        try connection.migrate([first])
        try connection.migrate([first, second])
        try connection.migrate([first, second])
        #expect(try connection.schemaVersion() == 2)
        #expect(try connection.query("SELECT y FROM a") { $0.int(0) } == [5])
        let error = #expect(throws: DatabaseError.self) { try connection.migrate([first]) }
        #expect(error?.message.contains("newer") == true)
    }

    @Test("A migration that fails leaves the version before it")
    func failedMigration() throws {
        let connection = try memory()
        let bad = Migration(version: 1, sql: "CREATE TABLE a(x); CREATE TABLE a(x)")
        #expect(throws: DatabaseError.self) { try connection.migrate([bad]) }
        #expect(try connection.schemaVersion() == 0)
        #expect(try connection.query("SELECT name FROM sqlite_schema") { $0.text(0) }.isEmpty)
    }

    @Test("Another connection takes the log over into the file, and then it begins anew")
    func logBeside() throws {
        let folder = TemporaryFolder()
        let writer = try SQLiteConnection(path: folder.file("a.db"))
        writer.countLogPages()
        try writer.execute("CREATE TABLE t(n INTEGER, text TEXT)")
        for n in 0..<20 { try writer.execute("INSERT INTO t VALUES (?, ?)", [.int(n), .text("row \(n)")]) }
        let pages = writer.logPages
        #expect(pages >= 20)
        let other = try SQLiteConnection(path: folder.file("a.db"))
        try other.takeOverLog()
        try other.syncFile()
        // Alone, without its log, the file has everything.
        try FileManager.default.copyItem(atPath: folder.file("a.db"), toPath: folder.file("b.db"))
        let copy = try SQLiteConnection(path: folder.file("b.db"), mode: .readOnly)
        #expect(try copy.first("SELECT count(*) FROM t") { $0.int(0) } == 20)
        try writer.execute("INSERT INTO t VALUES (20, 'row 20')")
        #expect(writer.logPages > 0 && writer.logPages < pages)
    }
}
