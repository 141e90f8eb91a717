#!/usr/bin/env python3
"""What Google ADK's own evaluators say of a turn: verdicts to compare with, and the fixture that holds some.

    .build/counterparts-adk/bin/python3 Tests/Fixtures/evaluation/adk_verdicts.py --write    writes Tests/Fixtures/evaluation/adk_verdicts.json anew
    .build/counterparts-adk/bin/python3 Tests/Fixtures/evaluation/adk_verdicts.py < CASES    answers each line of JSON with its verdict

A case is {"eval_case", "criteria", "actual"}: a case of an evaluation set, the criteria of a test_config.json, and for
each turn the reply and the calls that an agent made. Needs google-adk and rouge-score (`scripts/counterparts --long`).
"""
import json
import os
import sys

FIXTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "adk_verdicts.json")


def verdict(case):
    from google.adk.evaluation.eval_case import EvalCase, IntermediateData, Invocation
    from google.adk.evaluation.eval_config import EvalConfig, get_eval_metrics_from_config
    from google.adk.evaluation.final_response_match_v1 import RougeEvaluator
    from google.adk.evaluation.trajectory_evaluator import TrajectoryEvaluator
    from google.genai import types

    expected = EvalCase.model_validate(case["eval_case"]).conversation
    actual = [
        Invocation(
            user_content=turn.user_content,
            final_response=types.Content(role="model", parts=[types.Part(text=seen["reply"])]),
            intermediate_data=IntermediateData(
                tool_uses=[types.FunctionCall(name=call["name"], args=call["args"]) for call in seen["calls"]]
            ),
        )
        for turn, seen in zip(expected, case["actual"], strict=True)
    ]
    scores = {}
    for metric in get_eval_metrics_from_config(EvalConfig.model_validate({"criteria": case["criteria"]})):
        if metric.metric_name == "tool_trajectory_avg_score":
            evaluator = TrajectoryEvaluator(eval_metric=metric)
        elif metric.metric_name == "response_match_score":
            evaluator = RougeEvaluator(eval_metric=metric)
        else:
            continue
        result = evaluator.evaluate_invocations(actual, expected)
        scores[metric.metric_name] = {"score": result.overall_score, "passed": result.overall_eval_status.name == "PASSED"}
    return {"passed": all(item["passed"] for item in scores.values()), "scores": scores}


def call(name, **args):
    return {"name": name, "args": args}


def turn(message, uses, reply=None):
    item = {"user_content": {"role": "user", "parts": [{"text": message}]}, "intermediate_data": {"tool_uses": uses}}
    if reply is not None:
        item["final_response"] = {"role": "model", "parts": [{"text": reply}]}
    return item


def seen(reply, *calls):
    return {"reply": reply, "calls": list(calls)}


def cases():
    """Small cases in our own words, each for one rule of the evaluators."""
    sales = call("metrics_query", metric="revenue", period={"label": "Q2 2025"})
    costs = call("metrics_query", metric="costs", period={"label": "Q2 2025"})
    search = call("kb_search", query="refunds")
    words = "Revenue in Q2 2025 was $450,000, up 12% from $402,000."
    both = {"tool_trajectory_avg_score": 1.0, "response_match_score": 0.8}

    def matched(order, **more):
        return {"tool_trajectory_avg_score": {"threshold": 1.0, "match_type": order} | more}

    def only(score):
        return {"response_match_score": score}

    rows = [
        ("the same", both, [turn("Sales?", [sales], words)], [seen(words, sales)]),
        ("members in another order", both,
         [turn("Sales?", [call("metrics_query", period={"label": "Q2 2025"}, metric="revenue")], words)], [seen(words, sales)]),
        ("another argument", both, [turn("Sales?", [costs], words)], [seen(words, sales)]),
        ("one argument more", both, [turn("Sales?", [call("metrics_query", metric="revenue")], words)], [seen(words, sales)]),
        ("1 is 1.0", both, [turn("Top?", [call("rank", n=1)], words)], [seen(words, call("rank", n=1.0))]),
        ("a call too many", both, [turn("Sales?", [sales], words)], [seen(words, sales, search)]),
        ("a call too few", both, [turn("Sales?", [sales, search], words)], [seen(words, sales)]),
        ("no call expected, none made", both, [turn("Hello", [], "Hello there")], [seen("Hello there")]),
        ("no reply expected", both, [turn("Hello", [])], [seen("Hello there")]),
        ("no reply expected, none judged", {"tool_trajectory_avg_score": 1.0}, [turn("Hello", [])], [seen("Hello there")]),
        ("swapped, exact", matched("EXACT"), [turn("?", [sales, search])], [seen("", search, sales)]),
        ("swapped, in order", matched("IN_ORDER"), [turn("?", [sales, search])], [seen("", search, sales)]),
        ("swapped, any order", matched("ANY_ORDER"), [turn("?", [sales, search])], [seen("", search, sales)]),
        ("others between, in order", matched("in-order"), [turn("?", [sales, search])], [seen("", sales, costs, search)]),
        ("others beside, any order", matched(2), [turn("?", [search])], [seen("", sales, search, costs)]),
        ("twice expected, once made", matched("ANY_ORDER"), [turn("?", [sales, sales])], [seen("", sales, costs)]),
        ("arguments ignored", matched("EXACT", ignore_args=True), [turn("?", [costs])], [seen("", sales)]),
        ("arguments ignored, another tool", matched("IN_ORDER", ignore_args=True), [turn("?", [search])], [seen("", sales)]),
        ("one of two turns, bound 0.5", {"tool_trajectory_avg_score": 0.5},
         [turn("a", [sales]), turn("b", [costs])], [seen("", sales), seen("", sales)]),
        ("one of two turns, bound 0.6", {"tool_trajectory_avg_score": 0.6},
         [turn("a", [sales]), turn("b", [costs])], [seen("", sales), seen("", sales)]),
        ("a bound of zero", {"tool_trajectory_avg_score": 0.0}, [turn("a", [sales])], [seen("")]),
        ("replies, mean reached", only(0.6), [turn("a", [], "one two three"), turn("b", [], "four five six")],
         [seen("one two three"), seen("four")]),
        ("replies, mean missed", only(0.8), [turn("a", [], "one two three"), turn("b", [], "four five six")],
         [seen("one two three"), seen("four")]),
        ("stems", only(1.0), [turn("a", [], "We tried shipping the parties' orders, flying daily")],
         [seen("we try ship the party order fly day")]),
        ("short stems", only(0.7), [turn("a", [], "He died and lies; news of innings, skies and enjoyment")],
         [seen("he die and lie new of inning sky and enjoying")]),
        ("signs and case", only(1.0), [turn("a", [], "Total: $1,234.50 (EMEA)")], [seen("total 1 234 50 emea")]),
        ("words said twice", only(0.5), [turn("a", [], "red red blue")], [seen("red green green red red")]),
        ("other scripts", only(0.9), [turn("a", [], "Grüße aus Köln, Größe ½")], [seen("grüße aus köln größe 1 2")]),
        ("Chinese", only(0.6), [turn("a", [], "收入增长了")], [seen("收入下降了")]),
        ("Thai", only(0.4), [turn("a", [], "รายได้เพิ่ม")], [seen("รายได้ลด")]),
        ("full-width forms", only(1.0), [turn("a", [], "ＡＢＣ １２３")], [seen("abc 123")]),
        ("snake_case and apostrophes", only(0.9), [turn("a", [], "user_id isn't set")], [seen("user id isn t set")]),
        ("nothing said", only(0.1), [turn("a", [], "a word")], [seen("")]),
    ]
    for name, criteria, conversation, actual in rows:
        yield {"eval_case": {"eval_id": name, "conversation": conversation}, "criteria": criteria, "actual": actual}
    # The events of an invocation in place of its tool uses, and names in camel case.
    event = {"author": "agent", "content": {"role": "model", "parts": [{"function_call": {"name": "kb_search", "args": {"query": "refunds"}}}]}}
    camel = {"userContent": {"role": "user", "parts": [{"text": "?"}]}, "intermediateData": {"invocationEvents": [event]}}
    for name, made in (("events, as made", [search]), ("events, not made", [])):
        yield {"eval_case": {"evalId": name, "conversation": [camel]}, "criteria": {"tool_trajectory_avg_score": 1.0}, "actual": [seen("", *made)]}


def main():
    if "--write" in sys.argv[1:]:
        from importlib.metadata import version

        made = [dict(case, verdict=verdict(case)) for case in cases()]
        with open(FIXTURE, "w", encoding="utf-8") as file:
            json.dump({"google-adk": version("google-adk"), "cases": made}, file, ensure_ascii=False, indent=1)
            file.write("\n")
        print(f"{len(made)} cases, {sum(case['verdict']['passed'] for case in made)} passed")
        return
    for line in sys.stdin:
        print(json.dumps(verdict(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
