// Mutations of the corpus under fixed seeds. Whatever comes of an input, it must be the same however it is cut, and
// what was handled must read back as the same requests when it is written plainly: then nothing was smuggled.

import AgentRuntime
import TestSupport
import Testing

@testable import agentd

/// A small generator whose sequence is the same everywhere (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

private struct Mutator {
    var generator: SeededGenerator
    let inputs: [[UInt8]]

    /// What parsers trip over.
    private static let tokens = [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ";", "0", "0\r\n\r\n", "\r\n\r\n", "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n", "Host: b\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "%00", "/../", "HTTP/1.1",
        "Connection: close\r\n", "Expect: 100-continue\r\n", "fffffffffffffff", "\u{85}",
    ].map { Array($0.utf8) }

    mutating func next() -> [UInt8] {
        var bytes = inputs.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        let end = min(bytes.count, place + Int.random(in: 0...12, using: &generator))
        switch Int.random(in: 0..<7, using: &generator) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 1: bytes.removeSubrange(place..<end)
        case 2: bytes.insert(contentsOf: Self.tokens.randomElement(using: &generator) ?? [], at: place)
        case 3: bytes.insert(contentsOf: Array(bytes[place..<end]), at: place)
        case 4: bytes.removeSubrange(place...)
        case 5:
            let other = inputs.randomElement(using: &generator) ?? []
            bytes.insert(contentsOf: other.suffix(Int.random(in: 0...60, using: &generator)), at: place)
        default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        }
    }
}

@Suite struct HTTPFuzzTests {
    private func inputs() throws -> [[UInt8]] { try HTTPCorpus.cases().map(\.raw).filter { $0.count < 2000 } }

    /// The same request, written with a length and nothing else that frames it.
    private func plain(_ request: HTTPRequest) -> [UInt8] {
        var text = "\(request.method) \(request.target) HTTP/1.\(request.isVersion11 ? 1 : 0)\r\n"
        let framing = ["content-length", "transfer-encoding", "expect"]
        for field in request.headers.fields where !framing.contains(field.name.lowercased()) {
            text += "\(field.name): \(field.value)\r\n"
        }
        return Array("\(text)Content-Length: \(request.body.count)\r\n\r\n".utf8) + request.body
    }

    @Test(
        "A mutated request means the same at any cut, and hides no second one",
        .enabled(if: HTTPCorpus.isThere, "no shared data"),
        arguments: [1, 2, 3, 4]
    )
    func decoder(seed: UInt64) throws {
        var mutator = Mutator(generator: SeededGenerator(seed: seed), inputs: try inputs())
        for round in 0..<6000 {
            let bytes = mutator.next()
            let whole = DecoderRun(bytes)
            let first = Int.random(in: 0...bytes.count, using: &mutator.generator)
            let second = Int.random(in: first...bytes.count, using: &mutator.generator)
            let cut = DecoderRun([bytes[..<first], bytes[first..<second], bytes[second...]])
            guard whole == cut else {
                Issue.record("seed \(seed) round \(round): cut at \(first) and \(second) differs")
                return
            }
            let again = DecoderRun(whole.decoded.flatMap(plain))
            let isSame =
                again.decoded.count == whole.decoded.count
                && zip(again.decoded, whole.decoded).allSatisfy { $0.target == $1.target && $0.body == $1.body }
            guard isSame, again.refusal == nil else {
                Issue.record("seed \(seed) round \(round): \(whole.requests) reads back as \(again)")
                return
            }
        }
    }

    @Test(
        "A server handles of a mutated request what the decoder does",
        .enabled(if: HTTPCorpus.isThere, "no shared data")
    )
    func server() async throws {
        let handler = TestHandler()
        var mutator = Mutator(generator: SeededGenerator(seed: 99), inputs: try inputs())
        try await withServer(handler) { test in
            var handled = 0
            for round in 0..<400 {
                let bytes = mutator.next()
                _ = try await TestClient.exchange(bytes, port: test.port)
                handled += DecoderRun(bytes).requests.count
                guard handler.requests.count == handled else {
                    Issue.record("round \(round): \(String(decoding: bytes, as: UTF8.self).debugDescription)")
                    return
                }
            }
            #expect(
                try await TestClient.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", port: test.port).first?.status == 200
            )
        }
    }
}
