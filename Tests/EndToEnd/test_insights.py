"""What the tools work out, as single routes of the profiles tell it; and lists gone through while they change."""
import base64
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TENANT, Daemon  # noqa: E402

DEALS = "id,name,account,owner,amount,stage,probability,close_date,created_date,last_activity_date"


class Insights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tenants={TENANT: {"as_of": "2024-01-15"}})
        daemon = cls.daemon
        cls.addClassCleanup(daemon.__exit__)
        daemon.load("customers", [["cus_1", "ACME", "Acme", "a@acme.example", "VIP"], ["cus_2", "BOLT", "Bolt", "", ""]],
                    "id,code,name,email,segment")
        orders = [[f"o{month}", f"ORD-{month}", "Acme", "shipped", f"2023-{month:02d}-05", 100 * month, "USD"] for month in range(1, 13)]
        daemon.load("orders", orders, "id,number,customer,status,order_date,total,currency")
        deals = [["open", "Brackets", "Acme", "Ann", "900", "Proposal", "0.5", "2024-02-20", "2023-12-01", "2024-01-10"]]
        for number in range(60):
            won = number % 3 == 0
            deals.append([
                f"c{number}", f"Old {number}", "Acme" if won else "Bolt", "Ann" if won else "Bob", "500",
                "Closed Won" if won else "Closed Lost", "1" if won else "0", f"2023-{number % 12 + 1:02d}-20",
                "2022-12-01", f"2023-{number % 12 + 1:02d}-15",
            ])
        daemon.load("deals", deals, DEALS)
        daemon.load("materials", [["MAT-1", "Aluminium", "kg", "500", "100"], ["MAT-2", "Brass", "kg", "5", "10"]],
                    "code,name,unit,stock,reorder_point")
        daemon.load("material_usage", [[f"2023-{month:02d}-10", "MAT-1", 100 + month] for month in range(1, 13)],
                    "date,code,quantity")
        daemon.load("rates", [
            ["machine_hour", "mill", "80", "USD/h"], ["labour_hour", "operator", "40", "USD/h"],
            ["overhead", "shop", "50", "%"], ["material_price", "aluminum", "6", "USD/kg"],
            ["complexity_factor", "medium", "1", ""], ["complexity_factor", "high", "1.5", ""],
        ], "kind,name,value,unit")
        ledger = [[f"{2022 + month // 12}-{month % 12 + 1:02d}-10", "4000", "Sales", "revenue", 1000 + 10 * month]
                  for month in range(24)]
        daemon.load("ledger", ledger, "date,account_code,account_name,section,amount")
        daemon.start()
        cls.admin = daemon.token("admin")

    def ask(self, method, path, body=None, token=None, status=200):
        got, reply, _ = self.daemon.request(method, path, body, token or self.admin)
        self.assertEqual(got, status, reply)
        return reply

    def test_how_likely_an_opportunity_is_won(self):
        data = self.ask("GET", "/cnc/v1/opportunities/open/win-probability")["data"]
        self.assertEqual(data["opportunity_id"], "open")
        self.assertTrue(0 < data["win_probability"] < 1)
        self.assertEqual(data["method"], "logistic_regression")
        for name in ["customer_relationship", "product_fit", "timing", "competitive_landscape"]:
            self.assertTrue(0 <= data["factors"][name] <= 1, data)
        # Ann and Acme won all that they had: each alone makes a deal likelier than the third that is won.
        self.assertGreater(data["factors"]["competitive_landscape"], 0.34)
        self.assertTrue(data["recommendations"])
        # Who has bought has a segment, who has not has none: that is how deals ended, not why, and counts for nothing.
        self.assertNotIn("segment's record", [factor["factor"] for factor in data["factor_details"]])
        # A page, a list and an answer show the same figure.
        deal = self.ask("GET", "/api/v1/sales/deals/open")["data"]
        listed = self.ask("GET", "/api/v1/sales/deals")["data"][0]
        for shown in (deal, listed):
            self.assertEqual(shown["ai_insights"]["win_probability"], data["win_probability"])
            self.assertEqual(shown["ai_insights"]["recommendations"], data["recommendations"])
        self.assertEqual(deal["stage_history"], [])
        for number, certain in [("c0", 1), ("c1", 0)]:
            closed = self.ask("GET", f"/cnc/v1/opportunities/{number}/win-probability")["data"]
            self.assertEqual((closed["win_probability"], closed["factors"]), (certain, {}))
            self.assertIsNone(self.ask("GET", f"/api/v1/sales/deals/{number}")["data"]["ai_insights"])
        self.ask("GET", "/cnc/v1/opportunities/none/win-probability", status=404)
        self.ask("GET", "/cnc/v1/opportunities/OPEN/win-probability", status=404)
        self.ask("GET", "/cnc/v1/opportunities/open/win-probability", token=self.daemon.token("support"), status=403)

    def test_what_a_customer_is_worth(self):
        data = self.ask("GET", "/cnc/v1/customers/cus_1/intelligence")["data"]
        self.assertEqual((data["lifetime_value"], data["total_orders"], data["average_order_value"]), (7800, 12, 650))
        self.assertEqual((data["last_order_date"], data["segment"]), ("2023-12-05", "VIP"))
        self.assertIn(data["churn_risk"], ["low", "medium", "high"])
        self.assertTrue(0 <= data["reorder_probability"] <= 1)
        self.assertGreater(data["reorder_predicted_date"], "2024-01-15")
        never = self.ask("GET", "/cnc/v1/customers/cus_2/intelligence")["data"]
        self.assertEqual((never["lifetime_value"], never["total_orders"], never["churn_risk"]), (0, 0, None))
        # A name is no identifier.
        self.ask("GET", "/cnc/v1/customers/Acme/intelligence", status=404)

    def test_how_much_of_a_material_is_needed(self):
        data = self.ask("GET", "/cnc/v1/forecasts/materials/MAT-1?periods=2")["data"]
        self.assertEqual((data["material_code"], data["forecast_horizon"]), ("MAT-1", "monthly"))
        self.assertEqual([period["period"] for period in data["forecasts"]], ["2024-02", "2024-03"])
        for period in data["forecasts"]:
            self.assertLessEqual(period["confidence_lower"], period["forecasted_quantity"])
            self.assertLessEqual(period["forecasted_quantity"], period["confidence_upper"])
        self.assertTrue(data["model_info"]["model_type"])
        self.assertEqual(len(self.ask("GET", "/cnc/v1/forecasts/materials/MAT-1?horizon=Weekly")["data"]["forecasts"]), 3)
        for query in ["periods=0", "periods=37", "horizon=daily", "colour=1"]:
            reply = self.ask("GET", f"/cnc/v1/forecasts/materials/MAT-1?{query}", status=400)
            self.assertEqual(reply["error"]["code"], "INVALID_VALUE")
        unused = self.ask("GET", "/cnc/v1/forecasts/materials/MAT-2", status=404)
        self.assertIn("Too little", unused["error"]["message"])
        self.ask("GET", "/cnc/v1/forecasts/materials/Aluminium", status=404)

    def test_a_quotation_is_priced(self):
        line = {"product_name": "Part", "machining_complexity": "medium", "material_type": "aluminium", "quantity": 100,
                "specifications": {"tolerance": "0.001"}, "weight": 0.5, "estimated_hours": 8.5, "labor_hours": 3}
        data = self.ask("POST", "/cnc/v1/quotations/open/calculate-pricing",
                        {"line_items": [line], "desired_margin_percent": 30})["data"]
        priced = data["pricing_breakdown"][0]
        self.assertEqual((priced["material_cost"], priced["machining_time_hours"]), (300, 8.5))
        self.assertEqual(priced["labor_cost"], 8.5 * 80 + 3 * 40)
        self.assertEqual(priced["overhead"], 400)
        self.assertEqual(priced["total_cost"], priced["material_cost"] + priced["labor_cost"] + priced["overhead"])
        self.assertEqual(priced["suggested_price"], round(priced["total_cost"] / 0.7 / 100, 2))
        self.assertAlmostEqual(data["total_amount"], priced["suggested_price"] * 100)
        self.assertAlmostEqual(priced["margin_percent"], 30, delta=0.1)
        self.assertTrue(priced["notes"])
        # What is guessed is said, and lowers the confidence.
        rough = self.ask("POST", "/cnc/v1/quotations/open/calculate-pricing",
                         {"line_items": [{"quantity": 10, "material_type": "aluminum"}]})["data"]["pricing_breakdown"][0]
        self.assertLess(rough["confidence_score"], priced["confidence_score"])
        for change, field in [
            ({"material_type": "kryptonite"}, "line_items[1].material_type"),
            ({"machining_complexity": "absurd"}, "line_items[1].machining_complexity"),
            ({"machine": "laser"}, "line_items[1].machine"),
        ]:
            reply = self.ask("POST", "/cnc/v1/quotations/open/calculate-pricing",
                             {"line_items": [line, line | change]}, status=422)
            self.assertEqual(reply["error"]["code"], "VALIDATION_ERROR")
            self.assertEqual(reply["error"]["details"]["fields"][0]["field"], field)
        for body in [{}, {"line_items": []}, {"line_items": [{}]}, {"line_items": [{"quantity": 0}]},
                     {"line_items": [line], "desired_margin_percent": 100}]:
            self.ask("POST", "/cnc/v1/quotations/open/calculate-pricing", body, status=422)
        for missing in ["none", "c0"]:
            self.ask("POST", f"/cnc/v1/quotations/{missing}/calculate-pricing", {"line_items": [line]}, status=404)

    def test_what_sales_will_bring(self):
        data = self.ask("GET", "/aems/api/v1/sales/forecast")
        self.assertEqual((data["forecast_period"], data["basis"]), ("90d", "history"))
        self.assertEqual([month["month"] for month in data["monthly_breakdown"]], ["2024-02", "2024-03", "2024-04"])
        self.assertEqual(sum(month["predicted"] for month in data["monthly_breakdown"]), data["predicted_revenue"])
        self.assertLessEqual(data["confidence_interval"]["lower"], data["predicted_revenue"])
        # A straight line goes on as one.
        self.assertAlmostEqual(data["monthly_breakdown"][0]["predicted"], 1250, delta=15)
        self.assertEqual(len(self.ask("GET", "/aems/api/v1/sales/forecast?horizon=1y")["monthly_breakdown"]), 12)
        wrong = self.ask("GET", "/aems/api/v1/sales/forecast?horizon=2y", status=400)
        self.assertEqual(wrong["error_code"], "INVALID_PERIOD")
        denied = self.ask("GET", "/aems/api/v1/sales/forecast", token=self.daemon.token("viewer"), status=403)
        self.assertEqual(denied["error_code"], "SALES_ACCESS_DENIED")

    def test_a_prediction_says_what_makes_it(self):
        data = self.ask("POST", "/api/modules/predictive-analytics/ask",
                        {"question": "What will my sales be next month?"})["data"]
        self.assertLessEqual(data["prediction"]["range"]["lower"], data["prediction"]["value"])
        self.assertTrue(0 <= data["prediction"]["confidence"] <= 1)
        self.assertTrue(data["factors"])
        for factor in data["factors"]:
            self.assertIn(factor["impact"], ["positive", "negative"])
        self.assertAlmostEqual(sum(factor["contribution"] for factor in data["factors"]), 1, delta=0.02)
        past = self.ask("POST", "/api/modules/predictive-analytics/ask", {"question": "What was my revenue last month?"})
        self.assertEqual((past["data"]["prediction"], past["data"]["factors"]), (None, []))

    def test_lists_are_filtered(self):
        for path, ids in [
            ("opportunities?status=OPEN", ["open"]), ("opportunities?stage=proposal", ["open"]),
            ("opportunities?assigned_to=ANN&status=open", ["open"]), ("customers?segment=vip", ["cus_1"]),
            ("materials?low_stock_only=true", ["MAT-2"]), ("quotations?customer_id=cus_1", ["open"]),
            ("quotations?customer_id=cus_2", []), ("quotations?date_from=2024-01-01", []),
            ("quotations?date_to=2023-12-01", ["open"]), ("customers?search=BOL&search_fields=name", ["cus_2"]),
            ("customers?search=BOL&search_fields=id", []), ("knowledge-base/articles?search=nothing+like+it", []), ("customers?sort=id&order=DESC", ["cus_2", "cus_1"]),
        ]:
            self.assertEqual([item["id"] for item in self.ask("GET", f"/cnc/v1/{path}")["data"]], ids, path)
        for path in ["opportunities?status=any", "customers?status=x", "customers?search_fields=city",
                     "customers?fields=,", "customers?limit=101", "customers?limit=0", "customers?page=0",
                     "customers?sort=name&order=asc,desc", "customers?sort=name,name", "customers?page=1&cursor="]:
            self.assertEqual(self.ask("GET", f"/cnc/v1/{path}", status=400)["error"]["code"], "INVALID_VALUE", path)

    def test_cursors_hold_while_a_list_changes(self):
        def article(number):
            made = self.ask("POST", "/cnc/v1/knowledge-base/articles",
                            {"title": f"Topic {number}", "content": "words", "category": "cursors"}, status=201)
            return made["data"]["id"]

        ids = {number: article(number) for number in (10, 20, 30, 40)}
        base = "/cnc/v1/knowledge-base/articles?category=CURSORS&limit=2"
        first = self.ask("GET", base + "&cursor=")
        self.assertNotIn("page", first["meta"]["pagination"])
        self.assertEqual([item["title"] for item in first["data"]], ["Topic 10", "Topic 20"])
        cursor = first["meta"]["pagination"]["next_cursor"]
        # One comes before the place, one goes that was the place itself: what follows is told once and whole.
        article(15)
        self.ask("DELETE", f"/cnc/v1/knowledge-base/articles/{ids[20]}")
        rest = self.ask("GET", f"{base}&cursor={cursor}")
        self.assertEqual([item["title"] for item in rest["data"]], ["Topic 30", "Topic 40"])
        self.assertIsNone(rest["meta"]["pagination"]["next_cursor"])
        other = self.daemon.token("admin", tenant="ten_other")
        # Of another list, another question, another tenant, or of no list at all.
        forged = base64.urlsafe_b64encode(json.dumps(["x" * 16, 1, 2]).encode()).decode().rstrip("=")
        for path, token in [
            (f"/cnc/v1/customers?cursor={cursor}", None), (f"{base}&sort=category&cursor={cursor}", None),
            (f"{base}&cursor={cursor}", other), (f"{base}&cursor=garbage", None),
            (f"{base}&cursor={forged}", None), (f"{base}&cursor={'A' * 5000}", None), (f"{base}&page=1&cursor={cursor}", None),
        ]:
            reply = self.ask("GET", path, token=token, status=400)
            self.assertEqual(reply["error"]["details"]["fields"][0]["field"], "cursor", path)

    def test_conversations_are_gone_through_by_cursor(self):
        made = [self.ask("POST", "/cnc/v1/conversations", {"channel": "phone"}, status=201)["data"]["id"] for _ in range(5)]
        seen, cursor = [], ""
        while cursor is not None:
            reply = self.ask("GET", f"/cnc/v1/conversations?channel=PHONE&sort=created_at&limit=2&fields=id&cursor={cursor}")
            seen += [item["id"] for item in reply["data"]]
            cursor = reply["meta"]["pagination"]["next_cursor"]
        self.assertEqual(seen, made)
        self.ask("GET", "/cnc/v1/conversations?sort=subject", status=400)


if __name__ == "__main__":
    unittest.main()
