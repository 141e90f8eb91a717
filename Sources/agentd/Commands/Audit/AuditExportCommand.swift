internal import AgentRuntime

/// `agentd audit export`: the journal with its checkpoints and proofs, for those who check it elsewhere.
struct AuditExportCommand: Command {
    /// Records whose payloads are opened at a time.
    private static let pageMax = 500

    let syntax = CommandSyntax(
        "audit export",
        "Writes records, checkpoints and proofs as JSON Lines.",
        flags: [
            Flag("tenant", .value("T"), "This tenant only; all when not given."),
            Flag("from", .value("N"), "The first record; the oldest when not given."),
            Flag("to", .value("N"), "The last record; the newest when not given."),
            Flag("proofs", .boolean, "With an inclusion proof for each record, also when all are exported."),
            Flag("payloads", .boolean, "With what sealed records say, personal data included, after the proofs."),
            Flag("out", .value("FILE"), "The file to write; standard output when not given."),
        ],
        notes: "`agentd audit verify FILE` and `docs/verify.py FILE` check it without the data folder."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let folder = try DataFolder(path: configuration.data)
        let from = try arguments.integer("from", in: 1...Int.max).map { Int64($0) }
        let to = try arguments.integer("to", in: 1...Int.max).map { Int64($0) }
        guard arguments.isSet("tenant") || (from == nil && to == nil) else {
            throw UsageError("--from and --to need --tenant")
        }
        // So that what is exported is signed to its end.
        _ = try await EvidenceControl.perform("audit.checkpoint", configuration: configuration, context: context)
        let export = try AuditExport(path: folder.journal)
        let tenants = arguments.isSet("tenant") ? [try arguments.tenant()] : try export.tenants()
        let signer = try CheckpointSigner.existing(deployment: configuration.audit.name, path: folder.signingKey)
        var output = try LineOutput(path: arguments.value("out"), in: context)
        for tenant in tenants {
            let request = AuditExport.Request(
                tenant: tenant,
                first: from,
                last: to,
                proofs: arguments.isSet("proofs")
            )
            let last = try export.write(request, key: signer?.publicKey(for: tenant), now: context.clock.now()) {
                try output.write($0)
            }
            if arguments.isSet("payloads") {
                try await payloads(of: tenant, (from ?? 1)...last, folder, &output)
            }
        }
        try output.finish()
        return 0
    }

    private func payloads(
        of tenant: TenantID,
        _ range: ClosedRange<Int64>,
        _ folder: DataFolder,
        _ output: inout LineOutput
    ) async throws {
        let journal = try SQLiteJournal(path: folder.journal, keys: try SubjectKeys(path: folder.keys))
        var done = range.lowerBound - 1
        while done < range.upperBound {
            let count = min(Int(range.upperBound - done), AuditExportCommand.pageMax)
            let records: [Record]
            do {
                records = try await journal.records(of: tenant, after: done, limit: count)
            } catch {
                throw AgentError(journal: error)
            }
            guard let newest = records.last else { return }
            for record in records where record.subject != nil {
                let value: JSONValue = [
                    "type": "payload", "tenant": .string(tenant.rawValue), "seq": .integer(Int(record.sequence)),
                    "payload": record.payload ?? "erased",
                ]
                try output.write(value.bytes() + [UInt8(ascii: "\n")])
            }
            done = newest.sequence
        }
    }
}
