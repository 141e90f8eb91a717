import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Conversations as lists and histories show them")
struct ConversationsViewTests {
    private let tenant = JournalSample.tenant
    private let session = SessionID("conv_1")

    private func view(_ sample: JournalSample) async throws -> ConversationsView {
        let path = sample.folder.file("views.db")
        let store = try ProjectionStore(path: path, projections: [ConversationsProjection()], journal: sample.journal)
        try await store.catchUp()
        return ConversationsView(store)
    }

    private func start(
        _ sample: JournalSample,
        _ session: SessionID,
        owner: String = "usr_1",
        title: String? = nil
    ) async throws {
        let payload: JSONValue = [
            "owner": .string(owner), "title": .optional(title), "context": ["view": "dashboard"],
            "metadata": ["channel": "web"], "options": ["on_busy": "reject", "on_disconnect": "cancel"],
        ]
        let draft = JournalSample.draft(payload, kind: .conversationStarted, subject: SubjectID("user:\(owner)"))
        try await sample.append([draft], session: session)
    }

    private func received(_ text: String, _ turn: String) -> RecordDraft {
        let payload: JSONValue = ["message_id": .string("q_\(turn)"), "text": .string(text)]
        return JournalSample.draft(payload, kind: .messageReceived, turn: TurnID(turn), subject: JournalSample.subject)
    }

    private func answered(_ text: String, _ turn: String) -> [RecordDraft] {
        let call: JSONValue = ["id": "call_1", "name": "metrics_query", "arguments": ["metric": "opex"]]
        let lost: JSONValue = ["id": "call_2", "name": "anomalies", "arguments": [:]]
        let step: JSONValue = ["step": 0, "index": 1, "calls": [call, lost]]
        let tool: JSONValue = [
            "call": call, "status": "completed", "result": ["content": 1], "duration_ms": 12, "index": 2,
        ]
        let end: JSONValue = [
            "message_id": .string("q_\(turn)"), "status": "completed", "content": .string(text),
            "shown": [[0, 3]], "citations": [["index": 0, "source": "ledger", "id": "6500"]],
            "charts": [["type": "bar"]], "suggested_actions": [["type": "drill_down"]],
            "usage": ["input_tokens": 5, "output_tokens": 7, "cost": 0], "degraded": true,
            "ungrounded": [["text": "12"]], "processing_time_ms": 34,
        ]
        return [
            JournalSample.draft(step, kind: .stepCompleted, turn: TurnID(turn)),
            JournalSample.draft(tool, kind: .toolCompleted, turn: TurnID(turn)),
            JournalSample.draft(end, kind: .turnCompleted, turn: TurnID(turn), subject: JournalSample.subject),
        ]
    }

    @Test("A question and its answer become two messages with all that belongs to them")
    func history() async throws {
        let sample = try JournalSample()
        try await start(sample, session, title: "OPEX")
        try await sample.append([received("Why?", "t1")] + answered("Because.", "t1"), session: session, at: 1)
        let view = try await view(sample)
        let messages = try await view.messages(of: session, in: tenant, limit: 10)
        #expect(messages.map(\.role) == [.user, .assistant] && messages.map(\.content) == ["Why?", "Because."])
        #expect(messages.map(\.id) == ["q_t1", "t1"] && messages.allSatisfy { $0.turn == TurnID("t1") })
        let answer = try #require(messages.last)
        #expect(answer.citations == [["index": 0, "source": "ledger", "id": "6500"]])
        #expect(answer.charts == [["type": "bar"]] && answer.suggestedActions == [["type": "drill_down"]])
        let call: JSONValue = [
            "id": "call_1", "name": "metrics_query", "arguments": ["metric": "opex"], "status": "completed",
            "duration_ms": 12,
        ]
        #expect(answer.toolCalls == [call, ["id": "call_2", "name": "anomalies", "arguments": [:]]])
        let summary = try #require(answer.summary)
        #expect(summary.status == .completed && summary.isDegraded && summary.milliseconds == 34)
        #expect(summary.usage.outputTokens == 7 && summary.ungrounded.count == 1)
        #expect(messages.first?.summary == nil && answer.failure == nil)
        #expect(try await view.message("t1", in: tenant)?.conversation == session)
        #expect(try await view.message("t1", in: TenantID("ten_b")) == nil)
        #expect(try await view.messages(of: session, in: tenant, after: messages[0].sequence, limit: 9).count == 1)
    }

    @Test("A list has the latest change first, per owner and status, with the total")
    func list() async throws {
        let sample = try JournalSample()
        for number in 0..<5 {
            try await start(sample, SessionID("conv_\(number)"), owner: number < 3 ? "usr_1" : "usr_2")
        }
        let closed = JournalSample.draft(["status": "closed", "title": "Done"], kind: .conversationChanged)
        try await sample.append([closed], session: SessionID("conv_2"), at: 1)
        let view = try await view(sample)
        let all = try await view.conversations(of: tenant, offset: 1, limit: 2)
        #expect(all.total == 5 && all.page.count == 2)
        let mine = try await view.conversations(of: tenant, owner: UserID("usr_1"), limit: 10)
        #expect(Set(mine.page.map(\.id.rawValue)) == ["conv_0", "conv_1", "conv_2"] && mine.total == 3)
        let done = try await view.conversations(of: tenant, status: "closed", limit: 10)
        #expect(done.page.map(\.title) == ["Done"])
        #expect(try await view.conversations(of: TenantID("ten_b"), limit: 10).total == 0)
    }

    @Test("A conversation's entry follows its records")
    func summary() async throws {
        let sample = try JournalSample()
        try await start(sample, session)
        let long = String(repeating: "long ", count: 100)
        try await sample.append([received(long, "t1"), received("second", "t2")], session: session, at: 1)
        let options = JournalSample.draft(["options": ["on_busy": "queue"]], kind: .conversationChanged)
        try await sample.append([options], session: session, at: 3)
        let summary = try #require(try await view(sample).conversation(session, in: tenant))
        #expect(summary.title == nil && summary.status == "active" && summary.messageCount == 2)
        #expect(summary.preview == String(long.prefix(200)))
        #expect(summary.context == ["view": "dashboard"] && summary.metadata == ["channel": "web"])
        #expect(summary.options.onBusy == .queue)
    }

    @Test("A deleted conversation is in no list and takes no more messages")
    func deleted() async throws {
        let sample = try JournalSample()
        try await start(sample, session)
        try await sample.append([received("one", "t1")], session: session, at: 1)
        try await sample.append([JournalSample.draft([:], kind: .conversationDeleted)], session: session, at: 2)
        try await sample.append(answered("late", "t1"), session: session, at: 3)
        let view = try await view(sample)
        #expect(try await view.conversation(session, in: tenant) == nil)
        #expect(try await view.messages(of: session, in: tenant, limit: 9).isEmpty)
        #expect(try await view.conversations(of: tenant, limit: 9).total == 0)
    }

    @Test("A failed turn shows why")
    func failed() async throws {
        let sample = try JournalSample()
        try await start(sample, session)
        let end: JSONValue = [
            "status": "failed", "content": "", "error": ["code": "timeout", "message": "Too slow.", "retryable": true],
        ]
        let draft = JournalSample.draft(end, kind: .turnCompleted, turn: TurnID("t1"))
        try await sample.append([draft], session: session, at: 1)
        let message = try #require(try await view(sample).messages(of: session, in: tenant, limit: 1).first)
        #expect(message.failure?.code == "timeout" && message.summary?.status == .failed)
    }
}
