// Articles about control: security, retention, duties, close calls, reporting.

extension DemoArticles {
    static let governance: [DemoArticle] = [
        DemoArticle(
            "information-security.md",
            #"""
            ---
            title: Information security
            category: governance
            tags: [security, passwords, MFA, phishing, incident]
            ---

            # Information security

            ## Accounts and passwords

            Everyone signs in with their own account and a second factor: a security key or an app, not a text
            message. Passwords have 14 characters or more and come from the password manager. They are changed when
            there is a reason, not by the calendar. Shared accounts are allowed only for machines, with an owner and a
            vault entry.

            ## Classes of data

            | Class | Examples | Rules |
            |---|---|---|
            | public | website, published reports | none |
            | internal | plans, policies, org charts | not outside the company |
            | confidential | customer data, contracts, unpublished figures | named people, encrypted, no private devices |
            | restricted | pay, health, bank access, keys | as confidential, access logged and reviewed each quarter |

            What is not marked is internal. Figures of a quarter are confidential until they are published.

            ## Devices

            Laptops are encrypted, lock after five minutes and get updates within seven days, critical ones within
            two. Private phones may read mail when they are enrolled. A lost device is reported within an hour; it is
            wiped from afar.

            ## Messages that ask for something

            A message that asks for a payment, a change of bank details, a password or a list of people is checked
            over another channel before anyone acts. Suspicious messages are sent on with the report button. Nobody is
            blamed for a false alarm, nor for a report that comes late; silence is what does harm.

            ## Assistants and other tools

            Confidential data is entered only into tools from the software register. What an assistant answers is
            checked like the work of a new colleague; decisions on people, payments and contracts stay with people.

            ## Incidents

            Security answers around the clock at extension 4444. The first hour is for containment, the first day for
            finding out whose data is concerned. When personal data is concerned, the privacy officer decides within
            72 hours whether authorities and customers are told. Each incident ends with a review without blame within
            ten working days.
            """#
        ),
        DemoArticle(
            "data-retention.md",
            #"""
            ---
            title: Data retention
            category: governance
            tags: [retention, deletion, archive, legal hold, GDPR]
            ---

            # Data retention

            Data is kept as long as the law or the work needs it, and then deleted. What is not there cannot be lost,
            leaked or subpoenaed.

            ## Periods

            | Records | Kept for | Counted from |
            |---|---|---|
            | ledger, invoices, tax returns | 10 years | end of the fiscal year |
            | contracts | 6 years | end of the contract |
            | audit and access logs | 400 days | the entry |
            | customer data in the product | 30 days | end of the subscription |
            | customer data in backups | 90 days | deletion in the product |
            | applications of candidates who were not hired | 6 months | the decision |
            | personnel files | 6 years | last working day |
            | payroll records | 7 years | end of the year |
            | mail | 3 years | the day of receipt |
            | chat messages | 1 year | the message |
            | recordings of meetings | 90 days | the meeting |

            When two periods apply, the longer one counts.

            ## Deletion

            Deletion runs by itself each month and is logged without content: what kind, how many, which period. Paper
            is shredded by a certified firm. Where data cannot be deleted one by one, it is encrypted with a key of
            its own and the key is destroyed.

            ## Legal hold

            When a dispute, an audit or an investigation is likely, the general counsel puts a hold on the data
            concerned. A hold stops deletion from the moment it is announced, for everyone, until it is lifted in
            writing. Deleting data on hold is a reason for dismissal.

            ## Requests of people

            People may ask what is stored about them, have it corrected, and have it deleted. The privacy officer
            answers within 30 days. Records that the law demands, such as invoices, are blocked instead of deleted.

            ## Exceptions

            A department that needs another period asks the privacy officer with a reason. Exceptions are listed, and
            expire after two years unless they are renewed.
            """#
        ),
        DemoArticle(
            "segregation-of-duties.md",
            #"""
            ---
            title: Segregation of duties
            category: governance
            tags: [internal control, SOX, access review, four eyes]
            ---

            # Segregation of duties

            No single person can start, approve, record and hide a transaction. Where that cannot be had, a second
            look is arranged and documented.

            ## Duties that do not go together

            | One person may not | and also |
            |---|---|
            | keep supplier master data | release payments |
            | order goods | confirm their receipt and approve the invoice |
            | prepare a journal | approve the same journal |
            | set up a bank account or payee | release a payment to it |
            | enter pay data | release the payroll |
            | grant a discount | record the credit note |
            | develop a program | put it into production |
            | request access | grant it |
            | run an analysis | approve the decision that rests on it |

            The systems block these pairs. A role that would break the table cannot be given; a combination of roles
            that would break it is reported the same night.

            ## Small teams

            In subsidiaries with fewer than five people in finance some pairs cannot be kept apart. The controller of
            the group then reviews all payments and journals above $5,000 monthly, from the bank's statement and not
            from the ledger.

            ## Access reviews

            Managers confirm the access of their people each quarter, within ten working days. Access that nobody
            confirmed is taken away. Accounts of leavers are closed on the last working day, those with payment rights
            an hour before the notice is given.

            ## Emergency access

            Administrators use a separate account that is opened for four hours with a ticket. All that is done with
            it is recorded and read by somebody else the next working day.

            ## Evidence

            A control that left no trace did not happen. Approvals carry name, time and what was shown; screenshots do
            not count where the system keeps a log. Internal audit tests 25 samples of each key control a year. A
            control that fails twice is a deficiency and is reported to the audit committee with a plan.
            """#
        ),
        DemoArticle(
            "management-reporting.md",
            #"""
            ---
            title: Management reporting
            category: governance
            tags: [reports, board pack, dashboard, materiality, audience]
            ---

            # Management reporting

            ## The set of reports

            | Report | Audience | When |
            |---|---|---|
            | flash: revenue, cash, orders | leadership team | 2nd working day |
            | monthly report | department heads | 6th working day |
            | board pack | board | 15th working day of the quarter |
            | covenant certificate | banks | 30 days after the quarter |
            | annual report | shareholders | 90 days after year end |

            ## What a report must have

            The first page says in five sentences what happened, why, what it means for the year, and what is asked of
            the reader. Each figure stands beside the budget and the prior year. Differences are explained when they
            pass the thresholds of the budget variance review. Charts begin at zero unless they say otherwise, and
            forecasts are drawn differently from actuals.

            ## Sources and figures

            Figures come from the ledger of a locked month; earlier ones are marked "preliminary". Each figure names
            the query or the report it comes from, so that somebody else arrives at the same number. Spreadsheets that
            feed a report are kept with it. Rounding is to thousands, and sums are computed before rounding.

            ## Non-financial figures

            Customers, employees, availability and satisfaction are delivered by the departments by the fourth working
            day and confirmed by their heads. A definition is changed as the metric definitions say.

            ## Confidentiality

            Unpublished reports are confidential. The board pack goes through the board portal, not by mail. People
            who have it may not trade in the company's shares from the end of the quarter until two days after
            publication.

            ## Corrections

            An error above 1 percent of the figure or $50,000 is corrected at once, with a note to all who got the
            report: what was wrong, what is right, and why it happened. Smaller ones are corrected in the next issue.

            ## Retiring reports

            A report that fewer than three people have opened within a quarter is announced as ending and stopped a
            month later, unless someone says what they decide with it.
            """#
        ),
        DemoArticle(
            "anomaly-handling.md",
            #"""
            ---
            title: Handling of anomalies
            category: governance
            tags: [anomaly, alert, severity, investigation, data quality]
            ---

            # Handling of anomalies

            The finance system watches the ledger and raises an anomaly when an amount is far from what was expected.
            This page says what happens then.

            ## Where they come from

            The expected value of an account is its budget; without a budget it is the seasonal median of past years.
            An anomaly is raised when the difference is both unusual for the account and large in money. It names
            account, period, expected and actual amount, and a severity.

            ## Severity and time to react

            | Severity | First look within | Owner |
            |---|---|---|
            | critical | 4 working hours | controller |
            | high | 1 working day | finance analyst of the department |
            | medium | 3 working days | finance analyst of the department |
            | low | with the monthly close | general ledger |

            ## Investigation

            1. Is the data right? Look for double imports, wrong accounts, wrong periods, missing credit notes.
            2. Is it timing? Compare with the months before and after and with open accruals.
            3. Is it real? Find the five largest entries behind it and ask the budget owner.
            4. Does it stay? If so, change the forecast.

            Findings are written into the anomaly, with links to the entries. "Checked, fine" is not a finding.

            ## Status

            An anomaly is open, under investigation, resolved or dismissed. Resolved means that the cause is known and
            dealt with; dismissed that the expectation was wrong, and then the expectation is corrected. Only the
            controller dismisses critical ones. Anomalies that are open for more than 30 days are shown to the finance
            director.

            ## Suspicion of fraud

            Who suspects fraud does not investigate alone, changes nothing in the anomaly, and speaks with internal
            audit or calls the ethics line. Reports may be anonymous. Retaliation against people who report in good
            faith is a reason for dismissal.

            ## Learning

            Each quarter the controller counts anomalies by cause. A cause that appears three times gets a control
            that prevents it.
            """#
        ),
    ]
}
