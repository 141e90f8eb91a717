"""The journal as evidence: checkpoints, exports, and the independent verifier against honest and tampered exports."""
import json
import os
import random
import subprocess
import sys
import unittest

from harness import ROOT, TENANT, Daemon

HEADER = "date,account_code,account_name,section,amount"
ROWS = [("2026-01-15", 4000, "Sales", "revenue", 1000), ("2026-01-20", 6000, "Rent", "opex", 300)]
VERIFIER = os.path.join(ROOT, "docs", "verify.py")


def independent(*words):
    return subprocess.run([sys.executable, VERIFIER, *words], capture_output=True, text=True, timeout=60)


class Evidence(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(audit={"push_file": "pushed", "checkpoint_records": 5, "checkpoint_seconds": 1})
        cls.daemon.load("ledger", ROWS, HEADER)
        cls.daemon.start()
        token = cls.daemon.token("finance_analyst")
        conversation = cls.daemon.conversation(token)
        cls.daemon.ask(token, conversation, "What was revenue in January 2026?")
        cls.kept = os.path.join(cls.daemon.folder, "kept")
        with open(cls.kept, "w") as file:
            file.write(cls.daemon.command("audit", "checkpoint", "--tenant", TENANT).stdout)
        cls.daemon.ask(token, conversation, "And what was rent?")
        cls.key = cls.daemon.command("audit", "key", "--tenant", TENANT).stdout.strip()
        cls.path = os.path.join(cls.daemon.folder, "export.jsonl")
        cls.daemon.command("audit", "export", "--out", cls.path)
        with open(cls.path) as file:
            cls.lines = file.read().splitlines()
        cls.records = [i for i, line in enumerate(cls.lines) if line.startswith('{"format":')]

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def tampered(self, lines):
        path = os.path.join(self.daemon.folder, "tampered.jsonl")
        with open(path, "w") as file:
            file.write("".join(line + "\n" for line in lines))
        return path

    def both(self, lines, *names):
        """Both verifiers refuse it and name one of the records."""
        path = self.tampered(lines)
        own = self.daemon.command("audit", "verify", path, "--key", self.key, check=False)
        other = independent(path, self.key)
        self.assertEqual((own.returncode, other.returncode), (1, 1), own.stdout + own.stderr + other.stdout)
        for said in (own.stdout, other.stdout):
            self.assertTrue(any(f"record {name} " in said for name in names), (names, said, own.stderr))

    def test_an_export_holds_for_both_verifiers(self):
        own = self.daemon.command("audit", "verify", self.path, "--key", self.key, "--checkpoint", self.kept)
        self.assertIn("the journal holds", own.stdout)
        other = independent(self.path, self.key, self.kept)
        self.assertEqual(other.returncode, 0, other.stdout + other.stderr)
        self.assertIn(f"{TENANT}: {len(self.records)} records hold", other.stdout)
        live = json.loads(self.daemon.command("audit", "verify", "--json", "--checkpoint", self.kept).stdout)
        self.assertTrue(live["holds"])
        self.assertGreaterEqual(live["tenants"][0]["checkpoints"], 2)

    def test_a_part_holds_by_its_proofs(self):
        part = os.path.join(self.daemon.folder, "part.jsonl")
        self.daemon.command("audit", "export", "--tenant", TENANT, "--from", "3", "--to", "6", "--out", part)
        self.assertEqual(self.daemon.command("audit", "verify", part, "--key", self.key).returncode, 0)
        self.assertEqual(independent(part, self.key).returncode, 0)
        with open(part) as file:
            lines = file.read().splitlines()
        changed = next(i for i, line in enumerate(lines) if '"seq":4,' in line and line.startswith('{"format"'))
        lines[changed] = lines[changed].replace('"kindVersion":1', '"kindVersion":2')
        self.both(lines, 4)

    def test_edits_are_laid_at_their_record(self):
        draw = random.Random(7)
        for line in draw.sample(self.records, min(6, len(self.records))):
            text = self.lines[line]
            place = draw.randrange(len(text))
            changed = text[:place] + ("x" if text[place] != "x" else "y") + text[place + 1:]
            path = self.tampered(self.lines[:line] + [changed] + self.lines[line + 1:])
            number = line - self.records[0] + 1
            own = self.daemon.command("audit", "verify", path, check=False)
            self.assertEqual(own.returncode, 1, own.stdout)
            self.assertIn(f"record {number} of {TENANT}", own.stdout, f"character {place}")
            self.assertEqual(independent(path).returncode, 1)

    def test_deleted_swapped_cut_and_inserted_records_are_named(self):
        at = self.records[4]
        self.both(self.lines[:at] + self.lines[at + 1:], 5)
        self.both(self.lines[:at] + [self.lines[at + 1], self.lines[at]] + self.lines[at + 2:], 5)
        self.both(self.lines[:at] + [self.lines[at]] + self.lines[at:], 6)
        self.both(self.lines[:at + 3], 8)

    def test_lines_that_are_nothing_of_an_export_are_refused(self):
        at = self.records[4]
        for line in ("garbage", '{"type":"zzz"}', "{}", '{"type":"payload","tenant":"%s","seq":1,"payload":{}}' % TENANT):
            path = self.tampered(self.lines[:at] + [line] + self.lines[at:])
            own = self.daemon.command("audit", "verify", path, "--key", self.key, check=False)
            self.assertNotEqual(own.returncode, 0, line)
            other = independent(path, self.key)
            self.assertEqual(other.returncode, 1, line)
            self.assertIn("record 5 does not read as one", other.stdout)

    def test_opened_payloads_are_said_not_to_be_vouched_for(self):
        path = os.path.join(self.daemon.folder, "opened.jsonl")
        self.daemon.command("audit", "export", "--payloads", "--out", path)
        with open(path) as file:
            lines = file.read().splitlines()
        opened = [line for line in lines if line.startswith('{"type":"payload"')]
        self.assertTrue(opened)
        words = "%d opened payloads follow, which nothing here vouches for" % len(opened)
        own = self.daemon.command("audit", "verify", path, "--key", self.key)
        self.assertIn(words, own.stdout)
        other = independent(path, self.key)
        self.assertEqual(other.returncode, 0, other.stdout)
        self.assertIn(words, other.stdout)
        sealed = json.loads(opened[0])["seq"]
        clear = next(n for n in range(1, 99) if n not in [json.loads(line)["seq"] for line in opened])
        for change in (lines + [opened[0]], lines[:-1] + [opened[0].replace(f'"seq":{sealed}', f'"seq":{clear}')],
                       lines[:-1] + [opened[0].replace(TENANT, "ten_other")]):
            path = self.tampered(change)
            self.assertNotEqual(self.daemon.command("audit", "verify", path, check=False).returncode, 0)
            self.assertEqual(independent(path).returncode, 1)

    def test_a_rewritten_chain_does_not_pass_the_signed_root(self):
        import hashlib
        lines, previous = list(self.lines), None
        for number, line in enumerate(self.records):
            text = lines[line]
            if number == 3:
                text = text.replace('"kindVersion":1', '"kindVersion":7')
            if previous is not None:
                text = text[:24] + previous + text[88:]
            lines[line] = text
            previous = hashlib.sha256(b"\0" + text.encode()).hexdigest()
        end = json.loads(lines[-1])
        end["leaf"] = previous
        lines[-1] = json.dumps(end, separators=(",", ":"))
        path = self.tampered(lines)
        own = self.daemon.command("audit", "verify", path, "--key", self.key, check=False)
        self.assertEqual(own.returncode, 1)
        self.assertIn("forked", own.stdout)
        other = independent(path, self.key)
        self.assertEqual(other.returncode, 1)
        self.assertIn("signed over other records", other.stdout)

    def test_a_checkpoint_of_another_key_is_refused(self):
        name = self.key.split("+")[0]
        with Daemon() as stranger:
            stranger.load("ledger", ROWS, HEADER)
            theirs = stranger.command("audit", "key", "--tenant", TENANT).stdout.strip()
        self.assertEqual(theirs.split("+")[0], name)
        self.assertEqual(independent(self.path, theirs).returncode, 1)
        self.assertEqual(self.daemon.command("audit", "verify", self.path, "--key", theirs, check=False).returncode, 1)

    def test_a_kept_checkpoint_shows_a_journal_begun_anew(self):
        with Daemon() as other:
            other.load("ledger", ROWS, HEADER)
            done = other.command("audit", "verify", "--checkpoint", self.kept, "--key", self.key, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("truncated", done.stdout)

    def test_checkpoints_are_pushed_to_a_file(self):
        with open(os.path.join(self.daemon.folder, "pushed")) as file:
            pushed = [json.loads(line) for line in file]
        self.assertTrue(pushed)
        pushed_path = os.path.join(self.daemon.folder, "pushed")
        done = self.daemon.command("audit", "verify", "--checkpoint", pushed_path)
        self.assertIn("the journal holds", done.stdout)


if __name__ == "__main__":
    unittest.main()
