package import AgentRuntime

/// A mail of a tenant, received or written.
package struct Mail: Sendable, Hashable {
    package enum Direction: String, Sendable { case inbound, outbound }

    /// Where its category comes from.
    package enum CategorySource: String, Sendable {
        /// A person said so, by a folder's name or by a change; the classifier learns from these.
        case label
        /// The classifier, fitted on the tenant's labelled mails.
        case model
        case rules
    }

    package enum Priority: String, Sendable, CaseIterable { case low, normal, high, urgent }

    package enum Status: String, Sendable, CaseIterable {
        case new, read, replied, forwarded
        /// Of written ones: kept until it can be sent.
        case queued
        /// Given to the server, whose word is not known; never given again.
        case sending
        case sent, failed
    }

    package var id: String
    package var direction: Direction = .inbound
    /// With its brackets.
    package var messageID: String?
    package var inReplyTo: String?
    package var references: [String] = []
    package var from: MailAddress
    /// Where an answer goes.
    package var replyTo: MailAddress
    package var to: [MailAddress] = []
    package var cc: [MailAddress] = []
    package var subject: String
    package var date: Timestamp
    package var text: String
    package var attachments: [MailAttachment] = []
    package var category: String?
    /// In millionths.
    package var confidence: Int64?
    package var categorySource: CategorySource?
    package var intent: MessageIntent?
    package var priority: Priority = .normal
    package var status: Status = .new
    package var isUnread = true
    /// Why no answer is sent to it without a person; `nil` where one may be.
    package var refusal: String?
    package var fileName: String?
    package var customerID: String?

    /// The identifier of a mail: of its `Message-ID`, or of its bytes where it has none.
    package static func id(_ messageID: String?, source: [UInt8]) -> String {
        "eml_" + SHA256.hex(messageID.map { Array($0.utf8) } ?? source).prefix(24)
    }
}

extension Mail {
    /// A mail as it was received.
    package init(_ message: MailMessage, source: [UInt8], fileName: String?, receivedAt: Timestamp) {
        id = Mail.id(message.messageID, source: source)
        messageID = message.messageID
        inReplyTo = message.inReplyTo.first
        references = message.references
        from = message.sender ?? MailAddress(address: "")
        replyTo = message.replyAddress ?? MailAddress(address: "")
        to = message.to
        cc = message.cc
        subject = message.subject
        date = message.date ?? receivedAt
        text = message.text
        attachments = message.attachments
        self.fileName = fileName
        priority = Mail.priority(message)
    }

    /// What the sender says of its importance (RFC 2156 §5.3.4, and the common `X-Priority`).
    private static func priority(_ message: MailMessage) -> Priority {
        let importance = message.headers["importance"]?.lowercased() ?? message.headers["priority"]?.lowercased()
        let number = message.headers["x-priority"]?.first.flatMap { Int(String($0)) }
        if importance == "high" || importance == "urgent" || number.map({ $0 <= 2 }) == true { return .high }
        if importance == "low" || importance == "non-urgent" || number.map({ $0 >= 4 }) == true { return .low }
        let words = message.subject.lowercased()
        return words.contains("urgent") || words.contains("asap") ? .urgent : .normal
    }
}

extension Mail {
    /// What others are told of a mail: what it is found, sorted and filtered by, and no word of its text.
    package var eventData: JSONObject {
        [
            "id": .string(id), "email_id": .string(id), "direction": .string(direction.rawValue),
            "message_id": .optional(messageID), "in_reply_to": .optional(inReplyTo), "from": .string(from.address),
            "to": .array(to.map { .string($0.address) }), "subject": .string(subject),
            "category": .optional(category), "priority": .string(priority.rawValue),
            "customer_id": .optional(customerID), "status": .string(status.rawValue),
            direction == .inbound ? "received_at" : "sent_at": .string(date.iso8601),
        ]
    }
}
