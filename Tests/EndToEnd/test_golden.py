"""Golden exchanges: each `Tests/agentdTests/Golden/PROFILE/*.http` holds a request, a line of dashes, and the answer.

`UPDATE_GOLDEN=1` writes the answers anew; the difference is reviewed like code. In requests `<token ROLE>` is a token,
`<conversation>`, `<message>` and `<anomaly>` are identifiers that stand for what the test has made; in answers
`<id>` and `<time>` stand for what differs each time.
"""
import difflib
import http.client
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ROOT, TENANT, Daemon  # noqa: E402

FOLDER = os.path.join(ROOT, "Tests", "agentdTests", "Golden")
DASHES = "-" * 72
SHOWN = ["Content-Type", "Allow", "WWW-Authenticate", "Retry-After"]
LEDGER = "date,account_code,account_name,section,amount,region,department"
BUDGET = "month,account_code,account_name,section,amount,region,lob,department"
DEALS = "id,name,account,owner,owner_email,amount,stage,probability,close_date,created_date,last_activity_date,next_step,region"


class Golden(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2025-06-30", "name": "Ferries"}})
        cls.addClassCleanup(cls.daemon.__exit__)
        rows, plan = [], []
        for month in range(1, 7):
            day = f"2025-{month:02d}-10"
            rows += [
                (day, "4100", "Tickets", "revenue", "900.00", "Alba", ""), (day, "4100", "Tickets", "revenue", "300.00", "Borgo", ""),
                (day, "6100", "Fuel", "opex", "2400.00" if month == 6 else "400.00", "", "Fleet"),
            ]
            plan += [
                (f"2025-{month:02d}", "4100", "Tickets", "revenue", "1250.00", "", "", ""),
                (f"2025-{month:02d}", "6100", "Fuel", "opex", "400.00", "", "", "Fleet"),
            ]
        cls.daemon.load("ledger", rows, LEDGER)
        cls.daemon.load("budget", plan, BUDGET)
        cls.daemon.load("deals", [
            ("d1", "One", "A", "Ann", "ann@x.test", "500.00", "Proposal", "0.5", "2025-08-01", "2025-06-01", "2025-06-20", "call", "Alba"),
            ("d2", "Two", "B", "Ann", "ann@x.test", "300.00", "Closed Won", "1", "2025-06-04", "2025-05-01", "2025-06-04", "", "Borgo"),
        ], DEALS)
        cls.daemon.command("user", "add", "--email", "chief@x.test", "--role", "executive", "--tenant", TENANT,
                           text="a long password\n")
        cls.daemon.start()
        token = cls.daemon.token("admin", "golden")
        conversation = cls.daemon.conversation(token)
        message = cls.daemon.ask(token, conversation, "What was our revenue in June 2025?")["message_id"]
        found = cls.daemon.request("GET", "/api/v1/dashboard/anomalies", token=token)[1]["data"]
        cls.values = {"conversation": conversation, "message": message, "anomaly": found[0]["id"] if found else "none"}
        cls.tokens = {}

    def filled(self, text):
        def value(match):
            words = match[1].split()
            if words[0] == "token":
                role = words[1]
                if role not in self.tokens:
                    self.tokens[role] = self.daemon.token(role, "golden", ttl=-120 if words[-1] == "expired" else 3600)
                return self.daemon.token(role, "golden", ttl=-120) if words[-1] == "expired" else self.tokens[role]
            return self.values[words[0]]
        return re.sub(r"<(token \w+(?: expired)?|conversation|message|anomaly)>", value, text)

    def normal(self, text):
        text = re.sub(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "<token>", text)
        text = re.sub(r"\b(?:chatcmpl-)?(?:msg|conv|req|call|usr|ano|anom|sug|fb|rt|ledger|tok)_[\w-]{8,}", "<id>", text)
        text = re.sub(r"^id: [0-9a-f]{10}-", "id: <id>-", text, flags=re.M)
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<time>", text)
        text = re.sub(r'"trace_id":"[0-9a-f]+"', '"trace_id":"<id>"', text)
        text = re.sub(r'"(created|processing_time_ms|duration_ms|average_response_time_ms)":\d+', r'"\1":0', text)
        return re.sub(r'"(prompt|completion|total)_tokens":\d+', r'"\1_tokens":0', text)

    def exchange(self, request):
        head, _, body = request.partition("\n\n")
        first, *lines = self.filled(head).split("\n")
        method, path = first.split(" ", 1)
        headers = dict(line.split(": ", 1) for line in lines if line)
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
        connection.request(method, path, self.filled(body).rstrip("\n").encode() if body.strip() else None, headers)
        response = connection.getresponse()
        raw = response.read().decode()
        connection.close()
        shown = [f"{response.status}"] + [f"{name}: {response.headers[name]}" for name in SHOWN if response.headers[name]]
        # Comment lines keep a stream awake; how many there are is chance.
        raw = re.sub(r"^:\n\n", "", raw, flags=re.M)
        return self.normal("\n".join(shown) + "\n\n" + raw).rstrip("\n") + "\n"

    def test_exchanges(self):
        files = sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(FOLDER) for name in names if name.endswith(".http")
        )
        self.assertGreater(len(files), 20)
        for path in files:
            with self.subTest(path=os.path.relpath(path, FOLDER)):
                with open(path) as file:
                    request, _, expected = file.read().partition(DASHES + "\n")
                answer = self.exchange(request.strip("\n") if "\n\n" not in request.strip("\n") else request.rstrip("\n"))
                if os.environ.get("UPDATE_GOLDEN"):
                    with open(path, "w") as file:
                        file.write(request.rstrip("\n") + "\n" + DASHES + "\n" + answer)
                elif answer != expected:
                    lines = difflib.unified_diff(expected.split("\n"), answer.split("\n"), "expected", "answered", lineterm="")
                    self.fail("\n".join(list(lines)[:60]))


if __name__ == "__main__":
    unittest.main()
