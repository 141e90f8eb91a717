"""The Model Context Protocol: older clients with a handshake, and the stateless revision."""
import http.client
import http.server
import json
import os
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon, until  # noqa: E402

LEDGER = "date,account_code,account_name,section,amount,region"
ROWS = [("2025-04-10", "4100", "Ferry Tickets", "revenue", "1310.25", "Alba")]
ARTICLES = {
    "lifeboats.md": "---\ntitle: Lifeboats\ncategory: safety\n---\n# Lifeboats\nThey are checked on Mondays.\n",
    "tickets.md": "---\ntitle: Tickets\ncategory: sales\n---\n# Tickets\nChildren travel free.\n",
}
STATELESS = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": STATELESS, "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}


class MCP(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2025-05-31"}}, cors={"origins": ["https://ok.test"]})
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.load("ledger", ROWS, LEDGER)
        folder = os.path.join(cls.daemon.folder, "articles")
        os.mkdir(folder)
        for name, text in ARTICLES.items():
            with open(os.path.join(folder, name), "w") as file:
                file.write(text)
        cls.daemon.command("import", "articles", folder, "--tenant", TENANT)
        cls.daemon.start()
        cls.token = cls.daemon.token("finance_analyst")

    def post(self, body, token=None, **headers):
        return self.daemon.request("POST", "/mcp", body, token or self.token, headers)

    def old(self, method, params=None, token=None, version="2025-11-25"):
        body = {"jsonrpc": "2.0", "id": 7, "method": method, **({"params": params} if params is not None else {})}
        status, reply, _ = self.post(body, token, **{"MCP-Protocol-Version": version})
        self.assertEqual((status, reply["id"]), (200, 7), reply)
        return reply

    def new(self, method, params=None, token=None, **headers):
        params = {**(params or {}), "_meta": META}
        all_headers = {"MCP-Protocol-Version": STATELESS, "Mcp-Method": method}
        name = params.get("name") or params.get("uri")
        if name:
            all_headers["Mcp-Name"] = name
        all_headers.update({key.replace("_", "-"): value for key, value in headers.items()})
        all_headers = {key: value for key, value in all_headers.items() if value is not None}
        status, reply, _ = self.post({"jsonrpc": "2.0", "id": "a", "method": method, "params": params}, token, **all_headers)
        return status, reply

    def test_the_handshake_of_older_clients(self):
        params = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        status, reply, headers = self.post({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
        self.assertEqual((status, reply["result"]["protocolVersion"]), (200, "2025-06-18"))
        self.assertEqual(reply["result"]["serverInfo"]["name"], "agentd")
        self.assertIsNone(headers["Mcp-Session-Id"])
        params["protocolVersion"] = "1999-01-01"
        reply = self.post({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})[1]
        self.assertEqual(reply["result"]["protocolVersion"], "2025-11-25")
        status, body, _ = self.post({"jsonrpc": "2.0", "method": "notifications/initialized"})
        self.assertEqual((status, body), (202, b""))
        self.assertEqual(self.old("ping")["result"], {})
        self.assertEqual(self.old("nothing")["error"]["code"], -32601)

    def test_tools_are_those_of_the_caller(self):
        tools = self.old("tools/list")["result"]["tools"]
        names = [tool["name"] for tool in tools]
        self.assertEqual(names, sorted(names))
        self.assertIn("metrics_query", names)
        self.assertTrue(all(tool["inputSchema"]["type"] == "object" for tool in tools))
        support = self.daemon.token("support", "s1")
        seen = [tool["name"] for tool in self.old("tools/list", token=support)["result"]["tools"]]
        self.assertIn("kb_search", seen)
        self.assertNotIn("metrics_query", seen)
        call = {"name": "metrics_query", "arguments": {"metric": "revenue", "period": "2025-04"}}
        refused = self.old("tools/call", call, support)["error"]
        unknown = self.old("tools/call", {"name": "no_such_tool"}, support)["error"]
        self.assertEqual((refused["code"], unknown["code"]), (-32602, -32602))
        self.assertEqual(refused["message"].replace("metrics_query", "no_such_tool"), unknown["message"])

    def test_a_call_is_a_recorded_turn(self):
        call = {"name": "metrics_query", "arguments": {"metric": "revenue", "period": "2025-04"}}
        result = self.old("tools/call", call)["result"]
        self.assertFalse(result["isError"])
        self.assertEqual(result["structuredContent"]["value"], 1310.25)
        self.assertEqual(json.loads(result["content"][0]["text"])["value"], 1310.25)
        self.assertEqual(result["_meta"]["agentd/citations"][0]["source"], "ledger")
        wrong = self.old("tools/call", {"name": "metrics_query", "arguments": {"metric": 5}})["result"]
        self.assertTrue(wrong["isError"])
        self.assertEqual(wrong["structuredContent"]["code"], "invalid_argument")
        self.daemon.command("audit", "verify")
        status, body, _ = self.daemon.request("GET", "/api/v1/ai/conversations", token=self.token)
        self.assertEqual(body["pagination"]["total_items"], 0, "direct calls are no conversations to look at")

    def test_articles_are_resources(self):
        resources = self.old("resources/list")["result"]["resources"]
        uris = [item["uri"] for item in resources]
        self.assertEqual(len(uris), 2)
        self.assertTrue(all(uri.startswith(f"kb://{TENANT}/articles/") for uri in uris))
        content = self.old("resources/read", {"uri": uris[0]})["result"]["contents"][0]
        self.assertEqual(content["mimeType"], "text/markdown")
        self.assertIn("Mondays", content["text"])
        missing = [f"kb://{TENANT}/articles/none", uris[0].replace(TENANT, "ten_other"), "file:///etc/passwd", ""]
        answers = [self.old("resources/read", {"uri": uri})["error"] for uri in missing]
        self.assertEqual({(error["code"], error["message"]) for error in answers}, {(-32002, "Resource not found")})
        stranger = self.daemon.token("admin", "x1", "ten_other")
        self.assertEqual(self.old("resources/read", {"uri": uris[0]}, stranger)["error"]["code"], -32002)
        self.assertEqual(self.old("resources/list", token=stranger)["result"]["resources"], [])
        viewer = self.daemon.token("viewer", "v1")
        self.assertEqual(self.old("resources/list", token=viewer)["result"]["resources"], [])
        self.assertEqual(self.old("resources/read", {"uri": uris[0]}, viewer)["error"]["code"], -32002)

    def test_the_stateless_revision(self):
        status, reply = self.new("server/discover")
        result = reply["result"]
        self.assertEqual((status, result["resultType"]), (200, "complete"))
        self.assertEqual(result["supportedVersions"][0], STATELESS)
        self.assertEqual(result["cacheScope"], "private")
        status, reply = self.new("tools/list")
        self.assertGreater(reply["result"]["ttlMs"], 0)
        status, reply = self.new("tools/call", {"name": "metrics_query", "arguments": {"metric": "revenue", "period": "2025-04"}})
        self.assertEqual((status, reply["result"]["resultType"]), (200, "complete"))
        self.assertEqual(reply["result"]["structuredContent"]["value"], 1310.25)
        uri = self.new("resources/list")[1]["result"]["resources"][0]["uri"]
        self.assertIn("text", self.new("resources/read", {"uri": uri})[1]["result"]["contents"][0])
        wrapped = "=?base64?bWV0cmljc19xdWVyeQ==?="
        call = {"name": "metrics_query", "arguments": {"metric": "revenue", "period": "2025-04"}}
        self.assertEqual(self.new("tools/call", call, Mcp_Name=wrapped)[0], 200)

    def test_the_stateless_revision_checks_its_headers(self):
        call = {"name": "metrics_query", "arguments": {}}
        cases = [
            (("tools/list",), {"Mcp_Method": "ping"}, -32020), (("tools/list",), {"Mcp_Method": None}, -32020),
            (("tools/list",), {"MCP_Protocol_Version": "2025-11-25"}, -32020),
            (("tools/list",), {"MCP_Protocol_Version": None}, -32020),
            (("tools/call", call), {"Mcp_Name": "kb_search"}, -32020), (("tools/call", call), {"Mcp_Name": None}, -32020),
            (("tools/call", {"name": "no_such_tool"}), {}, -32602), (("resources/read", {"uri": "kb://x/articles/y"}), {}, -32602),
        ]
        for arguments, headers, code in cases:
            status, reply = self.new(*arguments, **headers)
            self.assertEqual((status, reply["error"]["code"], reply["id"]), (400, code, "a"), (arguments, headers))
        status, reply = self.new("nothing/such")
        self.assertEqual((status, reply["error"]["code"]), (404, -32601))
        bare = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        status, reply, _ = self.post(bare, **{"MCP-Protocol-Version": STATELESS, "Mcp-Method": "tools/list"})
        self.assertEqual((status, reply["error"]["code"]), (400, -32602))
        status, reply, _ = self.post(bare, **{"MCP-Protocol-Version": "2031-01-01"})
        self.assertEqual((status, reply["error"]["code"]), (400, -32022))
        self.assertIn(STATELESS, reply["error"]["data"]["supported"])

    def test_bad_messages(self):
        cases = [
            ("{", 400, -32700), ([], 400, -32600), ({}, 400, -32600), ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, 400, -32600),
            ({"jsonrpc": "2.0", "id": 1}, 400, -32600), ({"jsonrpc": "2.0", "id": {}, "method": "ping"}, 400, -32600),
            ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}, 400, -32602),
        ]
        for body, status, code in cases:
            got, reply, _ = self.post(body)
            self.assertEqual((got, reply["error"]["code"], reply["jsonrpc"]), (status, code, "2.0"), body)
        self.assertEqual(self.post({"jsonrpc": "2.0", "id": 1, "result": {}})[0], 202)
        for method in ("GET", "DELETE"):
            status, _, headers = self.daemon.request(method, "/mcp", token=self.token)
            self.assertEqual((status, headers["Allow"]), (405, "OPTIONS, POST"))
        status, reply, headers = self.daemon.request("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "ping"})
        self.assertEqual((status, headers["WWW-Authenticate"]), (401, "Bearer"))
        self.assertIn("error", reply)

    def test_origins_are_checked(self):
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        self.assertEqual(self.post(ping, Origin="https://evil.test")[0], 403)
        self.assertEqual(self.post(ping, Origin="null")[0], 403)
        self.assertEqual(self.post(ping, Origin="https://ok.test")[0], 200)
        self.assertEqual(self.post(ping, Origin=f"http://127.0.0.1:{self.daemon.port}")[0], 200)

    def test_keys_are_taken_within_their_scopes(self):
        made = self.daemon.command("key", "add", "--tenant", TENANT, "--name", "robot", "--scope", "knowledge:read")
        key = next(word for word in made.stdout.split() if word.startswith("ak_"))
        names = [tool["name"] for tool in self.old("tools/list", token=key)["result"]["tools"]]
        self.assertEqual(names, ["kb_read", "kb_search"])
        found = self.old("tools/call", {"name": "kb_search", "arguments": {"query": "when are lifeboats checked"}}, key)
        self.assertIn("Mondays", found["result"]["content"][0]["text"])


class SlowServer:
    """A server with one operation that answers when it is let, and notices when its client goes."""

    DOCUMENT = {
        "openapi": "3.1.0", "info": {"title": "Slow", "version": "1"},
        "paths": {"/wait": {"get": {
            "operationId": "wait", "summary": "Waits.",
            "responses": {"200": {"description": "It is over.", "content": {"application/json": {"schema": {"type": "object"}}}}},
        }}},
    }

    def __init__(self):
        self.begun, self.ended, self.let = threading.Semaphore(0), threading.Semaphore(0), threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/openapi.json":
                    return self.answer(json.dumps(SlowServer.DOCUMENT).encode())
                server.begun.release()
                self.connection.settimeout(0.05)
                while not server.let.is_set():
                    try:
                        if self.connection.recv(1) == b"":
                            server.ended.release()
                            return None
                    except TimeoutError:
                        continue
                    except OSError:
                        server.ended.release()
                        return None
                return self.answer(b"{}")

            def answer(self, body):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.let.set()
        self.server.shutdown()
        self.server.server_close()


class Cancelling(unittest.TestCase):
    """A call that its client gives up is cut where it waits: at the server whose tool it is."""

    @classmethod
    def setUpClass(cls):
        cls.slow = SlowServer()
        cls.addClassCleanup(cls.slow.close)
        cls.daemon = Daemon(tools={"allow_private": True}, tenants={TENANT: {"as_of": "2025-05-31", "tool_sources": [{
            "name": "slow", "openapi": cls.slow.url + "/openapi.json", "base_url": cls.slow.url, "timeout_seconds": 60,
            "allow": {"wait": {"effect": "read"}},
        }]}})
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.load("ledger", ROWS, LEDGER)
        cls.daemon.start()
        cls.token = cls.daemon.token("admin")
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}

        def tools():
            reply = cls.daemon.request("POST", "/mcp", body, cls.token)[1]
            return [tool["name"] for tool in reply["result"]["tools"] if tool["name"].startswith("slow")]
        assert until(tools, 20)
        cls.tool = tools()[0]

    def call(self, identifier):
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
        body = {"jsonrpc": "2.0", "id": identifier, "method": "tools/call", "params": {"name": self.tool, "arguments": {}}}
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        connection.request("POST", "/mcp", json.dumps(body), headers)
        self.assertTrue(self.slow.begun.acquire(timeout=20), "the call did not reach the tool's server")
        return connection

    def test_a_response_that_is_closed_cancels_the_call(self):
        connection = self.call("closed")
        connection.sock.close()
        connection.close()
        self.assertTrue(self.slow.ended.acquire(timeout=20), "the call went on")

    def test_the_notification_cancels_the_call(self):
        connection = self.call(41)

        def cancel(identifier, token):
            notice = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": identifier, "reason": "enough"}}
            return self.daemon.request("POST", "/mcp", notice, token)[0]
        # Neither another id nor another user's notification ends it.
        for identifier, token in [(42, self.token), (41, self.daemon.token("admin", "u2")),
                                  (41, self.daemon.token("admin", tenant="ten_other"))]:
            self.assertEqual(cancel(identifier, token), 202)
        self.assertFalse(self.slow.ended.acquire(timeout=0.5))
        self.assertEqual(cancel(41, self.token), 202)
        self.assertTrue(self.slow.ended.acquire(timeout=20), "the call went on")
        reply = json.loads(connection.getresponse().read())
        self.assertEqual(reply["id"], 41)
        self.assertTrue(reply.get("error") or reply["result"]["isError"], reply)
        connection.close()


if __name__ == "__main__":
    unittest.main()
