import AgentRuntime
import Foundation
import TestSupport
import Testing

@Suite("Gzip")
struct GzipTests {
    @Test(
        "What is compressed comes out of another program as it went in",
        arguments: [
            [], [0x41], Array("abcabcabcabcabcabc".utf8), [UInt8](repeating: 0x20, count: 70_000),
            Array((0..<3000).map { "{\"id\":\($0),\"name\":\"Ferry Tickets\"}" }.joined(separator: ",").utf8),
            (0..<40_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }, (0...255).map { UInt8($0) },
        ] as [[UInt8]]
    )
    func roundTrip(_ bytes: [UInt8]) throws {
        let folder = TemporaryFolder()
        let file = URL(filePath: folder.file("content.gz"))
        try Data(Gzip.compress(bytes)).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-d", file.path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(Array(try Data(contentsOf: URL(filePath: folder.file("content")))) == bytes)
    }

    @Test("JSON becomes much smaller, and what cannot become smaller grows by little")
    func sizes() {
        let rows = (0..<2000).map { "{\"id\":\($0),\"name\":\"Ferry Tickets\",\"amount\":\($0 * 37)}" }
        let json = Array("[\(rows.joined(separator: ","))]".utf8)
        #expect(Gzip.compress(json).count * 4 < json.count)
        var state: UInt64 = 88_172_645_463_325_252
        let noise = (0..<10_000).map { _ -> UInt8 in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 24)
        }
        #expect(Gzip.compress(noise).count < noise.count * 9 / 8 + 32)
    }
}
