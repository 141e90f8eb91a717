// Articles about keeping the books: close, revenue, accruals, assets, refunds.

extension DemoArticles {
    static let accounting: [DemoArticle] = [
        DemoArticle(
            "month-end-close.md",
            #"""
            ---
            title: Month-end close
            category: accounting
            tags: [close, calendar, reconciliation, checklist]
            ---

            # Month-end close

            The books of a month are closed within six working days. Each step has an owner and a deadline; a step
            that is late is reported the same day, not at the end.

            ## Calendar

            | Working day | Step | Owner |
            |---|---|---|
            | −2 | reminder of purchase receipts and time sheets | accounts payable |
            | 1 | cut-off of sales and purchase invoices, bank balances | accounts receivable, treasury |
            | 2 | accruals, cloud invoice, payroll journal | general ledger |
            | 3 | corporate cards, depreciation, intercompany | general ledger |
            | 4 | reconciliation of balance sheet accounts | all accountants |
            | 5 | review by the controller, late entries above $10,000 only | controller |
            | 6 | reports to department heads, ledger locked | controller |

            ## Cut-off

            A sale belongs to the month in which the customer got what was sold, a cost to the month in which the
            company got what was bought, whenever the invoice is dated. Deliveries of the last two days of the month
            are checked one by one when they are above $20,000.

            ## Reconciliation

            Every balance sheet account is reconciled monthly with what stands outside of the ledger: bank statements,
            the list of open invoices, the asset register, the payroll provider's report. Differences above $1,000 are
            cleared before the ledger is locked; smaller ones within the following month. An account that nobody has
            reconciled for two months is reported to the finance director.

            ## Journals

            A manual journal needs an explanation, a document and a second person. Journals above $50,000 are approved
            by the controller. Journals that the preparer has approved are impossible in the system; recurring ones
            are reviewed twice a year.

            ## After the lock

            A locked month is opened again only by the finance director, and only for an error above $100,000 or when
            the auditors ask for it. All else is corrected in the current month.

            ## Quarter and year end

            At the end of a quarter the close takes eight working days: tax, stock compensation and the consolidation
            of subsidiaries are added. At year end, stock and assets are counted as well.
            """#
        ),
        DemoArticle(
            "revenue-recognition.md",
            #"""
            ---
            title: Revenue recognition
            category: accounting
            tags: [revenue, ASC 606, subscriptions, performance obligations, deferred revenue]
            ---

            # Revenue recognition

            Revenue is recorded when a customer gains control of what was promised, in the amount that the company
            expects to get for it (ASC 606, IFRS 15). Cash received and invoices sent do not decide.

            ## The five steps

            1. Is there a contract? Both sides have agreed, rights and payment terms are clear, and payment is
               probable.
            2. What was promised? Each good or service that the customer can use by itself is a separate promise.
            3. What is the price? Discounts, rebates, penalties and expected refunds are estimated at the start.
            4. How is the price divided? By the prices at which each promise is sold alone.
            5. When is it fulfilled? At a point in time, or over time.

            ## Subscriptions

            Access to the platform is a service over time. Revenue is spread evenly over the days of the term,
            beginning with the day on which access is given. An annual fee that was paid in advance is deferred
            revenue, of which a part becomes revenue each month. Price increases apply from their date, not backwards.

            ## Implementation and training

            Set-up that only prepares the platform is no promise of its own: its fee is spread over the first term.
            Consulting, integration and training that another firm could do are separate; they become revenue as hours
            are worked, measured by time sheets against the estimate. Training days are revenue on the day they are
            held.

            ## Usage fees

            Fees for use beyond the contract are revenue in the month of the use, estimated from the meters when the
            invoice comes later.

            ## Changes of a contract

            More seats at the usual price are a new contract. Other changes are counted either for the time ahead or,
            when the promise is the same one, by a correction on the day of the change. The revenue accountant decides
            and writes down why.

            ## Credit notes and refunds

            A credit note lowers revenue of the month in which it became probable. Service credits for missed
            availability are estimated monthly; the refund policy says who may grant them.

            ## Review

            Contracts above $250,000, those with terms that sales has added, and those with a right of return are read
            by the revenue accountant before they are signed.
            """#
        ),
        DemoArticle(
            "accruals-and-prepayments.md",
            #"""
            ---
            title: Accruals and prepayments
            category: accounting
            tags: [accruals, prepaid expenses, cut-off, provisions]
            ---

            # Accruals and prepayments

            Accruals bring costs into the month in which they arose, prepayments keep them out of months to which they
            do not belong.

            ## When to accrue

            A cost is accrued when the goods or the service were received by month end, the invoice has not been
            booked, and the amount is $2,500 or more. Below that the cost is booked when the invoice arrives.
            Utilities, freight and other costs that come every month are accrued at the mean of the last three months.

            ## How to estimate

            The best source counts, in this order: the invoice that came after the end of the month, the purchase
            order with its receipt, the time sheets, the contract, the mean of past months. The source is attached to
            the journal. Accruals reverse on the first day of the next month by themselves, so that the invoice does
            not count twice.

            ## Old accruals

            An accrual without an invoice after 90 days is checked with the supplier. After 180 days it is dissolved,
            unless the supplier has confirmed in writing that the invoice is still to come. The list of accruals older
            than 60 days goes to the controller each month.

            ## Bonus, holidays, commissions

            Bonuses are accrued each month at the expected payout, not at the target. Unused holidays are accrued in
            the quarter, at the salary of the last month. Sales commissions on contracts of more than one year are
            capitalised and written off over the expected life of the customer, four years unless the figures say
            otherwise.

            ## Prepayments

            Payments of $5,000 or more for a service of more than one month are prepayments: insurance, rent, annual
            subscriptions, trade fairs. They are spread evenly over the months of the service. What is left of a
            service that was cancelled is written off at once unless the supplier refunds it.

            ## Provisions

            Legal disputes, warranties and restructuring are provisions: they are recorded when payment is more likely
            than not and the amount can be estimated. The general counsel reports open cases each quarter.
            """#
        ),
        DemoArticle(
            "fixed-assets-and-depreciation.md",
            #"""
            ---
            title: Fixed assets and depreciation
            category: accounting
            tags: [assets, depreciation, useful life, impairment, inventory count]
            ---

            # Fixed assets and depreciation

            ## What is capitalised

            Items that pass the threshold of the capital expenditure policy are assets. Their cost is the purchase
            price less discounts, plus freight, installation, and the salaries of those who build them. Training,
            moving and repair are expenses. An item in several parts with different lives is recorded in those parts.

            ## Useful lives

            | Class | Years | Method |
            |---|---|---|
            | laptops and phones | 3 | straight line |
            | servers and network | 5 | straight line |
            | furniture | 8 | straight line |
            | vehicles | 6 | straight line, 20 percent residual value |
            | leasehold improvements | term of the lease, at most 10 | straight line |
            | software built in-house | 4 | straight line |

            Depreciation begins in the month after an asset was put into use and ends with its life or its sale.
            Assets under construction are not depreciated. Depreciation and amortisation are booked below operating
            expense, so that they are outside of EBITDA.

            ## Software built in-house

            Costs are capitalised from the day on which the project was approved and its completion is likely, until
            it is ready for use. Research before and maintenance after are expenses. Product managers confirm the
            hours each month; hours without a confirmation are expensed.

            ## Tags and counts

            Every asset above $1,000 carries a tag. A tenth of the register is counted each quarter, everything once
            in three years. What two counts could not find is written off, and the department is charged with the book
            value.

            ## Impairment

            When an asset is damaged, idle for six months, or no longer needed, its owner tells the controller. Is the
            book value above what use or sale would bring, the difference is written off at once.

            ## Disposal

            Sales, scrapping and donations need a disposal form. Devices are wiped by the security team first; the
            certificate is kept for seven years. Employees may buy laptops older than three years for $150.
            """#
        ),
        DemoArticle(
            "refund-policy.md",
            #"""
            ---
            title: Refund policy
            category: accounting
            tags: [refunds, credit notes, service credits, cancellation, goodwill]
            ---

            # Refund policy

            This policy says when customers get money or credit back, who decides, and how it is booked.

            ## Reasons

            1. **Cancellation within 30 days.** New customers may cancel within 30 days after access was given and get
               back the whole fee, less set-up work that was done.
            2. **Wrong invoice.** A wrong price, quantity or customer is corrected with a credit note and a new
               invoice, without limit of time.
            3. **Missed availability.** Below 99.9 percent in a month the customer gets 10 percent of the monthly fee
               as a credit, below 99.0 percent 25 percent, below 95.0 percent the whole fee. The customer asks for it
               within 60 days.
            4. **Goodwill.** When none of these apply, and keeping the customer is worth it.

            Annual subscriptions that are ended early for other reasons are not refunded; they run until their term
            ends.

            ## Credit or cash

            Credits are set off against the next invoice. Cash goes back only when the contract has ended, when the
            customer has paid twice, or when the law says so, and always to the account from which the payment came.

            ## Approval

            | Amount | Wrong invoice, availability | Goodwill |
            |---|---|---|
            | up to $1,000 | support lead | account manager |
            | up to $10,000 | accounts receivable lead | head of sales |
            | up to $50,000 | controller | finance director |
            | above $50,000 | finance director | chief financial officer |

            Whoever approves has not promised the refund to the customer.

            ## Timing

            A decision is made within five working days, and cash is sent within ten after it. Card payments are
            refunded to the card, which takes the bank up to seven days more.

            ## Booking

            Refunds and credits are negative revenue in the account of the sale, never a cost. Commissions that were
            paid on a refunded sale within 90 days are set off against the next commission. Refunds above 2 percent of
            monthly revenue are reported to the finance director with their causes.
            """#
        ),
    ]
}
