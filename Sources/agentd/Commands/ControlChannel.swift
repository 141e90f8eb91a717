internal import AgentRuntime
internal import Dispatch

/// Lines over a socket, waiting for it; on a thread that may wait.
///
/// Not `Sendable` across two users: one side reads, or writes, at a time.
struct ControlChannel: Sendable {
    let socket: Socket

    /// The next line without its end; `nil` when the peer has closed, sends too much, or takes too long.
    func readLine(max: Int, timeout: Duration, buffer: inout [UInt8]) -> [UInt8]? {
        let deadline = ContinuousClock.now.advanced(by: timeout)
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[..<end])
                buffer.removeSubrange(...end)
                return line
            }
            searched = buffer.count
            guard buffer.count <= max else { return nil }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero, socket.wait(for: .readable, timeout: left) else { return nil }
            let (result, bytes) = socket.read(capacity: 65_536)
            switch result {
            case .bytes: buffer += bytes
            case .wouldBlock: continue
            case .ended, .failed: return nil
            }
        }
    }

    /// Writes all of it; `false` when the peer has gone or takes nothing for the time given.
    func write(_ bytes: [UInt8], timeout: Duration) -> Bool {
        var written = 0
        while written < bytes.count {
            switch socket.write(bytes, from: written) {
            case .bytes(let count): written += count
            case .wouldBlock:
                guard socket.wait(for: .writable, timeout: timeout) else { return false }
            case .failed: return false
            }
        }
        return true
    }

    /// Runs waiting work on a thread that may wait, and resumes with what it gives.
    static func waiting<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: work()) }
        }
    }
}
