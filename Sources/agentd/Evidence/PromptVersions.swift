internal import AgentRuntime
internal import Foundation

// Prompts as governed versions. A version is the folder of prompts at one moment, named by the hash of its files, and
// kept in the data folder. Until a version is activated, the configured folder is used as it is; from then on only an
// activation changes what the daemon says, and the configured folder is where the next version is written.

/// The versions of a data folder.
struct PromptVersions: Sendable {
    /// What is known of a version.
    struct Version: Sendable, Hashable {
        var hash: String
        var author: String
        var approver: String
        var activatedAt: Timestamp
    }

    /// Files of prompts, and the deepest folder in which one may lie.
    private static let filesMax = 10_000

    private let folder: String

    init(_ data: DataFolder) { folder = "\(data.path)/prompts" }

    /// The hash of a folder of prompts: over the names and hashes of all its files.
    static func hash(of folder: String) throws(AgentError) -> String {
        var lines: [String] = []
        for name in try files(of: folder) {
            guard let content = FileManager.default.contents(atPath: "\(folder)/\(name)") else {
                throw AgentError(.notFound, "\(folder)/\(name) cannot be read.")
            }
            lines.append("\(SHA256.hex(Array(content)))  \(name)\n")
        }
        return SHA256.hex(lines.joined())
    }

    private static func files(of folder: String) throws(AgentError) -> [String] {
        guard let names = FileManager.default.enumerator(atPath: folder) else {
            throw AgentError(.notFound, "The folder of prompts \(folder) cannot be read.")
        }
        var files: [String] = []
        for case let name as String in names {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            files.append(name)
            guard files.count <= filesMax else {
                throw AgentError(
                    .limitExceeded,
                    "\(folder) has more than \(filesMax) files; that is no folder of prompts."
                )
            }
        }
        return files.sorted()
    }

    /// Where a version's files lie; `nil` when it is not kept, or they are not those that it is named by.
    func path(of hash: String) -> String? {
        let path = "\(folder)/\(hash)"
        guard Hex.decode(hash) != nil, FileManager.default.fileExists(atPath: path) else { return nil }
        // What cannot be read is not what was kept.
        return (try? Self.hash(of: path)) == hash ? path : nil
    }

    /// The kept version that a text names by its first digits, at least six of them.
    func version(named text: String) -> String? {
        guard text.count >= 6 else { return nil }
        let found = history().map(\.hash).filter { $0.hasPrefix(text.lowercased()) }
        return Set(found).count == 1 ? found[0] : nil
    }

    /// The version that was activated last here; whether it is active, the journal says (`GovernedVersions`).
    var active: Version? { history().last }

    /// Every activation, oldest first.
    func history() -> [Version] {
        guard let content = FileManager.default.contents(atPath: "\(folder)/activations") else { return [] }
        return String(decoding: content, as: UTF8.self).split(separator: "\n").compactMap { line in
            // A line that a power loss has torn was never confirmed.
            guard let value = try? JSONValue(parsing: Array(line.utf8)), let hash = value["version"]?.string,
                let time = value["time"]?.string.flatMap({ Timestamp(iso8601: $0) })
            else { return nil }
            return Version(
                hash: hash,
                author: value["author"]?.string ?? "",
                approver: value["approver"]?.string ?? "",
                activatedAt: time
            )
        }
    }

    /// Keeps a copy of a folder; its version.
    func keep(_ source: String) throws -> String {
        let hash = try Self.hash(of: source)
        let files = FileManager.default
        guard path(of: hash) == nil else { return hash }
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let draft = "\(folder)/\(hash).part"
        try? files.removeItem(atPath: draft)  // what an interrupted activation left
        try files.copyItem(atPath: source, toPath: draft)
        guard try Self.hash(of: draft) == hash else {
            throw AgentError(.conflict, "The prompts in \(source) were changed while they were copied; try again.")
        }
        try? files.removeItem(atPath: "\(folder)/\(hash)")  // a copy that was changed since; mostly there is none
        try files.moveItem(atPath: draft, toPath: "\(folder)/\(hash)")
        return hash
    }

    /// Makes a kept version the active one.
    func activate(_ version: Version) throws(AgentError) {
        let line: JSONValue = [
            "version": .string(version.hash), "author": .string(version.author), "approver": .string(version.approver),
            "time": .string(version.activatedAt.iso8601),
        ]
        do throws(SystemError) {
            try PrivateFile.append(path: "\(folder)/activations", bytes: line.bytes() + [UInt8(ascii: "\n")])
        } catch {
            throw AgentError(.storageFailed, "The activation could not be kept: \(error).")
        }
    }
}
