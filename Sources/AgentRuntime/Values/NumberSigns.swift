/// How numbers are read in a locale: which sign stands before the decimals; any other sign groups digits.
package struct NumberSigns: Sendable, Hashable {
    /// A point or a comma.
    package let decimal: UInt8

    package init(decimal: UInt8 = UInt8(ascii: ".")) { self.decimal = decimal }

    /// The signs of a BCP 47 tag; costly the first time, then kept.
    package init(locale: String) {
        if let known = NumberSigns.known[locale] {
            self = known
            return
        }
        let sample = FigureSamples(locale: locale, currency: "USD").number
        let last = sample.utf8.last { !($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) }
        decimal = last == UInt8(ascii: ",") ? UInt8(ascii: ",") : UInt8(ascii: ".")
        NumberSigns.known[locale] = self
    }

    private static let known = SharedCache<String, NumberSigns>(capacity: 64)
}
