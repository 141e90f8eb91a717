/// Whether a record of the chain says that the records before its beginning were dropped.
///
/// Where the records begin is kept beside them and could be written by anybody. So a beginning holds only when a record
/// `retention.applied` among those that are left names it: the checkpoint that the records went up to, signed and over
/// the tree whose frontier stands for them. While a portion of them is still to go, the beginning lies before that.
struct BeginningVoucher {
    /// How such a record goes on after its number: it belongs to no session and to no turn.
    private static let opening = Array(#","kind":"\#(RecordKind.retentionApplied.rawValue)","#.utf8)

    private let tenant: TenantID
    private let sequence: Int64
    private let frontier: MerkleFrontier
    private let leaf: [UInt8]
    private let key: NoteKey?
    /// Whether the beginning is vouched for; one that dropped nothing is.
    private(set) var isFound: Bool

    init(tenant: TenantID, after frontier: MerkleFrontier, leaf: [UInt8], key: NoteKey?) {
        self.tenant = tenant
        sequence = frontier.size
        self.frontier = frontier
        self.leaf = leaf
        self.key = key
        isFound = frontier.size == 0
    }

    /// Takes a record that holds; the scanner stands behind its number.
    mutating func look(at bytes: UnsafeRawBufferPointer, _ scanner: inout RecordScanner) {
        guard !isFound, scanner.skip(BeginningVoucher.opening) else { return }
        // One that does not decode vouches for nothing.
        guard let record = try? RecordCodec.decode(Array(bytes)).record else { return }
        isFound = vouches(record)
    }

    /// Takes a record of an export.
    mutating func look(at record: Record) {
        guard !isFound else { return }
        isFound = vouches(record)
    }

    private func vouches(_ record: Record) -> Bool {
        guard record.kind == .retentionApplied, record.session == nil, let payload = record.payload,
            let through = payload["through"]?.int.map({ Int64($0) }),
            through >= sequence, through < record.sequence,
            let note = SignedNote(payload["checkpoint"]?.string ?? ""), let checkpoint = Checkpoint(text: note.text),
            checkpoint.size == through, checkpoint.tenant == tenant, key.map({ note.isSigned(by: $0) }) ?? true
        else { return false }
        guard through == sequence else { return true }
        // Records from before the leaf was named say by their checkpoint alone what went.
        return checkpoint.root == frontier.root && payload["leaf"]?.string.map { $0 == Hex.encode(leaf) } ?? true
    }

    /// What is to be said when nothing vouches.
    var failure: JournalVerification.Failure {
        JournalVerification.Failure(
            tenant: tenant,
            sequence: sequence,
            reason: .missing,
            detail: "records up to \(sequence) are gone and no record of retention says so"
        )
    }
}
