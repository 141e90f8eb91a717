// The language of questions about figures: words with a role that is the same whatever is measured.
// Words of a domain are in the skills.

/// The phrases that every vocabulary holds.
package enum QuestionWords {
    package static let entries: [VocabularyEntry] = cues + orders + granularities + charts + fillers

    private static func entries(_ term: Term, _ phrases: String) -> [VocabularyEntry] {
        phrases.split(separator: "|").map { VocabularyEntry(String($0), term) }
    }

    private static let cues: [VocabularyEntry] =
        entries(
            .cue("compare"),
            "compare|compared|comparing|comparison|compare to|compared to|compared with|compare with|versus|vs|v|"
                + "relative to|in comparison to|in comparison with|as opposed to|stack up against|stack up|measure up|"
                + "benchmark|bigger|larger|better|worse|stronger|weaker|difference between|gap between|side by side|against|than"
        )
        + entries(
            .cue("difference"),
            "difference|gap|delta|variance|variances|deviation|deviate|differ|is left|left in|left for|left over|budget left|remaining|remains|unspent|headroom|off|far off|how far off|off by"
        )
        + entries(
            .cue("share"),
            "share|shares|percentage|proportion|fraction|portion|slice|pct|percent|as percent|as a percent|"
                + "as a percentage|mix|contribution|weight"
        )
        + entries(
            .cue("share_of"),
            "share of|percentage of|percent of|proportion of|fraction of|portion of|slice of|as a share of|"
                + "as a percentage of|as percentage of|as percent of|as a percent of|as a proportion of|as pct of|"
                + "as a fraction of|pct of|how much of|what part of|what part in|relative share of|contribution to|contributed to|contribute to|contributes to|"
                + "out of"
        )
        + entries(.cue("ratio"), "ratio|ratio of|quotient|divided by|ratio between")
        + entries(.cue("average"), "average|avg|mean|averages|averaging|on average|typical|typically|run rate")
        + entries(
            .cue("total"),
            "total|totals|overall|altogether|sum|in total|combined|all in all|aggregate|grand total"
        )
        + entries(
            .cue("change"),
            "grow|grew|grown|growth|growing|growth rate|change|changed|changes|changing|move|moved|movement|evolve|"
                + "develop|developed|delta to|swing|shift|fluctuate|fluctuation"
        )
        + entries(
            .cue("up"),
            "increase|increased|increases|increasing|rise|rose|risen|rising|up|gain|gained|gaining|climb|climbed|jump|"
                + "jumped|went up|go up|going up|gone up|improve|improved|improving|improvement|higher|surge|surged|spike|"
                + "spiked|expand|expanded"
        )
        + entries(
            .cue("down"),
            "decrease|decreased|decreases|decreasing|decline|declined|declining|drop|dropped|dropping|fall|fell|fallen|"
                + "falling|down|shrink|shrank|shrunk|shrinking|went down|go down|going down|gone down|lower|slump|"
                + "slumped|dip|dipped|worsen|worsened|slip|slipped|reduce|reduced|contract|contracted|lost|lose|loses|losing"
        )
        + entries(
            .cue("over"),
            "over|above|exceed|exceeds|exceeded|exceeding|beyond|more than|greater than|at least|larger than|"
                + "bigger than|higher than|overrun|overran|overspend|overspent|overspending|over spent|over spend|"
                + "in excess of|surpass|surpassed|beat|ahead of|bust|blew|blow|outperform|outperformed|overshoot|overshot"
        )
        + entries(
            .cue("under"),
            "under|below|less than|fewer than|smaller than|lower than|at most|underrun|underspend|underspent|"
                + "under spend|under spent|undershoot|undershot|behind|short of|fall short of|fell short of|miss|missed|"
                + "missing|lag|lagging|underperform|underperformed|shortfall"
        )
        + entries(
            .cue("hit"),
            "hit|meet|met|reach|reached|achieve|achieved|make it to|attain|on target|in line with|within"
        )
        + entries(
            .cue("rate"),
            "fastest|faster|quickest|quicker|slower|percentage wise|in percentage terms|in relative terms|percentagewise|"
                + "in percent|proportionally"
        )
        + entries(
            .cue("why"),
            "why|how come|what is driving|what are driving|what drives|what drove|what drive|driving|drive|drove|driven|"
                + "drivers|driver|what is behind|behind the|what was behind|caused|cause|causes|causing|reason|reasons|"
                + "reason for|reasons for|explain|explains|explained|explanation|explanations|root cause|root causes|"
                + "contributed|contributing|contributors|contributor|responsible for|led to|due to what|"
                + "what accounts for|what accounted for|what happened to|what happened with|what happened|what is going on with|"
                + "whats going on with|what went wrong|went wrong|what contributed to|contribute|factors|factor|"
                + "pushing|pushed|pulling|explains the|drives"
        )
        + entries(
            .cue("trend"),
            "trend|trends|trending|trended|trendline|over time|trajectory|development|history|historical|historically|timeline|"
                + "evolution|evolved|progression|progress|progressed|through time|time series|course of|run of|curve"
        )
        + entries(
            .cue("breakdown"),
            "breakdown|break down|broken down|breaking down|split|splits|split up|distribution|distributed|"
                + "composition|composed|decompose|decomposition|segment|segmented|made up of|make up|consist of|"
                + "comprise|itemised|itemized|allocation|allocated|divide|divided|drill down|drilldown|drill"
        )
        + entries(.cue("count"), "how many|number of|count|count of|quantity of")
        + entries(.cue("list"), "list all|list of|enumerate|which are")
        + entries(
            .cue("exclude"),
            "excluding|exclude|excludes|excluded|without|except|except for|ex|not including|"
                + "not counting|other than|apart from|aside from|minus|leaving out|leave out|disregarding|ignoring|but not|"
                + "besides|outside of|outside|net of|omit|omitting"
        )
        + entries(.cue("include"), "including|include|only|just for|just|limited to|restricted to|specifically")
        + entries(
            .cue("forecast"),
            "forecast|forecasts|forecasted|predict|prediction|predicted|predictions|project out|"
                + "projection|projections|projected|outlook|going to be|will be|expected to be|anticipate|anticipated"
        )
        + entries(
            .cue("again"),
            "same for|same thing for|the same for|do the same|same but|likewise for|again for|ditto for|"
                + "what about|how about|and what about|and how about|and for|now for|now do|repeat for|repeat that for|same question for"
        )

    private static let orders: [VocabularyEntry] =
        entries(
            .order(.descending),
            "top|most|highest|largest|biggest|greatest|best|maximum|max|leading|strongest|furthest|farthest|heaviest|peak|priciest|"
                + "most expensive|costliest|number one|best performing|top performing|best selling|record|main|major|"
                + "the most|rank|ranked|ranking|leaderboard|descending|largest to smallest|highest to lowest"
        )
        + entries(
            .order(.ascending),
            "bottom|least|lowest|smallest|fewest|minimum|min|weakest|cheapest|worst|tiniest|lightest|worst performing|"
                + "poorest|lagging behind|slowest|the least|ascending|smallest to largest|lowest to highest"
        )

    private static let granularities: [VocabularyEntry] =
        entries(.granularity("day"), "by day|daily|per day|each day|every day|day by day")
        + entries(.granularity("week"), "by week|weekly|per week|each week|every week|week by week|by the week")
        + entries(
            .granularity("month"),
            "by month|monthly|per month|each month|every month|month by month|by the month|across the months|months|"
                + "which month|what month|broken down by month|on a monthly basis|a month"
        )
        + entries(
            .granularity("quarter"),
            "by quarter|quarterly|per quarter|each quarter|every quarter|quarter by quarter|across quarters|quarters|"
                + "which quarter|what quarter|on a quarterly basis|a quarter"
        )
        + entries(
            .granularity("year"),
            "by year|yearly|per year|each year|every year|year by year|annually|annual|per annum|which year|what year|a year|years"
        )

    private static let charts: [VocabularyEntry] =
        entries(
            .chart("auto"),
            "chart|charts|graph|graphs|plot|plotted|visual|visualise|visualize|visualisation|"
                + "visualization|diagram|draw|as a chart|as a graph|chart it|graph it|plot it|in a chart|on a chart|graphically"
        )
        + entries(.chart("bar"), "bar chart|bar graph|bars|column chart|as a bar chart|histogram")
        + entries(.chart("line"), "line chart|line graph|as a line chart|sparkline|curve chart")
        + entries(.chart("pie"), "pie chart|pie|donut|doughnut|as a pie chart")
        + entries(.chart("waterfall"), "waterfall|waterfall chart|bridge|bridge chart|as a waterfall")

    private static let fillers: [VocabularyEntry] = entries(
        .filler,
        "for the ceo|for the cfo|for the board|for my boss|board deck|board meeting|the ceo wants|my boss wants|"
            + "the board wants|the cfo wants|for the board deck|the ceo asked|my boss asked|as cfo|as ceo|i am the cfo|"
            + "i am the ceo|for the management|for the board meeting|management meeting|month end meeting|per our records|"
            + "i mean|you mean|that mean|it mean|we mean|this mean|mean by|how much|how is|how are|how did|how does|how do|how was|how were|can you|could you|would you|i would like to know|"
            + "show me|give me|tell me|let me know|i want to know|do we have|did we have|what is the|what was the|"
            + "as of|so far|in terms of|when it comes to|with respect to|as well as|at all|in general|right now|"
            + "take a look at|look like|looking like|looks like|looked like|according to the|out of the"
    )
}
