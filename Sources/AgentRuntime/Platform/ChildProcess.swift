// A program that talks over its standard input and output, on a loop: its output is read as it comes, its input is
// written as it takes it, and its end is seen as the end of its output.

internal import Dispatch
internal import Glibc

/// A running program.
///
/// Unchecked, because its state is touched on its loop alone, which every entry checks.
package final class ChildProcess: DescriptorHandler, @unchecked Sendable {
    /// Bytes that may wait to be read by the program.
    package static let inputWaitingMax = 8 << 20

    private let loop: EventLoop
    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private var waiting: [UInt8] = []
    private var isInputOpen = true
    private var isOutputOpen = true
    private var writer: InputHandler?
    private let received: @Sendable ([UInt8]?) -> Void

    /// Starts a program, found in `PATH`, with this environment and nothing else of ours but standard error.
    ///
    /// `received` is called on the loop with what it writes, and with `nil` once when it has ended its output.
    /// On the loop only.
    package init(
        _ command: [String],
        environment: [String: String],
        loop: EventLoop,
        received: @escaping @Sendable ([UInt8]?) -> Void
    ) throws(SystemError) {
        loop.checkIsolated()
        var toChild: (Int32, Int32) = (-1, -1)
        var fromChild: (Int32, Int32) = (-1, -1)
        func pipe(_ pair: inout (Int32, Int32)) throws(SystemError) {
            var ends: [Int32] = [-1, -1]
            guard Glibc.pipe(&ends) == 0 else { throw .last("pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pair = (ends[0], ends[1])
        }
        func closeAll() { for end in [toChild.0, toChild.1, fromChild.0, fromChild.1] where end >= 0 { close(end) } }
        do throws(SystemError) {
            try pipe(&toChild)
            try pipe(&fromChild)
        } catch {
            closeAll()
            throw error
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, toChild.0, 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild.1, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that what it starts ends with it; signals as a new program has them.
        var defaults = sigset_t()
        sigfillset(&defaults)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)
        )
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var identifier = pid_t()
        let code =
            command.isEmpty
            ? EINVAL : posix_spawnp(&identifier, command[0], &actions, &attributes, &arguments, &variables)
        guard code == 0 else {
            closeAll()
            throw SystemError("start \(command.first ?? "a program")", errno: code)
        }
        close(toChild.0)
        close(fromChild.1)
        self.loop = loop
        self.received = received
        process = identifier
        input = toChild.1
        output = fromChild.0
        for end in [input, output] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
        do throws(SystemError) {
            try loop.register(output, for: .readable, .level, self)
        } catch {
            isOutputOpen = false
            close(output)
            end()
            throw error
        }
    }

    /// Has the bytes written, after those of before.
    ///
    /// False when the program has ended or does not read what it was sent; on the loop only.
    package func write(_ bytes: [UInt8]) -> Bool {
        loop.checkIsolated()
        guard isInputOpen, waiting.count + bytes.count <= Self.inputWaitingMax else { return false }
        waiting += bytes
        flush()
        return isInputOpen
    }

    /// Ends the program: its input ends now, it is asked to stop, and after two seconds it is stopped.
    ///
    /// On the loop only; harmless when it has ended.
    package func end() {
        loop.checkIsolated()
        closeInput()
        closeOutput()
        guard !isReaped else { return }
        isReaped = true
        let process = process
        kill(-process, SIGTERM)
        // Waiting for a process blocks, so it has a thread of its own, and the limit a timer.
        let isOver = Guarded(false)
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(2)) {
            // Under the lock nobody takes up the process's end, so its number is still its own.
            isOver.with { isOver in if !isOver { kill(-process, SIGKILL) } }
        }
        DispatchQueue(label: "reap").async {
            // Returns when it has ended; its number is free only after the second wait.
            var end = siginfo_t()
            while waitid(P_PID, id_t(process), &end, WEXITED | WNOWAIT) < 0, errno == EINTR {}
            isOver.with { isOver in
                isOver = true
                waitpid(process, nil, 0)
            }
        }
    }

    private var isReaped = false

    private func flush() {
        while !waiting.isEmpty, isInputOpen {
            let count = waiting.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
            if count > 0 {
                waiting.removeFirst(count)
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN {
                waitForInput()
                return
            } else {
                closeInput()
            }
        }
        if let writer {
            self.writer = nil
            loop.unregister(writer.descriptor)
        }
    }

    private func waitForInput() {
        guard writer == nil else { return }
        let handler = InputHandler(input) { [weak self] in self?.flush() }
        do {
            try loop.register(input, for: .writable, .level, handler)
            writer = handler
        } catch {
            closeInput()
        }
    }

    private func closeInput() {
        guard isInputOpen else { return }
        isInputOpen = false
        waiting = []
        if writer != nil { loop.unregister(input) }
        writer = nil
        close(input)
    }

    private func closeOutput() {
        guard isOutputOpen else { return }
        isOutputOpen = false
        loop.unregister(output)
        close(output)
        received(nil)
    }

    package func descriptorReady(_ readiness: Readiness) {
        var result = 0
        var number: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
            result = read(output, buffer.baseAddress, buffer.count)
            number = errno
            count = max(0, result)
        }
        if result > 0 {
            received(bytes)
        } else if result == 0 || number != EAGAIN && number != EINTR {
            end()
        }
    }
}

/// Says when a program takes input again.
private final class InputHandler: DescriptorHandler {
    let descriptor: Int32
    private let ready: () -> Void

    init(_ descriptor: Int32, _ ready: @escaping () -> Void) {
        self.descriptor = descriptor
        self.ready = ready
    }

    func descriptorReady(_ readiness: Readiness) { ready() }
}
