"""The official clients of the wire formats that are not our own, as their users use them.

`scripts/counterparts` installs them into `.build/counterparts`; without them these tests say so and are passed over.
"""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ROOT, TENANT, Daemon, until  # noqa: E402
from test_mcp import SlowServer  # noqa: E402

FOLDER = os.environ.get("AGENTD_COUNTERPARTS", os.path.join(ROOT, ".build", "counterparts"))
PYTHON = os.path.join(FOLDER, "bin", "python")
LEDGER = "date,account_code,account_name,section,amount,region"

OPENAI = """
import sys, openai
client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key=sys.argv[2], max_retries=0)
question = [{"role": "user", "content": "What was our revenue in April 2025?"}]
assert "assistant" in [model.id for model in client.models.list().data]
answer = client.chat.completions.create(model="assistant", messages=question)
assert "1,310" in answer.choices[0].message.content, answer
assert answer.choices[0].message.annotations[0].type == "url_citation"
assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
text, usage = "", None
with client.chat.completions.create(
    model="assistant", messages=question, stream=True, stream_options={"include_usage": True}
) as stream:
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            assert not choice.delta.tool_calls
            text += choice.delta.content or ""
assert text == answer.choices[0].message.content, (text, answer)
assert usage.total_tokens == answer.usage.total_tokens
for error, model, key in [
    (openai.NotFoundError, "nobody", sys.argv[2]), (openai.AuthenticationError, "assistant", "ak_wrong"),
]:
    try:
        openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key=key, max_retries=0).chat.completions.create(
            model=model, messages=question
        )
        raise SystemExit(f"no {error}")
    except error:
        pass
try:
    client.chat.completions.create(model="assistant", messages=question, tool_choice="required", tools=[
        {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    ])
    raise SystemExit("no refusal")
except openai.BadRequestError as error:
    assert error.param == "tool_choice", error
print("ok")
"""

MCP = """
import asyncio, contextlib, sys
from mcp import ClientSession
from mcp.client import streamable_http

async def main():
    async with contextlib.AsyncExitStack() as stack:
        headers = {"Authorization": f"Bearer {sys.argv[2]}"}
        if hasattr(streamable_http, "streamable_http_client"):
            client = await stack.enter_async_context(make_client(headers))
            streams = await stack.enter_async_context(
                streamable_http.streamable_http_client(sys.argv[1] + "/mcp", http_client=client)
            )
        else:
            streams = await stack.enter_async_context(
                streamable_http.streamablehttp_client(sys.argv[1] + "/mcp", headers=headers)
            )
        session = await stack.enter_async_context(ClientSession(streams[0], streams[1]))
        await session.initialize()
        if len(sys.argv) > 3:
            return await cancel(session)
        tools = [tool.name for tool in (await session.list_tools()).tools]
        assert "metrics_query" in tools, tools
        result = await session.call_tool("metrics_query", {"metric": "revenue", "period": "2025-04"})
        dumped = result.model_dump(by_alias=True)
        assert not dumped["isError"] and dumped["structuredContent"]["value"] == 1310.25, dumped
        await session.list_resources()
        try:
            await session.call_tool("no_such_tool", {})
            raise SystemExit("no refusal")
        except Exception as error:
            assert "no tool" in str(error), error

async def cancel(session):
    # Asks for what takes long, and takes it back with the notification of the protocol.
    from mcp import types
    call = asyncio.create_task(session.call_tool(sys.argv[3], {}))
    await asyncio.sleep(1.5)
    if hasattr(session, "_request_id"):
        params = types.CancelledNotificationParams(requestId=session._request_id - 1, reason="enough")
        notice = types.CancelledNotification(method="notifications/cancelled", params=params)
        await session.send_notification(types.ClientNotification(notice))
        try:
            dumped = (await asyncio.wait_for(call, 30)).model_dump(by_alias=True)
            assert dumped["isError"], dumped
        except Exception as error:
            assert "cancel" in str(error).lower(), error
        return
    # The newer client sends the notification itself when the one who asked lets go, and the session goes on.
    call.cancel()
    try:
        await call
        raise SystemExit("not cancelled")
    except asyncio.CancelledError:
        pass
    assert "metrics_query" in [tool.name for tool in (await session.list_tools()).tools]
    # It does not bear an answer that arrives while it closes, so what it let go of is waited for.
    for _ in range(100):
        if OPEN:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)

OPEN = set()

def make_client(headers):
    from mcp.shared import _httpx_utils
    client = _httpx_utils.create_mcp_http_client(headers=headers)
    async def asked(request):
        if request.method == "POST":
            OPEN.add(id(request))
    async def answered(response):
        OPEN.discard(id(response.request))
    client.event_hooks = {"request": [asked], "response": [answered]}
    return client

asyncio.run(asyncio.wait_for(main(), 60))
print("ok")
"""


@unittest.skipUnless(os.path.exists(PYTHON), "the counterparts are not installed (scripts/counterparts)")
class Counterparts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2025-05-31"}})
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.load("ledger", [("2025-04-10", "4100", "Tickets", "revenue", "1310.25", "Alba")], LEDGER)
        cls.daemon.start()
        cls.address = f"http://127.0.0.1:{cls.daemon.port}"

    def run_program(self, program, *arguments):
        done = subprocess.run(
            [PYTHON, "-c", program, *arguments], capture_output=True, text=True, timeout=120, cwd=self.daemon.folder
        )
        self.assertEqual((done.returncode, done.stdout.strip().split("\n")[-1]), (0, "ok"), done.stderr[-3000:])

    def test_openai(self):
        self.run_program(OPENAI, self.address, self.daemon.token("finance_analyst"))

    def test_mcp(self):
        self.run_program(MCP, self.address, self.daemon.token("finance_analyst"))

    def test_mcp_cancels(self):
        slow = SlowServer()
        self.addCleanup(slow.close)
        source = {"name": "slow", "openapi": slow.url + "/openapi.json", "base_url": slow.url, "timeout_seconds": 60,
                  "allow": {"wait": {"effect": "read"}}}
        with Daemon(tools={"allow_private": True}, tenants={TENANT: {"as_of": "2025-05-31", "tool_sources": [source]}}) as daemon:
            daemon.load("ledger", [("2025-04-10", "4100", "Tickets", "revenue", "1310.25", "Alba")], LEDGER)
            daemon.start()
            token = daemon.token("admin")

            def tool():
                reply = daemon.request("POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, token)[1]
                return next((tool["name"] for tool in reply["result"]["tools"] if tool["name"].startswith("slow")), None)
            self.assertTrue(until(tool, 20))
            self.run_program(MCP, f"http://127.0.0.1:{daemon.port}", token, tool())
            self.assertTrue(slow.ended.acquire(timeout=20), "the call went on")

    def test_the_document_is_valid(self):
        program = (
            "import json, sys, urllib.request\n"
            "from openapi_spec_validator import validate\n"
            "validate(json.load(urllib.request.urlopen(sys.argv[1] + '/openapi.json')))\n"
            "print('ok')\n"
        )
        self.run_program(program, self.address)

    @staticmethod
    def failures(told):
        """What the tool says of failures; its hints about data behind them are long."""
        start = told.find("FAILURES")
        return told[start:start + 8000] if start >= 0 else told[-8000:]

    def test_schemathesis_finds_nothing(self):
        """Generated requests with the rights of each role: no 5xx, and no status that the document does not name."""
        tool = os.path.join(FOLDER, "bin", "schemathesis")
        examples = os.environ.get("SCHEMATHESIS_EXAMPLES", "3")
        roles = os.environ.get("SCHEMATHESIS_ROLES", "admin,viewer").split(",")
        for role in roles:
            done = subprocess.run(
                [
                    tool, "run", self.address + "/openapi.json", "--max-examples", examples, "--seed", "1", "--no-color",
                    "--phases", "fuzzing", "--exclude-path-regex", "logout|login|data/import",
                    "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
                    "-H", f"Authorization: Bearer {self.daemon.token(role, 'probe_' + role)}",
                ],
                capture_output=True, text=True, timeout=600, cwd=self.daemon.folder,
            )
            self.assertEqual(done.returncode, 0, f"{role}\n{self.failures(done.stdout)}{done.stderr[-2000:]}")


if __name__ == "__main__":
    unittest.main()
