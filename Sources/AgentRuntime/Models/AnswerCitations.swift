/// What an answer in a model's own words is said to rest on.
///
/// A model's text does not tell which result a figure came from, so the rule errs on the side of naming too much: an
/// answer cites, when its step ends, everything that the results of its turn cite, in the order of the calls, each
/// thing once. An answer with a figure and without results of its own turn rests on the last turn before it that had
/// some.
enum AnswerCitations {
    /// The most citations of one answer; those of the first results are named.
    static let countMax = 64

    static func citations(for request: ModelRequest, answerHasFigure: Bool) -> [Citation] {
        let own = citations(of: request.steps)
        guard own.isEmpty, answerHasFigure else { return own }
        return request.history.reversed().lazy.map { citations(of: $0.steps) }.first { !$0.isEmpty } ?? []
    }

    private static func citations(of steps: [CompletedStep]) -> [Citation] {
        var citations: [Citation] = []
        for call in steps.flatMap(\.calls) where !call.result.isError {
            // Few, and nearly always of different sources: comparing costs less than hashing all that each says.
            for citation in call.result.citations where citations.count < countMax && !citations.contains(citation) {
                citations.append(citation)
            }
        }
        return citations
    }
}
