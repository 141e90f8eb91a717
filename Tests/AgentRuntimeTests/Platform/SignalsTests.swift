import Glibc
import TestSupport
import Testing

@testable import AgentRuntime

// Serialized: a process has one table of signal handlers.
@Suite(.serialized) struct SignalsTests {
    @Test("A signal becomes an event on the loop")
    func arrival() async throws {
        try await withEventLoop { loop in
            let events = Signals.events([.hangUp], on: loop)
            await loop.perform {}
            kill(getpid(), SIGHUP)
            var iterator = events.makeAsyncIterator()
            #expect(await iterator.next() == .hangUp)
        }
    }

    @Test("A write to a closed peer is an error, not the end of the process")
    func brokenPipe() throws {
        Signals.ignoreBrokenPipes()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        #expect(write(ends[1], "x", 1) == -1)
        #expect(errno == EPIPE)
        close(ends[1])
    }
}
