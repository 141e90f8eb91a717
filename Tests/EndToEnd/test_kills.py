"""A turn that pays money back, killed at every record boundary: nothing is paid twice, and nobody is left in the dark.

The refund service and the model are one server in this process. It holds a request back at the place where the daemon
is to fall, so that the journal stands exactly at that boundary; every second run holds nothing back and kills as soon
as the journal has as many records. Afterwards the daemon starts over the same folder, and the service's own book is
compared with what the conversation and the list of approvals say. Standard library only.
"""
import http.server
import json
import os
import sqlite3
import socket
import threading
import time
import unittest

from harness import TENANT, Daemon, until

KILLS = int(os.environ.get("KILLS", "5"))
APPROVALS = "/api/v1/governance/approvals"


def operation(identifier):
    properties = {"order": {"type": "string"}, "amount": {"type": "number"}}
    schema = {"type": "object", "properties": properties, "required": ["order", "amount"]}
    return {"post": {
        "operationId": identifier, "summary": "Pays money back.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"description": "Paid back."}},
    }}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # whoever asked has fallen


class Business:
    """A service that pays money back, and the model that asks for it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.seen = {}  # by order: the idempotency keys of the requests that came
        self.paid = {}  # by order: the idempotency keys under which money went
        self.asked = []  # what the model was sent
        self.endings = {}  # by model: how its answers end, where not as usual
        self.hold, self.drops = None, False
        self.reached, self.go_on = threading.Event(), threading.Event()
        business = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                self.reply(json.dumps({
                    "openapi": "3.0.3", "info": {"title": "shop", "version": "1"},
                    "servers": [{"url": f"http://127.0.0.1:{business.port}"}],
                    "paths": {"/refunds": operation("refund"), "/payouts": operation("payout")},
                }).encode(), "application/json")

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                try:
                    if self.path == "/v1/chat/completions":
                        business.think(self, body)
                    else:
                        business.pay(self, body)
                except OSError:
                    pass  # whoever asked has fallen

            def reply(self, body, kind):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.let_go()
        self.server.shutdown()
        self.server.server_close()

    def arm(self, hold, drops):
        self.hold, self.drops = hold, drops
        self.reached, self.go_on = threading.Event(), threading.Event()

    def let_go(self):
        self.hold, self.drops = None, False
        self.go_on.set()

    def at(self, place):
        if self.hold == place:
            go_on = self.go_on
            self.reached.set()
            go_on.wait(60)

    def pay(self, handler, body):
        key, order = handler.headers["Idempotency-Key"], body["order"]
        with self.lock:
            self.seen.setdefault(order, []).append(key)
        self.at("before")
        if not self.listens(handler):
            return
        with self.lock:
            self.paid.setdefault(order, []).append(key)
        drops = self.drops
        self.at("after")
        if drops:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        handler.reply(b'{"state": "paid"}', "application/json")

    @staticmethod
    def listens(handler):
        """Whether whoever asked is still there: a request that was held back over a kill is not carried out."""
        handler.connection.setblocking(False)
        try:
            return handler.connection.recv(1, socket.MSG_PEEK) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            handler.connection.setblocking(True)

    def think(self, handler, body):
        last = body["messages"][-1]
        self.asked.append(body)
        self.at("answer" if last["role"] == "tool" else "question")
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True

        def say(delta, finish=None):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            chunk = {"id": "x", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
            handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            handler.wfile.flush()

        words = last["content"].split() if last["role"] == "user" else []
        if words[:1] == ["Refund"]:
            arguments = json.dumps({"body": {"order": words[1], "amount": 12.5}})
            function = {"name": words[2], "arguments": arguments}
            say({"role": "assistant", "tool_calls": [{"index": 0, "id": "c", "type": "function", "function": function}]})
            say({}, "tool_calls")
        else:
            say({"role": "assistant", "content": "That is what "})
            self.at("middle")
            say({"content": self.endings.get(body["model"], "came of it.")})
            say({}, "stop")
        handler.wfile.write(b"data: [DONE]\n\n")


class Scene:
    """Where the daemon falls, and what stands in the journal then as the last record."""

    def __init__(self, name, last, hold=None, drops=False, tool="shop_refund", approves=False):
        self.name, self.last, self.hold, self.drops = name, last, hold, drops
        self.tool, self.approves = tool, approves


SCENES = [
    Scene("the message is durable", "turn.started", hold="question"),
    Scene("the intent is durable", "step.completed", hold="before"),
    Scene("the effect has happened and its answer is on the way", "step.completed", hold="after"),
    Scene("the effect has happened and its answer was dropped", "tool.completed", hold="answer", drops=True),
    Scene("the result is durable", "tool.completed", hold="answer"),
    Scene("the answer has begun", "tool.completed", hold="middle"),
    Scene("the answer is durable", "turn.completed"),
    Scene("somebody is asked", "turn.completed", tool="shop_payout"),
    Scene("the decision and the intent are durable", "step.completed", hold="before", tool="shop_payout", approves=True),
    Scene("what was approved has happened", "step.completed", hold="after", tool="shop_payout", approves=True),
    Scene("what was approved has happened and its answer was dropped", "tool.completed", hold="answer", drops=True,
          tool="shop_payout", approves=True),
    Scene("the result of what was approved is durable", "tool.completed", hold="answer", tool="shop_payout",
          approves=True),
    Scene("the answer after the approval is durable", "turn.completed", tool="shop_payout", approves=True),
]


class Kills(unittest.TestCase):
    def setUp(self):
        self.looked, self.known = 0, []
        self.business = Business()
        self.addCleanup(self.business.stop)
        address = f"http://127.0.0.1:{self.business.port}"
        source = {"name": "shop", "openapi": address + "/openapi.json", "timeout_seconds": 60,
                  "allow": {"refund": {"effect": "write"}, "payout": {"effect": "outbound"}}}
        self.daemon = Daemon(
            models=[{"name": "m", "base_url": address + "/v1", "model": "m"}], model="m",
            tools={"allow_private": True}, approvals={"tools": ["shop_payout"]},
            tenants={TENANT: {"tool_sources": [source]}},
        )
        self.addCleanup(self.daemon.__exit__)
        self.daemon.load("ledger", [("2026-01-15", 4000, "Sales", "revenue", 1000)],
                         "date,account_code,account_name,section,amount")
        self.daemon.start()
        self.asker, self.decider = self.daemon.token(user="ann"), self.daemon.token(user="bob")
        self.wait_for_tools()

    def wait_for_tools(self):
        def offered():
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
            headers = {"Accept": "application/json, text/event-stream"}
            _, reply, _ = self.daemon.request("POST", "/mcp", body, self.asker, headers)
            return "shop_refund" in json.dumps(reply) if isinstance(reply, dict) else b"shop_refund" in reply
        self.assertTrue(until(offered), "the refund service's operations did not become tools")

    def kinds(self):
        """The kinds of the records of turns and approvals, in order; what was read once is not read again."""
        path = os.path.join(self.daemon.data, "journal.db")
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            rows = connection.execute("SELECT seq, bytes FROM records WHERE tenant = ? AND seq > ? ORDER BY seq",
                                      (TENANT, self.looked)).fetchall()
        finally:
            connection.close()
        kinds = [json.loads(row[1])["kind"] for row in rows]
        self.looked = rows[-1][0] if rows else self.looked
        self.known += [k for k in kinds if k.split(".")[0] in ("message", "turn", "step", "tool", "approval")]
        return self.known[:]

    def approvals(self, order):
        _, reply, _ = self.daemon.request("GET", APPROVALS, token=self.decider)
        return [a for a in reply["data"]["pending"] if a.get("arguments", {}).get("body", {}).get("order") == order]

    def messages(self, conversation):
        path = f"/api/v1/ai/conversations/{conversation}/messages"
        status, reply, _ = self.daemon.request("GET", path, token=self.asker)
        self.assertEqual(status, 200, reply)
        return reply["data"]["messages"]

    def decide(self, approval):
        status, reply, _ = self.daemon.request("POST", f"{APPROVALS}/{approval['id']}/approve", {}, self.decider)
        self.assertEqual(status, 200, reply)

    def settle(self, conversation):
        def is_settled():
            return not [m for m in self.messages(conversation) if m.get("status") in ("running", "queued")]
        self.assertTrue(until(is_settled, 20), self.messages(conversation))

    def test_at_every_boundary(self):
        stood = {}
        for scene in SCENES:
            for number in range(KILLS):
                with self.subTest(scene=scene.name, run=number):
                    count = self.fall(scene, f"order-{SCENES.index(scene)}-{number}", stood.get(scene.name), number)
                    stood.setdefault(scene.name, count)
        # Each place where the daemon waits for somebody else, or rests, has been one to fall at.
        free = {stood[scene.name] for scene in SCENES if scene.tool == "shop_refund"}
        self.assertGreaterEqual(len(free), 4, stood)
        self.daemon.stop()
        self.assertIn("the journal holds", self.daemon.command("audit", "verify").stdout)
        total = sum(map(len, self.business.paid.values()))
        print(f"kills: {len(SCENES) * KILLS} at {len(SCENES)} boundaries; {total} refunds paid, none twice, none lost")

    def fall(self, scene, order, count, number):
        """One turn up to its place, the fall, and what must hold afterwards; how many records stood there."""
        business, daemon = self.business, self.daemon
        if daemon.process.poll() is not None:  # a run that failed left it so; the others are to tell for themselves
            business.let_go()
            daemon.start()
            self.wait_for_tools()
        conversation = daemon.conversation(self.asker)
        before = len(self.kinds())
        # The first run of a scene is held, to learn how many records stand there.
        is_held = number % 2 == 0 or count is None
        if scene.approves:
            self.assertEqual(
                daemon.ask(self.asker, conversation, f"Refund {order} {scene.tool}")["status"], "awaiting_approval")
            [asked] = self.approvals(order)
            before = len(self.kinds())
            business.arm(scene.hold if is_held else None, scene.drops)
            self.decide(asked)
        else:
            business.arm(scene.hold if is_held else None, scene.drops)
            body = json.dumps({"message": f"Refund {order} {scene.tool}"})
            self.post(f"/api/v1/ai/conversations/{conversation}/messages", body)
        if is_held and scene.hold:
            self.assertTrue(business.reached.wait(20), "the daemon did not come as far")
        elif is_held:
            def is_there():
                kinds = self.kinds()  # read once: the turn goes on between two looks
                return len(kinds) > before + 2 and kinds[-1] == scene.last
            self.assertTrue(until(is_there, 20), self.kinds()[before:])
        else:
            self.assertTrue(until(lambda: len(self.kinds()) >= before + count, 20), self.kinds()[before:])
        daemon.kill()
        kinds = self.kinds()[before:]
        business.let_go()
        if is_held:
            self.assertEqual(kinds[-1], scene.last, kinds)
        daemon.start()
        self.settle(conversation)
        self.wait_for_tools()
        self.check(order, conversation, scene)
        return len(kinds)

    def post(self, path, body):
        """Sends a message whose answer nobody waits for; the connection stays until the daemon falls."""
        connection = socket.create_connection(("127.0.0.1", self.daemon.port), 10)
        self.addCleanup(connection.close)
        head = (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.asker}\r\n"
                f"Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
        connection.sendall((head + body).encode())

    def check(self, order, conversation, scene):
        waiting = self.approvals(order)
        for approval in [a for a in waiting if a["type"] == "tool_call"]:
            self.decide(approval)
            self.settle(conversation)
        paid = self.business.paid.get(order, [])
        seen = self.business.seen.get(order, [])
        calls = [c for m in self.messages(conversation) for c in m.get("tool_calls", []) if c["name"] == scene.tool]
        told = [c for c in calls if c["status"] == "completed"]
        unknown = [a for a in self.approvals(order) if a["type"] == "unknown_outcome"]
        self.assertLessEqual(len(paid), 1, "money went twice")
        self.assertLessEqual(len(seen), 1, "what had been begun was begun again")
        self.assertEqual(len(told) + len(unknown), 1, (calls, waiting))
        if told:
            self.assertEqual(len(paid), 1, "it is told to have happened and has not")
        # A person finds out, says so, and nothing is done because of it.
        for approval in unknown:
            self.decide(approval)
            self.assertEqual(self.approvals(order), [])
        answer = self.daemon.ask(self.asker, conversation, "And now?")
        self.assertEqual((answer["status"], answer["content"]), ("completed", "That is what came of it."))
        self.assertEqual(len(self.business.seen.get(order, [])), len(seen))


if __name__ == "__main__":
    unittest.main()
