import Foundation
import Testing

/// Rules about the source itself, read from the files.
@Suite("The source keeps its own rules")
struct TidyTests {
    struct SourceFile {
        var path: String
        var module: String
        var lines: [String]

        /// Lines without their comments, with their numbers.
        var code: [(number: Int, text: String)] {
            lines.enumerated().compactMap { offset, line in
                let trimmed = line.drop { $0 == " " }
                guard !trimmed.hasPrefix("//") else { return nil }
                return (offset + 1, line.components(separatedBy: "  // ")[0])
            }
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let sources: [SourceFile] = files(under: "Sources")

    static func files(under folder: String) -> [SourceFile] {
        let base = root.appending(path: folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".swift") }.sorted().compactMap { name in
            guard let text = try? String(contentsOf: base.appending(path: name), encoding: .utf8) else { return nil }
            return SourceFile(
                path: "\(folder)/\(name)",
                module: String(name.prefix { $0 != "/" }),
                lines: text.components(separatedBy: "\n")
            )
        }
    }

    /// Places where a pattern stands in code, as `path:line`.
    static func places(
        of pattern: String,
        in files: [SourceFile] = sources,
        except: (SourceFile) -> Bool = { _ in false }
    ) throws -> [String] {
        let regex = try Regex(pattern)
        return files.filter { !except($0) }.flatMap { file in
            file.code.filter { $0.text.contains(regex) }.map { "\(file.path):\($0.number)" }
        }
    }

    @Test("There are sources to read")
    func sourcesAreFound() { #expect(Self.sources.count > 50) }

    @Test("Modules import in one direction: agentd, Tools, Retrieval, AgentRuntime")
    func importDirection() throws {
        let order = ["AgentRuntime": 0, "Retrieval": 1, "Tools": 2, "agentd": 3]
        var wrong: [String] = []
        for file in Self.sources {
            guard let level = order[file.module] else { continue }
            for (number, text) in file.code where text.contains("import ") {
                guard let name = text.split(separator: " ").last.map(String.init), let other = order[name] else {
                    continue
                }
                if other >= level { wrong.append("\(file.path):\(number) imports \(name)") }
            }
        }
        #expect(wrong == [])
    }

    @Test("Only Platform touches C libraries")
    func platformAlone() throws {
        let found = try Self.places(of: #"import C(SQLite|Curl|OpenSSL|Linux)\b"#) {
            $0.path.hasPrefix("Sources/AgentRuntime/Platform/")
        }
        #expect(found == [])
    }

    @Test("The identity of a thread is never pthread_self, which the optimiser folds across suspensions")
    func threadIdentity() throws { #expect(try Self.places(of: #"pthread_self"#) == []) }

    @Test("Time, identifiers and chance are injected")
    func injection() throws {
        let found = try Self.places(of: #"\bDate\(\)|\bUUID\(\)|\.random\(|Task\.sleep"#) {
            $0.path.hasPrefix("Sources/AgentRuntime/Platform/") || $0.path == "Sources/agentd/Main.swift"
        }
        #expect(found == [])
    }

    @Test("Unstructured tasks are made by the event loop and the session alone")
    func tasks() throws {
        let found = try Self.places(of: #"Task\.detached|\bTask(\.immediate)?\s*(\(executorPreference|\{|\(priority)"#)
        {
            $0.path.hasPrefix("Sources/AgentRuntime/Platform/")
                || $0.path == "Sources/AgentRuntime/Session/Session+turns.swift"
        }
        #expect(found == [])
    }

    @Test("Nothing is forced")
    func nothingForced() throws { #expect(try Self.places(of: #"\btry!|\bas!|fatalError\("#) == []) }

    @Test("The runtime knows no path, no profile and no word of a business")
    func runtimeIsNeutral() throws {
        let runtime = Self.sources.filter { $0.module == "AgentRuntime" }
        let words = #"(?i)\b(invoice|deal|opex|revenue|e-?mail address|/api/v1)\b"#
        let found = try Self.places(of: words, in: runtime)
        #expect(found == [])
    }

    @Test("Every error code is documented")
    func errorCodes() throws {
        let text = try String(contentsOf: Self.root.appending(path: "docs/errors.md"), encoding: .utf8)
        let regex = try Regex(
            #"static let \w+ = (?:Self|AgentError\.Code)\("([a-z_]+)"\)"#,
            as: (Substring, Substring).self
        )
        var missing: [String] = []
        for file in Self.sources {
            for (_, line) in file.code {
                guard let match = line.firstMatch(of: regex) else { continue }
                if !text.contains("`\(match.output.1)`") { missing.append("\(match.output.1) (\(file.path))") }
            }
        }
        #expect(missing == [])
    }

    @Test("Names of the machine a change was made on do not stand in the project")
    func noMachinePaths() throws {
        let everything = Self.sources + Self.files(under: "Tests")
        let found = try Self.places(of: #""/(work|tmp/h)/"#, in: everything) { $0.path.hasPrefix("Tests/TidyTests") }
        #expect(found == [])
    }
}
