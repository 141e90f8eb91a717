// Articles about spending money: expenses, travel, cards, contractors, licences.

extension DemoArticles {
    static let spending: [DemoArticle] = [
        DemoArticle(
            "expense-policy.md",
            #"""
            ---
            title: Expense policy
            category: spending
            tags: [expenses, reimbursement, receipts, meals]
            ---

            # Expense policy

            This policy says which costs the company pays back to employees, how to claim them, and who approves them.
            It applies to all employees; contractors are paid back only what their contract names.

            ## What is paid back

            Reasonable costs that arise from the work are paid back at cost. The usual kinds are:

            - meals with customers or candidates, up to $75 per person including tip;
            - meals while travelling, up to $60 per day (see the travel policy for the rates by city);
            - home internet, at most $40 per month, for employees who work from home three days a week or more;
            - books and courses, up to $1,200 per year after the manager has agreed;
            - team events, up to $50 per person and quarter.

            Alcohol is paid back only at meals with customers. Fines, personal care, child care, upgrades to a higher
            class and gifts above $100 are never paid back.

            ## Receipts

            Every item of $25 or more needs a receipt that shows date, merchant, items and tax. A card slip without
            items is not a receipt. If one is lost, the employee signs a statement; three lost receipts in a year lead
            to a talk with the manager.

            ## Claims and deadlines

            Claims are made in the expense tool within 30 days after the cost arose. A claim that is older than 60
            days needs the finance director's signature, and one older than 90 days is refused. Approved claims are
            paid with the next weekly run, on Thursday.

            ## Approval

            | Claim total | Approver |
            |---|---|
            | up to $500 | direct manager |
            | up to $2,500 | department head |
            | above $2,500 | finance director |

            Nobody approves their own claim. Finance checks one claim in ten at random and every claim above $1,000.

            ## Foreign currency

            Costs in another currency are converted at the rate of the day on which the card was charged, or at the
            European Central Bank's reference rate when cash was used.
            """#
        ),
        DemoArticle(
            "travel-policy.md",
            #"""
            ---
            title: Travel policy
            category: spending
            tags: [travel, flights, hotel, per diem, mileage]
            ---

            # Travel policy

            Travel is booked when a call or video meeting will not do. The cheapest sensible option counts, measured
            by the cost of the whole trip and not of the ticket alone.

            ## Before booking

            A trip below $1,500 needs the manager's agreement by message. A trip above that, and every trip to another
            continent, needs a travel request with purpose, dates and estimated cost, approved by the department head
            at least 14 days ahead. Trips that are booked later than 7 days ahead need a reason in the claim.

            ## Flights and trains

            Flights are booked in economy class. Premium economy is allowed for flights of more than six hours,
            business class only with the chief financial officer's approval. Trains are first choice for journeys of
            up to four hours. Miles and bonus points belong to the traveller.

            ## Hotels

            The hotel rate, with breakfast and without tax, may reach:

            | City tier | Examples | Rate per night |
            |---|---|---|
            | 1 | New York, San Francisco, London, Zurich | $280 |
            | 2 | Chicago, Berlin, Toronto | $200 |
            | 3 | all others | $150 |

            When the conference hotel is dearer, the conference rate is paid.

            ## Meals and daily rates

            Travellers claim actual cost up to $60 per day in tiers 2 and 3 and $85 in tier 1. Those who prefer take a
            flat daily rate of $45 instead, without receipts. A meal that the host or the conference provides lowers
            the flat rate by $15.

            ## Cars and mileage

            A private car is paid with $0.67 per mile, including fuel, tolls and parking apart. Rental cars are booked
            in the compact class with full insurance. Taxis are for trips to and from airports, for luggage, and after
            9 p.m.

            ## Safety and changes

            Trips to countries with an official travel warning are not booked. Whoever falls ill or misses a
            connection calls the travel desk at any hour; costs that follow from a missed connection are paid.
            """#
        ),
        DemoArticle(
            "corporate-card.md",
            #"""
            ---
            title: Corporate card
            category: spending
            tags: [credit card, payments, limits]
            ---

            # Corporate card

            ## Who gets a card

            Employees who travel more than four times a year, and those who buy for a team, get a personal corporate
            card. The manager requests it; the finance team issues it within five working days. Interns, contractors
            and employees in their probation use a virtual card with a fixed amount instead.

            ## Limits

            The standard limit is $3,000 per month and $1,000 per purchase. Department heads have $10,000 per month. A
            limit is raised for a named purpose and at most three months. Cash withdrawals are switched off; they can
            be opened for trips to places where cards are not accepted, up to $200 per trip.

            ## What it may be used for

            The card pays for what the expense policy and the travel policy allow, for subscriptions that the software
            licence policy has let through, and for small purchases up to $500 without a purchase order. It does not
            pay for private items, not even when they are paid back the same day, nor for invoices of suppliers who
            have been onboarded: those go through accounts payable.

            ## Receipts and coding

            Each charge is matched with its receipt and an account within seven days. A card with five charges that
            are older than 14 days and not matched is blocked until they are. The holder's manager confirms the month
            by the third working day, so that the month-end close is not held up.

            ## Loss and fraud

            A lost card is blocked in the app at once and reported to the finance team the same day. Charges that the
            holder does not know are disputed within 30 days; the bank needs up to 45 days for an answer. Whoever
            hands the card or its number to someone else answers for the charges.

            ## Leaving

            On the last working day the card is handed back or cut, and open charges are explained. Unexplained
            charges are taken up with the holder before the final pay is settled.
            """#
        ),
        DemoArticle(
            "contractor-policy.md",
            #"""
            ---
            title: Contractor policy
            category: spending
            tags: [contractors, freelancers, staffing, statements of work]
            ---

            # Contractor policy

            Contractors fill gaps in skill or time. They do not stand in for positions that the budget does not have.

            ## When a contractor may be engaged

            An engagement needs a statement of work with deliverables, an end date, a rate and a budget line. It may
            last six months and be renewed once; after twelve months the position is either filled with an employee or
            closed. Engagements that would take the department over its contractor budget for the quarter need the
            finance director's approval before the work starts, not after the first invoice.

            ## Rates

            The rate card lists the usual ranges: $70 to $110 per hour for support work, $110 to $160 for engineering
            and $150 to $220 for specialist advice. A rate above the range needs two comparison offers. Overtime is
            paid only when the statement of work says so; weekend work is agreed beforehand in writing.

            ## Approval

            | Value of the engagement | Approver |
            |---|---|
            | up to $25,000 | department head |
            | up to $100,000 | finance director |
            | above $100,000 | chief financial officer |

            Extensions count together with the first engagement, so that an engagement is not split to stay below a
            limit.

            ## Classification

            Before the first day the people team checks that the contractor is independent: own tools, other clients,
            free choice of place and hours. A contractor who works like an employee creates tax and social security
            liabilities; such an engagement is stopped until the check is repeated.

            ## Time sheets and invoices

            Time sheets are handed in weekly and confirmed by the engaging manager. Invoices name the purchase order
            and the weeks. Work that has been done but not invoiced by month end is accrued from the time sheets; the
            manager reports it on the first working day.

            ## Access

            Contractors get accounts that expire with the statement of work, the security training for employees, and
            no access to payroll, banking or customer data unless the statement of work names it.
            """#
        ),
        DemoArticle(
            "software-licence-policy.md",
            #"""
            ---
            title: Software licence policy
            category: spending
            tags: [software, licences, SaaS, subscriptions, renewals]
            ---

            # Software licence policy

            Every program and subscription that the company pays for, or that handles its data, is in the software
            register with an owner, a price, the number of seats and a renewal date.

            ## Buying

            A new subscription starts with a request in the register. The owner says what it does that the tools
            already there do not. Security reviews products that hold personal or customer data; the review takes ten
            working days. Annual cost up to $5,000 is approved by the department head, up to $50,000 by the finance
            director, above that by the chief financial officer. Free trials are requests as well, because they end as
            invoices.

            ## Seats

            Seats are given to named people. A seat that has not been used for 60 days is taken back after a reminder.
            When seats run out, the owner first takes back unused ones, then buys more. Growing the number of seats by
            more than a fifth within a quarter is a new request.

            ## Renewals

            The owner decides 90 days before the renewal date whether to keep, shrink or end the subscription.
            Automatic renewals are switched off where the supplier allows it. Contracts above $50,000 per year are
            negotiated by procurement, with usage figures at hand. Multi-year contracts need a price cap of 5 percent
            a year and the right to lower the number of seats.

            ## Accounting

            Subscriptions are operating expense, booked to Software Licenses and spread over their term: an annual fee
            is a prepayment, a twelfth of which is booked each month. Perpetual licences above $10,000 are capitalised
            and written off over three years.

            ## Compliance

            Unlicensed software is removed the day it is found. Open source may be used freely for internal work; what
            is shipped to customers needs a check of the licence by the legal team. Once a year the register is
            compared with card charges and invoices; subscriptions that nobody owns are cancelled.
            """#
        ),
        DemoArticle(
            "cloud-cost-governance.md",
            #"""
            ---
            title: Cloud cost governance
            category: spending
            tags: [cloud, infrastructure, tagging, reserved capacity, FinOps]
            ---

            # Cloud cost governance

            Cloud infrastructure is one of the largest operating expenses and the one that can double without a
            purchase order. These rules keep it visible, attributed and planned.

            ## Ownership and tags

            Every account has an owner and a cost centre. Each resource carries the tags `owner`, `service`,
            `environment` and `cost-centre`; what is untagged after 72 hours is reported to the owner of the account
            and stopped after 14 days. The share of spend that is tagged must be 95 percent or more.

            ## Budgets and alerts

            Each service has a monthly budget. Alerts go out at 50, 80 and 100 percent of it, and when the forecast
            for the month passes 110 percent. A service that is 10 percent or more over its budget explains itself in
            the weekly cost review; one that is over by more than $50,000 needs a plan approved by the head of
            engineering and the finance director.

            ## Committed capacity

            Base load that has run for 90 days is covered by commitments of one year. The target is a coverage of 70
            percent with a utilisation of at least 95 percent. Three-year commitments need the chief financial
            officer's approval, since they bind more than $250,000 as a rule.

            ## Waste

            The platform team switches off development environments at night and on weekends. Disks that nothing has
            used for 30 days, snapshots older than 90 days and idle load balancers are removed by a weekly job after
            the owner was told. Machines with a mean load below 10 percent are made smaller.

            ## Large jobs

            Training runs, migrations and load tests with an expected cost above $10,000 are announced a week ahead
            with start, end and budget. They run in an account of their own that is closed afterwards.

            ## Reporting

            The provider's invoice is booked to Cloud Infrastructure by service and department on the second working
            day. The monthly report shows spend against budget, unit cost per customer, and the five largest changes
            with their causes.
            """#
        ),
    ]
}
