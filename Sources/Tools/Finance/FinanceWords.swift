package import AgentRuntime

// The words of finance that every tenant's questions may use. The tenant's own names (accounts, regions, vendors)
// come from its data.

/// Static phrases of the finance skills, each defined once as the vocabulary is shared by all of them.
package enum FinanceWords {
    package static let entries: [VocabularyEntry] = metrics + dimensions + comparisons + others

    static func entries(_ term: Term, _ phrases: String) -> [VocabularyEntry] {
        phrases.split(separator: "|").map { VocabularyEntry(String($0), term) }
    }

    private static let metrics: [VocabularyEntry] =
        entries(
            .metric("revenue"),
            "revenue|revenues|rev|revs|sales|turnover|top line|topline|total sales|sales revenue|net sales|gross sales|net revenue|"
                + "gross revenue|takings|sold|sell|sells|selling|sales figures|sales numbers|income from sales|bring in|"
                + "brought in|take in|took in|earn|earned|revenue figures|sales income|how much did we make|"
                + "how much have we made|how much do we make|money coming in|total revenue"
        )
        + entries(
            .metric("cogs"),
            "cogs|cost of goods sold|costs of goods sold|cost of sales|cost of revenue|direct costs|direct cost|"
                + "cost of goods|costs of sales|costs of goods"
        )
        + entries(.metric("gross_profit"), "gross profit|gross profits|gross income|gross earnings|gross result")
        + entries(
            .metric("gross_margin"),
            "gross margin|gross margins|gross profit margin|gm|margin|margins|gross margin percentage|margin percentage"
        )
        + entries(
            .metric("opex"),
            "opex|op ex|operating expenses|operating expense|operating expenditure|operating expenditures|"
                + "operational expenses|operational expense|operational expenditure|operating costs|operating cost|"
                + "operational costs|operational cost|overhead|overheads|running costs|operating spend|operating spending|"
                + "operational spend|operating outlays|overhead costs|cost of operations"
        )
        + entries(.metric("ebitda"), "ebitda")
        + entries(.metric("ebitda_margin"), "ebitda margin|ebitda margins|ebitda percentage")
        + entries(
            .metric("operating_income"),
            "operating income|operating profit|operating profits|ebit|operating result|operating earnings|"
                + "profit from operations|operational profit|operating surplus"
        )
        + entries(
            .metric("operating_margin"),
            "operating margin|operating margins|ebit margin|operating profit margin|operating income margin"
        )
        + entries(
            .metric("net_income"),
            "net income|income|total income|net profit|net profits|profit|profits|earnings|bottom line|bottomline|net earnings|net result|"
                + "profit after tax|total profit|net loss|loss|losses|profitable|profitability|make money|making money|"
                + "made money|make a profit|making a profit|made a profit|lose money|losing money|lost money|"
                + "money left over|left over at the end|in the black|in the red"
        )
        + entries(
            .metric("net_margin"),
            "net margin|net margins|net profit margin|profit margin|profit margins|net income margin|return on sales"
        )
        + entries(
            .metric("costs"),
            "costs|cost|expenses|expense|expenditure|expenditures|total costs|total cost|total expenses|outgoings|cost base|"
                + "costing|cost structure|all costs|outlay|outlays"
        )
        + entries(
            .metric("spend"),
            "spend|spends|buy|buys|bought|purchase|purchases|purchased|fees|fee|charges|bill|bills|spending|spent|total spend|total spending|paid|pay|pays|paying|payments|payments to|cost us|"
                + "costs us|costing us|money going out|burn|burned|burnt|burning|splurge|shell out|shelled out|disbursed|"
                + "disburse|money go|money went|money goes|money going|throwing money|invest|invested|fork out|forked out"
        )
        + entries(
            .metric("depreciation"),
            "depreciation and amortization|depreciation and amortisation|amortization|amortisation|depreciation|d and a"
        )
        + entries(
            .metric("other"),
            "other costs|other expenses|other expense|non operating costs|non operating expenses|non operating expense|"
                + "below the line"
        )

    private static let dimensions: [VocabularyEntry] =
        entries(
            .dimension("region"),
            "region|regions|regional|regionally|geography|geographies|geographic|geographical|geographically|territory|"
                + "territories|country|countries|location|locations|where geographically"
        )
        + entries(
            .dimension("lob"),
            "line of business|lines of business|business line|business lines|business unit|business units|lob|lobs|"
                + "division|divisions|segment|segments|business segment|business segments|business area|business areas"
        )
        + entries(
            .dimension("product"),
            "product|products|product line|product lines|item|items|sku|skus|offering|offerings|product wise|product category"
        )
        + entries(
            .dimension("department"),
            "department|departments|dept|depts|departmental|cost center|cost centers|cost centre|cost centres|function|"
                + "functions|team|teams"
        )
        + entries(
            .dimension("vendor"),
            "vendor|vendors|supplier|suppliers|provider|providers|service provider|service providers|payee|payees"
        )
        + entries(
            .dimension("account"),
            "account|accounts|gl account|gl accounts|ledger account|ledger accounts|line item|line items|category|"
                + "categories|cost category|cost categories|expense category|expense categories|spend category|"
                + "spend categories|cost item|cost items|expense item|expense items|expense line|expense lines|cost line|"
                + "cost lines|cost type|cost types|expense type|expense types|type of cost|types of cost|type of expense|"
                + "types of expense|types of expenses|gl code|gl codes|account code|account codes|revenue stream|"
                + "revenue streams|spending category|spending categories|kind of cost|kinds of costs|budget line|"
                + "budget lines|cost block|cost blocks"
        )
        + entries(
            .dimension("source"),
            "source|sources|channel|channels|data source|data sources|sales channel|sales channels|source system|"
                + "source systems|where from"
        )
        + entries(.dimension("section"), "section|sections|p and l section|statement section")

    private static let comparisons: [VocabularyEntry] =
        entries(
            .comparison("budget"),
            "under control|in check|out of control|out of hand|budget|budgets|budgeted|plan|plans|planned|target|targets|targeted|goal|goals|budgetary|our plan|the budget|"
                + "allowance|business plan|financial plan|budget figure|budget figures"
        )
        + entries(
            .comparison("prior_period"),
            "prior period|previous period|preceding period|period over period|sequential|sequentially|pop|last period|"
                + "period before|the period before"
        )
        + entries(
            .comparison("prior_month"),
            "month over month|mom|month on month|month to month|m o m"
        )
        + entries(
            .comparison("prior_quarter"),
            "quarter over quarter|qoq|quarter on quarter|quarter to quarter|q o q"
        )
        + entries(.comparison("prior_week"), "week over week|wow|week on week")
        + entries(
            .comparison("prior_year"),
            "year over year|yoy|year on year|y o y|year to year|annual growth|annual change|yearly growth|yearly change|"
                + "same period last year|same time last year|same period a year ago|same period in the previous year|"
                + "same period of last year|same period the year before|same period prior year|year earlier|a year earlier"
        )

    private static let others: [VocabularyEntry] =
        entries(
            .filler,
            "actual|actuals|ledger|ledgers|books|accounting|usd|eur|gbp|dollars|dollar|euros|euro|pounds|money|"
                + "amount of money|cash wise|fiscal|in order to|in descending order|in ascending order|order by|ordered by|"
                + "sorted by|sort by|name and value|figure for|value of|level of|total amount|grand total of|to our name"
        )
        + entries(
            .unplaceable,
            "per employee|per head|per capita|per seat|market share|share price|stock price|share prices|stock prices|revenue per employee|market cap|exchange rate|"
                + "interest rate|tax rate|unit price|units sold|burn rate|sales tax|"
                + "cost of living|product returns|product reviews|profit sharing|market value|"
                + "cost per lead|earnings per share|earnings call|stock market"
        )
}
