internal import AgentRuntime

/// Which mails a program must not answer by itself (RFC 3834 §2, and common practice beyond it).
///
/// Answering a machine makes loops, answering a list annoys many, answering a forged sender helps to attack him.
/// What is refused here can still be answered by a person.
package struct AutoReplyRules: Sendable {
    /// More recipients than this are an announcement, not a question, where the tenant's own stands only in `Cc`.
    private static let copiedRecipientsMax = 10
    private static let recipientsMax = 25

    /// The addresses that the tenant's mail comes to, in lower case; without any, who it was sent to is not looked at.
    private let own: Set<String>

    package init(own: [String]) { self.own = Set(own.map { $0.lowercased() }) }

    /// Why the message must not be answered by itself; `nil` when it may be.
    package func refusal(of message: MailMessage) -> String? {
        fromMachine(message) ?? fromList(message) ?? bySender(message) ?? byRecipients(message) ?? byContent(message)
    }

    private func fromMachine(_ message: MailMessage) -> String? {
        let headers = message.headers
        // RFC 3834 §5: a keyword, then parameters and comments.
        for value in headers.all("auto-submitted") where MailParameters(value).value != "no" {
            return "it was sent by a program (Auto-Submitted)"
        }
        if headers["x-autoreply"].map({ $0.lowercased() != "no" }) == true || headers["x-autorespond"] != nil
            || headers["x-auto-reply-from"] != nil
        {
            return "it is an automatic answer"
        }
        if let suppressed = headers["x-auto-response-suppress"]?.lowercased() {
            let kinds = suppressed.split { $0 == "," || $0 == " " || $0 == ";" }.map(String.init)
            if kinds.contains(where: ["all", "autoreply", "oof"].contains) {
                return "its sender asks for no answers by programs"
            }
        }
        for value in headers.all("return-path") where value.filter({ $0 != " " }) == "<>" {
            return "it is a notice about delivery (empty return path)"
        }
        if message.mediaType == "multipart/report"
            || message.partTypes.contains(where: {
                $0 == "message/disposition-notification" || $0 == "message/delivery-status"
            })
        {
            return "it is a notice about delivery or reading"
        }
        if headers.all("x-loop").contains(where: { own.contains(MailText.trimmed($0).lowercased()) }) {
            return "it went in a circle"
        }
        return nil
    }

    private func fromList(_ message: MailMessage) -> String? {
        for value in message.headers.all("precedence") + message.headers.all("x-precedence")
        where ["bulk", "list", "junk", "auto_reply", "auto-reply"].contains(MailParameters(value).value) {
            return "it was sent in bulk (Precedence)"
        }
        if message.headers.has(prefix: "list-") || message.headers["mailing-list"] != nil {
            return "it came through a mailing list"
        }
        return nil
    }

    private func bySender(_ message: MailMessage) -> String? {
        guard let sender = message.sender, sender.isValid, let reply = message.replyAddress, reply.isValid else {
            return "its sender is no address that can be answered"
        }
        for address in message.from + message.replyTo where own.contains(address.key) {
            return "the answer would go to the tenant's own address"
        }
        for address in message.from + message.replyTo where Self.isMachine(address) {
            return "its sender takes no answers"
        }
        return nil
    }

    /// Local parts that belong to programs and lists; whole words of them count, not names that happen to hold one.
    static func isMachine(_ address: MailAddress) -> Bool {
        let local = address.key.prefix { $0 != "@" }
        let base = local.split(separator: "+").first.map(String.init) ?? ""
        let joined = String(base.filter { $0.isLetter || $0.isNumber })
        if ["mailerdaemon", "postmaster", "listserv", "majordomo", "mailmaster", "abuse"].contains(joined) {
            return true
        }
        let words = base.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        if words.contains(where: ["noreply", "donotreply", "dontreply", "bounce", "bounces", "unsubscribe"].contains) {
            return true
        }
        let spaced = " " + words.joined(separator: " ") + " "
        if [" no reply ", " do not reply ", " dont reply ", " mailer daemon ", " not reply "].contains(
            where: spaced.contains
        ) {
            return true
        }
        return base.hasPrefix("owner-") || base.hasSuffix("-owner") || base.hasSuffix("-request")
    }

    private func byRecipients(_ message: MailMessage) -> String? {
        guard !own.isEmpty else { return nil }
        let isTo = message.to.contains { own.contains($0.key) }
        let isCopied = message.cc.contains { own.contains($0.key) }
        guard isTo || isCopied else { return "it was not sent to the tenant's address" }
        let count = message.to.count + message.cc.count
        if !isTo, count > Self.copiedRecipientsMax { return "it went to many, with a copy to the tenant" }
        return count > Self.recipientsMax ? "it went to many" : nil
    }

    private func byContent(_ message: MailMessage) -> String? {
        let subject = message.subject.lowercased()
        if Self.absences.contains(where: { subject.hasPrefix($0) }) { return "it is a notice of absence" }
        guard MailText.own(message.text).contains(where: { $0.isLetter || $0.isNumber }) else {
            return "there is nothing in it to answer"
        }
        return nil
    }

    /// How subjects of notices of absence begin, in the languages of common mail programs.
    private static let absences = [
        "out of office", "out of the office", "automatic reply", "auto reply", "auto-reply", "autoreply",
        "auto response", "autoresponse", "vacation reply", "on vacation", "away from", "undeliverable",
        "delivery status notification", "abwesenheitsnotiz", "abwesenheit", "automatische antwort",
        "automatisch antwoord", "automatische reactie", "afwezig", "réponse automatique", "reponse automatique",
        "absence du bureau", "absent du bureau", "respuesta automática", "respuesta automatica",
        "fuera de la oficina", "fuera de oficina", "risposta automatica", "fuori ufficio", "resposta automática",
        "resposta automatica", "ausência", "fora do escritório", "autosvar", "automatiskt svar", "automatisk svar",
        "frånvaro", "poissa", "automaattinen vastaus", "automatyczna odpowiedź", "automatická odpověď", "自動返信",
        "自动回复", "автоответ", "автоматический ответ",
    ]
}
