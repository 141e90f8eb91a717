internal import AgentRuntime
internal import Foundation

/// The agents of a deployment by name: one for each `prompts/system/NAME.md`.
struct AgentCatalogue: Sendable {
    /// The agent that is asked when none is named; it is always there.
    static let standard = "assistant"

    struct Agent: Sendable, Hashable {
        var name: String
        /// When its file was last changed.
        var changedAt: Timestamp
    }

    /// Sorted by name.
    let agents: [Agent]

    init(agents: [Agent]) { self.agents = agents.sorted { $0.name < $1.name } }

    /// Reads the names of prompts folders, the first before the others; the standard agent is there in any case.
    init(folders: [String]) {
        var agents: [String: Agent] = [
            Self.standard: Agent(name: Self.standard, changedAt: Timestamp(milliseconds: 0))
        ]
        for folder in folders.reversed() {
            let path = folder + "/system"
            let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []  // there may be none
            for file in files where file.hasSuffix(".md") && !file.hasPrefix(".") {
                let name = String(file.dropLast(3))
                agents[name] = Agent(name: name, changedAt: Self.change(of: path + "/" + file))
            }
        }
        self.init(agents: Array(agents.values))
    }

    func agent(named name: String) -> Agent? { agents.first { $0.name == name } }

    private static func change(of path: String) -> Timestamp {
        // A file that has just gone away has no time; its name was there.
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let seconds = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return Timestamp(milliseconds: Int64(seconds) * 1000)
    }
}
