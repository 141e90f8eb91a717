import AgentRuntime
import Testing

@testable import agentd

@Suite("Command lines")
struct ArgumentsTests {
    static let syntax = CommandSyntax(
        "import",
        "Brings data in.",
        flags: [
            Flag("tenant", .value("T"), required: true, "Whose."),
            Flag("ttl", .value("N"), "How long."),
            Flag("scope", .repeated("S"), "What."),
            Flag("replace", .boolean, "Empties first."),
            Flag("listen", .value("ADDR"), sets: "listen", "Where."),
        ],
        positionals: [Positional("KIND"), Positional("PATH", required: false)]
    )

    @Test("Values, repeated flags, booleans and places are told apart")
    func parsed() throws {
        let arguments = try Arguments(
            ["ledger", "--tenant=t", "--ttl", "-5", "--scope", "a", "--scope=b", "--replace", "--", "--file"],
            Self.syntax
        )
        #expect(arguments.positionals == ["ledger", "--file"])
        #expect(arguments.value("tenant") == "t")
        #expect(try arguments.integer("ttl", in: -10...10) == -5)
        #expect(arguments.values("scope") == ["a", "b"])
        #expect(arguments.isSet("replace"))
        #expect(try arguments.tenant() == TenantID("t"))
    }

    @Test("Flags that set a key of the configuration are handed on")
    func settings() throws {
        let arguments = try Arguments(["x", "--tenant", "t", "--listen", ":0", "--data", "/d"], Self.syntax)
        #expect(arguments.settings.map(\.path) == ["listen", "data"])
    }

    @Test(
        "What is wrong is said in words",
        arguments: [
            (["x", "--tennant", "t"], "--tennant is not a flag of agentd import; the nearest one is --tenant"),
            (["x", "-t"], "-t is not a flag of agentd import"),
            (["x"], "--tenant T is missing"),
            (["--tenant", "t"], "KIND is missing"),
            (["x", "y", "z", "--tenant", "t"], "“z” is one argument too many"),
            (["x", "--tenant"], "--tenant needs a value, T"),
            (["x", "--tenant", "--replace"], "--tenant needs a value, T"),
            (["x", "--tenant", "t", "--tenant", "u"], "--tenant stands there twice"),
            (["x", "--tenant", "t", "--replace=yes"], "--replace takes no value"),
        ]
    )
    func usageErrors(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try Arguments(words, Self.syntax) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test("Help is asked for without what is otherwise required, and names every flag")
    func help() throws {
        #expect(try Arguments(["--help"], Self.syntax).isSet("help"))
        for flag in Self.syntax.allFlags { #expect(Self.syntax.help.contains("--\(flag.name)")) }
        #expect(Self.syntax.usage.contains("--tenant T [--ttl N] [--scope S…] [--replace]"))
    }
}
