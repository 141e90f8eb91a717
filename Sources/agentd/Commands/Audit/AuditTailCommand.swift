internal import AgentRuntime

/// `agentd audit tail`: the newest records, one line of JSON each, without what they say of a person's data.
struct AuditTailCommand: Command {
    /// Records that one call shows.
    static let countMax = 10_000

    let syntax = CommandSyntax(
        "audit tail",
        "Prints the newest records of a tenant, one line of JSON each.",
        flags: [
            Flag("tenant", .value("T"), required: true, "Whose records."),
            Flag("count", .value("N"), "How many; 20 when not given."),
            Flag("payloads", .boolean, "With what the records say, personal data included."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let folder = try DataFolder(path: configuration.data)
        let tenant = try arguments.tenant()
        let count = try arguments.integer("count", in: 1...AuditTailCommand.countMax) ?? 20
        let records: [Record]
        do throws(JournalError) {
            // Only read from here: the daemon, if there is one, goes on writing.
            let journal = try SQLiteJournal(path: folder.journal, keys: try SubjectKeys(path: folder.keys))
            let head = try await journal.tenantHeads()[tenant] ?? 0
            records = try await journal.records(of: tenant, after: head - Int64(count), limit: count)
        } catch {
            throw AgentError(journal: error)
        }
        for record in records {
            context.print(record.line(withPayload: arguments.isSet("payloads")).text + "\n")
        }
        return 0
    }
}

extension Record {
    /// The record as one line of a listing.
    fileprivate func line(withPayload: Bool) -> JSONValue {
        var object: JSONObject = [
            "seq": .integer(Int(sequence)),
            "time": .string(wallTime.iso8601),
            "kind": .string(kind.rawValue),
            "actor": .string(actor),
        ]
        if let session { object["session"] = .string(session.rawValue) }
        if let turn { object["turn"] = .string(turn.rawValue) }
        if let subject { object["subject"] = .string(subject.rawValue) }
        if !labels.isEmpty { object["labels"] = .array(labels.map(JSONValue.string)) }
        if withPayload { object["payload"] = payload ?? "erased" }
        object["leaf"] = .string(Hex.encode(leaf))
        return .object(object)
    }
}
