internal import AgentRuntime
internal import Foundation

/// What the journal's records say is active, and how far they were looked at.
///
/// Looking at every record of a large journal at each start would take long, so what was found is kept beside it, signed
/// with the deployment's key and bound to the records that were reached. One that is missing, changed or of another
/// journal is made anew. It also outlives the records, when retention drops them.
struct GovernedMark: Sendable, Hashable {
    /// So many records are looked at before it is worth keeping.
    private static let recordsMin = 5000
    private static let purpose = "activations"

    private(set) var policy: String?
    private(set) var prompts: String?
    private var reached: [TenantID: NewestRecords.Place] = [:]

    /// - Throws: `corrupted` when the journal cannot be read.
    static func current(_ folder: DataFolder) throws(AgentError) -> GovernedMark {
        guard FileManager.default.fileExists(atPath: folder.journal) else { return GovernedMark() }
        let path = "\(folder.path)/activations.mark"
        let signer = try CheckpointSigner.existing(deployment: "", path: folder.signingKey)
        let kept = signer.flatMap { SealedStatement(path: path, purpose: purpose, by: $0) }
        do throws(JournalError) {
            let search = try NewestRecords(path: folder.journal)
            let kinds: [RecordKind] = [.policyActivated, .promptActivated]
            var mark = kept.map { GovernedMark($0.value) } ?? GovernedMark()
            var found = try search.find(kinds, after: mark.reached)
            if found == nil {
                mark = GovernedMark()
                found = try search.find(kinds)
            }
            guard let found else { return mark }
            mark.policy = found.records[.policyActivated]?.payload?["id"]?.string ?? mark.policy
            mark.prompts = found.records[.promptActivated]?.payload?["id"]?.string ?? mark.prompts
            mark.reached = found.reached
            if let signer, found.count >= recordsMin {
                // Without it the next start looks at the same records again.
                try? SealedStatement(mark.json).keep(path: path, purpose: purpose, by: signer)
            }
            return mark
        } catch {
            throw AgentError(journal: error)
        }
    }

    private init() {}

    private init(_ json: JSONValue) {
        policy = json["policy"]?.string
        prompts = json["prompts"]?.string
        for member in json["reached"]?.object ?? [:] {
            guard let sequence = member.value["seq"]?.int, let leaf = Hex.decode(member.value["leaf"]?.string ?? "")
            else { continue }
            reached[TenantID(member.name)] = NewestRecords.Place(sequence: Int64(sequence), leaf: leaf)
        }
    }

    private var json: JSONValue {
        var places = JSONObject()
        for (tenant, place) in reached.sorted(by: { $0.key < $1.key }) {
            places[tenant.rawValue] = ["seq": .integer(Int(place.sequence)), "leaf": .string(Hex.encode(place.leaf))]
        }
        return ["policy": .optional(policy), "prompts": .optional(prompts), "reached": .object(places)]
    }
}
