internal import AgentRuntime
internal import Foundation

/// Finds suites in files and folders and reads each in its format.
enum SuiteFiles {
    /// The most bytes of one file.
    static let bytesMax = 64 << 20

    /// The suites at the paths; a folder gives all suites in it, in order of name, without its subfolders.
    ///
    /// Where suites come from someone else than who runs them, their fixtures must lie in `root`.
    ///
    /// - Throws: `SuiteError` with every problem of every file, each after the file's name.
    static func suites(
        at paths: [String],
        defaultTenant: String?,
        fixturesWithin root: String? = nil
    ) throws -> [EvaluationSuite] {
        var problems: [String] = []
        var suites: [EvaluationSuite] = []
        var places: [String: String] = [:]
        var seen: Set<String> = []
        for path in try paths.flatMap(files) where seen.insert(path).inserted {
            do {
                let suite = try suite(at: path, defaultTenant: defaultTenant)
                if let root { problems += outside(root, suite).map { "\(path): \($0)" } }
                if let other = places.updateValue(path, forKey: suite.name) {
                    problems.append("\(path): its name “\(suite.name)” is also that of \(other)")
                }
                suites.append(suite)
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

    /// Fixtures that lie elsewhere, links followed.
    private static func outside(_ root: String, _ suite: EvaluationSuite) -> [String] {
        func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardized.path }
        let paths = Set(suite.cases.flatMap { $0.setting.fixtures.map(\.path) }).sorted()
        let folder = real(root)
        return paths.filter { !real($0).hasPrefix(folder + "/") }.map { "the fixture \($0) lies outside \(root)" }
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
        let bytes = try bytes(at: path)
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
            let place = URL(fileURLWithPath: folder).lastPathComponent
            return try PromptfooSuite.suite(document, name: place, tenant: defaultTenant)
        }
        return try EvaluationSuite(json: try json(bytes, .json5), folder: folder)
    }

    /// Reads at most one byte too many, also of a pipe that would never end.
    private static func bytes(at path: String) throws -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { throw SuiteError(problems: ["it cannot be read"]) }
        let data: Data?
        do {
            data = try file.read(upToCount: bytesMax + 1)
            try file.close()
        } catch {
            throw SuiteError(problems: ["it cannot be read"])
        }
        guard let data, !data.isEmpty else { throw SuiteError(problems: ["it is empty"]) }
        guard data.count <= bytesMax else { throw SuiteError(problems: ["it is larger than \(bytesMax) bytes"]) }
        return Array(data)
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
