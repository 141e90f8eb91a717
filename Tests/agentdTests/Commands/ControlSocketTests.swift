import AgentRuntime
import Foundation
import TestSupport
import Testing

@testable import agentd

@Suite("The control socket")
struct ControlSocketTests {
    /// Answers with what it was asked, after telling how far it is.
    private struct Echo: ControlHandler {
        let commands = ["echo", "fail", "break"]

        func handle(_ command: String, _ arguments: JSONObject, progress: ControlProgress) async throws -> JSONValue {
            switch command {
            case "fail":
                throw AgentError(.conflict, "It is there.", details: [.init(field: "a", message: "is used")])
            case "break": throw CancellationError()
            default:
                try await progress(1)
                try await progress(2)
                return .object(arguments)
            }
        }
    }

    private static func serving(
        _ path: String,
        _ body: () async throws -> Void
    ) async throws {
        let server = ControlServer(
            path: path,
            handler: ControlRouter([Echo()]),
            log: Logger(level: .error, format: .json, wallClock: HandClock()) { _ in }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            while !FileManager.default.fileExists(atPath: path) { await Task.yield() }
            while (try? await ControlClient(path: path).call("echo", [:])) == nil { await Task.yield() }
            try await body()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test("A request is answered, after its progress, by a socket of the owner alone")
    func answered() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("agentd.sock")
        try await Self.serving(path) {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            var seen: [JSONValue] = []
            let text = String(repeating: "é\n", count: 100_000)
            let result = try await ControlClient(path: path).call("echo", ["text": .string(text)]) { seen.append($0) }
            #expect(result == ["text": .string(text)])
            #expect(seen == [1, 2])
        }
    }

    @Test("Failures arrive as they were thrown")
    func failures() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("agentd.sock")
        try await Self.serving(path) {
            let client = ControlClient(path: path)
            let conflict = await #expect(throws: AgentError.self) { try await client.call("fail", [:]) }
            #expect(conflict?.code == .conflict)
            #expect(conflict?.details == [.init(field: "a", message: "is used")])
            let unknown = await #expect(throws: AgentError.self) { try await client.call("none", [:]) }
            #expect(unknown?.code == .notFound)
            let cancelled = await #expect(throws: AgentError.self) { try await client.call("break", [:]) }
            #expect(cancelled?.code == .cancelled)
        }
    }

    @Test("Nonsense and too much are refused, and the next one is served")
    func hostile() async throws {
        let folder = TemporaryFolder()
        let path = folder.file("agentd.sock")
        try await Self.serving(path) {
            for bytes in [Array("nonsense\n".utf8), Array("{}\n".utf8), Array("{\"command\": 1}\n".utf8)] {
                let socket = try Socket.connect(path: path)
                defer { socket.close() }
                let channel = ControlChannel(socket: socket)
                // Off the threads that the server's own tasks need.
                let line = await ControlChannel.waiting { () -> [UInt8]? in
                    var buffer: [UInt8] = []
                    guard channel.write(bytes, timeout: .seconds(300)) else { return nil }
                    return channel.readLine(max: 1000, timeout: .seconds(300), buffer: &buffer)
                }
                guard case .failure(let error) = line.flatMap(ControlMessage.parseReply) else {
                    Issue.record("no failure")
                    continue
                }
                #expect(error.code == .invalidArgument)
            }
            let flood = try Socket.connect(path: path)
            _ = await ControlChannel.waiting {
                ControlChannel(socket: flood).write([UInt8](repeating: 65, count: 3 << 20), timeout: .seconds(300))
            }
            flood.close()
            #expect(try await ControlClient(path: path).call("echo", ["a": 1]) == ["a": 1])
        }
    }

    @Test("A path longer than a socket's address is reached all the same")
    func longPath() async throws {
        let folder = TemporaryFolder()
        let deep = folder.file(String(repeating: "long", count: 40))
        try FileManager.default.createDirectory(atPath: deep, withIntermediateDirectories: true)
        try await Self.serving("\(deep)/agentd.sock") {}
    }
}
