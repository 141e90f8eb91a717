/// What a record is about (`turn.started`); names are for ever.
package struct RecordKind: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A fact to be appended; the journal gives it its number, time and place in the chain.
package struct RecordDraft: Sendable {
    package var turn: TurnID?
    package var kind: RecordKind
    package var kindVersion: Int
    /// Who caused it: `user:usr_…`, `system`, `model:NAME`, `key:NAME`.
    package var actor: String
    /// Whose data the payload is; the payload is then sealed with that subject's key.
    package var subject: SubjectID?
    /// Origin, integrity and confidentiality of the payload.
    package var labels: [String]
    package var payload: JSONValue

    package init(
        turn: TurnID? = nil,
        kind: RecordKind,
        kindVersion: Int = 1,
        actor: String,
        subject: SubjectID? = nil,
        labels: [String] = [],
        payload: JSONValue
    ) {
        self.turn = turn
        self.kind = kind
        self.kindVersion = kindVersion
        self.actor = actor
        self.subject = subject
        self.labels = labels
        self.payload = payload
    }
}

/// A fact in the journal: numbered without gaps within its tenant, chained by hashes, never changed.
///
/// Everybody who follows the journal holds the same one.
package final class Record: Sendable {
    package let tenant: TenantID
    /// 1, 2, 3, … within the tenant.
    package let sequence: Int64
    package let session: SessionID?
    /// The session's version after this record (1, 2, 3, … within the session); 0 without a session.
    package let version: Int64
    package let turn: TurnID?
    package let kind: RecordKind
    package let kindVersion: Int
    package let wallTime: Timestamp
    package let actor: String
    package let subject: SubjectID?
    package let labels: [String]
    /// The payload in the clear; `nil` when its subject's key has been erased.
    package let payload: JSONValue?
    /// The leaf of the tenant's record before; 32 zero bytes for the first.
    package let previousLeaf: [UInt8]
    /// SHA-256(0x00 ‖ stored bytes).
    package let leaf: [UInt8]

    package init(
        tenant: TenantID,
        sequence: Int64,
        session: SessionID?,
        version: Int64,
        turn: TurnID?,
        kind: RecordKind,
        kindVersion: Int,
        wallTime: Timestamp,
        actor: String,
        subject: SubjectID?,
        labels: [String],
        payload: JSONValue?,
        previousLeaf: [UInt8],
        leaf: [UInt8]
    ) {
        self.tenant = tenant
        self.sequence = sequence
        self.session = session
        self.version = version
        self.turn = turn
        self.kind = kind
        self.kindVersion = kindVersion
        self.wallTime = wallTime
        self.actor = actor
        self.subject = subject
        self.labels = labels
        self.payload = payload
        self.previousLeaf = previousLeaf
        self.leaf = leaf
    }

    /// The same record with its payload opened, or brought to a newer version.
    func with(payload: JSONValue, kindVersion: Int? = nil) -> Record {
        Record(
            tenant: tenant,
            sequence: sequence,
            session: session,
            version: version,
            turn: turn,
            kind: kind,
            kindVersion: kindVersion ?? self.kindVersion,
            wallTime: wallTime,
            actor: actor,
            subject: subject,
            labels: labels,
            payload: payload,
            previousLeaf: previousLeaf,
            leaf: leaf
        )
    }
}
