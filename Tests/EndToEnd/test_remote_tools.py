"""Tools of other servers, with real ones: servers of the Model Context Protocol (official SDK), services that describe
themselves with OpenAPI, and addresses that tools must not reach."""
import json
import os
import signal
import socket
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import counterparts  # noqa: E402
from harness import TENANT, Daemon, until  # noqa: E402
from stand_ins import ObedientModel, Server  # noqa: E402

LEDGER = "date,account_code,account_name,section,amount,region"
ROWS = [("2025-04-10", "4100", "Ferry Tickets", "revenue", "1310.25", "Alba")]
KEY = "key-of-the-service-0123456789"


def tenant(sources, **more):
    return {TENANT: {"as_of": "2025-05-31", "tool_sources": sources, **more}}


def rpc(daemon, token, method, params):
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    status, reply, _ = daemon.request("POST", "/mcp", body, token, {"MCP-Protocol-Version": "2025-11-25"}, timeout=60)
    assert status == 200, (status, reply)
    return reply


def tools(daemon, token):
    return {tool["name"]: tool for tool in rpc(daemon, token, "tools/list", {})["result"]["tools"]}


def call(daemon, token, name, **arguments):
    return rpc(daemon, token, "tools/call", {"name": name, "arguments": arguments})["result"]


def content(result):
    return result.get("structuredContent") or {}


def log_of(daemon):
    with open(os.path.join(daemon.folder, "log")) as file:
        return file.read()


def holds(folder, text):
    """Whether any file below a folder holds the text."""
    for place, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(place, name)
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    if text.encode() in file.read():
                        return path
    return None


class MCPServers:
    """What both transports of the official SDK's server must do; `source` says where it is."""

    ALLOW = {"add": {"effect": "read"}, "slow": {"effect": "read"}, "fail": {"effect": "read"}}

    @classmethod
    def setUpClass(cls):
        cls.model = ObedientModel().__enter__()
        cls.addClassCleanup(cls.model.__exit__)
        source = cls.source()
        cls.daemon = Daemon(
            tools={"allow_private": True}, models=cls.model.settings(), model="obedient",
            tenants=tenant([
                {"name": "calc", "timeout_seconds": 2, "allow": cls.ALLOW, **source},
                # It does not say of itself that it only reads, and no rule says what it does.
                {"name": "bare", "allow": {"add": {}, "gone": {"effect": "read"}}, **source},
            ]),
        )
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.load("ledger", ROWS, LEDGER)
        cls.daemon.start()
        cls.token = cls.daemon.token("finance_analyst")

    def setUp(self):
        if not until(lambda: "calc_add" in tools(self.daemon, self.token), 60):
            self.fail(f"the tools did not come: {log_of(self.daemon)[-2000:]}")

    def test_1_only_what_has_a_rule_is_offered(self):
        found = tools(self.daemon, self.token)
        self.assertEqual([name for name in found if name.startswith("calc_")], ["calc_add", "calc_fail", "calc_slow"])
        self.assertEqual([name for name in found if name.startswith("bare_")], [])
        self.assertIn("metrics_query", found)
        self.assertEqual(set(found["calc_add"]["inputSchema"]["required"]), {"a", "b"})
        # A role without the permission does not see them.
        self.assertNotIn("calc_add", tools(self.daemon, self.daemon.token("auditor", "a1")))
        self.assertTrue(until(lambda: "add only reads: say its effect" in log_of(self.daemon), 30), log_of(self.daemon))

    def test_2_a_call(self):
        result = call(self.daemon, self.token, "calc_add", a=19.5, b=22.75)
        self.assertFalse(result["isError"], result)
        self.assertIn("42.25", json.dumps(content(result)))
        cited = result["_meta"]["agentd/citations"][0]
        self.assertEqual((cited["source"], cited["id"]), ("service", "calc.add"))
        wrong = call(self.daemon, self.token, "calc_add", a="many", b=1)
        self.assertTrue(wrong["isError"])

    def test_3_a_turn_uses_it(self):
        conversation = self.daemon.conversation(self.token)
        answer = self.daemon.ask(self.token, conversation, 'call calc_add {"a": 19.5, "b": 22.75}')
        self.assertIn("calc_add", self.model.offered())
        self.assertEqual(answer["status"], "completed", answer)
        self.assertIn("42.25", answer["content"])
        self.assertEqual([(c["name"], c["status"]) for c in answer["tool_calls"]], [("calc_add", "completed")])
        self.assertEqual(answer["ungrounded"], [])
        self.assertEqual(answer["citations"][0]["id"], "calc.add")

    def test_4_an_error_of_the_tool_is_told_and_breaks_nothing(self):
        result = call(self.daemon, self.token, "calc_fail", message="the moon is full")
        self.assertTrue(result["isError"])
        self.assertEqual(content(result)["code"], "tool_failed")
        self.assertIn("fail", content(result)["message"])
        self.assertFalse(call(self.daemon, self.token, "calc_add", a=1, b=2)["isError"])

    def test_5_a_slow_tool_is_given_up(self):
        begun = time.monotonic()
        result = call(self.daemon, self.token, "calc_slow", seconds=30)
        self.assertLess(time.monotonic() - begun, 20)
        self.assertTrue(result["isError"])
        self.assertIn(content(result)["code"], ("timeout", "unavailable"), result)
        self.assertFalse(call(self.daemon, self.token, "calc_add", a=1, b=2)["isError"])
        self.assertIn("slept", json.dumps(content(call(self.daemon, self.token, "calc_slow", seconds=0.2))))

    def test_6_a_turn_that_is_cancelled_ends_at_once(self):
        conversation = self.daemon.conversation(self.token)
        path = f"/api/v1/ai/conversations/{conversation}/messages"
        stream = self.daemon.stream(self.token, path, {"message": 'call calc_slow {"seconds": 1.9}'})
        identifier, begun = None, None
        for _, event, data in stream:
            if event == "message_start":
                identifier = data["message_id"]
            if event == "tool_call":
                begun = time.monotonic()
                self.daemon.request("POST", f"{path}/{identifier}/cancel", {}, self.token)
            if event == "message_complete":
                self.assertEqual(data["status"], "cancelled")
        self.assertIsNotNone(begun)
        self.assertFalse(call(self.daemon, self.token, "calc_add", a=1, b=2)["isError"])


def python_with_mcp():
    environment = counterparts.installed("mcp", "mcp_server.py")
    python = os.path.join(counterparts.ENVIRONMENT, "bin", "python3")
    return python, os.path.abspath(os.path.join(counterparts.FOLDER, "mcp_server.py")), environment


class OverHTTP(MCPServers, unittest.TestCase):
    @classmethod
    def source(cls):
        python, script, environment = python_with_mcp()
        cls.port = counterparts.free_port()
        cls.server = counterparts.Counterpart([python, script, "http", str(cls.port)], cls.port, 60, environment)
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.stop())
        return {"mcp": f"http://127.0.0.1:{cls.port}/mcp"}

    def test_7_a_server_that_goes_away_and_comes_back(self):
        self.server.stop()
        result = call(self.daemon, self.token, "calc_add", a=1, b=2)
        self.assertTrue(result["isError"])
        self.assertEqual(content(result)["code"], "unavailable")
        self.assertIn("calc", content(result)["message"])
        type(self).server = counterparts.Counterpart(self.server.command, self.port, 60, self.server.environment)
        self.server.start()
        # The server has forgotten the session of before.
        self.assertFalse(call(self.daemon, self.token, "calc_add", a=1, b=2)["isError"])


class OverStandardInput(MCPServers, unittest.TestCase):
    @classmethod
    def source(cls):
        python, script, _ = python_with_mcp()
        return {"command": [python, script, "stdio"]}

    def children(self):
        """The programs that the daemon runs."""
        found = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                with open(f"/proc/{name}/cmdline") as file:
                    command = file.read()
            except (OSError, ValueError, IndexError):
                continue
            if parent == self.daemon.process.pid and "mcp_server.py" in command:
                found.append(int(name))
        return found

    @unittest.skipUnless(os.path.isdir("/proc/self"), "there is no /proc here")
    def test_7_a_program_that_dies_is_started_again(self):
        before = self.children()
        self.assertTrue(before)
        for process in before:
            os.kill(process, signal.SIGKILL)

        def works():
            return not call(self.daemon, self.token, "calc_add", a=1, b=2)["isError"]

        self.assertTrue(until(works, 60), log_of(self.daemon)[-2000:])
        self.assertFalse(set(before) & set(self.children()))

    @unittest.skipUnless(os.path.isdir("/proc/self"), "there is no /proc here")
    def test_8_the_programs_end_with_the_daemon(self):
        self.assertTrue(call(self.daemon, self.token, "calc_add", a=1, b=2)["isError"] is False)
        running = self.children()
        self.assertTrue(running)
        self.daemon.stop()

        def ended(process):
            try:
                with open(f"/proc/{process}/stat") as file:
                    return file.read().rsplit(")", 1)[1].split()[0] == "Z"
            except OSError:
                return True

        self.assertTrue(until(lambda: all(ended(process) for process in running), 20))
        self.daemon.start()


DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Shop", "version": "1"},
    "servers": [{"url": "/v2"}],
    "paths": {
        "/items/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "getItem", "summary": "One item.",
                "parameters": [
                    {"name": "lang", "in": "query", "schema": {"type": "string", "nullable": True}},
                    {"name": "min", "in": "query", "schema": {"type": "integer", "minimum": 0, "exclusiveMinimum": True}},
                ],
                "responses": {"200": {"description": "It."}},
            },
            "delete": {"operationId": "dropItem", "responses": {"204": {"description": "Gone."}}},
        },
        "/orders": {
            "post": {
                "operationId": "createOrder",
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                },
                "responses": {"201": {"description": "Made."}},
            }
        },
        "/mails": {"post": {"operationId": "sendMail", "responses": {"202": {"description": "Sent."}}}},
        **{
            f"/{name}": {"get": {"operationId": name, "responses": {"200": {"description": "."}}}}
            for name in ("moved", "html", "broken", "flaky", "busy", "silent", "cut")
        },
    },
    "components": {
        "schemas": {
            "Order": {
                "type": "object", "required": ["item", "count", "id"],
                "properties": {
                    "id": {"type": "string", "readOnly": True}, "item": {"type": "string"},
                    "count": {"type": "integer", "minimum": 1}, "note": {"type": "string", "nullable": True},
                },
            }
        }
    },
}


class Shop(Server):
    """A service with an OpenAPI 3.0 document, in good and in bad moods."""

    flaky = 0

    def handle(self, request, body):
        path = request.path.split("?")[0]
        if path == "/openapi.json":
            return request.reply(200, DOCUMENT)
        if path == "/v2/moved":
            return request.reply(302, b"", Location=f"http://127.0.0.1:{self.port}/secret")
        if path == "/secret":
            return request.reply(200, {"secret": "opened"})
        if path == "/v2/html":
            return request.reply(200, b"<html><b>Welcome</b></html>", "text/html")
        if path == "/v2/broken":
            return request.reply(500, {"error": "no luck"})
        if path == "/v2/busy":
            return request.reply(429, {"error": "later"}, Retry_After="3600")
        if path == "/v2/silent":
            time.sleep(8)
            return request.reply(200, {})
        if path == "/v2/cut":
            request.send_response(200)
            request.send_header("Content-Length", "1000")
            request.end_headers()
            request.wfile.write(b"{")
            request.close_connection = True
            return None
        if path == "/v2/flaky":
            self.flaky += 1
            return request.reply(503 if self.flaky < 3 else 200, {"turns": self.flaky}, Retry_After="0")
        if path.startswith("/v2/items/"):
            return request.reply(200, {"path": request.path, "price": 17.25})
        if path == "/v2/orders":
            return request.reply(201, {"order": json.loads(body)})
        return request.reply(404, {"error": "not here"})

    def asked(self, path):
        return [entry for entry in self.seen if entry[1].split("?")[0] == path]


class OpenAPIServices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = Shop().__enter__()
        cls.addClassCleanup(cls.shop.__exit__)
        cls.model = ObedientModel().__enter__()
        cls.addClassCleanup(cls.model.__exit__)
        # The second daemon is a service like any other: its own document says what it can do.
        cls.books = Daemon(tenants={TENANT: {"as_of": "2025-05-31"}})
        cls.addClassCleanup(cls.books.__exit__)
        cls.books.load("ledger", ROWS, LEDGER)
        cls.books.start()
        status, document, _ = cls.books.request("GET", "/openapi.json")
        assert status == 200
        cls.operations = {
            (method, path): operation["operationId"]
            for path, methods in document["paths"].items() for method, operation in methods.items()
            if isinstance(operation, dict) and "operationId" in operation
        }
        metrics = cls.operations["get", "/api/v1/metrics"]
        scenarios = cls.operations["post", "/api/v1/scenarios"]
        cls.daemon = Daemon(
            tools={"allow_private": True}, models=cls.model.settings(), model="obedient",
            tenants=tenant([
                {
                    "name": "shop", "openapi": cls.shop.address + "/openapi.json", "api_key": KEY, "timeout_seconds": 2,
                    "allow": {
                        "getItem": {}, "createOrder": {"effect": "write"}, "sendMail": {}, "dropItem": {}, "nothing": {},
                        **{name: {} for name in ("moved", "html", "broken", "flaky", "busy", "silent", "cut")},
                    },
                },
                {
                    "name": "books", "openapi": f"http://127.0.0.1:{cls.books.port}/openapi.json",
                    "api_key": cls.books.token("finance_analyst"), "allow": {metrics: {}, scenarios: {}},
                },
            ]),
        )
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.load("ledger", ROWS, LEDGER)
        cls.daemon.start()
        cls.token = cls.daemon.token("finance_analyst")
        found = until(lambda: {"shop_get_item", cls.name(metrics)} <= set(tools(cls.daemon, cls.token)), 60)
        assert found, log_of(cls.daemon)

    @staticmethod
    def name(operation):
        words = ""
        for index, character in enumerate(operation):
            before = operation[index - 1] if index else "_"
            if character.isupper() and (before.islower() or before.isdigit()):
                words += "_"
            words += character.lower() if character.isascii() and character.isalnum() else "_"
        return ("books_" + words)[:64]

    def test_what_has_an_effect_is_never_offered_without_a_rule(self):
        found = tools(self.daemon, self.token)
        self.assertIn("shop_create_order", found)
        for hidden in ("shop_send_mail", "shop_drop_item", "shop_nothing"):
            self.assertNotIn(hidden, found)
        self.assertNotIn(self.name(self.operations["post", "/api/v1/scenarios"]), found)
        self.assertIn("say its effect, write or outbound", self.daemon.command("doctor", check=False).stdout)
        refused = rpc(self.daemon, self.token, "tools/call", {"name": "shop_send_mail", "arguments": {}})
        self.assertEqual(refused["error"]["code"], -32602)
        self.assertEqual(self.shop.asked("/v2/mails"), [])

    def test_a_document_3_0(self):
        found = tools(self.daemon, self.token)
        schema = found["shop_get_item"]["inputSchema"]
        self.assertEqual(schema["required"], ["id"])
        self.assertEqual(schema["properties"]["min"]["exclusiveMinimum"], 0)
        order = json.dumps(found["shop_create_order"]["inputSchema"])
        self.assertNotIn("readOnly", order)
        result = call(self.daemon, self.token, "shop_get_item", id="../../secret?x=1", lang="e n&x=1", min=3)
        self.assertFalse(result["isError"], result)
        self.assertEqual(
            content(result)["data"]["path"], "/v2/items/..%2F..%2Fsecret%3Fx%3D1?lang=e%20n%26x%3D1&min=3"
        )
        self.assertEqual(self.shop.seen[-1][2]["authorization"], "Bearer " + KEY)
        self.assertTrue(call(self.daemon, self.token, "shop_get_item", lang="en")["isError"])

    def test_an_effect_is_sent_once_under_its_identifier(self):
        conversation = self.daemon.conversation(self.token)
        answer = self.daemon.ask(
            self.token, conversation, 'call shop_create_order {"body": {"item": "rope", "count": 3}}'
        )
        self.assertEqual([c["status"] for c in answer["tool_calls"]], ["completed"], answer)
        sent = self.shop.asked("/v2/orders")
        self.assertEqual(len(sent), 1)
        self.assertTrue(sent[0][2]["idempotency-key"])
        self.assertEqual(json.loads(sent[0][3]), {"item": "rope", "count": 3})

    def test_a_document_3_1_of_another_daemon(self):
        name = self.name(self.operations["get", "/api/v1/metrics"])
        arguments = {"metrics": "revenue", "start_date": "2025-04-01", "end_date": "2025-04-30"}
        result = call(self.daemon, self.token, name, **arguments)
        self.assertFalse(result["isError"], result)
        metric = content(result)["data"]["data"]["metrics"][0]
        self.assertEqual(metric["summary"]["total_actual"], 1310.25)
        conversation = self.daemon.conversation(self.token)
        answer = self.daemon.ask(self.token, conversation, f"call {name} {json.dumps(arguments)}")
        self.assertIn("1310.25", answer["content"])
        self.assertEqual(answer["ungrounded"], [])

    def test_what_goes_wrong_is_told(self):
        cases = {
            "moved": ("refused", "redirects are not followed"), "broken": ("unavailable", "failed itself"),
            "busy": ("unavailable", "fewer calls"), "silent": ("unavailable", "shop"), "cut": ("unavailable", "shop"),
        }
        for name, (code, words) in cases.items():
            with self.subTest(name):
                result = call(self.daemon, self.token, "shop_" + name)
                self.assertTrue(result["isError"], result)
                self.assertEqual(content(result)["code"], code)
                self.assertIn(words, content(result)["message"])
        self.assertEqual(self.shop.asked("/secret"), [])
        self.assertIn("Welcome", content(call(self.daemon, self.token, "shop_html"))["text"])

    def test_a_read_is_tried_again(self):
        result = call(self.daemon, self.token, "shop_flaky")
        self.assertEqual(content(result)["data"], {"turns": 3}, result)

    def test_the_key_stands_nowhere(self):
        call(self.daemon, self.token, "shop_get_item", id="a")
        self.assertNotIn(KEY, log_of(self.daemon))
        self.assertIsNone(holds(self.daemon.data, KEY))


class GuardedAddresses(unittest.TestCase):
    """Without `tools.allow_private` nothing of this machine or its networks is reached, however it is named."""

    def test_they_are_refused_and_nothing_arrives(self):
        with Shop() as shop:
            names = {
                "literal": "127.0.0.1", "short": "127.1", "number": "2130706433", "six": "[::1]", "mapped": "[::ffff:127.0.0.1]",
                "name": "localhost", "dotted": "localhost.", "below": "a.localhost", "link": "169.254.169.254", "ten": "10.0.0.1",
            }
            host = socket.gethostname()
            try:
                # A name that is no address by its looks, and leads to this machine when it is resolved.
                socket.getaddrinfo(host, None)
                names["resolved"] = host
            except OSError:
                pass
            sources = [
                {"name": name, "openapi": f"http://{host}:{shop.port}/openapi.json", "allow": {"getItem": {}}, "timeout_seconds": 2}
                for name, host in names.items()
            ]
            with Daemon(tenants=tenant(sources)) as daemon:
                daemon.load("ledger", ROWS, LEDGER)
                daemon.start()
                token = daemon.token("finance_analyst")
                said = daemon.command("doctor", check=False).stdout
                for name in names:
                    with self.subTest(name):
                        line = [line for line in said.splitlines() if f" {name}" in line and "tools.allow_private" in line]
                        self.assertTrue(line, said)
                self.assertEqual(shop.seen, [])
                offered = [name for name in tools(daemon, token) if name.endswith("_get_item")]
                self.assertEqual(offered, [])

    def test_a_public_document_cannot_lead_inside(self):
        """A document from a file names a server inside: its calls are refused one by one."""
        with Shop() as shop:
            folder = Daemon(tenants=tenant([]))
            with folder as daemon:
                path = os.path.join(daemon.folder, "shop.json")
                with open(path, "w") as file:
                    json.dump({**DOCUMENT, "servers": [{"url": f"http://127.0.0.1:{shop.port}/v2"}]}, file)
                with open(daemon.config) as file:
                    configuration = json.load(file)
                configuration["tenants"] = tenant([
                    {"name": "shop", "openapi": path, "allow": {"getItem": {}, "createOrder": {"effect": "write"}}}
                ])
                with open(daemon.config, "w") as file:
                    json.dump(configuration, file)
                daemon.load("ledger", ROWS, LEDGER)
                daemon.start()
                token = daemon.token("finance_analyst")
                self.assertTrue(until(lambda: "shop_get_item" in tools(daemon, token), 30), log_of(daemon))
                result = call(daemon, token, "shop_get_item", id="a")
                self.assertTrue(result["isError"], result)
                self.assertIn("may not reach", content(result)["message"])
                self.assertTrue(call(daemon, token, "shop_create_order", body={"item": "a", "count": 1})["isError"])
                self.assertEqual(shop.seen, [])


if __name__ == "__main__":
    unittest.main()
