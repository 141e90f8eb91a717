internal import AgentRuntime
internal import Foundation

// Which models are asked and which rules hold is a governed change too. Until a policy is activated, the configuration
// holds as it is; from then on turns are run only under a policy that two people have put on record.

/// What of the configuration decides about answers and effects, and who may do what.
struct Policy: Sendable, Hashable {
    /// The keys that belong to it.
    static let keys = [
        "models", "model", "approvals", "flow_control", "budgets", "grounding", "limits", "privacy", "retention",
        "tools",
        "tenants",
    ]

    let values: JSONValue

    init(_ configuration: Configuration) {
        var values = JSONObject()
        for key in Self.keys { values[key] = configuration.keys[key] }
        values["roles"] = .array(
            RolePermissions.table.map { row in
                [
                    "role": .string(row.role.rawValue),
                    "permissions": .array(row.permissions.map { .string($0.rawValue) }),
                ]
            }
        )
        self.values = .object(values)
    }

    init(values: JSONValue) { self.values = values }

    var version: String { SHA256.hex(values.canonicalBytes()) }
}

/// The policies that a data folder has seen activated, with what they say; which one is active, the journal says
/// (`GovernedVersions`).
struct PolicyVersions: Sendable {
    private let path: String

    init(_ data: DataFolder) { path = "\(data.path)/policies" }

    /// The activations, oldest first: `{version, author, approver, time, values}`.
    func history() -> [JSONValue] {
        guard let content = FileManager.default.contents(atPath: path) else { return [] }
        // A line that a power loss has torn was never confirmed.
        return String(decoding: content, as: UTF8.self).split(separator: "\n").compactMap { line in
            try? JSONValue(parsing: Array(line.utf8))
        }
    }

    func activate(_ policy: Policy, author: String, approver: String, at now: Timestamp) throws(AgentError) {
        let line: JSONValue = [
            "version": .string(policy.version), "author": .string(author), "approver": .string(approver),
            "time": .string(now.iso8601), "values": policy.values,
        ]
        do throws(SystemError) {
            try PrivateFile.append(path: path, bytes: line.bytes() + [UInt8(ascii: "\n")])
        } catch {
            throw AgentError(.storageFailed, "The activation could not be kept: \(error).")
        }
    }
}

/// Activates policies: two people, and a record in every tenant's journal.
struct PolicyControl: ControlHandler {
    let deployment: Deployment

    let commands = ["policy.activate"]

    func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
        guard command == "policy.activate", let values = arguments["values"] else {
            throw AgentError(.notFound, "There is no command \(command).")
        }
        let author = (arguments["author"]?.string ?? "").trimmingOptionalWhitespace()
        let approver = (arguments["approver"]?.string ?? "").trimmingOptionalWhitespace()
        guard !author.isEmpty, !approver.isEmpty, author.lowercased() != approver.lowercased() else {
            throw AgentError(
                .invalidArgument,
                "A policy needs an author and an approver who is somebody else.",
                details: [.init(field: "approver", message: "must not be the author")]
            )
        }
        let policy = Policy(values: values)
        let versions = PolicyVersions(deployment.folder)
        let active = try GovernedVersions(deployment.folder).policy
        let before: JSONValue? = active.map { active in
            versions.history().last { $0["version"]?.string == active } ?? ["version": .string(active)]
        }
        let payload: JSONValue = [
            "id": .string(policy.version), "author": .string(String(author)), "approver": .string(String(approver)),
            "before": ["version": before?["version"] ?? .null, "values": before?["values"] ?? .null],
            "after": ["version": .string(policy.version), "values": policy.values],
        ]
        let draft = RecordDraft(kind: .policyActivated, actor: AccountControl.actor, payload: payload)
        // First the records: what is active has always been approved on record.
        do throws(JournalError) {
            for tenant in try await deployment.journal.tenantHeads().keys.sorted() {
                _ = try await deployment.journal.append(JournalAppend(tenant: tenant, drafts: [draft]))
            }
        } catch {
            throw AgentError(journal: error)
        }
        try versions.activate(
            policy,
            author: String(author),
            approver: String(approver),
            at: SystemWallClock().now()
        )
        return ["version": .string(policy.version), "before": before?["version"] ?? .null]
    }
}

/// `agentd policy activate`: makes the configured models and rules the ones that hold.
struct PolicyActivateCommand: Command {
    let syntax = CommandSyntax(
        "policy activate",
        "Makes the configuration's models and rules the active policy, on record in every tenant's journal.",
        flags: [
            Flag("author", .value("NAME"), required: true, "Who has written it."),
            Flag("approver", .value("NAME"), required: true, "Who has approved it; somebody else."),
        ],
        notes: "From the first activation on, the daemon and the commands that ask run only with the policy that is "
            + "active by the journal's record."
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let result = try await DeploymentCommand(configuration: configuration, context: context).perform(
            "policy.activate",
            [
                "author": .string(try arguments.required("author")),
                "approver": .string(try arguments.required("approver")), "values": Policy(configuration).values,
            ]
        )
        let before = result["before"]?.string.map { ", in place of \($0.prefix(12))" } ?? ""
        context.print("activated \(result["version"]?.string?.prefix(12) ?? "")\(before)\n")
        return 0
    }
}
