internal import AgentRuntime

/// The command's side of the control socket.
struct ControlClient: Sendable {
    /// The socket of a daemon.
    var path: String
    /// The longest silence of the daemon.
    var timeout: Duration = .seconds(600)

    /// Has the daemon do it.
    func call(
        _ command: String,
        _ arguments: JSONObject,
        progress: (JSONValue) async throws -> Void = { _ in }
    ) async throws -> JSONValue {
        let path = path
        let socket: Socket
        do throws(SystemError) {
            socket = try Socket.withReachablePath(path) { path throws(SystemError) in try Socket.connect(path: path) }
        } catch {
            throw AgentError(
                .unavailable,
                "The data folder is in use, but nobody answers at \(path): \(error). "
                    + "The daemon may be starting or stopping; try again.",
                isRetryable: true
            )
        }
        defer { socket.close() }
        let channel = ControlChannel(socket: socket)
        let timeout = timeout
        let request = ControlMessage.request(command, arguments)
        let isSent = await ControlChannel.waiting { channel.write(request, timeout: timeout) }
        guard isSent else { throw ControlClient.broken }
        var buffer: [UInt8] = []
        while true {
            let begun = buffer
            let (line, rest) = await ControlChannel.waiting { () -> ([UInt8]?, [UInt8]) in
                var buffer = begun
                let line = channel.readLine(max: ControlMessage.replyMax, timeout: timeout, buffer: &buffer)
                return (line, buffer)
            }
            buffer = rest
            guard let line, let reply = ControlMessage.parseReply(line) else { throw ControlClient.broken }
            switch reply {
            case .progress(let value): try await progress(value)
            case .result(let value): return value
            case .failure(let error): throw error
            }
        }
    }

    private static var broken: AgentError {
        AgentError(
            .unavailable,
            "The daemon ended the connection before it had answered; whether it did what was asked is not known."
        )
    }
}
