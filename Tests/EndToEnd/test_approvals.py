"""Approvals by signed links in mails, and scenarios that wait for people. Standard library only."""
import base64
import email
import email.policy
import hashlib
import hmac
import json
import re
import time
import unittest

from harness import TENANT, Daemon, until
from test_kills import Business
from test_mail import Sink

SECRET = "a secret for tests that has more than 32 bytes"
APPROVALS = "/api/v1/governance/approvals"
PEOPLE = [("dora@a.example", "finance_director"), ("eve@a.example", "finance_director"),
          ("fred@a.example", "finance_director"), ("ann@a.example", "finance_analyst")]
HEADER = "date,account_code,account_name,section,amount"


def signed(link, **changes):
    """The link with other members, signed with the daemon's own key."""
    payload = json.loads(base64.urlsafe_b64decode(link.split(".")[0] + "=="))
    payload.update(changes)
    raw = json.dumps(payload, separators=(",", ":"), sort_keys=True).encode()
    key = hmac.new(SECRET.encode(), b"agentd approval links", hashlib.sha256).digest()
    parts = [raw, hmac.new(key, raw, hashlib.sha256).digest()]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


class Governed(unittest.TestCase):
    count = 0

    @classmethod
    def setUpClass(cls):
        cls.business, cls.sink = Business(), Sink()
        cls.addClassCleanup(cls.business.stop)
        cls.addClassCleanup(cls.sink.close)
        address = f"http://127.0.0.1:{cls.business.port}"
        source = {"name": "shop", "openapi": address + "/openapi.json", "timeout_seconds": 60,
                  "allow": {"payout": {"effect": "outbound"}}}
        smtp = {"url": f"smtp://127.0.0.1:{cls.sink.port}"}
        cls.daemon = Daemon(
            auth={"secret": SECRET}, models=[{"name": "m", "base_url": address + "/v1", "model": "m"}], model="m",
            tools={"allow_private": True},
            approvals={"tools": ["shop_payout"], "link_base": "https://agent.example",
                       "tiers": [{"from": 100, "approvers": 2}]},
            tenants={TENANT: {"as_of": "2026-01-31", "tool_sources": [source],
                              "mail": {"address": "agent@a.example", "smtp": smtp}}},
        )
        cls.addClassCleanup(cls.daemon.__exit__)
        rows = [(f"2025-{month:02d}-15", 4000, "Sales", "revenue", 1000) for month in range(1, 13)]
        cls.daemon.load("ledger", rows + [("2026-01-31", 4000, "Sales", "revenue", 1000)], HEADER)
        for address, role in PEOPLE:
            cls.daemon.command("user", "add", "--email", address, "--role", role, "--tenant", TENANT,
                               text="correct horse\n")
        cls.daemon.start()
        cls.tokens, cls.ids = {}, {}
        for address, _ in PEOPLE:
            body = {"email": address, "password": "correct horse"}
            status, reply, _ = cls.daemon.request("POST", "/api/v1/auth/login", body)
            assert status == 200, reply
            name = address.split("@")[0]
            cls.tokens[name], cls.ids[name] = reply["access_token"], reply["user"]["id"]

    def ask(self, asker="dora"):
        """Something of the asker's that waits; its order and the links of those who may decide."""
        Governed.count += 1
        order, taken = f"order-{Governed.count}", len(self.sink.taken)
        token = self.tokens[asker]
        until(lambda: self.daemon.ask(token, self.daemon.conversation(token), f"Refund {order} shop_payout")["status"]
              == "awaiting_approval")
        self.assertTrue(until(lambda: len(self.sink.taken) >= taken + 2), "nobody was told")
        links = {}
        for sender, recipients, raw in self.sink.taken[taken:]:
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            self.assertEqual(mail["Auto-Submitted"], "auto-generated")
            self.assertIn("Approval needed", mail["Subject"])
            found = re.findall(r"https://agent\.example/approvals/(\S+)", mail.get_content())
            self.assertEqual(len(found), 2)
            links[recipients[0].split("@")[0]] = found
        return order, links

    def follow(self, link, method="POST", comment="comment=seen+by+mail"):
        body = comment if method == "POST" else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        status, page, answered = self.daemon.request(method, "/approvals/" + link, body, headers=headers)
        self.assertIn("text/html", answered["Content-Type"])
        self.assertEqual(answered["Cache-Control"], "no-store")
        return status, page.decode()

    def pending(self):
        return self.daemon.request("GET", APPROVALS, token=self.tokens["eve"])[1]["data"]["pending"]

    def waits(self, order):
        return [a for a in self.pending() if a.get("arguments", {}).get("body", {}).get("order") == order]


class Links(Governed):
    def test_who_may_decide_is_told_and_reading_the_page_decides_nothing(self):
        order, links = self.ask()
        self.assertEqual(sorted(links), ["eve", "fred"], "not the one who asks, nor one who may not decide")
        approve, _ = links["eve"]
        for _ in range(3):
            status, page = self.follow(approve, "GET")
            self.assertEqual(status, 200)
            self.assertIn(order, page)
        self.assertEqual(len(self.waits(order)), 1)
        self.assertNotIn(order, self.business.paid)
        status, page = self.follow(approve)
        self.assertEqual((status, "Approved" in page), (200, True), page)
        self.assertTrue(until(lambda: order in self.business.paid))
        # Used links, the other one and another person's are refused, and nothing happens again.
        for link in [approve, links["eve"][1], links["fred"][0], links["fred"][1]]:
            for method in ("GET", "POST"):
                self.assertEqual(self.follow(link, method)[0], 409, method)
        self.assertEqual(len(self.business.seen[order]), 1)
        time.sleep(1.5)  # another look of the one who tells: nobody is told again
        told = [r for _, r, raw in self.sink.taken if approve.encode() in raw.replace(b"=\r\n", b"")]
        self.assertEqual(len(told), 1)

    def test_forged_edited_expired_foreign_and_self_made_links_are_refused(self):
        order, links = self.ask()
        approve, _ = links["eve"]
        payload, signature = approve.split(".")
        changed = base64.urlsafe_b64encode(base64.urlsafe_b64decode(payload + "==").replace(b"approve", b"reject"))
        other = signed(approve, decision="reject").split(".")[0]
        forged = {
            "another signature": payload + "." + signature[:-2] + ("AA" if signature[-2:] != "AA" else "BB"),
            "another payload": changed.decode().rstrip("=") + "." + signature,
            "the payload of another": other + "." + signature,
            "no signature": payload, "nothing": "x", "empty parts": "a.", "much": "A" * 3000,
        }
        for name, link in forged.items():
            for method in ("GET", "POST"):
                self.assertEqual(self.follow(link, method)[0], 403, name)
        refused = {
            "of the one who asks": (signed(approve, approver=self.ids["dora"]), 403),
            "of one who may not decide": (signed(approve, approver=self.ids["ann"]), 403),
            "of nobody": (signed(approve, approver="usr_none"), 403),
            "expired": (signed(approve, expires_at=int(time.time() * 1000) - 1), 410),
            "of edited arguments": (signed(approve, hash="0" * 64), 409),
            "of another approval": (signed(approve, approval="appr_none"), 404),
            "of another tenant": (signed(approve, tenant="ten_other"), 403),
        }
        for name, (link, expected) in refused.items():
            self.assertEqual(self.follow(link)[0], expected, name)
        self.assertEqual(self.follow(links["eve"][1], comment="comment=")[0], 400, "a rejection without a reason")
        self.assertEqual(self.follow(links["eve"][1], comment="comment=%zz")[0], 400)
        self.assertEqual(len(self.waits(order)), 1)
        self.assertNotIn(order, self.business.seen)
        status, page = self.follow(links["fred"][1], comment="comment=too+much")
        self.assertEqual((status, "Rejected" in page), (200, True))
        recent = self.daemon.request("GET", APPROVALS, token=self.tokens["eve"])[1]["data"]["recent"]
        self.assertIn(("rejected", "too much"), [(a["status"], a.get("comments")) for a in recent])
        self.assertNotIn(order, self.business.seen)
        auditor = self.daemon.token("auditor", user="oscar")
        rows = self.daemon.request("GET", "/api/v1/governance/audit-logs?resource_type=approval&limit=100",
                                   token=auditor)[1]["data"]
        self.assertGreaterEqual(len([r for r in rows if r["action"]["type"] == "deny"]), 3)
        self.assertNotIn(SECRET, json.dumps(rows))

    def test_the_page_shows_what_was_asked_as_text(self):
        order, links = self.ask()
        _, page = self.follow(links["fred"][0], "GET")
        self.assertNotIn("<script", page)
        self.assertIn("&quot;", page)
        self.follow(links["fred"][1], comment="comment=no")


class Scenarios(Governed):
    def scenario(self, value):
        body = {"name": "Plan", "type": "what_if", "assumptions": [
            {"id": "a", "name": "Growth", "category": "Revenue", "type": "percentage", "value": value,
             "applies_to": ["revenue"]}]}
        status, reply, _ = self.daemon.request("POST", "/api/v1/scenarios", body, self.tokens["dora"])
        self.assertEqual(status, 201, reply)
        return reply["data"]["id"]

    def submit(self, scenario, token):
        return self.daemon.request("POST", f"/api/v1/scenarios/{scenario}/submit", {}, self.tokens[token])

    def read(self, scenario):
        return self.daemon.request("GET", f"/api/v1/scenarios/{scenario}", token=self.tokens["dora"])[1]["data"]

    def decide(self, scenario, token, verb="approve"):
        [waits] = [a for a in self.pending() if a["resource"].get("id") == scenario]
        body = {} if verb == "approve" else {"reason": "too bold"}
        return self.daemon.request("POST", f"{APPROVALS}/{waits['id']}/{verb}", body, self.tokens[token])[0]

    def test_a_small_plan_needs_one_and_its_status_follows(self):
        scenario = self.scenario(0)
        self.assertEqual(self.read(scenario)["status"], "draft")
        self.assertEqual(self.submit(scenario, "eve")[0], 403, "somebody else's")
        status, reply, _ = self.submit(scenario, "dora")
        self.assertEqual(status, 200, reply)
        self.assertEqual(reply["data"]["status"], "in_review")
        self.assertEqual(sorted(reply["data"]["approval_status"]["pending"]), sorted([self.ids["eve"], self.ids["fred"]]))
        self.assertEqual(self.submit(scenario, "dora")[0], 409)
        self.assertEqual(self.decide(scenario, "dora"), 403)
        self.assertEqual(self.decide(scenario, "eve"), 200)
        after = self.read(scenario)
        self.assertEqual(after["status"], "approved")
        self.assertEqual(after["approval_status"]["approved_by"], [self.ids["eve"]])
        self.assertEqual(self.submit(scenario, "dora")[0], 409)

    def test_a_large_plan_needs_two_and_a_rejected_one_is_a_draft_again(self):
        scenario = self.scenario(500)
        self.assertEqual(self.submit(scenario, "dora")[0], 200)
        self.assertEqual(self.decide(scenario, "eve"), 200)
        self.assertEqual(self.read(scenario)["status"], "in_review")
        self.assertEqual(self.decide(scenario, "eve"), 409, "the same person counts once")
        self.assertEqual(self.decide(scenario, "fred", "reject"), 200)
        self.assertEqual(self.read(scenario)["status"], "draft")
        self.assertEqual(self.submit(scenario, "dora")[0], 200)
        self.assertEqual([self.decide(scenario, name) for name in ("eve", "fred")], [200, 200])
        self.assertEqual(self.read(scenario)["status"], "approved")


if __name__ == "__main__":
    unittest.main()
