internal import AgentRuntime

/// The commands about the journal's checkpoints, for the daemon and for a command alone with the data folder.
struct EvidenceControl: ControlHandler {
    let checkpointer: Checkpointer

    let commands = ["audit.checkpoint"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        guard command == "audit.checkpoint" else { throw AgentError(.notFound, "There is no command \(command).") }
        do {
            return ["made": .array(try await checkpointer.checkpoint().map(\.json))]
        } catch let error as JournalError {
            throw AgentError(journal: error)
        }
    }

    /// Has a command done: by the daemon when one serves the data folder, else here, holding its lock.
    static func perform(
        _ command: String,
        configuration: Configuration,
        context: CommandContext
    ) async throws -> JSONValue {
        let folder = try DataFolder(path: configuration.data)
        let lock: DataFolderLock
        do throws(DataFolderError) {
            lock = try folder.lock()
        } catch {
            guard case .inUse = error else { throw error }
            return try await ControlClient(path: folder.socket).call(command, [:])
        }
        defer { withExtendedLifetime(lock) {} }
        let journal = try SQLiteJournal(
            path: folder.journal,
            keys: try SubjectKeys(path: folder.keys),
            clock: context.clock,
            random: context.random
        )
        let checkpointer = try Checkpointer.open(
            configuration,
            folder: folder,
            journal: journal,
            random: context.random
        )
        return try await EvidenceControl(checkpointer: checkpointer).handle(command, [:]) { _ in }
    }
}

extension Checkpointer {
    /// The checkpointer of a data folder, as the configuration says.
    static func open(
        _ configuration: Configuration,
        folder: DataFolder,
        journal: SQLiteJournal,
        random: any RandomSource,
        transport: (any HTTPTransport)? = nil
    ) throws -> Checkpointer {
        let audit = configuration.audit
        var places: [any CheckpointPlace] = audit.pushFile.map { [CheckpointFile(path: $0)] } ?? []
        // A command that is alone with the folder calls nobody; the daemon sends the next one.
        if let url = audit.pushURL, let transport {
            places.append(CheckpointWebhook(url: url, key: audit.pushKey, transport: transport))
        }
        return try Checkpointer(
            journal: journal,
            path: folder.journal,
            signer: try CheckpointSigner.load(deployment: audit.name, path: folder.signingKey, random: random),
            rule: CheckpointRule(records: Int64(audit.checkpointRecords), interval: audit.checkpointInterval),
            places: places
        )
    }
}

/// `agentd audit checkpoint`: signs what the journal holds now.
struct AuditCheckpointCommand: Command {
    let syntax = CommandSyntax(
        "audit checkpoint",
        "Signs a checkpoint over all that is written, and prints the newest of each tenant.",
        flags: [Flag("tenant", .value("T"), "This tenant only.")],
        notes: "Keep what it prints where nobody who can write the data folder can write; "
            + "`agentd audit verify --checkpoint FILE` compares with it."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        _ = try await EvidenceControl.perform("audit.checkpoint", configuration: configuration, context: context)
        let folder = try DataFolder(path: configuration.data)
        let only = arguments.value("tenant")
        for checkpoint in try AuditExport(path: folder.journal).newestCheckpoints()
        where only == nil || checkpoint.tenant.rawValue == only {
            context.print(only == nil ? checkpoint.json.text + "\n" : checkpoint.note)
        }
        return 0
    }
}

/// `agentd audit key`: what checks the checkpoints.
struct AuditKeyCommand: Command {
    let syntax = CommandSyntax(
        "audit key",
        "Prints the public key that checks a tenant's checkpoints.",
        flags: [Flag("tenant", .value("T"), "This tenant only; all when not given.")]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let folder = try DataFolder(path: configuration.data)
        let signer = try CheckpointSigner.load(
            deployment: configuration.audit.name,
            path: folder.signingKey,
            random: context.random
        )
        let tenants: [TenantID]
        if arguments.isSet("tenant") {
            tenants = [try arguments.tenant()]
        } else {
            tenants = try AuditExport(path: folder.journal).tenants()
        }
        for tenant in tenants { context.print("\(signer.publicKey(for: tenant))\n") }
        return 0
    }
}

extension CommandRegistry {
    /// The commands about the journal as evidence.
    static let evidence: [any Command] = [
        AuditVerifyCommand(), AuditTailCommand(), AuditExportCommand(), AuditCheckpointCommand(), AuditKeyCommand(),
        EraseCommand(), SubjectExportCommand(), ReplayCommand(),
        BackupCommand(), RestoreCommand(), RetentionCommand(), PolicyActivateCommand(), PromptListCommand(),
        PromptActivateCommand(),
    ]
}
