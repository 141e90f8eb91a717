"""Walks every operation of the daemon's own document: with another tenant's ids, and with mutated requests."""
import http.client
import json
import os
import random
import re
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon  # noqa: E402

LEDGER = "date,account_code,account_name,section,amount,region,department"
BUDGET = "month,account_code,account_name,section,amount,region,lob,department"
DEALS = "id,name,account,owner,owner_email,amount,stage,probability,close_date,created_date,last_activity_date,next_step,region"
# Requests for each operation of the document; `--long` asks for ten thousand.
MUTATIONS = int(os.environ.get("MUTATIONS", "25"))
# What ends the session that asks, or runs on without an end.
SKIPPED = {"/api/v1/auth/logout", "/aems/api/v1/auth/logout"}
NASTY = [
    "", " ", "\u0000", "null", "true", "-1", "0", "1e999", "9" * 40, "../../etc/passwd", "%00", "' OR 1=1 --", "{{7*7}}",
    "<script>", "\ud7ff\uffff", "A" * 5000, "١٢٣", "2025-02-30", "\r\nX-Evil: 1", "kb://x/articles/y", "😀" * 50,
]


class Contract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2025-06-30"}, "ten_other": {"as_of": "2025-06-30"}})
        cls.addClassCleanup(cls.daemon.__exit__)
        rows = [(f"2025-{month:02d}-10", "6100", "Fuel", "opex", "100.00", "Alba", "Fleet") for month in range(1, 7)]
        rows.append(("2025-06-20", "6100", "Fuel", "opex", "5000.00", "Alba", "Fleet"))
        cls.daemon.load("ledger", rows, LEDGER)
        plan = [(f"2025-{month:02d}", "6100", "Fuel", "opex", "100.00", "", "", "Fleet") for month in range(1, 7)]
        cls.daemon.load("budget", plan, BUDGET)
        cls.daemon.load("deals", [
            ("deal_a", "A", "A", "Ann", "", "500.00", "Proposal", "0.5", "2025-08-01", "2025-05-01", "2025-05-30", "", "Alba"),
        ], DEALS)
        ledger = os.path.join(cls.daemon.folder, "ledger.csv")
        cls.daemon.command("import", "ledger", ledger, "--tenant", "ten_other")
        cls.daemon.start()
        cls.mine = cls.daemon.token("admin")
        cls.theirs = cls.daemon.token("admin", "stranger", "ten_other")
        cls.document = cls.daemon.request("GET", "/openapi.json")[1]
        conversation = cls.daemon.conversation(cls.mine)
        message = cls.daemon.ask(cls.mine, conversation, "What was our opex in June 2025?")["message_id"]
        cls.daemon.request("POST", "/aems/api/v1/ai/chat", {"query": "How is the pipeline?", "session_id": "board"}, cls.mine)
        anomalies = cls.daemon.request("GET", "/api/v1/dashboard/anomalies", token=cls.mine)[1]["data"]
        cls.identifiers = {"conversation_id": conversation, "message_id": message, "deal_id": "deal_a"}
        if anomalies:
            cls.identifiers["anomaly_id"] = anomalies[0]["id"]

    def operations(self):
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if path not in SKIPPED:
                    yield method.upper(), path, operation

    @staticmethod
    def filled(path, values):
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "nothing_1"), path)

    @classmethod
    def sample(cls, schema, depth=0):
        """The least body that a schema takes."""
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            names = schema.get("required", []) or list(schema.get("properties", {}))[: schema.get("minProperties", 0)]
            return {name: cls.sample(schema.get("properties", {}).get(name, {"type": "string"}), depth + 1) for name in names}
        if kind == "array":
            return [cls.sample(schema.get("items", {"type": "string"}), depth + 1)] * schema.get("minItems", 0)
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if kind == "boolean":
            return True
        return "2025-06-01" if schema.get("format") == "date" else "x" * max(1, schema.get("minLength", 1))

    def shown(self, reply, *secrets):
        """A reply without what differs in every one."""
        if isinstance(reply, bytes):
            return reply
        text = json.dumps(reply)
        for secret in secrets:
            text = text.replace(secret, "<id>")
        return re.sub(r'"(request_id|timestamp|trace_id|instance)": "[^"]*"', r'"\1": ""', text)

    def test_another_tenants_ids_are_answered_as_none(self):
        walked = 0
        for method, path, operation in self.operations():
            if "{" not in path or operation["security"] == []:
                continue
            names = re.findall(r"\{(\w+)\}", path)
            real = {name: self.identifiers.get(name, "nothing_1") for name in names}
            nothing = {name: "nothing_1" for name in names}
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            body = self.sample(content["schema"]) if content else None
            known = self.daemon.request(method, self.filled(path, real), body, self.theirs)
            unknown = self.daemon.request(method, self.filled(path, nothing), body, self.theirs)
            self.assertIn(known[0], (403, 404), (method, path, known[1]))
            self.assertEqual(known[0], unknown[0], (method, path))
            self.assertEqual(self.shown(known[1], *real.values()), self.shown(unknown[1], "nothing_1"), (method, path))
            walked += 1
        self.assertGreater(walked, 8)

    def test_a_foreign_tenant_header_is_refused_everywhere(self):
        for method, path, operation in self.operations():
            if operation["security"] == []:
                continue
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            body = self.sample(content["schema"]) if content else None
            status, _, _ = self.daemon.request(
                method, self.filled(path, self.identifiers), body, self.theirs, {"X-Tenant-ID": TENANT}
            )
            self.assertEqual(status, 403, (method, path))

    def test_names_of_sessions_do_not_tell_whether_they_are_taken(self):
        for name in ("board", "never_used"):
            status, reply, _ = self.daemon.request(
                "GET", f"/aems/api/v1/ai/history?session_id={name}", token=self.theirs
            )
            self.assertEqual((status, reply["error_code"]), (404, "SESSION_NOT_FOUND"))

    def test_mutated_requests_never_break_the_daemon(self):
        seed = int(os.environ.get("SEED", "7"))
        draw = random.Random(seed)
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
        for method, path, operation in self.operations():
            for number in range(MUTATIONS):
                asked = self.mutated(draw, method, path, operation)
                try:
                    connection.request(*asked)
                    response = connection.getresponse()
                    raw = response.read(1 << 20)
                    if response.status == 200 and "event-stream" in response.headers.get("Content-Type", ""):
                        connection.close()
                except (http.client.HTTPException, ConnectionError):
                    connection.close()  # refused in the middle of what it would not read
                    continue
                where = f"SEED={seed} {number} {asked[:2]} {raw[:300]}"
                self.assertLess(response.status, 500, where)
                self.assertNotIn(b".swift", raw, where)
                self.assertNotIn(b"Fatal", raw, where)
        connection.close()
        self.assertIsNone(self.daemon.process.poll(), f"SEED={seed}")
        self.assertEqual(self.daemon.request("GET", "/healthz")[0], 200)

    def mutated(self, draw, method, path, operation):
        values = {name: draw.choice([value, draw.choice(NASTY)]) for name, value in self.identifiers.items()}
        target = self.filled(path, {name: urllib.parse.quote(value, safe="") or "x" for name, value in values.items()})
        query = []
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query" and (parameter["required"] or draw.random() < 0.4):
                value = draw.choice([str(self.sample(parameter["schema"])), draw.choice(NASTY)])
                query.append(f"{parameter['name']}={urllib.parse.quote(value, safe='')}")
        if draw.random() < 0.1:
            query.append("colour=" + draw.choice(["red", "%ff%fe", "%"]))
        if query:
            target += "?" + "&".join(query)
        headers = {"Authorization": f"Bearer {self.mine}"}
        if draw.random() < 0.1:
            headers["Authorization"] = draw.choice(["Bearer x.y.z", "Basic eDp5", "Bearer", "Bearer " + "a" * 9000])
        if draw.random() < 0.2:
            name = draw.choice(["Accept", "Idempotency-Key", "Last-Event-ID", "If-None-Match", "Accept-Encoding", "Origin", "Cookie"])
            headers[name] = draw.choice(["*/*", "gzip", "x" * 300, "\"", "agentd_session=a.b.c", "text/html;q=x"])
        body = None
        if "requestBody" in operation:
            kind, content = next(iter(operation["requestBody"]["content"].items()))
            headers["Content-Type"] = kind if draw.random() < 0.95 else "text/plain"
            body = json.dumps(self.damaged(draw, self.sample(content["schema"]))).encode()
            if draw.random() < 0.15:
                body = draw.choice([b"", b"{", b"[]", b"\xff\xfe", b"nul", b"[" * 2000, b'{"a":1,"a":2}', body[:-1]])
        return method, target, body, headers

    def damaged(self, draw, value):
        roll = draw.random()
        if roll < 0.25:
            return draw.choice([None, True, -1, 1e300, 10 ** 30, [], {}, [[]], draw.choice(NASTY).encode("utf-8", "replace").decode()])
        if isinstance(value, dict):
            changed = {name: self.damaged(draw, item) if draw.random() < 0.5 else item for name, item in value.items()}
            if draw.random() < 0.2:
                changed[draw.choice(["extra", "", "__proto__", "x" * 300])] = draw.choice([1, None, "y"])
            if changed and draw.random() < 0.1:
                changed.pop(next(iter(changed)))
            return changed
        return value


if __name__ == "__main__":
    unittest.main()
