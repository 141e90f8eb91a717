"""What lies between agentd and a model's server: TLS, HTTP/2, compression, large arguments, a date to come back at."""
import contextlib
import email.utils
import gzip
import json
import os
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import counterparts
from harness import Daemon, TENANT
from stand_ins import Server

LEDGER = "date,account_code,account_name,section,amount"
QUESTION = "What was revenue in March 2025?"


def chunk(delta, reason=None):
    body = {
        "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
    }
    return f"data: {json.dumps(body)}\n\n"


def text(words):
    return chunk({"role": "assistant", "content": words}) + chunk({}, "stop") + "data: [DONE]\n\n"


class Model(Server):
    """Answers as its behaviour says; `times` are when the requests came."""

    def __init__(self, behaviour):
        super().__init__()
        self.behaviour, self.times = behaviour, []
        # A client that refuses our certificate is what some tests are about, not worth a trace.
        self.server.handle_error = lambda *_: None

    def settings(self, scheme="http"):
        return [{
            "name": "wire", "dialect": "chat-completions", "base_url": f"{scheme}://127.0.0.1:{self.port}/v1",
            "model": "m", "timeout_seconds": 10,
        }]

    def handle(self, request, body):
        self.times.append(time.time())
        self.behaviour(self, request, json.loads(body))


@contextlib.contextmanager
def environment(**values):
    former = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in former.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def daemon(models):
    daemon = Daemon(models=models, model="wire")
    daemon.load("ledger", [["2025-03-10", "4000", "Sales", "revenue", "1234.50"]], LEDGER)
    return daemon


class Certificate:
    """A certificate of its own for 127.0.0.1."""

    def __init__(self, folder):
        self.file, self.key = os.path.join(folder, "own.pem"), os.path.join(folder, "own.key")
        try:
            done = subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key,
                 "-out", self.file],
                capture_output=True, text=True,
            )
        except FileNotFoundError:
            raise unittest.SkipTest("there is no openssl program to make a certificate with")
        assert done.returncode == 0, done.stderr


class Wire(unittest.TestCase):
    def ask(self, models, **more):
        with daemon(models) as d:
            d.start()
            token = d.token()
            answer = d.ask(token, d.conversation(token), QUESTION)
            doctor = d.command("doctor", check=False).stdout if more.get("doctor") else ""
            d.stop()
            return answer, doctor

    def test_a_compressed_stream_reads_as_any_other(self):
        def behaviour(_, request, body):
            assert "gzip" in request.headers["Accept-Encoding"]
            request.reply(200, gzip.compress(text("Compressed as it is.").encode()), "text/event-stream",
                          Content_Encoding="gzip")

        with Model(behaviour) as model:
            answer, _ = self.ask(model.settings())
        self.assertEqual(answer["content"], "Compressed as it is.")
        self.assertFalse(answer.get("degraded"))

    def test_an_argument_of_two_megabytes_ends_in_a_clear_state(self):
        def behaviour(_, request, body):
            if body["messages"][-1]["role"] == "tool":
                return request.reply(200, text("That was too much.").encode(), "text/event-stream")
            stream = chunk({"role": "assistant", "tool_calls": [{
                "index": 0, "id": "call_1", "type": "function", "function": {"name": "metrics_query", "arguments": ""},
            }]})
            pieces = ['{"metric": "'] + ["a" * 8192] * 256 + ['"}']
            stream += "".join(
                chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}) for piece in pieces
            )
            request.reply(200, (stream + chunk({}, "tool_calls") + "data: [DONE]\n\n").encode(), "text/event-stream")

        with Model(behaviour) as model:
            answer, _ = self.ask(model.settings())
        self.assertEqual(answer["content"], "That was too much.")
        self.assertEqual([call["status"] for call in answer["tool_calls"]], ["failed"])

    def test_a_date_to_come_back_at_is_kept(self):
        until = []

        def behaviour(_, request, body):
            if until:
                return request.reply(200, text("Back again.").encode(), "text/event-stream")
            until.append(int(time.time()) + 2)
            request.send_response_only(429)
            request.send_header("Date", email.utils.formatdate(time.time(), usegmt=True))
            request.send_header("Retry-After", email.utils.formatdate(until[0], usegmt=True))
            request.send_header("Content-Length", "0")
            request.end_headers()

        with Model(behaviour) as model:
            answer, _ = self.ask(model.settings())
            self.assertEqual(answer["content"], "Back again.")
            # The date has whole seconds, and counts from the reply's own.
            self.assertGreaterEqual(model.times[1] - model.times[0], 1)

    def test_a_certificate_is_checked_and_one_that_the_environment_names_is_trusted(self):
        def behaviour(_, request, body):
            request.reply(200, text("Behind TLS.").encode(), "text/event-stream")

        with tempfile.TemporaryDirectory() as folder:
            certificate = Certificate(folder)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.file, certificate.key)
            model = Model(behaviour)
            model.server.socket = context.wrap_socket(model.server.socket, server_side=True, do_handshake_on_connect=False)
            with model:
                with environment(CURL_CA_BUNDLE="", SSL_CERT_FILE=certificate.file):
                    answer, doctor = self.ask(model.settings("https"), doctor=True)
                self.assertEqual(answer["content"], "Behind TLS.")
                self.assertNotIn("certificate", doctor.lower())
                answer, doctor = self.ask(model.settings("https"), doctor=True)
                self.assertIn("1,234.50", answer["content"])
                self.assertIn("certificate", doctor.lower())

    def test_calls_share_a_connection_of_http_2(self):
        python = os.path.join(counterparts.ENVIRONMENT, "bin", "python3")
        if subprocess.run([python, "-c", "import hypercorn"], capture_output=True).returncode if os.path.exists(python) else 1:
            raise unittest.SkipTest("hypercorn, a server of HTTP/2, is not installed")
        with tempfile.TemporaryDirectory() as folder:
            certificate = Certificate(folder)
            with open(os.path.join(folder, "app.py"), "w") as file:
                file.write(APPLICATION)
            port = counterparts.free_port()
            with open(os.path.join(folder, "log"), "w") as log:
                process = subprocess.Popen(
                    [python, "-m", "hypercorn", "app:app", "--bind", f"127.0.0.1:{port}", "--certfile",
                     certificate.file, "--keyfile", certificate.key],
                    cwd=folder, stdout=log, stderr=log,
                )
            try:
                with environment(CURL_CA_BUNDLE="", SSL_CERT_FILE=certificate.file):
                    self.check_http_2(port)
            finally:
                process.kill()
                process.wait()

    def check_http_2(self, port):
        models = [{"name": "wire", "dialect": "chat-completions", "base_url": f"https://127.0.0.1:{port}/v1",
                   "model": "m", "timeout_seconds": 20}]
        with daemon(models) as d:
            d.start()
            token = d.token()
            until = time.monotonic() + 30
            while d.ask(token, d.conversation(token), QUESTION).get("degraded"):
                self.assertLess(time.monotonic(), until, "the server of HTTP/2 does not answer")
                time.sleep(0.2)
            answers = []

            def one():
                answers.append(d.ask(token, d.conversation(token), QUESTION)["content"])

            threads = [threading.Thread(target=one) for _ in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            d.stop()
        self.assertEqual(len(answers), 12)
        said = [answer.split() for answer in answers]
        self.assertEqual({words[0] for words in said}, {"version-2"})
        # A connection for each loop at most, not one for each call.
        self.assertLessEqual(len({words[1] for words in said}), os.cpu_count())


APPLICATION = '''
import asyncio
import json


def chunk(delta, reason=None):
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
    return f"data: {json.dumps(body)}\\n\\n".encode()


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    words = f"version-{scope['http_version']} connection-{scope['client'][1]}"
    await send({"type": "http.response.body", "body": chunk({"role": "assistant", "content": words}), "more_body": True})
    await asyncio.sleep(0.3)
    await send({"type": "http.response.body", "body": chunk({}, "stop") + b"data: [DONE]\\n\\n"})
'''


if __name__ == "__main__":
    unittest.main()
