internal import AgentRuntime
internal import Foundation

extension RecordKind {
    static let policyActivated = RecordKind("policy.activated")
    static let promptActivated = RecordKind("prompt.activated")
}

/// The policy and the prompts that two people have put on record as the ones that hold.
///
/// The journal is believed. The files beside it say the same for people and for speed, but whoever runs the program can
/// write and remove them; they count only where the journal has no such record: no tenant had a journal at the time, or
/// retention has dropped it.
struct GovernedVersions: Sendable {
    /// Something that is not what was activated.
    struct Fault: Sendable, Hashable {
        var subject: String
        var words: String
        var remedy: String
    }

    /// The version of the active policy; `nil` before the first activation.
    let policy: String?
    /// The hash of the active prompts; `nil` before the first activation.
    let prompts: String?
    private let folder: DataFolder

    /// Reads the journal from its end; blocks meanwhile.
    ///
    /// - Throws: `corrupted` when the journal cannot be read.
    init(_ folder: DataFolder) throws(AgentError) {
        self.folder = folder
        let record = try GovernedMark.current(folder)
        policy = record.policy ?? PolicyVersions(folder).history().last?["version"]?.string
        prompts = record.prompts ?? PromptVersions(folder).active?.hash
    }

    /// Of a configuration's data folder as far as there is one; makes nothing.
    init?(beside configuration: Configuration) throws {
        let files = ["journal.db", "policies", "prompts/activations"]
        guard files.contains(where: { FileManager.default.fileExists(atPath: "\(configuration.data)/\($0)") }) else {
            return nil
        }
        try self.init(DataFolder(path: configuration.data))
    }

    /// The folder of the active prompts, when it holds what was activated.
    var promptFolder: String? { prompts.flatMap { PromptVersions(folder).path(of: $0) } }

    /// What of a configuration is not what was activated.
    func faults(of configuration: Configuration) -> [Fault] {
        var faults: [Fault] = []
        let configured = Policy(configuration).version
        if let policy, policy != configured {
            faults.append(
                Fault(
                    subject: "policy",
                    words: "The configuration's policy \(configured.prefix(12)) was not activated; "
                        + "\(policy.prefix(12)) is.",
                    remedy: "Have it approved: agentd policy activate --author NAME --approver NAME."
                )
            )
        }
        if let prompts, promptFolder == nil {
            faults.append(
                Fault(
                    subject: "prompts",
                    words:
                        "The prompts \(prompts.prefix(12)) are active on record, and \(folder.path)/prompts does not "
                        + "hold them as they were activated.",
                    remedy:
                        "Put the files back, or have a version approved: agentd prompt activate FOLDER --author NAME "
                        + "--approver NAME."
                )
            )
        }
        return faults
    }

    /// - Throws: `forbidden` when the configuration, or the prompts that are kept, are not what was activated.
    func check(_ configuration: Configuration) throws(AgentError) {
        let faults = faults(of: configuration)
        guard !faults.isEmpty else { return }
        throw AgentError(.forbidden, faults.map { "\($0.words) \($0.remedy)" }.joined(separator: " "))
    }
}
