"""What a command prints when nobody can take it, and where it writes: one line of error, and nothing is replaced."""
import json
import os
import stat
import subprocess
import threading
import unittest

from harness import BINARY, TENANT, Daemon

HEADER = "date,account_code,account_name,section,amount"
ROWS = [("2026-01-15", 4000, "Sales", "revenue", 1000)]


class Output(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.daemon.load("ledger", ROWS, HEADER)
        cls.suite = os.path.join(cls.daemon.folder, "one.json5")
        with open(cls.suite, "w") as file:
            json.dump({"format": 1, "name": "one", "cases": [
                {"id": "a", "setting": {"tenant": "ten_aether"}, "say": "hello"}]}, file)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def full(self, *words):
        if not os.path.exists("/dev/full"):
            self.skipTest("there is no /dev/full")
        with open("/dev/full", "w") as full:
            return subprocess.run([BINARY, *words, "--data", self.daemon.data, "--config", self.daemon.config],
                                  stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, cwd=self.daemon.folder)

    def test_a_full_output_is_an_error_in_one_line(self):
        for status, words in [
            (1, ("audit", "export")), (1, ("audit", "tail", "--tenant", TENANT)), (1, ("audit", "verify")),
            (1, ("config", "schema")), (1, ("ask", "hello")), (2, ("eval", self.suite, "--format", "json")),
            (2, ("eval", self.suite, "--format", "junit")),
        ]:
            done = self.full(*words)
            self.assertEqual(done.returncode, status, (words, done.stderr))
            lines = [line for line in done.stderr.splitlines() if " of 1" not in line]
            self.assertEqual(len(lines), 1, (words, done.stderr))
            self.assertIn("No space left on device", lines[0])

    def read_from(self, pipe, into):
        def read():
            with open(pipe) as file:
                into.append(file.read())
        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def test_pipes_and_links_are_written_through(self):
        pipe = os.path.join(self.daemon.folder, "pipe")
        os.mkfifo(pipe)
        for words, part in (("audit", "export"), '"type":"end"'), (("eval", self.suite, "--format", "json"), "suite"):
            got = []
            thread = self.read_from(pipe, got)
            self.daemon.command(*words, "--out", pipe)
            thread.join(30)
            self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode), words)
            self.assertIn(part, got[0])
        target = os.path.join(self.daemon.folder, "target")
        link = os.path.join(self.daemon.folder, "link")
        with open(target, "w") as file:
            file.write("before")
        os.symlink(target, link)
        for words, part in (("audit", "export"), '"type":"end"'), (("eval", self.suite, "--format", "json"), "suite"):
            self.daemon.command(*words, "--out", link)
            self.assertTrue(os.path.islink(link), words)
            with open(target) as file:
                self.assertIn(part, file.read())
        self.assertEqual(self.daemon.command("audit", "export", "--out", self.daemon.folder, check=False).returncode, 1)


if __name__ == "__main__":
    unittest.main()
