// A task without an executor resumes through the global pool: on an event loop every suspension then costs two thread
// switches, with no warning and no wrong result. So each unstructured task in the sources says where it runs.

import Foundation
import Testing

@Suite struct UnstructuredTaskTests {
    private static let sources = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources")

    @Test("No unstructured task is made without an executor")
    func executors() throws {
        let files = try #require(FileManager.default.enumerator(at: Self.sources, includingPropertiesForKeys: nil))
        let bareTask = #/(^|[^\w.`/])Task(\.immediate)?\s*\{|Task\.detached/#
        var count = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            count += 1
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            for line in lines where !line.drop(while: { $0 == " " }).hasPrefix("//") {
                #expect(!line.contains(bareTask), "\(file.lastPathComponent): \(line)")
            }
        }
        #expect(count > 0)
    }
}
