internal import AgentRuntime

extension MailOutbox {
    /// The sender of what is written while the tenant has no mail address.
    static let nobody = "unconfigured@localhost"

    /// Gives mails that were written without an address the tenant's own, now that it has one.
    ///
    /// Their five days begin now: nobody has tried to send them. What is sent already has an address and is left alone.
    func readdress(_ tenant: TenantID, in database: TenantDatabase, now: Timestamp) async throws {
        let account = accounts.account(of: tenant)
        guard let address = account.address else { return }
        let from = MailAddress(name: account.name ?? "", address: address)
        let waiting = try await database.reader.perform { connection in
            try OutboxStore(connection: connection).due(from: [Self.nobody], now: now, limit: Self.batch)
        }
        for id in waiting {
            try await database.writer.perform { connection in
                try connection.transaction {
                    guard let source = try MailStore(connection).source(id) else { return }
                    let written = MailComposer.bytes(source, from: from)
                    try OutboxStore(connection: connection).readdress(id, from: from, source: written, now: now)
                }
            }
        }
    }
}

extension MailComposer {
    /// A mail that `bytes` wrote, from someone else.
    static func bytes(_ source: [UInt8], from: MailAddress) -> [UInt8] {
        // `From` is the first field; a line that begins with a space goes on with it.
        var end = 0
        while let next = source[end...].firstIndex(of: UInt8(ascii: "\n")) {
            end = next + 1
            guard end < source.count, source[end] == UInt8(ascii: " ") else { break }
        }
        return Array("From: \(mailbox(from))\r\n".utf8) + source[end...]
    }
}
