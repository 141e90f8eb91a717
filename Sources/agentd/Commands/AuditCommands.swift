internal import AgentRuntime

/// `agentd audit verify`: whether the journal is what was written; beside a running daemon too.
struct AuditVerifyCommand: Command {
    let syntax = CommandSyntax(
        "audit verify",
        "Checks the journal's hash chain and names the first record that does not hold.",
        flags: [
            Flag("tenant", .value("T"), "This tenant only."),
            Flag("json", .boolean, "Prints the result as JSON."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let folder = try DataFolder(path: configuration.data)
        let result: JournalVerification
        do throws(JournalError) {
            result = try JournalVerifier(path: folder.journal).verify(arguments.value("tenant").map { TenantID($0) })
        } catch {
            throw AgentError(.corrupted, "The journal cannot be read.", underlying: "\(error)")
        }
        if arguments.isSet("json") {
            context.print(result.json.pretty + "\n")
        } else {
            for tenant in result.tenants {
                context.print("\(tenant.tenant): \(tenant.records) records hold, leaf \(Hex.encode(tenant.leaf))\n")
            }
            if let failure = result.failure {
                let place = "record \(failure.sequence) of \(failure.tenant)"
                context.print("\(place) does not hold (\(failure.reason.rawValue)): \(failure.detail)\n")
            } else {
                context.print("the journal holds: \(result.records) records\n")
            }
        }
        return result.holds ? 0 : 1
    }
}

extension JournalVerification {
    var json: JSONValue {
        var object: JSONObject = [
            "holds": .bool(holds),
            "records": .integer(Int(records)),
            "tenants": .array(
                tenants.map { tenant in
                    [
                        "tenant": .string(tenant.tenant.rawValue),
                        "records": .integer(Int(tenant.records)),
                        "leaf": .string(Hex.encode(tenant.leaf)),
                    ]
                }
            ),
        ]
        if let failure {
            object["failure"] = [
                "tenant": .string(failure.tenant.rawValue),
                "sequence": .integer(Int(failure.sequence)),
                "reason": .string(failure.reason.rawValue),
                "detail": .string(failure.detail),
            ]
        }
        return .object(object)
    }
}

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
