internal import AgentRuntime
internal import Foundation

/// Lines to a file or to standard output, some at a time.
struct LineOutput: Sendable {
    private let file: FileHandle?
    private let print: @Sendable (String) -> Void
    private var waiting: [UInt8] = []

    init(path: String?, print: @escaping @Sendable (String) -> Void) throws {
        self.print = print
        guard let path else {
            file = nil
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw AgentError(.storageFailed, "\(path) cannot be written.") }
        file = handle
    }

    mutating func write(_ bytes: [UInt8]) throws {
        waiting += bytes
        if waiting.count >= 1 << 20 { try flush() }
    }

    mutating func finish() throws {
        try flush()
        try file?.close()
    }

    private mutating func flush() throws {
        guard !waiting.isEmpty else { return }
        if let file {
            do {
                try file.write(contentsOf: Data(waiting))
            } catch {
                throw AgentError(.storageFailed, "The export could not be written.", underlying: "\(error)")
            }
        } else {
            print(String(decoding: waiting, as: UTF8.self))
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
