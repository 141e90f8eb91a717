import Synchronization
import TestSupport
import Testing

@testable import AgentRuntime

@Suite("Messages to mail servers")
struct SMTPTransportTests {
    private static let message = Array("Subject: x\r\n\r\nHello\r\n.dot\r\n".utf8)

    /// A mail server that answers commands as the closure says; `nil` closes the connection.
    private static func script(
        _ seen: Lines,
        _ answer: @escaping @Sendable (String) -> String?
    ) -> ScriptedServer.Script {
        { connection in
            connection.send("220 there\r\n")
            var isData = false
            while let line = connection.readLine() {
                seen.lines.withLock { $0.append(line) }
                if isData, line != "." { continue }
                let verb = isData ? "." : String(line.prefix(4))
                let standard = ["EHLO": "250 there", "DATA": "354 go", "QUIT": "221 bye"][verb] ?? "250 ok"
                isData = false
                switch answer(verb) {
                case "": connection.send(standard + "\r\n")
                case let other?: connection.send(other + "\r\n")
                case nil: return
                }
                if verb == "DATA", answer(verb) == "" { isData = true }
            }
        }
    }

    private final class Lines: Sendable { let lines = Mutex<[String]>([]) }

    private func send(
        from: String = "a@x.example",
        to: [String] = ["b@y.example"],
        password: String? = nil,
        _ answer: @escaping @Sendable (String) -> String? = { _ in "" }
    ) async throws -> (SMTPError?, [String]) {
        let seen = Lines()
        let transport = try SMTPTransport(threadCount: 1)
        defer { transport.stop() }
        let script: ScriptedServer.Script = { Self.script(seen, answer)($0) }
        let error = try await withScriptedServer(script) { server -> SMTPError? in
            let place = SMTPServer(
                url: "smtp://127.0.0.1:\(server.port)",
                username: password.map { _ in "me" },
                password: password
            )
            do throws(SMTPError) {
                try await transport.send(Self.message, from: from, to: to, by: place)
                return nil
            } catch {
                return error
            }
        }
        return (error, seen.lines.withLock { $0 })
    }

    @Test("A message is taken once the server says so, with its envelope and its dots")
    func taken() async throws {
        let (error, lines) = try await send()
        #expect(error == nil)
        #expect(lines.contains { $0.hasPrefix("MAIL FROM:<a@x.example>") })
        #expect(lines.contains("RCPT TO:<b@y.example>") && lines.contains("..dot"))
        let (_, automatic) = try await send(from: "")
        #expect(automatic.contains { $0.hasPrefix("MAIL FROM:<>") })
    }

    @Test("What the server refuses, puts off or leaves open is told apart")
    func failures() async throws {
        let cases: [(String, String?, SMTPError.Kind)] = [
            ("RCPT", "550 no such user", .refused(550)), ("RCPT", "451 later", .later(451)),
            ("MAIL", "530 sign in", .signIn), ("RCPT", nil, .cut), (".", nil, .unanswered),
            (".", "554 spam", .refused(554)), (".", "452 full", .later(452)),
        ]
        for (verb, reply, kind) in cases {
            let (error, _) = try await send { $0 == verb ? reply : "" }
            #expect(error?.kind == kind, "\(verb) \(reply ?? "cut")")
        }
    }

    @Test("A wrong password is told, and never shown")
    func password() async throws {
        let (error, _) = try await send(password: "pass-word-1") { verb in
            switch verb {
            case "EHLO": "250-there\r\n250 AUTH PLAIN"
            case "AUTH": "535 pass-word-1 is wrong"
            default: ""
            }
        }
        #expect(error?.kind == .signIn)
        #expect(error.map { !"\($0)".contains("pass-word-1") } == true)
    }

    @Test("An address cannot add a command", arguments: ["a@x\r\nRCPT TO:<v@z>", "a@x> SIZE=1", ""])
    func addresses(_ address: String) async throws {
        let (error, lines) = try await send(to: [address])
        #expect(error?.kind == .invalid && lines.isEmpty)
    }

    @Test("A password leaves this machine over TLS alone")
    func security() {
        #expect(SMTPServer(url: "smtp://mail.example:587", username: "a", password: "b").requiresTLS)
        #expect(!SMTPServer(url: "smtp://127.0.0.1:25", username: "a", password: "b").requiresTLS)
        #expect(!SMTPServer(url: "smtp://mail.example").requiresTLS)
    }
}
