extension NumberSigns {
    /// A number as it is written with a point before the decimals; what is none stays as it is.
    ///
    /// Where a comma stands before the decimals, `20.000` is twenty thousand and `1,5` one and a half. Three digits
    /// behind a comma alone are taken for thousands: whoever asks in English often writes them so.
    func pointed(_ text: String) -> String {
        guard decimal == UInt8(ascii: ","), text.utf8.contains(UInt8(ascii: ".")) || text.utf8.contains(decimal) else {
            return text
        }
        let isDigit = { (character: Character) in ("0"..."9").contains(character) }
        let lead = text.prefix { !isDigit($0) }
        let number = String(text.dropFirst(lead.count).prefix { isDigit($0) || $0 == "." || $0 == "," })
        let rest = text.dropFirst(lead.count + number.count)
        guard lead.count <= 1, ["", "%", "k", "m", "mn", "b", "bn"].contains(rest.lowercased()),
            number.last.map(isDigit) == true
        else { return text }
        let written: String
        switch (number.lastIndex(of: "."), number.lastIndex(of: ",")) {
        case (let point?, let comma?):
            guard point < comma else { return text }
            written = number.replacing(".", with: "").replacing(",", with: ".")
        case (.some, nil):
            guard Self.isGrouped(number, by: ".") else { return text }
            written = number.replacing(".", with: ",")
        case (nil, .some):
            guard !Self.isGrouped(number, by: ","), number.count(where: { $0 == "," }) == 1 else { return text }
            written = number.replacing(",", with: ".")
        case (nil, nil): return text
        }
        return lead + written + rest
    }

    /// Whether a sign parts the number into thousands.
    private static func isGrouped(_ number: String, by sign: Character) -> Bool {
        let groups = number.split(separator: sign, omittingEmptySubsequences: false)
        guard let first = groups.first, (1...3).contains(first.count), first != "0" else { return false }
        return groups.dropFirst().allSatisfy { $0.count == 3 }
    }
}
