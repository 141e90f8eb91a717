"""The demonstration's companies and imported operations, as a user asks about them; figures checked by SQL."""
import os
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon  # noqa: E402


class Companies(unittest.TestCase):
    """The flagship question of each company, over HTTP, as its executive asks it."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.daemon.start("--demo")

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def ask(self, tenant, question, role="executive"):
        token = self.daemon.token(role, tenant=tenant)
        conversation = self.daemon.conversation(token)
        return self.daemon.ask(token, conversation, question)

    def rows(self, tenant, sql):
        path = os.path.join(self.daemon.data, "tenants", f"{tenant}.db")
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def test_flagships(self):
        for tenant, question, parts in [
            ("ten_aems", "What were our total sales in Q2?",
             ["$450,000", "12%", "$402,000", "$200,000", "$150,000", "$100,000"]),
            ("ten_smb", "What was my revenue last month?", ["$24,580", "12%", "156", "89"]),
            ("ten_cnc", "What is the status of my order?", ["ORD-2024-001", "in production", "2024-02-10"]),
        ]:
            answer = self.ask(tenant, question)
            for part in parts:
                self.assertIn(part, answer["content"], question)
            self.assertTrue(answer["citations"], question)
            self.assertEqual(answer["ungrounded"], [], answer["content"])

    def test_sums_by_sql(self):
        [(count, units)] = self.rows(
            "ten_cnc",
            "SELECT COUNT(*), SUM(total - paid) FROM invoices WHERE paid < total AND due_date < 19737"
            " AND (invoice_date IS NULL OR invoice_date <= 19737)",
        )
        answer = self.ask("ten_cnc", "Which invoices are overdue?")
        self.assertIn(f"Overdue invoices: {count}, with ${units // 10_000:,}", answer["content"])
        [(short,)] = self.rows("ten_cnc", "SELECT COUNT(*) FROM materials WHERE stock - reserved <= reorder_point")
        answer = self.ask("ten_cnc", "What should we reorder?")
        self.assertIn(f"run short: {short}.", answer["content"])

    def test_every_account_can_ask(self):
        status, body, _ = self.daemon.request(
            "POST", "/api/v1/auth/login", {"email": "executive@cnc.demo", "password": "demo-executive"}
        )
        self.assertEqual(status, 200, body)

    def test_sales_forecast(self):
        token = self.daemon.token("executive", tenant="ten_aether")
        status, body, _ = self.daemon.request("GET", "/api/v1/sales/forecast", token=token)
        self.assertEqual(status, 200, body)
        data = body["data"]
        self.assertEqual(data["period"], "Q1 2026")
        self.assertEqual(data["forecast_date"], "2026-01-31")
        scenarios = data["scenarios"]
        self.assertLessEqual(scenarios["pessimistic"]["value"], scenarios["most_likely"]["value"])
        self.assertLessEqual(scenarios["most_likely"]["value"], scenarios["optimistic"]["value"])
        gap = scenarios["most_likely"]["value"] - data["target"]
        self.assertEqual(scenarios["most_likely"]["gap_to_target"], gap)
        self.assertEqual(data["closed_to_date"], 12_500_000)
        last = data["weekly_projections"][-1]
        self.assertEqual(last["cumulative_closed"], scenarios["most_likely"]["value"])
        status, _, _ = self.daemon.request("GET", "/api/v1/sales/forecast?period=someday", token=token)
        self.assertEqual(status, 400)
        status, _, _ = self.daemon.request("GET", "/api/v1/sales/forecast", token=self.daemon.token("viewer"))
        self.assertEqual(status, 403)


class Imports(unittest.TestCase):
    """Files of operations by the command and over HTTP, and what is asked of them."""

    def test_import_and_ask(self):
        with Daemon() as daemon:
            daemon.load("orders", [["o1", "SO-1", "Ajax", "shipped", "2026-02-01"]], "id,number,customer,status,expected_date")
            daemon.start()
            token = daemon.token()
            status, body, _ = daemon.request(
                "POST", "/api/v1/data/import?type=rates", token=token,
                body="kind,name,value\noverhead,,x\n", headers={"Content-Type": "text/csv"},
            )
            self.assertEqual(status, 400, body)
            self.assertIn("line 2", str(body))
            status, body, _ = daemon.request(
                "POST", "/api/v1/data/import?type=deliveries", token=token,
                body="po,supplier,promised_date,quantity\nP1,Late Ltd,2020-01-01,5\n",
                headers={"Content-Type": "text/csv"},
            )
            self.assertEqual(status, 200, body)
            answer = daemon.ask(token, daemon.conversation(token), "Which supplier is late?")
            self.assertIn("Late Ltd: on time 0% (0 of 1), overdue now: 1", answer["content"])
            answer = daemon.ask(token, daemon.conversation(token), "What is the status of my order?")
            self.assertIn("SO-1 is shipped, expected 2026-02-01", answer["content"])
            refused = daemon.command("import", "orders", "/nowhere.csv", "--tenant", TENANT, check=False)
            self.assertNotEqual(refused.returncode, 0)


if __name__ == "__main__":
    unittest.main()
