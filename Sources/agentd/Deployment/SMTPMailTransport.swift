internal import AgentRuntime
internal import Tools

/// A tenant's mail by the server that its configuration names.
struct SMTPMailTransport: MailTransport {
    private let server: SMTPServer
    private let transport: SMTPTransport

    init(_ settings: Configuration.SMTP, over transport: SMTPTransport) {
        server = SMTPServer(url: settings.url, username: settings.username, password: settings.password?.reveal())
        self.transport = transport
    }

    func send(_ message: [UInt8], from: String, to: [String]) async throws {
        do throws(SMTPError) {
            try await transport.send(message, from: from, to: to, by: server)
        } catch {
            throw MailTransportFailure("\(error)", isUnknown: error.isUnknown, isRetryable: error.isTransient)
        }
    }
}
