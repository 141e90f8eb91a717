internal import AgentRuntime

// `agentd user …`: local accounts. They work beside a running daemon and without one.

struct UserAddCommand: Command {
    let syntax = CommandSyntax(
        "user add",
        "Makes an account that logs in with e-mail and password.",
        flags: [
            Flag("email", .value("E"), required: true, "The e-mail; no other account of any tenant may have it."),
            Flag("role", .repeated("R"), required: true, "What the user may do."),
            Flag("tenant", .value("T"), required: true, "Where the user belongs."),
            Flag("name", .value("NAME"), "What people call the user."),
        ],
        notes: Password.notes
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        var request: JSONObject = [
            "email": .string(try arguments.required("email")),
            "tenant": .string(try arguments.tenant().rawValue),
            "roles": .array(try arguments.roles().map { .string($0.rawValue) }),
        ]
        if let name = arguments.value("name") { request["name"] = .string(name) }
        request["password"] = .string(try Password.read(context))
        let result = try await ControlledCommand(configuration: configuration, context: context)
            .perform("user.add", request)
        context.print("added \(result["email"]?.string ?? "") as \(result["id"]?.string ?? "")\n")
        return 0
    }
}

struct UserPasswordCommand: Command {
    let syntax = CommandSyntax(
        "user passwd",
        "Gives an account a new password and ends its sessions.",
        flags: [Flag("email", .value("E"), required: true, "The account's e-mail.")],
        notes: Password.notes
    )

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let request: JSONObject = [
            "email": .string(try arguments.required("email")), "password": .string(try Password.read(context)),
        ]
        let result = try await ControlledCommand(configuration: configuration, context: context)
            .perform("user.passwd", request)
        context.print("changed the password of \(result["email"]?.string ?? "")\n")
        return 0
    }
}

/// `user disable` and `user enable`.
struct UserSwitchCommand: Command {
    let syntax: CommandSyntax
    private let command: String
    private let verb: String

    static let disable = UserSwitchCommand(
        "disable",
        "disabled",
        "Shuts an account out; its live tokens are refused at once."
    )
    static let enable = UserSwitchCommand("enable", "enabled", "Lets a disabled account log in again.")

    private init(_ name: String, _ verb: String, _ summary: String) {
        command = "user.\(name)"
        self.verb = verb
        syntax = CommandSyntax(
            "user \(name)",
            summary,
            flags: [Flag("email", .value("E"), required: true, "The account's e-mail.")]
        )
    }

    func run(_ arguments: Arguments, in context: CommandContext) async throws -> Int32 {
        let configuration = try context.configuration(arguments)
        let result = try await ControlledCommand(configuration: configuration, context: context)
            .perform(command, ["email": .string(try arguments.required("email"))])
        context.print("\(verb) \(result["email"]?.string ?? "")\n")
        return 0
    }
}

/// A password that is not written on the command line, where other users of the machine could see it.
enum Password {
    static let notes = "The password is read from AGENTD_PASSWORD, or else as one line from standard input."

    static func read(_ context: CommandContext) throws -> String {
        let given = context.environment["AGENTD_PASSWORD"].flatMap { $0.isEmpty ? nil : $0 } ?? context.readLine()
        guard let password = given, !password.isEmpty else {
            throw AgentError(
                .invalidArgument,
                "There is no password: give one line on standard input, or set AGENTD_PASSWORD."
            )
        }
        if password.unicodeScalars.count < 8 {
            context.printError("agentd: the password has fewer than 8 characters and can be guessed\n")
        }
        return password
    }
}
