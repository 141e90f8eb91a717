internal import Synchronization

/// Identifiers that sort by time of making: 48 bits of milliseconds and 80 random ones, in Crockford's base 32.
///
/// Within a process each is greater than the one before it: in the same millisecond, or when the clock goes back, the
/// random part of the last one is counted up. The form is that of ULID (https://github.com/ulid/spec) in lower case.
package final class TimeOrderedIdentifiers: IdentifierSource {
    private struct State {
        var milliseconds: Int64 = -1
        var tail: UInt128 = 0
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let tailMax: UInt128 = (1 << 80) - 1

    private let clock: any WallClock
    private let random: any RandomSource
    private let state = Mutex(State())

    package init(clock: any WallClock = SystemWallClock(), random: any RandomSource = SystemRandom()) {
        self.clock = clock
        self.random = random
    }

    package func next(_ prefix: String) -> String {
        let now = clock.now().milliseconds
        let value = state.withLock { state -> UInt128 in
            if now > state.milliseconds {
                state.milliseconds = now
                // The highest bit stays free, so that counting up has room in every millisecond.
                state.tail = random.bytes(10).reduce(0) { $0 << 8 | UInt128($1) } >> 1
            } else if state.tail < TimeOrderedIdentifiers.tailMax {
                state.tail += 1
            } else {
                state.milliseconds += 1
                state.tail = 0
            }
            return UInt128(truncatingIfNeeded: state.milliseconds & 0xffff_ffff_ffff) << 80 | state.tail
        }
        let start = prefix.utf8.count + 1
        return String(unsafeUninitializedCapacity: start + 26) { buffer in
            for (index, byte) in prefix.utf8.enumerated() { buffer[index] = byte }
            buffer[start - 1] = UInt8(ascii: "_")
            for place in 0..<26 {
                let digit = Int(truncatingIfNeeded: value >> UInt128(125 - 5 * place) & 31)
                buffer[start + place] = TimeOrderedIdentifiers.alphabet[digit]
            }
            return start + 26
        }
    }
}
