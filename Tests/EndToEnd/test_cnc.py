"""The cnc profile as its clients meet it: mail, conversations, knowledge base, lists. Standard library only."""
import os
import unittest

from harness import TENANT, Daemon


def mail(number, subject, body, head=""):
    return (
        f"From: Ann <ann@acme.example>\r\nTo: desk@corp.example\r\nSubject: {subject}\r\n"
        f"Message-ID: <{number}@acme.example>\r\nDate: Mon, {number} Jan 2024 10:00:00 +0000\r\n{head}\r\n{body}\r\n"
    )


class CNC(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(
            tenants={TENANT: {"as_of": "2024-01-15", "mail": {"address": "desk@corp.example", "name": "The Desk"}}}
        )
        daemon = cls.daemon
        daemon.load("customers", [["cus_1", "ACME", "Acme Tools", "ann@acme.example"]], "id,code,name,email")
        daemon.load("orders", [
            ["o1", "ORD-7", "Acme Tools", "ann@acme.example", "in_production", "2024-01-02", "2024-02-01", "2024-02-10",
             "1000", "USD"],
        ], "id,number,customer,customer_email,status,order_date,required_date,expected_date,total,currency")
        daemon.load("deals", [["d1", "Brackets", "100", "Proposal"], ["d2", "Old", "5", "Closed Lost"]],
                    "id,name,amount,stage")
        daemon.load("materials", [["MAT-1", "Aluminium", "kg", "5"]], "code,name,unit,stock")
        folder = os.path.join(daemon.folder, "mail")
        os.makedirs(os.path.join(folder, "invoices"))
        for number, name, text in [
            (1, "order.eml", mail(1, "My order", "What is the status of my order ORD-7?")),
            (2, "list.eml", mail(2, "News", "Read this.", "List-Id: <n.acme.example>\r\n")),
            (3, "invoices/a.eml", mail(3, "Invoice", "Please send the invoice again.")),
        ]:
            with open(os.path.join(folder, name), "w", newline="") as file:
                file.write(text)
        daemon.command("import", "emails", folder, "--tenant", TENANT)
        daemon.start()
        cls.admin = daemon.token("admin")
        cls.support = daemon.token("support", user="s1")

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def ask(self, method, path, body=None, token=None, headers=None, status=200):
        got, reply, answered = self.daemon.request(method, "/cnc/v1" + path, body, token or self.admin, headers)
        self.assertEqual(got, status, reply)
        self.headers = answered
        return reply

    def emails(self):
        return {mail["subject"]: mail for mail in self.ask("GET", "/emails")["data"]}

    def test_mails_are_listed_filtered_and_paged(self):
        reply = self.ask("GET", "/emails?limit=2&direction=inbound")
        self.assertEqual(reply["meta"]["pagination"]["total"], 3)
        self.assertEqual([mail["subject"] for mail in reply["data"]], ["Invoice", "News"])
        cursor = reply["meta"]["pagination"]["next_cursor"]
        rest = self.ask("GET", f"/emails?limit=2&direction=inbound&cursor={cursor}")
        self.assertEqual([mail["subject"] for mail in rest["data"]], ["My order"])
        self.assertIsNone(rest["meta"]["pagination"]["next_cursor"])
        wrong = self.ask("GET", f"/emails?cursor={cursor}", status=400)
        self.assertEqual(wrong["error"]["code"], "INVALID_VALUE")
        self.assertEqual(len(self.ask("GET", "/emails?category=Invoices")["data"]), 1)
        whole = [mail["subject"] for mail in self.ask("GET", "/emails?sort=received_at&order=asc")["data"]]
        for sort in ["received_at", "subject", "category,received_at", "priority,subject", "status,date"]:
            for order in ["asc", "desc"]:
                seen, cursor = [], ""
                while cursor is not None:
                    reply = self.ask("GET", f"/emails?sort={sort}&order={order}&limit=1&cursor={cursor}")
                    seen += [mail["id"] for mail in reply["data"]]
                    cursor = reply["meta"]["pagination"]["next_cursor"]
                listed = [mail["id"] for mail in self.ask("GET", f"/emails?sort={sort}&order={order}")["data"]]
                self.assertEqual((seen, len(seen)), (listed, len(whole)), (sort, order))
        self.assertEqual(len(self.ask("GET", "/emails?customer_id=cus_1")["data"]), 3)
        self.assertEqual(self.ask("GET", "/emails?customer_id=none")["data"], [])
        self.assertEqual(self.ask("GET", "/emails?fields=id,subject&limit=1")["data"][0].keys(), {"id", "subject"})
        for path in ["/emails?limit=101", "/emails?colour=red", "/emails?fields=nope", "/emails?sort=nope"]:
            self.assertEqual(self.ask("GET", path, status=400)["error"]["code"], "INVALID_VALUE", path)
        self.ask("GET", "/emails/eml_none", status=404)

    def test_a_mail_is_answered_to_its_sender_from_the_data(self):
        order = self.emails()["My order"]
        body = {"content": "", "auto_generate": True}
        reply = self.ask("POST", f"/emails/{order['id']}/reply", body, self.support, {"Idempotency-Key": "k1"})["data"]
        self.assertEqual(reply["to"][0]["address"], "ann@acme.example")
        self.assertEqual(reply["in_reply_to"], "<1@acme.example>")
        self.assertIn("ORD-7 is in production, expected on 2024-02-10", reply["content"])
        self.assertEqual(reply["status"], "queued")
        self.assertIn("smtp", reply["note"])
        again = self.ask("POST", f"/emails/{order['id']}/reply", body, self.support, {"Idempotency-Key": "k1"})["data"]
        self.assertEqual(again["email_id"], reply["email_id"])
        news = self.emails()["News"]
        refused = self.ask("POST", f"/emails/{news['id']}/reply", body, self.support, status=409)
        self.assertEqual(refused["error"]["code"], "RESOURCE_CONFLICT")
        self.ask("POST", f"/emails/{news['id']}/reply", {"content": "A person says no."}, self.support)
        empty = self.ask("POST", f"/emails/{news['id']}/reply", {"content": " "}, self.support, status=422)
        self.assertEqual(empty["error"]["details"]["fields"][0]["field"], "content")

    def test_a_mail_is_sorted_and_passed_on(self):
        invoice = self.emails()["Invoice"]["id"]
        self.assertEqual(self.ask("PUT", f"/emails/{invoice}/priority", {"priority": "high"})["data"]["priority"], "high")
        self.ask("PUT", f"/emails/{invoice}/priority", {"priority": "huge"}, status=422)
        self.assertEqual(self.ask("PUT", f"/emails/{invoice}/category", {"category": "bills"})["data"]["category"], "bills")
        self.ask("PUT", f"/emails/{invoice}/category", {"category": "invoices"})
        self.assertFalse(self.ask("POST", f"/emails/{invoice}/mark-read")["data"]["is_unread"])
        sent = self.ask("POST", f"/emails/{invoice}/forward", {"to": ["a@corp.example"], "note": "see"})["data"]
        self.assertEqual(sent["subject"], "Fwd: Invoice")
        wrong = self.ask("POST", f"/emails/{invoice}/forward", {"to": ["a@b.c", "x y"]}, status=422)
        self.assertEqual([field["field"] for field in wrong["error"]["details"]["fields"]], ["to[1]"])

    def test_a_conversation_tells_its_customers_order(self):
        started = self.ask("POST", "/conversations", {"channel": "web_chat", "customer_id": "cus_1"}, status=201)["data"]
        self.assertEqual(self.headers["Location"], f"/cnc/v1/conversations/{started['id']}")
        reply = self.ask(
            "POST", f"/conversations/{started['id']}/messages", {"content": "What is the status of my order?"}
        )["data"]
        self.assertEqual(reply["intent"], "order_status")
        self.assertGreaterEqual(reply["confidence"], 0.9)
        self.assertIn("ORD-7", reply["message"]["content"])
        self.assertEqual(reply["message"]["sender_type"], "bot")
        whole = self.ask("GET", f"/conversations/{started['id']}", token=self.support)["data"]
        self.assertEqual([message["direction"] for message in whole["messages"]], ["inbound", "outbound"])
        self.ask("POST", f"/conversations/{started['id']}/messages", {"content": "And?"}, token=self.support)
        other = self.daemon.token("sales", user="x1")
        self.ask("GET", f"/conversations/{started['id']}", token=other, status=404)
        escalated = self.ask("POST", f"/conversations/{started['id']}/escalate", {"reason": "asked"})["data"]
        self.assertEqual((escalated["status"], escalated["escalation"]["reason"]), ("escalated", "asked"))
        found = self.ask("GET", "/conversations?status=escalated&channel=web_chat&customer_id=cus_1")["data"]
        self.assertIn(started["id"], [conversation["id"] for conversation in found])
        self.ask("POST", "/conversations", {"channel": "pigeon"}, status=422)
        self.ask("POST", "/conversations", {"channel": "email", "customer_id": "none"}, status=422)

    def test_articles_are_written_found_and_taken_out(self):
        article = {"title": "How to Track Your Order", "content": "You can track an order by its number online.",
                   "category": "orders", "tags": ["tracking"], "status": "published"}
        made = self.ask("POST", "/knowledge-base/articles", article, self.support, status=201)["data"]
        self.assertEqual(made["content"].strip(), article["content"])
        self.assertEqual(
            self.ask("POST", "/knowledge-base/articles", article, status=409)["error"]["code"], "RESOURCE_ALREADY_EXISTS"
        )
        found = self.ask("GET", "/knowledge-base/search?query=track+my+order+number")["data"]
        self.assertEqual(found["results"][0]["id"], made["id"])
        path = f"/knowledge-base/articles/{made['id']}"
        self.assertEqual(self.ask("PUT", path, {"status": "draft"})["data"]["status"], "draft")
        self.assertEqual(self.ask("GET", "/knowledge-base/search?query=track+my+order+number")["data"]["total"], 0)
        self.ask("POST", "/knowledge-base/articles", {"title": " ", "content": "x"}, status=422)
        self.ask("GET", "/knowledge-base/search", status=400)
        self.ask("DELETE", path)
        self.ask("GET", path, status=404)

    def test_lists_hold_identifiers_and_names(self):
        self.assertEqual(self.ask("GET", "/customers")["data"], [{"id": "cus_1", "name": "Acme Tools"}])
        self.assertEqual(len(self.ask("GET", "/opportunities")["data"]), 2)
        self.assertEqual(self.ask("GET", "/quotations")["data"], [{"id": "d1", "name": "Brackets"}])
        self.assertEqual(self.ask("GET", "/materials")["data"], [{"id": "MAT-1", "name": "Aluminium"}])

    def test_errors_have_the_profiles_names(self):
        status, reply, _ = self.daemon.request("GET", "/cnc/v1/emails")
        self.assertEqual((status, reply["error"]["code"]), (401, "AUTH_REQUIRED"))
        status, reply, _ = self.daemon.request("GET", "/cnc/v1/emails", token="x.y.z")
        self.assertEqual((status, reply["error"]["code"]), (401, "AUTH_INVALID"))
        old = self.daemon.token("admin", ttl=-3600)
        self.assertEqual(self.ask("GET", "/emails", token=old, status=401)["error"]["code"], "AUTH_EXPIRED")
        viewer = self.daemon.token("viewer")
        self.assertEqual(
            self.ask("GET", "/emails", token=viewer, status=403)["error"]["code"], "AUTH_INSUFFICIENT_PERMISSIONS"
        )
        bad = self.ask("POST", "/conversations", "{", status=400)
        self.assertEqual(bad["error"]["code"], "INVALID_FORMAT")
        self.assertEqual(bad["error"]["request_id"], self.headers["X-Request-ID"])
        self.assertEqual(self.ask("GET", "/nowhere", status=404)["error"]["code"], "RESOURCE_NOT_FOUND")
        self.assertEqual(self.ask("DELETE", "/emails", status=405)["error"]["code"], "METHOD_NOT_ALLOWED")

    def test_a_key_may_do_what_its_scopes_say(self):
        key = self.daemon.command("key", "add", "--tenant", TENANT, "--name", "mailer", "--scope", "mail:read").stdout.strip()
        status, reply, _ = self.daemon.request("GET", "/cnc/v1/emails", headers={"X-API-Key": key})
        self.assertEqual(status, 200, reply)
        status, reply, _ = self.daemon.request("GET", "/cnc/v1/customers", headers={"X-API-Key": key})
        self.assertEqual(status, 403, reply)

    def test_logging_in_and_out(self):
        self.daemon.command(
            "user", "add", "--email", "jo@corp.example", "--role", "support", "--tenant", TENANT, "--name", "Jo Doe",
            text="long enough words\n",
        )
        status, reply, _ = self.daemon.request(
            "POST", "/cnc/v1/auth/login",
            {"email": "jo@corp.example", "password": "long enough words", "remember_me": False},
        )
        self.assertEqual(status, 200, reply)
        tokens = reply["data"]
        self.assertEqual((tokens["user"]["first_name"], tokens["user"]["last_name"]), ("Jo", "Doe"))
        fresh = self.ask("POST", "/auth/refresh", {"refresh_token": tokens["refresh_token"]})["data"]
        self.assertNotEqual(fresh["refresh_token"], tokens["refresh_token"])
        self.ask("POST", "/auth/logout", token=fresh["token"])
        self.ask("GET", "/emails", token=fresh["token"], status=401)


if __name__ == "__main__":
    unittest.main()
