"""Google ADK's evaluators and `agentd eval` over the same answers: the same verdicts."""
import json
import os
import random
import subprocess
import sys
import unittest

from harness import ROOT, Daemon

ENVIRONMENT = os.path.join(ROOT, ".build", "counterparts-adk")
SCRIPT = os.path.join(ROOT, "Tests", "Fixtures", "evaluation", "adk_verdicts.py")
QUESTIONS = [
    ["What was revenue in Q2 2025?", "and for EMEA?"], ["How tall is our CEO?"], ["What's driving the OPEX variance this month?"],
    ["What was revenue in Q4 2025?", "and by region?", "thanks!"], ["What if we cut travel by 15%?"],
]
sys.path.insert(0, os.path.dirname(SCRIPT))
import adk_verdicts  # noqa: E402


def verdicts(cases):
    python = os.path.join(ENVIRONMENT, "bin", "python3")
    if not os.path.exists(python) or subprocess.run([python, "-c", "import google.adk"], capture_output=True).returncode:
        raise unittest.SkipTest("google-adk is not installed in .build/counterparts-adk (scripts/counterparts --long installs it)")
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([python, SCRIPT], input=lines, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return [json.loads(line) for line in done.stdout.splitlines()]


class ADK(unittest.TestCase):
    def test_the_fixture_is_what_adk_says(self):
        with open(adk_verdicts.FIXTURE, encoding="utf-8") as file:
            kept = json.load(file)["cases"]
        self.assertEqual([{key: case[key] for key in ("eval_case", "criteria", "actual")} for case in kept], list(adk_verdicts.cases()))
        for case, verdict in zip(kept, verdicts(kept), strict=True):
            self.assertEqual(case["verdict"], verdict, case["eval_case"])

    def test_our_answers_get_adks_verdicts(self):
        daemon = Daemon()
        self.addCleanup(daemon.__exit__, None, None, None)
        conversations = self.answers(daemon)
        chance = random.Random(7)
        cases = [self.changed(chance, number, chance.choice(conversations)) for number in range(60)]
        expected = verdicts(cases)
        self.assertGreater(len({verdict["passed"] for verdict in expected}), 1)
        for number, (case, verdict) in enumerate(zip(cases, expected, strict=True)):
            folder = os.path.join(daemon.folder, f"set{number}")
            os.makedirs(folder)
            with open(os.path.join(folder, "one.evalset.json"), "w") as file:
                json.dump({"eval_set_id": f"set{number}", "eval_cases": [case["eval_case"]]}, file)
            with open(os.path.join(folder, "test_config.json"), "w") as file:
                json.dump({"criteria": case["criteria"]}, file)
        # One run over all sets; each has a configuration of its own beside it.
        paths = [os.path.join(daemon.folder, f"set{number}") for number in range(len(cases))]
        done = daemon.command("eval", *paths, "--tenant", "ten_aether", "--format", "json", check=False)
        ours = [case["holds"] for case in json.loads(done.stdout)["cases"]]
        for number, verdict in enumerate(expected):
            self.assertEqual(ours[number], verdict["passed"], (cases[number], verdict))

    def answers(self, daemon):
        """What agentd answers and calls, out of the trace of a suite that cannot hold."""
        never = [{"type": "equals", "value": "nobody says this"}]
        cases = [
            {"id": f"c{number}", "setting": {"tenant": "ten_aether"}, "turns": [{"say": say, "assertions": never} for say in turns]}
            for number, turns in enumerate(QUESTIONS)
        ]
        path = os.path.join(daemon.folder, "answers.json5")
        with open(path, "w") as file:
            json.dump({"format": 1, "name": "answers", "cases": cases}, file)
        report = json.loads(daemon.command("eval", path, "--format", "json", check=False).stdout)
        return [
            [
                {"say": turn["message"], "reply": turn["content"],
                 "calls": [{"name": call["name"], "args": call["arguments"]} for call in turn["tool_calls"]]}
                for turn in case["trace"]
            ]
            for case in report["cases"]
        ]

    def changed(self, chance, number, turns):
        """An evaluation case that expects the answers with some changes."""
        conversation = []
        for turn in turns:
            uses = json.loads(json.dumps(turn["calls"]))
            change = chance.randrange(6)
            if change == 1:
                uses.append({"name": "kb_search", "args": {"query": "x"}})
            elif change == 2:
                uses = uses[1:]
            elif change == 3 and uses:
                uses[0]["args"]["more"] = 1
            words = turn["reply"].split()
            kept = [word for word in words if chance.random() < chance.choice([0.3, 0.7, 1, 1])]
            reply = " ".join(kept) if chance.random() < 0.8 else turn["reply"].upper()
            conversation.append(adk_verdicts.turn(turn["say"], uses, reply))
        criteria = {
            "tool_trajectory_avg_score": {
                "threshold": chance.choice([0.0, 0.5, 1.0]), "match_type": chance.choice(["EXACT", "IN_ORDER", "ANY_ORDER"]),
                "ignore_args": chance.random() < 0.2,
            },
            "response_match_score": chance.choice([0.3, 0.6, 0.8, 0.95]),
        }
        actual = [{"reply": turn["reply"], "calls": turn["calls"]} for turn in turns]
        return {"eval_case": {"eval_id": f"case {number}", "conversation": conversation}, "criteria": criteria, "actual": actual}


if __name__ == "__main__":
    unittest.main()
