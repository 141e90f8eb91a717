internal import AgentRuntime
internal import Foundation

/// `agentd audit verify`: whether the journal, or an export of it, is what was written; beside a running daemon too.
struct AuditVerifyCommand: Command {
    let syntax = CommandSyntax(
        "audit verify",
        "Checks chain, Merkle tree and checkpoints, and names the first record that does not hold.",
        flags: [
            Flag("tenant", .value("T"), "This tenant only."),
            Flag(
                "checkpoint",
                .repeated("FILE"),
                "Checkpoints that were kept elsewhere: a signed note, or the lines that were pushed to a file."
            ),
            Flag("key", .repeated("KEY"), "The public key to go by, as `agentd audit key` prints it."),
            Flag("json", .boolean, "Prints the result as JSON."),
        ],
        positionals: [Positional("export", required: false)],
        notes: "Without a file it reads the data folder, with one the export that `agentd audit export` wrote."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let given = try keys(arguments.values("key"))
        let kept = try arguments.values("checkpoint").flatMap { try AuditVerifyCommand.notes(in: $0) }
        let result: JournalVerification
        if let path = arguments.positionals.first {
            var verifier = try ExportVerifier(path: path, by: EvidenceKeys(kept: kept) { given[$0.rawValue] })
            result = try verifier.verify()
        } else {
            let tenant = arguments.value("tenant").map { TenantID($0) }
            result = try verify(configuration, tenant, kept, given)
        }
        if arguments.isSet("json") {
            context.print(result.json.pretty + "\n")
        } else {
            context.print(result.text)
        }
        return result.holds ? 0 : 1
    }

    private func verify(
        _ configuration: Configuration,
        _ tenant: TenantID?,
        _ kept: [SignedNote],
        _ given: [String: NoteKey]
    ) throws -> JournalVerification {
        let folder = try DataFolder(path: configuration.data)
        let signer = try CheckpointSigner.existing(deployment: configuration.audit.name, path: folder.signingKey)
        do throws(JournalError) {
            let verifier = try JournalVerifier(path: folder.journal)
            return try verifier.verify(
                tenant,
                by: EvidenceKeys(kept: kept) { given[$0.rawValue] ?? signer?.publicKey(for: $0) }
            )
        } catch {
            throw AgentError(.corrupted, "The journal cannot be read.", underlying: "\(error)")
        }
    }

    /// The given keys by the tenant that each is for.
    private func keys(_ texts: [String]) throws -> [String: NoteKey] {
        var keys: [String: NoteKey] = [:]
        for text in texts {
            guard let key = NoteKey(text), let slash = key.name.lastIndex(of: "/") else {
                throw UsageError("--key: \(text) is not a key as `agentd audit key` prints it")
            }
            keys[String(key.name[key.name.index(after: slash)...])] = key
        }
        return keys
    }

    /// A note, or lines of JSON that each hold one.
    private static func notes(in path: String) throws -> [SignedNote] {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw AgentError(.notFound, "\(path) cannot be read.")
        }
        let text = String(decoding: content, as: UTF8.self)
        guard text.hasPrefix("{") else { return [try note(text, path)] }
        return try text.split(separator: "\n").map { line in
            let value: JSONValue
            do throws(JSONParseError) {
                value = try JSONValue(parsing: Array(line.utf8))
            } catch {
                throw AgentError(.invalidArgument, "\(path) holds a line that is no JSON: \(error.reason)")
            }
            return try note(value["note"]?.string ?? "", path)
        }
    }

    private static func note(_ text: String, _ path: String) throws -> SignedNote {
        guard let note = SignedNote(text), Checkpoint(text: note.text)?.tenant != nil else {
            throw AgentError(.invalidArgument, "\(path) holds no signed checkpoint.")
        }
        return note
    }
}

extension JournalVerification {
    /// For a person.
    var text: String {
        var text = ""
        for tenant in tenants {
            text += "\(tenant.tenant): \(tenant.records) records hold, leaf \(Hex.encode(tenant.leaf)), "
            text += "\(tenant.checkpoints) checkpoints over \(tenant.covered) of them\n"
            if tenant.dropped > 0 {
                text +=
                    "\(tenant.tenant): \(tenant.dropped) records before them were dropped, as a record of retention says\n"
            }
            if tenant.uncompared > 0 {
                text += "\(tenant.tenant): \(tenant.uncompared) kept checkpoints are of records that were dropped; "
                text += "nothing is left to compare them with\n"
            }
        }
        for tenant in tenants where tenant.payloads > 0 {
            text += "\(tenant.tenant): \(tenant.payloads) opened payloads follow, which nothing here vouches for: "
            text += "what is proven is the sealed record\n"
        }
        if let failure {
            let place = "record \(failure.sequence) of \(failure.tenant)"
            return text + "\(place) does not hold (\(failure.reason.rawValue)): \(failure.detail)\n"
        }
        return text + "the journal holds: \(records) records\n"
    }

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
                        "root": .string(Hex.encode(tenant.root)),
                        "checkpoints": .integer(tenant.checkpoints),
                        "covered": .integer(Int(tenant.covered)),
                        "dropped": .integer(Int(tenant.dropped)),
                        "uncompared": .integer(tenant.uncompared),
                        "payloads_not_vouched_for": .integer(tenant.payloads),
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
