"""What is wrong with a request is told whole: every bad field by its path, every refusal with its own status."""
import json
import os
import socket
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon  # noqa: E402
from test_golden import world  # noqa: E402


class Fields(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = world()
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.token = cls.daemon.token()
        status, reply, _ = cls.daemon.request("POST", "/api/v1/scenarios", {
            "name": "Fares", "type": "what_if",
            "time_horizon": {"start_date": "2025-07-01", "end_date": "2025-12-31", "granularity": "monthly"},
            "assumptions": [{"name": "Fares", "type": "percentage", "value": 5, "applies_to": ["Tickets"]}],
        }, cls.token)
        assert status == 201, reply
        cls.scenario = reply["data"]["id"]

    def fields(self, method, path, body, status=400):
        got, reply, _ = self.daemon.request(method, path, body, self.token)
        self.assertEqual(got, status, reply)
        details = reply["error"]["details"]
        return {detail["field"] for detail in (details if isinstance(details, list) else details["fields"])}

    def test_a_simulation(self):
        path = f"/api/v1/scenarios/{self.scenario}/simulate"
        self.assertEqual(self.fields("POST", path, {
            "iterations": 0, "seed": -1, "colour": 1, "target": {"metric": "joy", "value": 1},
            "variables": [{"name": "x", "distribution": "zipf"}, {"name": "growth", "distribution": "normal", "mean": 1}],
        }), {"iterations", "seed", "colour", "target", "variables[0].distribution", "variables[0].applies_to",
             "variables[1].std_dev"})
        self.assertEqual(self.daemon.request("POST", "/api/v1/scenarios/none/simulate", {"iterations": 0}, self.token)[0], 404)

    def test_a_scenario(self):
        self.assertEqual(self.fields("POST", "/api/v1/scenarios", {
            "name": "", "time_horizon": {"start_date": "2025-07-01", "end_date": "2035-12-31"}, "base_scenario_id": None,
            "assumptions": [{"name": "a", "value": "five"}, {"name": "b", "type": "percentage", "value": -200}],
        }), {"name", "time_horizon", "assumptions[0].value", "assumptions[1].value"})
        self.assertEqual(self.fields("POST", "/api/v1/scenarios", {
            "name": "x", "base_scenario_id": "scen_none",
            "assumptions": [{"name": "a", "type": "percentage", "value": -200, "applies_to": ["Tickets"]},
                            {"name": "b", "type": "percentage", "value": 5, "applies_to": ["Zeppelins"]},
                            {"name": "c", "type": "percentage", "value": 5, "applies_to": ["Balloons"]}],
        }), {"base_scenario_id", "assumptions[0].value", "assumptions[1].applies_to", "assumptions[2].applies_to"})

    def test_a_deal(self):
        body = {"stage": "Zzz", "close_date": "bad", "amount": 1e20}
        self.assertEqual(self.fields("PATCH", "/api/v1/sales/deals/d1", body), {"stage", "close_date", "amount"})
        self.assertEqual(self.daemon.request("PATCH", "/api/v1/sales/deals/none", body, self.token)[0], 404)

    def test_a_webhook(self):
        body = {"url": "ftp://x", "events": ["turn.failed", 5, "no.such"], "secret": "x" * 1000}
        for path, status in (("/api/v1/integrations/webhooks", 400), ("/api/webhooks", 400), ("/cnc/v1/webhooks", 422)):
            self.assertEqual(self.fields("POST", path, body, status), {"url", "events[1]", "events[2]", "secret"}, path)

    def test_a_quotation(self):
        self.assertEqual(self.fields("POST", "/cnc/v1/quotations/d1/calculate-pricing", {
            "line_items": [
                {"quantity": 0, "material_type": "kryptonite", "machining_complexity": "absurd"},
                {"quantity": 5, "machine": "catapult"},
            ],
            "desired_margin_percent": 100,
        }, 422), {"line_items[0].quantity", "line_items[0].material_type", "line_items[0].machining_complexity",
                  "line_items[1].machine", "desired_margin_percent"})

    def test_an_initiative(self):
        self.assertEqual(self.fields("POST", "/api/hubs/action/planner/analyze", {
            "investment": -1, "timeline": "soon", "discountRate": 99, "expectedOutcome": {"revenue": 5}, "name": "x",
        }), {"investment", "timeline", "discountRate"})


class Refusals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {}}).start()
        cls.addClassCleanup(cls.daemon.__exit__)

    def raw(self, data):
        with socket.create_connection(("127.0.0.1", self.daemon.port), timeout=10) as connection:
            connection.sendall(data)
            connection.settimeout(10)
            got = b""
            while b"\r\n\r\n" not in got or len(got.split(b"\r\n\r\n", 1)[1]) < int(
                    got.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]):
                more = connection.recv(65536)
                if not more:
                    break
                got += more
        head, body = got.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        return int(lines[0].split()[1]), json.loads(body), headers

    def test_a_problem_says_the_status_that_it_comes_with(self):
        cases = [
            (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505), (b"G(T / HTTP/1.1\r\n", 400), (b"\x16\x03\x01", 400),
            (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n", 414),
            (b"GET /nowhere HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70000 + b"\r\n\r\n", 431),
            (b"POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: pigeons\r\n\r\n", 501),
        ]
        for data, status in cases:
            got, body, headers = self.raw(data)
            self.assertEqual((got, body["status"]), (status, status), body)
            self.assertEqual(headers["content-type"], "application/problem+json")
            self.assertEqual(body["request_id"], headers["x-request-id"])

    def test_a_method_that_nobody_knows_is_405_with_those_that_are(self):
        for method in ("FROBNICATE", "PROPFIND", "get"):
            status, _, headers = self.raw(f"{method} /api/v1/auth/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            self.assertEqual((status, headers["allow"]), (405, "get, head, options"), method)
            self.assertEqual(self.raw(f"{method} /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())[0], 405)
            self.assertEqual(self.raw(f"{method} /nothing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())[0], 404)


if __name__ == "__main__":
    unittest.main()
