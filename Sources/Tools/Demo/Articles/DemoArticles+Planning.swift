// Articles about planning: budget, forecast, scenarios, definitions of figures.

extension DemoArticles {
    static let planning: [DemoArticle] = [
        DemoArticle(
            "annual-budget-process.md",
            #"""
            ---
            title: Annual budget process
            category: planning
            tags: [budget, planning calendar, targets, headcount]
            ---

            # Annual budget process

            The budget is the plan against which the year is measured. It is made once, approved by the board, and not
            changed; what is learned later goes into the rolling forecast.

            ## Calendar

            | When | Step |
            |---|---|
            | first week of August | the leadership team sets targets for growth and margin |
            | end of August | finance sends templates with last year's figures and known contracts |
            | 25 September | departments return revenue, headcount and cost plans |
            | October | reviews with each department head, two rounds |
            | first week of November | consolidation, scenarios, check of liquidity |
            | last week of November | the board approves |
            | 15 December | budgets are loaded and owners are told |

            ## How departments plan

            Pay is planned by position: name or vacancy, start month, salary, location. Vacancies start in the month
            in which they can be filled, on average 75 days after they are opened. Other costs are planned by account
            and month, with a reason for each that grows by more than 5 percent. Contracts are planned at their price;
            a general increase for inflation is not accepted.

            ## Revenue

            Revenue is built from customers that are there (renewals, price, growth) and new ones (pipeline, win rate,
            length of the sales cycle). Sales and finance agree on both by region and line of business. Targets of the
            sales team lie 10 percent above the budget.

            ## Challenge

            Each department shows what it would give up at 95 percent of its plan, and what it would do with 105. The
            finance director proposes; the chief executive officer decides what departments cannot agree on.

            ## Reserve

            Two percent of operating expense is held back as a reserve of the chief financial officer. It is released
            for named purposes and reported each quarter. What is left at year end lapses.

            ## After approval

            Positions are opened only when they are in the budget or replace somebody. Budget is not moved from one
            year into the next.
            """#
        ),
        DemoArticle(
            "rolling-forecast.md",
            #"""
            ---
            title: Rolling forecast
            category: planning
            tags: [forecast, outlook, accuracy, drivers]
            ---

            # Rolling forecast

            The forecast says what the company expects now, for the six quarters ahead. It does not replace the
            budget: the budget stays the yardstick, the forecast is the view through the windscreen.

            ## Rhythm

            The forecast is renewed each quarter, and lightly in the months between for revenue, pay and cash. Input
            closes on the twelfth working day, the leadership team sees it on the fifteenth.

            ## Drivers, not accounts

            It is built from about forty drivers: new customers, churn, price, seats, headcount, pay rises, cloud cost
            per customer, days of payment. Accounts follow from drivers. Budget owners change drivers with a reason;
            they do not type amounts into accounts, except for one-off items above $25,000.

            ## Revenue

            Contracts that are signed count at their value. Open deals count with the probability of their stage,
            after deals without activity for 60 days have been taken out. Renewals count with the renewal rate of
            their segment over the last four quarters.

            ## Ranges

            Each figure has a base, a low and a high case. The range should hold the actual figure in eight quarters
            of ten; whether it does is checked once a year. A range that is always right is too wide.

            ## Accuracy

            The error of the forecast made one quarter ahead is measured as a percentage of the actual figure: at most
            3 percent for revenue, 2 percent for pay, 5 percent for other costs. The sign matters as well. Four misses
            on the same side are a bias, which the owner explains and corrects.

            ## Use

            Hiring, commitments and guidance to the board rest on the forecast. When it falls below the budget's
            operating income by more than 5 percent for the year, the finance director proposes measures within two
            weeks.
            """#
        ),
        DemoArticle(
            "scenario-planning-guide.md",
            #"""
            ---
            title: Scenario planning guide
            category: planning
            tags: [scenario, what-if, Monte Carlo, sensitivity, assumptions]
            ---

            # Scenario planning guide

            A scenario answers "what would happen if". It is neither a forecast nor a target, and it is kept apart
            from both.

            ## When to make one

            Before a decision that cannot be taken back cheaply: prices, entering a market, a large hire, an
            acquisition, a loan. Also when an assumption of the forecast becomes doubtful. Standing scenarios are the
            base case, a recession (new business down by a third for four quarters), and the loss of the largest
            customer.

            ## How to set one up

            1. Write the question in one sentence.
            2. Choose the base: actuals of a named period, or the forecast of a named date.
            3. Change as few variables as possible; for each one write down value, range and source.
            4. Say which figures will decide, and at what values the decision would change.

            ## Variables

            Growth acts on revenue, inflation on cost of goods sold and operating expense. Churn, price and headcount
            act through their drivers. Two variables that move together, such as volume and support cost, are linked;
            otherwise the range of outcomes is drawn too narrow.

            ## Simulation

            With ranges instead of single values, 10,000 runs draw each variable from its distribution. The result is
            shown as the 5th, 50th and 95th percentile, never as the mean alone. Runs carry a seed, so that they can
            be repeated. The sensitivity chart ranks the variables by how much of the range they explain; work on the
            first two.

            ## Approval and shelf life

            Scenarios that analysts make are private until the finance director has approved them. After that they are
            read only. A scenario is reviewed after 90 days and archived after a year. A figure from a scenario that
            is quoted elsewhere carries its name and date.

            ## Common mistakes

            A "realistic" case that nobody can tell from the target; a worst case that is not bad; five variables
            changed at once; percentages that were applied to a figure which already contains them.
            """#
        ),
        DemoArticle(
            "metric-definitions.md",
            #"""
            ---
            title: Metric definitions
            category: planning
            tags: [KPI, gross margin, EBITDA, ARR, churn, definitions]
            ---

            # Metric definitions

            One name, one formula. Reports that count otherwise say so beside the figure.

            ## Profit

            - **Revenue**: what was recorded in the revenue accounts, less credit notes and refunds.
            - **Gross profit**: revenue minus cost of goods sold (hosting for customers, support, payment fees,
              licences that are passed on).
            - **Gross margin**: gross profit divided by revenue. Target: 72 percent.
            - **EBITDA**: gross profit minus operating expense, before depreciation, amortisation, interest and tax.
            - **Operating income**: EBITDA minus depreciation and amortisation.
            - **Net income**: operating income minus interest, tax and other items.

            ## Recurring revenue

            - **ARR**, annual recurring revenue: the yearly value of subscriptions that are running on a day, without
              one-off fees and usage.
            - **Net new ARR**: new + expansion − contraction − lost, within a period.
            - **Net revenue retention**: ARR today of the customers of a year ago, divided by their ARR then. Target:
              112 percent.
            - **Churn rate**: ARR lost within a year divided by the ARR at its start. It counts lost customers, not
              smaller ones.

            ## Efficiency

            - **Customer acquisition cost**: sales and marketing expense of a quarter divided by the customers won in
              the next.
            - **Payback**: acquisition cost divided by the monthly gross profit of a new customer. Target: below 18
              months.
            - **Rule of 40**: growth of revenue in percent plus EBITDA margin in percent.
            - **Revenue per employee**: revenue of twelve months divided by the mean number of full-time positions.

            ## Sales

            - **Pipeline**: the amount of open deals. **Weighted pipeline**: each amount times its own probability.
            - **Win rate**: deals won divided by deals won and lost, by number.
            - **Sales cycle**: median days from creation to signature of the deals won.

            ## Who changes a definition

            The finance director, at the start of a quarter, with the figures of the last eight quarters restated. The
            old series is shown beside the new one for a year.
            """#
        ),
    ]
}
