internal import Foundation

/// The prompt files of a deployment, read once at start.
///
/// `phrasing/*.md` are the sentences of the offline planner, `suggestions/*.md` the questions that are suggested,
/// `system/*.md` the instructions of each agent, `tools/*.md` what a model should know of a tool beyond its declaration.
/// The folder is the one beside the executable, else `../share/agentd/prompts`, else `prompts` in the working folder; a
/// folder that is named goes before it, file by file, so that it need hold only what is different.
package struct PromptLibrary: Sendable {
    /// Templates by `folder/name`.
    private let templates: [String: PromptTemplate]

    /// The most bytes of one file; a larger one is refused.
    package static let fileBytesMax = 256 * 1024
    package static let subfolders = ["phrasing", "suggestions", "system", "tools"]

    /// Reads all templates of `folder`, and of `base` those that it does not have.
    package init(folder: String, base: String? = nil) throws(PromptError) {
        var templates = try Self.templates(in: folder)
        if let base, base != folder {
            templates.merge(try Self.templates(in: base)) { named, _ in named }
        }
        self.templates = templates
    }

    private static func templates(in folder: String) throws(PromptError) -> [String: PromptTemplate] {
        var templates: [String: PromptTemplate] = [:]
        var isFound = false
        for subfolder in subfolders {
            let path = folder + "/" + subfolder
            guard let files = try? FileManager.default.contentsOfDirectory(atPath: path) else { continue }  // not there
            isFound = true
            for file in files.sorted() where file.hasSuffix(".md") && !file.hasPrefix(".") {
                let template = try Self.template(at: path + "/" + file)
                guard file == template.name + ".md" else {
                    throw PromptError(
                        path: path + "/" + file,
                        reason: "its front matter names it \(template.name); both must be the same"
                    )
                }
                templates[subfolder + "/" + template.name] = template
            }
        }
        guard isFound else {
            let names = subfolders.joined(separator: ", ")
            throw PromptError(path: folder, reason: "the folder cannot be read, or has none of \(names)")
        }
        return templates
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

    /// The templates of a subfolder, by name.
    package func templates(in subfolder: String) -> [String: PromptTemplate] {
        var found: [String: PromptTemplate] = [:]
        for (key, template) in templates where key == subfolder + "/" + template.name {
            found[template.name] = template
        }
        return found
    }

    package func phrasing(_ name: String) -> PromptTemplate? { templates["phrasing/" + name] }

    /// Where the prompts lie; `nil` when none of the places holds them.
    package static func folder(named: String?, executable: String) -> String? {
        if let named { return named }
        let home = URL(fileURLWithPath: executable).resolvingSymlinksInPath().deletingLastPathComponent().path
        let places = [home + "/prompts", home + "/../share/agentd/prompts", "prompts"]
        return places.first { FileManager.default.fileExists(atPath: $0 + "/phrasing") }
    }
}
