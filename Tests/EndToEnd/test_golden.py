"""Golden exchanges: each `Tests/agentdTests/Golden/PROFILE/*.http` holds a request, a line of dashes, and the answer.

`UPDATE_GOLDEN=1` writes the answers anew; the difference is reviewed like code. In requests `<token ROLE>` is a token,
`<N letters>` is a long word, and the names of `Makers` are identifiers that stand for what the test has made
(`<fresh NAME>` for one that this exchange alone has); in answers `<id>` `<time>` and `<seconds>` stand for what differs each time.
The exchanges run in the order of their names. Those in `limited` are met by a daemon that lets one request in a minute
through, and are asked twice.
"""
import difflib
import http.client
import json
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
PASSWORD = "a long password"
# Made by faults of the disk, of other servers or of the daemon, or by a turn that is cut: unit tests hold these.
UNREACHED = {
    "INTERNAL_ERROR", "BAD_GATEWAY", "SERVICE_UNAVAILABLE", "AI_SERVICE_UNAVAILABLE", "GATEWAY_TIMEOUT", "TIMEOUT",
    "AI_QUERY_FAILED", "NOT_ACCEPTABLE", "UNPROCESSABLE_ENTITY", "LIMIT_EXCEEDED", "WORKFLOW_ERROR",
}
# Their success is shown by the suites that give them what they need: suites of prompts, calls that wait.
TOLD_ELSEWHERE = {
    ("post", "/api/v1/evaluations"), ("get", "/api/v1/evaluations/{evaluation_id}"),
    ("post", "/api/v1/governance/approvals/{approval_id}/approve"),
    ("post", "/api/v1/governance/approvals/{approval_id}/reject"),
}


def mail(number, subject, body, head=""):
    return (
        f"From: Bea <bea@b.test>\r\nTo: desk@x.test\r\nSubject: {subject}\r\nMessage-ID: <{number}@b.test>\r\n"
        f"Date: Mon, 0{number} Jun 2025 10:00:00 +0000\r\n{head}\r\n{body}\r\n"
    )


class Makers:
    """Makes what exchanges are about; each name is made once, `fresh` each time."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.admin = daemon.token("admin", "golden")
        self.kept = {}
        self.count = 0

    def value(self, words):
        if words[0] == "fresh":
            return self.made("_".join(words[1:]))
        name = "_".join(words)
        if name not in self.kept:
            self.kept[name] = self.made(name)
        return self.kept[name]

    def made(self, name):
        self.count += 1
        return getattr(self, name)()

    def post(self, path, body, status=201):
        got, reply, _ = self.daemon.request("POST", path, body, self.admin)
        assert got == status, (path, reply)
        return reply

    def conversation(self):
        return self.daemon.conversation(self.admin)

    def message(self):
        return self.daemon.ask(self.admin, self.value(["conversation"]), "What was our revenue in June 2025?")["message_id"]

    def anomaly(self):
        return self.daemon.request("GET", "/api/v1/dashboard/anomalies", token=self.admin)[1]["data"][0]["id"]

    def refresh(self):
        body = {"email": "chief@x.test", "password": PASSWORD}
        return self.post("/api/v1/auth/login", body, 200)["refresh_token"]

    def user(self):
        return self.post("/api/v1/auth/login", {"email": "chief@x.test", "password": PASSWORD}, 200)["user"]["id"]

    def session(self):
        return self.post("/aems/api/v1/ai/chat", {"query": "How is the pipeline?"}, 200)["session_id"]

    def scenario(self):
        return self.post("/api/v1/scenarios", {
            "name": "Fares", "type": "what_if",
            "time_horizon": {"start_date": "2025-07-01", "end_date": "2025-12-31", "granularity": "monthly"},
            "assumptions": [{"category": "Revenue", "name": "Fares", "type": "percentage", "value": 5, "applies_to": ["Tickets"]}],
        })["data"]["id"]

    other_scenario = submitted_scenario = scenario

    def email_named(self, subject):
        found = self.daemon.request("GET", "/cnc/v1/emails", token=self.admin)[1]["data"]
        return next(item["id"] for item in found if item["subject"] == subject)

    def email(self):
        return self.email_named("My order")

    def list_email(self):
        return self.email_named("News")

    def support_conversation(self):
        return self.post("/cnc/v1/conversations", {"channel": "web_chat", "customer_id": "cus_1"})["data"]["id"]

    def article(self):
        return self.post("/cnc/v1/knowledge-base/articles", {
            "title": f"Golden refunds {self.count}", "content": "Refunds of golden tickets take five days.",
            "category": "golden", "tags": ["refunds"],
        })["data"]["id"]

    def webhook(self):
        return self.post("/cnc/v1/webhooks", {"url": "https://hooks.invalid/m", "events": ["email.sent"]})["data"]["id"]

    def opinion(self):
        body = {"message_id": self.value(["message"]), "rating": "thumbs_up", "comment": "Short and right."}
        return self.post("/aems/api/v1/ai/feedback", body)["feedback_id"]

    def key_materials(self):
        words = ["key", "add", "--tenant", TENANT, "--name", "golden", "--scope", "materials:read"]
        return self.daemon.command(*words).stdout.strip()


def world(**configuration):
    daemon = Daemon(
        tenants={TENANT: {"as_of": "2025-06-30", "name": "Ferries", "mail": {"address": "desk@x.test", "name": "The Desk"}}},
        **configuration,
    )
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
    daemon.load("ledger", rows, LEDGER)
    daemon.load("budget", plan, BUDGET)
    daemon.load("deals", [
        ("d1", "One", "A", "Ann", "ann@x.test", "500.00", "Proposal", "0.5", "2025-08-01", "2025-06-01", "2025-06-20", "call", "Alba"),
        ("d2", "Two", "B", "Ann", "ann@x.test", "300.00", "Closed Won", "1", "2025-06-04", "2025-05-01", "2025-06-04", "", "Borgo"),
        ("d3", "Three", "B", "Bob", "bob@x.test", "100.00", "Qualification", "0.2", "2025-09-01", "2025-06-02", "2025-06-21", "", "Alba"),
    ], DEALS)
    daemon.load("customers", [["cus_1", "A", "A", "bea@b.test", "VIP"], ["cus_2", "B", "B", "", "Basic"]], "id,code,name,email,segment")
    daemon.load("orders", [
        [f"o{month}", f"ORD-{month}", "A", "in_production", f"2025-{month:02d}-05", "2025-08-01", "2025-08-10", "100.00", "USD"]
        for month in range(1, 7)
    ], "id,number,customer,status,order_date,required_date,expected_date,total,currency")
    daemon.load("materials", [["MAT-1", "Steel", "kg", "500", "100"], ["MAT-2", "Rope", "m", "5", "10"]],
                "code,name,unit,stock,reorder_point")
    daemon.load("material_usage", [[f"2025-{month:02d}-10", "MAT-1", 100] for month in range(1, 6)], "date,code,quantity")
    daemon.load("rates", [
        ["machine_hour", "mill", "80", "USD/h"], ["labour_hour", "operator", "40", "USD/h"], ["overhead", "shop", "50", "%"],
        ["material_price", "aluminum", "6", "USD/kg"], ["complexity_factor", "medium", "1", ""],
    ], "kind,name,value,unit")
    folder = os.path.join(daemon.folder, "mail", "orders")
    os.makedirs(folder)
    for number, text in [
        (2, mail(2, "My order", "What is the status of my order ORD-6?")),
        (9, mail(9, "News", "Read this.", "List-Id: <news.b.test>\r\n")),
    ]:
        with open(os.path.join(folder, f"{number}.eml"), "w", newline="") as file:
            file.write(text)
    daemon.command("import", "emails", os.path.dirname(folder), "--tenant", TENANT)
    daemon.command("user", "add", "--email", "chief@x.test", "--role", "executive", "--tenant", TENANT, text=PASSWORD + "\n")
    return daemon.start()


def normal(text):
    text = re.sub(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "<token>", text)
    text = re.sub(
        r"\b(?:chatcmpl-)?(?:msg|conv|req|call|usr|ano|anom|sug|fb|rt|ledger|tok|scen|sim|eml|whk|own|acc|appr|art|kb)_[\w-]{8,}",
        "<id>", text,
    )
    text = re.sub(r"\bbut_[\w-]+", "<id>", text)
    text = re.sub(r"^id: [0-9a-f]{10}-", "id: <id>-", text, flags=re.M)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<time>", text)
    text = re.sub(r'"(leaf|trace_id|hash|sha256)":"[0-9a-f]+"', r'"\1":"<id>"', text)
    text = re.sub(r'"next_cursor":"[\w-]+"', '"next_cursor":"<cursor>"', text)
    text = re.sub(r'"(seq|data_version)":\d+', r'"\1":0', text)
    text = re.sub(r'(Retry-After: |"retry_after(?:_seconds)?":|retry after )\d+', r"\1<seconds>", text)
    text = re.sub(r'"log_\d+"', '"<id>"', text)
    text = re.sub(r'"(created|processing_time_ms|duration_ms|average_response_time_ms|elapsed_ms)":\d+', r'"\1":0', text)
    return re.sub(r'"(prompt|completion|total)_tokens":\d+', r'"\1_tokens":0', text)


class Exchanges:
    """Asks what a file says of one daemon."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.makers = Makers(daemon)
        self.tokens = {}

    def filled(self, text):
        def value(match):
            words = match[1].split()
            if words[0] == "token":
                role = words[1]
                if words[-1] == "expired":
                    return self.daemon.token(role, "golden", ttl=-120)
                if role not in self.tokens or "logout" in text.split("\n", 1)[0]:
                    token = self.daemon.token(role, "golden")
                    if "logout" in text.split("\n", 1)[0]:
                        return token
                    self.tokens[role] = token
                return self.tokens[role]
            if words[-1] == "letters":
                return "x" * int(words[0])
            return self.makers.value(words)
        return re.sub(r"<(token \w+(?: expired)?|\d+ letters|[a-z]+(?: [a-z]+)*)>", value, text)

    def ask(self, request):
        request = request.strip("\n") if "\n\n" not in request.strip("\n") else request.rstrip("\n")
        head, _, body = request.partition("\n\n")
        first, *lines = self.filled(head).split("\n")
        method, path = first.split(" ", 1)
        headers = dict(line.split(": ", 1) for line in lines if line)
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=60)
        data = self.filled(body).rstrip("\n").encode() if body.strip() else None
        try:
            connection.request(method, path, data, headers)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before it was read whole; the answer is there
        response = connection.getresponse()
        raw = response.read().decode()
        connection.close()
        shown = [f"{response.status}"] + [f"{name}: {response.headers[name]}" for name in SHOWN if response.headers[name]]
        # Comment lines keep a stream awake; how many there are is chance.
        raw = re.sub(r"^:\n\n", "", raw, flags=re.M)
        return method, path, normal("\n".join(shown) + "\n\n" + raw).rstrip("\n") + "\n"


class Golden(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = world()
        cls.addClassCleanup(cls.daemon.__exit__)

    @staticmethod
    def files(limited):
        return sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(FOLDER) for name in names
            if name.endswith(".http") and (os.path.basename(folder) == "limited") == limited
        )

    def compare(self, path, exchanges, times=1):
        with self.subTest(path=os.path.relpath(path, FOLDER)):
            with open(path) as file:
                request, _, expected = file.read().partition(DASHES + "\n")
            for _ in range(times):
                method, target, answer = exchanges.ask(request)
            if os.environ.get("UPDATE_GOLDEN"):
                with open(path, "w") as file:
                    file.write(request.rstrip("\n") + "\n" + DASHES + "\n" + answer)
            elif answer != expected:
                lines = difflib.unified_diff(expected.split("\n"), answer.split("\n"), "expected", "answered", lineterm="")
                self.fail("\n".join(list(lines)[:60]))
            return method, target, answer

    def test_exchanges(self):
        exchanges = Exchanges(self.daemon)
        for name in ("conversation", "message", "anomaly"):
            exchanges.makers.value([name])
        told = [self.compare(path, exchanges) for path in self.files(limited=False)]
        self.check([one for one in told if one])

    def check(self, told):
        """Every operation has an exchange that succeeds, every name of an error one that shows it."""
        document = self.daemon.request("GET", "/openapi.json")[1]
        succeeded, names = set(), set()
        patterns = {
            path: re.compile("^" + re.sub(r"\\\{\w+\\\}", "[^/?]+", re.escape(path)) + r"(\?|$)") for path in document["paths"]
        }
        for method, target, answer in told:
            names.update(re.findall(r'"(?:code|error_code)":"(\w+)"', answer))
            if answer.startswith("2"):
                # The most literal of the paths that fit is the one that served.
                fits = [path for path, pattern in patterns.items() if pattern.match(target)]
                if fits:
                    succeeded.add((method.lower(), min(fits, key=lambda path: path.count("{"))))
        missing = []
        for path, item in document["paths"].items():
            if not path.startswith(("/api/", "/aems/", "/cnc/", "/v1/", "/mcp")):
                continue
            for method in item:
                if (method, path) not in succeeded | TOLD_ELSEWHERE:
                    missing.append(f"{method} {path}")
        self.assertEqual(missing, [])
        self.assertEqual(sorted(self.declared(document) - names - UNREACHED - {"RATE_LIMITED", "RATE_LIMIT_EXCEEDED"}), [])

    @staticmethod
    def declared(document):
        """The names of errors in capital letters that the document tells of."""
        return set(re.findall(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b", json.dumps([
            response.get("description", "") for item in document["paths"].values() for operation in item.values()
            for status, response in operation["responses"].items() if status[0] in "45"
        ])))


class Limited(Golden):
    @classmethod
    def setUpClass(cls):
        rate = {"requests": 1, "seconds": 60}
        cls.daemon = world(limits={"rate": {"ai": rate, "auth": rate, "general": rate}})
        cls.addClassCleanup(cls.daemon.__exit__)

    def test_exchanges(self):
        exchanges = Exchanges(self.daemon)
        for path in self.files(limited=True):
            self.compare(path, exchanges, times=2)


if __name__ == "__main__":
    unittest.main()
