"""Rules of lists that every profile keeps: pages, orders, filters and fields; and what single things are shown with."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_golden import world  # noqa: E402


class Lists(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = world()
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.token = cls.daemon.token()
        cls.scenarios = [cls.make(name) for name in ("Fares up", "Fuel down")]

    @classmethod
    def make(cls, name):
        status, reply, _ = cls.daemon.request("POST", "/api/v1/scenarios", {
            "name": name, "type": "what_if",
            "time_horizon": {"start_date": "2025-07-01", "end_date": "2025-12-31", "granularity": "monthly"},
            "assumptions": [{"name": "Fares", "type": "percentage", "value": 5, "applies_to": ["Tickets"]}],
        }, cls.token)
        assert status == 201, reply
        return reply["data"]["id"]

    def get(self, path, status=200):
        got, reply, _ = self.daemon.request("GET", path, token=self.token)
        self.assertEqual(got, status, reply)
        return reply

    def test_metrics(self):
        whole = self.get("/api/v1/data/metrics")["data"]
        page = self.get("/api/v1/data/metrics?limit=2&page=2&fields=id,name")
        self.assertEqual([item["id"] for item in page["data"]], [item["id"] for item in whole[2:4]])
        self.assertEqual({key for item in page["data"] for key in item}, {"id", "name"})
        self.assertEqual(page["pagination"]["total_items"], len(whole))
        names = [item["name"].lower() for item in self.get("/api/v1/data/metrics?sort=name&order=desc")["data"]]
        self.assertEqual(names, sorted(names, reverse=True))
        for wrong in ("limit=101", "fields=colour", "colour=red"):
            self.get("/api/v1/data/metrics?" + wrong, 400)

    def test_scenarios(self):
        def found(query):
            return [item["id"] for item in self.get("/api/v1/scenarios?" + query)["data"]]
        self.assertEqual(found("name_contains=FARES"), self.scenarios[:1])
        self.assertEqual(found("name=fuel%20down"), self.scenarios[1:])
        self.assertEqual(found("status_in=approved,active"), [])
        self.assertEqual(len(found("created_at_gte=2020-01-01&type_ne=budget")), 2)
        self.get("/api/v1/scenarios?name_starts=F", 400)
        trail = self.get(f"/api/v1/scenarios/{self.scenarios[0]}")["data"]["audit_trail"]
        self.assertEqual((trail[-1]["action"], trail[-1]["details"]), ("Created scenario", "Fares up"))
        self.assertEqual(set(trail[-1]), {"timestamp", "user", "action", "details"})
        reply = self.get(f"/api/v1/scenarios/compare?scenario_ids={self.scenarios[0]}&metrics=joy", 400)
        self.assertEqual(reply["error"]["code"], "INVALID_PARAMETER")
        self.assertEqual(reply["error"]["details"][0]["field"], "metrics")

    def test_the_filters_of_the_factory(self):
        def found(path):
            return [item["id"] for item in self.get("/cnc/v1/" + path)["data"]]
        self.assertEqual(len(found("customers?status=active")), 2)
        self.assertEqual(found("customers?status=inactive"), [])
        self.get("/cnc/v1/customers?status=asleep", 400)
        self.assertEqual(found("materials?status=low_stock"), ["MAT-2"])
        self.assertEqual(found("materials?status=in_stock&category=raw%20material"), ["MAT-1"])
        self.assertEqual(found("materials?category=tools"), [])
        self.assertEqual(found("quotations?status=sent"), ["d1"])
        self.assertEqual(found("quotations?status=draft"), ["d3"])
        self.assertEqual(len(found("emails?search=order&search_fields=subject")), 1)
        self.assertEqual(found("emails?search=order&search_fields=from"), [])
        self.get("/cnc/v1/emails?search=order&search_fields=colour", 400)

    def test_events_that_are_never_fired_may_be_registered(self):
        body = {"url": "https://hooks.invalid/x", "events": ["dashboard.kpi_updated", "data.sync_completed"]}
        self.assertEqual(self.daemon.request("POST", "/api/v1/integrations/webhooks", body, self.token)[0], 201)

    def test_an_opinion_lies_where_its_answer_says(self):
        status, answer, _ = self.daemon.request("POST", "/aems/api/v1/ai/chat", {"query": "How is the pipeline?"}, self.token)
        self.assertEqual(status, 200)
        status, _, headers = self.daemon.request("POST", "/aems/api/v1/ai/feedback", {
            "message_id": answer["message_id"], "session_id": answer["session_id"], "rating": "thumbs_up", "comment": "Good",
        }, self.token)
        self.assertEqual(status, 201)
        given = self.get(headers["Location"])
        self.assertEqual((given["rating"], given["comment"], given["message_id"]), ("thumbs_up", "Good", answer["message_id"]))
        status, reply, _ = self.daemon.request("GET", headers["Location"], token=self.daemon.token(user="u2"))
        self.assertEqual((status, reply["error_code"]), (404, "FEEDBACK_NOT_FOUND"))

    def test_what_was_done_is_told_without_where_from(self):
        self.daemon.request("POST", f"/api/v1/scenarios/{self.scenarios[0]}/simulate", {"iterations": 10}, self.token)
        item = self.get("/api/hubs/action/history?type=simulation")["data"][0]
        self.assertEqual(item["details"]["scenarioId"], self.scenarios[0])
        self.assertFalse([name for name in item["details"] if "_" in name or name == "origin"])
        items = self.get("/api/hubs/action/history?sort=timestamp&order=asc&fields=timestamp")["data"]
        self.assertEqual(items, sorted(items, key=lambda item: item["timestamp"]))
        self.get("/api/hubs/action/history?fields=colour", 400)


if __name__ == "__main__":
    unittest.main()
