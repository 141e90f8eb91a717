/// A request's place in a distributed trace (W3C Trace Context, `traceparent`, version 00).
package struct TraceContext: Sendable, Hashable {
    /// 32 hexadecimal digits, not all zero.
    package let trace: String
    /// The caller's span: 16 hexadecimal digits, not all zero.
    package let span: String
    package let isSampled: Bool

    package init(trace: String, span: String, isSampled: Bool) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
    }

    /// Reads a header; `nil` for one that does not hold, which is then treated as absent (§3.2.2.3).
    package init?(header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[0], 2), Self.isHex(parts[1], 32), Self.isHex(parts[2], 16), Self.isHex(parts[3], 2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(trace: String(parts[1]), span: String(parts[2]), isSampled: flags & 1 == 1)
    }

    /// A new trace.
    package init(random: any RandomSource) {
        self.init(trace: Hex.encode(random.bytes(16)), span: Hex.encode(random.bytes(8)), isSampled: true)
    }

    /// The same trace with a span of our own, for what we call.
    package func child(random: any RandomSource) -> TraceContext {
        TraceContext(trace: trace, span: Hex.encode(random.bytes(8)), isSampled: isSampled)
    }

    package var header: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }
}
