/// One piece as the tail's segments hold it.
enum TailFrame {
    static let headCount = 8
    /// No piece is longer; a greater length is damage.
    static let bodyMax = 64 << 20

    static func append(_ piece: TailPiece, to frames: inout [UInt8]) {
        var body: [UInt8] = []
        body.reserveCapacity(512)
        body += #"{"tenant":"#.utf8
        JSONValue.append(string: piece.tenant.rawValue, to: &body)
        body += #","session":"#.utf8
        JSONValue.append(string: piece.session.rawValue, to: &body)
        body += #","turn":"#.utf8
        JSONValue.append(string: piece.turn.rawValue, to: &body)
        body += #","index":\#(piece.index),"event":"#.utf8
        piece.event.append(to: &body)
        body.append(UInt8(ascii: "}"))
        let length = UInt32(body.count)
        for shift: UInt32 in [0, 8, 16, 24] { frames.append(UInt8(truncatingIfNeeded: length >> shift)) }
        frames += SHA256.hash(body).prefix(4)
        frames += body
    }

    /// The pieces of a segment up to its end, or up to the first frame that is torn or damaged.
    static func pieces(in segment: [UInt8]) -> [TailPiece] {
        var pieces: [TailPiece] = []
        var position = 0
        while segment.count - position >= headCount {
            let length = (0..<4).reduce(0) { $0 | Int(segment[position + $1]) << (8 * $1) }
            let start = position + headCount
            guard length <= bodyMax, length <= segment.count - start else { break }
            let body = Array(segment[start..<(start + length)])
            guard SHA256.hash(body).prefix(4) == segment[(position + 4)..<start], let piece = piece(body) else { break }
            pieces.append(piece)
            position = start + length
        }
        return pieces
    }

    private static func piece(_ body: [UInt8]) -> TailPiece? {
        // A frame that does not read ends the segment, whatever the reason.
        guard let value = try? JSONValue(parsing: body, limits: JSONLimits(depth: 128, bytes: bodyMax)),
            let tenant = value["tenant"]?.string, let session = value["session"]?.string,
            let turn = value["turn"]?.string, let index = value["index"]?.int, let event = value["event"]
        else { return nil }
        return TailPiece(
            tenant: TenantID(tenant),
            session: SessionID(session),
            turn: TurnID(turn),
            index: index,
            event: event
        )
    }
}
