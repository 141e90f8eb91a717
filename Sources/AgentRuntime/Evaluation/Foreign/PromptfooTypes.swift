/// The types of assertions that promptfoo has, so that a slip of the pen is told from one that is not judged here.
/// https://www.promptfoo.dev/docs/configuration/expected-outputs/
enum PromptfooTypes {
    /// Judged here, each also with `not-`.
    static let judged: Set<String> = [
        "equals", "contains", "icontains", "contains-any", "contains-all", "icontains-any", "icontains-all",
        "starts-with", "regex", "is-json", "levenshtein", "cost", "latency", "is-refusal",
    ]

    /// Known and not judged, or judged as criteria.
    static let others: Set<String> = [
        "assert-set", "llm-rubric", "model-graded-closedqa", "model-graded-factuality", "factuality", "agent-rubric",
        "answer-relevance", "bleu", "classifier", "contains-html", "contains-json", "contains-sql", "contains-xml",
        "context-faithfulness", "context-recall", "context-relevance", "conversation-relevance", "finish-reason",
        "g-eval", "gleu", "guardrails", "human", "is-html", "is-sql", "is-valid-function-call",
        "is-valid-openai-function-call", "is-valid-openai-tools-call", "is-xml", "javascript", "max-score", "meteor",
        "moderation", "perplexity", "perplexity-score", "pi", "python", "rouge-n", "ruby", "search-rubric",
        "select-best", "similar", "skill-used", "tool-call-f1", "trace-error-spans", "trace-span-count",
        "trace-span-duration", "webhook", "word-count",
    ]

    static let all = judged.union(others)
}
