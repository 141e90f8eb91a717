import Foundation
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("The data folder")
struct DataFolderTests {
    private func permissions(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("A new folder is made with what is above it, for its owner alone")
    func making() throws {
        let folder = TemporaryFolder()
        let data = try DataFolder(path: folder.file("a/b/data"))
        #expect(try permissions(data.path) == 0o700)
        #expect(try permissions(data.tail) == 0o700)
        #expect(try permissions(data.tenants) == 0o700)
        #expect(try String(contentsOfFile: data.path + "/version", encoding: .utf8) == "1\n")
        #expect(data.tenant(TenantID("ten_a")) == data.path + "/tenants/ten_a.db")
        _ = try DataFolder(path: data.path)
    }

    @Test("A folder that others could read is closed to them")
    func closing() throws {
        let folder = TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        _ = try DataFolder(path: folder.path)
        #expect(try permissions(folder.path) == 0o700)
    }

    @Test("A folder of a newer program is refused in clear words and left as it is")
    func newer() throws {
        let folder = TemporaryFolder()
        try Data("7\n".utf8).write(to: URL(fileURLWithPath: folder.file("version")))
        let error = #expect(throws: DataFolderError.self) { try DataFolder(path: folder.path) }
        #expect(error == .newer(path: folder.path, version: 7, known: DataFolder.currentVersion))
        #expect(error?.description.contains("newer agentd") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["version"])
    }

    @Test("A version that is no number is refused", arguments: ["", "one", "0", "-1"])
    func unreadable(text: String) throws {
        let folder = TemporaryFolder()
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("version")))
        let error = #expect(throws: DataFolderError.self) { try DataFolder(path: folder.path) }
        guard case .unreadable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("An older folder is brought up to date step by step; a step that fails is tried again")
    func migration() throws {
        struct Stop: Error {}
        let folder = TemporaryFolder()
        _ = try DataFolder(path: folder.path)
        func mark(_ name: String) -> DataFolder.Step {
            { path in try Data().write(to: URL(fileURLWithPath: "\(path)/\(name)")) }
        }
        let error = #expect(throws: DataFolderError.self) {
            try DataFolder(path: folder.path, currentVersion: 3, steps: [mark("two"), { _ in throw Stop() }])
        }
        guard case .migration(_, version: 3, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try String(contentsOfFile: folder.file("version"), encoding: .utf8) == "2\n")
        _ = try DataFolder(path: folder.path, currentVersion: 3, steps: [{ _ in throw Stop() }, mark("three")])
        #expect(try String(contentsOfFile: folder.file("version"), encoding: .utf8) == "3\n")
        #expect(FileManager.default.fileExists(atPath: folder.file("three")))
    }

    @Test("Where no folder can be, the error names the path")
    func impossible() throws {
        let folder = TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        for path in [folder.file("file"), folder.file("file/below")] {
            let error = #expect(throws: DataFolderError.self) { try DataFolder(path: path) }
            #expect(error?.description.contains(folder.file("file")) == true)
        }
    }

    @Test("One process holds the lock; who comes second is told which")
    func lock() throws {
        let folder = TemporaryFolder()
        let data = try DataFolder(path: folder.path)
        var held: DataFolderLock? = try data.lock()
        let error = #expect(throws: DataFolderError.self) { try data.lock() }
        #expect(error == .inUse(path: folder.path, process: Int(ProcessInfo.processInfo.processIdentifier)))
        #expect(held != nil)
        held = nil
        _ = try data.lock()
    }
}
