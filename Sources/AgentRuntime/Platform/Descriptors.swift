internal import CLinux
internal import Glibc

// Who is told when a descriptor is ready. Epoll's data carries the descriptor and the generation of its slot: an
// event of a descriptor that was closed and given out again within the same batch is recognised and dropped.

/// What a descriptor is ready for, or what became of it.
package struct Readiness: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: clinux_readable)
    package static let writable = Readiness(rawValue: clinux_writable)
    /// The peer will send no more (it closed, or shut its side down).
    package static let peerClosed = Readiness(rawValue: clinux_peer_closed)
    /// Both sides are closed; reported whether asked for or not.
    package static let hungUp = Readiness(rawValue: clinux_hung_up)
    /// An error waits on the descriptor; reported whether asked for or not.
    package static let failed = Readiness(rawValue: clinux_failed)
}

/// How often epoll reports a readiness that lasts.
package enum Trigger: Sendable {
    /// Once, when it begins: for connections, which read and write until the kernel says "would block".
    case edge
    /// At every tick: for listeners, and for curl, which expects it.
    case level
}

/// Someone who owns a registered descriptor.
package protocol DescriptorHandler: AnyObject {
    /// Called on the loop's thread, within its tick, outside of any task.
    func descriptorReady(_ readiness: Readiness)
}

/// The descriptors registered with one epoll instance.
struct Descriptors: ~Copyable {
    private struct Slot {
        var generation: UInt32 = 0
        var handler: (any DescriptorHandler)?
        var isEdgeTriggered = false
    }

    let epoll: Int32
    private var slots: [Slot] = []
    private(set) var count = 0

    init() throws(SystemError) {
        epoll = clinux_epoll_create()
        guard epoll >= 0 else { throw .last("epoll_create1") }
    }

    deinit { close(epoll) }

    mutating func add(
        _ descriptor: Int32,
        _ interest: Readiness,
        _ trigger: Trigger,
        _ handler: any DescriptorHandler
    ) throws(SystemError) {
        let index = Int(descriptor)
        while slots.count <= index { slots.append(Slot()) }
        precondition(slots[index].handler == nil, "descriptor \(descriptor) is registered already")
        slots[index].generation &+= 1
        slots[index].isEdgeTriggered = trigger == .edge
        guard clinux_epoll_add(epoll, descriptor, mask(interest, at: index), data(descriptor)) == 0 else {
            throw .last("epoll_ctl")
        }
        slots[index].handler = handler
        count += 1
    }

    mutating func change(_ descriptor: Int32, _ interest: Readiness) throws(SystemError) {
        let index = Int(descriptor)
        guard clinux_epoll_modify(epoll, descriptor, mask(interest, at: index), data(descriptor)) == 0 else {
            throw .last("epoll_ctl")
        }
    }

    /// Forgets the descriptor; harmless when it is not registered or closed already.
    mutating func remove(_ descriptor: Int32) {
        let index = Int(descriptor)
        guard slots.indices.contains(index), slots[index].handler != nil else { return }
        _ = clinux_epoll_remove(epoll, descriptor)
        slots[index].handler = nil
        count -= 1
    }

    /// Who owns the descriptor that an event names, unless the event is of an earlier owner.
    func handler(of data: UInt64) -> (any DescriptorHandler)? {
        let index = Int(UInt32(truncatingIfNeeded: data))
        guard index < slots.count, slots[index].generation == UInt32(truncatingIfNeeded: data >> 32) else { return nil }
        return slots[index].handler
    }

    private func data(_ descriptor: Int32) -> UInt64 {
        UInt64(slots[Int(descriptor)].generation) << 32 | UInt64(UInt32(descriptor))
    }

    private func mask(_ interest: Readiness, at index: Int) -> UInt32 {
        interest.rawValue | (slots[index].isEdgeTriggered ? clinux_edge_triggered : 0)
    }
}
