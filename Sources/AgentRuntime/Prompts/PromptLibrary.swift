internal import Foundation

/// The prompt files of a deployment, read once at start.
///
/// `phrasing/*.md` are the sentences of the offline planner. The folder is the one that was named, else `prompts`
/// beside the executable, else `../share/agentd/prompts`, else `prompts` in the working folder.
package struct PromptLibrary: Sendable {
    /// Templates by `folder/name`.
    private let templates: [String: PromptTemplate]

    /// The most bytes of one file; a larger one is refused.
    package static let fileBytesMax = 256 * 1024

    /// Reads all templates of the given subfolders.
    package init(folder: String, subfolders: [String] = ["phrasing"]) throws(PromptError) {
        var templates: [String: PromptTemplate] = [:]
        for subfolder in subfolders {
            let path = folder + "/" + subfolder
            guard let files = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                throw PromptError(
                    path: path,
                    reason: "the folder cannot be read; name the prompts folder with --prompts"
                )
            }
            for file in files.sorted() where file.hasSuffix(".md") {
                let template = try Self.template(at: path + "/" + file)
                let key = subfolder + "/" + template.name
                guard templates[key] == nil else {
                    throw PromptError(path: path + "/" + file, reason: "another file is named \(template.name) too")
                }
                templates[key] = template
            }
        }
        self.templates = templates
    }

    private static func template(at path: String) throws(PromptError) -> PromptTemplate {
        guard let data = FileManager.default.contents(atPath: path), data.count <= fileBytesMax,
            let text = String(validating: data, as: UTF8.self)
        else { throw PromptError(path: path, reason: "not a readable UTF-8 file of at most \(fileBytesMax) bytes") }
        return try PromptTemplate(file: text, path: path)
    }

    /// The hash of all templates together: their keys and their files' hashes.
    package var hash: String {
        SHA256.hex(templates.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.hash)\n" }.joined())
    }

    package func template(_ key: String) -> PromptTemplate? { templates[key] }

    package func phrasing(_ name: String) -> PromptTemplate? { templates["phrasing/" + name] }

    /// Where the prompts lie; `nil` when none of the places holds them.
    package static func folder(named: String?, executable: String) -> String? {
        if let named { return named }
        let home = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent().path
        let places = [home + "/prompts", home + "/../share/agentd/prompts", "prompts"]
        return places.first { FileManager.default.fileExists(atPath: $0 + "/phrasing") }
    }
}
