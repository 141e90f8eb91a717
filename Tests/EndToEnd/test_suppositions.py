"""Suppositions about companies that no one has seen, each figure computed apart by SQL over the same rows."""
import decimal
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Daemon  # noqa: E402
from test_answers import NET, OPERATING, QUARTER, YEAR, Ledger  # noqa: E402
from test_end_to_end import HEADER, company, shown  # noqa: E402

D = decimal.Decimal


def suppositions(ledger, region, vendor):
    """Question and the texts that its answer must hold: the change, the new level and what it does to the result."""
    def change(where, percent, result, within):
        base = ledger.value(where)
        moved = base * D(percent) / 100
        cost = "section = 'revenue'" not in where
        new = ledger.value(within, result) + (-moved if cost else moved)
        return [shown(base), shown(abs(moved)), shown(base + moved), shown(new)]

    yield "What if we cut diesel by 15% in 2025?", change(f"name = 'Diesel' AND {YEAR}", -15, OPERATING, YEAR)
    yield "what if crew wages rise 4% in Q2 2025?", change(f"name = 'Crew Wages' AND {QUARTER}", 4, NET, QUARTER)
    yield "What would net income be if revenue fell by 8% in 2025?", change(
        f"section = 'revenue' AND {YEAR}", -8, NET, YEAR
    )
    yield f"What if revenue in {region} grew 12% in 2025?", change(
        f"section = 'revenue' AND region = '{region}' AND {YEAR}", 12, OPERATING, YEAR
    )
    yield f"suppose we spend 30% less with {vendor} in 2025", change(
        f"section != 'revenue' AND vendor = '{vendor}' AND {YEAR}", -30, NET, YEAR
    )
    revenue = ledger.value(f"section = 'revenue' AND {YEAR}")
    costs = ledger.value(f"section IN ('cogs', 'opex') AND {YEAR}")
    operating = ledger.value(YEAR, OPERATING)
    yield "What if revenue grows 10% and costs rise 5% in 2025?", [
        shown(revenue * D("1.1")), shown(costs * D("1.05")), shown(operating + revenue / 10 - costs / 20)
    ]
    rigging = ledger.value(f"name = 'Rope and Rigging' AND {YEAR}")
    yield "what if we cut rope and rigging by $1,000 in 2025", [
        shown(rigging), shown(rigging - 1000), shown(operating + 1000)
    ]
    yield "What if we doubled diesel in 2025?", [
        shown(ledger.value(f"name = 'Diesel' AND {YEAR}") * 2)
    ]


class Suppositions(unittest.TestCase):
    def test_changes_and_levels_are_those_that_sql_gives(self):
        wrong = []
        for seed in (40, 41):
            rows, regions = company(seed)
            vendor = random.Random(seed).choice(sorted({row[6] for row in rows if row[6]}))
            ledger = Ledger(rows)
            with Daemon() as daemon:
                daemon.load("ledger", rows, HEADER)
                daemon.start()
                token = daemon.token("finance_analyst")
                for question, texts in suppositions(ledger, regions[0], vendor):
                    answer = daemon.ask(token, daemon.conversation(token), question)
                    if not answer["citations"] or not all(text in answer["content"] for text in texts):
                        wrong.append((seed, question, texts, answer["content"]))
        self.assertEqual(wrong, [])

    def test_a_follow_up_changes_the_quantity_alone(self):
        rows, _ = company(42)
        ledger = Ledger(rows)
        base = ledger.value(f"name = 'Diesel' AND {YEAR}")
        with Daemon() as daemon:
            daemon.load("ledger", rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            conversation = daemon.conversation(token)
            daemon.ask(token, conversation, "What if we cut diesel by 15% in 2025?")
            answer = daemon.ask(token, conversation, "what about 20%?")
            self.assertIn(shown(base * D("0.8")), answer["content"])

    def test_what_cannot_be_supposed_is_explained(self):
        rows, _ = company(43)
        with Daemon() as daemon:
            daemon.load("ledger", rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            for question, text in [
                ("What if we hire 3 people?", "yearly cost"),
                ("What if revenue grows 10% in 2031?", "2025"),
                ("What if we cut unicorns by 15% in 2025?", "unicorns"),
            ]:
                answer = daemon.ask(token, daemon.conversation(token), question)
                self.assertIn(text, answer["content"], question)
                self.assertEqual(answer["citations"], [], question)


if __name__ == "__main__":
    unittest.main()
