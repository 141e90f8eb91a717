"""The daemon as a user meets it: asked, cut off, killed, resumed, checked."""
import decimal
import os
import random
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon, text, until  # noqa: E402

KILLS = int(os.environ.get("KILLS", "5"))
HEADER = "date,account_code,account_name,section,amount,region,vendor"
QUESTION = "What were costs by account in 2025 compared with the prior year?"


def company(seed):
    """A ledger that no one has seen: other accounts, regions, sizes."""
    draw = random.Random(seed)
    regions = draw.sample(["Alba", "Borgo", "Cinta", "Dorna", "Elmo", "Fano"], draw.randint(2, 5))
    vendors = draw.sample(["Kestrel", "Lumen", "Marlow", "Nimbus", "Orrin"], 3)
    accounts = [("R1", "Boat Charter", "revenue"), ("R2", "Harbour Fees", "revenue"), ("C1", "Diesel", "cogs")]
    accounts += [("O1", "Rope and Rigging", "opex"), ("O2", "Crew Wages", "opex"), ("X1", "Bank Interest", "other")]
    rows = []
    for _ in range(draw.randint(200, 900)):
        code, name, section = draw.choice(accounts)
        date = f"{draw.choice([2024, 2025])}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        amount = f"{draw.randint(-200, 9000)}.{draw.randint(0, 99):02d}"
        rows.append((date, code, name, section, amount, draw.choice(regions + [""]), draw.choice(vendors + [""])))
    rows.append(("2025-12-31", "R1", "Boat Charter", "revenue", "10.00", regions[0], ""))
    return rows, regions


def total(rows, section, year, **filters):
    columns = {"region": 5, "vendor": 6}
    picked = (
        decimal.Decimal(row[4]) for row in rows
        if row[3] in section and row[0].startswith(str(year))
        and all(row[columns[name]] == value for name, value in filters.items())
    )
    return sum(picked, decimal.Decimal(0))


def shown(amount):
    whole = amount == amount.to_integral_value()
    return ("-" if amount < 0 else "") + "$" + (f"{abs(amount):,.0f}" if whole else f"{abs(amount):,.2f}")


class Answers(unittest.TestCase):
    def test_an_unseen_company_gives_its_own_figures(self):
        for seed in range(3):
            rows, regions = company(seed)
            with Daemon() as daemon:
                daemon.load("ledger", rows, HEADER)
                daemon.start()
                token = daemon.token("finance_analyst")
                conversation = daemon.conversation(token)
                answer = daemon.ask(token, conversation, "What was revenue in 2025?")
                self.assertIn(shown(total(rows, ["revenue"], 2025)), answer["content"])
                self.assertEqual(answer["citations"][0]["source"], "ledger")
                answer = daemon.ask(token, conversation, f"What was revenue in {regions[0]} in 2024?")
                self.assertIn(shown(total(rows, ["revenue"], 2024, region=regions[0])), answer["content"])
                answer = daemon.ask(token, conversation, "Total costs in 2025")
                self.assertIn(shown(total(rows, ["cogs", "opex"], 2025)), answer["content"])
                answer = daemon.ask(token, conversation, "How many employees do we have in Atlantis?")
                self.assertEqual([c for c in answer["content"] if c.isdigit() and "202" not in answer["content"]], [])
                self.assertEqual(answer["citations"], [])

    def test_ask_answers_beside_a_running_daemon_and_without_one(self):
        rows, _ = company(7)
        figure = shown(total(rows, ["revenue"], 2025))
        with Daemon() as daemon:
            daemon.load("ledger", rows, HEADER)
            alone = daemon.command("ask", "What was revenue in 2025?").stdout
            daemon.start()
            beside = daemon.command("ask", "What was revenue in 2025?").stdout
            self.assertIn(figure, alone)
            self.assertIn(figure, beside)
            self.assertIn("Sources:", beside)


class Interruptions(unittest.TestCase):
    def setUp(self):
        self.rows, _ = company(3)

    def test_a_kill_in_mid_answer_loses_and_doubles_nothing(self):
        draw = random.Random(11)
        with Daemon(offline={"pace_ms": 8}) as daemon:
            daemon.load("ledger", self.rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            whole = self.whole(daemon, token)
            for number in range(KILLS):
                conversation = daemon.conversation(token)
                base = f"/api/v1/ai/conversations/{conversation}/messages"
                stream = daemon.stream(token, base, {"message": QUESTION})
                stop_after = draw.randint(1, max(2, len(whole) - 2))
                for _ in stream:
                    if len(stream.events) >= stop_after:
                        break
                daemon.kill()
                rest = list(stream)  # what was on its way when the process fell
                stream.close()
                seen = list(stream.events)
                self.assertGreaterEqual(len(seen), stop_after, rest)
                begun = time.time()
                daemon.start()
                message = seen[0][2]["message_id"]
                resumed = daemon.stream(token, f"{base}/{message}/stream", last=seen[-1][0], method="GET")
                after = list(resumed)
                self.assertLess(time.time() - begun, 10)
                events = seen + after
                indexes = [int(identifier.rsplit("-", 1)[1]) for identifier, _, _ in events]
                self.assertEqual(indexes, list(range(len(indexes))), f"kill {number} after {stop_after}")
                self.assertEqual(events[-1][1], "message_complete")
                self.assertEqual([e for e in events if e[1] == "message_complete"], [events[-1]])
                status, history, _ = daemon.request("GET", base, token=token)
                self.assertEqual(status, 200)
                kept = [m for m in history["data"]["messages"] if m["id"] == message][0]
                self.assertEqual(kept["content"], text(events))
                self.assertEqual(kept["status"], events[-1][2]["status"])
                self.assertEqual(text(events), text(whole))
                again = list(daemon.stream(token, f"{base}/{message}/stream", method="GET"))
                self.assertEqual([(i, e) for i, e, _ in again], [(i, e) for i, e, _ in events])
                self.assertEqual(daemon.command("audit", "verify").returncode, 0)
            self.assertEqual(daemon.stop(), 0)

    def whole(self, daemon, token):
        conversation = daemon.conversation(token)
        path = f"/api/v1/ai/conversations/{conversation}/messages"
        events = list(daemon.stream(token, path, {"message": QUESTION}))
        self.assertEqual(events[-1][1], "message_complete")
        self.assertGreater(len(events), 10)
        return events

    def test_a_stop_lets_the_running_answer_finish(self):
        with Daemon(offline={"pace_ms": 20}) as daemon:
            daemon.load("ledger", self.rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            conversation = daemon.conversation(token)
            path = f"/api/v1/ai/conversations/{conversation}/messages"
            stream = daemon.stream(token, path, {"message": QUESTION})
            next(iter(stream))
            daemon.process.terminate()
            events = list(stream)
            self.assertEqual(events[-1][1], "message_complete")
            self.assertEqual(events[-1][2]["status"], "completed")
            self.assertEqual(daemon.process.wait(20), 0)

    def test_a_cancel_ends_the_answer_with_what_was_shown(self):
        with Daemon(offline={"pace_ms": 30}) as daemon:
            daemon.load("ledger", self.rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            conversation = daemon.conversation(token)
            path = f"/api/v1/ai/conversations/{conversation}/messages"
            stream = daemon.stream(token, path, {"message": QUESTION})
            for identifier, event, data in stream:
                if event == "content_delta":
                    break
            message = stream.events[0][2]["message_id"]
            status, reply, _ = daemon.request("POST", f"{path}/{message}/cancel", token=token)
            self.assertEqual((status, reply["data"]["status"]), (200, "cancelled"))
            list(stream)
            self.assertEqual(stream.events[-1][2]["status"], "cancelled")
            status, reply, _ = daemon.request("POST", f"{path}/{message}/cancel", token=token)
            self.assertEqual((status, reply["data"]["cancelled"]), (200, False))
            _, history, _ = daemon.request("GET", path, token=token)
            self.assertEqual(history["data"]["messages"][-1]["content"], text(stream.events))
            answer = daemon.ask(token, conversation, "What was revenue in 2025?")
            self.assertEqual(answer["status"], "completed")

    def test_one_flipped_byte_is_found_and_named(self):
        draw = random.Random(5)
        with Daemon() as daemon:
            daemon.load("ledger", self.rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            conversation = daemon.conversation(token)
            daemon.ask(token, conversation, "What was revenue in 2025?")
            daemon.stop()
            path = os.path.join(daemon.data, "journal.db")
            connection = sqlite3.connect(path)
            sequences = [row[0] for row in connection.execute("SELECT seq FROM records WHERE tenant = ?", (TENANT,))]
            for sequence in draw.sample(sequences, min(5, len(sequences))):
                where = "WHERE tenant = ? AND seq = ?"
                kept = connection.execute(f"SELECT bytes FROM records {where}", (TENANT, sequence)).fetchone()[0]
                flipped = bytearray(kept)
                place = draw.randrange(len(flipped))
                flipped[place] ^= 1 << draw.randrange(8)
                connection.execute(f"UPDATE records SET bytes = ? {where}", (bytes(flipped), TENANT, sequence))
                connection.commit()
                done = daemon.command("audit", "verify", check=False)
                self.assertEqual(done.returncode, 1, f"byte {place} of record {sequence}")
                self.assertIn(f"record {sequence} of {TENANT}", done.stdout)
                connection.execute(f"UPDATE records SET bytes = ? {where}", (bytes(kept), TENANT, sequence))
                connection.commit()
            connection.close()
            self.assertEqual(daemon.command("audit", "verify").returncode, 0)


class Door(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(limits={"rate": "off"})
        cls.rows, _ = company(1)
        cls.daemon.load("ledger", cls.rows, HEADER)
        cls.daemon.start()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def test_errors_have_the_shape_of_the_profile(self):
        daemon, token = self.daemon, self.daemon.token("finance_analyst")
        conversations = "/api/v1/ai/conversations"
        cases = [
            ("GET", conversations, None, None, {}, 401, "UNAUTHORIZED"),
            ("GET", conversations, None, "nonsense", {}, 401, "INVALID_TOKEN"),
            ("GET", conversations, None, daemon.token("finance_analyst", ttl=-100), {}, 401, "TOKEN_EXPIRED"),
            ("GET", conversations, None, token, {"X-Tenant-ID": "ten_other"}, 403, "FORBIDDEN"),
            ("POST", conversations, {}, daemon.token("viewer"), {}, 403, "FORBIDDEN"),
            ("GET", "/api/v1/nothing", None, token, {}, 404, "NOT_FOUND"),
            ("GET", f"{conversations}/conv_none", None, token, {}, 404, "NOT_FOUND"),
            ("PUT", conversations, {}, token, {}, 405, "METHOD_NOT_ALLOWED"),
            ("POST", conversations, "{", token, {}, 400, "MALFORMED_REQUEST"),
            ("POST", conversations, {"surprise": 1}, token, {}, 400, "VALIDATION_ERROR"),
            ("POST", conversations, "x=1", token, {"Content-Type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
            ("POST", conversations, '{"a":"' + "x" * 1_100_000 + '"}', token, {}, 413, "PAYLOAD_TOO_LARGE"),
            ("GET", f"{conversations}?limit=101", None, token, {}, 400, "INVALID_PARAMETER"),
            ("GET", f"{conversations}?colour=red", None, token, {}, 400, "INVALID_PARAMETER"),
        ]
        for method, path, body, credential, headers, status, code in cases:
            with self.subTest(path=path, code=code):
                found, reply, answered = daemon.request(method, path, body, credential, headers)
                self.assertEqual((found, reply["error"]["code"]), (status, code), reply)
                self.assertFalse(reply["success"])
                self.assertEqual(reply["meta"]["request_id"], answered["X-Request-ID"])

    def test_a_request_id_is_kept_when_it_is_fit_and_made_when_it_is_not(self):
        _, _, headers = self.daemon.request("GET", "/healthz", headers={"X-Request-ID": "my-id.1"})
        self.assertEqual(headers["X-Request-ID"], "my-id.1")
        _, _, headers = self.daemon.request("GET", "/healthz", headers={"X-Request-ID": "two words"})
        self.assertNotEqual(headers["X-Request-ID"], "two words")

    def test_someone_elses_conversation_is_not_there(self):
        daemon = self.daemon
        conversation = daemon.conversation(daemon.token("finance_analyst", user="alice"))
        path = f"/api/v1/ai/conversations/{conversation}"
        other = daemon.token("finance_analyst", user="bob")
        mine, absent = daemon.request("GET", path, token=other), daemon.request("GET", path[:-1] + "0x", token=other)
        self.assertEqual(mine[0], 404)
        self.assertEqual(mine[1]["error"]["message"], absent[1]["error"]["message"])
        self.assertEqual(daemon.request("GET", path, token=daemon.token("auditor", user="eve"))[0], 200)
        self.assertEqual(
            daemon.request("POST", f"{path}/messages", {"message": "x"}, daemon.token("auditor", user="eve"))[0], 403
        )

    def test_the_cookie_of_a_login_works_with_its_own_origin_only(self):
        daemon = self.daemon
        daemon.command(
            "user", "add", "--email", "c@x.example", "--role", "finance_analyst", "--tenant", TENANT,
            text="a long password 1\n",
        )
        status, reply, headers = daemon.request(
            "POST", "/api/v1/auth/login", {"email": "c@x.example", "password": "a long password 1"}
        )
        self.assertEqual(status, 200)
        cookie = headers["Set-Cookie"]
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Strict", cookie)
        own = {"Cookie": cookie.split(";")[0]}
        self.assertEqual(daemon.request("GET", "/api/v1/auth/me", headers=own)[0], 200)
        path = "/api/v1/ai/conversations"
        self.assertEqual(daemon.request("POST", path, {}, headers=own)[0], 403)
        here = {**own, "Origin": f"http://127.0.0.1:{daemon.port}"}
        self.assertEqual(daemon.request("POST", path, {}, headers=here)[0], 201)
        there = {**own, "Origin": "http://evil.example"}
        self.assertEqual(daemon.request("POST", path, {}, headers=there)[0], 403)
        status, again, _ = daemon.request("POST", "/api/v1/auth/refresh", {"refresh_token": reply["refresh_token"]})
        self.assertEqual(status, 200)
        status, _, _ = daemon.request("POST", "/api/v1/auth/refresh", {"refresh_token": reply["refresh_token"]})
        self.assertEqual(status, 401)
        status, _, _ = daemon.request("POST", "/api/v1/auth/refresh", {"refresh_token": again["refresh_token"]})
        self.assertEqual(status, 401, "a reused token revokes its family")

    def test_the_same_idempotency_key_joins_the_same_answer(self):
        daemon, token = self.daemon, self.daemon.token("finance_analyst")
        conversation = daemon.conversation(token)
        path = f"/api/v1/ai/conversations/{conversation}/messages"
        headers = {"Idempotency-Key": '"k-1"', "Accept": "application/json"}
        first = daemon.request("POST", path, {"message": "What was revenue in 2025?"}, token, headers)
        second = daemon.request("POST", path, {"message": "What was revenue in 2025?"}, token, headers)
        self.assertEqual(first[1]["data"]["message_id"], second[1]["data"]["message_id"])
        other = daemon.request("POST", path, {"message": "Another?"}, token, headers)
        self.assertEqual((other[0], other[1]["error"]["code"]), (422, "IDEMPOTENCY_KEY_REUSED"))

    def test_busy_policies(self):
        with Daemon(offline={"pace_ms": 30}) as daemon:
            daemon.load("ledger", self.rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            for policy in ["queue", "reject", "interrupt"]:
                conversation = daemon.conversation(token, on_busy=policy)
                path = f"/api/v1/ai/conversations/{conversation}/messages"
                first = daemon.stream(token, path, {"message": QUESTION})
                next(iter(first))
                headers = {"Accept": "application/json"}
                status, reply, _ = daemon.request("POST", path, {"message": "Revenue in 2025?"}, token, headers)
                list(first)
                ended = first.events[-1][2]["status"]
                if policy == "reject":
                    self.assertEqual((status, reply["error"]["code"], ended), (409, "CONFLICT", "completed"))
                else:
                    self.assertEqual((status, reply["data"]["status"]), (200, "completed"))
                    self.assertEqual(ended, "completed" if policy == "queue" else "cancelled")

    def test_a_client_that_leaves_ends_the_turn_only_when_the_session_says_so(self):
        with Daemon(offline={"pace_ms": 30}) as daemon:
            daemon.load("ledger", self.rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            for policy, expected in [("continue", "completed"), ("cancel", "cancelled")]:
                conversation = daemon.conversation(token, on_disconnect=policy)
                path = f"/api/v1/ai/conversations/{conversation}/messages"
                stream = daemon.stream(token, path, {"message": QUESTION})
                next(iter(stream))
                stream.close()

                def status():
                    return daemon.request("GET", path, token=token)[1]["data"]["messages"][-1].get("status")

                self.assertTrue(until(lambda: status() not in ("running", "queued")))
                self.assertEqual(status(), expected)

    def test_health_and_metrics(self):
        self.assertEqual(self.daemon.request("GET", "/healthz")[0], 200)
        self.assertEqual(self.daemon.request("GET", "/readyz")[0], 200)
        status, body, _ = self.daemon.request("GET", "/metrics")
        self.assertEqual(status, 200)
        self.assertIn(b"# TYPE agentd_turns_total counter", body)


class Files(unittest.TestCase):
    def test_a_bad_row_is_named_by_line_and_nothing_is_kept(self):
        with Daemon() as daemon:
            rows = [("2025-01-01", "R1", "Sales", "revenue", "1.00", "", ""), ("2025-13-01", "R1", "Sales", "revenue", "x", "", "")]
            with self.assertRaises(AssertionError) as caught:
                daemon.load("ledger", rows, HEADER)
            self.assertIn("3", str(caught.exception))
            daemon.load("ledger", rows[:1], HEADER)
            with self.assertRaises(AssertionError) as caught:
                daemon.load("ledger", rows[:1], HEADER)
            self.assertIn("already", str(caught.exception))

    def test_a_folder_of_a_newer_version_is_refused(self):
        with Daemon() as daemon:
            daemon.load("ledger", [("2025-01-01", "R1", "Sales", "revenue", "1.00", "", "")], HEADER)
            with open(os.path.join(daemon.data, "version"), "w") as file:
                file.write("99\n")
            done = daemon.command("ask", "What was revenue in 2025?", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("newer", done.stderr)

    def test_rebuild_gives_the_same_views(self):
        rows, _ = company(2)
        with Daemon() as daemon:
            daemon.load("ledger", rows, HEADER)
            daemon.start()
            token = daemon.token("finance_analyst")
            conversation = daemon.conversation(token)
            daemon.ask(token, conversation, "What was revenue in 2025?")
            path = f"/api/v1/ai/conversations/{conversation}/messages"
            before = daemon.request("GET", path, token=token)[1]["data"]
            daemon.command("rebuild")
            self.assertEqual(daemon.request("GET", path, token=token)[1]["data"], before)


if __name__ == "__main__":
    unittest.main(verbosity=1)
