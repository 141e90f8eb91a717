"""Scenarios over HTTP and in answers, for a company that no one has seen."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Daemon  # noqa: E402
from test_end_to_end import HEADER, company  # noqa: E402


def call(daemon, method, path, token, body=None):
    status, reply, _ = daemon.request(method, path, body, token)
    return status, reply


class Scenarios(unittest.TestCase):
    def test_a_scenario_is_made_read_compared_and_simulated(self):
        rows, _ = company(51)
        with Daemon() as daemon:
            daemon.load("ledger", rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            body = {
                "name": "Cost Reduction", "type": "what_if",
                "assumptions": [
                    {"category": "Costs", "name": "Less diesel", "type": "absolute", "value": -100, "applies_to": ["Diesel"]}
                ],
            }
            status, made = call(daemon, "POST", "/api/v1/scenarios", token, body)
            self.assertEqual(status, 201, made)
            scenario = made["data"]
            self.assertAlmostEqual(scenario["summary"]["cost_impact"], -1200, delta=0.01)
            self.assertEqual(scenario["status"], "draft")
            path = "/api/v1/scenarios/" + scenario["id"]
            status, read = call(daemon, "GET", path, token)
            self.assertEqual(status, 200)
            monthly = read["data"]["projections"]["monthly"]
            self.assertEqual(len(monthly), 12)
            self.assertAlmostEqual(
                sum(month["costs"] for month in monthly), read["data"]["projections"]["summary"]["total_costs"], delta=0.1
            )
            status, listed = call(daemon, "GET", "/api/v1/scenarios?status=draft", token)
            self.assertEqual([item["id"] for item in listed["data"]], [scenario["id"]])
            status, compared = call(daemon, "GET", "/api/v1/scenarios/compare?scenario_ids=" + scenario["id"], token)
            self.assertEqual(status, 200, compared)
            self.assertIn(scenario["id"], compared["data"]["comparison"]["ebitda"])
            simulation = {
                "iterations": 2000,
                "variables": [
                    {"name": "Revenue Growth Rate", "distribution": "normal", "mean": 0.2, "std_dev": 0.05},
                    {"name": "Cost Inflation", "distribution": "uniform", "min": 0.02, "max": 0.05},
                ],
            }
            status, result = call(daemon, "POST", path + "/simulate", token, simulation)
            self.assertEqual(status, 200, result)
            revenue = result["data"]["results"]["revenue"]
            base = read["data"]["projections"]["summary"]["total_revenue"]
            self.assertAlmostEqual(revenue["mean"] / base, 1.2, delta=0.01)
            self.assertTrue(0 <= result["data"]["probability_of_meeting_target"] <= 1)
            for wrong in ({"iterations": -1}, {"iterations": 10**9}):
                status, refused = call(daemon, "POST", path + "/simulate", token, wrong)
                self.assertEqual(status, 400, refused)
            status, _ = call(daemon, "GET", "/api/v1/scenarios/scen_none", token)
            self.assertEqual(status, 404)
            viewer = daemon.token("viewer")
            self.assertEqual(call(daemon, "GET", "/api/v1/scenarios", viewer)[0], 403)

    def test_a_chance_is_told_with_its_range(self):
        rows, _ = company(52)
        with Daemon() as daemon:
            daemon.load("ledger", rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            low = daemon.ask(token, daemon.conversation(token), "How likely are we to reach 10,001 in revenue next quarter?")
            high = daemon.ask(token, daemon.conversation(token), "how likely are we to reach $900M of revenue next quarter?")
            likely, unlikely = (float(re.search(r"is ([\d.]+)%", answer["content"])[1]) for answer in (low, high))
            self.assertGreater(likely, 50)
            self.assertLess(unlikely, 1)
            for answer in (low, high):
                self.assertTrue(answer["citations"])
                self.assertEqual(answer["ungrounded"], [])


if __name__ == "__main__":
    unittest.main()
