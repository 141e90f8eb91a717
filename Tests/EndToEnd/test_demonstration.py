"""The demonstration company: its answers come out of its data, at the door, in the terminal and for every role."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Daemon  # noqa: E402

FLAGSHIP = "What's driving the OPEX variance this month?"


class Demonstration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.daemon.start("--demo")
        _, reply, _ = cls.daemon.request(
            "POST", "/api/v1/auth/login",
            {"email": "finance_analyst@aether.demo", "password": "demo-finance_analyst"},
        )
        cls.token = reply["access_token"]

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def get(self, path, role=None):
        token = self.token if role is None else self.daemon.token(role, tenant="ten_aether")
        status, reply, _ = self.daemon.request("GET", f"/api/v1{path}", token=token)
        self.assertEqual(status, 200, reply)
        return reply

    def test_the_flagship_question_names_its_three_drivers(self):
        answer = self.daemon.ask(self.token, self.daemon.conversation(self.token), FLAGSHIP)
        for part in ["$200K", "6.7%", "Cloud Infrastructure (+$79K)", "Contractor Costs (+$65K)", "Software Licenses (+$56K)"]:
            self.assertIn(part, answer["content"])
        sources = {citation["source"] for citation in answer["citations"]}
        self.assertEqual(sources, {"anomaly", "ledger"})
        anomalies = {item["id"] for item in self.get("/dashboard/anomalies?limit=100")["data"]}
        self.assertEqual(len(anomalies), 8)
        cited = {citation["id"] for citation in answer["citations"] if citation["source"] == "anomaly"}
        self.assertTrue(cited and cited <= anomalies)
        self.assertIn("$200K", self.daemon.command("ask", FLAGSHIP, "--tenant", "ten_aether").stdout)

    def test_deals_stand_as_promised(self):
        stages = self.get("/sales/pipeline")["data"]["by_stage"]
        self.assertEqual(sorted(stage["count"] for stage in stages), [31, 38, 42, 45])
        self.assertEqual(self.get("/sales/deals?limit=1")["pagination"]["total_items"], 156)

    def test_articles_answer_and_their_orders_are_not_followed(self):
        conversation = self.daemon.conversation(self.token)
        answer = self.daemon.ask(self.token, conversation, "What does our travel policy say about hotels?")
        self.assertEqual(answer["citations"][0]["source"], "article")
        for question in ["What is our refund policy?", "Travel policy", "data retention policy"]:
            answer = self.daemon.ask(self.token, conversation, question)
            self.assertEqual(answer["citations"][0]["source"], "article", question)
            self.assertNotIn("assistant", answer["content"].lower())

    def test_follow_ups_are_read_in_their_conversation(self):
        conversation = self.daemon.conversation(self.token)
        first = self.daemon.ask(self.token, conversation, "What was revenue in Q4 2025?")["content"]
        second = self.daemon.ask(self.token, conversation, "and for EMEA?")["content"]
        third = self.daemon.ask(self.token, conversation, "the quarter before?")["content"]
        self.assertIn("Q4 2025", first)
        self.assertIn("EMEA", second)
        self.assertIn("Q3 2025", third)
        self.assertEqual(len({first, second, third}), 3)

    def test_suggestions_can_be_asked_as_they_stand(self):
        conversation = self.daemon.conversation(self.token)
        for item in self.get("/ai/suggestions?context=dashboard&limit=5")["data"]["suggestions"]:
            answer = self.daemon.ask(self.token, conversation, item["text"])
            self.assertEqual(answer["status"], "completed")
            self.assertTrue(answer["citations"], item["text"])

    def test_roles_see_what_they_may(self):
        viewer = self.daemon.token("viewer", tenant="ten_aether")
        path = "/api/v1/metrics?metrics=revenue&start_date=2026-01-01&end_date=2026-01-31"
        self.assertEqual(self.daemon.request("GET", path, token=viewer)[0], 200)
        self.assertEqual(self.daemon.request("POST", "/api/v1/ai/conversations", {}, viewer)[0], 403)
        auditor = self.daemon.token("auditor", tenant="ten_aether")
        self.assertEqual(self.daemon.request("GET", path, token=auditor)[0], 403)

    def test_the_page_is_served_with_its_policy(self):
        status, body, headers = self.daemon.request("GET", "/")
        self.assertEqual(status, 200)
        self.assertNotIn("unsafe-inline", headers["Content-Security-Policy"])
        self.assertIn(b"<title>", body)


if __name__ == "__main__":
    unittest.main()
