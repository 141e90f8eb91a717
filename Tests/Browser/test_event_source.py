#!/usr/bin/env python3
"""A browser's own EventSource against the real daemon: it carries the session's cookie, and comes back by itself.

Between them stands a proxy that can cut connections and lead to another daemon; a model server lets words trickle, so
that there is a middle to be cut in. AGENTD_BINARY names the program.
"""
import http.server
import json
import os
import pathlib
import shutil
import socket
import sys
import threading
import time
import unittest

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "EndToEnd"))
from harness import BINARY, TENANT, Daemon  # noqa: E402

WORDS = [f"{first}{second}{third}" for first in "abcdef" for second in "lmnop" for third in "xyz"]
WAIT_MS = 60_000

# Asks, lets the answer go, and takes it up with EventSource; what comes is kept on the window.
START = """
async () => {
    const post = (path, body, accept) => fetch(path, {
        method: "POST", headers: {"Content-Type": "application/json", "Accept": accept ?? "application/json"}, body: JSON.stringify(body),
    });
    const login = await post("/api/v1/auth/login", {email: "eve@x.test", password: "a long password"});
    if (login.status !== 200) throw new Error(await login.text());
    const made = await (await post("/api/v1/ai/conversations", {})).json();
    const conversation = made.data.conversation_id;
    const leave = new AbortController();
    const answer = await fetch(`/api/v1/ai/conversations/${conversation}/messages`, {
        method: "POST", signal: leave.signal, headers: {"Content-Type": "application/json"},
        body: JSON.stringify({message: "Say the words."}),
    });
    const reader = answer.body.getReader();
    let head = "";
    while (!head.includes("message_id")) head += new TextDecoder().decode((await reader.read()).value);
    leave.abort();
    const message = /"message_id":"([^"]+)"/.exec(head)[1];
    window.seen = {conversation, message, text: "", ids: [], opened: 0, done: null};
    const source = new EventSource(`/api/v1/ai/conversations/${conversation}/messages/${message}/stream`);
    source.onopen = () => { seen.opened += 1; };
    source.addEventListener("content_delta", (event) => { seen.ids.push(event.lastEventId); seen.text += JSON.parse(event.data).text; });
    source.addEventListener("message_complete", (event) => { seen.done = JSON.parse(event.data); source.close(); });
    return {conversation, message};
}
"""


class Model:
    """A model server that lets words trickle."""

    def __init__(self, pause):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                try:
                    for word in WORDS:
                        self.chunk({"content": word + " "}, None)
                        time.sleep(pause)
                    self.chunk({}, "stop")
                    self.wfile.write(b"data: [DONE]\n\n")
                except OSError:
                    pass

            def chunk(self, delta, reason):
                choice = {"index": 0, "delta": delta, "finish_reason": reason}
                chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
                self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
                self.wfile.flush()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Proxy:
    """Passes bytes on to `target`; `cut` ends every connection that is open."""

    def __init__(self):
        self.target = None
        self.open, self.asked, self.lock = set(), [], threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target), 5)
            except OSError:
                near.close()
                continue
            with self.lock:
                self.open |= {near, far}
            for source, sink, isAsking in [(near, far, True), (far, near, False)]:
                threading.Thread(target=self.carry, args=(source, sink, isAsking), daemon=True).start()

    def carry(self, source, sink, is_asking):
        try:
            while data := source.recv(65536):
                if is_asking:
                    self.asked.append(data)
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            self.end(end)

    def end(self, end):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()

    def cut(self):
        with self.lock:
            ends, self.open = self.open, set()
        for end in ends:
            self.end(end)

    def close(self):
        self.listener.close()
        self.cut()


@unittest.skipUnless(os.path.exists(BINARY), f"there is no program {BINARY}; name one in AGENTD_BINARY")
class EventSourceResumes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.playwright = sync_playwright().start()
        cls.addClassCleanup(cls.playwright.stop)
        cls.browser = cls.playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        self.model, self.proxy = Model(0.05), Proxy()
        self.addCleanup(self.model.close)
        self.addCleanup(self.proxy.close)
        os.environ["MODEL_KEY"] = "test"
        self.daemon = Daemon(model="slow", models=[{
            "name": "slow", "dialect": "chat-completions", "base_url": self.model.url, "api_key": {"env": "MODEL_KEY"},
            "model": "m", "timeout_seconds": 60,
        }])
        self.addCleanup(self.daemon.__exit__)
        self.daemon.load("deals", [["d1", "Brackets", "100", "Proposal"]], "id,name,amount,stage")
        self.daemon.command("user", "add", "--email", "eve@x.test", "--role", "executive", "--tenant", TENANT,
                            text="a long password\n")
        self.daemon.start()
        self.proxy.target = self.daemon.port
        context = self.browser.new_context()
        self.addCleanup(context.close)
        self.page = context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.goto(f"http://127.0.0.1:{self.proxy.port}/")
        self.begun = self.page.evaluate(START)
        self.page.wait_for_function("() => seen.ids.length >= 5", polling=20)

    def history(self):
        path = f"/api/v1/ai/conversations/{self.begun['conversation']}/messages"
        reply = self.page.evaluate(f"async () => (await fetch('{path}')).json()")
        return next(one for one in reply["data"]["messages"] if one["role"] == "assistant")

    def seen(self):
        self.page.wait_for_function("() => seen.done !== null", polling=50)
        seen = self.page.evaluate("() => seen")
        self.assertEqual(len(seen["ids"]), len(set(seen["ids"])), "a piece came twice")
        self.assertGreaterEqual(seen["opened"], 2)
        asked = b"".join(self.proxy.asked)
        self.assertIn(b"last-event-id:", asked.lower())
        self.assertIn(b"agentd_session=", asked)
        self.assertNotIn(b"authorization:", asked.lower())
        return seen

    def test_a_connection_that_is_cut(self):
        self.proxy.cut()
        self.page.wait_for_function("() => seen.ids.length >= 30", polling=20)
        self.proxy.cut()
        seen = self.seen()
        self.assertEqual(seen["text"].split(), WORDS)
        self.assertEqual((self.history()["content"], seen["done"]["status"]), (seen["text"], "completed"))

    def test_a_daemon_that_is_killed(self):
        before = self.page.evaluate("() => seen.text")
        self.daemon.kill()
        self.proxy.cut()
        self.daemon.start()
        self.proxy.target = self.daemon.port
        seen = self.seen()
        answer = self.history()
        self.assertTrue(seen["text"].startswith(before))
        self.assertEqual((answer["content"], answer["status"]), (seen["text"], seen["done"]["status"]))


if __name__ == "__main__":
    unittest.main()
