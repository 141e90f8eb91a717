package import AgentRuntime

/// The layout of `tenants/T.db`, the domain data of one tenant.
///
/// Amounts are integers in 1/10,000 of the currency unit, days are numbers since 1970-01-01, blank dimension values
/// are empty texts. Ledger rows point to their account and to an interned tuple of dimension values, so a row takes
/// about 20 bytes; queries run over columns read from here (`LedgerSnapshot`), so the ledger needs no index.
/// Published migrations never change; later ones are added after them.
package enum DomainSchema {
    package static let migrations: [Migration] = [
        Migration(version: 1, sql: ledger), Migration(version: 2, sql: deals),
        Migration(version: 3, sql: ArticleSchema.sql), Migration(version: 4, sql: OperationsSchema.sql),
        Migration(version: 5, sql: MailSchema.sql),
        Migration(version: 6, sql: ConversationCustomers.sql),
        Migration(version: 7, sql: ScenarioSchema.sql),
        Migration(version: 8, sql: CashStore.sql),
        Migration(version: 9, sql: MailOutboxSchema.sql),
        Migration(version: 10, sql: SubscriptionStore.sql + RelationshipStore.sql),
    ]

    private static let ledger = """
        CREATE TABLE tenant_state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO tenant_state VALUES ('data_version', 0);
        CREATE TABLE imports (
            id INTEGER PRIMARY KEY, type TEXT NOT NULL, sha256 TEXT NOT NULL,
            rows INTEGER NOT NULL, inserted INTEGER NOT NULL, replaced INTEGER NOT NULL,
            data_version INTEGER NOT NULL, imported_at INTEGER NOT NULL, is_live INTEGER NOT NULL DEFAULT 1
        );
        CREATE INDEX imports_by_hash ON imports (type, sha256);
        CREATE TABLE accounts (
            id INTEGER PRIMARY KEY, code TEXT NOT NULL, section INTEGER NOT NULL,
            name TEXT NOT NULL, named_on INTEGER, UNIQUE (code, section)
        );
        CREATE TABLE account_names (
            account INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (account, name)
        ) WITHOUT ROWID;
        CREATE TABLE dimensions (
            id INTEGER PRIMARY KEY, region TEXT NOT NULL, lob TEXT NOT NULL, product TEXT NOT NULL,
            department TEXT NOT NULL, vendor TEXT NOT NULL, source TEXT NOT NULL,
            UNIQUE (region, lob, product, department, vendor, source)
        );
        CREATE TABLE ledger (
            id INTEGER PRIMARY KEY, day INTEGER NOT NULL, account INTEGER NOT NULL,
            dimensions INTEGER NOT NULL, amount INTEGER NOT NULL
        );
        CREATE TABLE budget (
            month INTEGER NOT NULL, account INTEGER NOT NULL, dimensions INTEGER NOT NULL, amount INTEGER NOT NULL,
            PRIMARY KEY (month, account, dimensions)
        ) WITHOUT ROWID;
        CREATE TABLE anomaly_status (
            id TEXT PRIMARY KEY, status TEXT NOT NULL, assigned_to TEXT, notes TEXT,
            updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL
        ) WITHOUT ROWID;
        """

    private static let deals = """
        CREATE TABLE deals (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT NULL, owner TEXT NOT NULL,
            owner_email TEXT NOT NULL, amount INTEGER NOT NULL, stage TEXT NOT NULL, probability INTEGER,
            close_date INTEGER, created_date INTEGER, last_activity_date INTEGER,
            next_step TEXT NOT NULL, region TEXT NOT NULL, effect_id TEXT
        );
        """
}

extension SQLiteConnection {
    /// The number of changes that this tenant's data has seen; caches are valid for one.
    func dataVersion() throws(DatabaseError) -> Int64 {
        try first("SELECT value FROM tenant_state WHERE key = 'data_version'") { row in row.int(0) } ?? 0
    }

    /// Counts one change of the tenant's data, within the transaction that makes it.
    func advanceDataVersion() throws(DatabaseError) -> Int64 {
        try execute("UPDATE tenant_state SET value = value + 1 WHERE key = 'data_version'")
        return try dataVersion()
    }
}
