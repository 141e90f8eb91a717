internal import Dispatch

extension Socket {
    /// The connections that come in at this listening socket, taken on a thread of their own; closes it at the end.
    ///
    /// For a few connections of people, not for a server's load. At most `waitingMax` wait to be looked at; a further
    /// one is closed. Ends when its consumer stops, at the latest a quarter of a second after.
    package func connections(waitingMax: Int) -> AsyncStream<Socket> {
        let flag = CancellationFlag()
        let (stream, continuation) = AsyncStream.makeStream(
            of: Socket.self,
            bufferingPolicy: .bufferingOldest(waitingMax)
        )
        continuation.onTermination = { _ in flag.set() }
        DispatchQueue(label: "accept").async {
            while !flag.isSet {
                guard wait(for: .readable, timeout: .milliseconds(250)) else { continue }
                // Out of descriptors, most likely: the connection stays in the kernel's queue for the next round.
                guard let accepted = try? accept() else { continue }
                if case .enqueued = continuation.yield(accepted.socket) { continue }
                accepted.socket.close()
            }
            close()
            continuation.finish()
        }
        return stream
    }
}
