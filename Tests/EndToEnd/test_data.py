"""The business data over HTTP: every figure is added up again here, from the rows that were brought in."""
import decimal
import os
import random
import sqlite3
import sys
import unittest
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Daemon  # noqa: E402

BASE = "/api/v1"
LEDGER = "date,account_code,account_name,section,amount,region,lob,vendor,department"
BUDGET = "month,account_code,account_name,section,amount,region,lob,department"
DEALS = (
    "id,name,account,owner,owner_email,amount,stage,probability,close_date,created_date,last_activity_date,next_step,"
    "region"
)
ACCOUNTS = [
    ("4100", "Ferry Tickets", "revenue"), ("4200", "Cargo", "revenue"), ("5100", "Fuel", "cogs"),
    ("6100", "Harbour Fees", "opex"), ("6200", "Radio Licences", "opex"), ("7100", "Loan Interest", "other"),
]
TODAY = "2025-06-30"


def number(value):
    return decimal.Decimal(str(value))


class Company:
    """Eighteen months of a company that no one has seen, and its plan."""

    def __init__(self, seed):
        draw = random.Random(seed)
        self.regions = draw.sample(["Alba", "Borgo", "Cinta", "Dorna"], 3)
        vendors = draw.sample(["Kestrel", "Lumen", "Marlow", "Nimbus"], 3)
        self.rows, self.budget = [], []
        months = [(2024, month) for month in range(1, 13)] + [(2025, month) for month in range(1, 7)]
        for code, name, section in ACCOUNTS:
            plan = draw.randint(4000, 90000)
            for year, month in months:
                self.budget.append((f"{year}-{month:02d}", code, name, section, f"{plan}.00", "", "", ""))
                parts = draw.randint(2, 5)
                level = plan * draw.uniform(0.97, 1.03)
                if (code, year, month) == ("6100", 2025, 6):
                    level = plan * 1.9
                for part in range(parts):
                    amount = f"{level / parts:.2f}"
                    vendor = draw.choice(vendors) if section in ("cogs", "opex") else ""
                    self.rows.append((
                        f"{year}-{month:02d}-{draw.randint(1, 28):02d}", code, name, section, amount,
                        draw.choice(self.regions + [""]), draw.choice(["Coast", "Isles"]), vendor,
                        draw.choice(["Fleet", "Office"]) if section == "opex" else "",
                    ))
        self.rows.append((TODAY, "4200", "Cargo", "revenue", "1.00", self.regions[0], "Coast", "", ""))
        self.deals = []
        stages = ["Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost"]
        for index in range(60):
            stage = draw.choice(stages)
            self.deals.append((
                f"d{index:02d}", f"Route {index}", draw.choice(["Acme", "Brook", "Cliff"]), draw.choice(["Ann", "Bob"]),
                "", f"{draw.randint(100, 90000)}.50", stage, f"0.{draw.randint(1, 9)}",
                f"2025-{draw.randint(5, 12):02d}-{draw.randint(1, 28):02d}", f"2025-0{draw.randint(1, 6)}-11",
                f"2025-0{draw.randint(1, 6)}-15", "Call", draw.choice(self.regions),
            ))

    def total(self, sections, start, end, rows=None, **filters):
        columns = {"region": 5, "lob": 6, "vendor": 7}
        return sum(
            (number(row[4]) for row in (rows or self.rows)
             if row[3] in sections and start <= row[0] <= end
             and all(row[columns[name]] == value for name, value in filters.items())),
            decimal.Decimal(0),
        )

    def planned(self, sections, first, last):
        return self.total(sections, first, last, self.budget)

    def open(self):
        return [deal for deal in self.deals if not deal[6].startswith("Closed")]


class DataTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.company = Company(5)
        cls.daemon = Daemon()
        cls.daemon.load("ledger", cls.company.rows, LEDGER)
        cls.daemon.load("budget", cls.company.budget, BUDGET)
        cls.daemon.load("deals", cls.company.deals, DEALS)
        cls.daemon.start()
        cls.tokens = {role: cls.daemon.token(role, user=role) for role in (
            "admin", "finance_director", "finance_analyst", "viewer", "sales", "support", "auditor")}

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def get(self, path, /, role="finance_analyst", expect=200, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query)
        code, body, _ = self.daemon.request("GET", BASE + path, token=self.tokens[role])
        self.assertEqual(code, expect, body)
        return body

    def patch(self, path, body, role="finance_director", status=200):
        code, reply, _ = self.daemon.request("PATCH", BASE + path, body, self.tokens[role])
        self.assertEqual(code, status, reply)
        return reply

    def refused(self, path, code, names=(), /, **query):
        body = self.get(path, expect=400, **query)
        self.assertEqual(body["error"]["code"], code, body)
        self.assertTrue(body["meta"]["request_id"])
        found = {detail["field"] for detail in body["error"].get("details", [])}
        self.assertTrue(set(names) <= found, body)


class Metrics(DataTests):
    def test_every_step_and_every_sum_is_that_of_the_rows(self):
        company = self.company
        body = self.get(
            "/metrics", metrics="revenue,opex,gross_profit", start_date="2025-01-01", end_date="2025-06-30",
            granularity="monthly", compare_to="budget",
        )
        self.assertEqual(body["data"]["period"]["granularity"], "monthly")
        sections = {"revenue": (["revenue"], []), "opex": (["opex"], []), "gross_profit": (["revenue"], ["cogs"])}
        for metric in body["data"]["metrics"]:
            plus, minus = sections[metric["id"]]

            def value(first, last, rows=None):
                return company.total(plus, first, last, rows) - company.total(minus, first, last, rows)

            self.assertEqual(len(metric["time_series"]), 6)
            for index, point in enumerate(metric["time_series"]):
                month = f"2025-{index + 1:02d}"
                self.assertEqual(point["period"], month)
                actual, plan = value(month, month + "-31"), value(month, month + "-31", company.budget)
                self.assertEqual(number(point["actual"]), actual)
                self.assertEqual(number(point["budget"]), plan)
                self.assertEqual(number(point["variance"]), actual - plan)
                self.assertAlmostEqual(point["variance_percent"], float((actual - plan) / abs(plan) * 100), 3)
            summary = metric["summary"]
            actual = value("2025-01", "2025-06-31")
            plan = value("2025-01", "2025-06-31", company.budget)
            self.assertEqual(number(summary["total_actual"]), actual)
            self.assertEqual(number(summary["total_budget"]), plan)
            self.assertEqual(number(summary["total_variance"]), actual - plan)
            self.assertEqual(number(summary["ytd_actual"]), actual)
            self.assertEqual(number(summary["ytd_budget"]), plan)

    def test_filters_steps_and_other_comparisons(self):
        region = self.company.regions[0]
        body = self.get(
            "/metrics", metrics="revenue", start_date="2025-04-01", end_date="2025-06-30", granularity="quarterly",
            region=region, compare_to="prior_period",
        )
        metric = body["data"]["metrics"][0]
        point = metric["time_series"][0]
        self.assertEqual(point["period"], "2025-Q2")
        actual = self.company.total(["revenue"], "2025-04", "2025-06-31", region=region)
        before = self.company.total(["revenue"], "2025-01", "2025-03-31", region=region)
        self.assertEqual(number(point["actual"]), actual)
        self.assertEqual(number(point["prior_period"]), before)
        self.assertEqual(number(metric["summary"]["total_variance"]), actual - before)
        self.assertEqual(number(metric["summary"]["total_prior_period"]), before)
        weekly = self.get(
            "/metrics", metrics="costs", start_date="2025-06-02", end_date="2025-06-29", granularity="weekly",
            compare_to="budget", lob="coast",
        )["data"]["metrics"][0]
        self.assertEqual([point["period"] for point in weekly["time_series"]],
                         ["2025-W23", "2025-W24", "2025-W25", "2025-W26"])
        self.assertEqual([point["budget"] for point in weekly["time_series"]], [None] * 4)
        self.assertEqual(
            sum(number(point["actual"]) for point in weekly["time_series"]),
            self.company.total(["cogs", "opex"], "2025-06-02", "2025-06-29", lob="Coast"),
        )
        empty = self.get("/metrics", metrics="revenue", start_date="2011-01-01", end_date="2011-12-31")
        self.assertEqual(empty["data"]["metrics"][0]["time_series"], [])
        self.assertIsNone(empty["data"]["metrics"][0]["summary"]["total_actual"])

    def test_what_does_not_hold_is_named(self):
        days = {"start_date": "2025-01-01", "end_date": "2025-01-31"}
        self.refused("/metrics", "INVALID_PARAMETER", ["metrics", "start_date", "end_date"])
        self.refused("/metrics", "INVALID_PARAMETER", ["metrics"], metrics="revenue,no_such", **days)
        self.refused("/metrics", "INVALID_PARAMETER", ["metrics"], metrics=",", **days)
        self.refused("/metrics", "INVALID_PARAMETER", ["compare_to"], metrics="opex", compare_to="forecast", **days)
        self.refused("/metrics", "INVALID_PARAMETER", ["granularity"], metrics="opex", granularity="hourly", **days)
        self.refused("/metrics", "INVALID_PARAMETER", ["region"], metrics="opex", region="Nowhere", **days)
        self.refused("/metrics", "INVALID_PARAMETER", ["color"], metrics="opex", color="red", **days)
        self.refused(
            "/metrics", "VALIDATION_ERROR", ["start_date"], metrics="opex", start_date="2025-02-01",
            end_date="2025-01-31",
        )
        self.refused(
            "/metrics", "INVALID_PARAMETER", ["end_date"], metrics="opex", start_date="2025-02-01",
            end_date="2025-02-31",
        )
        self.refused(
            "/metrics", "INVALID_PARAMETER", ["granularity"], metrics="opex", start_date="1900-01-01",
            end_date="2025-01-31", granularity="daily",
        )
        self.get("/metrics", role="sales", expect=403, metrics="revenue", **days)
        self.get("/metrics", role="viewer", metrics="revenue", **days)

    def test_the_income_statement_adds_up(self):
        for period, first, last, label in [
            ("month", "2025-06", "2025-06-31", "June 2025"), ("quarter", "2025-04", "2025-06-31", "Q2 2025"),
        ]:
            data = self.get("/metrics/income-statement", period=period, date="2025-06-15")["data"]
            self.assertEqual(data["period"], label)
            total = {name: self.company.total([name], first, last) for name in ("revenue", "cogs", "opex", "other")}
            names = ["Revenue", "Cost of Goods Sold", "Operating Expenses", "Other Income and Expenses"]
            self.assertEqual([section["section"] for section in data["line_items"]], names)
            for section, name in zip(data["line_items"], total):
                self.assertEqual(number(section["subtotal"]["actual"]), total[name])
                self.assertEqual(sum(number(item["actual"]) for item in section["items"]), total[name])
                for item in section["items"]:
                    self.assertEqual(number(item["variance"]), number(item["actual"]) - number(item["budget"]))
                    if item["variance"]:
                        self.assertEqual(item["favourable"], (item["variance"] > 0) == (name == "revenue"))
            gross = total["revenue"] - total["cogs"]
            net = gross - total["opex"] - total["other"]
            self.assertEqual(number(data["totals"]["gross_profit"]["actual"]), gross)
            self.assertEqual(number(data["totals"]["net_income"]["actual"]), net)
            self.assertAlmostEqual(
                data["totals"]["net_income"]["margin"], float(net / total["revenue"] * 100), 3)
            self.assertEqual(
                number(data["totals"]["gross_profit"]["budget"]),
                self.company.planned(["revenue"], first, last) - self.company.planned(["cogs"], first, last))
        self.refused("/metrics/income-statement", "INVALID_PARAMETER", ["period"])
        self.refused("/metrics/income-statement", "INVALID_PARAMETER", ["compare_to"], period="month",
                     compare_to="forecast")
        self.refused("/metrics/income-statement", "INVALID_PARAMETER", ["date"], period="month", date="June")

    def test_the_catalogue_says_what_metrics_mean(self):
        items = {item["id"]: item for item in self.get("/data/metrics")["data"]}
        self.assertEqual(items["gross_profit"]["formula"], "revenue - cogs")
        self.assertEqual(items["gross_margin"]["unit"], "ratio")
        for item in items.values():
            self.assertTrue(item["name"] and item["description"] and item["category"], item)


class Anomalies(DataTests):
    def test_a_spike_is_listed_explained_and_settled(self):
        body = self.get("/dashboard/anomalies", start_date="2025-06-01", end_date="2025-06-30")
        item = next(item for item in body["data"] if item["account_code"] == "6100")
        actual = self.company.total(["opex"], "2025-06", "2025-06-31") - sum(
            number(row[4]) for row in self.company.rows if row[1] == "6200" and row[0] >= "2025-06")
        plan = next(number(row[4]) for row in self.company.budget if row[1] == "6100" and row[0] == "2025-06")
        self.assertEqual(number(item["current_value"]), actual)
        self.assertEqual(number(item["expected_value"]), plan)
        self.assertEqual(number(item["variance_amount"]), actual - plan)
        self.assertEqual((item["category"], item["status"], item["assigned_to"]), ("cost_spike", "unresolved", None))
        cause = item["root_cause_analysis"]
        self.assertIs(cause["ai_generated"], False)
        self.assertTrue(cause["contributions"])
        for part in cause["contributions"]:
            if part["dimension"] != "vendor":
                continue
            spent = [
                sum(number(row[4]) for row in self.company.rows
                    if row[1] == "6100" and row[7] == part["name"] and row[0].startswith(month))
                for month in ("2025-06", "2025-05")
            ]
            self.assertEqual(number(part["actual"]), spent[0])
            self.assertEqual(number(part["prior_period"]), spent[1])
            self.assertEqual(number(part["difference"]), spent[0] - spent[1])
        self.assertTrue(item["recommended_actions"])
        for link in item["links"].values():
            self.get(link.removeprefix(BASE))

        path = f"/dashboard/anomalies/{item['id']}"
        change = {"status": "investigating", "assigned_to": "usr_x", "notes": "Asked the harbour"}
        self.assertEqual(self.patch(path, change, role="finance_analyst", status=403)["error"]["code"], "FORBIDDEN")
        reply = self.patch(path, change)["data"]
        self.assertEqual(reply["status"], "investigating")
        self.assertEqual(reply["assigned_to"], {"id": "usr_x", "name": None})
        again = self.get(path)["data"]
        self.assertEqual((again["status"], again["notes"]), ("investigating", "Asked the harbour"))
        self.assertEqual(self.patch(path, {"assigned_to": None})["data"]["notes"], "Asked the harbour")
        self.assertIsNone(self.get(path)["data"]["assigned_to"])
        found = self.get("/dashboard/anomalies", status="investigating", limit=1)
        self.assertEqual(found["pagination"]["total_items"], 1)
        for body in ({}, {"status": "gone"}, {"color": 1}, {"notes": "x" * 3000}):
            self.assertEqual(self.patch(path, body, status=400)["error"]["code"], "VALIDATION_ERROR")
        self.assertEqual(
            self.patch("/dashboard/anomalies/anom_none", {"status": "resolved"}, status=404)["error"]["code"],
            "NOT_FOUND")
        
    def test_filters_hold(self):
        whole = self.get("/dashboard/anomalies", limit=100)
        for name in ("severity", "status", "category"):
            for value in {item[name] for item in whole["data"]}:
                found = self.get("/dashboard/anomalies", limit=100, **{name: value})["data"]
                self.assertEqual([i["id"] for i in found], [i["id"] for i in whole["data"] if i[name] == value])
        self.refused("/dashboard/anomalies", "INVALID_PARAMETER", ["severity"], severity="huge")
        self.refused("/dashboard/anomalies", "INVALID_PARAMETER", ["limit"], limit=101)
        self.refused("/dashboard/anomalies", "INVALID_PARAMETER", ["colour"], colour="red")


class Deals(DataTests):
    def ids(self, **query):
        return [deal["id"] for deal in self.get("/sales/deals", limit=100, **query)["data"]]

    def test_filters_are_those_of_the_rows(self):
        rows = self.company.open()

        def expected(keep):
            return sorted(row[0] for row in rows if keep(row))

        cases = [
            ({}, lambda row: True),
            ({"amount_gte": "30000"}, lambda row: number(row[5]) >= 30000),
            ({"amount_gt": rows[0][5]}, lambda row: number(row[5]) > number(rows[0][5])),
            ({"amount_lt": "50000", "amount_gte": "10000.5"}, lambda row: 10000.5 <= float(row[5]) < 50000),
            ({"amount_between": "10000,20000"}, lambda row: 10000 <= float(row[5]) <= 20000),
            ({"stage": "proposal,Negotiation"}, lambda row: row[6] in ("Proposal", "Negotiation")),
            ({"stage_in": "proposal"}, lambda row: row[6] == "Proposal"),
            ({"stage_ne": "Proposal"}, lambda row: row[6] != "Proposal"),
            ({"account": "ACME"}, lambda row: row[2] == "Acme"),
            ({"owner_id": "ann"}, lambda row: row[3] == "Ann"),
            ({"name_contains": "TE 1"}, lambda row: "te 1" in row[1].lower()),
            ({"close_date_between": "2025-07-01,2025-09-30"}, lambda row: "2025-07-01" <= row[8] <= "2025-09-30"),
            ({"close_date_lte": "2025-06-29"}, lambda row: row[8] <= "2025-06-29"),
            ({"probability_lt": "0.5"}, lambda row: float(row[7]) < 0.5),
        ]
        for query, keep in cases:
            self.assertEqual(sorted(self.ids(**query)), expected(keep), query)
        won = self.ids(stage="closed won")
        self.assertEqual(sorted(won), sorted(row[0] for row in self.company.deals if row[6] == "Closed Won"))
        self.assertEqual(len(self.ids(status="all")), len(self.company.deals))

    def test_pages_order_and_fields(self):
        rows = sorted(self.company.open(), key=lambda row: (row[8], row[0]))
        body = self.get("/sales/deals", sort="close_date", order="asc", limit=5, page=2, fields="id,close_date")
        self.assertEqual(body["data"], [{"id": row[0], "close_date": row[8]} for row in rows[5:10]])
        page = body["pagination"]
        self.assertEqual((page["total_items"], page["has_previous"]), (len(rows), True))
        amounts = [deal["amount"] for deal in self.get("/sales/deals", limit=100)["data"]]
        self.assertEqual(amounts, sorted(amounts, reverse=True))
        self.refused("/sales/deals", "INVALID_PARAMETER", ["fields"], fields="id,colour")
        self.refused("/sales/deals", "INVALID_PARAMETER", ["colour"], colour="red")
        self.refused("/sales/deals", "INVALID_PARAMETER", ["name_gt"], name_gt="a")
        self.refused("/sales/deals", "INVALID_PARAMETER", ["amount_gte"], amount_gte="many")
        self.refused("/sales/deals", "INVALID_PARAMETER", ["close_date_between"], close_date_between="2025-01-01")
        self.refused("/sales/deals", "INVALID_PARAMETER", ["sort"], sort="colour")
        self.refused("/sales/deals", "INVALID_PARAMETER", ["limit"], limit=101)
        self.get("/sales/deals", role="viewer", expect=403)

    def test_the_pipeline_is_the_sum_of_its_deals(self):
        data = self.get("/sales/pipeline")["data"]
        rows = self.company.open()
        self.assertEqual(number(data["summary"]["total_pipeline"]), sum(number(row[5]) for row in rows))
        self.assertEqual(
            number(data["summary"]["weighted_pipeline"]), sum(number(row[5]) * number(row[7]) for row in rows))
        self.assertEqual(data["summary"]["deal_count"], len(rows))
        self.assertEqual(
            [(stage["stage"], stage["stage_order"], stage["count"]) for stage in data["by_stage"]],
            [(name, index + 1, sum(row[6] == name for row in rows))
             for index, name in enumerate(["Prospecting", "Qualification", "Proposal", "Negotiation"])])
        won = sum(row[6] == "Closed Won" for row in self.company.deals)
        lost = sum(row[6] == "Closed Lost" for row in self.company.deals)
        self.assertAlmostEqual(data["summary"]["win_rate"], won / (won + lost), 5)
        quarter = self.get("/sales/pipeline", period="next_quarter", stage="Proposal,Negotiation")["data"]
        self.assertEqual(quarter["period"], "Q3 2025")
        self.assertEqual(
            quarter["summary"]["deal_count"],
            sum(row[6] in ("Proposal", "Negotiation") and "2025-07" <= row[8] < "2025-10" for row in rows))
        self.refused("/sales/pipeline", "INVALID_PARAMETER", ["period"], period="soon")
        self.refused("/sales/pipeline", "INVALID_PARAMETER", ["owner_id"], owner_id="Zoe")

    def test_a_deal_is_changed_and_the_change_recorded(self):
        with Daemon() as daemon:
            daemon.load("deals", self.company.deals, DEALS)
            daemon.load("ledger", self.company.rows, LEDGER)
            daemon.start()
            token = daemon.token("sales", user="seller")
            identifier = next(row[0] for row in self.company.open())
            path = f"{BASE}/sales/deals/{identifier}"

            def patch(body, status=200, by=token):
                code, reply, _ = daemon.request("PATCH", path, body, by)
                self.assertEqual(code, status, reply)
                return reply

            reply = patch({"stage": "negotiation", "amount": 1234.5, "probability": 0.8, "close_date": "2025-12-01",
                           "next_step": "Sign"})["data"]
            self.assertEqual((reply["stage"], reply["amount"], reply["weighted_amount"]), ("Negotiation", 1234.5, 987.6))
            self.assertEqual(daemon.request("GET", path, token=token)[1]["data"], reply)
            closed = patch({"stage": "Closed Won", "notes": "Three years"})["data"]
            self.assertEqual((closed["status"], closed["probability"], closed["risk_level"]), ("won", 1, None))
            for body, field in [
                ({"stage": "Negotiaton"}, "stage"), ({"amount": -1}, "amount"), ({"amount": 1.23456}, "amount"),
                ({"amount": "5"}, "amount"), ({"probability": 1.5}, "probability"),
                ({"close_date": "2025-02-30"}, "close_date"), ({"colour": "red"}, "colour"),
            ]:
                error = patch(body, 400)["error"]
                self.assertEqual(error["code"], "VALIDATION_ERROR")
                self.assertIn(field, [detail["field"] for detail in error["details"]], error)
            self.assertEqual(daemon.request("GET", path, token=token)[1]["data"], closed)
            self.assertEqual(patch({"stage": "Proposal"}, 403, daemon.token("finance_analyst"))["error"]["code"],
                             "FORBIDDEN")
            code, reply, _ = daemon.request("PATCH", f"{BASE}/sales/deals/none", {"amount": 1}, token)
            self.assertEqual((code, reply["error"]["code"]), (404, "NOT_FOUND"))
            code, reply, _ = daemon.request("GET", path, token=daemon.token("sales", tenant="ten_other"))
            self.assertEqual(code, 404, reply)
            daemon.stop()
            self.assertEqual(daemon.command("audit", "verify").returncode, 0)
            connection = sqlite3.connect(os.path.join(daemon.data, "journal.db"))
            records = [bytes(row[0]) for row in connection.execute("SELECT bytes FROM records ORDER BY seq")]
            connection.close()
            changes = [record for record in records if b"deal.changed" in record]
            self.assertEqual(len(changes), 2)
            for part in (b"user:seller", b'"before"', b'"after"', b"Closed Won", b"Three years"):
                self.assertIn(part, changes[1])


class Import(unittest.TestCase):
    def test_a_file_comes_in_whole_or_not_at_all(self):
        company = Company(9)
        with Daemon() as daemon:
            daemon.start()
            admin = daemon.token("admin")
            text = LEDGER + "\n" + "".join(",".join(row) + "\n" for row in company.rows)

            def load(kind, body, status, token=admin, mime="text/csv"):
                code, reply, _ = daemon.request(
                    "POST", f"{BASE}/data/import?type={kind}", body, token, {"Content-Type": mime})
                self.assertEqual(code, status, reply)
                return reply

            broken = LEDGER + "\n2025-01-01,1,A,revenue,ten,,,,\n2025-01-32,1,A,revenue,1,,,,\n"
            error = load("ledger", broken, 400)["error"]
            self.assertEqual(error["code"], "VALIDATION_ERROR")
            self.assertEqual([detail["field"] for detail in error["details"]], ["line 2", "line 3"])
            self.assertEqual(load("ledger", text, 200)["data"]["rows"], len(company.rows))
            self.assertEqual(load("ledger", text, 409)["error"]["code"], "CONFLICT")
            self.assertEqual(load("ledger&replace=true", text, 200)["data"]["rows"], len(company.rows))
            self.assertEqual(load("gold", text, 400)["error"]["code"], "INVALID_PARAMETER")
            self.assertEqual(load("ledger", "{}", 415, mime="application/json")["error"]["code"],
                             "UNSUPPORTED_MEDIA_TYPE")
            self.assertEqual(load("ledger", text, 403, token=daemon.token("finance_director"))["error"]["code"],
                             "FORBIDDEN")
            self.assertEqual(load("ledger", b"x" * (17 << 20), 413)["error"]["code"], "PAYLOAD_TOO_LARGE")
            path = f"{BASE}/metrics?metrics=revenue&start_date=2025-01-01&end_date=2025-06-30"
            data = daemon.request("GET", path, token=admin)[1]["data"]
            self.assertEqual(
                number(data["metrics"][0]["summary"]["total_actual"]), company.total(["revenue"], "2025-01", "2025-07"))


class Suggestions(DataTests):
    def test_every_suggestion_is_answered_with_a_source(self):
        for seed in (5, 6):
            company = Company(seed)
            with Daemon() as daemon:
                daemon.load("ledger", company.rows, LEDGER)
                daemon.load("budget", company.budget, BUDGET)
                daemon.load("deals", company.deals, DEALS)
                daemon.start()
                token = daemon.token("finance_director")
                path = f"{BASE}/ai/suggestions?context=dashboard&limit=20"
                found = daemon.request("GET", path, token=token)[1]["data"]["suggestions"]
                self.assertGreaterEqual(len(found), 6)
                self.assertEqual(daemon.request("GET", path, token=token)[1]["data"]["suggestions"], found)
                for suggestion in found:
                    self.assertIn(suggestion["type"], ("question", "action"))
                    answer = daemon.ask(token, daemon.conversation(token), suggestion["text"])
                    self.assertEqual(answer["status"], "completed", suggestion)
                    self.assertTrue(answer["citations"], (suggestion, answer["content"]))
                    self.assertFalse(answer["ungrounded"], answer)

    def test_context_limit_and_role_choose(self):
        first = self.get("/ai/suggestions", context="sales")["data"]["suggestions"]
        self.assertEqual(len(first), 5)
        self.assertIn("deals", first[0]["text"])
        self.assertEqual(sorted(first, key=lambda item: -item["relevance"]), first)
        self.assertEqual(len(self.get("/ai/suggestions", context="dashboard", limit=2)["data"]["suggestions"]), 2)
        seller = self.get("/ai/suggestions", role="sales", context="costs", limit=20)["data"]["suggestions"]
        self.assertTrue(all("deal" in item["text"] or "pipeline" in item["text"] or "win" in item["text"]
                            for item in seller), seller)
        self.assertEqual(self.get("/ai/suggestions", role="support", context="mail")["data"]["suggestions"], [])
        self.get("/ai/suggestions", role="viewer", expect=403, context="dashboard")
        self.refused("/ai/suggestions", "INVALID_PARAMETER", ["context"])
        self.refused("/ai/suggestions", "INVALID_PARAMETER", ["limit"], context="x", limit=21)


if __name__ == "__main__":
    unittest.main()
