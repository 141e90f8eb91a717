internal import Glibc

// The tail on disk: append-only segments `NAME-NUMBER.tail` of frames
//
//   [u32 length][first 4 bytes of SHA-256(body)][body]        (length little-endian, of the body)
//
// with bodies `{"tenant":…,"session":…,"turn":…,"index":N,"event":…}`. All pieces of a call are written by one
// write(2), so a kill of the process loses none that were shown; a power loss may tear the end, which reading
// tolerates. It is no log for later: a segment goes when every turn in it has ended.

/// Writes the tail of one loop.
///
/// Bound: a segment is closed at `segmentMax` bytes; closed ones stay until their turns end.
///
/// Unchecked, because it is confined to that loop: nothing is locked, and `LoopTail` calls it there only.
package final class TailFile: @unchecked Sendable {
    /// `write(2)`: descriptor, bytes; what was written, or -1 with `errno` set.
    typealias Write = (Int32, UnsafeRawBufferPointer) -> Int

    static let segmentMax = 8 << 20

    private struct Segment {
        let path: String
        var turns: Set<TurnID> = []
    }

    private let folder: String
    private let name: String
    private let segmentMax: Int
    private let write: Write
    private var closed: [Segment] = []
    private var current: Segment
    private var number: Int
    private var descriptor: Int32
    private var size = 0
    /// What was written may end in half a frame that could not be cut off; nothing may be written behind it.
    private var isTorn = false

    /// Begins a new segment behind those that are there; `name` is unique within the folder.
    package convenience init(folder: String, name: String) throws(TailError) {
        try self.init(folder: folder, name: name, segmentMax: TailFile.segmentMax) { descriptor, bytes in
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        }
    }

    init(folder: String, name: String, segmentMax: Int, write: @escaping Write) throws(TailError) {
        self.folder = folder
        self.name = name
        self.segmentMax = segmentMax
        self.write = write
        number = try TailFile.segments(in: folder).filter { $0.name == name }.map(\.number).max() ?? 0
        number += 1
        current = Segment(path: TailFile.path(folder, name, number))
        descriptor = try TailFile.create(current.path)
    }

    deinit { close(descriptor) }

    /// Writes pieces so that they survive a kill; all or none.
    package func append(_ pieces: [TailPiece]) throws(TailError) {
        guard !pieces.isEmpty else { return }
        if isTorn || (size >= segmentMax) { try rotate() }
        var frames: [UInt8] = []
        for piece in pieces { TailFrame.append(piece, to: &frames) }
        do throws(TailError) {
            try writeAll(frames)
        } catch {
            // Half a call must not stay: its pieces will not be shown, and later ones could be written behind it.
            isTorn = ftruncate(descriptor, off_t(size)) != 0
            throw error
        }
        size += frames.count
        for piece in pieces { current.turns.insert(piece.turn) }
    }

    /// The pieces of a turn are needed no longer: a closed segment goes with its last turn, the current one is left to
    /// `trim`.
    package func end(_ turn: TurnID) {
        closed.removeAll { segment in
            guard segment.turns.contains(turn), segment.turns.count == 1 else { return false }
            unlink(segment.path)
            return true
        }
        for index in closed.indices { closed[index].turns.remove(turn) }
        current.turns.remove(turn)
    }

    /// Empties the current segment when no turn needs what is in it.
    package func trim() {
        guard current.turns.isEmpty, size > 0, !isTorn else { return }
        // What cannot be cut off now is dead all the same: reading at start finds its turns ended.
        if ftruncate(descriptor, 0) == 0 { size = 0 }
    }

    private func writeAll(_ frames: [UInt8]) throws(TailError) {
        var failure: Int32 = 0
        frames.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let count = write(descriptor, rest)
                if count > 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if count < 0, errno == EINTR {
                    continue
                } else {
                    failure = count < 0 ? errno : EIO
                    return
                }
            }
        }
        guard failure == 0 else { throw TailError(errno: failure) }
    }

    private func rotate() throws(TailError) {
        let path = TailFile.path(folder, name, number + 1)
        let next = try TailFile.create(path)
        close(descriptor)
        if current.turns.isEmpty { unlink(current.path) } else { closed.append(current) }
        number += 1
        current = Segment(path: path)
        descriptor = next
        size = 0
        isTorn = false
    }

    private static func create(_ path: String) throws(TailError) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw TailError(errno: errno) }
        return descriptor
    }

    private static func path(_ folder: String, _ name: String, _ number: Int) -> String {
        let digits = String(number)
        return "\(folder)/\(name)-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).tail"
    }

    /// The segments of a folder in order of name and number; other files are left alone.
    static func segments(in folder: String) throws(TailError) -> [(name: String, number: Int, path: String)] {
        guard let directory = opendir(folder) else { throw TailError(errno: errno) }
        defer { closedir(directory) }
        var found: [(name: String, number: Int, path: String)] = []
        while let entry = readdir(directory) {
            let file = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            guard file.hasSuffix(".tail"), let dash = file.lastIndex(of: "-"),
                let number = Int(file[file.index(after: dash)...].dropLast(5))
            else { continue }
            found.append((String(file[..<dash]), number, "\(folder)/\(file)"))
        }
        return found.sorted { ($0.name, $0.number) < ($1.name, $1.number) }
    }
}
