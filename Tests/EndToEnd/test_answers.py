"""Questions about companies that no one has seen, each figure computed apart by SQL over the same rows."""
import decimal
import os
import random
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Daemon  # noqa: E402
from test_end_to_end import HEADER, company, shown  # noqa: E402


class Ledger:
    """The rows in a database of the test's own; amounts in hundredths, so that sums are exact."""

    def __init__(self, rows):
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("CREATE TABLE l(date, code, name, section, cents INTEGER, region, vendor)")
        cents = [(*row[:4], int(decimal.Decimal(row[4]) * 100), *row[5:]) for row in rows]
        self.connection.executemany("INSERT INTO l VALUES (?,?,?,?,?,?,?)", cents)

    def value(self, where, sign=""):
        expression = sign or "cents"
        found = self.connection.execute(f"SELECT coalesce(sum({expression}), 0) FROM l WHERE {where}").fetchone()[0]
        return decimal.Decimal(found) / 100

    def first(self, column, where, order="DESC"):
        return self.connection.execute(
            f"SELECT {column} FROM l WHERE {where} AND {column} != '' GROUP BY {column} ORDER BY sum(cents) {order} LIMIT 1"
        ).fetchone()[0]


NET = "CASE section WHEN 'revenue' THEN cents ELSE -cents END"
OPERATING = "CASE section WHEN 'revenue' THEN cents WHEN 'other' THEN 0 ELSE -cents END"
GROSS = "CASE section WHEN 'revenue' THEN cents WHEN 'cogs' THEN -cents ELSE 0 END"
YEAR, QUARTER = "date LIKE '2025%'", "date BETWEEN '2025-04-01' AND '2025-06-30'"
MONTH, BEFORE = "date LIKE '2025-03%'", "date LIKE '2024%'"


def questions(ledger, region, vendor):
    """Question and the texts that its answer must hold."""
    def money(where, sign=""):
        return shown(ledger.value(where, sign))

    costs = "section IN ('cogs', 'opex')"
    spend = "section != 'revenue'"
    yield "What was revenue in 2025?", [money(f"section = 'revenue' AND {YEAR}")]
    yield "how much did we sell in Q2 2025", [money(f"section = 'revenue' AND {QUARTER}")]
    yield "Turnover for March 2025", [money(f"section = 'revenue' AND {MONTH}")]
    yield "top line last year, 2024", [money(f"section = 'revenue' AND {BEFORE}")]
    yield "Total costs in 2025", [money(f"{costs} AND {YEAR}")]
    yield "operating expenses Q2 2025", [money(f"section = 'opex' AND {QUARTER}")]
    yield "What was our OPEX in March 2025?", [money(f"section = 'opex' AND {MONTH}")]
    yield "cost of goods sold in 2024", [money(f"section = 'cogs' AND {BEFORE}")]
    yield "Net income for 2025", [money(YEAR, NET)]
    yield "bottom line in Q2 2025?", [money(QUARTER, NET)]
    yield "gross profit 2025", [money(YEAR, GROSS)]
    yield "What was operating income in 2024?", [money(BEFORE, OPERATING)]
    yield f"revenue in {region} in 2025", [money(f"section = 'revenue' AND region = '{region}' AND {YEAR}")]
    yield f"How much revenue did {region} make in Q2 2025?", [
        money(f"section = 'revenue' AND region = '{region}' AND {QUARTER}")
    ]
    yield f"How much did we spend with {vendor} in 2025?", [money(f"{spend} AND vendor = '{vendor}' AND {YEAR}")]
    yield f"{vendor} spend in 2024", [money(f"{spend} AND vendor = '{vendor}' AND {BEFORE}")]
    yield "crew wages in 2025", [money(f"name = 'Crew Wages' AND {YEAR}")]
    yield "What did we pay for Diesel in Q2 2025?", [money(f"name = 'Diesel' AND {QUARTER}")]
    yield "rope and riging costs in 2024", [money(f"name = 'Rope and Rigging' AND {BEFORE}")]
    yield "Harbour Fees in March 2025", [money(f"name = 'Harbour Fees' AND {MONTH}")]
    yield "Revenue 2025 vs 2024", [
        money(f"section = 'revenue' AND {YEAR}"), money(f"section = 'revenue' AND {BEFORE}")
    ]
    yield "How did costs in 2025 compare with the prior year?", [
        money(f"{costs} AND {YEAR}"), money(f"{costs} AND {BEFORE}")
    ]
    yield "Which region had the highest revenue in 2025?", [
        ledger.first("region", f"section = 'revenue' AND {YEAR}")
    ]
    yield "Which vendor did we spend the most with in 2025?", [ledger.first("vendor", f"{spend} AND {YEAR}")]
    yield "revenue by region in 2025", [
        money(f"section = 'revenue' AND region = '{region}' AND {YEAR}"), money(f"section = 'revenue' AND {YEAR}")
    ]
    yield "costs by account in Q2 2025", [
        money(f"name = 'Diesel' AND {QUARTER}"), money(f"name = 'Crew Wages' AND {QUARTER}")
    ]
    yield f"revenue in 2025 excluding {region}", [money(f"section = 'revenue' AND region != '{region}' AND {YEAR}")]
    yield "quarterly revenue in 2025", [money(f"section = 'revenue' AND {QUARTER}")]


class Answers(unittest.TestCase):
    def test_figures_are_those_that_sql_gives(self):
        asked, wrong = 0, []
        for seed in range(20, 24):
            rows, regions = company(seed)
            vendor = random.Random(seed).choice(sorted({row[6] for row in rows if row[6]}))
            ledger = Ledger(rows)
            with Daemon() as daemon:
                daemon.load("ledger", rows, HEADER)
                daemon.start()
                token = daemon.token("finance_analyst")
                for question, texts in questions(ledger, regions[0], vendor):
                    answer = daemon.ask(token, daemon.conversation(token), question)
                    asked += 1
                    if not answer["citations"] or not all(text in answer["content"] for text in texts):
                        wrong.append((seed, question, texts, answer["content"][:300]))
        self.assertLessEqual(len(wrong), asked * 0.05, "\n".join(map(str, wrong)))

    def test_what_is_not_in_the_data_gets_no_figure(self):
        rows, _ = company(31)
        with Daemon() as daemon:
            daemon.load("ledger", rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            conversation = daemon.conversation(token)
            for question in [
                "How many employees do we have?", "What is the weather in Lisbon?", "What's our share price?",
                "How many customers churned?", "Revenue in Wakanda", "Who won the cup final?",
                "What is our Net Promoter Score?", "How much cash do we have in the bank?",
                "What will revenue be in 2031?", "Tell me a joke about auditors",
            ]:
                answer = daemon.ask(token, conversation, question)
                content = answer["content"].replace("2031", "")
                for line in content.split("\n"):
                    if not line.startswith("- "):
                        self.assertFalse([c for c in line if c.isdigit()], (question, answer["content"]))
                self.assertEqual(answer["citations"], [], question)


if __name__ == "__main__":
    unittest.main()
