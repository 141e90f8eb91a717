internal import AgentRuntime

/// The stores behind accounts and keys, opened together: by the daemon, or by a command when no daemon has them.
struct AccountStores: Sendable {
    let accounts: LocalAccounts
    let keys: APIKeys
    let idempotency: IdempotencyStore
    let issuer: TokenIssuer
    let webhooks: WebhookStore
    /// What tokens are signed with.
    let secret: [UInt8]

    /// Opens `control.db`; the caller holds the folder's lock.
    static func open(
        _ folder: DataFolder,
        configuration: Configuration,
        clock: any WallClock,
        identifiers: any IdentifierSource,
        random: any RandomSource,
        workers: any TaskExecutor,
        record: @escaping AccountJournal
    ) async throws -> AccountStores {
        let secret = try DaemonSecret.load(configuration.auth.secret, folder: folder.path, random: random)
        let issuer = TokenIssuer(
            secret: secret,
            auth: configuration.auth,
            clock: clock,
            identifiers: identifiers,
            random: random
        )
        let database = try ControlDatabase.open(path: folder.control)
        let accounts = try await LocalAccounts.open(
            database: database,
            services: LocalAccounts.Services(issuer: issuer, workers: workers, record: record)
        )
        let keys = try await APIKeys.open(
            database: database,
            clock: clock,
            identifiers: identifiers,
            random: random,
            record: record
        )
        return AccountStores(
            accounts: accounts,
            keys: keys,
            idempotency: IdempotencyStore(database: database, clock: clock),
            issuer: issuer,
            webhooks: WebhookStore(database: database),
            secret: secret
        )
    }

    /// Appends account records to a journal.
    static func recording(to journal: any Journal) -> AccountJournal {
        { tenant, draft in
            do throws(JournalError) {
                _ = try await journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
            } catch {
                throw AgentError(
                    .storageFailed,
                    "The journal did not take the record of it; see the log, and free space if the disk is full.",
                    underlying: "\(error)"
                )
            }
        }
    }
}

/// Has a control command done: by the daemon when one serves the data folder, else here, holding its lock.
struct ControlledCommand: Sendable {
    var configuration: Configuration
    var context: CommandContext

    func perform(_ command: String, _ arguments: JSONObject) async throws -> JSONValue {
        let folder = try DataFolder(path: configuration.data)
        let lock: DataFolderLock
        do throws(DataFolderError) {
            lock = try folder.lock()
        } catch {
            guard case .inUse = error else { throw error }
            return try await ControlClient(path: folder.socket).call(command, arguments)
        }
        let journal = try SQLiteJournal(
            path: folder.journal,
            keys: try SubjectKeys(path: folder.keys),
            durability: configuration.durability == .full ? .full : .process,
            clock: context.clock,
            random: context.random
        )
        let stores = try await AccountStores.open(
            folder,
            configuration: configuration,
            clock: context.clock,
            identifiers: context.identifiers,
            random: context.random,
            workers: context.workers,
            record: AccountStores.recording(to: journal)
        )
        let control = ControlRouter([
            AccountControl(accounts: stores.accounts, keys: stores.keys),
            WebhookControl(store: stores.webhooks, wallClock: context.clock),
        ])
        let result = try await control.handle(command, arguments) { _ in }
        // The lock is let go when nothing is left to be written.
        withExtendedLifetime(lock) {}
        return result
    }
}
