/// Tells text that speaks to an assistant from text that speaks to people.
///
/// Used where text of unknown origin is quoted, and to answer such a message without repeating it. It is a filter of
/// what is shown, not a defence: nothing that text says is ever carried out.
package enum InstructionText {
    /// Whether a sentence addresses an assistant, or orders what only one could do.
    package static func addressesAssistant(_ sentence: String) -> Bool {
        holdsMarks(sentence) || addressesAssistant(words: Tokenizer.words(of: sentence))
    }

    /// The same for words that are cut already; markup is not seen.
    package static func addressesAssistant(words: [String]) -> Bool {
        phrases.isFound(in: words) || isSpelledOut(words) || orders.isFound(in: words) && targets.isFound(in: words)
    }

    /// Whether a text holds markup of prompts, tools or mails, or draws pictures from elsewhere.
    package static func holdsMarks(_ text: String) -> Bool {
        guard text.utf8.contains(where: { signs.contains($0) }) || text.utf8.count > 200 else { return false }
        let lower = text.lowercased()
        return marks.contains(where: lower.contains)
    }

    /// The sentences of a passage that speak to people, in order, as they stand.
    package static func sentencesForPeople(in passage: String) -> [String] {
        sentences(of: passage).filter { !addressesAssistant($0) }
    }

    /// A passage without the sentences that speak to an assistant; its lines stay apart.
    package static func cleaned(_ passage: String) -> String {
        var lines: [String] = []
        for line in passage.split(separator: "\n", omittingEmptySubsequences: false) {
            let sentences = sentences(of: String(line))
            let kept = sentences.filter { !addressesAssistant($0) }
            if kept.count == sentences.count {
                lines.append(String(line))
            } else if !kept.isEmpty {
                lines.append(kept.joined(separator: " "))
            }
        }
        return lines.joined(separator: "\n").trimmed
    }

    /// Cuts at sentence ends and line ends; white space around sentences is dropped.
    package static func sentences(of passage: String) -> [String] {
        var sentences: [String] = []
        var current = ""
        let characters = Array(passage)
        func close() {
            let trimmed = current.trimmed
            if trimmed.contains(where: { $0.isLetter || $0.isNumber }) { sentences.append(trimmed) }
            current = ""
        }
        for (index, character) in characters.enumerated() {
            if character.isNewline {
                close()
                continue
            }
            current.append(character)
            guard ".!?".contains(character) else { continue }
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            guard next.isWhitespace else { continue }
            let lastWord = current.split(separator: " ").last.map(String.init) ?? ""
            if ["e.g.", "i.e.", "etc.", "vs.", "no.", "approx.", "inc.", "ltd."].contains(lastWord.lowercased()) {
                continue
            }
            close()
        }
        close()
        return sentences
    }

    /// Letters one by one ("i g n o r e").
    private static func isSpelledOut(_ words: [String]) -> Bool {
        var run = 0
        for word in words {
            run = word.utf8.count == 1 ? run + 1 : 0
            if run >= 5 { return true }
        }
        return false
    }

    private static let marks = [
        "<|", "|>", "[inst", "<system", "</system", "<assistant", "<!--", "]: #", "\"role\"", "tool_call",
        "function_call",
        "<leak", "![", "${", "{{", "base64", "event: ", "bcc:", "\"arguments\"", "begin system", "<<sys",
        "### instruction",
        "###instruction",
    ]

    /// Bytes that some mark holds.
    private static let signs: Set<UInt8> = Set("<|[]{}:!\"6".utf8)

    private static let phrases = PhraseTable([
        "ignore all", "ignore the above", "ignore previous", "ignore any", "ignore prior", "ignore your",
        "ignore these",
        "ignore everything", "ignore all previous", "ignore the previous", "ignore all rules", "disregard all",
        "disregard the above", "disregard previous", "disregard any", "disregard your", "disregard prior",
        "disregard the previous", "forget all", "forget everything", "forget previous", "forget your",
        "forget the above",
        "forget all previous", "system prompt", "your prompt", "your instructions", "previous instructions",
        "prior instructions", "above instructions", "new instructions", "following instructions", "you are now",
        "from now on you", "pretend to be", "pretend you", "pretend that you", "act as if", "act as an", "act as a",
        "jailbreak", "developer mode", "dan mode", "do anything now", "as an ai", "ai assistant", "the assistant",
        "dear assistant", "assistant", "ai agent", "ai model", "ai system", "language model", "chatbot must",
        "llm", "override your", "override the", "bypass", "without restrictions", "no restrictions",
        "unrestricted mode",
        "reveal your", "print your", "show your instructions", "repeat your", "repeat the words above",
        "repeat everything above", "words above", "admin mode", "sudo", "root access", "human approval",
        "approval step",
        "do not tell the user", "do not mention this", "do not inform", "without telling", "decode this",
        "do as it says",
        "roleplay", "role play", "simulate being", "confidential instructions", "hidden instructions", "api keys",
        "api key", "access token", "secret key", "your configuration", "drop table", "delete all", "wire transfer",
        "make up", "invent a", "fabricate", "to the ai", "when summarizing", "when summarising", "when answering",
        "in your answer", "in your response", "in your reply", "end your answer", "answer only with",
        "respond only with",
        "reply only with", "respond with", "say that the", "output the", "carry out",
    ])

    private static let orders = PhraseTable([
        "send", "forward", "email", "mail", "delete", "approve", "transfer", "execute", "run", "call", "reply", "post",
        "upload", "export", "classify", "cite", "mark", "render", "grant", "disable", "leak", "exfiltrate",
    ])

    private static let targets = PhraseTable([
        "every address", "all addresses", "every customer", "all conversations", "all conversation", "database",
        "credentials", "passwords", "this request", "the tool", "the command", "the function", "the link", "the image",
        "confidence", "every statement", "evil", "attacker", "to this address", "all records", "the logs", "all logs",
        "this message",
    ])
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
