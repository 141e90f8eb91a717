import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import agentd

@Suite("The daemon's secret")
struct DaemonSecretTests {
    @Test("It is made once, readable by its owner alone, and found again")
    func madeOnce() throws {
        let folder = TemporaryFolder()
        let first = try DaemonSecret.load(nil, folder: folder.path, random: SystemRandom())
        #expect(first.count >= 32)
        #expect(try DaemonSecret.load(nil, folder: folder.path, random: SystemRandom()) == first)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("secret"))
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["secret"])
    }

    @Test("Many at once agree on one")
    func race() async throws {
        let folder = TemporaryFolder()
        let secrets = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<20 {
                group.addTask { try DaemonSecret.load(nil, folder: folder.path, random: SystemRandom()) }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(secrets.count == 1)
    }

    @Test("The configuration's own stands above it, and a damaged one is not used")
    func configured() throws {
        let folder = TemporaryFolder()
        let own = try DaemonSecret.load(Secret("mine"), folder: folder.path, random: SystemRandom())
        #expect(own == Array("mine".utf8))
        try Data("short".utf8).write(to: URL(filePath: folder.file("secret")))
        let error = #expect(throws: AgentError.self) {
            try DaemonSecret.load(nil, folder: folder.path, random: SystemRandom())
        }
        #expect(error?.code == .corrupted)
    }
}
