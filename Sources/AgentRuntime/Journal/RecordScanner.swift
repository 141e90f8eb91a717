/// Reads the members at the front of a stored record without parsing it.
struct RecordScanner {
    static let session = Array(#","session":"#.utf8)
    static let version = Array(#","version":"#.utf8)

    private let bytes: UnsafeRawBufferPointer
    private var position: Int

    init(_ bytes: UnsafeRawBufferPointer, at position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// Goes past the given bytes; stays when others stand there.
    mutating func skip(_ expected: [UInt8]) -> Bool {
        guard bytes.count - position >= expected.count else { return false }
        for offset in expected.indices where bytes[position + offset] != expected[offset] { return false }
        position += expected.count
        return true
    }

    /// A whole number without sign.
    mutating func integer() -> Int64? {
        var value: Int64 = 0
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 {
            guard position - start < 18 else { return nil }
            value = value * 10 + Int64(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        return position > start ? value : nil
    }

    /// A string as it is written, quotes included.
    mutating func string() -> ArraySlice<UInt8>? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
        let start = position
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return ArraySlice(bytes[start..<position])
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return nil
    }
}
