"""A logged turn runs again from its record and gives the same digest; other sentences show where they depart."""
import json
import os
import re
import shutil
import unittest

from harness import ROOT, TENANT, Daemon

HEADER = "date,account_code,account_name,section,amount"
ROWS = [("2026-01-15", 4000, "Sales", "revenue", 1000), ("2025-12-20", 4000, "Sales", "revenue", 800),
        ("2026-01-20", 6000, "Rent", "opex", 300)]
QUESTIONS = ["What was revenue in January 2026?", "And compared to December 2025?", "Show me rent by month",
             "What is the weather on Mars?", "Hello"]


class Replay(unittest.TestCase):
    def test_turns_run_again_from_their_records(self):
        with Daemon() as daemon:
            daemon.load("ledger", ROWS, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            conversation = daemon.conversation(token)
            answers = [daemon.ask(token, conversation, question) for question in QUESTIONS]
            for answer in answers:
                done = daemon.command("replay", answer["message_id"], "--json")
                reply = json.loads(done.stdout)
                self.assertTrue(reply["same"], reply)
                self.assertEqual(reply["recorded_digest"], reply["replayed_digest"])
                self.assertEqual(reply["content"], answer["content"])
                again = json.loads(daemon.command("replay", answer["message_id"], "--model", "offline", "--json").stdout)
                self.assertTrue(again["same"], again)
                self.assertEqual(again["content"], answer["content"])
            self.assertEqual(daemon.command("replay", "msg_none", check=False).returncode, 1)
            prompts = os.path.join(daemon.folder, "other")
            shutil.copytree(os.path.join(ROOT, "prompts"), prompts)
            for name in os.listdir(os.path.join(prompts, "phrasing")):
                path = os.path.join(prompts, "phrasing", name)
                with open(path) as file:
                    text = file.read()
                with open(path, "w") as file:
                    file.write(re.sub(r"\bHello\b", "Good day", text))
            greeting = answers[-1]
            done = daemon.command("replay", greeting["message_id"], "--prompt", prompts, check=False)
            if "Hello" in greeting["content"]:
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn("first departs at the answer", done.stdout)
            daemon.stop()
            done = daemon.command("replay", answers[0]["message_id"])
            self.assertIn("the same", done.stdout)


class PromptReleases(unittest.TestCase):
    def test_a_version_becomes_active_by_two_people_and_is_on_record(self):
        with Daemon() as daemon:
            daemon.load("ledger", ROWS, HEADER)
            prompts = os.path.join(daemon.folder, "next")
            shutil.copytree(os.path.join(ROOT, "prompts"), prompts)
            path = os.path.join(prompts, "phrasing", "reply_greeting.md")
            with open(path) as file:
                text = file.read()
            self.assertIn("Hello!", text)
            with open(path, "w") as file:
                file.write(text.replace("Hello!", "Good day!"))
            people = ["--author", "ann", "--approver", "bob"]
            self.assertEqual(
                daemon.command("prompt", "activate", prompts, "--author", "ann", "--approver", "Ann", check=False)
                .returncode, 1)
            refused = daemon.command("prompt", "activate", prompts, *people, "--suite", "golden", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("golden", refused.stderr)
            self.assertIn("no version was activated", daemon.command("prompt", "list").stdout)
            daemon.start()
            token = daemon.token("finance_analyst")
            before = daemon.ask(token, daemon.conversation(token), "Hello")
            self.assertIn("Hello!", before["content"])
            self.assertIn("activated", daemon.command("prompt", "activate", prompts, *people).stdout)
            daemon.stop()
            # What the folder holds now no longer counts.
            shutil.rmtree(prompts)
            daemon.start()
            after = daemon.ask(token, daemon.conversation(token), "Hello")
            self.assertIn("Good day!", after["content"])
            listed = json.loads(daemon.command("prompt", "list", "--json").stdout)
            self.assertEqual(listed["activations"][-1]["approver"], "bob")
            version = listed["active"]
            rows = daemon.request(
                "GET", "/api/v1/governance/audit-logs?resource_type=prompt", token=daemon.token("auditor"))[1]["data"]
            self.assertEqual([row["resource"]["id"] for row in rows], [version, version])  # refused once, then let in
            self.assertEqual(rows[0]["metadata"]["details"]["author"], "ann")
            self.assertEqual(rows[0]["changes"]["after"], {"version": version})
            done = daemon.command("replay", before["message_id"], "--prompt", version[:10], check=False)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("Good day!", done.stdout)


if __name__ == "__main__":
    unittest.main()
