// One sequence of bytes for all documents of the same value, in the spirit of RFC 8785: hashes, effect ids and
// citations rest on it.
//
// Members are sorted by the UTF-16 units of their names, strings carry the fewest escapes, and there is no white space.
// Numbers depart from RFC 8785: they are exact decimals, not doubles, so no digit of a figure is lost. They are written
// as RFC 8785 would write them (`1e+21`, `0.000001`, `1e-7`, no `-0`).

extension JSONValue {
    /// The canonical bytes; equal for equal values.
    package func canonicalBytes() -> [UInt8] {
        var writer = JSONWriter(isCanonical: true)
        writer.write(self)
        return writer.output
    }
}

extension JSONObject {
    static func canonicalOrder(_ left: (String, JSONValue), _ right: (String, JSONValue)) -> Bool {
        left.0.utf16.lexicographicallyPrecedes(right.0.utf16)
    }
}

extension JSONNumber {
    /// The one literal for all literals of the same value.
    ///
    /// A literal with an exponent beyond `Int` is kept as it is.
    package var canonicalLiteral: String {
        var digits: [UInt8] = []
        var exponent = 0
        var seenPoint = false
        var bytes = Array(literal.utf8)[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes.removeFirst() }
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                guard let written = Int(String(decoding: bytes, as: UTF8.self)) else { return literal }
                let (sum, overflow) = exponent.addingReportingOverflow(written)
                guard !overflow else { return literal }
                exponent = sum
                break
            } else {
                if seenPoint { exponent -= 1 }
                if !digits.isEmpty || byte != UInt8(ascii: "0") { digits.append(byte) }
            }
        }
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            let (next, overflow) = exponent.addingReportingOverflow(1)
            guard !overflow else { return literal }
            exponent = next
        }
        let (_, overflow) = exponent.addingReportingOverflow(digits.count)
        guard !overflow else { return literal }
        return ExactNumber.literal(isNegative: isNegative, digits: digits, exponent: exponent)
    }
}
