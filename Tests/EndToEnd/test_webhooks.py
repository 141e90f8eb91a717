"""Webhooks: registered, signed, delivered in order, tried again, kept over a kill. Standard library only."""
import hashlib
import hmac
import http.server
import json
import threading
import unittest

from harness import TENANT, Daemon, until


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


if __name__ == "__main__":
    unittest.main()
