"""The executive assistant's API: both revisions of its document, and figures that are added up again here."""
import http.client
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon  # noqa: E402

BASE = "/aems/api/v1"
LEDGER = "date,account_code,account_name,section,amount,region,department"
BUDGET = "month,account_code,account_name,section,amount,region,lob,department"
DEALS = "id,name,account,owner,owner_email,amount,stage,probability,close_date,created_date,last_activity_date,next_step,region"
ROWS = [
    ("2025-05-10", "4100", "Tickets", "revenue", "800.00", "Alba", ""),
    ("2025-06-02", "4100", "Tickets", "revenue", "600.00", "Alba", ""),
    ("2025-06-05", "4100", "Tickets", "revenue", "300.00", "Borgo", ""),
    ("2025-06-06", "4100", "Tickets", "revenue", "100.00", "Cinta", ""),
    ("2025-05-11", "6100", "Adverts", "opex", "100.00", "", "Marketing"),
    ("2025-06-11", "6100", "Adverts", "opex", "150.00", "", "Marketing"),
    ("2025-05-12", "6200", "Crew", "opex", "400.00", "", "Fleet"),
    ("2025-06-12", "6200", "Crew", "opex", "390.00", "", "Fleet"),
    ("2025-06-30", "7100", "Interest", "other", "10.00", "", ""),
]
PLAN = [
    ("2025-06", "6100", "Adverts", "opex", "100.00", "", "", "Marketing"),
    ("2025-06", "6200", "Crew", "opex", "400.00", "", "", "Fleet"),
    ("2025-06", "4100", "Tickets", "revenue", "1200.00", "", "", ""),
]
SALES = [
    ("d1", "One", "A", "Ann", "ann@x.test", "500.00", "Closed Won", "1", "2025-06-03", "2025-05-01", "2025-06-03", "", "Alba"),
    ("d2", "Two", "B", "Ann", "ann@x.test", "300.00", "Closed Won", "1", "2025-06-04", "2025-06-01", "2025-06-04", "", "Borgo"),
    ("d3", "Three", "C", "Bob", "bob@x.test", "250.00", "Closed Lost", "0", "2025-06-09", "2025-06-02", "2025-06-09", "", "Alba"),
    ("d4", "Four", "D", "Bob", "bob@x.test", "900.00", "Proposal", "0.5", "2025-08-01", "2025-06-20", "2025-06-29", "", "Alba"),
    ("d5", "Five", "E", "Bob", "bob@x.test", "70.00", "Closed Lost", "0", "2025-05-09", "2025-04-02", "2025-05-09", "", "Alba"),
]


class AEMS(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2025-06-30"}})
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.load("ledger", ROWS, LEDGER)
        cls.daemon.load("budget", PLAN, BUDGET)
        cls.daemon.load("deals", SALES, DEALS)
        cls.daemon.command("user", "add", "--email", "chief@x.test", "--role", "executive", "--tenant", TENANT,
                           text="a long password\n")
        cls.daemon.start()
        cls.token = cls.daemon.token("executive")

    def get(self, path, token=None):
        return self.daemon.request("GET", BASE + path, token=token or self.token)

    def post(self, path, body, token=None, **headers):
        return self.daemon.request("POST", BASE + path, body, token or self.token, headers)

    def chat(self, query, session=None, **more):
        status, body, _ = self.post("/ai/chat", {"query": query, **({"session_id": session} if session else {}), **more})
        self.assertEqual(status, 200, body)
        return body

    def stream(self, method, path, body=None, token=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
        headers["Authorization"] = f"Bearer {token or self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, BASE + path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        raw = response.read().decode()
        connection.close()
        self.assertEqual(response.status, 200, raw)
        events, identifier = [], None
        for line in raw.split("\n"):
            self.assertFalse(line.startswith("event:"), "data-only")
            if line.startswith("id: "):
                identifier = line[4:]
            elif line.startswith("data: "):
                events.append((identifier, json.loads(line[6:])))
        return events

    # Logging in

    def test_login_verify_logout(self):
        credentials = {"email": "chief@x.test", "password": "a long password"}
        status, body, headers = self.daemon.request("POST", BASE + "/auth/login", credentials)
        self.assertEqual((status, body["token_type"]), (200, "bearer"))
        self.assertIn("agentd_session=", headers["Set-Cookie"])
        token = body["access_token"]
        status, body, _ = self.get("/auth/verify", token)
        self.assertEqual((status, body["token_valid"], body["user"]["role"]), (200, True, "executive"))
        self.assertEqual((body["user"]["email"], body["user"]["mfa_enabled"]), ("chief@x.test", False))
        self.assertRegex(body["expires_at"], r"^\d{4}-\d\d-\d\dT")
        status, body, _ = self.post("/auth/logout", None, token)
        self.assertEqual((status, body), (200, {"message": "Successfully logged out"}))
        status, body, _ = self.get("/auth/verify", token)
        self.assertEqual((status, body["error_code"]), (401, "INVALID_TOKEN"))
        for email in ("chief@x.test", "nobody@x.test"):
            wrong = {"email": email, "password": "wrong"}
            status, body, _ = self.daemon.request("POST", BASE + "/auth/login", wrong)
            self.assertEqual((status, body["error_code"]), (401, "INVALID_CREDENTIALS"))
        self.assertEqual(self.daemon.request("GET", BASE + "/auth/verify")[1]["error_code"], "UNAUTHORIZED")
        expired = self.daemon.token("executive", ttl=-120)
        self.assertEqual(self.get("/auth/verify", expired)[1]["error_code"], "TOKEN_EXPIRED")

    # Asking

    def test_the_older_and_the_newer_body_get_one_answer(self):
        older = self.chat("What was our revenue in June 2025 by region?", "older")
        self.assertEqual((older["session_id"], older["response_type"]), ("older", "composite"))
        self.assertIn("1,000", older["text_response"])
        chart = older["chart_data"]
        self.assertEqual((chart["type"], chart["config"]["x_axis"], chart["config"]["y_axis"]), ("bar", "region", "sales"))
        self.assertEqual(
            chart["data"],
            [
                {"region": "Alba", "sales": 600, "percentage": 60}, {"region": "Borgo", "sales": 300, "percentage": 30},
                {"region": "Cinta", "sales": 100, "percentage": 10},
            ],
        )
        self.assertEqual(older["insights"], ["Alba has the largest share of sales: 60%."])
        self.assertEqual(older["data_sources"], ["finance_service", "sales_service"])
        self.assertEqual(older["confidence_score"], 1)
        self.assertTrue(older["citations"])
        newer = self.chat(
            "What was our revenue in June 2025 by region?", "newer", context_reset=False,
            visualization_preference="auto", response_format="comprehensive",
        )
        for name in ("text_response", "chart_data", "insights", "follow_up_suggestions", "response_type"):
            self.assertEqual(older[name], newer[name])
        plain = self.chat("What was our revenue in June 2025 by region?", visualization_preference="none")
        self.assertEqual((plain["chart_data"], plain["response_type"]), (None, "text"))
        self.assertTrue(plain["session_id"])

    def test_a_session_keeps_its_context_until_it_is_reset(self):
        self.chat("What was our revenue in June 2025?", "talk")
        self.assertIn("800", self.chat("And in May?", "talk")["text_response"])
        status, body, _ = self.post("/ai/context/reset", {"session_id": "talk"})
        self.assertEqual((status, body["message"]), (200, "Context reset successfully"))
        self.assertTrue(body["previous_context_archived"])
        self.assertNotIn("800", self.chat("And in May?", "talk")["text_response"])
        self.assertEqual(self.get("/ai/history?session_id=talk")[1]["total_messages"], 6)
        self.chat("What was our revenue in June 2025?", "talk")
        fresh = self.chat("And in May?", "talk", context_reset=True)
        self.assertFalse(fresh["context_maintained"])
        self.assertNotIn("800", fresh["text_response"])
        status, body, _ = self.post("/ai/context/reset", {"session_id": "talk", "preserve_history": False})
        self.assertFalse(body["previous_context_archived"])
        self.assertEqual(self.get("/ai/history?session_id=talk")[1]["total_messages"], 0)
        status, body, _ = self.post("/ai/context/reset", {"session_id": "nothing"})
        self.assertEqual((status, body["error_code"]), (404, "SESSION_NOT_FOUND"))

    def test_a_name_belongs_to_its_user(self):
        self.chat("What was our revenue in June 2025?", "shared")
        other = self.daemon.token("executive", "u2")
        status, body, _ = self.get("/ai/history?session_id=shared", other)
        self.assertEqual((status, body["error_code"]), (404, "SESSION_NOT_FOUND"))
        status, body, _ = self.post("/ai/chat", {"query": "And in May?", "session_id": "shared"}, other)
        self.assertEqual(status, 200)
        self.assertNotIn("800", body["text_response"])

    def test_history_pages_and_spans(self):
        for month in ("May", "June"):
            self.chat(f"What was our revenue in {month} 2025?", "past")
        status, body, _ = self.get("/ai/history?session_id=past&limit=3")
        self.assertEqual((status, body["session_id"], body["total_messages"]), (200, "past", 4))
        self.assertEqual([item["type"] for item in body["messages"]], ["user", "ai", "user"])
        self.assertEqual(body["pagination"], {
            "current_page": 1, "total_pages": 2, "has_next": True, "has_previous": False,
        })
        rest = self.get("/ai/history?session_id=past&limit=3&offset=3")[1]
        self.assertEqual([item["type"] for item in rest["messages"]], ["ai"])
        self.assertEqual(self.get("/ai/history?session_id=past&date_to=2020-01-01")[1]["total_messages"], 0)
        moment = body["messages"][2]["timestamp"]
        later = self.get(f"/ai/history?session_id=past&date_from={moment}")[1]
        self.assertEqual(later["total_messages"], 2)
        for query in ("limit=101", "limit=0", "offset=-1", "date_from=soon", "colour=red", "date_from=2025-02-01&date_to=2025-01-01"):
            status, body, _ = self.get("/ai/history?" + query)
            self.assertEqual((status, body["error_code"]), (400, "INVALID_PARAMETER"), query)
        viewer = self.daemon.token("viewer", "v1")
        self.assertEqual(self.get("/ai/history", viewer)[1]["error_code"], "HISTORY_ACCESS_DENIED")

    def test_a_stream_and_its_rest(self):
        body = {"query": "What was our revenue in June 2025 by region?", "session_id": "stream", "stream_type": "incremental"}
        events = self.stream("POST", "/ai/stream", body)
        types = [data["type"] for _, data in events]
        self.assertEqual((types[0], types[-1], types.count("complete")), ("start", "complete", 1))
        self.assertEqual(types[types.index("chart_start") + 1], "chart_data")
        self.assertTrue({"token", "tool", "citation", "suggestions"} <= set(types))
        self.assertTrue(all(identifier for identifier, _ in events))
        text = "".join(data["content"] for _, data in events if data["type"] == "token")
        whole = self.chat(body["query"], "whole")
        self.assertEqual(text, whole["text_response"])
        rows = next(data["data"] for _, data in events if data["type"] == "chart_data")
        self.assertEqual(rows, whole["chart_data"]["data"])
        last = events[-1][1]
        self.assertEqual((last["status"], last["total_tokens"] > 0), ("completed", True))
        message = events[0][1]["message_id"]
        self.assertEqual(last["message_id"], message)
        for cut in range(len(events)):
            if cut + 1 < len(events) and events[cut][0] == events[cut + 1][0]:
                continue
            seen = events[cut][0]
            rest = events[cut + 1:]
            if types[cut] == "chart_start":
                rest = events[cut:]
            self.assertEqual(self.stream("GET", f"/ai/stream/{message}", **{"Last-Event-ID": seen}), rest)
            self.assertEqual(self.stream("POST", "/ai/stream", body, **{"Last-Event-ID": seen}), rest)
        self.assertEqual(self.stream("GET", f"/ai/stream/{message}"), events)
        self.assertEqual(self.stream("GET", f"/ai/stream/{message}?after=nonsense"), events)
        status, reply, _ = self.get("/ai/stream/msg_nothing")
        self.assertEqual((status, reply["error_code"]), (404, "MESSAGE_NOT_FOUND"))
        status, foreign, _ = self.get(f"/ai/stream/{message}", self.daemon.token("executive", "u9"))
        self.assertEqual((status, foreign["detail"]), (404, reply["detail"]))

    def test_errors_of_asking(self):
        cases = [
            ({"query": "", "session_id": "e"}, 400, "INVALID_QUERY"), ({"query": "  "}, 400, "INVALID_QUERY"),
            ({"session_id": "e"}, 400, "INVALID_QUERY"), ({"query": 5}, 400, "INVALID_QUERY"),
            ({"query": "x", "session_id": 7}, 422, "VALIDATION_ERROR"), ({"query": "x", "more": 1}, 422, "VALIDATION_ERROR"),
            ("{", 400, "INVALID_JSON"),
        ]
        for path in ("/ai/chat", "/ai/stream"):
            for body, status, code in cases:
                got, reply, _ = self.post(path, body)
                self.assertEqual((got, reply["error_code"]), (status, code), (path, body, reply))
                self.assertTrue(reply["detail"] and reply["request_id"])
            status, reply, _ = self.post(path, {"query": "x"}, self.daemon.token("viewer", "v1"))
            self.assertEqual((status, reply["error_code"]), (403, "AI_ACCESS_DENIED"))
        status, reply, _ = self.post("/ai/chat", "query=x", **{"Content-Type": "text/plain"})
        self.assertEqual((status, reply["error_code"]), (415, "UNSUPPORTED_MEDIA_TYPE"))

    def test_a_key_is_answered_once(self):
        first = self.post("/ai/chat", {"query": "What was our revenue in June 2025?"}, **{"Idempotency-Key": "a"})[1]
        again = self.post("/ai/chat", {"query": "What was our revenue in June 2025?"}, **{"Idempotency-Key": "a"})[1]
        self.assertEqual((first["message_id"], first["session_id"]), (again["message_id"], again["session_id"]))
        status, body, _ = self.post("/ai/chat", {"query": "Another?"}, **{"Idempotency-Key": "a"})
        self.assertEqual((status, body["error_code"]), (422, "IDEMPOTENCY_KEY_REUSED"))

    # What users think, and how it is used

    def test_feedback_and_analytics_add_up(self):
        tenant = "ten_counted"
        ledger = os.path.join(self.daemon.folder, "ledger.csv")
        self.daemon.command("import", "ledger", ledger, "--tenant", tenant)
        users = [self.daemon.token("executive", user, tenant) for user in ("p1", "p2")]
        admin = self.daemon.token("admin", "boss", tenant)
        auditor = self.daemon.token("auditor", "aud", tenant)
        messages = []
        for index, token in enumerate([users[0], users[0], users[1]]):
            query = "How is the pipeline?" if index == 2 else "What was our revenue in June 2025?"
            messages.append((token, self.post("/ai/chat", {"query": query, "session_id": "s"}, token)[1]["message_id"]))
        for (token, message), rating in zip(messages, ("thumbs_down", "thumbs_up", "neutral")):
            status, body, _ = self.post("/ai/feedback", {
                "message_id": message, "session_id": "s", "rating": rating, "feedback_type": "accuracy",
                "comment": "so so", "specific_issues": [],
            }, token)
            self.assertEqual((status, body["message"]), (201, "Feedback recorded successfully"), body)
            self.assertTrue(body["feedback_id"].startswith("fb_"))
        self.post("/ai/feedback", {"message_id": messages[0][1], "rating": "thumbs_up"}, messages[0][0])
        for token in (admin, auditor):
            status, body, _ = self.get("/ai/analytics", token)
            self.assertEqual(status, 200)
            self.assertEqual((body["total_queries"], body["unique_users"]), (3, 2))
            self.assertEqual(sum(item["count"] for item in body["top_categories"]), 3)
            self.assertAlmostEqual(sum(item["percentage"] for item in body["top_categories"]), 100, delta=0.2)
            self.assertEqual(body["user_satisfaction"]["ratings"], {"thumbs_up": 2, "thumbs_down": 0, "neutral": 1})
            self.assertEqual(body["user_satisfaction"]["total_feedback"], 3)
            self.assertEqual(body["user_satisfaction"]["average_rating"], 4.33)
            self.assertEqual(body["user_satisfaction"]["positive_percentage"], 66.7)
            self.assertEqual(body["error_rates"]["total_errors"], 0)
            self.assertIsInstance(body["average_response_time_ms"], int)
        self.assertEqual(self.get("/ai/analytics?user_id=p1", admin)[1]["total_queries"], 2)
        self.assertEqual(self.get("/ai/analytics?date_to=2020-01-01", admin)[1]["total_queries"], 0)
        self.assertEqual(self.get("/ai/analytics", users[0])[1]["error_code"], "ANALYTICS_ACCESS_DENIED")
        nowhere = self.daemon.token("admin", "boss", "ten_nowhere")
        status, body, _ = self.post("/ai/chat", {"query": "What was our revenue in June 2025?"}, nowhere)
        self.assertEqual((status, body["error_code"]), (404, "NOT_FOUND"))
        errors = self.get("/ai/analytics", nowhere)[1]["error_rates"]
        self.assertEqual((errors["total_errors"], errors["error_percentage"]), (1, 100))
        self.assertEqual(errors["common_errors"], [{"error_code": "NOT_FOUND", "count": 1}])
        cases = [
            ({"message_id": messages[0][1], "rating": "great"}, users[0], 400, "INVALID_RATING"),
            ({"message_id": messages[0][1]}, users[0], 400, "INVALID_RATING"),
            ({"rating": "neutral"}, users[0], 422, "VALIDATION_ERROR"),
            ({"message_id": "msg_none", "rating": "neutral"}, users[0], 404, "MESSAGE_NOT_FOUND"),
            ({"message_id": messages[0][1], "rating": "neutral"}, users[1], 404, "MESSAGE_NOT_FOUND"),
            ({"message_id": messages[0][1], "rating": "neutral"}, self.token, 404, "MESSAGE_NOT_FOUND"),
        ]
        for body, token, status, code in cases:
            got, reply, _ = self.post("/ai/feedback", body, token)
            self.assertEqual((got, reply["error_code"]), (status, code), reply)
        self.daemon.command("rebuild")
        again = self.get("/ai/analytics", admin)[1]
        self.assertEqual((again["total_queries"], again["user_satisfaction"]["total_feedback"]), (3, 3))

    def test_suggestions_follow_the_session_and_the_domain(self):
        self.chat("What was our revenue in June 2025 by region?", "hints")
        status, body, _ = self.get("/ai/suggestions?session_id=hints&limit=2")
        self.assertEqual((status, len(body["suggestions"]), body["context_based"]), (200, 2, True))
        self.assertEqual(body["suggestions"][0]["description"], "Follows from the last answer")
        body = self.get("/ai/suggestions?category=sales")[1]
        self.assertEqual({item["category"] for item in body["suggestions"]}, {"sales"})
        self.assertFalse(body["context_based"])
        scores = [item["relevance_score"] for item in self.get("/ai/suggestions?limit=20")[1]["suggestions"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(self.get("/ai/suggestions?limit=21")[0], 400)

    # Figures

    def test_sales_overview(self):
        status, body, _ = self.get("/sales/overview")
        self.assertEqual((status, body["period"], body["period_start"], body["period_end"]),
                         (200, "monthly", "2025-06-01", "2025-06-30"))
        self.assertEqual((body["total_revenue"], body["revenue_change_percentage"]), (1000, 25))
        self.assertEqual((body["new_deals"], body["deals_change_percentage"]), (3, 200))
        self.assertAlmostEqual(body["win_rate"], 2 / 3, places=5)
        self.assertEqual(body["win_rate_change_percentage"], 66.7)
        self.assertEqual((body["average_deal_size"], body["pipeline_value"]), (400, 900))
        self.assertEqual(body["top_performers"][0]["name"], "Ann")
        self.assertEqual((body["top_performers"][0]["revenue"], body["top_performers"][0]["deals_closed"]), (800, 2))
        shares = {item["region"]: (item["revenue"], item["percentage"]) for item in body["regional_breakdown"]}
        self.assertEqual(shares, {"Alba": (600, 60), "Borgo": (300, 30), "Cinta": (100, 10)})
        self.assertEqual(self.get("/sales/overview?region=alba")[1]["total_revenue"], 600)
        year = self.get("/sales/overview?period=yearly")[1]
        self.assertEqual((year["period_start"], year["total_revenue"]), ("2025-01-01", 1800))
        cases = [
            ("period=hourly", 400, "INVALID_PERIOD"), ("region=Atlantis", 404, "SALES_DATA_NOT_FOUND"),
            ("team_id=t1", 404, "SALES_DATA_NOT_FOUND"), ("colour=red", 400, "INVALID_PARAMETER"),
        ]
        for query, status, code in cases:
            got, reply, _ = self.get("/sales/overview?" + query)
            self.assertEqual((got, reply["error_code"]), (status, code), reply)
        for path in ("/sales/overview", "/sales/pipeline"):
            self.assertEqual(self.get(path, self.daemon.token("viewer", "v1"))[1]["error_code"], "SALES_ACCESS_DENIED")

    def test_sales_pipeline(self):
        body = self.get("/sales/pipeline")[1]
        self.assertEqual((body["total_pipeline_value"], body["weighted_pipeline"]), (900, 450))
        self.assertIn({"stage": "Proposal", "count": 1, "value": 900}, body["pipeline_stages"])

    def test_finance_overview(self):
        status, body, _ = self.get("/finance/overview")
        self.assertEqual((status, body["currency"]), (200, "USD"))
        kpis = body["kpis"]
        self.assertEqual(kpis["net_profit"]["value"], 450)
        self.assertEqual(kpis["ebitda"]["value"], 460)
        self.assertEqual(kpis["gross_margin"]["value"], 1)
        self.assertEqual(kpis["operating_margin"]["value"], 0.46)
        self.assertEqual((kpis["ebitda"]["target"], kpis["ebitda"]["status"]), (700, "below_target"))
        self.assertIsNone(body["cash_runway_months"])
        self.assertNotIn("projections", body)
        self.assertIn("projections", self.get("/finance/overview?include_projections=true")[1])
        self.assertEqual(self.get("/finance/overview?currency=usd")[0], 200)
        for query, code in (("currency=EUR", "INVALID_CURRENCY"), ("period=daily", "INVALID_PERIOD")):
            status, reply, _ = self.get("/finance/overview?" + query)
            self.assertEqual((status, reply["error_code"]), (400, code))
        for path in ("overview", "expenses", "budget"):
            status, reply, _ = self.get("/finance/" + path, self.daemon.token("support", "s1"))
            self.assertEqual((status, reply["error_code"]), (403, "FINANCE_ACCESS_DENIED"))
            status, reply, _ = self.get("/finance/" + path, self.daemon.token("admin", "a1", "ten_empty"))
            self.assertEqual((status, reply["error_code"]), (404, "FINANCE_DATA_NOT_FOUND"))

    def test_finance_expenses(self):
        body = self.get("/finance/expenses")[1]
        self.assertEqual((body["total_expenses"], body["expense_trends"]), (540, "increasing"))
        rows = {item["category"]: item for item in body["categories"]}
        self.assertEqual((rows["Fleet"]["amount"], rows["Fleet"]["percentage"], rows["Fleet"]["change"]), (390, 72.2, "-2.5%"))
        self.assertEqual((rows["Marketing"]["amount"], rows["Marketing"]["change"]), (150, "+50%"))
        body = self.get("/finance/expenses?category=marketing")[1]
        self.assertEqual([item["category"] for item in body["categories"]], ["Marketing"])
        self.assertEqual(self.get("/finance/expenses?category=rd")[1]["error_code"], "FINANCE_DATA_NOT_FOUND")
        self.assertEqual(self.get("/finance/expenses?category=fun")[1]["error_code"], "INVALID_CATEGORY")

    def test_finance_budget(self):
        body = self.get("/finance/budget")[1]
        self.assertEqual(body["overall_variance"], 8)
        rows = {item["department"]: item for item in body["departments"]}
        self.assertEqual(
            (rows["Marketing"]["budget"], rows["Marketing"]["actual"], rows["Marketing"]["variance"], rows["Marketing"]["status"]),
            (100, 150, 50, "over"),
        )
        self.assertEqual((rows["Fleet"]["variance"], rows["Fleet"]["status"]), (-2.5, "under"))
        self.assertEqual(body["quarterly_forecast"], 500)
        body = self.get("/finance/budget?department=fleet")[1]
        self.assertEqual((len(body["departments"]), body["overall_variance"]), (1, -2.5))
        self.assertEqual(self.get("/finance/budget?department=None")[1]["error_code"], "FINANCE_DATA_NOT_FOUND")


if __name__ == "__main__":
    unittest.main()
