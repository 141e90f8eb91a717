import Foundation
import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Programs on a loop")
struct ChildProcessTests {
    /// What a program wrote until it ended.
    private func output(
        of command: [String],
        environment: [String: String] = [:],
        input: [UInt8]?
    ) async throws -> [UInt8] {
        try await withEventLoop { loop in
            let (chunks, continuation) = AsyncStream.makeStream(of: [UInt8].self)
            let process = await loop.perform { () -> Result<ChildProcess, any Error> in
                do {
                    let process = try ChildProcess(command, environment: environment, loop: loop) { bytes in
                        if let bytes { continuation.yield(bytes) } else { continuation.finish() }
                    }
                    if let input { #expect(process.write(input)) }
                    return .success(process)
                } catch {
                    return .failure(error)
                }
            }
            let running = try process.get()
            var all: [UInt8] = []
            for await chunk in chunks {
                all += chunk
                if let input, all.count >= input.count { await loop.perform { running.end() } }
            }
            await loop.perform { running.end() }
            return all
        }
    }

    @Test("What is written comes back from a program that repeats it, however much it is")
    func echo() async throws {
        let input = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try await output(of: ["cat"], input: input) == input)
    }

    @Test("A program sees the environment it is given and no other")
    func environment() async throws {
        let command = ["/usr/bin/env"]
        #expect(try await output(of: command, environment: ["A": "1"], input: nil) == Array("A=1\n".utf8))
    }

    @Test("A program that is not there cannot be started")
    func missing() async throws {
        await #expect(throws: SystemError.self) { try await output(of: ["/no/such/program"], input: nil) }
    }

    @Test("A program that has ended takes no input")
    func ended() async throws {
        try await withEventLoop { loop in
            let (ends, continuation) = AsyncStream.makeStream(of: Bool.self)
            let process = await loop.perform {
                try? ChildProcess(["true"], environment: [:], loop: loop) { bytes in
                    if bytes == nil { continuation.yield(true) }
                }
            }
            let running = try #require(process)
            var iterator = ends.makeAsyncIterator()
            #expect(await iterator.next() == true)
            #expect(await loop.perform { running.write([1]) } == false)
        }
    }

    @Test("A program that does not want to stop is stopped, and nothing of it stays")
    func stubborn() async throws {
        try await withEventLoop { loop in
            let (lines, continuation) = AsyncStream.makeStream(of: [UInt8].self)
            let script = "trap '' TERM; echo $$; while :; do sleep 0.05; done"
            let process = await loop.perform {
                try? ChildProcess(["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], loop: loop) {
                    bytes in
                    if let bytes { continuation.yield(bytes) }
                }
            }
            let running = try #require(process)
            var iterator = lines.makeAsyncIterator()
            let said = String(decoding: try #require(await iterator.next()), as: UTF8.self)
            let folder = "/proc/\(said.prefix { $0.isNumber })"
            #expect(FileManager.default.fileExists(atPath: folder))
            await loop.perform { running.end() }
            let clock = ContinuousClock()
            let limit = clock.now + .seconds(30)
            while FileManager.default.fileExists(atPath: folder), clock.now < limit {
                try await clock.sleep(for: .milliseconds(20))
            }
            #expect(!FileManager.default.fileExists(atPath: folder))
        }
    }
}
