"""Who sees the audit trail and what is in it; access requests and erasure, searched for byte by byte."""
import json
import os
import re
import unittest

from harness import ROOT, TENANT, Daemon, until

HEADER = "date,account_code,account_name,section,amount"
ROWS = [("2026-01-15", 4000, "Sales", "revenue", 1000), ("2026-01-20", 6000, "Rent", "opex", 300)]
LOGS = "/api/v1/governance/audit-logs"


class AuditTrail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(trusted_proxies=["127.0.0.1"])
        cls.daemon.load("ledger", ROWS, HEADER)
        cls.daemon.command(
            "user", "add", "--email", "ann@example.com", "--role", "finance_analyst", "--tenant", TENANT,
            text="correct horse\n")
        cls.daemon.start()
        login = {"email": "ann@example.com", "password": "correct horse"}
        headers = {"X-Forwarded-For": "203.0.113.9", "User-Agent": "probe/1"}
        cls.daemon.request("POST", "/api/v1/auth/login", dict(login, password="wrong password"), headers=headers)
        status, reply, _ = cls.daemon.request("POST", "/api/v1/auth/login", login, headers=headers)
        assert status == 200, reply
        cls.token, cls.user = reply["access_token"], reply["user"]["id"]
        status, reply, _ = cls.daemon.request("POST", "/api/v1/ai/conversations", {}, cls.token, headers)
        cls.conversation = reply["data"]["conversation_id"]
        path = f"/api/v1/ai/conversations/{cls.conversation}/messages"
        headers["Accept"] = "application/json"
        status, cls.answer, _ = cls.daemon.request(
            "POST", path, {"message": "What was revenue in January 2026?"}, cls.token, headers)
        assert status == 200, cls.answer
        del headers["Accept"]
        assert cls.daemon.request("GET", LOGS, token=cls.token, headers=headers)[0] == 403
        cls.daemon.request("POST", "/api/v1/auth/logout", {}, cls.token, headers)
        cls.auditor = cls.daemon.token("auditor", user="eve")

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def logs(self, query="", token=None):
        status, reply, _ = self.daemon.request("GET", LOGS + query, token=token or self.auditor)
        self.assertEqual(status, 200, reply)
        return reply

    def test_only_auditors_and_administrators_read_it(self):
        for role, expected in [("admin", 200), ("auditor", 200), ("finance_director", 403), ("viewer", 403),
                               ("executive", 403), ("sales", 403), ("support", 403)]:
            status, reply, _ = self.daemon.request("GET", LOGS, token=self.daemon.token(role, user=role))
            self.assertEqual(status, expected, (role, reply))
        self.assertEqual(self.daemon.request("GET", LOGS)[0], 401)
        other = self.daemon.token("auditor", tenant="ten_other")
        self.assertEqual(self.logs(token=other)["data"], [])

    def test_it_says_who_what_when_and_from_where(self):
        found = until(lambda: self.logs("?action_type=deny&resource_type=user&limit=100")["data"])
        self.assertTrue(found)
        rows = self.logs("?limit=100")["data"]
        kinds = {(row["action"]["type"], row["resource"]["type"]) for row in rows}
        for expected in [("login", "user"), ("logout", "user"), ("deny", "user"), ("deny", "route"),
                         ("create", "conversation"), ("create", "message"), ("execute", "tool"), ("create", "answer"),
                         ("import", "data"), ("update", "configuration"), ("create", "user")]:
            self.assertIn(expected, kinds)
        login = next(row for row in rows if row["action"]["type"] == "login")
        self.assertEqual(login["user"]["id"], self.user)
        self.assertEqual(login["user"]["email"], "ann@example.com")
        self.assertEqual(login["user"]["ip_address"], "203.0.113.9")
        message = next(row for row in rows if row["resource"]["type"] == "message")
        self.assertEqual(message["user"]["ip_address"], "203.0.113.9")
        self.assertEqual(message["metadata"]["user_agent"], "probe/1")
        self.assertEqual(message["metadata"]["session_id"], self.conversation)
        self.assertTrue(message["metadata"]["request_id"])

    def test_an_answer_names_model_prompts_policy_and_data(self):
        row = self.logs("?resource_type=answer")["data"][0]
        self.assertEqual(row["resource"]["id"], self.answer["data"]["message_id"])
        self.assertEqual(row["user"]["id"], self.user)
        self.assertRegex(row["metadata"]["prompt_hash"], "^[0-9a-f]{64}$")
        self.assertRegex(row["metadata"]["policy_version"], "^[0-9a-f]{64}$")
        self.assertEqual(row["metadata"]["data_as_of"], "2026-01-20")
        self.assertTrue(row["metadata"]["model"])
        self.assertNotIn("1,000", json.dumps(row))

    def test_filters_and_pages(self):
        whole = self.logs("?limit=100")
        total = whole["pagination"]["total_items"]
        self.assertEqual(len(whole["data"]), total)
        first = self.logs("?limit=3&order=asc")
        self.assertEqual([row["id"] for row in first["data"]], [row["id"] for row in whole["data"][::-1][:3]])
        second = self.logs("?limit=3&order=asc&page=2")
        self.assertEqual([row["id"] for row in second["data"]], [row["id"] for row in whole["data"][::-1][3:6]])
        mine = self.logs(f"?user_id={self.user}&limit=100")["data"]
        self.assertTrue(mine)
        self.assertEqual({row["user"]["id"] for row in mine}, {self.user})
        self.assertEqual(len(self.logs("?user_id=ann@example.com&limit=100")["data"]), len(mine))
        self.assertEqual(self.logs("?end_date=2020-01-01")["pagination"]["total_items"], 0)
        self.assertEqual(self.logs("?start_date=2020-01-01T00:00:00Z&limit=100")["pagination"]["total_items"], total)
        middle = whole["data"][2]["timestamp"]
        until_then = self.logs(f"?end_date={middle}&limit=100")["data"]
        self.assertTrue(all(row["timestamp"] <= middle for row in until_then) and until_then)
        for wrong in ["?user=x", "?action_type=dance", "?limit=101", "?start_date=yesterday",
                      "?start_date=2026-02-01&end_date=2026-01-01"]:
            status, reply, _ = self.daemon.request("GET", LOGS + wrong, token=self.auditor)
            self.assertEqual(status, 400, (wrong, reply))

    def test_the_role_reads_evidence_and_nothing_else_on_every_route(self):
        evidence = ("/governance/", "/ai/conversations", "/ai/history", "/ai/analytics", "/ai/stream")
        seen, open_to_it = 0, []
        for folder, mount in (("Aether", "/api/v1"), ("AEMS", "/aems/api/v1")):
            place = os.path.join(ROOT, "Sources", "agentd", "Profiles", folder)
            for name in sorted(os.listdir(place)):
                with open(os.path.join(place, name)) as file:
                    routes = re.findall(r'Route\(\s*\.(get|post|put|patch|delete),\s*"([^"]+)"', file.read())
                for method, path in routes:
                    if "/auth/" in path:
                        continue
                    seen += 1
                    body = {} if method in ("post", "put", "patch") else None
                    status, reply, _ = self.daemon.request(
                        method.upper(), mount + re.sub(r"{[^}]+}", "none", path), body, self.auditor)
                    if method == "get" and any(part in path for part in evidence):
                        self.assertNotEqual(status, 403, (method, path, reply))
                    elif status != 403:
                        open_to_it.append((method, path, status))
        self.assertGreater(seen, 20)
        self.assertEqual(open_to_it, [])

    def test_it_is_a_view_of_the_journal(self):
        rows = self.logs("?limit=100")["data"]
        done = self.daemon.command("audit", "tail", "--tenant", TENANT, "--count", "1000")
        leaves = {line["seq"]: line["leaf"] for line in map(json.loads, done.stdout.splitlines())}
        for row in rows:
            self.assertEqual(leaves[row["record"]["seq"]], row["record"]["leaf"])


class Subjects(unittest.TestCase):
    MARK = "xyzzy plugh 8241 frobnicate"

    def files(self, daemon):
        found = []
        for folder, _, names in os.walk(daemon.data):
            for name in names:
                path = os.path.join(folder, name)
                if os.path.isfile(path):
                    with open(path, "rb") as file:
                        found.append((path, file.read()))
        return found

    def holding(self, daemon, *needles):
        return sorted({os.path.basename(path) for path, data in self.files(daemon)
                       for needle in needles if needle.encode() in data})

    def run_erasure(self, is_running):
        with Daemon() as daemon:
            daemon.load("ledger", ROWS, HEADER)
            words = ["--role", "finance_analyst", "--tenant", TENANT]
            for name in ("ann", "bob"):
                daemon.command("user", "add", "--email", f"{name}@secret.example", *words, text="correct horse\n")
            daemon.start()
            tokens = {}
            for name in ("ann", "bob"):
                body = {"email": f"{name}@secret.example", "password": "correct horse"}
                _, reply, _ = daemon.request("POST", "/api/v1/auth/login", body)
                tokens[name] = reply["access_token"]
            own = {}
            for name, mark in (("ann", self.MARK), ("bob", "quux of bob")):
                own[name] = daemon.conversation(tokens[name], title=f"About {mark}")
                daemon.ask(tokens[name], own[name], f"What was revenue in January 2026? {mark}")
                path = f"/api/v1/ai/conversations/{own[name]}/messages"
                daemon.request("POST", path, {"message": f"And rent? {mark}"}, tokens[name],
                               {"Accept": "application/json", "Idempotency-Key": f"key-{name}"})
            exported = daemon.command("export", "ann@secret.example")
            lines = [json.loads(line) for line in exported.stdout.splitlines()]
            self.assertEqual(lines[0]["account"]["email"], "ann@secret.example")
            self.assertIn(self.MARK, exported.stdout)
            self.assertNotIn("quux of bob", exported.stdout)
            self.assertTrue(self.holding(daemon, self.MARK))
            if not is_running:
                daemon.stop()
            done = daemon.command("erase", "ann@secret.example")
            self.assertIn("1 key destroyed", done.stdout)
            self.assertEqual(self.holding(daemon, self.MARK, "ann@secret.example"), [])
            self.assertTrue(self.holding(daemon, "quux of bob"))
            self.assertIn("the journal holds", daemon.command("audit", "verify").stdout)
            if is_running:
                self.assertEqual(
                    daemon.request("GET", f"/api/v1/ai/conversations/{own['ann']}", token=tokens["ann"])[0], 401)
                daemon.stop()
            self.assertEqual(self.holding(daemon, self.MARK, "ann@secret.example"), [])
            daemon.start()
            self.assertEqual(self.holding(daemon, self.MARK, "ann@secret.example"), [])
            status, reply, _ = daemon.request(
                "GET", f"/api/v1/ai/conversations/{own['bob']}/messages", token=tokens["bob"])
            self.assertEqual(status, 200)
            self.assertIn("quux of bob", json.dumps(reply))
            body = {"email": "ann@secret.example", "password": "correct horse"}
            self.assertEqual(daemon.request("POST", "/api/v1/auth/login", body)[0], 401)
            rows = daemon.request("GET", LOGS + "?limit=100", token=daemon.token("auditor"))[1]
            self.assertNotIn("ann@secret.example", json.dumps(rows))
            self.assertIn("subject", {row["resource"]["type"] for row in rows["data"]})
            done = daemon.command("erase", "nobody@secret.example", check=False)
            self.assertEqual(done.returncode, 1)
            path = os.path.join(daemon.folder, "export.jsonl")
            daemon.command("audit", "export", "--out", path)
            self.assertIn("the journal holds", daemon.command("audit", "verify", path).stdout)

    def test_erasure_beside_a_running_daemon(self):
        self.run_erasure(True)

    def test_erasure_without_a_daemon(self):
        self.run_erasure(False)


class Redaction(unittest.TestCase):
    def test_what_is_taken_out_is_on_no_record_and_in_no_answer(self):
        with Daemon() as daemon:
            daemon.load("ledger", ROWS, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst", user="ann")
            conversation = daemon.conversation(token, title="Card 4111 1111 1111 1111")
            daemon.ask(token, conversation, "What was revenue in January 2026? My card is 4111 1111 1111 1111.")
            _, reply, _ = daemon.request("GET", f"/api/v1/ai/conversations/{conversation}/messages", token=token)
            self.assertIn("My card is [card].", json.dumps(reply))
            exported = daemon.command("export", "ann", "--tenant", TENANT).stdout
            self.assertIn("My card is [card].", exported)
            self.assertNotIn("4111 1111", exported + json.dumps(reply))


class Copies(unittest.TestCase):
    def test_a_copy_made_beside_a_running_daemon_serves_as_well(self):
        with Daemon() as daemon, Daemon() as other:
            daemon.load("ledger", ROWS, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            conversation = daemon.conversation(token)
            answer = daemon.ask(token, conversation, "What was revenue in January 2026?")
            path = os.path.join(daemon.folder, "copy")
            self.assertIn("records that hold", daemon.command("backup", path).stdout)
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            self.assertEqual(daemon.command("backup", path, check=False).returncode, 1)
            self.assertEqual(daemon.command("restore", path, check=False).returncode, 1)
            daemon.ask(token, conversation, "And what was rent?")
            other.command("restore", path)
            self.assertIn("the journal holds", other.command("audit", "verify").stdout)
            other.start()
            status, reply, _ = other.request("GET", f"/api/v1/ai/conversations/{conversation}/messages", token=token)
            self.assertEqual(status, 200, reply)
            self.assertEqual(reply["data"]["messages"][-1]["content"], answer["content"])
            self.assertEqual(len(reply["data"]["messages"]), 2)
            self.assertEqual(other.ask(token, conversation, "And what was rent?")["status"], "completed")
            with open(path, "r+b") as file:
                file.seek(os.path.getsize(path) // 2)
                byte = file.read(1)
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte[0] ^ 1]))
            with Daemon() as third:
                done = third.command("restore", path, check=False)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertFalse(os.path.exists(os.path.join(third.data, "journal.db")))


if __name__ == "__main__":
    unittest.main()
