/// What people say that asks for no figure: greetings, thanks, and questions about the assistant itself.
enum SmallTalk: String, Sendable, CaseIterable {
    case greeting, thanks, farewell, help, identity, wellbeing, acknowledgement

    /// The kind of small talk that an utterance is, when it is nothing else.
    init?(_ utterance: Utterance) {
        let words = utterance.tokens.filter { !$0.isSign }.map(\.word)
        guard !words.isEmpty, words.count <= 9 else { return nil }
        let text = words.joined(separator: " ")
        if let kind = Self.sentences[text] {
            self = kind
            return
        }
        let meaningful = words.filter { !Self.padding.contains($0) }
        guard !meaningful.isEmpty else {
            guard words.contains(where: { Self.starters[$0] != nil }) else { return nil }
            self = .acknowledgement
            return
        }
        let kinds = meaningful.map { Self.starters[$0] }
        guard let first = kinds.first ?? nil, kinds.allSatisfy({ $0 != nil }) else { return nil }
        self = first
    }

    private static let starters: [String: SmallTalk] = [
        "hi": .greeting, "hello": .greeting, "hey": .greeting, "greetings": .greeting, "morning": .greeting,
        "afternoon": .greeting, "evening": .greeting, "howdy": .greeting, "thanks": .thanks, "thank": .thanks,
        "thx": .thanks, "cheers": .thanks, "appreciated": .thanks, "appreciate": .thanks, "bye": .farewell,
        "goodbye": .farewell, "farewell": .farewell, "help": .help, "ok": .acknowledgement, "okay": .acknowledgement,
        "great": .acknowledgement, "cool": .acknowledgement, "perfect": .acknowledgement, "nice": .acknowledgement,
        "awesome": .acknowledgement, "excellent": .acknowledgement, "understood": .acknowledgement,
        "yes": .acknowledgement, "no": .acknowledgement, "fine": .acknowledgement, "wonderful": .acknowledgement,
        "brilliant": .acknowledgement, "super": .acknowledgement, "lovely": .acknowledgement, "sure": .acknowledgement,
    ]

    private static let padding: Set<String> = [
        "a", "all", "and", "so", "very", "much", "you", "there", "good", "that", "is", "it", "me", "please", "for",
        "now",
        "the", "lot", "again", "your", "i", "really", "well", "done", "job", "to", "everyone", "team", "this", "was",
        "just",
        "helpful", "can", "some", "need", "day", "see", "later", "got", "bunch", "many", "my", "friend", "very",
    ]

    private static let sentences: [String: SmallTalk] = {
        var table: [String: SmallTalk] = [:]
        func add(_ kind: SmallTalk, _ texts: String) {
            for text in texts.split(separator: "|") { table[String(text)] = kind }
        }
        add(
            .help,
            "what can you do|what can i ask|what can i ask you|what do you do|how do you work|how can you help|"
                + "how can you help me|what questions can i ask|what kind of questions can i ask|what are you able to do|"
                + "what can you help me with|what can you help with|what do you know|what data do you have|"
                + "what can you tell me|how does this work|what can you answer|how do i use you|how do i use this"
        )
        add(
            .identity,
            "who are you|what are you|are you a bot|are you human|are you an ai|are you a robot|what is your name|"
                + "whats your name|are you chatgpt|are you a person|who made you|who built you|are you a real person|"
                + "what model are you|which model are you|are you real"
        )
        add(
            .wellbeing,
            "how are you|how are you doing|how are you today|how is it going|hows it going|what up|"
                + "hi how are you|hello how are you|hey how are you|how do you do|how are things with you"
        )
        add(
            .greeting,
            "good morning|good afternoon|good evening|good day|hi there|hello there|hey there|is anyone there"
        )
        add(
            .farewell,
            "see you|see you later|have a nice day|have a good day|good night|talk to you later|that is all|"
                + "that is all thanks|that is all thank you|thats all|that will be all"
        )
        add(.thanks, "thank you|thanks a lot|many thanks|much appreciated|thank you so much|thank you very much")
        add(
            .acknowledgement,
            "got it|i see|makes sense|never mind|nevermind|no thanks|no thank you|sounds good|well done|good job"
        )
        return table
    }()
}

/// Whether a message is English; the planner reads no other language.
enum Language {
    static func isForeign(_ utterances: [Utterance], vocabulary: Vocabulary) -> Bool {
        let words = utterances.flatMap { $0.tokens.filter { !$0.isSign && $0.number == nil } }
        guard !words.isEmpty else { return false }
        var foreignLetters = 0
        var letters = 0
        for word in words {
            for scalar in word.text.unicodeScalars where scalar.properties.isAlphabetic {
                letters += 1
                if scalar.value >= 0x370 { foreignLetters += 1 }
            }
        }
        if letters > 0, foreignLetters * 10 > letters * 3 { return true }
        var foreign = 0
        var english = 0
        for word in words {
            // Names of the tenant's data may be in any language.
            let isOurs = vocabulary.knows(word)
            if foreignWords.contains(word.word), !isOurs { foreign += 1 }
            let isEnglish = EnglishWords.stop.contains(word.word) && !ambiguous.contains(word.word)
            if isEnglish || isOurs || EnglishWords.soft.contains(word.word) { english += 1 }
        }
        if foreign == 0 { return false }
        return foreign > english && (foreign >= 2 || words.count <= 4)
    }

    /// English words that are common in other languages too.
    private static let ambiguous: Set<String> = [
        "a", "is", "in", "an", "was", "i", "me", "he", "to", "so", "as", "for", "on", "all", "at", "die", "or", "no",
        "my",
        "we", "us", "her", "there", "de", "of", "s", "d", "m", "t", "am", "over", "want", "will", "per",
    ]

    private static let foreignWords: Set<String> = Set(
        """
        der das und ist nicht wie viel wieviel hoch unser unsere unseren wir im ein eine einen den dem des mit fur zu auf
        vom letzten letzter letztes monat jahr quartal zeige mir welche welcher warum umsatz kosten gewinn war waren bitte
        el la los las una uno del que cual cuales cuanto cuantos cuanta fueron fue nuestro nuestra nuestros por para con
        como ventas ingresos gastos ultimo mes ano trimestre muestra muestrame donde porque y es son
        le les des du au aux est et une nous notre nos quel quelle quels quelles combien etait sont dans pour avec sur
        dernier derniere mois annee chiffre affaires depenses montre moi pourquoi ce cette ces
        il lo gli di che e quanto quanti qual sono stato stati nostro nostra nostri mese anno scorso trimestre ricavi
        costi perche mostra dove nel nella della delle dei
        o os um uma do da dos das no na nos nas nosso nossa foi foram quanto qual quais receita despesas mes passado
        het een van wat waren onze hoeveel vorige maand jaar kwartaal omzet kosten toon waarom zijn
        och att vad var vara hur mycket forra manaden jak ile byly nasze przychody jaki jest w ve bir ne kadar gecen ay
        """.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
    )
}
