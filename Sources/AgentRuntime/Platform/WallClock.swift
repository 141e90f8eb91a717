/// An instant of civil time: milliseconds since 1970-01-01T00:00:00Z, as records and replies carry it.
package struct Timestamp: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    package func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(milliseconds: milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}

/// Where the time of day comes from; injected, so that tests and replays choose it.
package protocol WallClock: Sendable {
    func now() -> Timestamp
}
