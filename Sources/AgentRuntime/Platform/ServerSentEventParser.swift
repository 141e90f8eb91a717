internal import Glibc

// Server-sent events from bytes (WHATWG HTML §9.2.6), as they come: an event is given out with the line end that
// completes it, however the bytes were cut. A carriage return ends a line at once; a line feed right after it belongs
// to it. An event that the end of the stream cuts is not given out.

/// Reads an event stream.
package struct ServerSentEventParser: Sendable {
    package struct Event: Sendable, Hashable {
        /// The event's name; `message` where it has none.
        package var type: String
        package var data: String
        /// The last id that the stream has set, here or earlier; empty before the first.
        package var id: String

        package init(type: String = "message", data: String, id: String = "") {
            self.type = type
            self.data = data
            self.id = id
        }
    }

    /// An event as it lies in the parser's memory: what nobody keeps costs no string.
    ///
    /// Valid only within the closure that was given it. Its bytes are the stream's; they need not be UTF-8.
    package struct Lent {
        package let type: String
        package let data: UnsafeBufferPointer<UInt8>
        package let id: String

        /// The same for longer; what is no UTF-8 is replaced (WHATWG Encoding §6, "UTF-8 decode").
        package var event: Event { Event(type: type, data: String(decoding: data, as: UTF8.self), id: id) }
    }

    /// An event or a line is longer than the bound; the stream cannot be read further.
    package struct TooLong: Error, Sendable, Hashable {
        package var bound: Int
    }

    /// Bytes of one event, and of one line.
    package let bound: Int
    /// Where to come back to: the id of the last complete block.
    package private(set) var lastEventID = ""
    /// How long the server wants a client to wait before it comes back.
    package private(set) var retryMilliseconds: Int?

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let longestRetry = 15
    /// How much memory is kept from one event to the next.
    private static let keptBytesMax = 4096

    /// The beginning of a line whose end has not come yet.
    private var line: [UInt8] = []
    private var isFirstLine = true
    private var endedWithReturn = false
    private var type = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var id = ""

    package init(bound: Int = 1 << 20) { self.bound = bound }

    /// Takes bytes and lends the events that they complete, in order.
    package mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, _ take: (Lent) -> Void) throws(TooLong) {
        guard let base = bytes.baseAddress else { return }
        // The first data of an event, as it lies in these bytes: mostly it is all, and then it is never copied.
        var uncopied: UnsafeBufferPointer<UInt8>?
        defer { keep(&uncopied) }
        var start = 0
        // Where the next of each stands; looked for again only once it has been passed.
        var lineFeed = Self.next(UInt8(ascii: "\n"), base, 0, bytes.count)
        var carriageReturn = Self.next(UInt8(ascii: "\r"), base, 0, bytes.count)
        while start < bytes.count {
            if endedWithReturn {
                endedWithReturn = false
                if lineFeed == start {
                    // The second half of a line end.
                    start += 1
                    lineFeed = Self.next(UInt8(ascii: "\n"), base, start, bytes.count)
                    continue
                }
            }
            let end = min(lineFeed, carriageReturn)
            let piece = UnsafeBufferPointer(rebasing: bytes[start..<end])
            guard line.count + piece.count <= bound else { throw TooLong(bound: bound) }
            guard end < bytes.count else {
                line.append(contentsOf: piece)
                return
            }
            start = end + 1
            if end == lineFeed {
                lineFeed = Self.next(UInt8(ascii: "\n"), base, start, bytes.count)
            } else {
                carriageReturn = Self.next(UInt8(ascii: "\r"), base, start, bytes.count)
                endedWithReturn = true
            }
            if line.isEmpty {
                try endLine(piece, &uncopied, take)
            } else {
                line.append(contentsOf: piece)
                let whole = line
                line = []
                try whole.withUnsafeBufferPointer { (whole) throws(TooLong) in
                    try endLine(whole, &uncopied, take)
                    keep(&uncopied)
                }
            }
        }
    }

    /// Takes bytes and answers the events that they complete.
    package mutating func feed(_ bytes: [UInt8]) throws(TooLong) -> [Event] {
        var events: [Event] = []
        try bytes.withUnsafeBufferPointer { (bytes) throws(TooLong) in
            try feed(bytes) { events.append($0.event) }
        }
        return events
    }

    /// Where a byte stands next; the end where it stands nowhere.
    private static func next(_ byte: UInt8, _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
        guard start < end, let found = memchr(base + start, Int32(byte), end - start) else { return end }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Copies what lies in bytes that are about to go.
    private mutating func keep(_ uncopied: inout UnsafeBufferPointer<UInt8>?) {
        if let bytes = uncopied.take() { data.append(contentsOf: bytes) }
    }

    private mutating func endLine(
        _ line: UnsafeBufferPointer<UInt8>,
        _ uncopied: inout UnsafeBufferPointer<UInt8>?,
        _ take: (Lent) -> Void
    ) throws(TooLong) {
        var line = line
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: Self.byteOrderMark) {
                line = UnsafeBufferPointer(rebasing: line[Self.byteOrderMark.count...])
            }
        }
        guard let start = line.baseAddress, !line.isEmpty else { return endBlock(&uncopied, take) }
        // Nearly every line.
        if line.count >= 5, memcmp(start, "data:", 5) == 0 {
            return try add(Self.value(of: line, after: 4), &uncopied)
        }
        let colon = Self.next(UInt8(ascii: ":"), start, 0, line.count)
        let value = Self.value(of: line, after: colon)
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data": try add(value, &uncopied)
        case "event": type = String(decoding: value, as: UTF8.self)
        case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        case "retry": takeRetry(value)
        default: break
        }
    }

    /// What stands behind a colon, without the space that may follow it.
    private static func value(of line: UnsafeBufferPointer<UInt8>, after colon: Int) -> UnsafeBufferPointer<UInt8> {
        var start = min(colon + 1, line.count)
        if start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        return UnsafeBufferPointer(rebasing: line[start...])
    }

    private mutating func add(
        _ value: UnsafeBufferPointer<UInt8>,
        _ uncopied: inout UnsafeBufferPointer<UInt8>?
    ) throws(TooLong) {
        guard data.count + (uncopied?.count ?? 0) + value.count < bound else { throw TooLong(bound: bound) }
        guard hasData else {
            hasData = true
            uncopied = value
            return
        }
        keep(&uncopied)
        data.append(UInt8(ascii: "\n"))
        data.append(contentsOf: value)
    }

    private mutating func takeRetry(_ value: UnsafeBufferPointer<UInt8>) {
        guard !value.isEmpty, value.count <= Self.longestRetry else { return }
        guard value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return }
        retryMilliseconds = Int(String(decoding: value, as: UTF8.self))
    }

    private mutating func endBlock(_ uncopied: inout UnsafeBufferPointer<UInt8>?, _ take: (Lent) -> Void) {
        lastEventID = id
        defer {
            type = ""
            data.removeAll(keepingCapacity: data.capacity <= Self.keptBytesMax)
            hasData = false
        }
        guard hasData else { return }
        let type = type.isEmpty ? "message" : type
        if let bytes = uncopied.take() { return take(Lent(type: type, data: bytes, id: id)) }
        data.withUnsafeBufferPointer { take(Lent(type: type, data: $0, id: id)) }
    }
}
