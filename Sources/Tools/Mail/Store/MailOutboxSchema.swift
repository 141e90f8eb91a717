/// What is still to be done for written mails: when each is tried again, and whether the journal knows what became of it.
enum MailOutboxSchema {
    static let sql = """
        CREATE TABLE mail_outbox (
            id TEXT PRIMARY KEY, actor TEXT NOT NULL, origin TEXT, answers TEXT, attempts INTEGER NOT NULL,
            first_at INTEGER NOT NULL, next_at INTEGER NOT NULL, reason TEXT, untold INTEGER NOT NULL
        ) WITHOUT ROWID;
        INSERT INTO mail_outbox SELECT id, 'system', NULL, NULL, 0, sent_at, updated_at, NULL, 0
            FROM mails WHERE direction = 'outbound' AND status IN ('queued', 'sending');
        CREATE INDEX mail_outbox_untold ON mail_outbox (id) WHERE untold = 1;
        CREATE INDEX mail_outbox_due ON mail_outbox (next_at);
        CREATE INDEX mails_waiting ON mails (status) WHERE status IN ('queued', 'sending');
        """
}
