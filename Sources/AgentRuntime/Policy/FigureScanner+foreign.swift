// Numbers in the digits of other scripts (`９，８７６`, `٩٬٨٧٦`): they are read as the same number in ASCII digits, with what
// stands around them.

extension FigureScanner {
    /// What is looked at before and behind such a number.
    private static let contextBytes = 96

    /// A decimal digit beyond ASCII at `index`.
    func foreignDigit(at index: Int) -> (value: UInt8, length: Int)? {
        guard let first = byte(index) else { return nil }
        let length: Int
        switch first {
        case 0xD9, 0xDB, 0xDF: length = 2
        case 0xE0, 0xE1, 0xEA, 0xEF: length = 3
        case 0xF0: length = 4
        // No other scalar that begins like this is a digit; most of the world's text ends here.
        default: return nil
        }
        guard index + length <= bytes.count else { return nil }
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
        guard let scalar = Unicode.Scalar(value), scalar.properties.numericType == .decimal,
            let number = scalar.properties.numericValue
        else { return nil }
        return (UInt8(number), length)
    }

    /// A separator of such numbers, and the sign that stands for it.
    private func foreignSeparator(at index: Int) -> (sign: UInt8, length: Int)? {
        switch (byte(index), byte(index + 1), byte(index + 2)) {
        case (0xEF, 0xBC, 0x8C): (UInt8(ascii: ","), 3)
        case (0xEF, 0xBC, 0x8E): (UInt8(ascii: "."), 3)
        case (0xD9, 0xAB, _): (signs.decimal, 2)
        case (0xD9, 0xAC, _): (signs.decimal == UInt8(ascii: ",") ? UInt8(ascii: ".") : UInt8(ascii: ","), 2)
        default: nil
        }
    }

    private func foreignPercent(at index: Int) -> Int? {
        switch (byte(index), byte(index + 1), byte(index + 2)) {
        case (0xEF, 0xBC, 0x85): 3
        case (0xD9, 0xAA, _): 2
        default: nil
        }
    }

    /// Whether the digits before `index` go on in another script, or behind one of its separators.
    func goesOnForeign(at index: Int) -> Bool {
        guard let first = byte(index), first >= 0xD9 else { return false }
        if foreignDigit(at: index) != nil || foreignPercent(at: index) != nil { return true }
        guard let (_, length) = foreignSeparator(at: index) else { return false }
        return isOpen(index + length) || digit(at: index + length) != nil
    }

    private func digit(at index: Int) -> (value: UInt8, length: Int)? {
        if let byte = byte(index), byte.isDigit { return (byte - 48, 1) }
        return foreignDigit(at: index)
    }

    /// Reads the number at `start`, whose digits may be of any script.
    func foreignNumber(at start: Int) -> NumberOutcome {
        var plain: [UInt8] = []
        var index = start
        while plain.count <= Self.lengthMax {
            if isOpen(index) { return .unfinished }
            if let (value, length) = digit(at: index) {
                plain.append(48 + value)
                index += length
                continue
            }
            let own = [UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "'")].first { byte(index) == .some($0) }
            guard let (sign, length) = foreignSeparator(at: index) ?? own.map({ ($0, 1) }) else { break }
            if isOpen(index + length) { return .unfinished }
            guard digit(at: index + length) != nil else { break }
            plain.append(sign)
            index += length
        }
        if let length = foreignPercent(at: index) {
            plain.append(UInt8(ascii: "%"))
            index += length
        }
        return read(plain, in: start..<index)
    }

    /// Reads a number in ASCII digits as if it stood in the place of others.
    private func read(_ plain: [UInt8], in range: Range<Int>) -> NumberOutcome {
        var first = max(0, range.lowerBound - Self.contextBytes)
        while first < range.lowerBound, bytes[first] & 0xC0 == 0x80 { first += 1 }
        let last = min(bytes.count, range.upperBound + Self.contextBytes)
        let front = range.lowerBound - first
        let scanner = FigureScanner(
            like: self,
            bytes: Array(bytes[first..<range.lowerBound]) + plain + bytes[range.upperBound..<last],
            isFinal: isFinal || last < bytes.count
        )
        guard case .found(let items, let end) = scanner.number(at: front) else { return .unfinished }
        func place(_ index: Int) -> Int {
            if index <= front { return first + index }
            return range.upperBound + max(0, index - front - plain.count)
        }
        let found = items.map { item -> ScannedText in
            guard case .figure(var figure) = item else { return item }
            figure.range = place(figure.range.lowerBound)..<place(figure.range.upperBound)
            return .figure(figure)
        }
        return .found(found, end: max(place(end), range.upperBound))
    }
}
