internal import AgentRuntime

/// `control.db`: accounts, keys, refresh families, revocations and idempotency, in one file with one schema.
enum ControlDatabase {
    static let fileName = "control.db"

    static func open(
        path: String,
        mode: SQLiteConnection.Mode = .readWriteCreate,
        executor: (any SerialWorkExecutor)? = nil
    ) throws(DatabaseError) -> Database {
        try Database(path: path, mode: mode, label: "control", migrations: migrations, executor: executor)
    }

    /// Times are milliseconds since 1970.
    static let migrations = [
        Migration(
            version: 1,
            sql: """
                CREATE TABLE users (
                    id TEXT PRIMARY KEY,
                    tenant TEXT NOT NULL,
                    email TEXT NOT NULL UNIQUE,
                    name TEXT,
                    roles TEXT NOT NULL,
                    password TEXT NOT NULL,
                    is_disabled INTEGER NOT NULL DEFAULT 0,
                    created_at INTEGER NOT NULL,
                    last_login_at INTEGER
                ) STRICT;
                CREATE TABLE families (
                    id TEXT PRIMARY KEY,
                    user TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
                    created_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL
                ) STRICT;
                CREATE INDEX families_user ON families (user, created_at);
                CREATE INDEX families_expiry ON families (expires_at);
                CREATE TABLE refresh_tokens (
                    hash BLOB PRIMARY KEY,
                    family TEXT NOT NULL REFERENCES families (id) ON DELETE CASCADE,
                    expires_at INTEGER NOT NULL,
                    used_at INTEGER
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
                CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);
                CREATE TABLE revocations (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
                CREATE TABLE api_keys (
                    id TEXT PRIMARY KEY,
                    hash BLOB NOT NULL UNIQUE,
                    tenant TEXT NOT NULL,
                    name TEXT NOT NULL,
                    scopes TEXT NOT NULL,
                    created_at INTEGER NOT NULL,
                    revoked_at INTEGER
                ) STRICT;
                CREATE UNIQUE INDEX api_keys_name ON api_keys (tenant, name) WHERE revoked_at IS NULL;
                CREATE TABLE idempotency (
                    tenant TEXT NOT NULL,
                    user TEXT NOT NULL,
                    key TEXT NOT NULL,
                    fingerprint BLOB NOT NULL,
                    reference TEXT,
                    status INTEGER,
                    headers TEXT,
                    body BLOB,
                    expires_at INTEGER NOT NULL,
                    PRIMARY KEY (tenant, user, key)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX idempotency_expiry ON idempotency (expires_at);
                """
        ),
        WebhookStore.migration,
    ]
}
