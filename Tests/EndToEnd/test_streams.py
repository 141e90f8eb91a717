"""Many answers at once that come a token at a time: every one whole, none late, and the daemon as ready as before."""
import json
import os
import subprocess
import unittest

from harness import TENANT
from test_client_loss import ROOT, StubCase

STREAMS = int(os.environ.get("STREAMS", "100"))
SECONDS = int(os.environ.get("STREAM_SECONDS", "5"))
EVERY = 20


class Streams(StubCase):
    def test_side_by_side(self):
        load = os.path.join(self.folder, "turn_load")
        source = os.path.join(ROOT, "..", "shared", "bench", "turn_load.c")
        subprocess.run(["gcc", "-O2", "-w", "-o", load, source], check=True)
        tokens = SECONDS * 1000 // EVERY
        with self.server("--tokens", str(tokens), "--inter-token-ms", str(EVERY)) as server, \
                self.daemon(server, limits={"rate": "off"}) as daemon:
            daemon.start()
            daemon.load("ledger", [["2025-03-10", "4000", "Sales", "revenue", "1234.50"]],
                        "date,account_code,account_name,section,amount")
            body = {"model": "assistant", "stream": True, "messages": [{"role": "user", "content": "turn %N% of %ID%"}]}
            done = subprocess.run(
                [load, "--port", str(daemon.port), "--conns", str(STREAMS), "--convs", str(STREAMS),
                 "--turns-per-conv", "1", "--secs", str(SECONDS * 6 + 30), "--ramp-ms", "1000", "--id-prefix", "s",
                 "--first", "tok0", "--expect", f"tok{tokens - 1}", "--step", "POST /v1/chat/completions",
                 "--header", f"Authorization: Bearer {daemon.token()}", "--body", json.dumps(body)],
                capture_output=True, text=True)
            result = json.loads(done.stdout)
            self.assertEqual((result["errors"], result["turns"]), (0, STREAMS), done.stdout)
            # Two steps call tools before the answer; each reply's events come one by one too.
            ideal = EVERY * (tokens + 2 * 6)
            late = result["turn_ms"]["max"] - ideal
            print(f"streams: {STREAMS} at once, a token every {EVERY} ms for {SECONDS} s: the last ended "
                  f"{late / 1000:.1f} s after the ideal", flush=True)
            self.assertEqual(daemon.request("GET", "/readyz")[0], 200)
            self.assertIn("the journal holds", daemon.command("audit", "verify", "--tenant", TENANT).stdout)


if __name__ == "__main__":
    unittest.main()
