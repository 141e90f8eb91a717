// The gate between a model's text and everyone who reads it, once strangers' words were read: a link or an image to a
// host that nobody of the house has named loses its address. What a reader's program would fetch or show as a link could
// carry away whatever the conversation holds, without any tool being called.
//
// Text passes as it comes. What may become a link (a bracket, a tag, a word that may be `https`) waits until that is
// known or until it is longer than links are; what is found does not depend on how the text was cut.

/// Takes the addresses of strangers out of one step's text as it comes.
package struct LinkGate: Sendable {
    /// What stands where an address stood.
    package static let removed = "[link removed]"

    private enum Mode {
        case text
        /// In an address that stays.
        case passing
        /// In one that was taken out; sentence marks at its end stay.
        case dropping(marks: [UInt8])
    }

    private enum Found {
        /// So many bytes were dealt with.
        case took(Int)
        /// More text is needed to tell.
        case open
        case nothing
    }

    /// Links and tags up to this size are read whole.
    private static let constructBytes = 2048
    private static let nestingMax = 8
    private static let wordBytes = 32
    private static let hostBytes = 300

    private let hosts: NamedHosts
    private let nesting: Int
    private var held: [UInt8] = []
    private var place = 0
    private var output: [UInt8] = []
    private var mode = Mode.text
    /// The byte before `place`.
    private var last: UInt8 = 0x20
    /// Anchors whose opening tag was taken out and whose end is still to come.
    private var openAnchors = 0

    /// Links may lead to the hosts, and to those that stand in the texts.
    package init(hosts: LinkHosts, namedIn texts: [String] = []) {
        self.init(hosts: NamedHosts(hosts, texts), nesting: 0)
    }

    private init(hosts: NamedHosts, nesting: Int) {
        self.hosts = hosts
        self.nesting = nesting
    }

    /// Takes text in; gives what may be shown now.
    package mutating func pass(_ text: String) -> String {
        held += text.utf8
        return advance(isFinal: false)
    }

    /// The text ends here, or something other than text comes next: gives what was held back.
    package mutating func flush() -> String { advance(isFinal: true) }

    private mutating func advance(isFinal: Bool) -> String {
        scanning: while place < held.count {
            switch mode {
            case .passing, .dropping: follow()
            case .text:
                let plain = held[place...].prefix { !Self.mayBegin($0) }.count
                guard plain == 0 else {
                    show(plain)
                    continue
                }
                switch construct(isFinal: isFinal) {
                case .took: continue
                case .open where !isFinal: break scanning
                case .open, .nothing: show(1)
                }
            }
        }
        if isFinal {
            if case .dropping(let marks) = mode { output += marks }
            mode = .text
        }
        // A character that is cut in the middle waits for its rest.
        held.removeFirst(place)
        place = 0
        let whole = isFinal ? output.count : output.count - Self.cutBytes(at: output)
        let text = String(decoding: output[..<whole], as: UTF8.self)
        output.removeFirst(whole)
        return text
    }

    /// How many bytes at the end begin a character that is not whole.
    private static func cutBytes(at bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte < 0x80 { return 0 }
            guard byte >= 0xC0 else { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            return length > back ? back : 0
        }
        return 0
    }

    private mutating func show(_ count: Int) {
        output += held[place..<(place + count)]
        skip(count)
    }

    private mutating func skip(_ count: Int) {
        place += count
        last = held[place - 1]
    }

    /// One byte of an address.
    private mutating func follow() {
        let byte = held[place]
        guard !Self.endsAddress(byte) else {
            if case .dropping(let marks) = mode { output += marks }
            mode = .text
            return
        }
        guard case .dropping(let marks) = mode else { return show(1) }
        mode = .dropping(marks: Self.sentenceMarks.contains(byte) && marks.count < 8 ? marks + [byte] : [])
        skip(1)
    }

    private static let sentenceMarks = Set<UInt8>(".,;:!?*_~".utf8)
    private static let addressEnds = Set<UInt8>("<>\"`)]}".utf8)

    private static func endsAddress(_ byte: UInt8) -> Bool { byte <= 0x20 || addressEnds.contains(byte) }

    /// Whether something may begin with a byte that `construct` looks at.
    private static func mayBegin(_ byte: UInt8) -> Bool {
        LinkAddress.isSchemeByte(byte) || "<![/\\&".utf8.contains(byte)
    }

    /// Deals with what may stand at `place`.
    private mutating func construct(isFinal: Bool) -> Found {
        switch held[place] {
        case UInt8(ascii: "<"): return tag(isFinal: isFinal)
        case UInt8(ascii: "!"):
            guard place + 1 < held.count else { return .open }
            return held[place + 1] == UInt8(ascii: "[") ? link(from: place + 1, isFinal: isFinal) : .nothing
        case UInt8(ascii: "["): return link(from: place, isFinal: isFinal)
        case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "&"): return slashes(isFinal: isFinal)
        case let byte where LinkAddress.isSchemeByte(byte): return word(isFinal: isFinal)
        default: return .nothing
        }
    }

    /// What may still come, or is too long to be one.
    private func undecided(_ isFinal: Bool) -> Found {
        guard !isFinal, held.count - place < Self.constructBytes else { return .nothing }
        // None of them goes on behind an empty line.
        return zip(held[place...], held[(place + 1)...]).contains { $0 == (0x0A, 0x0A) } ? .nothing : .open
    }

    /// Whether the address whose host lies between two places may stay.
    private func isAllowed(from start: Int, to end: Int) -> Bool {
        // Sentence marks at the end of an address are none of it.
        let isEnd = end == held.count || Self.endsAddress(held[end])
        let host = held[start..<(isEnd ? end - marks(before: end, from: start) : end)]
        return LinkAddress.host(of: host).map(hosts.allows) ?? false
    }

    /// How many sentence marks stand before a place.
    private func marks(before end: Int, from start: Int) -> Int {
        held[start..<end].reversed().prefix(8).prefix { Self.sentenceMarks.contains($0) }.count
    }

    /// An address begins whose host ends at a place.
    private mutating func begin(_ isAllowed: Bool, to end: Int) -> Found {
        let count = end - place
        if isAllowed {
            show(count)
            mode = .passing
        } else {
            output += Self.removed.utf8
            mode = .dropping(marks: Array(held[(end - marks(before: end, from: place))..<end]))
            skip(count)
        }
        return .took(count)
    }

    // MARK: - Addresses that stand by themselves

    /// A word that may be the scheme of an address, or `www`.
    private mutating func word(isFinal: Bool) -> Found {
        var end = place
        while end < held.count, end - place <= Self.wordBytes, LinkAddress.isSchemeByte(held[end]) { end += 1 }
        guard end < held.count || isFinal || end - place > Self.wordBytes else { return .open }
        let isWWW = held[place..<end].prefix(4).elementsEqual("www.".utf8) { $0 == $1 || $0 | 0x20 == $1 }
        if isWWW, !LinkAddress.isAlphanumeric(last) {
            guard let host = hostBytes(from: place, isFinal: isFinal) else { return .open }
            return begin(isAllowed(from: place, to: host), to: host)
        }
        guard end < held.count else {
            show(end - place)
            return .took(end - place)
        }
        guard let colon = LinkAddress.unit(held, end, isFinal: isFinal) else { return .open }
        guard colon.byte == UInt8(ascii: ":") else {
            show(end - place)
            return .took(end - place)
        }
        let text = String(decoding: held[place..<end], as: UTF8.self).lowercased()
        var next = end + colon.count
        var slashes = 0
        while let unit = LinkAddress.unit(held, next, isFinal: isFinal), LinkAddress.isSlash(unit.byte) {
            slashes += 1
            next += unit.count
        }
        guard next < held.count || isFinal else { return undecided(isFinal) }
        // Browsers take `https:host` too; of others the slashes tell that it is an address.
        let isWeb =
            text.hasSuffix("http") || text.hasSuffix("https")
            || slashes >= 2 && LinkAddress.webSchemes.contains { text.hasSuffix($0) }
        let isMail = text.hasSuffix("mailto")
        guard isWeb || isMail || slashes >= 2, next < held.count, !Self.endsAddress(held[next]) else {
            show(end - place)
            return .took(end - place)
        }
        guard let host = hostBytes(from: next, isFinal: isFinal) else { return .open }
        return begin((isWeb || isMail) && isAllowed(from: next, to: host), to: host)
    }

    /// Two slashes before a host, without a scheme.
    private mutating func slashes(isFinal: Bool) -> Found {
        var next = place
        var count = 0
        while let unit = LinkAddress.unit(held, next, isFinal: isFinal), LinkAddress.isSlash(unit.byte) {
            count += 1
            next += unit.count
        }
        let mayGoOn =
            next == held.count
            || (held[next] == UInt8(ascii: "&") && LinkAddress.unit(held, next, isFinal: isFinal) == nil)
        if mayGoOn, !isFinal, count > 0 || held[place] == UInt8(ascii: "&") { return undecided(isFinal) }
        guard count >= 2, next < held.count, !LinkAddress.isAlphanumeric(last) else {
            guard count > 0 else { return .nothing }
            show(next - place)
            return .took(next - place)
        }
        guard let host = hostBytes(from: next, isFinal: isFinal) else { return .open }
        let marks = Set<UInt8>(".:@%".utf8)
        guard held[next..<host].contains(where: { marks.contains($0) || $0 >= 0x80 }) else {
            show(next - place)
            return .took(next - place)
        }
        return begin(isAllowed(from: next, to: host), to: host)
    }

    /// Where the host that begins at a place ends; `nil` while it may go on.
    private func hostBytes(from start: Int, isFinal: Bool) -> Int? {
        var end = start
        while end < held.count, end - start < Self.hostBytes, !Self.endsAddress(held[end]),
            !LinkAddress.isSlash(held[end]), held[end] != UInt8(ascii: "?"), held[end] != UInt8(ascii: "#")
        {
            end += 1
        }
        return end < held.count || isFinal || end - start >= Self.hostBytes ? end : nil
    }

    // MARK: - Markdown

    /// `[words](address)`, with an exclamation mark before it or without.
    private mutating func link(from start: Int, isFinal: Bool) -> Found {
        guard nesting < Self.nestingMax else { return .nothing }
        guard let close = closing(UInt8(ascii: "["), UInt8(ascii: "]"), from: start) else { return undecided(isFinal) }
        guard close + 1 < held.count else { return isFinal ? .nothing : .open }
        guard held[close + 1] == UInt8(ascii: "(") else { return .nothing }
        guard let end = closing(UInt8(ascii: "("), UInt8(ascii: ")"), from: close + 1) else {
            if case .open = undecided(isFinal) { return .open }
            // Text that comes behind something else could finish it: it is made none.
            let count = close + 1 - place
            show(count)
            output.append(0x20)
            return .took(count)
        }
        var inner = LinkGate(hosts: hosts, nesting: nesting + 1)
        let words = Array((inner.pass(String(decoding: held[(start + 1)..<close], as: UTF8.self)) + inner.flush()).utf8)
        let inside = held[(close + 2)..<end]
        if LinkAddress.isAllowed(Self.destination(inside), hosts) {
            output += held[place...start]
            output += words
            output += held[close...end]
        } else {
            output += words
            if let last = words.last, last > 0x20 { output.append(0x20) }
            output += Self.removed.utf8
        }
        let count = end + 1 - place
        skip(count)
        return .took(count)
    }

    /// The bracket that closes the one at a place, if it is there and near enough.
    private func closing(_ open: UInt8, _ close: UInt8, from start: Int) -> Int? {
        var depth = 0
        var index = start
        while index < held.count, index - place < Self.constructBytes {
            switch held[index] {
            case UInt8(ascii: "\\"): index += 1
            case open: depth += 1
            case close:
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The address between the parentheses of a link, as a browser gets it.
    private static func destination(_ inside: ArraySlice<UInt8>) -> [UInt8] {
        var rest = inside.drop { $0 <= 0x20 }
        if rest.first == UInt8(ascii: "<") {
            rest = rest.dropFirst().prefix { $0 != UInt8(ascii: ">") }
        } else {
            rest = rest.prefix { $0 > 0x20 }
        }
        var plain: [UInt8] = []
        var index = rest.startIndex
        while index < rest.endIndex {
            // A backslash before a mark is none of the address; two are one.
            let isEscape =
                rest[index] == UInt8(ascii: "\\") && index + 1 < rest.endIndex
                && rest[index + 1] > 0x20 && rest[index + 1] < 0x7F && !LinkAddress.isAlphanumeric(rest[index + 1])
            if isEscape { index += 1 }
            plain.append(rest[index])
            index += 1
        }
        return LinkAddress.plain(plain[...])
    }

    // MARK: - HTML

    /// A tag, or an address in angle brackets.
    private mutating func tag(isFinal: Bool) -> Found {
        guard place + 1 < held.count else { return isFinal ? .nothing : .open }
        let first = held[place + 1]
        guard LinkAddress.isLetter(first) || first == UInt8(ascii: "/") else { return .nothing }
        guard let end = tagEnd() else {
            if case .open = undecided(isFinal) { return .open }
            show(1)
            output.append(0x20)
            return .took(1)
        }
        let inside = held[(place + 1)..<end]
        let count = end + 1 - place
        let name = inside.drop { $0 == UInt8(ascii: "/") }.prefix(while: LinkAddress.isAlphanumeric)
        let isAnchor = name.count == 1 && name.first.map { $0 | 0x20 } == UInt8(ascii: "a")
        if first == UInt8(ascii: "/") {
            guard isAnchor, openAnchors > 0 else {
                show(count)
                return .took(count)
            }
            openAnchors -= 1
            output += " ".utf8
            output += Self.removed.utf8
        } else if isAllowed(inside) {
            output += held[place...end]
        } else if isAnchor, inside.contains(where: { $0 <= 0x20 }) || inside.contains(UInt8(ascii: "/")) {
            openAnchors += 1
        } else {
            output += Self.removed.utf8
        }
        skip(count)
        return .took(count)
    }

    /// Where the tag at `place` ends: at the first `>` that stands in no quotes.
    private func tagEnd() -> Int? {
        var quote: UInt8?
        var index = place + 1
        while index < held.count, index - place < Self.constructBytes {
            let byte = held[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                if held[index - 1] == UInt8(ascii: "=") || held[index - 1] <= 0x20 { quote = byte }
            }
            index += 1
        }
        return nil
    }

    /// Whether no address in a tag leads to a host that is not allowed.
    private func isAllowed(_ inside: ArraySlice<UInt8>) -> Bool {
        let plain = LinkAddress.plain(inside)
        // An address in angle brackets has no white space and begins with its scheme.
        let scheme = plain.prefix(while: LinkAddress.isSchemeByte)
        if plain.dropFirst(scheme.count).first == UInt8(ascii: ":") { return LinkAddress.isAllowed(plain, hosts) }
        let separators = Set<UInt8>("\"'=(,".utf8)
        let parts = plain.filter { $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
            .split { separators.contains($0) || $0 == 0x20 }
        return parts.allSatisfy { part in
            let part = part.drop { $0 < 0x20 }
            let name = part.prefix(while: LinkAddress.isSchemeByte)
            // `color:red` in a style is no address; `javascript:` and `data:` are.
            let isStyle =
                part.dropFirst(name.count).first == UInt8(ascii: ":")
                && !Self.isDangerous(String(decoding: name, as: UTF8.self).lowercased())
                && part.dropFirst(name.count + 1).prefix(2).count(where: LinkAddress.isSlash) < 2
            return isStyle || LinkAddress.isAllowed(part, hosts)
        }
    }

    private static func isDangerous(_ scheme: String) -> Bool {
        LinkAddress.webSchemes.contains(scheme) || ["javascript", "data", "vbscript", "mailto"].contains(scheme)
    }
}
