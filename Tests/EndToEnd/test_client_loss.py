"""A client that leaves or cancels: how soon the model's server is rid of the call, by the server's own count."""
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from counterparts import Counterpart, free_port
from harness import Daemon, ROOT

SOURCE = os.path.join(ROOT, "..", "shared", "bench", "llm_stub.c")
ROUNDS = int(os.environ.get("CANCELS", "40"))
WITHIN = 0.050


class StubCase(unittest.TestCase):
    """The stub, compiled once, and daemons that use it as their model."""

    @classmethod
    def setUpClass(cls):
        if not os.path.exists(SOURCE):
            raise unittest.SkipTest("../shared/bench is not beside the project")
        if not shutil.which("gcc"):
            raise unittest.SkipTest("there is no gcc to compile ../shared/bench/llm_stub.c with")
        cls.folder = tempfile.mkdtemp(prefix="agentd-stub-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.stub = os.path.join(cls.folder, "llm_stub")
        subprocess.run(["gcc", "-O2", "-w", "-o", cls.stub, SOURCE], check=True)

    def server(self, *flags):
        port = free_port()
        return Counterpart([self.stub, "--port", str(port), *flags], port, path="/healthz")

    def daemon(self, server, **more):
        prompts = os.path.join(self.folder, "prompts")
        if not os.path.exists(prompts):
            shutil.copytree(os.path.join(ROOT, "prompts"), prompts)
        model = {"name": "stub", "base_url": f"http://127.0.0.1:{server.port}/v1", "model": "stub", "timeout_seconds": 20}
        return Daemon(models=[model], model="stub", prompts=prompts, **more)


class ClientLoss(StubCase):
    def measure(self, leave, options, cancels=()):
        """Seconds from leaving an answer until the stub has counted its call as broken off, for each round."""
        # Two steps of every turn call tools; the answer after them takes a minute.
        with self.server("--tokens", "6000", "--inter-token-ms", "10") as server, self.daemon(server) as daemon:
            daemon.start()
            daemon.load("ledger", [["2025-03-10", "4000", "Sales", "revenue", "1234.50"]],
                        "date,account_code,account_name,section,amount")
            token = daemon.token(tenant="ten_test")
            stats = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)

            def aborted():
                stats.request("GET", "/stats")
                return json.loads(stats.getresponse().read())["aborted"]

            times = []
            for number in range(ROUNDS):
                conversation = daemon.conversation(token, **options)
                path = f"/api/v1/ai/conversations/{conversation}/messages"
                stream = daemon.stream(token, path, {"message": "Go on"})
                turn = None
                for _, event, data in stream:
                    turn = turn or data.get("message_id")
                    if event == "content_delta":
                        break
                before = aborted()
                self.assertEqual(before, number)
                begun = time.monotonic()
                leave(daemon, stream, f"{path}/{turn}/cancel", token)
                while aborted() == before:
                    self.assertLess(time.monotonic() - begun, 5, "the call goes on")
                times.append(time.monotonic() - begun)
                stream.close()
                for cancel in cancels:
                    cancel.join(10)
            return sorted(times)

    def check(self, times, what):
        at = times[min(len(times) - 1, int(len(times) * 0.99))]
        print(f"{what}: {len(times)} calls closed, median {times[len(times) // 2] * 1000:.1f} ms, "
              f"99th percentile {at * 1000:.1f} ms", flush=True)
        self.assertLess(at, WITHIN)

    def test_cancelling(self):
        cancels = []

        def leave(daemon, stream, path, token):
            # The answer of the cancel waits for the turn's end; what counts is when the server is told.
            cancels.append(threading.Thread(target=daemon.request, args=("POST", path, {}, token)))
            cancels[-1].start()

        self.check(self.measure(leave, {}, cancels), "cancel")

    def test_a_client_that_leaves(self):
        def leave(daemon, stream, path, token):
            stream.close()

        self.check(self.measure(leave, {"on_disconnect": "cancel"}), "client gone")


class BackendLoss(StubCase):
    """The backend is killed under load: every turn ends clearly, what follows is answered offline, and it comes back."""

    def test_killed_under_load(self):
        port = free_port()

        def stub():
            return Counterpart(
                [self.stub, "--port", str(port), "--tokens", "400", "--inter-token-ms", "10"], port, path="/healthz"
            )

        server = stub().start()
        with self.daemon(server) as daemon:
            daemon.start()
            daemon.load("ledger", [["2025-03-10", "4000", "Sales", "revenue", "1234.50"]],
                        "date,account_code,account_name,section,amount")
            token = daemon.token(tenant="ten_test")
            ends = []

            def turn():
                path = f"/api/v1/ai/conversations/{daemon.conversation(token)}/messages"
                ends.append(list(daemon.stream(token, path, {"message": "What was revenue in March 2025?"}))[-1])

            threads = [threading.Thread(target=turn) for _ in range(60)]
            for thread in threads:
                thread.start()
            time.sleep(1.5)
            server.stop()
            for thread in threads:
                thread.join(30)
            self.assertEqual(len(ends), 60)
            for _, event, data in ends:
                self.assertEqual(event, "message_complete")
                self.assertIn(data["status"], ("failed", "completed"))
                if data["status"] == "completed":
                    self.assertTrue(data["degraded"])
            self.assertIn("failed", [end[2]["status"] for end in ends])
            answer = daemon.ask(token, daemon.conversation(token), "What was revenue in March 2025?")
            self.assertEqual((answer["status"], answer["degraded"]), ("completed", True))
            self.assertIn("1,234.50", answer["content"])
            with stub():
                deadline = time.monotonic() + 40
                while time.monotonic() < deadline:
                    answer = daemon.ask(token, daemon.conversation(token), "What was revenue in March 2025?")
                    if not answer["degraded"]:
                        break
                    time.sleep(0.2)
                self.assertEqual((answer["status"], answer["degraded"]), ("completed", False))


if __name__ == "__main__":
    unittest.main()
