internal import AgentRuntime
internal import Foundation

/// `agentd bench turn`: whole turns of the offline planner.
struct BenchTurnCommand: Command {
    let syntax = CommandSyntax(
        "bench turn",
        "Measures whole turns of the offline planner, durable as configured.",
        flags: [
            Flag("rows", .value("N"), "Ledger rows; 100000 when not given."),
            Flag("turns", .value("N"), "Turns; 2000 when not given."),
            Flag("concurrent", .value("N"), "Conversations at once; 16 when not given."),
            Flag("durability", .value("KIND"), sets: "durability", "full or process."),
            Flag("prompts", .value("DIR"), sets: "prompts", "The folder of prompts."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let report = try await TurnBench.run(
            configuration,
            rows: try arguments.integer("rows", in: 1...10_000_000) ?? 100_000,
            turns: try arguments.integer("turns", in: 1...1_000_000) ?? 2000,
            concurrent: try arguments.integer("concurrent", in: 1...10_000) ?? 16,
            folder: try BenchFolder.make(context)
        )
        context.print("durability \(configuration.durability.rawValue): \(report.text)\n")
        return report.failures == 0 ? 0 : 1
    }
}

/// `agentd bench journal`: records a second by size of an append and number of appenders, and verifying.
struct BenchJournalCommand: Command {
    let syntax = CommandSyntax(
        "bench journal",
        "Measures appends and verification of the journal.",
        flags: [
            Flag("records", .value("N"), "Records for each row; 20000 when not given."),
            Flag("durability", .value("KIND"), sets: "durability", "full or process."),
        ]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let folder = try BenchFolder.make(context)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in a temporary folder
        let report = try await JournalBench.run(
            records: try arguments.integer("records", in: 100...10_000_000) ?? 20_000,
            durability: configuration.durability == .full ? .full : .process,
            folder: folder
        )
        for row in report.appending {
            let rate = Int(row.recordsPerSecond)
            let size = "\(row.batch) per append, \(row.appenders) appenders"
            context.print("\(size): \(rate) records/s, \(row.records) records in \(row.commits) commits\n")
        }
        context.print("verify: \(Int(report.verifying.recordsPerSecond)) records/s\n")
        return report.verifying.holds ? 0 : 1
    }
}

/// `agentd bench stream`: what silent streams cost, and how fast one event reaches them all.
struct BenchStreamCommand: Command {
    let syntax = CommandSyntax("bench stream", "Measures event streams over loopback, in this process.")

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        context.print(try await StreamBench().measure().text + "\n")
        return 0
    }
}

/// `agentd bench retrieval`: a test collection through the index.
struct BenchRetrievalCommand: Command {
    let syntax = CommandSyntax(
        "bench retrieval",
        "Indexes a test collection, asks its queries, and writes the run.",
        flags: [Flag("run", .value("FILE"), "Where the run is written: one `query document score` per line.")],
        positionals: [Positional("folder")]
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let report = try RetrievalBench.measure(folder: arguments.positionals[0])
        if let path = arguments.value("run") {
            try report.run.map { $0 + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
        }
        context.print(report.text + "\n")
        return 0
    }
}

/// A folder for one measurement.
enum BenchFolder {
    static func make(_ context: CommandContext) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: context.identifiers.next("agentd-bench")).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
