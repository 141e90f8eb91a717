import Testing

@testable import AgentRuntime
@testable import agentd

@Suite("What the audit trail remembers of turns")
struct AuditTurnsTests {
    private static let tenant = TenantID("ten_a")

    private static func record(_ sequence: Int64, _ turn: String, _ kind: RecordKind, _ payload: JSONValue) -> Record {
        Record(
            tenant: tenant,
            sequence: sequence,
            session: SessionID("conv_1"),
            version: sequence,
            turn: TurnID(turn),
            kind: kind,
            kindVersion: 1,
            wallTime: Timestamp(milliseconds: sequence),
            actor: kind == .messageReceived ? "user:\(turn)" : "system",
            subject: nil,
            labels: [],
            payload: payload,
            previousLeaf: HashChain.genesis,
            leaf: HashChain.genesis
        )
    }

    /// Two turns side by side; models and dates change and change back.
    private static let records: [Record] = {
        var all: [Record] = []
        func add(_ turn: String, _ kind: RecordKind, _ payload: JSONValue) {
            all.append(record(Int64(all.count + 1), turn, kind, payload))
        }
        for turn in ["t1", "t2"] {
            add(
                turn,
                .messageReceived,
                ["text": "a", "principal": ["user": .string(turn), "origin": ["address": "::1"]]]
            )
            // A second message of the same turn changes nothing of the first.
            add(turn, .messageReceived, ["text": "b", "principal": ["origin": ["address": "192.0.2.1"]]])
            add(turn, .turnStarted, ["model": "m", "prompt": "p", "policy": "q"])
        }
        for (model, day) in [("m", "2026-01-01"), ("n", "2026-01-01"), ("m", "2026-01-02"), ("n", "2026-01-01")] {
            for turn in ["t1", "t2"] {
                add(turn, .stepCompleted, ["model": .string(model)])
                add(
                    turn,
                    .toolCompleted,
                    ["as_of": .string(day), "call": ["name": "kb_search"], "status": "completed"]
                )
            }
        }
        add("t3", .toolCompleted, ["as_of": "2026-01-01", "call": ["name": "kb_search"], "status": "completed"])
        add("t1", .turnCompleted, ["status": "completed", "content": "c"])
        return all
    }()

    private func tables(_ projection: () -> any Projection) throws -> [[[String?]]] {
        let connection = try SQLiteConnection(path: ":memory:", mode: .memory)
        try connection.execute(AuditProjection().schema)
        for record in Self.records {
            let projection = projection()
            try projection.apply(record, to: connection)
            try projection.settle(connection)
        }
        return try [
            "SELECT tenant, turn, user, origin, model, prompt, policy, as_of FROM audit_turns ORDER BY turn",
            "SELECT seq, user, action, resource_id, address, turn, kind, details FROM audit_entries ORDER BY seq",
        ].map { sql in
            try connection.query(sql) { row in (0..<8).map { row.textOrNil($0) } }
        }
    }

    @Test("It writes what one that remembers nothing writes")
    func memory() throws {
        let remembering = AuditProjection()
        let written = try tables { remembering }
        #expect(written == (try tables { AuditProjection() }))
        #expect(
            written[0].map { [$0[1], $0[2], $0[4], $0[7]] } == [
                ["t1", "t1", "n", "2026-01-01"], ["t2", "t2", "n", "2026-01-01"],
            ]
        )
        #expect(written[0].allSatisfy { $0[3] == #"{"address":"::1"}"# })
        #expect(written[1].last?[1] == "t1")
    }
}
