internal import AgentRuntime

/// One decision that one person may make by following a link: `PAYLOAD.SIGNATURE`, both in base64url.
///
/// The payload names tenant, approval, decision, approver, the end, and SHA-256 over what is decided about; the signature
/// is HMAC-SHA-256 over it. Nothing is stored: that a link was used is told by the journal, as nobody decides twice.
struct ApprovalLink: Sendable, Hashable {
    var tenant: TenantID
    var approval: ApprovalID
    var decision: ApprovalDecision.Kind
    var approver: UserID
    var expiresAt: Timestamp
    var hash: String

    /// Longer texts are not looked at.
    static let textMax = 2048

    init(_ approval: Approval, _ decision: ApprovalDecision.Kind, by approver: UserID, tenant: TenantID) {
        self.tenant = tenant
        self.approval = approval.request.id
        self.decision = decision
        self.approver = approver
        expiresAt = approval.request.expiresAt
        hash = approval.request.hash
    }

    /// Reads a link; `nil` for one that was not signed with the key, whatever is wrong with it.
    init?(_ text: String, key: [UInt8]) {
        guard text.utf8.count <= Self.textMax else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let payload = Base64URL.decode(parts[0]), let code = Base64URL.decode(parts[1]),
            HMACSHA256.isValid(code, for: payload, key: key), let json = try? JSONValue(parsing: payload),
            let tenant = json["tenant"]?.string, let approval = json["approval"]?.string,
            let decision = json["decision"]?.string.flatMap(ApprovalDecision.Kind.init(rawValue:)),
            decision != .expire, let approver = json["approver"]?.string, let end = json["expires_at"]?.int,
            let hash = json["hash"]?.string
        else { return nil }
        self.tenant = TenantID(tenant)
        self.approval = ApprovalID(approval)
        self.decision = decision
        self.approver = UserID(approver)
        expiresAt = Timestamp(milliseconds: Int64(end))
        self.hash = hash
    }

    func text(key: [UInt8]) -> String {
        let payload = JSONValue.object([
            "tenant": .string(tenant.rawValue), "approval": .string(approval.rawValue),
            "decision": .string(decision.rawValue), "approver": .string(approver.rawValue),
            "expires_at": .integer(Int(expiresAt.milliseconds)), "hash": .string(hash),
        ]).canonicalBytes()
        return Base64URL.encode(payload) + "." + Base64URL.encode(HMACSHA256.code(for: payload, key: key))
    }

    /// A key that signs nothing but links, from the secret that signs tokens.
    static func key(from secret: [UInt8]) -> [UInt8] {
        HMACSHA256.code(for: Array("agentd approval links".utf8), key: secret)
    }
}
