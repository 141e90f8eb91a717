/// The tables of a tenant's mail: what lists and tools read, and the bytes as they came.
enum MailSchema {
    static let sql = """
        CREATE TABLE mails (
            id TEXT PRIMARY KEY, direction TEXT NOT NULL, message_id TEXT, in_reply_to TEXT, refs TEXT NOT NULL,
            from_name TEXT NOT NULL, from_address TEXT NOT NULL COLLATE NOCASE, reply_name TEXT NOT NULL,
            reply_address TEXT NOT NULL COLLATE NOCASE, recipients TEXT NOT NULL, subject TEXT NOT NULL,
            sent_at INTEGER NOT NULL, text TEXT NOT NULL, attachments TEXT NOT NULL,
            category TEXT COLLATE NOCASE, confidence INTEGER, category_source TEXT, intent TEXT,
            priority TEXT NOT NULL, status TEXT NOT NULL, is_unread INTEGER NOT NULL, refusal TEXT,
            file_name TEXT, source_hash TEXT, effect_id TEXT UNIQUE, updated_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX mails_by_date ON mails (direction, sent_at);
        CREATE INDEX mails_by_sender ON mails (from_address);
        CREATE TABLE mail_sources (id TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
        """
}
