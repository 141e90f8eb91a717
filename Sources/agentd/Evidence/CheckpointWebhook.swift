internal import AgentRuntime

/// Carries each checkpoint to a service: a POST with the checkpoint as JSON; any 2xx takes it.
///
/// What was not taken is tried again with the next one; the newest of a tenant vouches for all before it.
struct CheckpointWebhook: CheckpointPlace {
    let url: String
    let key: Secret?
    let transport: any HTTPTransport

    func take(_ checkpoint: StoredCheckpoint) async throws {
        var call = HTTPCall(
            "POST",
            url,
            headers: [HTTPField("Content-Type", "application/json")],
            body: checkpoint.json.bytes()
        )
        if let key { call.headers.append(HTTPField("Authorization", "Bearer \(key.reveal())")) }
        call.deadlines = HTTPDeadlines(
            connect: .seconds(5),
            firstByte: .seconds(10),
            betweenBytes: .seconds(10),
            whole: .seconds(15)
        )
        // It may come twice: a checkpoint says the same whenever it is read.
        call.mayArriveTwice = true
        let reply = try await transport.send(call)
        let status = reply.status
        reply.cancel()
        guard (200..<300).contains(status) else {
            throw AgentError(.unavailable, "The place of the checkpoints answered \(status).", isRetryable: true)
        }
    }
}
