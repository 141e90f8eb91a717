internal import Glibc

/// What a process that ended without warning had shown of turns that had not ended.
package enum TailRecovery {
    /// All pieces that can be read, by turn and index, each once.
    ///
    /// Pieces of turns whose last record is durable may be among them; they are dead.
    package static func pieces(in folder: String) throws(TailError) -> [TailPiece] {
        struct Place: Hashable {
            var turn: TurnID
            var index: Int
        }
        var seen: Set<Place> = []
        var pieces: [TailPiece] = []
        for segment in try TailFile.segments(in: folder) {
            for piece in TailFrame.pieces(in: try read(segment.path))
            where seen.insert(Place(turn: piece.turn, index: piece.index)).inserted {
                pieces.append(piece)
            }
        }
        return pieces.sorted { ($0.turn, $0.index) < ($1.turn, $1.index) }
    }

    /// The segments that are there now, to be given to `remove` when their turns are settled.
    package static func segments(in folder: String) throws(TailError) -> [String] {
        try TailFile.segments(in: folder).map(\.path)
    }

    /// Removes segments whose turns have all been settled.
    package static func remove(_ segments: [String]) {
        for segment in segments { unlink(segment) }
    }

    private static func read(_ path: String) throws(TailError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw TailError(errno: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count > 0 {
                bytes += buffer[..<count]
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw TailError(errno: errno)
            }
        }
    }
}
