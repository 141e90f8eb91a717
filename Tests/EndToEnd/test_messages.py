"""Messages in every profile: turns that fail, keys that come again, clients that leave, conversations that are gone."""
import http.client
import json
import os
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon, until  # noqa: E402
from stand_ins import Server  # noqa: E402


class Talker(Server):
    """A chat-completions model: `cut` breaks its stream off, `long` stops at its limit, `slow` goes on until it is left."""

    def __init__(self):
        super().__init__()
        self.running = 0
        self.left = 0
        self.released = threading.Event()

    def settings(self):
        return [{
            "name": "talker", "dialect": "chat-completions", "base_url": self.address + "/v1", "api_key": "sk-test",
            "model": "talker", "timeout_seconds": 30,
        }]

    def handle(self, request, body):
        asked = json.loads(body)["messages"][-1]["content"]
        words = asked if isinstance(asked, str) else asked[0]["text"]
        base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "talker"}

        def send(delta, reason=None):
            chunk = {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
            request.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            request.wfile.flush()

        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Connection", "close")
        request.end_headers()
        request.close_connection = True
        send({"role": "assistant", "content": "Half of it"})
        if "cut" in words:
            return
        if "slow" in words:
            self.running += 1
            try:
                while not self.released.wait(0.01):
                    send({"content": " and"})
            except OSError:
                self.left += 1
                return
        send({}, "length" if "long" in words else "stop")
        request.wfile.write(b"data: [DONE]\n\n")


class Messages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = Talker().__enter__()
        cls.addClassCleanup(cls.model.__exit__)
        cls.daemon = Daemon(models=cls.model.settings(), model="talker")
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.load("ledger", [("2025-03-10", "4000", "Sales", "revenue", "1234.50")],
                        "date,account_code,account_name,section,amount")
        cls.daemon.start()
        cls.token = cls.daemon.token()

    def post(self, path, body, token=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.daemon.request("POST", path, body, token or self.token, {"Accept": "application/json", **headers})

    def get(self, path, token=None):
        return self.daemon.request("GET", path, token=token or self.token)

    def messages(self, conversation):
        return f"/api/v1/ai/conversations/{conversation}/messages"

    def test_a_failed_turn_is_an_error_and_no_answer(self):
        status, reply, _ = self.post("/cnc/v1/conversations", {"channel": "web_chat"})
        desk = f"/cnc/v1/conversations/{reply['data']['id']}/messages"
        for words in ("cut it", "a long one"):
            for path, body in [("/api/ai/query", {"query": words}),
                               ("/api/modules/predictive-analytics/ask", {"question": words})]:
                status, reply, _ = self.post(path, body)
                self.assertEqual((status, reply["success"]), (502, False), reply)
                self.assertEqual(reply["error"]["code"], "AI_QUERY_FAILED")
            status, reply, _ = self.post(desk, {"content": words})
            self.assertEqual((status in (422, 502), reply["success"]), (True, False), reply)
            self.assertTrue(reply["error"]["message"])
            self.assertIn(self.post("/aems/api/v1/ai/chat", {"query": words})[0], (422, 502))
        status, reply, _ = self.post("/api/ai/query", {"query": "all of it"})
        self.assertEqual((status, reply["data"]["status"]), (200, "completed"))

    def test_a_key_that_comes_again_is_answered_as_the_first_time(self):
        first = self.post("/api/ai/query", {"query": "Well?"}, Idempotency_Key="one")
        again = self.post("/api/ai/query", {"query": "Well?"}, Idempotency_Key='"one"')
        self.assertEqual((first[0], again[0]), (200, 200))
        self.assertEqual(first[1]["data"], again[1]["data"])
        status, reply, _ = self.post("/api/ai/query", {"query": "Other?"}, Idempotency_Key="one")
        self.assertEqual((status, reply["error"]["code"]), (422, "IDEMPOTENCY_KEY_REUSED"))
        a, b = self.daemon.conversation(self.token), self.daemon.conversation(self.token)
        self.assertEqual(self.post(self.messages(a), {"message": "Well?"}, Idempotency_Key="two")[0], 200)
        for path, body in [(self.messages(a), {"message": "Other?"}), (self.messages(b), {"message": "Other?"}),
                           ("/api/v1/integrations/webhooks", {"url": "https://hooks.invalid/x", "events": ["turn.failed"]})]:
            status, reply, _ = self.post(path, body, Idempotency_Key="two")
            self.assertEqual((status, reply["error"]["code"]), (422, "IDEMPOTENCY_KEY_REUSED"), path)
        other = self.daemon.token(user="u2")
        self.assertEqual(self.post("/api/ai/query", {"query": "Mine?"}, other, Idempotency_Key="one")[0], 200)

    def test_a_key_that_is_running_joins_a_stream_and_nothing_else(self):
        conversation = self.daemon.conversation(self.token)
        path = self.messages(conversation)
        streams = []
        for _ in range(2):
            connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
            connection.request("POST", path, json.dumps({"message": "slow"}), {
                "Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Idempotency-Key": "stream",
            })
            streams.append(connection.getresponse())
            self.assertEqual(streams[-1].status, 200)
        turns = set()
        for stream in streams:
            line = ""
            while '"message_id"' not in line:
                line = stream.readline().decode()
            turns.add(json.loads(line[6:])["message_id"])
        self.assertEqual(len(turns), 1)
        other = self.daemon.conversation(self.token)
        before = self.model.running
        waiting = threading.Thread(target=self.post, args=(self.messages(other), {"message": "slow"}),
                                   kwargs={"Idempotency_Key": "whole"})
        waiting.start()
        until(lambda: self.model.running > before)
        status, reply, _ = self.post(self.messages(other), {"message": "slow"}, Idempotency_Key="whole")
        self.assertEqual((status, reply["error"]["code"]), (409, "CONFLICT"))
        self.model.released.set()
        waiting.join(20)
        self.model.released.clear()
        for stream in streams:
            stream.read()
            stream.close()

    def test_a_client_that_leaves_ends_a_whole_answer_only_where_it_is_to(self):
        for choice, status in [("cancel", "cancelled"), ("continue", "completed")]:
            conversation = self.daemon.conversation(self.token, on_disconnect=choice)
            before, left = self.model.running, self.model.left
            connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
            connection.request("POST", self.messages(conversation), json.dumps({"message": "slow"}), {
                "Authorization": f"Bearer {self.token}", "Content-Type": "application/json", "Accept": "application/json",
            })
            until(lambda: self.model.running > before)
            connection.close()
            if choice == "cancel":
                until(lambda: self.model.left > left)
            else:
                time.sleep(0.3)
                self.assertEqual(self.model.left, left)
                self.model.released.set()

            def ended():
                found = self.get(self.messages(conversation))[1]["data"]["messages"]
                return len(found) == 2 and found[1]["status"] == status
            until(ended)
            self.assertTrue(ended(), choice)
            self.model.released.clear()

    def test_a_deleted_conversation_is_not_there(self):
        conversation = self.daemon.conversation(self.token)
        turn = self.daemon.ask(self.token, conversation, "Well?")["message_id"]
        path = f"/api/v1/ai/conversations/{conversation}"
        self.assertEqual(self.daemon.request("DELETE", path, token=self.token)[0], 200)
        for place in (path, path + "/messages", path + f"/messages/{turn}/stream", f"/aems/api/v1/ai/stream/{turn}"):
            self.assertEqual(self.get(place)[0], 404, place)
            self.assertEqual(self.get(place, self.daemon.token("auditor", "u3"))[0], 404, place)
        self.assertEqual(self.daemon.request("DELETE", path, token=self.token)[0], 404)
        self.assertEqual(self.post(path + "/messages", {"message": "Well?"})[0], 404)
        self.assertEqual(self.post(path + f"/messages/{turn}/cancel", {})[0], 404)

    def test_a_message_that_waits_has_the_time_when_it_came(self):
        conversation = self.daemon.conversation(self.token)
        before = self.model.running
        for _ in range(2):
            threading.Thread(target=self.post, args=(self.messages(conversation), {"message": "slow"})).start()
        until(lambda: self.model.running > before)

        def found():
            return self.get(self.messages(conversation))[1]["data"]["messages"]
        until(lambda: any(message.get("status") == "queued" for message in found()))
        waiting = [message for message in found() if message.get("status") == "queued"]
        self.assertEqual([message["timestamp"][:2] for message in waiting], ["20"])
        self.model.released.set()
        until(lambda: all(message.get("status", "completed") == "completed" for message in found()))
        self.model.released.clear()

    def test_who_may_not_chat_is_refused_before_anything_is_looked_for(self):
        viewer = self.daemon.token("viewer", "u4")
        for path in ("/api/v1/ai/conversations", "/api/v1/ai/conversations/nope", "/api/v1/ai/conversations/nope/messages",
                     "/api/v1/ai/conversations/nope/messages/x/stream", "/cnc/v1/conversations/nope", "/cnc/v1/conversations",
                     "/aems/api/v1/ai/stream/x"):
            self.assertEqual(self.get(path, viewer)[0], 403, path)
            self.assertIn(self.get(path)[0], (200, 404), path)


class Logins(unittest.TestCase):
    def test_one_account_at_one_address_has_one_limit_in_all_profiles(self):
        rate = {"requests": 8, "seconds": 3600}
        with Daemon(tenants={TENANT: {}}, limits={"rate": {"auth": rate}}) as daemon:
            daemon.command("user", "add", "--email", "a@x.test", "--role", "admin", "--tenant", TENANT, text="a long password\n")
            daemon.start()

            def login(mount, email):
                body = {"email": email, "password": "a long password"}
                return daemon.request("POST", mount + "/auth/login", body)[0]
            mounts = ["/api/v1", "/aems/api/v1", "/api", "/cnc/v1"]
            got = [login(mounts[number % 4], "a@x.test") for number in range(8)]
            self.assertEqual(got, [200] * 8)
            self.assertEqual([login(mount, " A@x.test") for mount in mounts], [429] * 4)
            self.assertEqual(login("/api/v1", "b@x.test"), 401, "another account has its own limit")


if __name__ == "__main__":
    unittest.main()
