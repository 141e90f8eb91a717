internal import AgentRuntime
internal import Foundation

/// Reads a folder of Markdown files as articles: all of them, or an error that names every bad file.
///
/// Subfolders are read as well, up to `depthMax`; files that are not Markdown and those whose names begin with a dot
/// are passed over. Nothing is followed out of the folder: a symbolic link is a fault, as is a name that is not UTF-8
/// or holds characters that cannot be seen.
package struct ArticleFolder {
    package static let depthMax = 8
    package static let filesMax = 10_000
    package static let bytesMax = 256 << 20
    /// The files that an error names; the rest are counted.
    package static let faultsNamedMax = 100

    private var articles: [Article] = []
    private var faults: [ArticleFault] = []
    private var bytes = 0

    /// The articles in the folder, or in the one file, that the path names, sorted by identifier.
    ///
    /// - Throws: `AgentError.invalidArgument` whose details name file and line, `.limitExceeded`.
    package static func articles(at path: String) throws -> [Article] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw AgentError(.invalidArgument, "There is no folder “\(path)”.")
        }
        var reader = ArticleFolder()
        if isFolder.boolValue {
            try reader.read(folder: path, prefix: "", depth: 0)
        } else {
            try reader.read(file: path, name: path.split(separator: "/").last.map(String.init) ?? path)
        }
        return try reader.finish(path)
    }

    /// Articles from files that are in memory already, such as those of an upload.
    package static func articles(from files: [(name: String, bytes: [UInt8])]) throws -> [Article] {
        var reader = ArticleFolder()
        for file in files { try reader.add(file.bytes, name: file.name) }
        return try reader.finish("the upload")
    }

    private mutating func read(folder: String, prefix: String, depth: Int) throws {
        try Task.checkCancellation()
        guard depth <= Self.depthMax else {
            faults.append(ArticleFault(file: prefix, message: "more than \(Self.depthMax) folders deep"))
            return
        }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted() } catch {
            throw AgentError(.invalidArgument, "The folder “\(folder)” cannot be read.", underlying: "\(error)")
        }
        for name in names where !name.hasPrefix(".") {
            let path = folder + "/" + name
            let shown = prefix + name
            switch kind(path) {
            case .typeDirectory: try read(folder: path, prefix: shown + "/", depth: depth + 1)
            case .typeRegular:
                if isMarkdown(name) { try read(file: path, name: shown) }
            case .typeSymbolicLink:
                faults.append(ArticleFault(file: visible(shown), message: "is a symbolic link; copy the file here"))
            case nil:
                faults.append(ArticleFault(file: visible(shown), message: "cannot be read; its name may not be UTF-8"))
            default:
                if isMarkdown(name) {
                    faults.append(ArticleFault(file: visible(shown), message: "is no regular file"))
                }
            }
        }
    }

    /// What lies at the path itself, without following a link.
    private func kind(_ path: String) -> FileAttributeType? {
        // What cannot be looked at has no kind; the caller says so.
        (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    }

    private func isMarkdown(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower.hasSuffix(".md") || lower.hasSuffix(".markdown")
    }

    private mutating func read(file path: String, name: String) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            faults.append(ArticleFault(file: visible(name), message: "cannot be read"))
            return
        }
        defer { try? handle.close() }  // Read only: nothing can be lost.
        // One byte more than allowed tells a file that is too long.
        let data = try handle.read(upToCount: Article.fileBytesMax + 1) ?? Data()
        try add(Array(data), name: name)
    }

    private mutating func add(_ file: [UInt8], name: String) throws {
        bytes += file.count
        guard articles.count + faults.count < Self.filesMax, bytes <= Self.bytesMax else {
            throw AgentError(
                .limitExceeded,
                "More than \(Self.filesMax) files or \(Self.bytesMax >> 20) MiB; nothing was imported. "
                    + "Import the folder in parts."
            )
        }
        guard isHarmless(name) else {
            let message = "the name is too long, or holds characters that cannot be seen"
            faults.append(ArticleFault(file: visible(name), message: message))
            return
        }
        do throws(ArticleFault) {
            articles.append(try ArticleFile.article(fileName: name, bytes: file))
        } catch {
            faults.append(error)
        }
    }

    private func isHarmless(_ name: String) -> Bool {
        name.utf8.count <= 255
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && part != "." && part != ".."
            } && name.unicodeScalars.allSatisfy(isVisible)
    }

    private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: scalar != "\u{FFFD}" && scalar != "\\"
        }
    }

    /// The name as it can be shown, with what cannot be seen replaced.
    private func visible(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars.prefix(200) {
            text.unicodeScalars.append(isVisible(scalar) ? scalar : "\u{FFFD}")
        }
        return text
    }

    private mutating func finish(_ path: String) throws -> [Article] {
        articles.sort { $0.id != $1.id ? $0.id < $1.id : $0.fileName < $1.fileName }
        for (article, next) in zip(articles, articles.dropFirst()) where article.id == next.id {
            let message = "gives the same identifier “\(next.id)” as \(article.fileName)"
            faults.append(ArticleFault(file: next.fileName, message: message))
        }
        guard faults.isEmpty else {
            let first = faults.count == 1 ? "\(faults[0])" : "\(faults.count) files are wrong, the first: \(faults[0])"
            throw AgentError(
                .invalidArgument,
                "Nothing was imported: \(first).",
                details: faults.prefix(Self.faultsNamedMax).map {
                    AgentError.Detail(field: "\($0.file), line \($0.line)", message: $0.message)
                }
            )
        }
        guard !articles.isEmpty else {
            throw AgentError(.invalidArgument, "There is no Markdown file (.md) in “\(path)”; nothing was imported.")
        }
        return articles
    }
}
