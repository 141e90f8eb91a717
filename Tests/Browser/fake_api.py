#!/usr/bin/env python3
"""A small stand-in for the service: the page's files out of the Swift sources, and the part of the API that it uses.

usage: fake_api.py [PORT]     (0, the default, picks one; prints `listening on http://127.0.0.1:PORT`)

Answers are scripted by words in the question: "long" streams numbered words, "waterfall", "line", "pie" and "bar" bring
charts, "hostile" brings markup in every field, "cut" drops the connection in the middle, "fail", "degraded", "approval",
"limit" (429 once), "late" (the stream opens after 1.5 s)
and "unverified" do what they say. Everything is kept as events with ids, so streams can be resumed.
"""
import http.server
import itertools
import json
import pathlib
import re
import sys
import textwrap
import threading
import time

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "agentd" / "Page"
TYPES = {"html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
         "javascript": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
       "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
HOSTILE = "<img src=x onerror=\"window.pwned=1\"><script>window.pwned=1</script>\"><b>bold</b>"
ACCOUNTS = [{"email": f"{role}@{company}.demo", "role": role, "tenant": f"ten_{company}"}
            for company in ("aether", "aems") for role in ("admin", "finance_director", "finance_analyst", "viewer", "auditor")]
EXCERPT = ("Spend above budget by more than 5% is explained by the owner of the account within five working days. "
           "The explanation names the vendor and says whether the difference will recur.")

identifiers = itertools.count(1)
lock = threading.Condition()
conversations = {}
seen_keys = {}
cancelled_calls = []
limited = set()


def assets():
    found = {}
    pattern = re.compile(r'PageAsset\(\s*path: "([^"]+)",\s*contentType: \.(\w+),\s*text: #"""\n(.*?)\n[ ]*"""#', re.S)
    for source in sorted(SOURCES.glob("*.swift")):
        for path, kind, body in pattern.findall(source.read_text()):
            found[path] = (TYPES[kind], (textwrap.dedent(body) + "\n").encode())
    return found


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def ledger(index, code, name, rows=42):
    return {"index": index, "source": "ledger", "id": f"led_{code}", "account": code,
            "accounts": [{"code": code, "name": name}],
            "period": {"start_date": "2026-01-01", "end_date": "2026-01-31"},
            "query": f'variance_drivers {{"by":"account","metric":"opex","period":"2026-01"}}', "rows": rows, "text": name}


ARTICLE = {"index": 1, "source": "article", "id": "kb_014", "title": "Explaining budget variances", "file": "variances.md",
           "heading_path": ["Controlling", "Monthly close", "Variances"], "start": 120, "end": 310, "text": EXCERPT}
ANOMALY = {"index": 2, "source": "anomaly", "id": "anom_001", "account": "6200-100",
           "text": "Cloud Infrastructure 47% above budget"}
ACTIONS = [{"type": "question", "label": "Which vendors are behind the cloud costs?"},
           {"type": "question", "label": "How did OPEX develop over the last 12 months?"},
           {"type": "drill_down", "label": "View OPEX breakdown", "url": "/metrics/opex/breakdown"}]
MONTHS = ["Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan"]
CHARTS = {
    "waterfall": {"type": "waterfall", "title": "From budget to actual OPEX, January 2026",
                  "config": {"x_axis": "label", "y_axis": "value", "unit": "currency", "currency": "USD"},
                  "data": [{"label": "Budget", "value": 3000000, "type": "start"},
                           {"label": "Cloud Infrastructure", "value": 79000, "type": "increase"},
                           {"label": "Contractor Costs", "value": 65000, "type": "increase"},
                           {"label": "Software Licenses", "value": 56000, "type": "increase"},
                           {"label": "Travel", "value": -30000, "type": "decrease"},
                           {"label": "Actual", "value": 3170000, "type": "end"}]},
    "line": {"type": "line", "title": "OPEX against budget, last 12 months",
             "config": {"x_axis": "month", "y_axis": ["actual", "budget"], "unit": "currency", "currency": "USD"},
             "data": [{"month": month, "actual": 2700000 + 37000 * at + (90000 if at % 4 == 1 else 0),
                       "budget": 2720000 + 26000 * at} for at, month in enumerate(MONTHS)]},
    "bar": {"type": "bar", "title": "Q2 sales by region",
            "data": [{"region": "North", "sales": 200000, "percentage": 44.4}, {"region": "South", "sales": 150000, "percentage": 33.3},
                     {"region": "West", "sales": 100000, "percentage": 22.2}],
            "config": {"x_axis": "region", "y_axis": "sales", "unit": "currency", "currency": "USD", "color_scheme": "business"}},
    "pie": {"type": "pie", "title": "Spend by vendor", "config": {"x_axis": "vendor", "y_axis": "spend", "unit": "currency", "currency": "EUR"},
            "data": [{"vendor": "Amazon Web Services", "spend": 245000.5}, {"vendor": "Contoso Consulting", "spend": 132000},
                     {"vendor": "unassigned", "spend": 18000}]},
}


def script(question):
    """The steps of an answer: (seconds to wait, event, data)."""
    text = question.lower()
    yield 0.05, "tool_call", {"id": "call_1", "name": "variance_drivers", "status": "running",
                              "arguments": {"metric": "opex", "period": "2026-01", "compare_to": "budget"}}
    yield 0.25, "tool_result", {"id": "call_1", "name": "variance_drivers", "status": "completed", "duration_ms": 241,
                                "arguments": {"metric": "opex", "period": "2026-01", "compare_to": "budget"}}
    if "long" in text:
        for at in range(1, 161):
            yield 0.03, "content_delta", {"text": f"w{at:04d} "}
    elif "hostile" in text:
        yield 0, "content_delta", {"text": f"Text {HOSTILE} and **bold {HOSTILE}**\n\n| <b>h</b> | {HOSTILE} |\n|---|---|\n| a | b |\n\n"
                                           f"[click](javascript:window.pwned=1) [away](https://evil.example/x) [here](/page/icon.svg)\n\n"
                                           f"```\n{HOSTILE}\n```\n"}
        yield 0, "citation", {"index": 0, "source": "article", "id": HOSTILE, "title": HOSTILE, "file": HOSTILE,
                              "heading_path": [HOSTILE], "text": HOSTILE}
        yield 0, "chart", {"type": "bar", "title": HOSTILE, "data": [{HOSTILE: HOSTILE, "v": 1}], "config": {"x_axis": HOSTILE}}
        yield 0, "suggested_actions", {"actions": [{"type": "x", "label": HOSTILE, "url": "javascript:window.pwned=1"}]}
        yield 0, "tool_call", {"id": "c2", "name": HOSTILE, "arguments": {HOSTILE: HOSTILE}, "status": "denied"}
    elif "fail" in text:
        yield 0.1, "content_delta", {"text": "The first part of "}
        yield 0.1, "error", {"code": "MODEL_UNAVAILABLE", "message": "The model did not answer in time.", "retryable": True}
    elif "approval" in text:
        yield 0.1, "content_delta", {"text": "The mail to the vendor is ready."}
        yield 0.1, "approval_required", {"approval_id": "apr_1", "tool": "email_send", "expires_at": "2026-02-05T12:00:00Z",
                                         "arguments": {"to": "billing@vendor.example", "subject": "Invoice 4711"}}
    elif "unverified" in text:
        yield 0.1, "content_delta", {"text": "Revenue was $1,234,567 [unverified] in January."}
    else:
        chart = next((CHARTS[name] for name in CHARTS if name in text), None)
        answer = [
            "OPEX in January 2026 was **$3,200,000**, $200,000 (6.7%) over its budget of $3,000,000. ",
            "Three accounts explain all of it:\n\n", "**1. Cloud Infrastructure (+$79K)**\n", ledger(0, "6200-100", "Cloud Infrastructure"),
            "AWS is 47% above what was planned, after a product launch.", ANOMALY,
            "\n\n**2. Contractor Costs (+$65K)**\n", ledger(3, "6500-200", "Contractor Costs", 17),
            "Two projects were extended by a month.\n\n", "**3. Software Licenses (+$56K)**\n", ledger(4, "6300-100", "Software Licenses", 9),
            "\n| Account | Actual | Budget | Variance |\n|---|---:|---:|---:|\n", "| Cloud Infrastructure | $245,000 | $166,000 | +$79,000 |\n",
            "| Contractor Costs | $365,000 | $300,000 | +$65,000 |\n", "| Software Licenses | $256,000 | $200,000 | +$56,000 |\n\n",
            "- The owner of each account explains it within five working days.", ARTICLE,
            "\n- `6200-100` has an open anomaly.\n"]
        for part in answer:
            if isinstance(part, dict):
                yield 0, "citation", part
                continue
            for piece in re.findall(r"\S+\s*|\s+", part):
                yield 0.012, "content_delta", {"text": piece}
        if chart:
            yield 0.05, "chart", chart
        yield 0, "suggested_actions", {"actions": ACTIONS}


class Turn:
    """One answer: its events in order, each with an id; readers wait on `lock` for more."""

    def __init__(self, conversation, question):
        self.id = f"msg_{next(identifiers):04d}"
        self.conversation, self.question = conversation, question
        self.events, self.status, self.cancelled = [], "running", False
        self.started = threading.Event()

    def add(self, kind, data):
        with lock:
            self.events.append((f"{self.conversation['id']}.{self.id}.{len(self.events)}", kind, data))
            lock.notify_all()

    def run(self):
        begun = time.time()
        self.add("message_start", {"message_id": self.id, "timestamp": now()})
        status = "completed"
        for wait, kind, data in script(self.question):
            time.sleep(wait)
            if self.cancelled:
                status = "cancelled"
                break
            self.add(kind, data)
            status = {"error": "failed", "approval_required": "awaiting_approval"}.get(kind, status)
        self.status = status
        self.add("message_complete", {
            "message_id": self.id, "status": status, "tokens_used": 847, "processing_time_ms": int((time.time() - begun) * 1000),
            "degraded": "degraded" in self.question.lower(), "ungrounded": []})

    def of(self, kind):
        return [data for _, each, data in self.events if each == kind]

    def history(self):
        ends = self.of("message_complete")
        tools = {}
        for data in self.of("tool_call") + self.of("tool_result"):
            tools.setdefault(data["id"], {}).update(data)
        message = {"id": self.id, "role": "assistant", "timestamp": now(), "status": self.status,
                   "content": "".join(data["text"] for data in self.of("content_delta")), "citations": self.of("citation"),
                   "charts": self.of("chart"), "tool_calls": list(tools.values()),
                   "suggested_actions": [action for data in self.of("suggested_actions") for action in data["actions"]]}
        return message | ({key: ends[0][key] for key in ("tokens_used", "processing_time_ms", "degraded")} if ends else {})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body=None, content_type="application/json", headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (("Content-Type", content_type), ("Content-Length", str(len(data))), ("Content-Security-Policy", CSP),
                            ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"), *headers):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def fail(self, status, code, message, headers=()):
        self.reply(status, {"success": False, "error": {"code": code, "message": message}, "meta": {"request_id": "req_test"}}, headers=headers)

    def user(self):
        match = re.search(r"agentd_session=([^;]+)", self.headers.get("Cookie", ""))
        return next((account for account in ACCOUNTS if match and account["email"] == match[1]), None)

    def handle_request(self):
        length = int(self.headers.get("Content-Length", 0))
        self.body = json.loads(self.rfile.read(length) or b"{}") if length else {}
        path = self.path.split("?")[0]
        if path == "/page/config.json":
            return self.reply(200, {"mount": "/api/v1", "demo": True, "session": self.user() is not None, "accounts": ACCOUNTS})
        if not path.startswith("/api/v1/"):
            found = assets().get("/page/icon.svg" if path == "/favicon.ico" else path)
            return self.reply(200, found[1], found[0]) if found else self.fail(404, "NOT_FOUND", "No such path.")
        if self.command != "GET" and self.headers.get("Origin") != f"http://{self.headers.get('Host')}":
            return self.fail(403, "FORBIDDEN", "The origin is missing.")
        return self.api(path.removeprefix("/api/v1"))

    do_GET = do_POST = do_PATCH = do_DELETE = handle_request

    def api(self, path):
        user = self.user()
        if path == "/auth/login":
            account = next((each for each in ACCOUNTS if each["email"] == self.body.get("email")), None)
            if not account or self.body.get("password") != f"demo-{account['role']}":
                return self.fail(401, "INVALID_CREDENTIALS", "The e-mail or the password is not right.")
            return self.reply(200, {"access_token": "t", "user": {"email": account["email"]}}, headers=[
                ("Set-Cookie", f"agentd_session={account['email']}; HttpOnly; SameSite=Strict; Path=/")])
        if not user:
            return self.fail(401, "UNAUTHORIZED", "Authentication required.")
        if path == "/auth/logout":
            return self.reply(200, {"success": True}, headers=[("Set-Cookie", "agentd_session=; Max-Age=0; Path=/")])
        if path == "/auth/me":
            may = ["ai:chat"] if user["role"] not in ("viewer", "auditor") else []
            return self.reply(200, {"id": user["email"], "email": user["email"], "name": "Jane Analyst", "roles": [user["role"]],
                                    "permissions": may, "tenant": {"id": user["tenant"], "name": "Acme Corporation"},
                                    "preferences": {"locale": "en-US"}})
        if path == "/ai/suggestions":
            texts = [("question", "What’s driving the OPEX variance this month?"), ("question", "Show OPEX as a line over 12 months"),
                     ("action", "Run variance analysis on Marketing spend"), ("insight", "Three open deals have had no activity for 60 days")]
            return self.reply(200, {"success": True, "data": {"suggestions": [
                {"id": f"sug_{at}", "type": kind, "text": text, "relevance": 0.9} for at, (kind, text) in enumerate(texts)]}})
        if path == "/ai/conversations":
            return self.conversations(user)
        match = re.fullmatch(r"/ai/conversations/([^/]+)(/messages(?:/([^/]+)/(stream|cancel))?)?", path)
        conversation = conversations.get(match[1]) if match else None
        if not conversation or conversation["user"] != user["email"]:
            return self.fail(404, "NOT_FOUND", "There is no such conversation.")
        if not match[2]:
            return self.conversation(conversation)
        if match[3]:
            turn = next((each for each in conversation["turns"] if each.id == match[3]), None)
            return self.turn(turn, match[4]) if turn else self.fail(404, "NOT_FOUND", "There is no such message.")
        return self.send(conversation) if self.command == "POST" else self.reply(200, {"success": True, "data": {
            "conversation_id": conversation["id"], "messages": [message for turn in conversation["turns"] for message in (
                {"id": f"{turn.id}_q", "role": "user", "content": turn.question, "timestamp": now()}, turn.history())]}})

    def conversations(self, user):
        if self.command == "POST":
            key = self.headers.get("Idempotency-Key")
            with lock:
                made = seen_keys.get(key) or {"id": f"conv_{next(identifiers):04d}", "title": "", "created_at": now(), "updated_at": now(),
                                              "user": user["email"], "turns": [], "busy": threading.Lock()}
                seen_keys[key] = conversations[made["id"]] = made
            return self.reply(201, {"success": True, "data": {"conversation_id": made["id"], "created_at": made["created_at"], "status": "active"}})
        mine = [each for each in reversed(conversations.values()) if each["user"] == user["email"]]
        return self.reply(200, {"success": True, "data": [
            {"conversation_id": each["id"], "title": each["title"], "created_at": each["created_at"], "updated_at": each["updated_at"],
             "status": "active"} for each in mine], "pagination": {"page": 1, "limit": 50, "total_items": len(mine), "total_pages": 1}})

    def conversation(self, conversation):
        if self.command == "DELETE":
            del conversations[conversation["id"]]
            return self.reply(200, {"success": True, "data": {}})
        if self.command == "PATCH":
            conversation["title"] = self.body["title"]
        return self.reply(200, {"success": True, "data": {"conversation_id": conversation["id"], "title": conversation["title"]}})

    def send(self, conversation):
        key, question = self.headers.get("Idempotency-Key"), self.body["message"]
        if "limit" in question and question not in limited:
            limited.add(question)
            return self.fail(429, "RATE_LIMITED", "Rate limit exceeded.", headers=[("Retry-After", "3")])
        with lock:
            turn = seen_keys.get(key)
            if not turn:
                turn = seen_keys[key] = Turn(conversation, question)
                conversation["turns"].append(turn)
                conversation["title"] = conversation["title"] or question[:60]
                conversation["updated_at"] = now()

                def work():
                    with conversation["busy"]:
                        turn.run()
                threading.Thread(target=work, daemon=True).start()
        if "late" in question:
            time.sleep(1.5)
        return self.stream(turn, 0, cut="cut" in question)

    def turn(self, turn, what):
        if what == "cancel":
            turn.cancelled = True
            cancelled_calls.append(turn.id)
            return self.reply(200, {"success": True, "data": {"message_id": turn.id, "status": "cancelled"}})
        last = self.headers.get("Last-Event-ID")
        places = [at for at, event in enumerate(turn.events) if event[0] == last]
        return self.stream(turn, places[0] + 1 if places else 0)

    def stream(self, turn, place, cut=False):
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b": open\n\n")
        while True:
            with lock:
                while place >= len(turn.events):
                    lock.wait()
                identifier, kind, data = turn.events[place]
            place += 1
            if cut and place > 40:
                return
            try:
                self.wfile.write(f"id: {identifier}\nevent: {kind}\ndata: {json.dumps(data)}\n\n".encode())
                self.wfile.flush()
            except OSError:
                return
            if kind == "message_complete":
                return


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        if not isinstance(sys.exc_info()[1], (BrokenPipeError, ConnectionResetError)):
            super().handle_error(request, address)


def serve(port=0):
    server = Server(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


if __name__ == "__main__":
    print("listening on", serve(int(sys.argv[1]) if len(sys.argv) > 1 else 0)[1], flush=True)
    threading.Event().wait()
