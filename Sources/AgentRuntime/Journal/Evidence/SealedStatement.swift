internal import Foundation

/// Something that this deployment has found out and keeps beside its journal, signed so that nobody without its key can
/// say otherwise.
package struct SealedStatement: Sendable, Hashable {
    package var value: JSONValue

    package init(_ value: JSONValue) { self.value = value }

    /// No checkpoint begins like this, so that neither is taken for the other.
    private static func message(_ purpose: String, _ value: JSONValue) -> [UInt8] {
        Array("agentd statement: \(purpose)\n".utf8) + value.canonicalBytes()
    }

    /// Reads a statement that was kept for a purpose; `nil` when there is none that is signed with the key.
    package init?(path: String, purpose: String, by signer: CheckpointSigner) {
        // What does not parse was not written here.
        guard let content = FileManager.default.contents(atPath: path),
            let value = try? JSONValue(parsing: Array(content)), let statement = value["statement"],
            let signature = Base64URL.decode(bytes: Array((value["signature"]?.string ?? "").utf8)),
            signer.hasSigned(Self.message(purpose, statement), signature)
        else { return nil }
        self.value = statement
    }

    package func keep(path: String, purpose: String, by signer: CheckpointSigner) throws {
        let signature = signer.signature(over: Self.message(purpose, value))
        let file: JSONValue = [
            "statement": value,
            "signature": .string(String(decoding: Base64URL.encodedBytes(signature), as: UTF8.self)),
        ]
        try Data(file.bytes()).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}
