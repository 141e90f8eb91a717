// Record format 1: a record as bytes. Final: what is written here must be readable for ever
// (`Fixtures/record-format-1.json` holds examples with their leaves).
//
// The bytes are compact JSON with the members in this order:
//
//   {"format":1,"previous":"<64 hex digits>","tenant":T,"seq":N,"session":S,"version":N,"turn":R,"kind":K,
//    "kindVersion":N,"time":MS,"actor":A,"subject":U,"labels":[…],"payload":…}
//
// `session` with `version`, `turn`, and `subject` are left out where there are none. A record with a subject has
// `"sealed":{"key":ID,"nonce":B64URL,"data":B64URL}` in place of `payload`: the payload's bytes under AES-256-GCM with
// the subject's key. The sealed header (additional data) is the JSON array
// [tenant, kind, kindVersion, session or "", turn or "", subject], so a sealed payload cannot be moved to another
// record's place; sequence and time are not in it, as they are given later, in the commit.
//
// `previous` lies at a fixed place, so that checking the chain is a hash and a compare.

/// Writes and reads record format 1.
enum RecordCodec {
    static let format = 1
    static let opening = Array(#"{"format":1,"previous":""#.utf8)
    /// Where the hexadecimal digits of the previous leaf lie.
    static let previousRange = 24..<88
    /// The largest record; a bigger payload belongs into a store of its own, with its hash in the record.
    static let bytesMax = 16 << 20
    /// Deeper than any payload that the wire lets in, by the record around it.
    private static let limits = JSONLimits(depth: 128, bytes: bytesMax, members: 1_000_000)

    /// A draft made ready outside the commit: all its bytes but those that the journal decides.
    struct Prepared: Sendable {
        let draft: RecordDraft
        /// From `turn` to the name of `time`.
        let beforeTime: [UInt8]
        /// From `actor` to the end.
        let afterTime: [UInt8]
    }

    /// Where a record belongs and follows.
    struct Place {
        /// `","tenant":T,"seq":`, made once per tenant.
        var tenantPart: [UInt8]
        var previousLeaf: [UInt8]
        var sequence: Int64
        /// `,"session":S,"version":`, or empty without a session.
        var sessionPart: [UInt8]
        var version: Int64
        var time: Timestamp
    }

    static func prepare(
        _ draft: RecordDraft,
        tenant: TenantID,
        session: SessionID?,
        key: SubjectKeys.SealingKey?,
        random: any RandomSource
    ) -> Prepared {
        var before: [UInt8] = []
        before.reserveCapacity(128)
        if let turn = draft.turn { append("turn", turn.rawValue, to: &before) }
        append("kind", draft.kind.rawValue, to: &before)
        before += #","kindVersion":\#(draft.kindVersion),"time":"#.utf8
        let sealed = key.map { key in
            let nonce = random.bytes(AESGCM.nonceCount)
            let header = sealedHeader(draft, tenant: tenant, session: session)
            return (
                id: key.id, nonce: nonce,
                data: AESGCM.seal(draft.payload.bytes(), key: key.bytes, nonce: nonce, header: header)
            )
        }
        var after: [UInt8] = []
        after.reserveCapacity((sealed?.data.count ?? 256) * 4 / 3 + 256)
        append("actor", draft.actor, to: &after)
        if let subject = draft.subject { append("subject", subject.rawValue, to: &after) }
        after += #","labels":["#.utf8
        for (index, label) in draft.labels.enumerated() {
            if index > 0 { after.append(UInt8(ascii: ",")) }
            JSONValue.append(string: label, to: &after)
        }
        after += "]".utf8
        if let sealed {
            after += #","sealed":{"key":"#.utf8
            JSONValue.append(string: sealed.id, to: &after)
            after += #","nonce":""#.utf8
            Base64URL.append(sealed.nonce, to: &after)
            after += #"","data":""#.utf8
            Base64URL.append(sealed.data, to: &after)
            after += #""}}"#.utf8
        } else {
            after += #","payload":"#.utf8
            draft.payload.append(to: &after)
            after.append(UInt8(ascii: "}"))
        }
        return Prepared(draft: draft, beforeTime: before, afterTime: after)
    }

    static func encode(_ prepared: Prepared, at place: Place) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            192 + place.tenantPart.count + place.sessionPart.count + prepared.beforeTime.count
                + prepared.afterTime.count
        )
        bytes += opening
        Hex.append(place.previousLeaf, to: &bytes)
        bytes += place.tenantPart
        bytes += String(place.sequence).utf8
        if !place.sessionPart.isEmpty {
            bytes += place.sessionPart
            bytes += String(place.version).utf8
        }
        bytes += prepared.beforeTime
        bytes += String(place.time.milliseconds).utf8
        bytes += prepared.afterTime
        return bytes
    }

    static func tenantPart(_ tenant: TenantID) -> [UInt8] {
        var bytes = Array(#"","tenant":"#.utf8)
        JSONValue.append(string: tenant.rawValue, to: &bytes)
        return bytes + #","seq":"#.utf8
    }

    static func sessionPart(_ session: SessionID?) -> [UInt8] {
        guard let session else { return [] }
        var bytes: [UInt8] = []
        append("session", session.rawValue, to: &bytes)
        return bytes + #","version":"#.utf8
    }

    static func sealedHeader(_ draft: RecordDraft, tenant: TenantID, session: SessionID?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        bytes.append(UInt8(ascii: "["))
        JSONValue.append(string: tenant.rawValue, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        JSONValue.append(string: draft.kind.rawValue, to: &bytes)
        bytes.append(UInt8(ascii: ","))
        bytes += String(draft.kindVersion).utf8
        for part in [session?.rawValue, draft.turn?.rawValue, draft.subject?.rawValue] {
            bytes.append(UInt8(ascii: ","))
            JSONValue.append(string: part ?? "", to: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    private static func append(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        bytes += #","#.utf8
        JSONValue.append(string: name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        JSONValue.append(string: value, to: &bytes)
    }

    /// A record as it was read, before its payload is opened.
    struct Stored: Sendable {
        var record: Record
        var sealed: Sealed?
    }

    struct Sealed: Sendable {
        var key: String
        var nonce: [UInt8]
        var data: [UInt8]
    }

    /// Why bytes are no record.
    struct Failure: Error {
        let reason: String
    }

    static func decode(_ bytes: [UInt8]) throws(Failure) -> Stored {
        let value: JSONValue
        do throws(JSONParseError) {
            value = try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw Failure(reason: "its bytes are no JSON: \(error)")
        }
        guard value["format"]?.int == format else { throw Failure(reason: "its format is not \(format)") }
        guard let previous = value["previous"]?.string.flatMap({ Hex.decode($0) }), previous.count == SHA256.count,
            let tenant = value["tenant"]?.string, let sequence = value["seq"]?.int,
            let kind = value["kind"]?.string, let kindVersion = value["kindVersion"]?.int,
            let time = value["time"]?.int, let actor = value["actor"]?.string,
            let labels = value["labels"]?.array
        else { throw Failure(reason: "a member is missing or has the wrong type") }
        let session = value["session"]?.string
        let version = value["version"]?.int
        guard (session == nil) == (version == nil) else { throw Failure(reason: "session and version go together") }
        var stored = Stored(
            record: Record(
                tenant: TenantID(tenant),
                sequence: Int64(sequence),
                session: session.map { SessionID($0) },
                version: Int64(version ?? 0),
                turn: value["turn"]?.string.map { TurnID($0) },
                kind: RecordKind(kind),
                kindVersion: kindVersion,
                wallTime: Timestamp(milliseconds: Int64(time)),
                actor: actor,
                subject: value["subject"]?.string.map { SubjectID($0) },
                labels: labels.compactMap(\.string),
                payload: value["payload"],
                previousLeaf: previous,
                leaf: HashChain.leaf(of: bytes)
            ),
            sealed: nil
        )
        if let sealed = value["sealed"] {
            guard let key = sealed["key"]?.string,
                let nonce = sealed["nonce"]?.string.flatMap({ Base64URL.decode($0) }),
                let data = sealed["data"]?.string.flatMap({ Base64URL.decode($0) })
            else { throw Failure(reason: "its sealed payload is incomplete") }
            stored.sealed = Sealed(key: key, nonce: nonce, data: data)
        } else if stored.record.payload == nil {
            throw Failure(reason: "it has no payload")
        }
        return stored
    }

    /// The sealed payload of a record, with its subject's key.
    static func open(_ sealed: Sealed, of record: Record, key: [UInt8]) throws(Failure) -> JSONValue {
        let draft = RecordDraft(
            turn: record.turn,
            kind: record.kind,
            kindVersion: record.kindVersion,
            actor: record.actor,
            subject: record.subject,
            payload: .null
        )
        let header = sealedHeader(draft, tenant: record.tenant, session: record.session)
        guard let bytes = AESGCM.open(sealed.data, key: key, nonce: sealed.nonce, header: header) else {
            throw Failure(reason: "its sealed payload does not open with its key")
        }
        do throws(JSONParseError) {
            return try JSONValue(parsing: bytes, limits: limits)
        } catch {
            throw Failure(reason: "its opened payload is no JSON: \(error)")
        }
    }
}
