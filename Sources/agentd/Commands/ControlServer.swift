internal import AgentRuntime

/// The daemon's side of the control socket.
///
/// Bounds: 16 connections at a time and 16 that wait; a request must be there within 10 s and within 1 MiB.
/// A command that has begun is finished even when its caller goes away.
struct ControlServer: Sendable {
    static let connectionsMax = 16

    var path: String
    var handler: any ControlHandler
    var log: Logger

    /// Answers until cancelled.
    ///
    /// - Throws: `SystemError` when the socket cannot be opened.
    func run() async throws {
        let path = path
        let listener = try Socket.withReachablePath(path) { path throws(SystemError) in try Socket.listen(path: path) }
        let sockets = listener.connections(waitingMax: ControlServer.connectionsMax)
        await withDiscardingTaskGroup { group in
            var iterator = sockets.makeAsyncIterator()
            let slots = AsyncStream.makeStream(of: Void.self)
            var free = slots.stream.makeAsyncIterator()
            for _ in 0..<ControlServer.connectionsMax { slots.continuation.yield() }
            while let socket = await iterator.next() {
                guard await free.next() != nil else {
                    socket.close()
                    break
                }
                group.addTask {
                    await serve(socket)
                    slots.continuation.yield()
                }
            }
        }
    }

    private func serve(_ socket: Socket) async {
        let channel = ControlChannel(socket: socket)
        let line = await ControlChannel.waiting { () -> [UInt8]? in
            var buffer: [UInt8] = []
            return channel.readLine(max: ControlMessage.requestMax, timeout: .seconds(10), buffer: &buffer)
        }
        if let line {
            let reply = await answer(line, channel)
            _ = await ControlChannel.waiting { channel.write(ControlMessage.reply(reply), timeout: .seconds(10)) }
        }
        socket.close()
    }

    private func answer(_ line: [UInt8], _ channel: ControlChannel) async -> ControlMessage.Reply {
        do {
            let (command, arguments) = try ControlMessage.parseRequest(line)
            log.with("command", command).info("A command came through the control socket.")
            let result = try await handler.handle(command, arguments) { value in
                let message = ControlMessage.reply(.progress(value))
                let isSent = await ControlChannel.waiting { channel.write(message, timeout: .seconds(10)) }
                guard isSent else { throw CancellationError() }
            }
            return .result(result)
        } catch let error as AgentError {
            return .failure(error)
        } catch is CancellationError {
            return .failure(AgentError(.cancelled, "The daemon stopped before it was done."))
        } catch {
            log.with("reason", "\(error)").error("A command through the control socket failed.")
            return .failure(AgentError(.internalError, "The daemon could not do it: \(error)"))
        }
    }
}
