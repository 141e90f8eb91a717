"""Webhooks: registered, signed, delivered in order, tried again, kept over a kill. Standard library only."""
import hashlib
import hmac
import http.server
import json
import os
import socket
import threading
import unittest

from harness import TENANT, Daemon, until
from test_mail import Sink


class Receiver:
    """A server that answers with the statuses it is given, then with 204, and keeps what came."""

    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.calls = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((dict(self.headers), body))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def events(self):
        return [json.loads(body)["event"] for _, body in self.calls]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Webhooks(unittest.TestCase):
    def setUp(self):
        self.receiver = Receiver(500)
        self.addCleanup(self.receiver.close)
        self.daemon = Daemon(webhooks={"allow_private": True}, tenants={TENANT: {"as_of": "2024-01-15"}})
        self.addCleanup(self.daemon.__exit__)
        self.daemon.load("deals", [["d1", "Brackets", "100", "Proposal"]], "id,name,amount,stage")
        self.daemon.start()
        self.admin = self.daemon.token()

    def register(self, events, **more):
        status, reply, _ = self.daemon.request(
            "POST", "/cnc/v1/webhooks", {"url": self.receiver.url, "events": events, **more}, self.admin
        )
        self.assertEqual(status, 201, reply)
        return reply["data"]

    def start(self):
        status, reply, _ = self.daemon.request("POST", "/cnc/v1/conversations", {"channel": "email"}, self.admin)
        self.assertEqual(status, 201, reply)
        return reply["data"]["id"]

    def test_signed_in_order_and_tried_again(self):
        hook = self.register(["conversation.started", "conversation.escalated", "opportunity.won"])
        conversation = self.start()
        self.daemon.request("POST", f"/cnc/v1/conversations/{conversation}/escalate", {"reason": "x"}, self.admin)
        self.daemon.request("PATCH", "/api/v1/sales/deals/d1", {"stage": "Closed Won"}, self.admin)
        self.assertTrue(until(lambda: len(self.receiver.calls) >= 4, 30), self.receiver.events())
        # The first was refused, and those behind it waited.
        self.assertEqual(
            self.receiver.events(),
            ["conversation.started", "conversation.started", "conversation.escalated", "opportunity.won"],
        )
        self.assertEqual(self.receiver.calls[0][1], self.receiver.calls[1][1])
        for headers, body in self.receiver.calls:
            signature = hmac.new(hook["secret"].encode(), body, hashlib.sha256).hexdigest()
            self.assertEqual(headers["X-Signature"], "sha256=" + signature)
            self.assertEqual(set(json.loads(body)), {"event", "timestamp", "data"})
        self.assertEqual(json.loads(self.receiver.calls[0][1])["data"]["conversation_id"], conversation)
        status, reply, _ = self.daemon.request("GET", "/cnc/v1/webhooks", token=self.admin)
        self.assertNotIn("secret", reply["data"][0])

    def test_what_waits_survives_a_kill(self):
        self.receiver.statuses = [503] * 1000
        self.register(["conversation.started"], secret="mine")
        self.start()
        self.assertTrue(until(lambda: self.receiver.calls, 20))
        self.daemon.kill()
        self.receiver.statuses = []
        before = len(self.receiver.calls)
        self.daemon.start()
        self.assertTrue(until(lambda: len(self.receiver.calls) > before, 30))

    def test_changed_and_deleted(self):
        self.receiver.statuses = []
        hook = self.register(["conversation.started"])["id"]
        status, reply, _ = self.daemon.request("PUT", f"/cnc/v1/webhooks/{hook}", {"is_active": False}, self.admin)
        self.assertEqual((status, reply["data"]["is_active"]), (200, False))
        self.start()
        listed = self.daemon.command("webhooks", "list").stdout
        self.assertIn(hook, listed)
        self.assertEqual(self.daemon.command("webhooks", "dead").stdout, "")
        self.assertEqual(self.daemon.command("webhooks", "resend").stdout, "0 will be sent again\n")
        status, _, _ = self.daemon.request("DELETE", f"/cnc/v1/webhooks/{hook}", token=self.admin)
        self.assertEqual(status, 200)
        status, _, _ = self.daemon.request("DELETE", f"/cnc/v1/webhooks/{hook}", token=self.admin)
        self.assertEqual(status, 404)
        self.assertEqual(self.receiver.calls, [])

    def test_wrong_ones_are_refused(self):
        for body, field in [
            ({"url": "ftp://x.example", "events": ["email.sent"]}, "url"),
            ({"url": "https://u:p@x.example", "events": ["email.sent"]}, "url"),
            ({"url": "https://x.example", "events": ["email.snet"]}, "events[0]"),
        ]:
            status, reply, _ = self.daemon.request("POST", "/cnc/v1/webhooks", body, self.admin)
            self.assertEqual(status, 422, reply)
            self.assertEqual(reply["error"]["details"]["fields"][0]["field"], field)
        status, _, _ = self.daemon.request(
            "POST", "/cnc/v1/webhooks", {"url": self.receiver.url, "events": ["email.sent"]}, self.daemon.token("sales")
        )
        self.assertEqual(status, 403)


class PrivateAddresses(unittest.TestCase):
    def test_private_addresses_are_refused_and_unresolvable_names_are_not(self):
        with Daemon() as daemon:
            daemon.load("deals", [["d1", "Brackets", "100", "Proposal"]], "id,name,amount,stage")
            daemon.start()
            admin = daemon.token()
            for url in ["http://127.0.0.1/x", "http://localhost/x", "http://10.0.0.1/", "http://[::1]/",
                        "http://169.254.1.1/", "http://2130706433/"]:
                status, reply, _ = daemon.request(
                    "POST", "/api/v1/integrations/webhooks", {"url": url, "events": ["anomaly.resolved"]}, admin
                )
                self.assertEqual((status, reply["error"]["code"]), (400, "VALIDATION_ERROR"), url)
            body = {"name": "Alerts", "url": "https://nowhere.invalid/x", "events": ["anomaly.detected"],
                    "filters": {"severity": ["critical", "high"]}, "active": True}
            status, reply, _ = daemon.request("POST", "/api/v1/integrations/webhooks", body, admin)
            self.assertEqual(status, 201, reply)
            self.assertTrue(reply["data"]["secret"])


class BrokenModel:
    """A model server that begins an answer and hangs up."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m",
                         "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Revenue was "}, "finish_reason": None}]}
                self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class EveryEvent(unittest.TestCase):
    """All that tier 1 can cause, each told to a receiver."""

    NAMES = [
        "anomaly.detected", "anomaly.resolved", "approval.requested", "approval.decided", "scenario.created",
        "scenario.simulated", "opportunity.won", "opportunity.lost", "conversation.started", "conversation.escalated",
        "email.received", "email.sent", "turn.completed",
    ]
    LEDGER = "date,account_code,account_name,section,amount"

    def setUp(self):
        self.receiver, self.sink = Receiver(), Sink()
        self.addCleanup(self.receiver.close)
        self.addCleanup(self.sink.close)
        self.daemon = Daemon(
            webhooks={"allow_private": True}, approvals={"tools": ["scenario_create"]},
            tenants={TENANT: {"as_of": "2024-06-30", "mail": {
                "address": "desk@corp.example", "smtp": {"url": f"smtp://127.0.0.1:{self.sink.port}"},
            }}},
        )
        self.addCleanup(self.daemon.__exit__)
        self.daemon.load("deals", [["d1", "Brackets", "100", "Proposal"], ["d2", "Gears", "50", "Proposal"],
                                   ["d3", "Bolts", "70", "Proposal"]], "id,name,amount,stage")
        plain = [[f"2024-0{month}-10", "6100", "Fuel", "opex", "100"] for month in range(1, 6)]
        self.daemon.load("ledger", plain, self.LEDGER)
        self.daemon.load("budget", [[f"2024-0{month}", "6100", "Fuel", "opex", "100"] for month in range(1, 7)],
                         "month,account_code,account_name,section,amount")
        self.daemon.start()
        self.admin = self.daemon.token("admin", "boss")
        self.asker = self.daemon.token("finance_analyst", "ann")
        for profile, body in [("/cnc/v1/webhooks", {"events": self.NAMES})]:
            self.ask("POST", profile, {"url": self.receiver.url, **body}, status=201)

    def ask(self, method, path, body=None, token=None, status=200, headers=None):
        got, reply, _ = self.daemon.request(method, path, body, token or self.admin, headers)
        self.assertEqual(got, status, reply)
        return reply

    def told(self, name, count=1):
        def found():
            return [json.loads(body)["data"] for _, body in self.receiver.calls if json.loads(body)["event"] == name]
        self.assertTrue(until(lambda: len(found()) >= count, 20), (name, self.receiver.events()))
        return found()

    def test_each_is_told_once_with_what_it_is_about(self):
        # An import that shows something out of the ordinary, and deals that it closes.
        csv = self.LEDGER + "\n2024-06-10,6100,Fuel,opex,5000\n"
        self.ask("POST", "/api/v1/data/import?type=ledger", csv, headers={"Content-Type": "text/csv"})
        [found] = self.told("anomaly.detected")
        self.assertEqual((found["account_code"], found["current_value"], found["expected_value"]), ("6100", 5000, 100))
        self.daemon.load("deals", [["d3", "Bolts", "70", "Closed Lost"], ["d9", "Old", "1", "Closed Won"]], "id,name,amount,stage")
        self.assertEqual(self.told("opportunity.lost")[0]["name"], "Bolts")
        self.ask("PATCH", f"/api/v1/dashboard/anomalies/{found['id']}", {"status": "resolved"})
        self.assertEqual(self.told("anomaly.resolved")[0]["severity"], found["severity"])
        self.ask("PATCH", "/api/v1/sales/deals/d1", {"stage": "Closed Won"})
        self.assertEqual((self.told("opportunity.won")[0]["id"], self.told("opportunity.won")[0]["amount"]), ("d1", 100))
        self.ask("PATCH", "/api/v1/sales/deals/d2", {"stage": "Closed Lost"})
        self.told("opportunity.lost", 2)
        # Scenarios, made by hand and by an agent that has to wait for a person.
        plan = {
            "name": "Cheaper fuel", "type": "what_if",
            "time_horizon": {"start_date": "2024-07-01", "end_date": "2024-12-31", "granularity": "monthly"},
            "assumptions": [{"category": "Costs", "name": "Fuel", "type": "percentage", "value": -15, "applies_to": ["Fuel"]}],
        }
        made = self.ask("POST", "/api/v1/scenarios", plan, status=201)["data"]["id"]
        self.assertEqual(self.told("scenario.created")[0]["id"], made)
        self.ask("POST", f"/api/v1/scenarios/{made}/simulate", {
            "iterations": 100, "variables": [{"name": "Cost Inflation", "distribution": "uniform", "min": 0.01, "max": 0.02}],
        })
        self.assertEqual(self.told("scenario.simulated")[0]["scenario_id"], made)
        self.ask("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                                  "params": {"name": "scenario_create", "arguments": plan | {"name": "By an agent"}}}, self.asker)
        asked = self.told("approval.requested")[0]
        pending = self.ask("GET", "/api/v1/governance/approvals")["data"]["pending"]
        self.assertEqual([item["id"] for item in pending], [asked["approval_id"]])

        def same(told, listed):
            """What is told has the shape of the list, but for the words of the call."""
            expected = {name: value for name, value in listed.items() if name not in ("links", "arguments")}
            self.assertEqual({name: told.get(name) for name in expected}, expected)
            self.assertNotIn("arguments", told)
        same(asked, pending[0])
        self.ask("POST", f"/api/v1/governance/approvals/{asked['approval_id']}/approve", {"comments": "Fine"})
        decided = self.told("approval.decided")[0]
        self.assertEqual((decided["approval_id"], decided["status"], decided["decision"]), (asked["approval_id"], "approved", "approve"))
        same(decided, self.ask("GET", "/api/v1/governance/approvals")["data"]["recent"][0])
        self.assertEqual(self.told("scenario.created", 2)[1]["name"], "By an agent")
        # Conversations and their turns.
        conversation = self.ask("POST", "/cnc/v1/conversations", {"channel": "email"}, status=201)["data"]["id"]
        begun = until(lambda: conversation in [item["conversation_id"] for item in self.told("conversation.started")])
        self.assertTrue(begun, self.receiver.events())
        sent = self.ask("POST", f"/cnc/v1/conversations/{conversation}/messages", {"content": "What was opex in May 2024?"})
        done = until(lambda: [one for one in self.told("turn.completed") if one["message_id"] == sent["data"]["message"]["id"]])
        self.assertTrue(done)
        self.ask("POST", f"/cnc/v1/conversations/{conversation}/escalate", {"reason": "asked for"})
        self.assertEqual(self.told("conversation.escalated")[0]["reason"], "asked for")
        # Mail that comes in and goes out.
        folder = os.path.join(self.daemon.folder, "mail")
        os.makedirs(folder)
        with open(os.path.join(folder, "a.eml"), "w", newline="") as file:
            file.write("From: Bea <bea@b.test>\r\nTo: desk@corp.example\r\nSubject: Hello\r\nMessage-ID: <1@b.test>\r\n"
                       "Date: Mon, 03 Jun 2024 10:00:00 +0000\r\n\r\nWhere is my order?\r\n")
        self.daemon.command("import", "emails", folder, "--tenant", TENANT)
        came = self.told("email.received")[0]
        mail = self.ask("GET", "/cnc/v1/emails")["data"][0]["id"]
        self.assertIn(mail, came.values())
        self.ask("POST", f"/cnc/v1/emails/{mail}/reply", {"content": "On its way."})
        self.told("email.sent")
        self.assertEqual(len(self.sink.taken), 1)
        # Words of mails and conversations are told to nobody, and nothing came twice.
        whole = b"".join(body for _, body in self.receiver.calls)
        self.assertNotIn(b"On its way", whole)
        self.assertNotIn(b"opex in May", whole)
        self.assertEqual(len(self.told("anomaly.detected")), 1)
        deliveries = [headers["X-Delivery-ID"] for headers, _ in self.receiver.calls]
        self.assertEqual(len(deliveries), len(set(deliveries)))

    def test_a_turn_that_fails_is_told(self):
        model = BrokenModel()
        self.addCleanup(model.close)
        os.environ["MODEL_KEY"] = "test"
        with Daemon(
            webhooks={"allow_private": True}, model="broken",
            models=[{"name": "broken", "dialect": "chat-completions", "base_url": f"http://127.0.0.1:{model.server.server_port}/v1",
                     "api_key": {"env": "MODEL_KEY"}, "model": "m"}],
        ) as daemon:
            daemon.load("deals", [["d1", "Brackets", "100", "Proposal"]], "id,name,amount,stage")
            daemon.start()
            admin = daemon.token()
            body = {"url": self.receiver.url, "events": ["turn.failed"]}
            self.assertEqual(daemon.request("POST", "/cnc/v1/webhooks", body, admin)[0], 201)
            conversation = daemon.conversation(admin)
            answer = daemon.ask(admin, conversation, "What was revenue?")
            self.assertEqual(answer["status"], "failed")
            [told] = self.told("turn.failed")
            self.assertEqual((told["message_id"], told["conversation_id"]), (answer["message_id"], conversation))
            self.assertTrue(told["error"]["code"])


class NamesThatLeadInside(unittest.TestCase):
    def test_the_name_of_this_machine_is_refused(self):
        name = socket.gethostname()
        try:
            found = {item[4][0] for item in socket.getaddrinfo(name, 80, proto=socket.IPPROTO_TCP)}
        except OSError:
            self.skipTest("this machine does not resolve its own name")
        if not all(address.startswith(("127.", "10.", "172.", "192.168.", "169.254.", "fe80:", "::1")) for address in found):
            self.skipTest("this machine has a public address")
        with Daemon() as daemon:
            daemon.load("deals", [["d1", "Brackets", "100", "Proposal"]], "id,name,amount,stage")
            daemon.start()
            body = {"url": f"http://{name}/x", "events": ["email.sent"]}
            status, reply, _ = daemon.request("POST", "/cnc/v1/webhooks", body, daemon.token())
            self.assertEqual(status, 422, reply)
            self.assertEqual(reply["error"]["details"]["fields"][0]["field"], "url")


if __name__ == "__main__":
    unittest.main()
