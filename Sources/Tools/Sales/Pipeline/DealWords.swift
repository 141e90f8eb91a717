internal import AgentRuntime

/// The words of sales that every tenant's questions may use.
enum DealWords {
    static let entries: [VocabularyEntry] =
        entries(
            .cue(":pipeline"),
            "pipeline|sales pipeline|funnel|sales funnel|open pipeline|total pipeline|pipeline value|"
                + "deal pipeline|pipe"
        )
        + entries(
            .cue(":deals"),
            "deal|deals|opportunity|opportunities|sales opportunities|sales opportunity|sales deals|prospect|prospects"
        )
        + entries(
            .cue(":win_rate"),
            "win rate|win rates|close rate|closing rate|conversion rate|win ratio|win percentage|win loss ratio|success rate"
        )
        + entries(
            .cue(":deal_size"),
            "average deal size|average deal|deal size|average deal value|typical deal size|mean deal size|"
                + "average opportunity size|size of our deals|average size of a deal|average size of our deals"
        )
        + entries(
            .cue("at_risk"),
            "at risk|risky|in danger|stalled|stuck|slipping|stale|endangered|gone cold|going cold|in trouble|in jeopardy|"
                + "inactive|neglected|overdue|past due|no activity|without activity|no recent activity|without recent activity|"
                + "gone quiet|not moving|not moved"
        )
        + entries(.cue("weighted"), "weighted|probability weighted|risk adjusted|weighted value|weighted amount")
        + entries(
            .cue("closing"),
            "closing|close|closes|close date|close dates|closing date|due to close|expected to close|set to close|"
                + "scheduled to close|to close|supposed to close|expected close|going to close|about to close"
        )
        + entries(.cue("next_step"), "next step|next steps|next action|to do next")
        + entries(.cue("probability"), "probability|likelihood|chance|chances|odds|likely to close|how likely|likely")
        + entries(
            .cue("activity"),
            "last activity|last touched|last contact|last contacted|most recent activity|last active|last updated"
        )
        + entries(
            .dimension("deal_stage"),
            "stage|stages|deal stage|deal stages|pipeline stage|pipeline stages|by stage"
        )
        + entries(
            .dimension("deal_owner"),
            "owner|owners|rep|reps|sales rep|sales reps|sales person|sales people|salesperson|salespeople|seller|sellers|"
                + "account executive|account executives|who owns|owns|owned|"
                + "deal owner|deal owners|account manager|account managers|responsible|who is handling|who is responsible for|responsible for the deal|responsible for the account|who is in charge of"
        )
        + entries(.dimension("deal_account"), "customer account|customer accounts|deal account|deal accounts")
        + entries(
            .value(dimension: "deal_status", value: "open"),
            "open|active|ongoing|live|still open|in progress|current deals"
        )
        + entries(
            .value(dimension: "deal_status", value: "won"),
            "won|win|closed won|wins|winning|signed|landed|successful|closed deals|we closed|did we close|have we closed"
        )
        + entries(.value(dimension: "deal_status", value: "lost"), "closed lost|lost|lose|losing|losses|lost deals")

    private static func entries(_ term: Term, _ phrases: String) -> [VocabularyEntry] {
        phrases.split(separator: "|").map { VocabularyEntry(String($0), term) }
    }
}
