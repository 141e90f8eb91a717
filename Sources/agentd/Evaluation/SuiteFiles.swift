internal import AgentRuntime
internal import Foundation

/// Finds suites in files and folders and reads each in its format.
enum SuiteFiles {
    /// The most bytes of one file.
    static let bytesMax = 64 << 20

    /// The suites at the paths; a folder gives all suites in it, in order of name, without its subfolders.
    ///
    /// - Throws: `SuiteError` with every problem of every file, each after the file's name.
    static func suites(at paths: [String], defaultTenant: String?) throws -> [EvaluationSuite] {
        var problems: [String] = []
        var suites: [EvaluationSuite] = []
        for path in try paths.flatMap(files) {
            do {
                suites.append(try suite(at: path, defaultTenant: defaultTenant))
            } catch let error as SuiteError {
                problems += error.problems.map { "\(path): \($0)" }
            } catch {
                problems.append("\(path): \(error)")
            }
        }
        if suites.isEmpty, problems.isEmpty { problems.append("\(paths.joined(separator: ", ")): no suite was found") }
        guard problems.isEmpty else { throw SuiteError(problems: problems) }
        return suites
    }

    private static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SuiteError(problems: ["\(path): there is no such file or folder"])
        }
        guard isFolder.boolValue else { return [path] }
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        return names.filter(isSuite).map { "\(path)/\($0)" }
    }

    private static func isSuite(_ name: String) -> Bool {
        name.hasSuffix(".json5") || name.hasSuffix(".evalset.json") || name.hasSuffix("promptfooconfig.yaml")
            || name.hasSuffix("promptfooconfig.yml") || name.hasSuffix("promptfooconfig.json")
    }

    private static func suite(at path: String, defaultTenant: String?) throws -> EvaluationSuite {
        guard let data = FileManager.default.contents(atPath: path), data.count <= bytesMax else {
            throw SuiteError(problems: ["it cannot be read, or is larger than \(bytesMax) bytes"])
        }
        let bytes = Array(data)
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let name = URL(fileURLWithPath: path).lastPathComponent
        if name.hasSuffix(".evalset.json") {
            let sideFile = FileManager.default.contents(atPath: folder + "/test_config.json").map(Array.init)
            return try ADKEvalSet.suite(
                try json(bytes),
                criteria: try sideFile.map(json),
                name: String(name.dropLast(13)),
                tenant: defaultTenant
            )
        }
        if name.contains("promptfooconfig") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let document = name.hasSuffix(".json") ? try json(bytes) : try YAMLReader.document(bytes)
            return try PromptfooSuite.suite(document, folder: folder, tenant: defaultTenant)
        }
        return try EvaluationSuite(json: try json(bytes, .json5), folder: folder)
    }

    private static func json(_ bytes: [UInt8], _ syntax: JSONSyntax = .json) throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes, syntax: syntax)
        } catch {
            throw SuiteError(problems: ["\(error)"])
        }
    }

    private static func json(_ bytes: [UInt8]) throws -> JSONValue { try json(bytes, .json) }
}
