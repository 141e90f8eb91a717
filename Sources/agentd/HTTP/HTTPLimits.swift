/// The bounds of the HTTP server, each with what is answered at it.
package struct HTTPLimits: Sendable {
    /// Request line and headers together; more is 431.
    package var headBytes = 65_536
    /// Header fields; more is 431.
    package var headerCount = 100
    /// The request target; more is 414.
    package var targetBytes = 8192
    /// The method; a longer one is no method (400).
    package var methodBytes = 32
    /// Empty lines before a request line, which old clients send after a body; more is 400.
    package var emptyLines = 2
    /// A body where the route says nothing else; more is 413.
    package var bodyBytes = defaultBodyBytes
    /// All chunk extensions of a body together; more is 400.
    package var chunkExtensionBytes = 4096
    /// Digits of a chunk size, leading zeros included; more is 400.
    package var chunkSizeDigits = 32
    /// Trailers, which are read and dropped; more is 431.
    package var trailerBytes = 8192

    /// From connecting, or from the first byte of a later request, to the end of the head; then 408, or closing when
    /// nothing came.
    package var headTime = Duration.seconds(10)
    /// From the end of the head to the end of the body; then 408.
    package var bodyTime = Duration.seconds(15)
    /// Between two requests; then closing.
    package var idleTime = Duration.seconds(120)
    /// Without any byte of an answer being taken by the client; then closing.
    package var stallTime = Duration.seconds(60)
    /// Waiting for the client's end after the last answer, so that a reset does not eat it.
    package var lingerTime = Duration.seconds(1)
    /// How often deadlines are looked at.
    package var sweepInterval = Duration.milliseconds(250)

    /// Connections of all loops together; one more is answered 503.
    package var connections = 20_000
    /// Connections beyond the bound that get their 503; beyond them accepting pauses.
    package var refusedConnections = 64
    /// Connections accepted per loop and tick.
    package var acceptsPerTick = 64
    /// Reads of one connection per tick.
    package var readsPerTick = 16
    /// How long accepting pauses when the process is out of descriptors.
    package var acceptPause = Duration.milliseconds(100)

    /// Bytes of a stream that its reader has not taken; more cuts the reader off.
    package var unsentStreamBytes = 1 << 20
    /// Above this much unsent, `EventStream.writable` waits.
    package var unsentComfortBytes = 65_536
    /// What the kernel holds for a connection on top of that.
    package var kernelSendBytes = 262_144
    /// After so much silence a stream gets a comment line, so that proxies keep it open.
    package var commentInterval = Duration.seconds(15)

    package init() {}

    /// 1 MiB.
    package static let defaultBodyBytes = 1 << 20
    /// 16 MiB, for routes that take files.
    package static let uploadBodyBytes = 16 << 20
}
