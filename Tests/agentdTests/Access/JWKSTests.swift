import AgentRuntime
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import agentd

@Suite("Keys of other issuers")
struct JWKSTests {
    static let issuer = "https://issuer.example"
    static let now = Timestamp(milliseconds: 1_767_225_600_000)
    static let fixture: JSONValue = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/jwks.json")
        guard let data = try? Data(contentsOf: file), let value = try? JSONValue(parsing: Array(data)) else {
            return .null
        }
        return value
    }()

    private static func set() throws -> [UInt8] { try #require(fixture["set"]).bytes() }

    private static func token(_ name: String) throws -> String { try #require(fixture[name]?.string) }

    private static func keys(audience: String? = nil) throws -> [JWTKey] {
        try JWKS.keys(set(), issuer: issuer, audience: audience)
    }

    @Test("Keys for signatures are taken, others passed over")
    func taken() throws {
        let keys = try Self.keys()
        #expect(keys.map(\.algorithm) == [.rs256, .es256])
        #expect(keys.map(\.id) == ["rsa-1", "ec-1"])
    }

    @Test("Tokens of both algorithms hold", arguments: ["rs256", "es256"])
    func holds(name: String) throws {
        let claims = try JWT.verified(Self.token(name), keys: Self.keys(audience: "agentd"), at: Self.now)
        #expect(claims.subject == UserID("ext_1"))
        #expect(claims.roles == [.viewer])
    }

    @Test(
        "A changed signature, another issuer's keys and another algorithm do not hold",
        arguments: ["rs256", "es256"]
    )
    func doesNotHold(name: String) throws {
        let token = try Self.token(name)
        var parts = token.split(separator: ".").map(String.init)
        var signature = try #require(Base64URL.decode(parts[2]))
        signature[10] ^= 1
        parts[2] = Base64URL.encode(signature)
        let keys = try Self.keys()
        #expect(throws: JWTError.wrongSignature) {
            try JWT.verified(parts.joined(separator: "."), keys: keys, at: Self.now)
        }
        parts[2] = Base64URL.encode(Array(signature.dropLast()))
        #expect(throws: JWTError.wrongSignature) {
            try JWT.verified(parts.joined(separator: "."), keys: keys, at: Self.now)
        }
        let other = try JWKS.keys(Self.set(), issuer: "https://other.example", audience: nil)
        #expect(throws: JWTError.wrongIssuer) { try JWT.verified(token, keys: other, at: Self.now) }
        let audience = try Self.keys(audience: "somebody else")
        #expect(throws: JWTError.wrongAudience) { try JWT.verified(token, keys: audience, at: Self.now) }
        let own = JWTKey.hs256(Array("secret".utf8), issuer: nil, audience: nil)
        #expect(throws: JWTError.wrongAlgorithm) { try JWT.verified(token, keys: [own], at: Self.now) }
    }

    @Test("A public key is no secret to sign with, and no key serves another's algorithm")
    func confusion() throws {
        let claims: JSONObject = ["sub": "u", "tenant_id": "t", "exp": 1_767_229_200, "iss": .string(Self.issuer)]
        let keys = try Self.keys()
        #expect(throws: JWTError.wrongAlgorithm) {
            try JWT.verified(JWT.signed(claims, secret: Self.set()), keys: keys, at: Self.now)
        }
        let confused = try Self.token("confused")
        #expect(throws: JWTError.wrongSignature) { try JWT.verified(confused, keys: keys, at: Self.now) }
    }

    @Test("What is no usable key set is refused")
    func refused() throws {
        let small = try #require(Self.fixture["small"])
        let offCurve: JSONValue = [
            "kty": "EC", "crv": "P-256", "x": .string(Base64URL.encode(Array(repeating: 1, count: 32))),
            "y": .string(Base64URL.encode(Array(repeating: 1, count: 32))),
        ]
        let symmetric: JSONValue = ["kty": "oct", "k": "c2VjcmV0"]
        let documents: [JSONValue] = [
            [], ["keys": []], ["keys": [small]], ["keys": [offCurve]], ["keys": [symmetric]],
            ["keys": .array(Array(repeating: [:], count: 101))],
        ]
        for document in documents {
            #expect(throws: AgentError.self) { try JWKS.keys(document.bytes(), issuer: Self.issuer, audience: nil) }
        }
        #expect(throws: AgentError.self) { try JWKS.keys([], issuer: Self.issuer, audience: nil) }
    }

    @Test("A set that cannot be read again leaves the keys of before")
    func kept() async throws {
        let isBroken = Mutex(false)
        let document = try Self.set()
        let sets = [Configuration.KeySet(issuer: Self.issuer, audience: nil, place: .file("keys.json"))]
        let log = Logger(level: .error, format: .json, wallClock: HandClock()) { _ in }
        let own = JWTKey.hs256([1], issuer: nil, audience: nil)
        let keySets = KeySets(own: own, sets: sets, log: log) { _ in
            if isBroken.withLock({ $0 }) { throw AgentError(.unavailable, "The file is gone.") }
            return document
        }
        #expect(await keySets.keys.count == 1)
        await keySets.refresh()
        #expect(await keySets.keys.count == 3)
        isBroken.withLock { $0 = true }
        await keySets.refresh()
        #expect(await keySets.keys.count == 3)
    }

    @Test("A set is read over HTTP, again when a token names a new key, and kept when its server fails")
    func rotation() async throws {
        let whole = try Self.set()
        let elements = try #require(try JSONValue(parsing: whole)["keys"]?.array)
        let first = JSONValue.object(["keys": .array(elements.filter { $0["kid"] == "ec-1" })]).bytes()
        let reads = Mutex(0)
        let script = ScriptedServer.answering { _ in
            let number = reads.withLock { count in
                count += 1
                return count
            }
            switch number {
            case 1: return (200, "content-type: application/json\r\n", first)
            case 2: return (200, "content-type: application/json\r\n", whole)
            case 3: return (500, "", [])
            default: return (200, "", [UInt8](repeating: 32, count: JWKS.bytesMax + 1))
            }
        }
        try await withScriptedServer(script) { server in
            try await withEventLoop { loop in
                let transport = CurlTransport(loops: [loop], options: CurlTransport.Options(proxy: .none))
                let instant = Mutex(LoopInstant(nanoseconds: 0))
                let place = Configuration.KeySet.Place.url("\(server.url)/keys")
                let sets = KeySets(
                    own: .hs256([UInt8](repeating: 1, count: 32), issuer: nil, audience: nil),
                    sets: [Configuration.KeySet(issuer: Self.issuer, audience: nil, place: place)],
                    log: Logger(level: .error, format: .json, wallClock: HandClock()) { _ in },
                    now: { instant.withLock { $0 } },
                    read: { try await KeySetReader(transport: transport).read($0) }
                )
                await sets.refresh()
                #expect(await sets.keys.map(\.id) == [nil, "ec-1"])
                let token = try Self.token("rs256")
                #expect(await sets.refresh(for: token) == false)
                instant.withLock { $0 = $0.advanced(by: KeySets.pause) }
                let known = try Self.token("es256")
                #expect(await sets.refresh(for: known) == false)
                #expect(await sets.refresh(for: token))
                #expect(await sets.keys.map(\.id) == [nil, "rsa-1", "ec-1"])
                instant.withLock { $0 = $0.advanced(by: KeySets.pause) }
                #expect(await sets.refresh(for: token) == false)
                for _ in 0..<2 { await sets.refresh() }
                #expect(await sets.keys.count == 3)
                #expect(reads.withLock { $0 } == 4)
                await transport.shutDown()
            }
        }
    }
}
