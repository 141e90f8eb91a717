import TestSupport
import Testing

@testable import AgentRuntime
@testable import agentd

/// What projections hold back within a batch must not show: however records are cut into batches, the tables are those
/// of a projection that takes them one by one and remembers nothing.
@Suite("Batches of projections")
struct ProjectionBatchTests {
    private static let tenant = TenantID("ten_a")

    /// Records of some conversations and their turns, as they come side by side.
    private struct Script {
        var random: SplitMix64
        var records: [Record] = []
        var calls: [String] = []

        init(seed: UInt64) {
            random = SplitMix64(seed: seed)
            for _ in 0..<(20 + pick(40)) { addOne() }
        }

        mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

        private mutating func add(_ kind: RecordKind, _ session: Int, _ turn: Int?, _ payload: JSONValue?) {
            let sequence = Int64(records.count + 1)
            records.append(
                Record(
                    tenant: ProjectionBatchTests.tenant,
                    sequence: sequence,
                    session: SessionID("conv_\(session)"),
                    version: sequence,
                    turn: turn.map { TurnID("turn_\(session)_\($0)") },
                    kind: kind,
                    kindVersion: 1,
                    wallTime: Timestamp(milliseconds: 1_000_000 + sequence),
                    actor: kind == .messageReceived ? "user:usr_\(session % 2)" : "system",
                    subject: SubjectID("user:usr_\(session % 2)"),
                    labels: [],
                    payload: payload,
                    previousLeaf: HashChain.genesis,
                    leaf: HashChain.genesis
                )
            )
        }

        private mutating func addOne() {
            let session = pick(3)
            let turn = pick(2)
            let id = JSONValue.string(calls.isEmpty ? "call" : calls[pick(calls.count)])
            let model = JSONValue.string("m\(pick(2))")
            switch pick(12) {
            case 0
            where !records.contains { $0.kind == .conversationStarted && $0.session?.rawValue == "conv_\(session)" }:
                add(.conversationStarted, session, nil, ["owner": "usr_0", "title": "T", "options": ["a": 1]])
            case 0, 1, 2:
                let who: JSONValue = [
                    "user": .string("usr_\(session % 2)"), "email": .string("\(pick(2))@example.com"),
                    "name": pick(2) == 0 ? .null : .string("N\(pick(2))"),
                    "origin": ["address": .string("::\(pick(3))")],
                ]
                add(
                    .messageReceived,
                    session,
                    turn,
                    [
                        "text": .string("text \(records.count)"), "message_id": .string("m\(records.count)"),
                        "principal": who,
                    ]
                )
            case 3: add(.turnStarted, session, turn, ["model": model, "prompt": "p", "policy": .string("q\(pick(2))")])
            case 4, 5:
                let new = (0..<pick(3)).map { "call_\(records.count)_\($0)" }
                calls += new
                let calls = new.map { JSONValue.object(["id": .string($0), "name": .string("tool_\($0)")]) }
                add(.stepCompleted, session, turn, ["model": model, "calls": .array(calls)])
            case 6, 7:
                let payload: JSONValue = [
                    "call": ["id": id, "name": "tool_0"], "status": "completed", "duration_ms": .integer(pick(9)),
                    "as_of": .string("2026-01-0\(pick(3) + 1)"),
                ]
                add(.toolCompleted, session, turn, pick(8) == 0 ? nil : payload)
            case 8, 9:
                var payload: JSONObject = [
                    "status": pick(2) == 0 ? "completed" : "failed", "content": .string("answer \(records.count)"),
                    "processing_time_ms": .integer(pick(100)),
                ]
                if pick(2) == 0 { payload["error"] = ["code": "model_error"] }
                add(.turnCompleted, session, turn, pick(8) == 0 ? nil : .object(payload))
            case 10:
                add(
                    .conversationChanged,
                    session,
                    nil,
                    ["title": .string("T\(pick(3))"), "hides_history": .bool(pick(4) == 0)]
                )
            default: if pick(3) == 0 { add(.conversationDeleted, session, nil, [:]) }
            }
        }
    }

    private static var projections: [any Projection] {
        [ConversationsProjection(), UsageProjection(), AuditProjection()]
    }

    /// The tables after all records, with a batch's end behind those that `ends` says.
    private func tables(_ records: [Record], forgets: Bool, ends: (Int) -> Bool) throws -> [String: [[SQLValue]]] {
        let connection = try SQLiteConnection(path: ":memory:", mode: .memory)
        var projections = Self.projections
        for projection in projections { try connection.execute(projection.schema) }
        for (index, record) in records.enumerated() {
            for projection in projections { try projection.apply(record, to: connection) }
            guard ends(index) || index == records.count - 1 else { continue }
            for projection in projections { try projection.settle(connection) }
            if forgets { projections = Self.projections }
        }
        var tables: [String: [[SQLValue]]] = [:]
        for table in projections.flatMap(\.tables) {
            tables[table] = try connection.query("SELECT * FROM \(table) ORDER BY 1, 2, 3") { row in
                (0..<Int32(row.columnCount)).map { row.value($0) }
            }
        }
        return tables
    }

    @Test("However records are cut into batches, the tables are the same")
    func cuts() throws {
        for seed in 0..<300 as Range<UInt64> {
            var script = Script(seed: seed)
            let expected = try tables(script.records, forgets: true) { _ in true }
            #expect(try tables(script.records, forgets: false) { _ in true } == expected, "seed \(seed), one by one")
            #expect(try tables(script.records, forgets: false) { _ in false } == expected, "seed \(seed), at once")
            let ends = script.records.map { _ in script.pick(4) == 0 }
            #expect(try tables(script.records, forgets: false) { ends[$0] } == expected, "seed \(seed), cut")
        }
    }

    @Test("The scripts reach every table")
    func reach() throws {
        var counts: [String: Int] = [:]
        for seed in 0..<300 as Range<UInt64> {
            for (table, rows) in try tables(Script(seed: seed).records, forgets: false, ends: { _ in false }) {
                counts[table, default: 0] += rows.count
            }
        }
        for table in Self.projections.flatMap(\.tables) where table != "usage_feedback" {
            #expect(counts[table] ?? 0 > 0)
        }
    }
}
