package import AgentRuntime

/// A mail of the deployment itself to one person; it is kept nowhere, since what it says is for its reader alone.
package struct MailNotice: Sendable {
    package var to: MailAddress
    package var subject: String
    package var text: String
    /// Names the notice: the same one has the same message identifier, so that a repeated one is seen as such.
    package var key: String

    package init(to: MailAddress, subject: String, text: String, key: String) {
        self.to = to
        self.subject = subject
        self.text = text
        self.key = key
    }

    /// The mail as it is given to a server; `nil` where the tenant has no address.
    package func bytes(from account: MailAccount, at now: Timestamp) -> [UInt8]? {
        guard let address = account.address else { return nil }
        let domain = address.split(separator: "@").last ?? "localhost"
        return MailComposer(
            from: MailAddress(name: account.name ?? "", address: address),
            to: [to],
            subject: subject,
            text: text + "\n\nThis message was written by an automatic assistant.",
            date: now,
            messageID: "<\(SHA256.hex(key).prefix(32))@\(domain)>",
            isAutomatic: true
        ).bytes()
    }
}
