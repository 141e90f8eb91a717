"""Walks every operation of the daemon's own document: with another tenant's ids, and with mutated requests."""
import gzip
import http.client
import json
import os
import random
import re
import socket
import statistics
import sys
import time
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon  # noqa: E402

LEDGER = "date,account_code,account_name,section,amount,region,department"
BUDGET = "month,account_code,account_name,section,amount,region,lob,department"
DEALS = "id,name,account,owner,owner_email,amount,stage,probability,close_date,created_date,last_activity_date,next_step,region"
# Requests for each class of routes (the first segments of their paths); `--long` asks for ten thousand.
MUTATIONS = int(os.environ.get("MUTATIONS", "60"))
# Pairs of requests of which the medians are compared.
TIMINGS = int(os.environ.get("TIMINGS", "25"))
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
        cls.daemon.load("customers", [["cus_a", "A", "A", "a@a.test"]], "id,code,name,email")
        cls.daemon.load("orders", [["o1", "ORD-1", "A", "shipped", "2025-05-01", "10", "USD"]],
                        "id,number,customer,status,order_date,total,currency")
        cls.daemon.load("materials", [["MAT-A", "Steel", "kg", "5"]], "code,name,unit,stock")
        cls.daemon.load("material_usage", [[f"2025-{month:02d}-10", "MAT-A", 10] for month in range(1, 6)], "date,code,quantity")
        cls.daemon.load("rates", [["machine_hour", "mill", "80", "USD/h"]], "kind,name,value,unit")
        folder = os.path.join(cls.daemon.folder, "mail")
        os.mkdir(folder)
        with open(os.path.join(folder, "a.eml"), "w", newline="") as file:
            file.write("From: A <a@a.test>\r\nTo: desk@x.test\r\nSubject: Hello\r\nMessage-ID: <1@a.test>\r\n"
                       "Date: Mon, 02 Jun 2025 10:00:00 +0000\r\n\r\nHello.\r\n")
        cls.daemon.command("import", "emails", folder, "--tenant", TENANT)
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
        cls.identifiers = {
            "conversation_id": conversation, "message_id": message, "deal_id": "deal_a", "opportunity_id": "deal_a",
            "quotation_id": "deal_a", "customer_id": "cus_a", "material_id": "MAT-A", "anomaly_id": anomalies[0]["id"],
            "email_id": cls.daemon.request("GET", "/cnc/v1/emails", token=cls.mine)[1]["data"][0]["id"],
        }
        for name, path, body in [
            ("scenario_id", "/api/v1/scenarios", {
                "name": "Fuel", "type": "what_if",
                "time_horizon": {"start_date": "2025-07-01", "end_date": "2025-09-30", "granularity": "monthly"},
                "assumptions": [{"category": "Costs", "name": "Fuel", "type": "percentage", "value": -5, "applies_to": ["Fuel"]}],
            }),
            ("article_id", "/cnc/v1/knowledge-base/articles", {"title": "Ropes", "content": "They are checked."}),
            ("webhook_id", "/cnc/v1/webhooks", {"url": "https://hooks.invalid/x", "events": ["email.sent"]}),
        ]:
            status, reply, _ = cls.daemon.request("POST", path, body, cls.mine)
            assert status == 201, reply
            cls.identifiers[name] = reply["data"]["id"]

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

    def test_a_foreign_id_takes_as_long_as_a_missing_one(self):
        """Medians of interleaved requests; what is told apart by time is told apart again when asked anew."""
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
        headers = {"Authorization": f"Bearer {self.theirs}", "Content-Type": "application/json"}

        def took(method, target, body):
            start = time.perf_counter()
            connection.request(method, target, body, headers)
            connection.getresponse().read()
            return time.perf_counter() - start

        def ratio(method, targets, body):
            times = {target: [] for target in targets}
            for _ in range(TIMINGS):
                for target in targets:
                    times[target].append(took(method, target, body))
            foreign, missing = (statistics.median(times[target]) for target in targets)
            return foreign / missing
        for method, path, operation in self.operations():
            names = re.findall(r"\{(\w+)\}", path)
            if operation["security"] == [] or not any(name in self.identifiers for name in names):
                continue
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            body = json.dumps(self.sample(content["schema"])) if content else None
            # Of the same form, so that only what is there differs.
            missing = {name: value[:-1] + chr(ord(value[-1]) + 1) for name, value in self.identifiers.items()}
            targets = [self.filled(path, self.identifiers), self.filled(path, missing)]
            found = []
            for _ in range(4):
                found.append(ratio(method, targets, body))
                if 0.7 < found[-1] < 1.4:
                    break
            self.assertTrue(0.7 < found[-1] < 1.4, (method, path, found))
        connection.close()

    def test_a_login_tells_by_its_time_neither_who_is_there(self):
        people = [f"p{number}@people.test" for number in range(4)]
        for person in people:
            self.daemon.command("user", "add", "--email", person, "--role", "viewer", "--tenant", TENANT, text="right words here\n")

        def took(email):
            start = time.perf_counter()
            status, reply, _ = self.daemon.request("POST", "/api/v1/auth/login", {"email": email, "password": "wrong words here"})
            self.assertEqual((status, reply["error"]["code"]), (401, "UNAUTHORIZED"))
            return time.perf_counter() - start, {name: value for name, value in reply["error"].items() if name != "trace_id"}
        found = []
        for attempt in range(2):
            known, unknown = [], []
            for number in range(4):
                for person in people:
                    known.append(took(person))
                    unknown.append(took(f"nobody{attempt}{number}{person}"))
            self.assertEqual({json.dumps(reply) for _, reply in known}, {json.dumps(reply) for _, reply in unknown})
            # The least of many is what the work costs; what else the machine does only adds to it.
            found.append(min(time for time, _ in known) / min(time for time, _ in unknown))
            if 0.75 < found[-1] < 1.33:
                break
        self.assertTrue(0.75 < found[-1] < 1.33, found)

    def test_mutated_requests_never_break_the_daemon(self):
        seed = int(os.environ.get("SEED", "7"))
        draw = random.Random(seed)
        classes = {}
        for operation in self.operations():
            classes.setdefault("/".join(operation[1].split("/")[:4]), []).append(operation)
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
        for name, operations in classes.items():
            for number in range(max(MUTATIONS, len(operations))):
                method, path, operation = operations[number % len(operations)]
                asked = self.mutated(draw, method, path, operation)
                try:
                    if draw.random() < 0.2:
                        status, raw = self.wild(draw, *asked)
                    else:
                        connection.request(*asked)
                        response = connection.getresponse()
                        raw, status = response.read(1 << 20), response.status
                        if status == 200 and "event-stream" in response.headers.get("Content-Type", ""):
                            connection.close()
                except (http.client.HTTPException, OSError, UnicodeError):
                    connection.close()  # refused in the middle of what it would not read
                    continue
                where = f"SEED={seed} {name} {number} {asked[:2]} {raw[:300]}"
                self.assertTrue(status is None or status < 500 or status in (501, 505), where)
                # What succeeds may tell of the configuration to those who audit; a refusal tells of nothing inside.
                for leak in (b".swift", b"Fatal", b"SQL", b"sqlite", self.daemon.folder.encode()):
                    self.assertFalse(leak in raw and (status is None or status >= 400), where)
            self.assertIsNone(self.daemon.process.poll(), f"SEED={seed} {name}")
        connection.close()
        self.assertEqual(self.daemon.request("GET", "/healthz")[0], 200)

    def wild(self, draw, method, target, body, headers):
        """The request as bytes that no library would send; the status that it is answered with, or nothing."""
        roll = draw.randrange(14)
        lines = [f"{name}: {value}" for name, value in headers.items()]
        body = body or b""
        length = [f"Content-Length: {len(body)}"] if body else []
        version = "HTTP/1.1"
        path, _, query = target.partition("?")
        if roll == 0:  # letters that are escaped for no reason
            path = "".join(f"%{ord(letter):02X}" if draw.random() < 0.3 and letter != "/" else letter for letter in path)
        elif roll == 1:
            path = path.replace("/", draw.choice(["//", "/./", "/../", "/%2e%2e/", "\\", "/%2f"]), draw.randint(1, 3))
        elif roll == 2:
            path = draw.choice([path.upper(), path + "/", path + ";v=1", path + "%00", path + "\xff", "http://evil.test" + path])
        elif roll == 3:
            length = draw.choice([["Content-Length: -1"], ["Content-Length: 5", "Content-Length: 6"], ["Content-Length: 99999999999"],
                                  ["Transfer-Encoding: chunked", "Content-Length: 3"], ["Transfer-Encoding: gzip"]])
        elif roll == 4 and body:
            length = ["Transfer-Encoding: chunked"]
            cut = draw.randint(0, len(body))
            body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:cut], body[cut:]) if part) + b"0\r\n\r\n"
        elif roll == 5:
            length, body = ["Transfer-Encoding: chunked"], draw.choice([b"zz\r\n", b"5\r\nab", b"ffffffffffffffff\r\n", b"1;x=y\r\na\r\n0\r\n"])
        elif roll == 6:
            lines += draw.choice([["X" * 300 + ": y"], ["A: " + "b" * 20000], [f"N{number}: x" for number in range(300)],
                                  [" folded: x"], ["No colon"], ["Host: other.test"], ["\x01: x"]])
        elif roll == 7:
            version = draw.choice(["HTTP/1.0", "HTTP/2.0", "HTTP/9", "ICY", "http/1.1"])
        elif roll == 8:
            method = draw.choice(["get", "TRACE", "CONNECT", "PROPFIND", "M" * 100, "G\u00c9T"])
        elif roll == 9:
            lines.append("Content-Encoding: " + draw.choice(["gzip", "br", "identity", "x" * 100]))
            body = body and gzip.compress(body)
            length = [f"Content-Length: {len(body)}"] if body else []
        elif roll == 10:
            lines.append("Expect: " + draw.choice(["100-continue", "magic"]))
        elif roll == 11:
            lines.append("Cookie: " + draw.choice(["agentd_session=", "agentd_session=a; agentd_session=b", "=;;", "x" * 4000]))
        elif roll == 12:
            body = body.decode("utf-8", "replace").encode(draw.choice(["utf-16", "utf-32", "utf-8-sig"]))
            length = [f"Content-Length: {len(body)}"] if body else []
        end = "\n" if roll == 13 else "\r\n"
        target = path + ("?" + query if query else "")
        head = end.join([f"{method} {target} {version}", "Host: 127.0.0.1", *lines, *length, "Connection: close", "", ""])
        with socket.create_connection(("127.0.0.1", self.daemon.port), 10) as connection:
            connection.settimeout(1.5)
            connection.sendall(head.encode("latin-1", "replace") + body)
            connection.shutdown(socket.SHUT_WR)
            raw = b""
            while len(raw) < 1 << 20 and b"event-stream" not in raw[:2000]:
                part = connection.recv(65536)
                if not part:
                    break
                raw += part
        found = re.match(rb"HTTP/1\.[01] (\d{3})", raw.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n"))
        return (int(found[1]) if found else None), raw

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
