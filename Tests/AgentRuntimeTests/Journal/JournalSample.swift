import AgentRuntime
import TestSupport

/// A journal in a folder of its own, and drafts with defaults.
struct JournalSample {
    let folder = TemporaryFolder()
    let keys: SubjectKeys
    let journal: SQLiteJournal

    var path: String { folder.file("journal.db") }

    init(durability: SQLiteJournal.Durability = .process) throws {
        keys = try SubjectKeys(path: folder.file("keys.db"))
        journal = try SQLiteJournal(path: folder.file("journal.db"), keys: keys, durability: durability)
    }

    static let tenant = TenantID("ten_a")
    static let subject = SubjectID("user:usr_1")

    static func draft(
        _ payload: JSONValue = ["text": "hello"],
        kind: RecordKind = RecordKind("message.received"),
        turn: TurnID? = nil,
        subject: SubjectID? = nil,
        labels: [String] = []
    ) -> RecordDraft {
        RecordDraft(
            turn: turn,
            kind: kind,
            actor: "user:usr_1",
            subject: subject,
            labels: labels,
            payload: payload
        )
    }

    @discardableResult
    func append(
        _ drafts: [RecordDraft] = [draft()],
        session: SessionID? = nil,
        at version: Int64 = 0,
        isUnsettled: Bool = false,
        tenant: TenantID = tenant
    ) async throws(JournalError) -> [Record] {
        try await journal.append(
            JournalAppend(
                tenant: tenant,
                session: session,
                expectedVersion: version,
                isUnsettled: isUnsettled,
                drafts: drafts
            )
        )
    }

    /// Two tenants and a few sessions, with plain and sealed records.
    func fill() async throws(JournalError) {
        for tenant in [TenantID("ten_a"), TenantID("ten_b")] {
            for round in 0..<3 {
                for name in ["conv_1", "conv_\"2\" ✓"] {
                    try await append(
                        [
                            JournalSample.draft(["n": .integer(round)], turn: TurnID("msg_1")),
                            JournalSample.draft(["secret": "words"], subject: JournalSample.subject, labels: ["x"]),
                        ],
                        session: SessionID(name),
                        at: Int64(round * 2),
                        tenant: tenant
                    )
                }
                try await append([JournalSample.draft(["imported": 3])], tenant: tenant)
            }
        }
    }
}
