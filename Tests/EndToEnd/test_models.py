"""Models over HTTP, with real servers: every fault ends in a clear state, and a turn with tools works in both dialects."""
import os
import re
import shutil
import tempfile
import threading
import time
import unittest

import counterparts
from harness import Daemon, ROOT, TENANT

KEY = "sk-test-only-never-shown"
DIALECTS = ("chat-completions", "messages")
LEDGER = "date,account_code,account_name,section,amount,department,vendor"
QUESTION = "What was revenue in March 2025?"


def models(port, *names, dialect="chat-completions", **more):
    base = f"http://127.0.0.1:{port}" + ("/v1" if dialect == "chat-completions" else "")
    return [
        {"name": name, "dialect": dialect, "base_url": base, "api_key": {"env": "MODEL_KEY"}, "model": name,
         "timeout_seconds": 5} | more
        for name in names
    ]


def prompts_with(folder, text):
    """The project's prompts with another text for the assistant."""
    prompts = os.path.join(folder, "prompts")
    shutil.copytree(os.path.join(ROOT, "prompts"), prompts)
    with open(os.path.join(prompts, "system", "assistant.md"), "w") as file:
        file.write(text)
    return prompts


def daemon(models, model=None, **more):
    os.environ["MODEL_KEY"] = KEY
    daemon = Daemon(models=models, model=model or models[0]["name"], **more)
    daemon.load("ledger", [
        ["2025-03-10", "4000", "Sales", "revenue", "1234.50", "", ""],
        ["2025-03-12", "6100", "Office Rent", "opex", "200.00", "Admin", "Landlord"],
    ], LEDGER)
    return daemon


class Faults(unittest.TestCase):
    """Each behaviour of the scripted server, in both dialects, in one daemon per behaviour and dialect."""

    #  name: (status, degraded, text that the answer has)
    EXPECTED = {
        "echo": ("completed", False, "Grüße 😀"),
        "bytes": ("completed", False, "Grüße 😀"),
        "crlf": ("completed", False, "Grüße 😀"),
        "nodone": ("completed", False, "Grüße 😀"),
        "refusal": ("completed", False, "Revenue"),
        "flaky-2": ("completed", False, "Grüße 😀"),
        "len": ("failed", False, "Revenue"),
        "cut": ("failed", False, ""),
        "mid-error": ("failed", False, "Reven"),
        "bad-json": ("failed", False, "Reven"),
        "stall": ("failed", False, "Reven"),
        "empty": ("completed", True, "1,234.50"),
        "err-401": ("completed", True, "1,234.50"),
        "err-ctx": ("completed", True, "1,234.50"),
        "err-429": ("completed", True, "1,234.50"),
        "err-500": ("completed", True, "1,234.50"),
        "err-503": ("completed", True, "1,234.50"),
        "err-529": ("completed", True, "1,234.50"),
        "tool": ("completed", False, "According to the tool"),
        "two-tools": ("completed", False, "According to the tool"),
        "bad-args": ("completed", False, "According to the tool"),
    }

    def check(self, dialect):
        with counterparts.mock_llm() as server:
            names = list(self.EXPECTED)
            results = {}

            def run(name):
                with daemon(models(server.port, name, dialect=dialect, timeout_seconds=2), log={"level": "debug"}) as d:
                    d.start()
                    token = d.token()
                    conversation = d.conversation(token)
                    stream = d.stream(
                        token, f"/api/v1/ai/conversations/{conversation}/messages", {"message": QUESTION}
                    )
                    events = list(stream)
                    d.stop()
                    with open(os.path.join(d.folder, "log")) as log:
                        logged = log.read()
                    held = b""
                    for folder, _, files in os.walk(d.data):
                        for name_of_file in filter(lambda name: os.path.isfile(os.path.join(folder, name)), files):
                            with open(os.path.join(folder, name_of_file), "rb") as file:
                                held += file.read()
                    results[name] = (events, KEY in logged or KEY.encode() in held)

            threads = [threading.Thread(target=run, args=(name,)) for name in names]
            for begin in range(0, len(threads), 4):
                for thread in threads[begin:begin + 4]:
                    thread.start()
                for thread in threads[begin:begin + 4]:
                    thread.join()
            for name, (status, degraded, text) in self.EXPECTED.items():
                with self.subTest(dialect=dialect, model=name):
                    self.assertIn(name, results)
                    events, is_leaked = results[name]
                    if name in ("cut", "bad-json", "stall") and dialect == "messages":
                        # There it happens before the first token, so that the chain goes on.
                        status, degraded, text = "completed", True, "1,234.50"
                    last = events[-1]
                    self.assertEqual(last[1], "message_complete")
                    self.assertEqual([e[1] for e in events].count("message_complete"), 1)
                    self.assertEqual((last[2]["status"], last[2]["degraded"]), (status, degraded), events[-3:])
                    self.assertEqual("error" in [e[1] for e in events], status == "failed")
                    content = "".join(e[2]["text"] for e in events if e[1] == "content_delta")
                    self.assertIn(text, content)
                    self.assertFalse(is_leaked, "the key stands in the log or in the data folder")
                    calls = [e[2]["name"] for e in events if e[1] == "tool_call"]
                    if name == "two-tools":
                        self.assertEqual(len(calls), 2)
                    if name == "bad-args":
                        finished = [e[2]["status"] for e in events if e[1] == "tool_result"]
                        self.assertEqual(finished, ["failed"])
            for request in server.get("/_log"):
                self.assertTrue(request["auth"], "every request has the key")
                self.assert_well_formed(request["body"], dialect)

    def assert_well_formed(self, body, dialect):
        messages = body["messages"]
        if dialect == "messages":
            self.assertEqual([m["role"] for m in messages], (["user", "assistant"] * len(messages))[:len(messages)])
            open_calls = []
            for message in messages:
                results = [b["tool_use_id"] for b in message["content"] if b["type"] == "tool_result"]
                self.assertEqual(results, open_calls)
                open_calls = [b["id"] for b in message["content"] if b["type"] == "tool_use"]
                self.assertTrue(all(b.get("text", "x").strip() for b in message["content"]))
            self.assertEqual(open_calls, [])
        else:
            open_calls = []
            for message in messages:
                if message["role"] == "tool":
                    self.assertEqual(message["tool_call_id"], open_calls.pop(0))
                    continue
                self.assertEqual(open_calls, [])
                open_calls = [c["id"] for c in message.get("tool_calls", [])]
                self.assertTrue(message.get("content") or message.get("tool_calls"))
            self.assertEqual(open_calls, [])

    def test_chat_completions(self):
        self.check("chat-completions")

    def test_messages(self):
        self.check("messages")


class Conversations(unittest.TestCase):
    """What becomes of a conversation whose model fails, is cancelled, goes away and comes back."""

    def test_a_failed_turn_leaves_the_conversation_usable(self):
        for dialect in DIALECTS:
            with self.subTest(dialect=dialect), counterparts.mock_llm() as server:
                with daemon(models(server.port, "mid-error", dialect=dialect)) as d:
                    d.start()
                    token = d.token()
                    conversation = d.conversation(token)
                    self.assertEqual(d.ask(token, conversation, "First")["status"], "failed")
                    self.assertEqual(d.ask(token, conversation, "Second")["status"], "failed")
                    body = server.get("/_log")[-1]["body"]
                    said = str(body["messages"])
                    self.assertIn("Second", said)
                    self.assertNotIn("First", said)

    def test_calls_and_results_stay_together_over_turns_and_restarts(self):
        for dialect in DIALECTS:
            with self.subTest(dialect=dialect), counterparts.mock_llm() as server:
                with daemon(models(server.port, "two-tools", dialect=dialect)) as d:
                    d.start()
                    token = d.token()
                    conversation = d.conversation(token)
                    self.assertEqual(d.ask(token, conversation, "First")["status"], "completed")
                    d.kill()
                    d.start()
                    self.assertEqual(d.ask(token, conversation, "Second")["status"], "completed")
                    checker = Faults()
                    for request in server.get("/_log"):
                        checker.assert_well_formed(request["body"], dialect)
                    self.assertIn("First", str(server.get("/_log")[-1]["body"]["messages"]))

    def test_the_chain_ends_offline_and_the_model_is_used_again_when_it_is_back(self):
        port = counterparts.free_port()
        server = counterparts.mock_llm(port)
        with daemon(models(port, "echo")) as d:
            d.start()
            token = d.token()
            conversation = d.conversation(token)
            for _ in range(4):
                answer = d.ask(token, conversation, QUESTION)
                self.assertEqual((answer["status"], answer["degraded"]), ("completed", True))
                self.assertIn("1,234.50", answer["content"])
            metrics = d.request("GET", "/metrics")[1].decode()
            self.assertRegex(metrics, r"agentd_turns_degraded_total 4\b")
            self.assertIn('agentd_model_calls_total{model="echo",outcome="unreachable"}', metrics)
            with server:
                deadline = time.monotonic() + 30
                while True:
                    answer = d.ask(token, conversation, QUESTION)
                    if not answer["degraded"] or time.monotonic() > deadline:
                        break
                    time.sleep(0.2)
                self.assertFalse(answer["degraded"], "the model is back and is not used")
                self.assertIn("Grüße", answer["content"])

    def test_cancelling_closes_the_call_and_leaves_the_conversation_usable(self):
        with counterparts.mock_llm() as server:
            with daemon(models(server.port, "slow")) as d:
                d.start()
                token = d.token()
                conversation = d.conversation(token)
                stream = d.stream(token, f"/api/v1/ai/conversations/{conversation}/messages", {"message": "Go on"})
                turn = None
                for _, event, data in stream:
                    turn = turn or data.get("message_id")
                    if event == "content_delta":
                        d.request("POST", f"/api/v1/ai/conversations/{conversation}/messages/{turn}/cancel", {}, token)
                self.assertEqual(stream.events[-1][2]["status"], "cancelled")


class Records(unittest.TestCase):
    """What is told of a model's step, and of prompts."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="agentd-prompts-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def test_usage_costs_what_the_price_says(self):
        with counterparts.mock_llm() as server:
            configured = models(server.port, "echo", price={"input": 1000000, "output": 2000000})
            with daemon(configured) as d:
                d.start()
                token = d.token()
                answer = d.ask(token, d.conversation(token), "Hello")
                usage = answer["usage"]
                self.assertGreater(usage["input_tokens"], 0)
                self.assertAlmostEqual(
                    float(usage["cost"]), usage["input_tokens"] + 2 * usage["output_tokens"], places=3
                )

    def test_answers_cite_the_results_they_rest_on(self):
        with counterparts.mock_llm() as server:
            prompts = prompts_with(self.folder, "---\nname: assistant\ntools: [metrics_query]\n---\nOwn words. Be exact.\n")
            with daemon(models(server.port, "tool"), prompts=prompts) as d:
                d.start()
                token = d.token()
                answer = d.ask(token, d.conversation(token), QUESTION)
                self.assertEqual(answer["status"], "completed")
                self.assertEqual([c["name"] for c in answer["tool_calls"]], ["metrics_query"])
                body = server.get("/_log")[0]["body"]
                self.assertEqual(body["messages"][0], {"role": "system", "content": "Own words. Be exact."})
                self.assertEqual([t["function"]["name"] for t in body["tools"]], ["metrics_query"])

    def test_a_prompt_with_an_unknown_variable_is_an_error_at_start(self):
        prompts = prompts_with(self.folder, "---\nname: assistant\nvariables: [mood]\n---\nBe {{mood}}.\n")
        with Daemon(prompts=prompts) as d:
            done = d.command("serve", "--listen", "127.0.0.1:0", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("mood", done.stderr)


class Servers(unittest.TestCase):
    """Real servers, where they are installed."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="agentd-servers-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    #  name: (status, degraded)
    LITELLM = {
        "mock-gpt": ("completed", False),
        "mock-ratelimit": ("completed", True),
        "mock-500": ("completed", True),
        # Its canned tool calls are not streamed; the stream holds a text instead.
        "mock-tool": ("completed", False),
    }

    def test_litellm(self):
        with counterparts.litellm() as server:
            os.environ["LITELLM_KEY"] = "sk-test-only"
            configured = models(server.port, *self.LITELLM, api_key={"env": "LITELLM_KEY"})
            for model in configured:
                model["timeout_seconds"] = 30
            for name, expected in self.LITELLM.items():
                with self.subTest(model=name), daemon(configured, model=name) as d:
                    d.start()
                    token = d.token()
                    answer = d.ask(token, d.conversation(token), QUESTION)
                    self.assertEqual((answer["status"], answer["degraded"]), expected, answer)
                    if name == "mock-gpt":
                        self.assertIn("Revenue grew", answer["content"])

    def test_two_tools_through_litellm(self):
        """Two calls in one step, streamed through the proxy from the scripted server."""
        with counterparts.mock_llm() as server, counterparts.litellm_before(
            self.folder, f"http://127.0.0.1:{server.port}/v1", ["two-tools"]
        ) as proxy:
            os.environ["LITELLM_KEY"] = "sk-test-only"
            configured = models(proxy.port, "two-tools", api_key={"env": "LITELLM_KEY"}, timeout_seconds=30)
            with daemon(configured) as d:
                d.start()
                token = d.token()
                answer = d.ask(token, d.conversation(token), QUESTION)
                self.assertEqual((answer["status"], answer["degraded"]), ("completed", False), answer)
                self.assertEqual(len(answer["tool_calls"]), 2, answer)
                self.assertIn("According to the tool", answer["content"])

    def test_llama(self):
        """A model of random weights, made to call a tool in each of its first two steps."""
        with counterparts.llama(self.folder) as server:
            prompts = prompts_with(
                self.folder,
                "---\nname: assistant\ntools: [kb_search]\nfirst_tools: [kb_search, kb_search]\n---\nBe exact.\n",
            )
            configured = models(
                server.port, "tiny-random", timeout_seconds=60, context_window=4000, max_output_tokens=300
            )
            with daemon(configured, prompts=prompts) as d:
                d.start()
                token = d.token()
                answer = d.ask(token, d.conversation(token), "Hi")
                # What it says is noise, and may reach the limit of its output.
                self.assertIn(answer["status"], ("completed", "failed"))
                self.assertFalse(answer["degraded"], answer)
                called = [(call["name"], call["status"]) for call in answer["tool_calls"]]
                self.assertEqual(called, [("kb_search", "completed")] * 2, answer)
                for call in answer["tool_calls"]:
                    self.assertTrue(call["arguments"]["query"], answer)
                metrics = d.request("GET", "/metrics")[1].decode()
                self.assertNotIn('outcome="unreadable"', metrics)


if __name__ == "__main__":
    unittest.main()
