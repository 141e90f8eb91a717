internal import Glibc
internal import Synchronization

/// The loops of a process, one per core.
///
/// A connection stays on the loop that accepted it; what it wakes lives there too.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private let turn = Atomic<Int>(0)

    /// Makes and starts the loops; by default as many as the process may use cores.
    package init(count: Int = EventLoopGroup.coreCount) throws(SystemError) {
        precondition(count > 0, "a group needs a loop")
        var loops: [EventLoop] = []
        do throws(SystemError) {
            for index in 0..<count {
                let loop = try EventLoop(name: "loop-\(index)")
                try loop.start()
                loops.append(loop)
            }
        } catch {
            for loop in loops { loop.stop() }
            throw error
        }
        self.loops = loops
    }

    /// The loops in turn; for work that no connection asked for.
    package func next() -> EventLoop {
        let index = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return loops[Int(UInt(bitPattern: index) % UInt(loops.count))]
    }

    /// The loop that the caller runs on, if it is of this group, else the next.
    package func preferred() -> EventLoop {
        guard let current = EventLoop.current, loops.contains(where: { $0 === current }) else { return next() }
        return current
    }

    /// Ends all loops; call it after what uses them has ended, and not on one of them.
    package func stop() {
        for loop in loops { loop.stop() }
    }

    /// The cores that the process may use.
    package static var coreCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
