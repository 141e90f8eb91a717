import Testing

@testable import AgentRuntime

@Suite("Hashes, codes, seals and keys")
struct CryptographyTests {
    @Test(
        "SHA-256 of the samples of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func hash(text: String, hex: String) {
        #expect(SHA256.hex(text) == hex)
        var pieces = SHA256()
        for byte in text.utf8 { pieces.update([byte]) }
        #expect(Hex.encode(pieces.hash()) == hex)
    }

    @Test("A copy of a hash continues on its own")
    func copiedHash() {
        var first = SHA256()
        first.update("ab")
        var second = first
        second.update("c")
        #expect(first.hash() == SHA256.hash("ab") && second.hash() == SHA256.hash("abc"))
    }

    @Test("Random bytes are as many as asked for and never the same, also from several threads")
    func random() async {
        let random = SystemRandom()
        #expect([0, 1, 12, 64, 65, 5000].allSatisfy { random.bytes($0).count == $0 })
        let all = await withTaskGroup(of: Set<[UInt8]>.self) { group in
            for _ in 0..<4 {
                group.addTask { Set((0..<1000).map { _ in random.bytes(12) }) }
            }
            return await group.reduce(into: Set<[UInt8]>()) { $0.formUnion($1) }
        }
        #expect(all.count == 4000)
    }

    @Test("HMAC-SHA-256 of RFC 4231, cases 1 and 2, and of nothing")
    func code() {
        let first = HMACSHA256.code(for: Array("Hi There".utf8), key: Array(repeating: 0x0b, count: 20))
        #expect(Hex.encode(first) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let question = Array("what do ya want for nothing?".utf8)
        let second = HMACSHA256.code(for: question, key: Array("Jefe".utf8))
        #expect(Hex.encode(second) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let nothing = HMACSHA256.code(for: [], key: [])
        #expect(Hex.encode(nothing) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
        #expect(HMACSHA256.isValid(second, for: question, key: Array("Jefe".utf8)))
        #expect(!HMACSHA256.isValid(second, for: question, key: Array("jefe".utf8)))
    }

    @Test("AES-256-GCM of the test case 16 of its specification")
    func seal() throws {
        let key = try #require(Hex.decode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
        let nonce = try #require(Hex.decode("cafebabefacedbaddecaf888"))
        let header = try #require(Hex.decode("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        let plain = try #require(
            Hex.decode(
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
            )
        )
        let sealed = AESGCM.seal(plain, key: key, nonce: nonce, header: header)
        #expect(
            Hex.encode(sealed) == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662" + "76fc6ece0f4e1768cddf8853bb2d551b"
        )
        #expect(AESGCM.open(sealed, key: key, nonce: nonce, header: header) == plain)
    }

    @Test("A sealed text opens only unchanged, with its key, nonce and header")
    func open() {
        let key = SystemRandom().bytes(32)
        let nonce = SystemRandom().bytes(12)
        for text in ["", "a", "a longer text, over one block of sixteen bytes"] {
            let sealed = AESGCM.seal(Array(text.utf8), key: key, nonce: nonce, header: [1])
            #expect(AESGCM.open(sealed, key: key, nonce: nonce, header: [1]) == Array(text.utf8))
            #expect(AESGCM.open(sealed, key: key, nonce: nonce, header: [2]) == nil)
            #expect(AESGCM.open(sealed, key: SystemRandom().bytes(32), nonce: nonce, header: [1]) == nil)
            for index in sealed.indices {
                var changed = sealed
                changed[index] ^= 1
                #expect(AESGCM.open(changed, key: key, nonce: nonce, header: [1]) == nil)
            }
        }
        #expect(AESGCM.open([1, 2, 3], key: key, nonce: nonce) == nil)
    }

    @Test("Texts that are sealed and opened at the same time, some with a wrong key, do not touch each other")
    func sealAtOnce() async {
        await withTaskGroup(of: Int.self) { group in
            for task in 0..<32 {
                group.addTask {
                    let key = SystemRandom().bytes(32)
                    var wrong = 0
                    for round in 0..<50 {
                        let text = [UInt8](repeating: UInt8(task), count: round * 7)
                        let nonce = SystemRandom().bytes(12)
                        let sealed = AESGCM.seal(text, key: key, nonce: nonce, header: [UInt8(round)])
                        if AESGCM.open(sealed, key: SystemRandom().bytes(32), nonce: nonce) != nil { wrong += 1 }
                        if AESGCM.open(sealed, key: key, nonce: nonce, header: [UInt8(round)]) != text { wrong += 1 }
                    }
                    return wrong
                }
            }
            for await wrong in group { #expect(wrong == 0) }
        }
    }

    @Test("scrypt of RFC 7914 §12")
    func scrypt() {
        let empty = Scrypt.derive([], salt: [], cost: .init(iterations: 16, blockSize: 1, parallelism: 1), count: 64)
        #expect(empty.map { Hex.encode($0.prefix(16)) } == "77d6576238657b203b19ca42c18a0497")
        let cost = Scrypt.Cost(iterations: 1024, blockSize: 8, parallelism: 16)
        let key = Scrypt.derive(Array("password".utf8), salt: Array("NaCl".utf8), cost: cost, count: 64)
        #expect(key.map { Hex.encode($0.prefix(16)) } == "fdbabe1c9d3472007856e7190d01e9fe")
    }

    @Test(
        "scrypt refuses a cost out of bounds",
        arguments: [(0, 8, 1), (1, 8, 1), (1000, 8, 1), (1024, 0, 1), (1024, 8, 0), (1 << 40, 8, 1), (1 << 62, 64, 16)]
    )
    func scryptBounds(iterations: Int, blockSize: Int, parallelism: Int) {
        let cost = Scrypt.Cost(iterations: iterations, blockSize: blockSize, parallelism: parallelism)
        #expect(Scrypt.derive([1], salt: [2], cost: cost) == nil)
    }

    @Test("Secrets are compared whole")
    func equality() {
        #expect(constantTimeEquals([], []) && constantTimeEquals([1, 2], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 3]) && !constantTimeEquals([1], [1, 2]))
    }
}
