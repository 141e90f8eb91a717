// Articles about money that comes in and is kept: receivables, treasury, tax, discounts.

extension DemoArticles {
    static let cash: [DemoArticle] = [
        DemoArticle(
            "receivables-and-collections.md",
            #"""
            ---
            title: Receivables and collections
            category: cash
            tags: [accounts receivable, dunning, overdue invoices, credit limit, bad debt]
            ---

            # Receivables and collections

            ## Invoicing

            Subscriptions are invoiced on the first day of their term, services on the last working day of the month.
            Invoices go out by mail to the address that the customer named; large customers get them through their
            portal. The standard term is 30 days. Longer terms need the finance director's approval and are part of
            the deal's approval.

            ## Credit limits

            New customers with expected invoices above $25,000 are checked with a credit agency. The limit is a tenth
            of the customer's equity, at most $500,000. Customers without figures pay half in advance. Limits are
            looked at once a year, and at once when an invoice is 60 days overdue.

            ## Reminders

            | Days overdue | What happens |
            |---|---|
            | −5 | friendly notice with the invoice attached |
            | 5 | first reminder |
            | 15 | call by accounts receivable, second reminder |
            | 30 | account manager and head of sales are told |
            | 45 | final notice, interest of 1 percent a month |
            | 60 | access is limited to reading, after the finance director agreed |
            | 90 | collection agency or lawyer |

            An invoice that the customer disputes leaves the schedule until the dispute is cleared, at most 30 days.

            ## Payment plans

            A customer in difficulty may pay in up to six monthly parts when the first is paid at once and the account
            manager and the controller agree. A plan that is missed once ends.

            ## Allowance for bad debt

            Each quarter 1 percent of invoices up to 30 days overdue are provided for, 5 percent up to 60 days, 20
            percent up to 90 days and 50 percent beyond; single cases in full when insolvency is filed. Writing off
            more than $10,000 needs the finance director, more than $100,000 the chief financial officer.

            ## Figures that are watched

            Days sales outstanding (target 38), the share of receivables that are more than 60 days overdue (at most 4
            percent), and promises to pay that were kept.
            """#
        ),
        DemoArticle(
            "treasury-and-liquidity.md",
            #"""
            ---
            title: Treasury and liquidity
            category: cash
            tags: [cash, bank accounts, runway, investment, currency hedging]
            ---

            # Treasury and liquidity

            The first duty of treasury is that every payment can be made on its day; return comes second.

            ## Liquidity floor

            Cash and deposits that can be drawn within a week never fall below three months of operating payments.
            When the forecast for the next 13 weeks comes within 20 percent of that floor, the finance director is
            told the same day and a plan is made within a week.

            ## Forecast

            Treasury keeps a forecast by week for 13 weeks and by month for 18 months. Every Monday the past week is
            compared with it. Differences above $100,000 are explained. Cash runway is cash divided by the mean net
            outflow of the last three months.

            ## Bank accounts

            Accounts are opened and closed by the chief financial officer and the treasurer together. No bank holds
            more than 40 percent of the cash, and none below a rating of A−. Balances are reconciled daily. The list
            of signatories is confirmed every quarter and on the day somebody leaves.

            ## Investing

            Cash beyond six months of payments may be put into treasury bills, deposits and money market funds with a
            rating of AAA. The longest term is twelve months; a third matures within three. Shares, corporate bonds,
            crypto assets and loans to employees are not allowed.

            ## Currencies

            Net exposure in a currency above $500,000 within the next twelve months is hedged by forwards, 75 percent
            for the next two quarters and half for the two after. Options are allowed, written options are not. Gains
            and losses of hedges are shown with what they hedge.

            ## Borrowing

            The credit line of $10 million serves seasonal needs. Drawing more than $2 million is approved by the
            chief financial officer. Covenants are computed each month: leverage at most 3.0, interest cover at least
            4.0.
            """#
        ),
        DemoArticle(
            "discount-and-deal-approval.md",
            #"""
            ---
            title: Discounts and deal approval
            category: cash
            tags: [discount, pricing, deal desk, contract terms, approval]
            ---

            # Discounts and deal approval

            ## The price list

            The price list is set by product marketing and finance each January and July. It holds list price and
            floor price; below the floor a deal costs more than it brings. Quotes are valid for 30 days.

            ## Who may grant a discount

            | Discount on the list price | Approver |
            |---|---|
            | up to 10 percent | account manager |
            | up to 20 percent | head of sales |
            | up to 30 percent | finance director |
            | above 30 percent, or below the floor | chief financial officer |

            Discounts add up: 8 percent for the volume and 7 percent for a longer term are 15 percent. Free months
            count as a discount over the term. Two deals with one customer within 60 days are judged together.

            ## What a discount needs in return

            A discount is traded for something: a longer term, payment in advance, more seats, a reference, a date of
            signature. "Competitor is cheaper" needs the competitor's offer or the customer's written word. Discounts
            at quarter end without anything in return are refused.

            ## Terms that need approval whatever the price

            - payment later than 45 days, or by milestones;
            - the right to end the contract early, or to shrink by more than 20 percent;
            - liability above twelve months of fees;
            - a price that is fixed for more than three years;
            - promises of features that do not exist yet. These change when revenue may be recorded, and need the
              revenue accountant and the head of product.

            ## The deal desk

            Sales enters the request with customer, products, prices and terms. The deal desk answers within one
            working day, in the last week of a quarter within four hours. Approvals hold for 30 days and for the terms
            that were shown; any change is a new request.

            ## Review

            Each quarter finance shows the mean discount by team and segment (target at most 14 percent), the share of
            deals below the floor, and how discounted customers renewed.
            """#
        ),
        DemoArticle(
            "sales-tax-and-vat.md",
            #"""
            ---
            title: Sales tax and VAT
            category: cash
            tags: [tax, VAT, sales tax, reverse charge, exemption certificate]
            ---

            # Sales tax and VAT

            ## Where tax is charged

            In the United States, sales tax is charged in states in which the company has nexus: an office, employees
            or stock there, or sales above $100,000 or 200 transactions in a year. The tax team checks the thresholds
            each month and registers within 30 days after one was passed. Whether the product is taxable differs by
            state; the tax engine holds the rules.

            In the European Union, business customers with a valid VAT number are invoiced without tax under the
            reverse charge, with the words "reverse charge" on the invoice. The number is checked on the day of the
            invoice and the answer kept. Private customers pay the rate of their country through the one-stop shop.

            ## Exempt customers

            Resellers, schools and public bodies send an exemption certificate before the first invoice. Without a
            valid certificate tax is charged; it is given back when the certificate arrives within 90 days.
            Certificates are renewed as their state demands, at the latest every four years.

            ## Tax on purchases

            Input tax is claimed only with an invoice that meets the rules of the country. When a supplier has not
            charged a tax that is due, the company reports use tax itself.

            ## Filing

            | Return | Due |
            |---|---|
            | state sales tax | 20th of the following month |
            | VAT in the EU | last day of the month after the quarter |
            | VAT in the United Kingdom | one month and seven days after the quarter |
            | use tax | with the sales tax return |

            Returns are prepared by the tax accountant, compared with the ledger, and approved by the controller three
            working days before they are due. Differences above $500 are cleared first.

            ## Questions and audits

            Letters from a tax authority go to the tax team the day they arrive, unopened if possible. Nobody else
            answers them. Records are kept for ten years in the EU and seven years elsewhere.
            """#
        ),
    ]
}
