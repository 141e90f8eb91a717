"""Prompt suites as an evaluator meets them: run, fail, compare, capture, over HTTP."""
import glob
import json
import os
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ROOT, Daemon, until  # noqa: E402
from test_end_to_end import HEADER, company  # noqa: E402

SUITES = os.path.join(ROOT, "prompts", "suites")
STOPS = int(os.environ.get("KILLS", "5"))


class Suites(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.__exit__, None, None, None)

    def path(self, name, content=None):
        path = os.path.join(self.daemon.folder, name)
        if content is not None:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write(content if isinstance(content, str) else json.dumps(content))
        return path

    def eval(self, *words, check=True):
        return self.daemon.command("eval", *words, check=check)

    def test_the_projects_own_suites_hold(self):
        done = self.eval(SUITES, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-500:])

    def test_twice_the_same_bytes_and_a_change_is_named(self):
        suite = self.path("s/one.json5", {
            "format": 1, "name": "one", "cases": [
                {"id": "revenue", "setting": {"tenant": "ten_aether"}, "say": "What was revenue in Q2 2025?",
                 "assertions": [{"type": "contains", "value": "Revenue"}, "audit_chain_ok"]},
                {"id": "refusal", "setting": {"tenant": "ten_aether"}, "say": "How tall is our CEO?", "assertions": ["refuses"]},
            ]})
        reports = []
        for name in ("a.json", "b.json"):
            self.eval(suite, "--format", "json", "--out", self.path(name))
            with open(self.path(name)) as file:
                report = json.load(file)
            report.pop("timing")
            reports.append(json.dumps(report))
        self.assertEqual(reports[0], reports[1])
        with open(suite) as file:
            text = file.read()
        self.path("s/one.json5", text.replace('"Revenue"', '"Revenues of the moon"'))
        done = self.eval(suite, "--against", self.path("a.json"), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("one/revenue", done.stdout)
        self.assertIn("Fails now and held before", done.stdout)
        junit = self.eval(suite, "--format", "junit", check=False).stdout
        root = xml.etree.ElementTree.fromstring(junit)
        self.assertEqual((root.get("tests"), root.get("failures")), ("2", "1"))
        self.assertIn("Revenues of the moon", self.eval(suite, "--format", "html", check=False).stdout)

    def test_a_suite_that_is_not_understood_is_status_2_with_every_place(self):
        suite = self.path("s/bad.json5", '{format: 1, name: "x", cases: [{id: "a", say: "?", asertions: []}]}')
        done = self.eval(suite, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("asertions", done.stderr)
        self.assertIn("cases[0].setting.tenant", done.stderr)
        self.assertEqual(self.eval("/nowhere.json5", check=False).returncode, 2)

    def test_fixtures_and_the_formats_of_others(self):
        rows, regions = company(41)
        self.path("s/ledger.csv", HEADER + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
        self.path("s/own.json5", {"format": 1, "name": "own", "cases": [
            {"id": "region", "setting": {"tenant": "ten_new", "fixtures": [{"type": "ledger", "path": "ledger.csv"}]},
             "say": f"revenue in {regions[0]} in 2025", "assertions": [{"type": "contains", "value": regions[0]}, "citation_valid"]}]})
        self.eval(self.path("s/own.json5"))
        self.path("p/promptfooconfig.yaml", "\n".join([
            "description: foo", "prompts: ['{{question}}']", "tests:",
            "  - vars: {question: What was revenue in Q2 2025?}",
            "    assert:", "      - {type: icontains, value: REVENUE}", "      - type: javascript", "        value: output.length",
            "  - vars: {question: What was revenue in Q2 2025?}", "    assert: [{type: not-contains, value: Q2}]"]))
        done = self.eval(self.path("p/promptfooconfig.yaml"), "--tenant", "ten_aether", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 passed, 1 failed", done.stdout)
        self.assertIn("javascript", done.stdout)
        self.path("a/set.evalset.json", {"eval_set_id": "set", "eval_cases": [{"eval_id": "r", "conversation": [{
            "user_content": {"parts": [{"text": "thanks!"}]}, "intermediate_data": {"tool_uses": []}}]}]})
        # As in ADK, a reply that is not expected is scored 0; judged by its calls alone the case holds.
        done = self.eval(self.path("a/set.evalset.json"), "--tenant", "ten_aether", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("response_match_score: it is 0.0, below 0.8", done.stdout)
        self.path("a/test_config.json", {"criteria": {"tool_trajectory_avg_score": 1.0}})
        self.eval(self.path("a/set.evalset.json"), "--tenant", "ten_aether")

    def test_hostile_suites_are_refused_or_fail_with_their_reason(self):
        case = {"id": "a", "setting": {"tenant": "ten_aether"}, "say": "hello"}

        def suite(*cases, **more):
            return {"format": 1, "name": "x", "cases": list(cases)} | more

        refused = {
            "cut": ('{format: 1, name: "x", cases: [', "end of the document"),
            "deep": ("[" * 100_000, "64 levels"),
            "empty": ("", "empty"),
            "none": (suite(), "there are none"),
            "many": (suite() | {"cases": "many"}, "a list is needed"),
            "twice": (suite(case, case), "stands there twice"),
            "silent": (suite(case | {"say": " "}), "`say` is empty"),
            "everything": (suite(case | {"assertions": [{"type": "contains", "value": ""}]}), "in every answer"),
            "pattern": (suite(case | {"assertions": [{"type": "regex", "value": "("}]}), "regular expression"),
            "unknown": (suite(case | {"assertions": ["number_ground"]}), "did you mean “number_grounded”"),
            "defaults": (suite(case, defaults=3), "defaults: an object is needed"),
        }
        for name, (content, words) in refused.items():
            with self.subTest(name):
                done = self.eval(self.path(f"{name}/x.json5", content), check=False)
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertIn(words, done.stderr)
        for text, words in (("a: &x [*x]", "anchors"), ("a: [" * 50_000, "does not end"), ("prompts: [a]\ntests: []", "none")):
            done = self.eval(self.path("y/promptfooconfig.yaml", text), "--tenant", "t", check=False)
            self.assertEqual((done.returncode, words in done.stderr), (2, True), done.stderr)
        fine = self.path("fine.json5", suite(case))
        for words in (["--repeat", "0"], ["--filter", "nothing like it"], ["--out", "/nowhere/r.json"], ["--backend", "none"], ["--against", "/nowhere"]):
            done = self.eval(fine, *words, check=False)
            self.assertEqual(done.returncode, 2, (words, done.stdout, done.stderr))
        self.eval(fine, fine)
        self.assertIn("also that of", self.eval(fine, self.path("again.json5", suite(case)), check=False).stderr)
        # Patterns that would search for ever are answered; what cannot be had fails the case that wants it and no other.
        bad = self.path("bad/x.json5", suite(
            case,
            case | {"id": "pattern", "assertions": [{"type": "regex", "value": "^(([A-Za-z0-9 ,.!?'-]+)+)+@$"}]},
            case | {"id": "role", "setting": {"tenant": "ten_aether", "role": "king"}},
            case | {"id": "tenant", "setting": {"tenant": "ten_nobody"}},
            case | {"id": "fixture", "setting": {"tenant": "ten_x", "fixtures": [{"type": "ledger", "path": "../none.csv"}]}}))
        done = self.eval(bad, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("1 passed, 4 failed", done.stdout)
        for words in ("does not match", "no role “king”", "no tenant “ten_nobody”", "none.csv cannot be read"):
            self.assertIn(words, done.stdout)
        self.assertIn("5 of 5", done.stderr)

    def test_what_is_not_understood_runs_nothing(self):
        case = {"id": "one", "setting": {"tenant": "ten_aether"}, "say": "hello"}
        good = self.path("good.json5", {"format": 1, "name": "good", "cases": [case]})
        for number, (member, value) in enumerate([
            ("setting", {"tenant": "ten_aether", "role": 5}), ("recording", "zzz"),
            ("assertions", [{"type": "refuses", "not": "yes"}]), ("assertions", [{"type": "regex", "value": "("}]),
        ]):
            suite = self.path(f"bad{number}.json5", {"format": 1, "name": "bad", "cases": [dict(case, **{member: value})]})
            done = self.eval(good, suite, check=False)
            self.assertEqual(done.returncode, 2, done.stdout)
            for words in (f"bad{number}.json5", "cases[0]", member, "“one”"):
                self.assertIn(words, done.stderr)
        for assertion in ("asert: []", "assert: [{type: contanis, value: x}]", "assert: [{type: contains}]"):
            path = self.path("p/promptfooconfig.yaml", f"prompts: [hello]\ntests:\n  - description: first\n    {assertion}\n")
            done = self.eval(path, "--tenant", "ten_aether", check=False)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn("tests[0]", done.stderr)
        for report in ("{", "[]", '{"format": 1}', '{"format": 1, "cases": [{"id": 5}]}'):
            done = self.eval(good, "--against", self.path("former.json", report), check=False)
            self.assertEqual(done.returncode, 2, report)
            self.assertIn("former.json", done.stderr)

    def test_a_captured_conversation_notices_one_changed_word_of_a_prompt(self):
        rows, regions = company(42)
        daemon = self.daemon
        daemon.load("ledger", rows, HEADER)
        daemon.start()
        token = daemon.token("finance_analyst")
        conversation = daemon.conversation(token)
        daemon.ask(token, conversation, f"revenue in {regions[0]} in 2025")
        daemon.ask(token, conversation, "How tall is our CEO?")
        suite = self.path("captured.json5")
        daemon.command("eval", "capture", conversation, "--out", suite)
        self.assertEqual(self.eval(suite).returncode, 0)
        today = daemon.command("eval", "capture", "--day", "2020-01-01", check=False)
        self.assertEqual(today.returncode, 1)
        prompts = self.path("prompts/x", "")[:-2]
        os.system(f"cp -r {os.path.join(ROOT, 'prompts')}/. {prompts}")
        place = os.path.join(prompts, "phrasing", "metric_value.md")
        with open(place) as file:
            text = file.read()
        head, body = text.rsplit("---\n", 1)
        with open(place, "w") as file:
            file.write(head + "---\n" + "Behold: " + body)
        done = self.eval(suite, "--prompts", prompts, check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(conversation, done.stdout)

    def test_prompts_are_released_only_when_their_suites_hold(self):
        prompts = self.path("released/x", "")[:-2]
        os.system(f"cp -r {os.path.join(ROOT, 'prompts')}/. {prompts}")
        system = os.path.join(prompts, "system", "assistant.md")
        with open(system) as file:
            text = file.read()
        with open(system, "w") as file:
            file.write(text.replace("name: assistant\n", "name: assistant\nsuites: [release]\n", 1))
        case = {"id": "greeting", "setting": {"tenant": "ten_aether"}, "say": "hello",
                "assertions": [{"type": "contains", "value": "Hello"}]}
        suite = os.path.join(prompts, "suites", "release.json5")
        with open(suite, "w") as file:
            json.dump({"format": 1, "name": "release", "cases": [case | {"assertions": [{"type": "contains", "value": "Ahoy"}]}]}, file)
        rows, _ = company(44)
        self.daemon.load("ledger", rows, HEADER)
        people = ["--author", "ann", "--approver", "bob"]
        refused = self.daemon.command("prompt", "activate", prompts, *people, check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("release/greeting", refused.stderr)
        forced = self.daemon.command("prompt", "activate", prompts, *people, "--override", "the word is wrong on purpose")
        self.assertIn("red", forced.stderr)
        tail = self.daemon.command("audit", "export", "--payloads").stdout
        for words in ("prompt.refused", "release/greeting", "the word is wrong on purpose"):
            self.assertIn(words, tail)
        # Who writes prompts does not decide which files are read by whoever activates them.
        outside = case | {"setting": {"tenant": "ten_x", "fixtures": [{"type": "ledger", "path": "/etc/passwd"}]}}
        with open(suite, "w") as file:
            json.dump({"format": 1, "name": "release", "cases": [outside]}, file)
        refused = self.daemon.command("prompt", "activate", prompts, *people, check=False)
        self.assertEqual((refused.returncode, "lies outside" in refused.stderr), (1, True), refused.stderr)
        with open(suite, "w") as file:
            json.dump({"format": 1, "name": "release", "cases": [case]}, file)
        self.daemon.command("prompt", "activate", prompts, *people)

    def test_over_http_with_progress_and_kept_reports(self):
        daemon = self.daemon
        rows, _ = company(43)
        daemon.load("ledger", rows, HEADER)
        daemon.start()
        admin = daemon.token("admin")
        stream = daemon.stream(admin, "/api/v1/evaluations", {"suite": "flagship"})
        events = list(stream)
        stream.close()
        kinds = [event for _, event, _ in events]
        self.assertEqual((kinds[0], kinds[-1]), ("evaluation_start", "evaluation_complete"))
        done = events[-1][2]
        self.assertEqual(done["summary"]["failed"], 0)
        status, reply, _ = daemon.request("GET", f"/api/v1/evaluations/{done['evaluation_id']}", token=admin)
        self.assertEqual((status, reply["data"]["suite"]), (200, "flagship"))
        status, reply, _ = daemon.request("GET", "/api/v1/evaluations", token=admin)
        self.assertIn(done["evaluation_id"], reply["data"]["evaluations"])
        self.assertIn("flagship", reply["data"]["suites"])
        self.assertEqual(daemon.request("POST", "/api/v1/evaluations", {"suite": "nothing"}, admin)[0], 404)
        self.assertEqual(daemon.request("POST", "/api/v1/evaluations", {"suite": "flagship"}, daemon.token("executive"))[0], 403)
        self.assertEqual(daemon.request("GET", "/api/v1/evaluations/..%2Fjournal", token=admin)[0], 404)
        for body, expected in (({"suite": "flagship", "repeat": 0}, 400), ({"suite": "../x"}, 404), ({}, 400), ("{", 400), ({"suite": "flagship", "x": 1}, 400)):
            self.assertEqual(daemon.request("POST", "/api/v1/evaluations", body, admin)[0], expected, body)
        self.assertEqual(daemon.request("POST", "/api/v1/evaluations", {"suite": "flagship"})[0], 401)
        # Reports are those of the tenant that had them made; what a key has made once is not made again.
        foreign = daemon.token("admin", tenant="ten_other")
        self.assertEqual(daemon.request("GET", "/api/v1/evaluations", token=foreign)[1]["data"]["evaluations"], [])
        self.assertEqual(daemon.request("GET", f"/api/v1/evaluations/{done['evaluation_id']}", token=foreign)[0], 404)
        service = daemon.token("service", "robot")

        def run(suite="flagship", accept="application/json", key="k"):
            return daemon.request("POST", "/api/v1/evaluations", {"suite": suite}, service,
                                  {"Accept": accept, "Idempotency-Key": key}, timeout=60)
        first = run()
        self.assertEqual(first[0], 200, first[1])
        self.assertEqual(run()[1], first[1])
        self.assertEqual(run("planner")[0], 422)
        streamed = run(accept="text/event-stream", key="s")
        self.assertIn(b"evaluation_complete", streamed[1])
        self.assertEqual(run(accept="text/event-stream", key="s")[1].replace(b":\n\n", b""), streamed[1].replace(b":\n\n", b""))
        self.assertEqual(len(daemon.request("GET", "/api/v1/evaluations", token=service)[1]["data"]["evaluations"]), 3)

    def test_a_client_that_goes_away_loses_its_stream_and_no_report(self):
        daemon = self.daemon
        rows, _ = company(45)
        daemon.load("ledger", rows, HEADER)
        daemon.start()
        admin = daemon.token("admin")
        stream = daemon.stream(admin, "/api/v1/evaluations", {"suite": "planner"})
        events = iter(stream)
        self.assertEqual(next(events)[1], "evaluation_start")
        self.assertEqual(next(events)[1], "case_complete")
        # One at a time: another is refused while this one runs, and says so.
        status, reply, _ = daemon.request("POST", "/api/v1/evaluations", {"suite": "flagship"}, admin, {"Accept": "application/json"})
        self.assertEqual((status, reply["error"]["code"]), (409, "CONFLICT"))
        stream.close()

        def reports():
            return daemon.request("GET", "/api/v1/evaluations", token=admin)[1]["data"]["evaluations"]

        self.assertTrue(until(lambda: reports(), 60), "the run did not end without its client")
        report = daemon.request("GET", f"/api/v1/evaluations/{reports()[0]}", token=admin)[1]["data"]
        self.assertEqual((report["suite"], report["summary"]["failed"]), ("planner", 0))
        # The report lies there a moment before the run is over.
        self.assertTrue(until(lambda: daemon.request(
            "POST", "/api/v1/evaluations", {"suite": "flagship"}, admin, {"Accept": "application/json"}, timeout=60)[0] == 200, 30))

    def test_a_daemon_stopped_in_the_middle_of_a_run_ends_well_and_leaves_nothing(self):
        daemon = self.daemon
        rows, _ = company(46)
        daemon.load("ledger", rows, HEADER)
        worlds = os.path.join(tempfile.gettempdir(), "agentd-eval-*")
        before = set(glob.glob(worlds))
        # The worlds of a run have threads of their own: each stop meets them at another moment.
        for round in range(STOPS):
            daemon.start()
            stream = daemon.stream(daemon.token("admin"), "/api/v1/evaluations", {"suite": "planner"})
            next(iter(stream))
            time.sleep(0.3 * round / STOPS)
            self.assertEqual(daemon.stop(), 0)
            stream.close()
            self.assertEqual(set(glob.glob(worlds)) - before, set())


if __name__ == "__main__":
    unittest.main()
