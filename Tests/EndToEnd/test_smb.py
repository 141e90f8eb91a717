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

    def test_a_change_spreads_along_relationships(self):
        self.daemon.load(
            "relationships",
            [
                ["marketing_spend", "website_traffic", 0.85, 7],
                ["website_traffic", "conversions", 0.75, 7],
                ["conversions", "revenue", 0.9, 7],
            ],
            "source,target,weight,lag_days",
        )
        graph = self.ask("GET", "/hubs/action/simulator/relationships")["data"]
        nodes = {node["id"]: node for node in graph["nodes"]}
        self.assertEqual((nodes["marketing_spend"]["label"], nodes["marketing_spend"]["type"]), ("Marketing Spend", "input"))
        edge = next(edge for edge in graph["edges"] if edge["source"] == "marketing_spend")
        self.assertEqual((edge["target"], edge["weight"], edge["basis"]), ("website_traffic", 0.85, "imported"))
        body = {"metricId": "marketing_spend", "changePercent": 20, "timeHorizon": 90}
        data = self.ask("POST", "/hubs/action/simulator/simulate", body)["data"]
        self.assertTrue(data["simulationId"].startswith("sim_"))
        self.assertEqual(data["inputChange"], {"metric": "Marketing Spend", "change": "+20%"})
        shown = [(effect["metric"], effect["change"], effect["lag"]) for effect in data["effects"][:3]]
        self.assertEqual(
            shown,
            [("Website Traffic", "+17%", "1 week"), ("Conversions", "+12.8%", "2 weeks"), ("Revenue", "+11.5%", "3 weeks")],
        )
        confidences = [effect["confidence"] for effect in data["effects"]]
        self.assertEqual(confidences[:3], [0.85, 0.72, 0.61])
        self.assertEqual(confidences, sorted(confidences, reverse=True))
        near = self.ask("POST", "/hubs/action/simulator/simulate", dict(body, timeHorizon=7))["data"]
        self.assertEqual([effect["metricId"] for effect in near["effects"]], ["website_traffic"])
        for wrong in [
            {}, dict(body, metricId="nonsense"), dict(body, changePercent=-101), dict(body, changePercent="20"),
            dict(body, timeHorizon=0), dict(body, timeHorizon=10**9), dict(body, colour=1),
        ]:
            error = self.ask("POST", "/hubs/action/simulator/simulate", wrong, status=400)["error"]
            self.assertEqual(error["code"], "VALIDATION_ERROR")
        unknown = self.ask("POST", "/hubs/action/simulator/simulate", dict(body, metricId="revenues"), status=400)
        self.assertEqual(unknown["error"]["details"][0]["field"], "metricId")
        refused = self.daemon.command("import", "relationships", self.circle(), "--tenant", TENANT, check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("circle", refused.stderr + refused.stdout)
        history = self.ask("GET", "/hubs/action/history?type=simulation")
        self.assertEqual(history["meta"]["total"], 2)
        self.assertEqual(history["data"][1]["details"]["simulationId"], data["simulationId"])
        viewer = self.daemon.token("viewer")
        self.ask("GET", "/hubs/action/simulator/relationships", token=viewer)
        self.ask("POST", "/hubs/action/simulator/simulate", body, viewer, 403)

    def circle(self):
        path = self.daemon.folder + "/circle.csv"
        with open(path, "w") as file:
            file.write("source,target,weight\nrevenue,marketing_spend,0.1\n")
        return path

    def test_an_initiative_is_analysed(self):
        body = {
            "name": "New Product Launch", "expectedOutcome": {"revenue": 50000}, "investment": 25000,
            "timeline": "6 months",
        }
        data = self.ask("POST", "/hubs/action/planner/analyze", body)["data"]
        self.assertEqual((data["name"], data["months"], data["timeline"]), ("New Product Launch", 6, "6 months"))
        self.assertEqual((data["roi"], data["roiPercent"], data["paybackMonths"]), (1, 100, 3))
        rate = 1.1 ** (1 / 12) - 1
        value = -25000 + sum(50000 / 6 / (1 + rate) ** month for month in range(1, 7))
        self.assertAlmostEqual(data["npv"], value, delta=0.01)
        self.assertEqual(len(data["cashFlows"]), 7)
        self.assertEqual(data["cashFlows"][0]["amount"], -25000)
        later = self.ask("POST", "/hubs/action/planner/analyze", dict(body, investment=60000))["data"]
        self.assertEqual((later["paybackMonths"], later["verdict"]), (None, "loses_money"))
        for wrong in [
            {}, dict(body, investment=-1), dict(body, timeline="soon"), dict(body, expectedOutcome={}),
            dict(body, expectedOutcome={"revenue": "x"}), dict(body, timeline="0 months"), dict(body, investment=1e30),
        ]:
            error = self.ask("POST", "/hubs/action/planner/analyze", wrong, status=400)["error"]
            self.assertEqual(error["code"], "VALIDATION_ERROR")
        history = self.ask("GET", "/hubs/action/history?type=initiative")
        self.assertEqual(
            [entry["details"]["investment"] for entry in history["data"] if "investment" in entry["details"]], [60000, 25000]
        )

    def test_what_conversations_simulate_is_listed_for_those_who_may_read_them(self):
        query = {"query": "Is it worth investing $30K to earn $90K over 9 months?"}
        owner = self.daemon.token("executive", user="u7")
        asked = self.ask("POST", "/ai/query", query, owner)["data"]
        self.assertIn("200%", asked["answer"])
        for token, isListed in [(owner, True), (self.admin, True), (self.daemon.token("executive", user="u8"), False)]:
            found = self.ask("GET", "/hubs/action/history?type=initiative", token=token)["data"]
            listed = [entry["details"].get("conversationId") for entry in found]
            self.assertEqual(asked["conversationId"] in listed, isListed)

    def test_recurring_revenue_is_told(self):
        self.daemon.load(
            "subscriptions",
            [
                ["s1", "Acme", "Pro", "2023-01-01", "", "1000", "new", ""],
                ["s2", "Beta", "Basic", "2023-01-01", "2023-11-20", "500", "churn", "Competitor"],
            ],
            "id,customer,plan,start_date,end_date,mrr,change_type,reason",
        )
        data = self.ask("POST", "/ai/query", {"query": "How much ARR did we lose in Q4 2023?"})["data"]
        self.assertIn("$6,000", data["answer"])
        self.assertIn("Competitor", data["answer"])
        self.assertEqual(data["citations"][0]["source"], "subscription")

    def test_what_was_done_is_listed(self):
        made = self.ask(
            "POST", "/webhooks", {"url": "https://hooks.invalid/x", "events": ["automation.completed"], "secret": "s"},
            status=201,
        )["data"]
        self.assertEqual((made["secret"], made["isActive"]), ("s", True))
        reply = self.ask("GET", "/hubs/action/history?type=webhook")
        self.assertEqual(reply["data"][0]["details"]["webhookId"], made["id"])
        self.assertNotIn("origin", reply["data"][0]["details"])
        self.assertEqual(
            self.ask("GET", "/hubs/action/history?type=webhook&fields=id,action&sort=action&order=asc")["data"][0].keys(),
            {"id", "action"},
        )
        self.assertEqual(reply["meta"]["total"], len(reply["data"]))
        self.assertEqual(self.ask("GET", "/hubs/action/history?endDate=2000-01-01")["data"], [])
        self.ask("GET", "/hubs/action/history?type=nothing", status=400)


if __name__ == "__main__":
    unittest.main()
