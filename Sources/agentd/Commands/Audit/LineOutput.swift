internal import AgentRuntime
internal import Foundation

/// Lines to a file or to standard output, some at a time.
struct LineOutput: Sendable {
    private let file: OutputFile?
    private let context: CommandContext
    private var waiting: [UInt8] = []

    init(path: String?, in context: CommandContext) throws {
        self.context = context
        do throws(SystemError) {
            file = try path.map { path throws(SystemError) in try OutputFile(path: path, isPrivate: true) }
        } catch {
            throw AgentError(.storageFailed, "\(path ?? "") cannot be written.", underlying: "\(error)")
        }
    }

    mutating func write(_ bytes: [UInt8]) throws {
        waiting += bytes
        if waiting.count >= 1 << 20 { try flush() }
    }

    mutating func finish() throws {
        try flush()
        guard let file else { return }
        try told { () throws(SystemError) in try file.finish() }
    }

    private mutating func flush() throws {
        guard !waiting.isEmpty else { return }
        if let file {
            let bytes = waiting
            try told { () throws(SystemError) in try file.write(bytes) }
        } else {
            context.print(String(decoding: waiting, as: UTF8.self))
            // Nobody reads on; to go on would be work for nothing.
            guard context.outputFailure() == nil else { throw OutputFailure() }
        }
        waiting.removeAll(keepingCapacity: true)
    }

    private func told(_ body: () throws(SystemError) -> Void) throws(AgentError) {
        do throws(SystemError) {
            try body()
        } catch {
            throw AgentError(.storageFailed, "The export could not be written.", underlying: "\(error)")
        }
    }
}

extension OutputFile {
    /// Puts a text where somebody asked for it: at once in the place of a plain file, and into what is none.
    static func put(_ text: String, at path: String) throws {
        guard isSpecial(path) else {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            return
        }
        let file = try OutputFile(path: path)
        try file.write(Array(text.utf8))
        try file.finish()
    }
}
