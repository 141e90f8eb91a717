// Signals as events on a loop: the handler only adds to an eventfd, and the loop tells the program. A process has one
// table of signal handlers, so one watcher per signal.

internal import CLinux
internal import Glibc

/// A signal that asks the process for something.
package enum Signal: Sendable, Hashable {
    /// SIGTERM: drain and end.
    case terminate
    /// SIGINT: the same, from a terminal.
    case interrupt
    /// SIGHUP: read what can be read again.
    case hangUp

    var number: Int32 {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .hangUp: SIGHUP
        }
    }
}

package enum Signals {
    /// A write to a closed socket is an error of that write, not the end of the process.
    package static func ignoreBrokenPipes() { _ = clinux_signal_ignore(SIGPIPE) }

    /// Each arrival of one of the signals, until the consumer stops; then their default action is back.
    ///
    /// Arrivals that nobody has read yet are kept up to 8, the newest.
    package static func events(_ signals: Set<Signal>, on loop: EventLoop) -> AsyncStream<Signal> {
        AsyncStream(bufferingPolicy: .bufferingNewest(8)) { continuation in
            loop.execute {
                let watchers = signals.compactMap { signal in
                    SignalWatcher(signal, on: loop) { continuation.yield(signal) }
                }
                if watchers.count < signals.count { continuation.finish() }
                continuation.onTermination = { _ in
                    loop.execute { for watcher in watchers { watcher.end() } }
                }
            }
        }
    }
}

/// The eventfd of one signal, registered with a loop.
///
/// Unchecked, because it is used on its loop only.
private final class SignalWatcher: DescriptorHandler, @unchecked Sendable {
    private let signal: Signal
    private let loop: EventLoop
    private let descriptor: Int32
    private let arrived: @Sendable () -> Void
    private var isEnded = false

    /// `nil` when the system is out of descriptors.
    init?(_ signal: Signal, on loop: EventLoop, _ arrived: @escaping @Sendable () -> Void) {
        self.signal = signal
        self.loop = loop
        self.arrived = arrived
        descriptor = clinux_event_create()
        guard descriptor >= 0 else { return nil }
        do {
            try loop.register(descriptor, for: .readable, .level, self)
        } catch {
            close(descriptor)
            return nil
        }
        _ = clinux_signal_watch(signal.number, descriptor)
    }

    func descriptorReady(_ readiness: Readiness) {
        for _ in 0..<min(8, clinux_event_take(descriptor)) { arrived() }
    }

    func end() {
        guard !isEnded else { return }
        isEnded = true
        _ = clinux_signal_watch(signal.number, -1)
        loop.unregister(descriptor)
        close(descriptor)
    }
}
