"""Labels and redaction across servers, replay with other models, retention's floor, checkpoints that are carried away."""
import http.server
import json
import os
import shutil
import sys
import threading
import unittest

from harness import ROOT, TENANT, Daemon, until
from test_kills import Business

HEADER = "date,account_code,account_name,section,amount"
ROWS = [("2026-01-15", 4000, "Sales", "revenue", 1000)]
CARD = "4111 1111 1111 1111"

# A server of the Model Context Protocol whose one tool says how its words are to be taken.
SERVER = r"""
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    method = message["method"]
    if method == "initialize":
        result = {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "files"}}
    elif method == "tools/list":
        result = {"tools": [{"name": "read", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}}]}
    else:
        result = {"content": [{"type": "text", "text": "The card is %s." % sys.argv[2]}]}
        if sys.argv[1] != "none":
            result["_meta"] = {"ifc": json.loads(sys.argv[1])}
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
"""


def daemon_over(business, label="none", believes=False, **more):
    address = f"http://127.0.0.1:{business.port}"
    sources = [
        {"name": "shop", "openapi": address + "/openapi.json", "timeout_seconds": 60,
         "allow": {"refund": {"effect": "write"}, "payout": {"effect": "outbound"}}},
        {"name": "files", "command": [sys.executable, "-c", SERVER, label, CARD], "allow": {"read": {}},
         "believes_labels": believes},
    ]
    models = [{"name": name, "base_url": address + "/v1", "model": name} for name in ("m", "n")]
    daemon = Daemon(models=models, model="m", tools={"allow_private": True}, approvals={"tools": ["shop_payout"]},
                    tenants={TENANT: {"tool_sources": sources}}, **more)
    daemon.load("ledger", ROWS, HEADER)
    return daemon


def ready(daemon, token):
    """Waits until the tools of the other servers are there."""
    def offered():
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        reply = daemon.request("POST", "/mcp", body, token, {"Accept": "application/json, text/event-stream"})[1]
        return all(name in json.dumps(reply) for name in ("shop_refund", "files_read"))
    assert until(offered), "the tools of the other servers are not there"


class Labels(unittest.TestCase):
    def after_reading(self, label, believes):
        """How a refund ends that a conversation makes after it has read the file."""
        business = Business()
        self.addCleanup(business.stop)
        with daemon_over(business, label, believes) as daemon:
            daemon.start()
            token = daemon.token(user="ann")
            ready(daemon, token)
            conversation = daemon.conversation(token)
            first = daemon.ask(token, conversation, "Refund x files_read")
            self.assertEqual([c["status"] for c in first["tool_calls"]], ["completed"])
            # Words of a result are redacted before model and record see them.
            self.assertIn("[card]", json.dumps(business.asked[-1]["messages"][-1]))
            self.assertNotIn(CARD, json.dumps(business.asked))
            status = daemon.ask(token, conversation, "Refund order-1 shop_refund")["status"]
            self.assertNotIn(CARD, daemon.command("export", "ann", "--tenant", TENANT).stdout)
            return status, business.paid

    def test_what_a_server_says_of_its_words_counts_where_it_is_believed(self):
        trusted = '{"integrity": "trusted", "confidentiality": "public"}'
        self.assertEqual(self.after_reading(trusted, True)[0], "completed")
        self.assertEqual(self.after_reading(trusted, False), ("awaiting_approval", {}))
        self.assertEqual(self.after_reading('{"integrity": "untrusted"}', True), ("awaiting_approval", {}))
        self.assertEqual(self.after_reading('{"integrity": "holy"}', True), ("awaiting_approval", {}))
        self.assertEqual(self.after_reading("none", True), ("awaiting_approval", {}))

    def test_labels_go_out_with_results(self):
        with Daemon() as daemon:
            daemon.load("ledger", ROWS, HEADER)
            daemon.start()
            for tool, arguments, expected in [
                ("metrics_query", {"metric": "revenue", "period": "2026-01"}, "trusted"),
                ("kb_search", {"query": "returns"}, "untrusted"),
            ]:
                body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                        "params": {"name": tool, "arguments": arguments}}
                headers = {"Accept": "application/json, text/event-stream"}
                reply = daemon.request("POST", "/mcp", body, daemon.token(), headers)[1]
                meta = reply["result"]["_meta"]
                self.assertEqual(meta["ifc"], {"integrity": expected, "confidentiality": "private"}, (tool, reply))


class Replays(unittest.TestCase):
    def test_configured_models_and_prompts_run_against_the_recorded_results(self):
        business = Business()
        self.addCleanup(business.stop)
        business.endings["n"] = "became of it."
        with daemon_over(business) as daemon:
            daemon.start()
            ann, bob = daemon.token(user="ann"), daemon.token(user="bob")
            ready(daemon, ann)
            conversation = daemon.conversation(ann)
            answer = daemon.ask(ann, conversation, "Refund order-1 shop_refund")
            self.assertEqual(answer["status"], "completed")

            def replay(message, *words):
                done = daemon.command("replay", message, "--json", *words, check=False)
                return done.returncode, json.loads(done.stdout)

            self.assertEqual(replay(answer["message_id"])[0], 0)
            status, same = replay(answer["message_id"], "--model", "m")
            self.assertEqual((status, same["divergence"]), (0, None), same)
            status, other = replay(answer["message_id"], "--model", "n")
            self.assertEqual((status, other["divergence"]["place"]), (1, "the answer"))
            self.assertIn("became of it", other["divergence"]["differences"][0]["text"])
            self.assertEqual(other["content"], "That is what became of it.")
            # With other prompts alone, the model that answered is asked: it reads them.
            prompts = os.path.join(daemon.folder, "prompts")
            shutil.copytree(os.path.join(ROOT, "prompts"), prompts)
            with open(os.path.join(prompts, "system", "assistant.md"), "a") as file:
                file.write("\nSay xyzzy.\n")
            status, same = replay(answer["message_id"], "--prompt", prompts)
            self.assertEqual(status, 0, same)
            self.assertIn("xyzzy", json.dumps(business.asked[-1]))
            self.assertEqual(daemon.command("replay", answer["message_id"], "--model", "x", check=False).returncode, 1)
            # Nothing was done again by all that.
            self.assertEqual(len(business.seen["order-1"]), 1)
            # A turn that waits, and the one that goes on after a decision.
            waiting = daemon.ask(ann, conversation, "Refund order-2 shop_payout")
            self.assertEqual(waiting["status"], "awaiting_approval")
            path = f"/api/v1/governance/approvals/{waiting['approval']['approval_id']}/approve"
            status, reply, _ = daemon.request("POST", path, {}, bob)
            self.assertEqual(status, 200, reply)
            self.assertTrue(until(lambda: "order-2" in business.paid))
            path = f"/api/v1/ai/conversations/{conversation}/messages"
            self.assertTrue(until(lambda: daemon.request("GET", path, token=ann)[1]["data"]["messages"][-1].get("status")
                                  == "completed"))
            for message in (waiting["message_id"], reply["data"]["message_id"]):
                status, replayed = replay(message)
                self.assertEqual((status, replayed["same"]), (0, True), replayed)
                self.assertEqual(replayed["recorded_digest"], replayed["replayed_digest"])
            daemon.stop()
            self.assertEqual(replay(answer["message_id"], "--model", "n")[0], 1, "without a daemon too")


class Retention(unittest.TestCase):
    def test_no_configuration_undercuts_the_floor(self):
        for days in (1, 90, 182):
            with Daemon(retention={"journal_days": days}) as daemon:
                done = daemon.command("retention", check=False)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("retention.journal_days", done.stderr)
                self.assertIn("183", done.stderr)
                self.assertIn("six months", done.stderr)
        for days, words in ((183, "183 days"), (0, "for ever")):
            with Daemon(retention={"journal_days": days}) as daemon:
                daemon.load("ledger", ROWS, HEADER)
                self.assertIn(words, daemon.command("retention", "--dry-run").stdout)

    def test_young_records_stay_beside_a_running_daemon(self):
        with Daemon() as daemon:
            daemon.load("ledger", ROWS, HEADER)
            daemon.start()
            daemon.command("audit", "checkpoint")
            said = daemon.command("retention", "--json").stdout
            self.assertEqual([t["records"] for t in json.loads(said)["tenants"]], [0])
            self.assertIn("the journal holds", daemon.command("audit", "verify").stdout)


class Carried(unittest.TestCase):
    def test_checkpoints_go_to_a_service_and_again_after_a_refusal(self):
        taken, refused = [], []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if not refused:
                    refused.append(body)
                    self.send_response(503)
                else:
                    taken.append((self.headers["Authorization"], body))
                    self.send_response(204)
                self.send_header("Content-Length", "0")
                self.end_headers()

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        os.environ["PUSH_KEY"] = "key-for-the-test"
        audit = {"push_url": f"http://127.0.0.1:{server.server_address[1]}/take", "push_key": {"env": "PUSH_KEY"},
                 "checkpoint_seconds": 1}
        with Daemon(audit=audit) as daemon:
            daemon.load("ledger", ROWS, HEADER)
            daemon.start()
            daemon.ask(daemon.token(), daemon.conversation(daemon.token()), "What was revenue in January 2026?")
            self.assertTrue(until(lambda: taken, 20), "nothing was carried away")
            authorization, checkpoint = taken[-1]
            self.assertEqual(authorization, "Bearer key-for-the-test")
            self.assertEqual(checkpoint["tenant"], TENANT)
            path = os.path.join(daemon.folder, "kept")
            with open(path, "w", encoding="utf-8") as file:
                file.write(checkpoint["note"])
            self.assertIn("the journal holds", daemon.command("audit", "verify", "--checkpoint", path).stdout)


class Policies(unittest.TestCase):
    def test_models_and_rules_become_active_by_two_people_and_are_on_record(self):
        with Daemon() as daemon:
            daemon.load("ledger", ROWS, HEADER)
            daemon.start()
            alone = daemon.command("policy", "activate", "--author", "ann", "--approver", " ANN", check=False)
            self.assertEqual(alone.returncode, 1)
            people = ["--author", "ann", "--approver", "bob"]
            self.assertIn("activated", daemon.command("policy", "activate", *people).stdout)
            daemon.stop()
            daemon.start()
            daemon.stop()
            with open(daemon.config) as file:
                configuration = json.load(file)
            configuration["approvals"] = {"tools": ["email_send"]}
            with open(daemon.config, "w") as file:
                json.dump(configuration, file)
            with self.assertRaisesRegex(AssertionError, "was not activated"):
                daemon.start()
            daemon.process.wait()
            self.assertIn("in place of", daemon.command("policy", "activate", *people).stdout)
            daemon.start()
            rows = daemon.request("GET", "/api/v1/governance/audit-logs?resource_type=policy",
                                  token=daemon.token("auditor"))[1]["data"]
            self.assertEqual(len(rows), 2)
            self.assertEqual(rows[0]["metadata"]["details"]["approver"], "bob")
            self.assertEqual(rows[0]["changes"]["after"]["values"]["approvals"]["tools"], ["email_send"])
            self.assertEqual(rows[0]["changes"]["before"]["version"], rows[1]["resource"]["id"])


if __name__ == "__main__":
    unittest.main()
