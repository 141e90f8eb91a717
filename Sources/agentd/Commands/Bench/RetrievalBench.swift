internal import AgentRuntime
internal import Foundation
internal import Retrieval

/// Measures retrieval on a test collection: `docs.jsonl` with `id`, `title` and `text`, `queries.jsonl` with `id` and
/// `text`, one object per line.
///
/// The documents go through the same chunker, index and ranking as a tenant's articles, in a database in memory. The
/// run holds one line `query document score` per answer, in the form that evaluation programs read.
struct RetrievalBench {
    struct Report: Equatable {
        var documents: Int
        var passages: Int
        var queries: Int
        /// Queries that found nothing relevant.
        var unanswered: Int
        var indexTime: Duration
        var queryTimeMedian: Duration
        /// Of a hundred queries, ninety-nine take at most this long.
        var queryTimeP99: Duration
        /// The lines of the run, in order of queries and scores.
        var run: [String]

        /// The report in two lines.
        var text: String {
            """
            indexed \(documents) documents (\(passages) passages) in \(Self.milliseconds(indexTime)) ms
            \(queries) queries (\(unanswered) found nothing): p50 \(Self.milliseconds(queryTimeMedian)) ms, \
            p99 \(Self.milliseconds(queryTimeP99)) ms
            """
        }

        private static func milliseconds(_ duration: Duration) -> String {
            duration.formatted(
                .units(allowed: [.milliseconds], width: .narrow, fractionalPart: .show(length: 2))
                    .locale(Locale(identifier: "en_US_POSIX"))
            ).filter { $0.isNumber || $0 == "." }
        }
    }

    private struct Query {
        var id: String
        var text: String
    }

    /// Reads the collection in the folder, indexes it, and asks every query once.
    ///
    /// - Throws: `AgentError.invalidArgument` for a file that is missing or a line that is wrong, named by number.
    static func measure(folder: String, clock: some Clock<Duration> = ContinuousClock()) throws -> Report {
        let documents = try lines(of: "docs.jsonl", in: folder) { object, place in
            try document(object, place)
        }
        let queries = try lines(of: "queries.jsonl", in: folder) { object, place in
            Query(id: try name(object, place), text: object["text"]?.string ?? "")
        }
        let connection = try SQLiteConnection(path: "", mode: .memory)
        try connection.execute(PassageIndex.schema)
        let index = PassageIndex(connection)
        let indexTime = try clock.measure {
            try index.replace(documents)
            try index.optimize()
        }
        let retriever = Retriever(index)
        var times: [Duration] = []
        var run: [String] = []
        var unanswered = 0
        for query in queries {
            var answers: [(document: String, score: Double)] = []
            times.append(try clock.measure { answers = try retriever.documents(query.text) })
            if answers.isEmpty { unanswered += 1 }
            for answer in answers { run.append("\(query.id) \(answer.document) \(answer.score)") }
        }
        times.sort()
        return Report(
            documents: documents.count,
            passages: try index.statistics().passages,
            queries: queries.count,
            unanswered: unanswered,
            indexTime: indexTime,
            queryTimeMedian: times.isEmpty ? .zero : times[(times.count - 1) / 2],
            queryTimeP99: times.isEmpty ? .zero : times[min(times.count - 1, times.count * 99 / 100)],
            run: run
        )
    }

    /// A title that the text begins with is not indexed twice.
    private static func document(_ object: JSONObject, _ place: String) throws -> Document {
        let title = object["title"]?.string ?? ""
        let text = Array((object["text"]?.string ?? "").utf8)
        let start = !title.isEmpty && text.starts(with: title.utf8) ? title.utf8.count : 0
        return Document(id: try name(object, place), title: title, file: text, bodyStart: start)
    }

    private static func name(_ object: JSONObject, _ place: String) throws -> String {
        guard let id = object["id"]?.string, !id.isEmpty, !id.contains(where: \.isWhitespace) else {
            throw AgentError(.invalidArgument, "\(place): “id” must be a text without spaces")
        }
        return id
    }

    private static func lines<T>(
        of file: String,
        in folder: String,
        _ read: (JSONObject, String) throws -> T
    ) throws -> [T] {
        let path = folder + "/" + file
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AgentError(.invalidArgument, "\(path) cannot be read")
        }
        var values: [T] = []
        for (number, line) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where line.contains(where: { $0 > 0x20 }) {
            let place = "\(path), line \(number + 1)"
            guard let object = (try? JSONValue(parsing: Array(line)))?.object else {
                throw AgentError(.invalidArgument, "\(place): not a JSON object")
            }
            values.append(try read(object, place))
        }
        return values
    }
}
