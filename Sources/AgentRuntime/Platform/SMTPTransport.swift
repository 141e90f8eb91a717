// Messages to mail servers by libcurl. The library waits inside its own call for the server's word on a message and for
// the end of the connection, even with a multi handle, so that a slow server would hold a loop up: the calls are made on
// threads of their own instead, and no loop waits for them.

internal import CCurl
internal import Glibc

/// A server that takes messages, and how it is spoken to.
package struct SMTPServer: Sendable {
    package enum Security: String, Sendable {
        /// TLS where the server offers it, and always where a password would leave this machine.
        case offered
        case required
        case never
    }

    package var url: String
    package var username: String?
    package var password: String?
    package var security: Security
    /// A file of certificates in PEM to trust instead of the system's.
    package var certificateFile: String?

    package init(
        url: String,
        username: String? = nil,
        password: String? = nil,
        security: Security = .offered,
        certificateFile: String? = nil
    ) {
        self.url = url
        self.username = username
        self.password = password
        self.security = security
        self.certificateFile = certificateFile
    }

    /// The name in the URL, without port and path.
    var host: String {
        let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let place = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if place.hasPrefix("["), let end = place.firstIndex(of: "]") { return String(place[...end]) }
        return String(place.prefix { $0 != ":" })
    }

    private var isThisMachine: Bool {
        let name = host.lowercased().filter { $0 != "[" && $0 != "]" }
        return name == "localhost" || IPAddress(name)?.isLoopback == true
    }

    var requiresTLS: Bool {
        switch security {
        case .required: true
        case .never: false
        case .offered: password != nil && !isThisMachine
        }
    }
}

/// Gives messages to mail servers, each over a connection of its own.
///
/// Bounds: `threadCount` messages at a time, the others wait; the deadlines; `SMTPExchange.replyBytesMax` of replies.
package final class SMTPTransport: Sendable {
    package struct Deadlines: Sendable {
        package var connect = Duration.seconds(15)
        /// For each answer of the server.
        package var reply = Duration.seconds(60)
        package var whole = Duration.seconds(180)

        package init() {}
    }

    private let workers: Workers
    private let deadlines: Deadlines

    package init(threadCount: Int = 4, deadlines: Deadlines = Deadlines()) throws(SystemError) {
        precondition(CurlTransport.isReady, "libcurl cannot start, or resolves names on the calling thread")
        workers = try Workers(threadCount: threadCount)
        self.deadlines = deadlines
    }

    /// Returns when the server has said that it took the message for all recipients.
    ///
    /// An empty `from` is the null reverse path (RFC 5321 §4.5.5). Of several recipients all are taken or none.
    package func send(
        _ message: [UInt8],
        from: String,
        to recipients: [String],
        by server: SMTPServer
    ) async throws(SMTPError) {
        let deadlines = deadlines
        let flag = CancellationFlag()
        let result: Result<Void, SMTPError> = await withTaskCancellationHandler {
            await withTaskExecutorPreference(workers) {
                await Self.exchange(message, from, recipients, server, deadlines, flag)
            }
        } onCancel: {
            flag.set()
        }
        try result.get()
    }

    /// Ends the threads once what runs has ended; nothing may be sent afterwards.
    package func stop() { workers.stop() }

    @concurrent
    private static func exchange(
        _ message: [UInt8],
        _ from: String,
        _ recipients: [String],
        _ server: SMTPServer,
        _ deadlines: Deadlines,
        _ flag: CancellationFlag
    ) async -> Result<Void, SMTPError> {
        let exchange = SMTPExchange(message, from: from, to: recipients, by: server, deadlines, flag)
        do throws(SMTPError) {
            try exchange.run()
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
