internal import AgentRuntime
internal import Foundation

/// Reads a folder of `.eml` files: all of them, or an error that names every bad one.
///
/// The name of the folder that directly holds a file, below the imported one, is the file's category. Nothing is
/// followed out of the folder. A file is taken however malformed its mail is; only what cannot be read, is empty or
/// too long is a fault.
package struct MailFolder {
    package static let depthMax = 8
    package static let filesMax = 20_000
    package static let fileBytesMax = 32 << 20
    package static let bytesMax = 256 << 20
    package static let faultsNamedMax = 100
    static let categoryBytesMax = 64

    package struct File: Sendable {
        package var name: String
        package var category: String?
        package var bytes: [UInt8]
    }

    private var files: [File] = []
    private var faults: [AgentError.Detail] = []
    private var bytes = 0

    /// The mails in the folder, or in the one file, that the path names, in the order of their names.
    ///
    /// - Throws: `AgentError.invalidArgument` whose details name the files, `.limitExceeded`.
    package static func files(at path: String) throws -> [File] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw AgentError(.invalidArgument, "There is no folder “\(path)”.")
        }
        var reader = MailFolder()
        if isFolder.boolValue {
            try reader.read(folder: path, prefix: "", category: nil, depth: 0)
        } else {
            try reader.read(file: path, name: path.split(separator: "/").last.map(String.init) ?? path, category: nil)
        }
        return try reader.finish(path)
    }

    private mutating func read(folder: String, prefix: String, category: String?, depth: Int) throws {
        try Task.checkCancellation()
        guard depth <= Self.depthMax else {
            fault(prefix, "more than \(Self.depthMax) folders deep")
            return
        }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
            throw AgentError(.invalidArgument, "The folder “\(folder)” cannot be read.", underlying: "\(error)")
        }
        for name in names where !name.hasPrefix(".") {
            let path = folder + "/" + name
            // What cannot be looked at has no kind, and is named as a fault below.
            let kind = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
            switch kind {
            case .typeDirectory:
                let label = MailText.line(name)
                guard !label.isEmpty, label.utf8.count <= Self.categoryBytesMax else {
                    fault(prefix + name, "is no name for a category")
                    continue
                }
                try read(folder: path, prefix: prefix + name + "/", category: label, depth: depth + 1)
            case .typeRegular:
                if name.lowercased().hasSuffix(".eml") { try read(file: path, name: prefix + name, category: category) }
            case .typeSymbolicLink: fault(prefix + name, "is a symbolic link; copy the file here")
            case nil: fault(prefix + name, "cannot be read; its name may not be UTF-8")
            default: if name.lowercased().hasSuffix(".eml") { fault(prefix + name, "is no regular file") }
            }
        }
    }

    private mutating func read(file path: String, name: String, category: String?) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            fault(name, "cannot be read")
            return
        }
        defer { try? handle.close() }  // Read only: nothing can be lost.
        // One byte more than allowed tells a file that is too long.
        let data = try handle.read(upToCount: Self.fileBytesMax + 1) ?? Data()
        guard data.contains(where: { $0 > 0x20 }) else {
            fault(name, "is empty")
            return
        }
        guard data.count <= Self.fileBytesMax else {
            fault(name, "is longer than \(Self.fileBytesMax >> 20) MiB")
            return
        }
        bytes += data.count
        guard files.count + faults.count < Self.filesMax, bytes <= Self.bytesMax else {
            throw AgentError(
                .limitExceeded,
                "More than \(Self.filesMax) mails or \(Self.bytesMax >> 20) MiB; nothing was imported. "
                    + "Import the folder in parts."
            )
        }
        files.append(File(name: MailText.line(name), category: category, bytes: Array(data)))
    }

    private mutating func fault(_ name: String, _ message: String) {
        faults.append(.init(field: String(MailText.line(name).prefix(200)), message: message))
    }

    private func finish(_ path: String) throws -> [File] {
        guard faults.isEmpty else {
            let words = faults.count == 1 ? "" : "\(faults.count) files are wrong, the first: "
            throw AgentError(
                .invalidArgument,
                "Nothing was imported: \(words)\(faults[0].field) \(faults[0].message).",
                details: Array(faults.prefix(Self.faultsNamedMax))
            )
        }
        guard !files.isEmpty else {
            throw AgentError(.invalidArgument, "There is no .eml file in “\(path)”; nothing was imported.")
        }
        return files
    }
}
