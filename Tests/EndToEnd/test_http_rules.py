"""Rules of HTTP that hold for every profile, and the document that describes all operations."""
import gzip
import http.client
import json
import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ROOT, TENANT, Daemon  # noqa: E402

LEDGER = "date,account_code,account_name,section,amount,region"
DEALS = "id,name,account,owner,owner_email,amount,stage,probability,close_date,created_date,last_activity_date,next_step,region"


class Rules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2025-05-31"}}, cors={"origins": ["https://app.test"]})
        cls.addClassCleanup(cls.daemon.__exit__)
        cls.daemon.load("ledger", [("2025-04-10", "4100", "Tickets", "revenue", "1310.25", "Alba")], LEDGER)
        cls.daemon.load("deals", [
            (f"d{n}", f"Deal {n}", "A", "Ann", "", "500.00", "Proposal", "0.5", "2025-08-01", "2025-05-01", "2025-05-30", "", "Alba")
            for n in range(120)
        ], DEALS)
        cls.daemon.start()
        cls.token = cls.daemon.token("admin")

    def raw(self, method, path, token=True, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
        if token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body, response.headers

    def test_a_connection_outlives_its_streams(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.port, timeout=30)
        self.addCleanup(connection.close)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        question = {"model": "assistant", "stream": True,
                    "messages": [{"role": "user", "content": "What was our revenue in April 2025?"}]}
        connection.connect()
        first = connection.sock
        for _ in range(3):
            connection.request("POST", "/v1/chat/completions", json.dumps(question), headers)
            response = connection.getresponse()
            self.assertEqual((response.status, response.headers["Transfer-Encoding"]), (200, "chunked"))
            self.assertIsNone(response.headers["Connection"])
            body = response.read().decode()
            self.assertTrue(body.endswith("data: [DONE]\n\n"), body[-100:])
            self.assertIn("1,310", body)
            self.assertIs(connection.sock, first)
        headers["Connection"] = "close"
        connection.request("POST", "/v1/chat/completions", json.dumps(question), headers)
        response = connection.getresponse()
        self.assertIsNone(response.headers["Transfer-Encoding"])
        self.assertEqual(response.headers["Connection"], "close")
        self.assertTrue(response.read().endswith(b"data: [DONE]\n\n"))

    def test_suggestions_are_worded_by_the_prompts(self):
        folder = os.path.join(self.daemon.folder, "own")
        shutil.copytree(os.path.join(ROOT, "prompts"), folder)

        def word(variables, text):
            with open(os.path.join(folder, "suggestions", "pipeline.md"), "w") as file:
                file.write(f"---\nname: pipeline\nvariables: {variables}\n---\n{text}\n")

        word("[]", "Our pipeline, please?")
        with Daemon(prompts=folder, tenants={TENANT: {"as_of": "2025-05-31"}}) as own:
            own.load("deals", [("d1", "Deal", "A", "Ann", "", "500.00", "Proposal", "0.5", "2025-08-01", "2025-05-01",
                                "2025-05-30", "", "Alba")], DEALS)
            own.start()
            status, body, _ = own.request("GET", "/api/v1/ai/suggestions?context=sales&limit=20", token=own.token())
            self.assertEqual(status, 200)
            self.assertIn("Our pipeline, please?", json.dumps(body))
            own.stop()
            word("[month]", "What is in it in {{month}}?")
            with self.assertRaisesRegex(AssertionError, "nothing fills month"):
                own.start()

    def test_head_is_get_without_the_body(self):
        for path in ("/api/v1/data/metrics", "/aems/api/v1/sales/pipeline", "/v1/models", "/healthz", "/openapi.json"):
            status, body, headers = self.raw("HEAD", path)
            got = self.raw("GET", path)
            self.assertEqual((status, body, headers["Content-Type"]), (got[0], b"", got[2]["Content-Type"]), path)

    def test_what_cannot_be_read_is_refused_in_the_shape_of_its_path(self):
        for target in ["customers?search=%00", "customers?search=%ff", "customers/%00/intelligence", "customers/../emails",
                       "customers?search=%zz", "customers?search=" + "A" * 20000]:
            status, body, headers = self.raw("GET", "/cnc/v1/" + target)
            reply = json.loads(body)
            self.assertEqual((status in (400, 414), reply["success"]), (True, False), target)
            self.assertEqual(reply["error"]["request_id"], headers["X-Request-ID"])
        for path, name in [("/api/v1/metrics?a=%00", "error"), ("/aems/api/v1/ai/history?a=%00", "error_code"),
                           ("/api/ai/query?a=%00", "error"), ("/v1/models?a=%00", "error"), ("/nowhere?a=%00", "title")]:
            self.assertIn(name, json.loads(self.raw("GET", path)[1]), path)

    def test_options_says_what_is_allowed(self):
        status, body, headers = self.raw("OPTIONS", "/api/v1/sales/deals/d1", token=False)
        self.assertEqual((status, body, headers["Allow"]), (204, b"", "GET, HEAD, OPTIONS, PATCH"))
        self.assertEqual(self.raw("OPTIONS", "/api/v1/nothing", token=False)[0], 404)

    def test_other_origins_by_the_list_alone(self):
        asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}
        status, _, headers = self.raw("OPTIONS", "/api/v1/sales/deals/d1", token=False, Origin="https://app.test", **asked)
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (204, "https://app.test"))
        self.assertIn("PATCH", headers["Access-Control-Allow-Methods"])
        self.assertIn("Authorization", headers["Access-Control-Allow-Headers"])
        self.assertIsNone(headers["Access-Control-Allow-Credentials"])
        _, _, headers = self.raw("GET", "/v1/models", Origin="https://app.test")
        self.assertEqual(headers["Access-Control-Allow-Origin"], "https://app.test")
        self.assertIn("X-Request-ID", headers["Access-Control-Expose-Headers"])
        self.assertIn("Origin", headers["Vary"])
        for origin in ("https://evil.test", "https://app.test.evil.test", "http://app.test", "null"):
            _, _, headers = self.raw("OPTIONS", "/api/v1/sales/deals/d1", token=False, Origin=origin, **asked)
            self.assertIsNone(headers["Access-Control-Allow-Origin"], origin)

    def test_large_json_is_sent_small_to_who_takes_it(self):
        path = "/api/v1/sales/deals?limit=100&sort=name&order=asc"
        plain = self.raw("GET", path)
        self.assertIsNone(plain[2]["Content-Encoding"])
        status, body, headers = self.raw("GET", path, **{"Accept-Encoding": "br, gzip;q=0.5"})
        self.assertEqual((status, headers["Content-Encoding"]), (200, "gzip"))
        self.assertLess(len(body) * 3, len(plain[1]))
        self.assertEqual(json.loads(gzip.decompress(body))["data"], json.loads(plain[1])["data"])
        self.assertIn("Accept-Encoding", headers["Vary"])
        self.assertIsNone(self.raw("GET", path, **{"Accept-Encoding": "gzip;q=0"})[2]["Content-Encoding"])
        self.assertIsNone(self.raw("GET", "/v1/models", **{"Accept-Encoding": "gzip"})[2]["Content-Encoding"])

    def test_a_read_that_has_not_changed_is_not_sent_again(self):
        for path in ("/api/v1/sales/deals/d3", "/api/v1/sales/deals?limit=5", "/aems/api/v1/sales/pipeline", "/v1/models"):
            tag = self.raw("GET", path)[2]["ETag"]
            self.assertTrue(tag.startswith('W/"'), path)
            status, body, headers = self.raw("GET", path, **{"If-None-Match": f'"other", {tag}'})
            self.assertEqual((status, body, headers["ETag"]), (304, b"", tag), path)
            self.assertEqual(self.raw("GET", path, **{"If-None-Match": '"other"'})[0], 200)
        tag = self.raw("GET", "/api/v1/sales/deals/d3")[2]["ETag"]
        self.daemon.request("PATCH", "/api/v1/sales/deals/d3", {"next_step": "call"}, self.token)
        self.assertEqual(self.raw("GET", "/api/v1/sales/deals/d3", **{"If-None-Match": tag})[0], 200)

    def test_lists_are_strict(self):
        for query in ("limit=101", "limit=0", "page=0", "colour=red", "fields=id,colour", "sort=colour", "limit=5&limit=6"):
            self.assertEqual(self.raw("GET", "/api/v1/sales/deals?" + query)[0], 400, query)
        body = json.loads(self.raw("GET", "/api/v1/sales/deals?fields=id,name&limit=2&sort=name&order=asc")[1])
        self.assertEqual([set(item) for item in body["data"]], [{"id", "name"}] * 2)

    def test_an_import_with_a_key_happens_once(self):
        rows = LEDGER + "\n2025-05-01,4100,Tickets,revenue,7.00,Alba\n"
        headers = {"Content-Type": "text/csv", "Idempotency-Key": "i-1"}
        first = self.daemon.request("POST", "/api/v1/data/import?type=ledger", rows, self.token, headers)
        again = self.daemon.request("POST", "/api/v1/data/import?type=ledger", rows, self.token, headers)
        self.assertEqual((first[0], again[0], first[1]), (200, 200, again[1]))
        other = self.daemon.request("POST", "/api/v1/data/import?type=ledger", rows + "\n", self.token, headers)
        self.assertEqual((other[0], other[1]["error"]["code"]), (422, "IDEMPOTENCY_KEY_REUSED"))

    # The document

    def document(self):
        status, body, headers = self.raw("GET", "/openapi.json", token=False)
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json; charset=utf-8"))
        return json.loads(body)

    def test_the_document_is_whole(self):
        document = self.document()
        self.assertTrue(document["openapi"].startswith("3.1"))
        identifiers = [op["operationId"] for item in document["paths"].values() for op in item.values()]
        self.assertEqual(len(identifiers), len(set(identifiers)))
        for path, item in document["paths"].items():
            for method, operation in item.items():
                named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
                self.assertEqual(named, set(re.findall(r"\{(\w+)\}", path)), path)
                self.assertTrue(operation["responses"], path)
                if operation["security"]:
                    self.assertIn("401", operation["responses"], path)
                for response in operation["responses"].values():
                    for content in response.get("content", {}).values():
                        reference = content.get("schema", {}).get("$ref")
                        if reference:
                            self.assertIn(reference.rsplit("/", 1)[1], document["components"]["schemas"])
        for path in ("/api/v1/ai/conversations", "/aems/api/v1/ai/chat", "/v1/chat/completions", "/mcp", "/healthz", "/openapi.json"):
            self.assertIn(path, document["paths"])

    def test_every_path_of_the_document_is_served_and_no_other_method(self):
        for path, item in self.document()["paths"].items():
            concrete = re.sub(r"\{\w+\}", "nothing", path)
            status, _, headers = self.raw("OPTIONS", concrete, token=False)
            self.assertEqual(status, 204, path)
            allowed = {method.strip().lower() for method in headers["Allow"].split(",")} - {"options", "head"}
            self.assertLessEqual(set(item), allowed, path)

    def test_the_document_is_valid(self):
        try:
            from openapi_spec_validator import validate
        except ImportError:
            self.skipTest("openapi-spec-validator is not installed here")
        validate(self.document())


if __name__ == "__main__":
    unittest.main()
