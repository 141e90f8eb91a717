import Foundation
import Testing

@testable import AgentRuntime

@Suite("Record format 1")
struct RecordCodecTests {
    private struct Example {
        var name: String
        var stored: [UInt8]
        var leaf: String
        var key: [UInt8]?
        var payload: JSONValue
    }

    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/record-format-1.json")

    private func examples() throws -> [Example] {
        let value = try JSONValue(parsing: Array(try Data(contentsOf: RecordCodecTests.file)))
        return try #require(value["records"]?.array).map { example in
            Example(
                name: example["name"]?.string ?? "",
                stored: Array((example["stored"]?.string ?? "").utf8),
                leaf: example["leaf"]?.string ?? "",
                key: example["key"]?.string.flatMap { Hex.decode($0) },
                payload: example["payload"] ?? .null
            )
        }
    }

    @Test("Records that were ever written decode to what they said, with the leaf they had")
    func fixtures() throws {
        let examples = try examples()
        #expect(examples.count >= 4)
        for example in examples {
            let stored = try RecordCodec.decode(example.stored)
            #expect(Hex.encode(stored.record.leaf) == example.leaf, "\(example.name)")
            var payload = stored.record.payload
            if let sealed = stored.sealed {
                payload = try RecordCodec.open(sealed, of: stored.record, key: try #require(example.key))
            }
            #expect(payload == example.payload, "\(example.name)")
        }
    }

    @Test("What is written today is byte for byte what was written then")
    func stability() throws {
        for example in try examples() {
            let stored = try RecordCodec.decode(example.stored)
            let record = stored.record
            let draft = RecordDraft(
                turn: record.turn,
                kind: record.kind,
                kindVersion: record.kindVersion,
                actor: record.actor,
                subject: record.subject,
                labels: record.labels,
                payload: example.payload
            )
            struct Nonce: RandomSource {
                var nonce: [UInt8]
                func bytes(_ count: Int) -> [UInt8] { nonce }
            }
            let prepared = RecordCodec.prepare(
                draft,
                tenant: record.tenant,
                session: record.session,
                key: stored.sealed.map { .init(id: $0.key, bytes: example.key ?? []) },
                random: Nonce(nonce: stored.sealed?.nonce ?? [])
            )
            let place = RecordCodec.Place(
                tenantPart: RecordCodec.tenantPart(record.tenant),
                previousLeaf: record.previousLeaf,
                sequence: record.sequence,
                sessionPart: RecordCodec.sessionPart(record.session),
                version: record.version,
                time: record.wallTime
            )
            let bytes = RecordCodec.encode(prepared, at: place)
            #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: example.stored, as: UTF8.self))
        }
    }

    @Test("A sealed payload opens only in the record it was made for")
    func movedSeal() throws {
        let example = try #require(try examples().last { $0.key != nil })
        let stored = try RecordCodec.decode(example.stored)
        let sealed = try #require(stored.sealed)
        let key = try #require(example.key)
        let record = stored.record
        let moved = [
            Self.copy(of: record, session: SessionID("conv_other"), turn: record.turn),
            Self.copy(of: record, kind: RecordKind("other"), session: record.session, turn: record.turn),
            Self.copy(of: record, tenant: TenantID("ten_other"), session: record.session, turn: record.turn),
            Self.copy(of: record, session: record.session, turn: nil),
        ]
        for record in moved {
            #expect(throws: RecordCodec.Failure.self) { try RecordCodec.open(sealed, of: record, key: key) }
        }
    }

    private static func copy(
        of record: Record,
        tenant: TenantID? = nil,
        kind: RecordKind? = nil,
        session: SessionID?,
        turn: TurnID?
    ) -> Record {
        Record(
            tenant: tenant ?? record.tenant,
            sequence: record.sequence,
            session: session,
            version: record.version,
            turn: turn,
            kind: kind ?? record.kind,
            kindVersion: record.kindVersion,
            wallTime: record.wallTime,
            actor: record.actor,
            subject: record.subject,
            labels: record.labels,
            payload: record.payload,
            previousLeaf: record.previousLeaf,
            leaf: record.leaf
        )
    }

    @Test(
        "Bytes that are no record are refused",
        arguments: ["", "{}", "[]", #"{"format":2}"#, #"{"format":1,"previous":"00"}"#, "{\"format\":1"]
    )
    func refused(text: String) {
        #expect(throws: RecordCodec.Failure.self) { try RecordCodec.decode(Array(text.utf8)) }
    }

    @Test("An older kind version is brought to the newest; unknown kinds and newer versions are kept")
    func upcasting() {
        let upcasters = RecordUpcasters([
            RecordKind("a"): [
                { ["second": $0["first"] ?? .null] }, { ["third": $0["second"] ?? .null] },
            ]
        ])
        let first = upcasters.upcast(["first": 1], kind: RecordKind("a"), version: 1)
        #expect(first.payload == ["third": 1] && first.version == 3)
        let second = upcasters.upcast(["second": 1], kind: RecordKind("a"), version: 2)
        #expect(second.payload == ["third": 1] && second.version == 3)
        for version in [3, 9, 0] {
            let same = upcasters.upcast(["x": 1], kind: RecordKind("a"), version: version)
            #expect(same.payload == ["x": 1] && same.version == version)
        }
        let unknown = upcasters.upcast(["x": 1], kind: RecordKind("b"), version: 7)
        #expect(unknown.payload == ["x": 1] && unknown.version == 7)
        #expect(upcasters.newestVersion(of: RecordKind("a")) == 3)
    }
}
