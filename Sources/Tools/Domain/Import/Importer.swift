package import AgentRuntime
internal import Foundation

/// Brings a file into a tenant's data: all of it or nothing, each bad row named by its line.
///
/// The file is read into memory (at most `bytesMax`); rows are checked and stored one by one in a single transaction
/// of the tenant's writer, so readers see the data before or after and nothing between.
package struct Importer: Sendable {
    package static let bytesMax = 256 * 1024 * 1024
    /// Bad rows that an error names; the rest are counted.
    package static let faultsNamedMax = 100

    /// Where the file comes from.
    package enum Input: Sendable {
        case bytes([UInt8])
        case file(path: String)
    }

    /// What an import did.
    package struct Outcome: Sendable, Hashable {
        package var type: String
        package var rows: Int
        package var inserted: Int
        package var replaced: Int
        package var sha256: String
        package var dataVersion: Int64

        package var json: JSONValue {
            [
                "type": .string(type), "rows": .integer(rows), "inserted": .integer(inserted),
                "replaced": .integer(replaced), "sha256": .string(sha256),
                "data_version": .integer(Int(dataVersion)),
            ]
        }

        /// The fact for the tenant's journal; appended by whoever asked for the import, once it has returned.
        package func record(actor: String) -> RecordDraft {
            RecordDraft(kind: RecordKind("data.imported"), actor: actor, payload: json)
        }
    }

    private let databases: DomainDatabases
    private let formats: [String: any ImportFormat.Type]

    /// Takes the formats of further kinds of files.
    package init(databases: DomainDatabases, others: [any ImportFormat.Type] = []) {
        self.databases = databases
        let own: [any ImportFormat.Type] = [
            LedgerImport.self, BudgetImport.self, DealImport.self, OrderImport.self, CustomerImport.self,
            InvoiceImport.self, MaterialImport.self, MaterialUsageImport.self, DeliveryImport.self, RateImport.self,
            CashImport.self, SubscriptionImport.self, RelationshipImport.self,
        ]
        formats = Dictionary(uniqueKeysWithValues: (own + others).map { ($0.type, $0) })
    }

    /// The kinds of files that can be imported, sorted.
    package var types: [String] { formats.keys.sorted() }

    /// Imports a file; the tenant is made when it is not there.
    ///
    /// A cancelled import leaves nothing behind.
    /// With `replace` the type is emptied first.
    /// Throws `invalid_argument` for an unknown type or a file that cannot be read as one (`details` names the
    ///   lines), `already_imported`, `storage_failed`.
    package func run(
        type: String,
        from input: Input,
        tenant: TenantID,
        replace: Bool = false,
        now: Timestamp
    ) async throws -> Outcome {
        guard let format = formats[type] else {
            let hint = NearestName.of(type, among: types).map { "; did you mean “\($0)”?" } ?? ""
            throw AgentError(
                .invalidArgument,
                "“\(shown(type))” cannot be imported\(hint) Known are \(types.joined(separator: ", ")).",
                details: [.init(field: "type", message: "is unknown")]
            )
        }
        do {
            // A file that is refused must not leave an empty tenant behind, so a new tenant's file is checked first.
            if await !databases.exists(tenant) { try await Importer.check(input, as: format) }
            let database = try await databases.create(tenant)
            return try await database.writer.perform { connection in
                let bytes = try Importer.bytes(of: input)
                return try connection.transaction {
                    try Importer.load(bytes, as: format, replace: replace, now: now, into: connection)
                }
            }
        } catch let error as DatabaseError {
            throw AgentError(
                .storageFailed,
                "The data could not be written; nothing was imported.",
                isRetryable: error.isBusy,
                underlying: "\(error)"
            )
        }
    }

    /// Looks for faults without a tenant's database.
    private static func check(_ input: Input, as format: any ImportFormat.Type) async throws {
        let scratch = try Database(
            path: "",
            mode: .memory,
            label: "import-check",
            migrations: DomainSchema.migrations
        )
        try await scratch.perform { connection in
            _ = try read(try bytes(of: input), as: format, stores: false, connection)
        }
    }

    private static func load(
        _ bytes: [UInt8],
        as format: any ImportFormat.Type,
        replace: Bool,
        now: Timestamp,
        into connection: SQLiteConnection
    ) throws -> Outcome {
        let sha256 = SHA256.hex(bytes)
        if replace {
            try connection.execute("UPDATE imports SET is_live = 0 WHERE type = ?", [.text(format.type)])
            try format.clear(connection)
        } else if format.refusesRepeatedFiles {
            try refuseRepeated(sha256, type: format.type, connection)
        }
        var outcome = try read(bytes, as: format, stores: true, connection)
        outcome.sha256 = sha256
        outcome.dataVersion = try connection.advanceDataVersion()
        try connection.execute(
            """
            INSERT INTO imports (type, sha256, rows, inserted, replaced, data_version, imported_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(outcome.type), .text(sha256), .int(outcome.rows), .int(outcome.inserted),
                .int(outcome.replaced), .integer(outcome.dataVersion), .integer(now.milliseconds),
            ]
        )
        return outcome
    }

    /// Reads all rows, and stores them until the first bad one.
    private static func read<Format: ImportFormat>(
        _ bytes: [UInt8],
        as type: Format.Type,
        stores: Bool,
        _ connection: SQLiteConnection
    ) throws -> Outcome {
        var format = try Format(connection: connection)
        var outcome = Outcome(type: Format.type, rows: 0, inserted: 0, replaced: 0, sha256: "", dataVersion: 0)
        var faults = ImportFaults(limit: faultsNamedMax)
        var file = try ImportFile(bytes, columns: Format.columns)
        while let next = file.next() {
            if outcome.rows % 1024 == 0 { try Task.checkCancellation() }
            outcome.rows += 1
            let entry: Format.Entry
            do throws(CSVReader.Fault) {
                let row = try next.get()
                do throws(RowFault) { entry = try format.read(row) } catch {
                    throw CSVReader.Fault(line: row.line, message: error.message)
                }
            } catch {
                faults.add(error)
                continue
            }
            guard stores, faults.isEmpty else { continue }
            switch try format.store(entry) {
            case .inserted: outcome.inserted += 1
            case .replaced: outcome.replaced += 1
            }
        }
        if let error = faults.error { throw error }
        guard outcome.rows > 0 else {
            throw AgentError(
                .invalidArgument,
                "The file has a header but no rows; nothing was imported.",
                details: [.init(field: "line 2", message: "there is no row")]
            )
        }
        try format.finish()
        return outcome
    }

    private static func refuseRepeated(_ sha256: String, type: String, _ connection: SQLiteConnection) throws {
        let sql = "SELECT imported_at FROM imports WHERE type = ? AND sha256 = ? AND is_live = 1"
        let before = try connection.first(sql, [.text(type), .text(sha256)]) { row in row.int(0) }
        guard before == nil else {
            throw AgentError(
                .alreadyImported,
                "This very file was imported before and its rows would count twice; nothing was imported. "
                    + "To start over with it, import it with --replace."
            )
        }
    }

    private static func bytes(of input: Input) throws -> [UInt8] {
        switch input {
        case .bytes(let bytes):
            guard bytes.count <= bytesMax else { throw tooLarge }
            return bytes
        case .file(let path):
            do {
                let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
                defer { try? handle.close() }  // Read only: nothing can be lost.
                var bytes: [UInt8] = []
                while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
                    guard bytes.count + chunk.count <= bytesMax else { throw tooLarge }
                    bytes.append(contentsOf: chunk)
                }
                return bytes
            } catch let error as AgentError {
                throw error
            } catch {
                throw AgentError(
                    .invalidArgument,
                    "The file \(path) cannot be read.",
                    details: [.init(field: "path", message: "cannot be read")],
                    underlying: "\(error)"
                )
            }
        }
    }

    private static let tooLarge = AgentError(
        .limitExceeded,
        "The file is larger than \(bytesMax / 1024 / 1024) MiB; import it in parts."
    )
}

extension AgentError.Code {
    /// A file whose rows have no identity was imported before; importing it again would count them twice.
    ///
    /// For the user.
    package static let alreadyImported = Self("already_imported")
}
