internal import AgentRuntime
internal import Tools

/// Tells people by mail what waits for them, with a link to approve and one to reject.
///
/// Who may decide and did not ask gets one mail for each approval, by the tenant's server. The mail is kept nowhere: its
/// links are worth a decision. That it was sent is a record, after which it is not sent again; a fall in between may send
/// it twice, with the same links. What a server does not take for now is tried again after 2 s, doubling to 30 min.
actor ApprovalMailer {
    static let interval = Duration.seconds(1)
    static let firstPause = Duration.seconds(2)
    static let longestPause = Duration.seconds(1800)
    /// Approvers of a tenant that are told.
    static let approversMax = 50

    private struct Attempt: Hashable {
        var approval: ApprovalID
        var user: UserID
    }

    private let base: String
    private let key: [UInt8]
    private let desk: ApprovalDesk
    private let accounts: LocalAccounts
    private let journal: any Journal
    private let senders: MailAccounts
    private let transports: [TenantID: any MailTransport]
    private let wallClock: any WallClock
    private var waiting: [Attempt: (next: Timestamp, pause: Duration)] = [:]
    /// Approvals of which everybody has been told.
    private var done: [TenantID: Set<ApprovalID>] = [:]

    init(
        base: String,
        key: [UInt8],
        desk: ApprovalDesk,
        accounts: LocalAccounts,
        journal: any Journal,
        senders: MailAccounts,
        transports: [TenantID: any MailTransport],
        wallClock: any WallClock
    ) {
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.key = key
        self.desk = desk
        self.accounts = accounts
        self.journal = journal
        self.senders = senders
        self.transports = transports
        self.wallClock = wallClock
    }

    /// Looks for what waits and tells of it, until cancelled.
    func run(clock: any Clock<Duration>, onFailure: @Sendable (any Error) -> Void) async throws {
        while true {
            for tenant in transports.keys.sorted() {
                do {
                    try await tell(tenant)
                } catch let error as CancellationError {
                    throw error
                } catch {
                    onFailure(error)
                }
            }
            try await clock.sleep(for: Self.interval)
        }
    }

    private func tell(_ tenant: TenantID) async throws {
        guard let transport = transports[tenant] else { return }
        let reader = Principal(tenant: tenant, user: UserID("system"), permissions: [])
        let pending = try await desk.lists(for: reader).pending
        done[tenant, default: []].formIntersection(pending.map(\.request.id))
        let open = pending.filter { done[tenant]?.contains($0.request.id) != true }
        guard !open.isEmpty else { return }
        let approvers = try await accounts.accounts(of: tenant).lazy
            .filter { !$0.isDisabled && $0.principal.may(.approvalsDecide) }.prefix(Self.approversMax)
        for approval in open {
            let told = try await desk.notified(of: approval.request.id, in: tenant)
            var isComplete = true
            for account in approvers where account.id != approval.request.requester && !told.contains(account.id) {
                try Task.checkCancellation()
                if try await !tell(account, of: approval, in: tenant, by: transport) { isComplete = false }
            }
            if isComplete { done[tenant, default: []].insert(approval.request.id) }
        }
    }

    /// Whether there is nothing more to be done about it.
    private func tell(
        _ account: Account,
        of approval: Approval,
        in tenant: TenantID,
        by transport: any MailTransport
    ) async throws -> Bool {
        let attempt = Attempt(approval: approval.request.id, user: account.id)
        let now = wallClock.now()
        if let known = waiting[attempt], known.next > now { return false }
        let sender = senders.account(of: tenant)
        guard let bytes = notice(of: approval, to: account, in: tenant).bytes(from: sender, at: now) else {
            return true
        }
        do {
            // Nothing may come back to a mail that no person has written (RFC 3834 §3.3).
            try await transport.send(bytes, from: "", to: [account.email])
            try await record("sent", nil, account, approval, in: tenant)
        } catch let failure as MailTransportFailure {
            if failure.isRetryable, !failure.isUnknown {
                let pause = min(Self.longestPause, waiting[attempt].map { $0.pause * 2 } ?? Self.firstPause)
                waiting[attempt] = (now.advanced(by: pause), pause)
                return false
            }
            try await record(failure.isUnknown ? "unknown" : "failed", failure.message, account, approval, in: tenant)
        }
        waiting[attempt] = nil
        return true
    }

    private func notice(of approval: Approval, to account: Account, in tenant: TenantID) -> MailNotice {
        func address(_ decision: ApprovalDecision.Kind) -> String {
            let link = ApprovalLink(approval, decision, by: account.id, tenant: tenant)
            return "\(base)/approvals/\(link.text(key: key))"
        }
        let request = approval.request
        let what = request.resource["name"]?.string ?? request.type
        let text = """
            \(request.requesterName ?? request.requester.rawValue) asks for an approval: \(what).
            \(request.reason)

            Look at it and approve it:
            \(address(.approve))

            Look at it and reject it:
            \(address(.reject))

            The links are for you alone and hold until \(request.expiresAt.iso8601). Nothing is decided before you press \
            the button on the page.
            """
        return MailNotice(
            to: MailAddress(name: account.name ?? "", address: account.email),
            subject: "Approval needed: \(what)",
            text: text,
            key: "approval \(tenant) \(request.id) \(account.id)"
        )
    }

    private func record(
        _ outcome: String,
        _ reason: String?,
        _ account: Account,
        _ approval: Approval,
        in tenant: TenantID
    ) async throws {
        let payload: JSONValue = [
            "approval_id": .string(approval.request.id.rawValue), "user": .string(account.id.rawValue),
            "outcome": .string(outcome), "reason": .optional(reason),
        ]
        let draft = RecordDraft(kind: .approvalNotified, actor: "system", payload: payload)
        do {
            _ = try await journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
        } catch {
            throw AgentError(journal: error)
        }
    }
}
