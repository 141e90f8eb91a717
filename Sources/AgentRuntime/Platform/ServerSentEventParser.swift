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
    private static let dataName = Array("data:".utf8)
    private static let longestRetry = 15

    private var line: [UInt8] = []
    private var isFirstLine = true
    private var endedWithReturn = false
    private var type = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var id = ""

    package init(bound: Int = 1 << 20) { self.bound = bound }

    /// Takes bytes and gives out the events that they complete, in order.
    package mutating func feed(_ bytes: Span<UInt8>, _ emit: (Event) -> Void) throws(TooLong) {
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let endsWithFeed = byte == UInt8(ascii: "\n")
            if endsWithFeed, endedWithReturn, index == start, line.isEmpty {
                // The second half of a line end.
                endedWithReturn = false
                index += 1
                start = index
                continue
            }
            guard endsWithFeed || byte == UInt8(ascii: "\r") else {
                endedWithReturn = false
                index += 1
                continue
            }
            try append(bytes.extracting(start..<index))
            endedWithReturn = !endsWithFeed
            if let event = try endLine() { emit(event) }
            index += 1
            start = index
        }
        try append(bytes.extracting(start..<bytes.count))
    }

    /// Takes bytes and answers the events that they complete.
    package mutating func feed(_ bytes: [UInt8]) throws(TooLong) -> [Event] {
        var events: [Event] = []
        try feed(bytes.span) { events.append($0) }
        return events
    }

    private mutating func append(_ bytes: Span<UInt8>) throws(TooLong) {
        guard line.count + bytes.count <= bound else { throw TooLong(bound: bound) }
        bytes.withUnsafeBufferPointer { line.append(contentsOf: $0) }
    }

    private mutating func endLine() throws(TooLong) -> Event? {
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: Self.byteOrderMark) { line.removeFirst(Self.byteOrderMark.count) }
        }
        defer { line.removeAll(keepingCapacity: line.capacity <= 4096) }
        guard !line.isEmpty else { return endBlock() }
        // Nearly every line.
        if line.starts(with: Self.dataName) {
            let space = line.count > Self.dataName.count && line[Self.dataName.count] == UInt8(ascii: " ") ? 1 : 0
            try take(data: line[(Self.dataName.count + space)...])
            return nil
        }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "data": try take(data: value)
        case "event": type = String(decoding: value, as: UTF8.self)
        case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
        case "retry": takeRetry(value)
        default: break
        }
        return nil
    }

    private mutating func take(data value: ArraySlice<UInt8>) throws(TooLong) {
        guard data.count + value.count < bound else { throw TooLong(bound: bound) }
        if hasData { data.append(UInt8(ascii: "\n")) }
        hasData = true
        data.append(contentsOf: value)
    }

    private mutating func takeRetry(_ value: ArraySlice<UInt8>) {
        guard !value.isEmpty, value.count <= Self.longestRetry else { return }
        guard value.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return }
        retryMilliseconds = Int(String(decoding: value, as: UTF8.self))
    }

    private mutating func endBlock() -> Event? {
        lastEventID = id
        defer {
            type = ""
            data.removeAll(keepingCapacity: data.capacity <= 4096)
            hasData = false
        }
        guard hasData else { return nil }
        return Event(type: type.isEmpty ? "message" : type, data: String(decoding: data, as: UTF8.self), id: id)
    }
}
