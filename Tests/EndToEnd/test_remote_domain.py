"""A tenant whose data another service holds: one daemon serves the demonstration, a second one answers from it over HTTP."""
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon, until  # noqa: E402
from stand_ins import ObedientModel, Server  # noqa: E402
from test_remote_tools import call, content, holds, log_of, tools  # noqa: E402

SECRET = "a-secret-that-two-daemons-share-0123456789"
AETHER = "ten_aether"
QUESTIONS = [
    "What's driving the OPEX variance this month?",
    "What was our revenue last month?",
    "What was revenue in Q4 2025 compared with the year before?",
    "What is our gross margin this quarter?",
    "How did EBITDA in January 2026 compare to budget?",
    "Revenue by region in Q4 2025",
    "How much did we spend on Cloud Infrastructure in January 2026?",
    "Show the monthly trend of operating expenses over the last 12 months",
    "What were operating expenses by department in December 2025?",
    "Which vendor did we spend the most with last year?",
    "Show me the income statement for January 2026",
    "Are there any anomalies this month?",
    "What does our sales pipeline look like?",
    "Which deals are at risk?",
    "What are our five largest open deals?",
    "What is the win rate?",
    "Why did revenue change in December 2025?",
    "What was net income in 2025?",
    "What share of revenue came from each region in 2025?",
    "What was the budget for operating expenses in January 2026?",
    "What if we cut Contractor Costs by 15% in 2025?",
    "What if operating expenses had been 10% higher in Q4 2025?",
    "Forecast revenue for the next three months",
    "What will operating expenses be next quarter?",
]
# Companies in the middle of a month, whose periods still run.
ELSEWHERE = {
    "ten_aems": ["What were our total sales in Q2?"], "ten_smb": ["What was my revenue last month?"],
    "ten_cnc": ["Which customers bring the most revenue?"],
}
RUNNING = [
    "How is revenue this month?", "Revenue year to date compared with last year", "Are we over budget this quarter?",
    "What were costs last week?", "Why are operating expenses over budget this year?", "Net income by month this year",
    "What is our pipeline worth?", "Any anomalies this quarter?", "What did we sell between January 5 and January 20?",
    "What is our average monthly revenue this year?",
]
OFFERED = [
    "anomalies", "deal_search", "forecast_metric", "income_statement", "metrics_query", "pipeline_overview",
    "variance_drivers", "what_if",
]


def remote(address, **more):
    return {"mode": "http", "base_url": address, **more}


def figures(text):
    """The numbers of an answer, as they are written; not those of the questions that it offers."""
    text = text.split("You can ask")[0]
    return re.findall(r"[-+−]?[$€]?\d[\d,.]*[KM%]?", text)


class SameFigures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ["SHARED_SECRET"] = SECRET
        auth = {"secret": {"env": "SHARED_SECRET"}}
        cls.first = Daemon(auth=auth)
        cls.addClassCleanup(cls.first.__exit__)
        cls.first.start("--demo")
        # The address of the first one is named outright, so the guard need not be lifted.
        cls.second = Daemon(
            auth=auth,
            tenants={
                tenant: {"domain": remote(f"http://127.0.0.1:{cls.first.port}")} for tenant in [AETHER, *ELSEWHERE]
            },
        )
        cls.addClassCleanup(cls.second.__exit__)
        cls.second.start()
        cls.token = cls.first.token("finance_director", "d1", AETHER)

    def ask(self, daemon, question, token=None):
        token = token or self.token
        return daemon.ask(token, daemon.conversation(token), question)

    def test_1_the_same_questions_have_the_same_answers(self):
        for question in QUESTIONS:
            with self.subTest(question):
                here, there = self.ask(self.first, question), self.ask(self.second, question)
                self.assertEqual(there["status"], "completed")
                self.assertEqual(there["ungrounded"], [])
                self.assertEqual(there["content"], here["content"])
                self.assertTrue(figures(there["content"]), there["content"])
                self.assertEqual(there["charts"], here["charts"])
                self.assertEqual([c["name"] for c in there["tool_calls"]], [c["name"] for c in here["tool_calls"]])

                def cited(answer):
                    keep = ("source", "account", "accounts", "period", "query", "rows", "text")
                    return [{name: c.get(name) for name in keep} for c in answer["citations"]]

                self.assertEqual(cited(there), cited(here))

    def test_1_running_periods_of_other_companies(self):
        for tenant, own in ELSEWHERE.items():
            token = self.first.token("finance_director", "d1", tenant)
            for question in own + RUNNING:
                with self.subTest(question, tenant=tenant):
                    here, there = self.ask(self.first, question, token), self.ask(self.second, question, token)
                    self.assertEqual(there["content"], here["content"])
                    self.assertEqual(there["ungrounded"], [])

    def test_2_the_flagship_question(self):
        answer = self.ask(self.second, QUESTIONS[0])
        for words in ("$200K", "6.7%", "Cloud Infrastructure", "+$79K", "Contractor Costs", "+$65K", "Software Licenses", "+$56K"):
            self.assertIn(words, answer["content"])
        sources = {citation["source"] for citation in answer["citations"]}
        self.assertEqual(sources, {"ledger", "anomaly"})
        ledger = [c for c in answer["citations"] if c["source"] == "ledger"][0]
        self.assertIn(f"GET http://127.0.0.1:{self.first.port}/api/v1/metrics?", ledger["request"])

    def test_3_only_what_the_service_gives_is_offered(self):
        self.assertEqual(sorted(tools(self.second, self.token)), OFFERED)
        result = self.ask(self.second, "How long does our cash last?")
        self.assertEqual(result["status"], "completed")
        self.assertFalse(figures(result["content"]), result["content"])

    def test_4_a_follow_up(self):
        conversation = self.second.conversation(self.token)
        self.second.ask(self.token, conversation, "What was revenue in Q3 2025?")
        there = self.second.ask(self.token, conversation, "And in Q4?")
        conversation = self.first.conversation(self.token)
        self.first.ask(self.token, conversation, "What was revenue in Q3 2025?")
        here = self.first.ask(self.token, conversation, "And in Q4?")
        self.assertEqual(there["content"], here["content"])

    def test_5_what_is_not_there_is_said(self):
        for question in ("What was revenue in 1999?", "What was revenue in Atlantis in 2025?"):
            with self.subTest(question):
                here, there = self.ask(self.first, question), self.ask(self.second, question)
                self.assertEqual(there["content"], here["content"])

    def test_6_each_user_sees_what_the_service_lets_him_see(self):
        viewer = self.first.token("viewer", "v1", AETHER)
        support = self.first.token("support", "s1", AETHER)
        self.assertNotIn("deal_search", tools(self.second, support))
        self.assertIn("metrics_query", tools(self.second, viewer))
        result = call(self.second, viewer, "metrics_query", metric="revenue", period="2025-12")
        self.assertFalse(result["isError"], result)

    def test_7_the_command_line_asks_too(self):
        done = self.second.command("ask", "--tenant", AETHER, "--json", QUESTIONS[0])
        self.assertIn("$200K", json.loads(done.stdout)["content"])

    def test_8_an_api_key_is_no_user(self):
        key = self.second.command(
            "key", "add", "--tenant", AETHER, "--name", "k", "--scope", "metrics:read", "--scope", "ai:chat"
        ).stdout.split()[-1]
        result = call(self.second, key, "metrics_query", metric="revenue", period="2025-12")
        self.assertTrue(result["isError"])
        self.assertIn("no sign-in of a user", content(result)["message"])

    def test_9_down_and_up_again(self):
        port = self.first.port
        self.ask(self.second, QUESTIONS[1])
        self.first.stop()
        answer = self.ask(self.second, QUESTIONS[1])
        self.assertEqual(answer["status"], "completed", answer)
        self.assertIn("cannot be reached", answer["content"])
        self.assertFalse(figures(answer["content"]), answer["content"])
        # A user who comes for the first time while it is away.
        other = self.first.token("executive", "e9", AETHER)
        answer = self.ask(self.second, QUESTIONS[0], other)
        self.assertIn("cannot be reached", answer["content"])
        self.first.start("--demo", port=port)
        for question in QUESTIONS[:2]:
            here, there = self.ask(self.first, question), self.ask(self.second, question)
            self.assertEqual(there["content"], here["content"])
        self.assertTrue(figures(self.ask(self.second, QUESTIONS[0], other)["content"]))

    def test_no_token_is_kept_anywhere(self):
        self.ask(self.second, QUESTIONS[1])
        self.assertNotIn(self.token, log_of(self.second))
        self.assertIsNone(holds(self.second.data, self.token))

    def test_the_doctor_knows_whether_it_answers(self):
        said = self.second.command("doctor", check=False).stdout
        self.assertRegex(said, f"data of {AETHER}.*asks who is there")
        status, reply, _ = self.second.request("GET", "/api/v1/ai/suggestions?context=dashboard", token=self.token)
        self.assertEqual((status, reply["data"]["suggestions"]), (200, []))
        status, _, _ = self.second.request("GET", "/api/v1/sales/deals", token=self.token)
        self.assertEqual(status, 404)

    def test_the_data_is_not_brought_in_here(self):
        path = os.path.join(self.second.folder, "ledger.csv")
        with open(path, "w") as file:
            file.write("date,account_code,account_name,section,amount\n2025-01-01,1,A,revenue,1\n")
        done = self.second.command("import", "ledger", path, "--tenant", AETHER, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("another service", done.stderr + done.stdout)


class Moody(Server):
    """A service that answers as the seed of the API writes it, or otherwise when it is told to."""

    mood = None

    def handle(self, request, body):
        if self.mood == "html":
            return request.reply(200, b"<html>Sign in</html>", "text/html")
        if self.mood == "elsewhere":
            return request.reply(302, b"", Location="http://127.0.0.1:1/")
        if isinstance(self.mood, int):
            return request.reply(self.mood, {"success": False, "error": {"code": "X", "message": "Not 17 today."}})
        path = request.path.split("?")[0]
        if path.endswith("/metrics"):
            metric = {
                "id": "revenue", "name": "Revenue", "unit": "currency", "currency": "USD", "time_series": [],
                "summary": {
                    "total_actual": 12500000.25, "total_budget": 12000000, "total_variance": 500000.25,
                    "variance_percent": 4.1667,
                },
            }
            return request.reply(200, {"success": True, "data": {"metrics": [metric]}})
        if path.endswith("/data/metrics"):
            return request.reply(200, {"success": True, "data": []})
        return request.reply(404, {"success": False, "error": {"code": "NOT_FOUND", "message": "No."}})


class Moods(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = Moody().__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.daemon = Daemon(
            tools={"allow_private": True},
            tenants={TENANT: {"as_of": "2026-01-31", "domain": remote(cls.service.address + "/v7", timeout_seconds=2)}},
        )
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.start()
        cls.token = cls.daemon.token("executive", "e1")

    def ask(self, question="What was revenue in December 2025?"):
        return self.daemon.ask(self.token, self.daemon.conversation(self.token), question)

    def test_an_answer_as_the_seed_writes_it(self):
        self.service.mood = None
        answer = self.ask("How did revenue in January 2026 compare to budget?")
        self.assertIn("$12,500,000.25", answer["content"])
        self.assertIn("4.2%", answer["content"])
        self.assertEqual(answer["ungrounded"], [])
        asked = [entry for entry in self.service.seen if entry[1].startswith("/v7/metrics?")][-1]
        self.assertEqual(asked[2]["authorization"], "Bearer " + self.token)
        self.assertIn("compare_to=budget", asked[1])

    def test_what_goes_wrong_is_told(self):
        cases = {
            401: "does not accept your sign-in", 403: "does not let you see", 404: "does not offer", 429: "asked too much",
            500: "failed", 503: "failed", "html": "no data", "elsewhere": "moved elsewhere",
        }
        for mood, words in cases.items():
            with self.subTest(mood=mood):
                self.service.mood = mood
                answer = self.ask()
                self.assertEqual(answer["status"], "completed", answer)
                self.assertIn(words, answer["content"])
                self.assertFalse(figures(answer["content"].replace("2025", "").replace("2026", "")), answer["content"])
        self.service.mood = None


class UsersOwnTokens(unittest.TestCase):
    """An OpenAPI service that is asked in the user's own name."""

    DOCUMENT = {
        "openapi": "3.1.0", "info": {"title": "Who", "version": "1"},
        "paths": {"/me": {"get": {"operationId": "me", "responses": {"200": {"description": "."}}}}},
    }

    class Who(Server):
        document = None

        def handle(self, request, body):
            if request.path == "/openapi.json":
                return request.reply(200, self.document)
            return request.reply(200, {"said": bool(request.headers.get("Authorization"))})

    def test_the_token_goes_to_the_named_server_alone(self):
        with self.Who() as service, self.Who() as other, ObedientModel() as model:
            service.document = self.DOCUMENT
            other.document = {**self.DOCUMENT, "servers": [{"url": service.address}]}
            forward = {"forward_user": True}
            sources = [
                {"name": "who", "openapi": service.address + "/openapi.json", "auth": forward, "allow": {"me": {}}},
                # Its document leads to a server that the configuration does not name.
                {"name": "led", "openapi": other.address + "/openapi.json", "auth": forward, "allow": {"me": {}}},
            ]
            with Daemon(
                tools={"allow_private": True}, tenants={TENANT: {"tool_sources": sources}},
                models=model.settings(), model="obedient",
            ) as daemon:
                daemon.load("ledger", [("2025-04-10", "4100", "Tickets", "revenue", "1310.25")], "date,account_code,account_name,section,amount")
                daemon.start()
                token = daemon.token("finance_analyst")
                self.assertTrue(until(lambda: "who_me" in tools(daemon, token), 30), log_of(daemon))
                self.assertNotIn("led_me", tools(daemon, token))
                answer = daemon.ask(token, daemon.conversation(token), "call who_me {}")
                self.assertEqual([c["status"] for c in answer["tool_calls"]], ["completed"], answer)
                sent = [entry for entry in service.seen if entry[1] == "/me"]
                self.assertEqual([entry[2].get("authorization") for entry in sent], ["Bearer " + token])
                self.assertNotIn("authorization", service.seen[0][2])
                # Another user's token is that user's.
                second = daemon.token("executive", "u2")
                self.assertFalse(call(daemon, second, "who_me")["isError"])
                self.assertEqual(service.seen[-1][2]["authorization"], "Bearer " + second)
                key = daemon.command("key", "add", "--tenant", TENANT, "--name", "k", "--scope", "ai:chat").stdout.split()[-1]
                result = call(daemon, key, "who_me")
                self.assertTrue(result["isError"])
                self.assertIn("no sign-in of a user", content(result)["message"])
                for text in (token, second):
                    self.assertNotIn(text, log_of(daemon))
                    self.assertIsNone(holds(daemon.data, text))
                self.assertTrue(all("authorization" not in entry[2] for entry in other.seen))


if __name__ == "__main__":
    unittest.main()
