#!/usr/bin/env python3
"""The chat page in a real browser (headless Chromium).

Without BASE_URL it runs against fake_api.py, which serves the page out of the sources and scripts its answers. With
BASE_URL=http://127.0.0.1:PORT it runs against a demonstration (`agentd serve --demo`); tests that need a scripted answer
are skipped there. Every test also fails on a violation of the content security policy, an error on the console, or an
exception in a script, unless it says which errors it provokes. SHOTS=DIR keeps a picture of each test's end.
"""
import os
import pathlib
import re
import shutil
import unittest

from playwright.sync_api import expect, sync_playwright

import fake_api

BASE_URL = os.environ.get("BASE_URL", "").rstrip("/")
SHOTS = os.environ.get("SHOTS")
ACCOUNT = os.environ.get("ACCOUNT", "finance_analyst@aether.demo")
QUESTION = os.environ.get("QUESTION", "What's driving the OPEX variance this month?")
CHART_QUESTION = os.environ.get("CHART_QUESTION", "Show revenue by month for the last 6 months as a line chart")
LONG = "long answer please" if not BASE_URL else QUESTION
WORDS = [f"w{at:04d}" for at in range(1, 161)]
WAIT_MS = 20_000
WATCH = "addEventListener('securitypolicyviolation', (e) => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`));"

scripted = unittest.skipIf(BASE_URL, "needs an answer that only fake_api.py scripts")


def setUpModule():
    global playwright, browser, base
    base = BASE_URL or fake_api.serve()[1]
    playwright = sync_playwright().start()
    expect.set_options(timeout=WAIT_MS)
    browser = playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser"),
        args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])


def tearDownModule():
    browser.close()
    playwright.stop()


class PageTest(unittest.TestCase):
    size = (1280, 860)
    role = None

    def setUp(self):
        self.errors = []
        self.provoked = None
        self.context = browser.new_context(viewport={"width": self.size[0], "height": self.size[1]}, reduced_motion="reduce")
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.context.add_init_script(WATCH)
        self.page = self.tab()

    def tearDown(self):
        if SHOTS:
            pathlib.Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{SHOTS}/{self.id().split('.')[-1]}.png")
        unexpected = [error for error in self.errors if not (self.provoked and re.search(self.provoked, error))]
        self.context.close()
        self.assertEqual(unexpected, [])

    def tab(self, path="/"):
        page = self.context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("console", lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(base + path)
        return page

    def log_in(self, email=ACCOUNT):
        self.page.fill("#email", email)
        self.page.fill("#password", f"demo-{email.split('@')[0]}")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#app")).to_be_visible()

    def ask(self, question, page=None):
        page = page or self.page
        before = page.locator(".answer").count()
        page.fill("#question", question)
        page.keyboard.press("Enter")
        return page.locator(".answer").nth(before)

    def finished(self, answer, status="completed"):
        expect(answer).to_have_attribute("data-status", status)
        return answer.locator(".answer-body").inner_text()

    def text(self, answer):
        """The answer's text without the numbers of its sources, which only the tab that streamed it knows the places of."""
        return answer.locator(".answer-body").evaluate("""(node) => {
            const copy = node.cloneNode(true);
            copy.querySelectorAll('.chip').forEach((chip) => chip.remove());
            return copy.textContent.replace(/\\s+/g, ' ');
        }""")

    def grown(self, answer, text):
        expect(answer.locator(".answer-body")).to_contain_text(text)


class LogInTests(PageTest):
    def test_wrong_password_is_told_plainly(self):
        self.provoked = "401"
        self.page.fill("#email", ACCOUNT)
        self.page.fill("#password", "wrong")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".form-error")).not_to_be_empty()
        expect(self.page.locator("#app")).to_be_hidden()

    def test_demo_account_logs_in_with_one_click_and_stays_over_a_reload(self):
        self.page.locator(".demo-account", has_text="Finance analyst").first.click()
        expect(self.page.locator("#app")).to_be_visible()
        self.page.reload()
        expect(self.page.locator("#question")).to_be_enabled()

    def test_log_out_ends_the_session_in_every_tab(self):
        self.log_in()
        second = self.tab()
        expect(second.locator("#app")).to_be_visible()
        self.page.get_by_role("button", name="Log out").click()
        expect(self.page.locator("#email")).to_be_visible()
        expect(second.locator("#email")).to_be_visible()
        self.page.reload()
        expect(self.page.locator("#email")).to_be_visible()

    def test_a_role_without_chat_reads_only(self):
        self.log_in("viewer@aether.demo")
        expect(self.page.locator("#question")).to_be_disabled()
        expect(self.page.locator(".composer-note")).to_contain_text("may read here")


class AnswerTests(PageTest):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_a_question_is_answered_with_activity_sources_and_what_to_ask_next(self):
        answer = self.ask(QUESTION)
        text = self.finished(answer)
        self.assertRegex(text, r"\d")
        expect(self.page.locator(".question .bubble").last).to_have_text(QUESTION)
        expect(answer.locator(".activity summary")).to_contain_text(" s")
        self.assertGreater(answer.locator(".source-button").count(), 0)
        expect(self.page.locator(".list-row.current")).to_contain_text(QUESTION[:12])
        self.assertRegex(self.page.url, r"#.+")
        self.assertNotIn("**", text)

    def test_suggestions_of_the_empty_page_can_be_asked_as_they_stand(self):
        card = self.page.locator(".suggestion-card").first
        text = card.locator("span").last.inner_text()
        card.click()
        expect(self.page.locator(".question .bubble")).to_have_text(text)
        expect(self.page.locator(".answer")).to_have_attribute("aria-busy", "false")

    def test_a_suggested_action_asks_its_question(self):
        first = self.ask(QUESTION)
        self.finished(first)
        button = first.locator(".suggestion").first
        text = button.get_attribute("title")
        button.click()
        expect(self.page.locator(".question .bubble").last).to_have_text(text)
        expect(self.page.locator(".answer").last).to_have_attribute("aria-busy", "false")
        expect(first.locator(".suggestion")).to_have_count(0)

    def test_shift_enter_breaks_the_line_and_enter_sends(self):
        self.page.fill("#question", "")
        self.page.focus("#question")
        self.page.keyboard.type("one")
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.type("two")
        self.assertEqual(self.page.input_value("#question"), "one\ntwo")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".question .bubble")).to_have_text("one\ntwo")
        expect(self.page.locator(".answer")).to_have_attribute("aria-busy", "false")

    def test_the_answer_is_announced_to_screen_readers(self):
        self.finished(self.ask(QUESTION))
        expect(self.page.locator("#announcer")).not_to_be_empty()

    def test_history_shows_what_was_streamed(self):
        answer = self.ask(QUESTION)
        self.finished(answer)
        streamed, chips = self.text(answer), answer.locator(".answer-body .chip").count()
        self.page.reload()
        again = self.page.locator(".answer")
        self.finished(again)
        self.assertEqual(self.text(again), streamed)
        self.assertEqual(again.locator(".answer-body .chip").count(), chips)

    @scripted
    def test_the_stop_button_and_escape_stop_an_answer(self):
        for stop in (lambda: self.page.get_by_role("button", name="Stop the answer").click(), lambda: self.page.keyboard.press("Escape")):
            answer = self.ask(LONG)
            self.grown(answer, "w0005")
            stop()
            text = self.finished(answer, "cancelled")
            self.assertNotIn(WORDS[-1], text)
            expect(answer.locator(".note.ended")).to_contain_text("Stopped")
            self.assertIn(answer.get_attribute("data-message"), fake_api.cancelled_calls)
            expect(self.page.get_by_role("button", name="Stop the answer")).to_be_hidden()

    @scripted
    def test_questions_asked_while_an_answer_runs_wait_their_turn(self):
        first = self.ask(LONG)
        self.grown(first, "w0003")
        second = self.ask("unverified second")
        expect(second.locator(".activity-line")).to_contain_text("Waiting for its turn")
        self.assertEqual(self.finished(first).split(), WORDS)
        self.assertIn("Revenue was", self.finished(second))

    @scripted
    def test_figures_that_are_not_verified_carry_a_badge(self):
        answer = self.ask("unverified")
        self.finished(answer)
        expect(answer.locator(".badge.unverified")).to_have_text("unverified")
        expect(answer.locator(".answer-body")).not_to_contain_text("[unverified]")

    @scripted
    def test_reduced_service_failure_and_approval_are_told(self):
        answer = self.ask("degraded")
        self.finished(answer)
        expect(answer.locator(".note.degraded")).to_be_visible()
        answer = self.ask("fail")
        self.finished(answer, "failed")
        expect(answer.locator(".note.failed")).to_contain_text("did not answer in time")
        expect(answer.get_by_role("button", name="Ask again")).to_be_visible()
        answer = self.ask("approval")
        self.finished(answer, "awaiting_approval")
        expect(answer.locator(".note.approval")).to_contain_text("billing@vendor.example")

    @scripted
    def test_a_refused_question_is_kept_and_can_be_sent_again(self):
        self.provoked = "429"
        self.page.fill("#question", f"limit {id(self)}")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".question .note.failed")).to_contain_text("Please wait 3 seconds")
        self.page.get_by_role("button", name="Try again").click()
        self.finished(self.page.locator(".answer"))
        expect(self.page.locator(".question")).to_have_count(1)

    @scripted
    def test_a_question_asked_while_the_list_is_on_its_way_is_asked_once(self):
        sent, held = [], []
        self.context.route("**/ai/conversations?page=*", lambda route: held.append(route))
        self.page.on("request", lambda request: sent.append(request) if request.url.endswith("/messages") else None)
        self.page.reload()
        expect(self.page.locator("#app")).to_be_visible()
        self.finished(self.ask(QUESTION))
        for route in held:
            route.continue_()
        expect(self.page.locator(".list-row.current")).to_contain_text(QUESTION[:20])
        expect(self.page.locator(".question")).to_have_count(1)
        self.assertEqual([request.method for request in sent].count("POST"), 1)

    def test_copy_gives_the_answer_as_it_was_sent(self):
        answer = self.ask(QUESTION)
        self.finished(answer)
        answer.get_by_role("button", name="Copy").click()
        expect(answer.get_by_role("button", name="Copied")).to_be_visible()
        self.assertGreater(len(self.page.evaluate("navigator.clipboard.readText()")), 20)


class ResumeTests(PageTest):
    def setUp(self):
        super().setUp()
        self.log_in()

    def words(self, answer):
        self.finished(answer)
        return self.text(answer).split()

    def test_a_reload_in_mid_answer_loses_and_doubles_nothing(self):
        answer = self.ask(LONG)
        expect(answer).to_have_attribute("data-message", re.compile(".+"))
        if not BASE_URL:
            self.grown(answer, "w0012")
        self.page.reload()
        again = self.page.locator(".answer")
        expect(again).to_have_count(1)
        expect(self.page.locator(".question")).to_have_count(1)
        found = self.words(again)
        if not BASE_URL:
            self.assertEqual(found, WORDS)
        self.page.reload()
        self.assertEqual(self.words(self.page.locator(".answer")), found)

    @scripted
    def test_reloads_one_after_the_other(self):
        self.grown(self.ask(LONG), "w0004")
        for word in ("w0020", "w0040", "w0060"):
            self.page.reload()
            self.grown(self.page.locator(".answer"), word)
        self.assertEqual(self.words(self.page.locator(".answer")), WORDS)

    @scripted
    def test_a_cut_connection_is_taken_up_where_it_broke(self):
        self.provoked = "ERR_"
        self.assertEqual(self.words(self.ask("long cut")), WORDS)

    @scripted
    def test_a_reload_before_the_answer_began_sends_the_question_once(self):
        self.finished(self.ask("unverified first"))
        self.page.fill("#question", "unverified late")
        self.page.keyboard.press("Enter")
        self.page.wait_for_timeout(400)
        self.page.reload()
        self.finished(self.page.locator(".answer").nth(1))
        self.page.wait_for_timeout(2500)
        expect(self.page.locator(".answer")).to_have_count(2)
        expect(self.page.locator(".question")).to_have_count(2)

    def test_a_session_that_ends_asks_for_the_log_in_and_then_goes_on(self):
        self.provoked = "401"
        self.finished(self.ask(QUESTION))
        self.context.clear_cookies()
        self.page.fill("#question", QUESTION)
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".form-error")).to_contain_text("session has ended")
        self.log_in()
        self.finished(self.page.locator(".answer").nth(1))
        expect(self.page.locator(".question")).to_have_count(2)

    def test_a_second_tab_shows_the_same_answer_while_it_grows(self):
        answer = self.ask(LONG)
        expect(answer).to_have_attribute("data-message", re.compile(".+"))
        second = self.tab("/" + self.page.url[len(base) + 1:])
        if not BASE_URL:
            self.grown(second.locator(".answer"), "w0010")
            expect(second.locator(".answer")).to_have_attribute("data-status", "running")
        self.assertEqual(self.words(answer), self.words(second.locator(".answer")))

    def test_a_tab_that_is_open_already_follows_what_another_asks(self):
        self.finished(self.ask(QUESTION))
        second = self.tab("/" + self.page.url[len(base) + 1:])
        expect(second.locator(".answer")).to_have_count(1)
        answer = self.ask(LONG)
        expect(second.locator(".answer")).to_have_count(2)
        self.assertEqual(self.words(second.locator(".answer").nth(1)), self.words(answer))


class SourceAndChartTests(PageTest):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_a_citation_opens_the_panel_and_escape_closes_it(self):
        answer = self.ask(QUESTION)
        self.finished(answer)
        button = answer.locator(".source-button").first
        button.click()
        panel = self.page.locator("#panel")
        expect(panel).to_be_visible()
        expect(panel.locator(".source-card.chosen")).to_have_count(1)
        expect(panel.locator(".source-card.chosen")).to_be_focused()
        self.page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(button).to_be_focused()

    @scripted
    def test_the_panel_tells_accounts_period_query_rows_and_passages(self):
        answer = self.ask(QUESTION)
        self.finished(answer)
        chips = answer.locator(".answer-body .chip")
        self.assertEqual(chips.all_inner_texts(), ["1", "2", "3", "4", "5"])
        chips.first.click()
        card = self.page.locator(".source-card.chosen")
        for text in ("Ledger", "6200-100 Cloud Infrastructure", "January 2026", "42 rows", "variance_drivers"):
            expect(card).to_contain_text(text)
        chips.last.click()
        for text in ("Explaining budget variances", "Controlling › Monthly close › Variances", "within five working days"):
            expect(card).to_contain_text(text)

    def test_a_chart_has_a_drawing_and_a_table_of_its_figures(self):
        answer = self.ask("waterfall" if not BASE_URL else CHART_QUESTION)
        self.finished(answer)
        chart = answer.locator(".chart").first
        expect(chart.locator("svg.plot")).to_be_visible()
        expect(chart.locator(".chart-stage")).to_have_attribute("aria-label", re.compile("chart"))
        chart.get_by_role("button", name="Table").click()
        expect(chart.locator("svg.plot")).to_be_hidden()
        self.assertGreater(chart.locator("tbody tr").count(), 1)
        if not BASE_URL:
            expect(chart.locator("tbody tr").nth(1)).to_contain_text("+$79,000")
        chart.get_by_role("button", name="Chart").click()
        expect(chart.locator("svg.plot")).to_be_visible()

    @scripted
    def test_every_kind_of_chart_is_drawn(self):
        for question, marks in (("waterfall", "rect"), ("line", "path.line"), ("bar", "rect"), ("pie", "rect")):
            answer = self.ask(question)
            self.finished(answer)
            self.assertGreater(answer.locator(f"svg.plot {marks}").count(), 1, question)

    @scripted
    def test_markup_in_data_is_shown_as_text_and_never_run(self):
        answer = self.ask(f"hostile {fake_api.HOSTILE}")
        text = self.finished(answer)
        self.assertIn("<script>window.pwned=1</script>", text)
        answer.locator(".activity summary").click()
        answer.locator(".source-button").first.click()
        expect(self.page.locator("#panel")).to_contain_text("<img src=x onerror")
        self.page.keyboard.press("Escape")
        answer.get_by_role("button", name="Table").click()
        answer.locator(".suggestion").first.click()
        expect(self.page.locator(".answer").last).to_have_attribute("aria-busy", "false")
        self.page.reload()
        self.finished(self.page.locator(".answer").first)
        self.assertIsNone(self.page.evaluate("window.pwned ?? null"))
        self.assertEqual(self.page.locator("#app img, #app script, #app iframe, .answer-body b").count(), 0)
        links = self.page.locator(".answer-body a").evaluate_all("(nodes) => nodes.map((n) => n.getAttribute('href'))")
        self.assertEqual(set(links), {"/page/icon.svg"})
        expect(self.page.locator(".answer-body").first).to_contain_text("click (javascript:window.pwned=1)")


class ConversationTests(PageTest):
    def setUp(self):
        super().setUp()
        self.log_in()

    def test_rename_and_delete(self):
        self.finished(self.ask(QUESTION))
        row = self.page.locator(".list-row.current")
        row.hover()
        row.get_by_role("button", name="Rename").click()
        title = "<b>Budget</b> talk"
        self.page.fill(".rename-box", title)
        self.page.keyboard.press("Enter")
        expect(row).to_contain_text(title)
        expect(self.page.locator("#title")).to_have_text(title)
        self.page.reload()
        expect(row).to_contain_text(title)
        row.hover()
        row.get_by_role("button", name="Delete").click()
        self.page.locator("dialog").get_by_role("button", name="Delete").click()
        expect(self.page.locator(".list-link", has_text=title)).to_have_count(0)
        expect(self.page.locator(".welcome")).to_be_visible()

    def test_the_address_names_the_conversation_and_back_returns(self):
        self.finished(self.ask(QUESTION))
        address = self.page.url
        self.page.get_by_role("button", name="New conversation").click()
        expect(self.page.locator(".welcome")).to_be_visible()
        self.assertNotEqual(self.page.url, address)
        self.page.go_back()
        expect(self.page.locator(".question .bubble")).to_have_text(QUESTION)
        self.assertEqual(self.page.url, address)

    def test_a_conversation_that_is_not_there_is_told(self):
        self.provoked = "404"
        self.page.goto(f"{base}/#conv_none")
        self.page.reload()
        expect(self.page.locator(".note.failed")).to_contain_text("not here")


class NarrowTests(PageTest):
    size = (360, 740)

    def test_nothing_overflows_and_the_drawer_opens(self):
        self.log_in()
        self.finished(self.ask("waterfall" if not BASE_URL else QUESTION))
        overflow = "document.documentElement.scrollWidth > innerWidth || document.getElementById('scroll').scrollWidth > document.getElementById('scroll').clientWidth"
        self.assertFalse(self.page.evaluate(overflow))
        expect(self.page.locator("#sidebar")).to_be_hidden()
        self.page.locator("#menu").click()
        expect(self.page.locator("#sidebar")).to_be_visible()
        self.page.keyboard.press("Escape")
        expect(self.page.locator("#sidebar")).to_be_hidden()
        self.page.locator(".source-button").first.click()
        expect(self.page.locator("#panel")).to_be_in_viewport()


if __name__ == "__main__":
    unittest.main(verbosity=2)
