"""The smb profile as its clients meet it. Standard library only."""
import unittest

from harness import TENANT, Daemon


class SMB(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2024-01-15"}})
        rows = [
            [f"2023-{month:02d}-{day:02d}", "4000", "Sales", "revenue", amount, source]
            for month, amount in [(11, 100), (12, 110)]
            for day in range(1, 11)
            for source in (["shopify"] if day > 4 else ["shopify", "stripe"])
        ]
        cls.daemon.load("ledger", rows, "date,account_code,account_name,section,amount,source")
        cls.daemon.start()
        cls.admin = cls.daemon.token()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def ask(self, method, path, body=None, token=None, status=200):
        got, reply, _ = self.daemon.request(method, "/api" + path, body, token or self.admin)
        self.assertEqual(got, status, reply)
        return reply

    def test_an_answer_names_its_sources(self):
        data = self.ask("POST", "/ai/query", {"query": "What was my revenue last month?"})["data"]
        self.assertIn("$1,540", data["answer"])
        self.assertIn("10%", data["answer"])
        self.assertEqual(
            sorted((source["type"], source["dataPoints"]) for source in data["sources"]), [("shopify", 10), ("stripe", 4)]
        )
        more = self.ask(
            "POST", "/ai/query", {"query": "And in November?", "context": {"conversationId": data["conversationId"]}}
        )["data"]
        self.assertEqual(more["conversationId"], data["conversationId"])
        self.assertIn("$1,400", more["answer"])
        self.ask("POST", "/ai/query", {"query": "x", "context": {"conversationId": "conv_none"}}, status=404)
        other = self.daemon.token(user="u2", role="executive")
        self.ask("POST", "/ai/query", {"query": "x", "context": {"conversationId": data["conversationId"]}}, other, 404)

    def test_errors_have_the_profiles_names(self):
        for body in [{}, {"query": 5}, {"query": "x", "colour": 1}, "{"]:
            self.assertEqual(self.ask("POST", "/ai/query", body, status=400)["error"]["code"], "VALIDATION_ERROR")
        status, reply, _ = self.daemon.request("POST", "/api/ai/query", {"query": "x"})
        self.assertEqual((status, reply["error"]["code"]), (401, "AUTH_INVALID_TOKEN"))
        viewer = self.daemon.token("viewer")
        self.assertEqual(self.ask("POST", "/ai/query", {"query": "x"}, viewer, 403)["error"]["code"], "FORBIDDEN")
        wrong = self.ask("POST", "/auth/login", {"email": "a@b.example", "password": "no"}, status=401)
        self.assertEqual(wrong["error"]["code"], "AUTH_INVALID_CREDENTIALS")

    def test_what_was_done_is_listed(self):
        made = self.ask(
            "POST", "/webhooks", {"url": "https://hooks.invalid/x", "events": ["automation.completed"], "secret": "s"},
            status=201,
        )["data"]
        self.assertEqual((made["secret"], made["isActive"]), ("s", True))
        reply = self.ask("GET", "/hubs/action/history?type=webhook")
        self.assertEqual(reply["data"][0]["details"]["webhook_id"], made["id"])
        self.assertEqual(reply["meta"]["total"], len(reply["data"]))
        self.assertEqual(self.ask("GET", "/hubs/action/history?endDate=2000-01-01")["data"], [])
        self.ask("GET", "/hubs/action/history?type=nothing", status=400)


if __name__ == "__main__":
    unittest.main()
