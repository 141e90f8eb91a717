package import AgentRuntime
internal import Foundation

/// Test data beside the repository (`../shared/data`); tests that need it are skipped where it is missing.
package enum SharedData {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "../shared/data")

    package static func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path)
    }

    /// The documents of a file with one JSON document per line.
    package static func lines(_ name: String) throws -> [JSONValue] {
        let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    package static func path(_ name: String) -> String { folder.appending(path: name).path }

    package static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: name)))
    }

    package static func base64(_ text: String) -> [UInt8] { Data(base64Encoded: text).map(Array.init) ?? [] }
}
