internal import Foundation

/// Bytes in the character set that a mail names, as text.
///
/// A set that is not known, or bytes that do not hold in it, are read as UTF-8 where they are valid UTF-8, else as
/// Windows-1252, which gives every byte a meaning: a mail is never lost for its spelling.
enum MailCharset {
    static func decode(_ bytes: ArraySlice<UInt8>, charset: String?) -> String {
        let name = MailText.trimmed(charset ?? "").lowercased()
        if name.isEmpty || utf8.contains(name) { return guessed(bytes) }
        if name == "iso-8859-1" || name == "latin1" { return windows1252(bytes) }
        if name == "euc-jp" { return eucJP(bytes) ?? guessed(bytes) }
        guard let encoding = encodings[name] else { return guessed(bytes) }
        return String(data: Data(bytes), encoding: encoding) ?? guessed(bytes)
    }

    static func latin1(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }

    private static func guessed(_ bytes: ArraySlice<UInt8>) -> String {
        String(validating: bytes, as: UTF8.self) ?? windows1252(bytes)
    }

    /// https://encoding.spec.whatwg.org/#windows-1252: what most mail that says Latin-1 is written in.
    private static func windows1252(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            let code = (0x80...0x9F).contains(byte) ? high[Int(byte) - 0x80] : UInt16(byte)
            // Every entry of the table is a scalar.
            text.unicodeScalars.append(Unicode.Scalar(code) ?? "\u{FFFD}")
        }
        return text
    }

    private static let high: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    /// EUC-JP by way of ISO-2022-JP, which Foundation reads on every platform: the same rows and cells of JIS X 0208
    /// less the high bits, and JIS X 0201's katakana after 0x8E.
    private static func eucJP(_ bytes: ArraySlice<UInt8>) -> String? {
        var text = ""
        var pairs: [UInt8] = []
        func flush() -> Bool {
            guard !pairs.isEmpty else { return true }
            let escaped = [0x1B, 0x24, 0x42] + pairs + [0x1B, 0x28, 0x42]
            pairs = []
            guard let piece = String(data: Data(escaped), encoding: .iso2022JP) else { return false }
            text += piece
            return true
        }
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            let next = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
            if byte < 0x80 {
                guard flush() else { return nil }
                text.unicodeScalars.append(Unicode.Scalar(byte))
                index += 1
            } else if byte == 0x8E, (0xA1...0xDF).contains(next),
                let kana = Unicode.Scalar(0xFF61 + UInt32(next - 0xA1))
            {
                guard flush() else { return nil }
                text.unicodeScalars.append(kana)
                index += 2
            } else if (0xA1...0xFE).contains(byte), (0xA1...0xFE).contains(next) {
                pairs += [byte & 0x7F, next & 0x7F]
                index += 2
            } else {
                return nil
            }
        }
        return flush() ? text : nil
    }

    private static let utf8: Set<String> = [
        "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968", "unicode-1-1-utf-8", "unknown-8bit", "default",
        "x-unknown",
    ]

    /// Core Foundation's numbers of the sets that have no name of their own in Foundation.
    private static func cf(_ number: UInt) -> String.Encoding { String.Encoding(rawValue: 0x8000_0000 | number) }

    private static let encodings: [String: String.Encoding] = [
        "iso-8859-2": .isoLatin2, "latin2": .isoLatin2, "iso-8859-3": cf(0x0203), "iso-8859-4": cf(0x0204),
        "iso-8859-5": cf(0x0205), "iso-8859-6": cf(0x0206), "iso-8859-7": cf(0x0207), "iso-8859-8": cf(0x0208),
        "iso-8859-8-i": cf(0x0208), "iso-8859-9": cf(0x0209), "iso-8859-10": cf(0x020A), "iso-8859-13": cf(0x020D),
        "iso-8859-14": cf(0x020E), "iso-8859-15": cf(0x020F), "latin-9": cf(0x020F), "iso-8859-16": cf(0x0210),
        "windows-1250": .windowsCP1250, "cp1250": .windowsCP1250, "windows-1251": .windowsCP1251,
        "cp1251": .windowsCP1251, "windows-1252": .windowsCP1252, "cp1252": .windowsCP1252,
        "windows-1253": .windowsCP1253, "windows-1254": .windowsCP1254, "windows-1255": cf(0x0505),
        "windows-1256": cf(0x0506), "windows-1257": cf(0x0507), "windows-1258": cf(0x0508), "macintosh": .macOSRoman,
        "koi8-r": cf(0x0A02), "koi8-u": cf(0x0A08), "shift_jis": .shiftJIS, "shift-jis": .shiftJIS, "sjis": .shiftJIS,
        "x-sjis": .shiftJIS, "windows-31j": cf(0x0420), "cp932": cf(0x0420),
        "iso-2022-jp": .iso2022JP, "iso-2022-jp-2": .iso2022JP, "iso-2022-kr": cf(0x0840), "euc-kr": cf(0x0940),
        "ks_c_5601-1987": cf(0x0422), "gb2312": cf(0x0632), "gbk": cf(0x0632), "gb18030": cf(0x0632),
        "euc-cn": cf(0x0930), "big5": cf(0x0A03), "big5-hkscs": cf(0x0A06), "euc-tw": cf(0x0931),
        "utf-16": .utf16, "utf-16le": .utf16LittleEndian, "utf-16be": .utf16BigEndian, "utf-32": .utf32,
    ]
}
