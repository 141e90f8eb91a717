import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

/// What nobody decides in time ends on record, in its conversation and in lists, also when a restart lies in between.
@Suite("Approvals end in time")
struct ApprovalExpiryTests {
    private static let person = Principal(
        tenant: JournalSample.tenant,
        user: UserID("usr_ann"),
        permissions: [Permission("decide")]
    )

    /// A desk over a journal in a folder; another one over the same folder is the process after it.
    private struct Sample {
        let journal: JournalSample
        let clock: HandClock
        let desk: ApprovalDesk
        let place: SessionPlace
        let handled = Guarded<[ApprovalStatus]>([])

        init(_ journal: JournalSample, _ clock: HandClock, _ loop: EventLoop, views: String) throws {
            self.journal = journal
            self.clock = clock
            let store = try ProjectionStore(
                path: journal.folder.file(views),
                projections: [ApprovalsProjection()],
                journal: journal.journal
            )
            let model = ScriptedModel { _ in [[.text("Done."), .finished(.stop)]] }
            let services = try SessionServices.sample(journal.journal, model: model, clock: clock)
            let handled = handled
            desk = ApprovalDesk(
                view: ApprovalsView(store, journal: journal.journal),
                journal: journal.journal,
                directory: SessionDirectory(services: services, recovered: [], executor: loop),
                wallClock: clock,
                identifiers: TimeOrderedIdentifiers(),
                permission: Permission("decide"),
                lifetime: .seconds(3600),
                handlers: ["plan": { approval, _ in handled.with { $0.append(approval.status) } }]
            )
            place = SessionPlace(serial: loop, tasks: loop.tasks, tail: InMemoryTail())
        }

        /// Everything that was read before is looked at.
        func expire() async throws {
            _ = try await desk.lists(for: ApprovalExpiryTests.person)
            try await desk.expireDue(on: place) { Issue.record("not ended: \($0)") }
        }

        func ends() async throws -> [Record] {
            try await journal.journal.records(of: JournalSample.tenant, after: 0, limit: 100)
                .filter { $0.kind == .approvalDecided }
        }
    }

    @Test("Not before its time, once at it, and carried out")
    func business() async throws {
        try await withEventLoop { loop in
            let journal = try JournalSample()
            let clock = HandClock()
            let sample = try Sample(journal, clock, loop, views: "views.db")
            let request = try await sample.desk.request(
                type: "plan",
                resource: ["id": "p"],
                by: Self.person,
                reason: "r"
            )
            clock.advance(by: .seconds(3599))
            try await sample.expire()
            #expect(try await sample.ends().isEmpty)
            clock.advance(by: .seconds(1))
            try await sample.expire()
            try await sample.expire()
            let ends = try await sample.ends()
            #expect(ends.map { $0.payload?["status"] } == ["expired"])
            #expect(ends.map { $0.actor } == ["system"])
            #expect(sample.handled.with { $0 } == [.expired])
            #expect(try await sample.desk.approval(request.id, in: JournalSample.tenant)?.status == .expired)
            #expect(try await sample.desk.lists(for: Self.person).pending.isEmpty)
        }
    }

    @Test("The time passes while no process runs, in a conversation and in one that was deleted")
    func restarted() async throws {
        try await withEventLoop { loop in
            let journal = try JournalSample()
            let clock = HandClock()
            var requests: [ApprovalRequest] = []
            for (name, isDeleted) in [("conv_a", false), ("conv_b", true)] {
                let request = ApprovalRequest(
                    id: ApprovalID("appr_\(name)"),
                    type: ApprovalRequest.toolCall,
                    resource: ["name": "refund"],
                    session: SessionID(name),
                    turn: TurnID("msg_\(name)"),
                    call: ToolCall(id: ToolCallID("c"), name: "refund", arguments: [:]),
                    requester: Self.person,
                    reason: "r",
                    requestedAt: clock.now(),
                    expiresAt: clock.now().advanced(by: .seconds(60))
                )
                requests.append(request)
                var drafts = [
                    RecordDraft(kind: .conversationStarted, actor: "user:usr_ann", payload: ["owner": "usr_ann"]),
                    RecordDraft(kind: .approvalRequested, actor: "system", payload: .object(request.json)),
                ]
                if isDeleted {
                    drafts.append(RecordDraft(kind: .conversationDeleted, actor: "user:usr_ann", payload: [:]))
                }
                try await journal.append(drafts, session: SessionID(name))
            }
            clock.advance(by: .seconds(86_400))
            let sample = try Sample(journal, clock, loop, views: "views.db")
            try await sample.expire()
            let ends = try await sample.ends()
            #expect(
                ends.compactMap { $0.payload?["approval_id"]?.string }.sorted() == requests.map(\.id.rawValue).sorted()
            )
            #expect(
                ends.compactMap(\.session) == [SessionID("conv_a")],
                "the deleted conversation takes no more records"
            )
            for request in requests {
                #expect(try await sample.desk.approval(request.id, in: JournalSample.tenant)?.status == .expired)
            }
            // Afterwards nobody can decide, and another process finds nothing left to end.
            await #expect(throws: AgentError.self) {
                try await sample.desk.decide(requests[0].id, .approve, by: Self.person, comment: "", on: sample.place)
            }
            let next = try Sample(journal, clock, loop, views: "views.db")
            try await next.expire()
            #expect(try await next.ends().count == 2)
        }
    }
}
