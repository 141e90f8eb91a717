internal import Glibc
internal import Synchronization

/// Structured logs: a constant message, the rest in fields.
///
/// No user text, no token, no secret ever goes in.
///
/// One line per entry on standard error: JSON, or `time level message key=value` for people.
package struct Logger: Sendable {
    package enum Level: Int, Sendable, Comparable, CaseIterable {
        case debug
        case info
        case warning
        case error

        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

        /// The level of that name; `nil` for another word.
        package init?(name: String) {
            guard let level = Level.allCases.first(where: { "\($0)" == name }) else { return nil }
            self = level
        }
    }

    package enum Format: String, Sendable {
        case json
        case text
    }

    private let level: Level
    private let format: Format
    private let wallClock: any WallClock
    private let fields: [(String, JSONValue)]
    private let sink: @Sendable ([UInt8]) -> Void

    /// `sink`: takes one line with its line feed; standard error unless given.
    package init(
        level: Level,
        format: Format,
        wallClock: any WallClock,
        sink: @escaping @Sendable ([UInt8]) -> Void = Logger.standardError
    ) {
        self.init(level: level, format: format, wallClock: wallClock, fields: [], sink: sink)
    }

    private init(
        level: Level,
        format: Format,
        wallClock: any WallClock,
        fields: [(String, JSONValue)],
        sink: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.level = level
        self.format = format
        self.wallClock = wallClock
        self.fields = fields
        self.sink = sink
    }

    /// The same log with fields that every entry carries.
    package func with(_ name: String, _ value: String) -> Logger {
        let more = fields + [(name, JSONValue.string(value))]
        return Logger(level: level, format: format, wallClock: wallClock, fields: more, sink: sink)
    }

    package func debug(_ message: StaticString, _ fields: KeyValuePairs<String, JSONValue> = [:]) {
        note(.debug, message, fields)
    }

    package func info(_ message: StaticString, _ fields: KeyValuePairs<String, JSONValue> = [:]) {
        note(.info, message, fields)
    }

    package func warning(_ message: StaticString, _ fields: KeyValuePairs<String, JSONValue> = [:]) {
        note(.warning, message, fields)
    }

    package func error(_ message: StaticString, _ fields: KeyValuePairs<String, JSONValue> = [:]) {
        note(.error, message, fields)
    }

    package func isEnabled(_ level: Level) -> Bool { level >= self.level }

    private func note(_ level: Level, _ message: StaticString, _ more: KeyValuePairs<String, JSONValue>) {
        guard isEnabled(level) else { return }
        let time = wallClock.now().iso8601
        var all = fields
        for (name, value) in more { all.append((name, value)) }
        switch format {
        case .json:
            var object: JSONObject = [
                "time": .string(time), "level": .string("\(level)"), "message": .string("\(message)"),
            ]
            for (name, value) in all { object[name] = value }
            sink(JSONValue.object(object).bytes() + [UInt8(ascii: "\n")])
        case .text:
            var line = "\(time) \(level) \(message)"
            for (name, value) in all { line += " \(name)=\(value.text)" }
            sink(Array(line.utf8) + [UInt8(ascii: "\n")])
        }
    }

    /// Writes one line in one call, so that lines of several threads do not mix.
    package static let standardError: @Sendable ([UInt8]) -> Void = { line in
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
