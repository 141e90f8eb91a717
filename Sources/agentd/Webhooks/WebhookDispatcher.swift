internal import AgentRuntime
internal import Tools

/// Tells subscribers what the journal records: at least once, in order for each subscription.
///
/// Records become deliveries and the place in the journal moves in one transaction, so neither an end of the process
/// nor a slow receiver loses one. Of each subscription the first waiting delivery is tried; the others wait for it. A
/// failed one is tried again after 1 s, doubling to 10 min, for 24 h; then it is dead, and the next one goes.
/// Bounds: `batch` records at a time, `callsMax` calls at a time, ten seconds for a call, nothing of the reply is kept.
struct WebhookDispatcher: Sendable {
    static let batch = 500
    static let callsMax = 32
    static let firstPause = Duration.seconds(1)
    static let longestPause = Duration.seconds(600)
    static let lifetime = Duration.seconds(86_400)
    /// How often the journal is looked at.
    static let interval = Duration.milliseconds(100)

    let store: WebhookStore
    let journal: any Journal
    let transport: any HTTPTransport
    let urlGuard: URLGuard
    let wallClock: any WallClock
    let clock: any Clock<Duration>
    let log: Logger
    /// What a decision on record is about, as it stood after it; `nil` where that is not known.
    var approval: @Sendable (Record) async throws -> Approval? = { _ in nil }

    /// Works until cancelled.
    func run() async throws {
        var heads: [TenantID: Int64] = [:]
        while true {
            do {
                let now = try await journal.tenantHeads()
                if now != heads, try await collect() { heads = now }
                while try await deliver() > 0 {
                    if try await journal.tenantHeads() != heads { break }
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                log.error("webhooks cannot be delivered now", ["error": .string("\(error)")])
                try await clock.sleep(for: .seconds(5))
            }
            try await clock.sleep(for: Self.interval)
        }
    }

    /// Turns records into deliveries; whether everything up to now was looked at.
    func collect() async throws -> Bool {
        var isComplete = true
        for webhook in try await store.all() {
            var cursor = webhook.cursor
            while true {
                try Task.checkCancellation()
                let records = try await journal.records(of: webhook.tenant, after: cursor, limit: Self.batch)
                guard let last = records.last else { break }
                var events: [(Int64, WebhookEvent)] = []
                for record in records {
                    let isDecision = record.kind == .approvalDecided && webhook.events.contains("approval.decided")
                    let approval = isDecision ? try await approval(record) : nil
                    guard let event = WebhookEvent(record, of: approval), webhook.wants(event) else { continue }
                    events.append((record.sequence, event))
                }
                let isTaken = try await store.take(
                    events,
                    for: webhook.id,
                    upTo: last.sequence,
                    now: wallClock.now()
                )
                guard isTaken else {
                    isComplete = false
                    break
                }
                cursor = last.sequence
            }
        }
        return isComplete
    }

    /// Makes the calls that are due, side by side; how many receivers took theirs.
    func deliver() async throws -> Int {
        let now = wallClock.now()
        let due = try await store.heads().filter { $0.delivery.nextAt <= now }
        guard !due.isEmpty else { return 0 }
        return try await withThrowingTaskGroup(of: Bool.self) { group in
            var taken = 0
            for (index, head) in due.enumerated() {
                if index >= Self.callsMax, try await group.next() == true { taken += 1 }
                group.addTask { try await deliver(head.delivery, to: head.webhook) }
            }
            for try await isTaken in group where isTaken { taken += 1 }
            return taken
        }
    }

    private func deliver(_ delivery: WebhookStore.Delivery, to webhook: Webhook) async throws -> Bool {
        let failure = try await call(delivery, webhook)
        guard let failure else {
            try await store.delivered(delivery.id)
            return true
        }
        let now = wallClock.now()
        let pause = Self.pause(after: delivery.attempts)
        let isOver = (delivery.firstAt ?? now).milliseconds + Int64(Self.lifetime.milliseconds) <= now.milliseconds
        let next = isOver ? nil : Timestamp(milliseconds: now.milliseconds + Int64(pause.milliseconds))
        if isOver {
            log.error("a webhook was not delivered within a day", ["webhook": .string(webhook.id)])
        }
        try await store.failed(delivery.id, error: failure, at: now, next: next)
        return false
    }

    /// 1 s after the first attempt, then twice as long each time, up to 10 min.
    static func pause(after attempts: Int) -> Duration {
        min(longestPause, firstPause * (1 << min(attempts, 16)))
    }

    /// Why the receiver did not take it; `nil` when it did.
    private func call(_ delivery: WebhookStore.Delivery, _ webhook: Webhook) async throws -> String? {
        var call = HTTPCall(
            "POST",
            webhook.url,
            headers: [
                HTTPField("Content-Type", "application/json"),
                HTTPField("User-Agent", "agentd-webhooks"),
                HTTPField("X-Signature", WebhookEvent.signature(of: delivery.body, secret: webhook.secret)),
                HTTPField("X-Webhook-ID", webhook.id),
                HTTPField("X-Delivery-ID", String(delivery.id)),
            ],
            body: delivery.body
        )
        call.deadlines = HTTPDeadlines(
            connect: .seconds(5),
            firstByte: .seconds(10),
            betweenBytes: .seconds(5),
            whole: .seconds(10)
        )
        do throws(HTTPTransportError) {
            let reply = try await transport.send(try urlGuard.guarded(call))
            reply.cancel()
            return reply.isSuccess ? nil : "the receiver answered \(reply.status)"
        } catch {
            if error.kind == .cancelled { throw CancellationError() }
            return "\(error)"
        }
    }
}
