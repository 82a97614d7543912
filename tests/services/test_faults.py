"""The database or the broker goes away for a while: who sees what, and what goes on by itself afterwards."""

import os
from contextlib import ExitStack

import pytest
import requests
from playwright.sync_api import expect

from tests.services.faults.line import Line
from tests.services.faults.raters import AnsweringRater
from tests.services.faults.servers import postgresql, rabbitmq, redis, until
from tests.services.faults.site import TroubledSite, database_of

pytestmark = pytest.mark.services

LONG = "EVALSITE_CHAOS" in os.environ
BROKERS = ["redis", "rabbitmq"] if LONG else ["redis"]
ANSWERS_MEANWHILE = 60
SECONDS_AWAY = 60 if LONG else 1


@pytest.mark.browser
def test_while_the_database_is_away_the_browser_keeps_answers_and_sends_them_later(tmp_path, open_page):
    with postgresql() as (_server, port), ExitStack() as stack:
        line = Line(port)
        stack.callback(line.cut)
        site = TroubledSite(tmp_path / "var", database_url=database_of(line.port, "postgres"))
        stack.callback(site.end)
        site.fill(raters=1)
        site.web.start()
        page = open_page()
        page.goto(f"{site.address}/rate/{site.links[0]}/next/")
        line.cut()
        page.keyboard.press("3")
        page.keyboard.press("5")
        expect(page.locator("#save-status")).to_contain_text("Offline")
        page.keyboard.press("Enter")
        expect(page.locator("#save-status")).to_contain_text("Offline")
        visited = requests.get(f"{site.address}/rate/{site.links[0]}/next/", timeout=20)
        assert (visited.status_code, visited.headers["Retry-After"]) == (503, "30")
        assert "Not available for a moment" in visited.text
        assert "Tạm thời không dùng được" in visited.text
        token = {"Authorization": f"Token {'0' * 40}"}
        asked = requests.get(f"{site.address}/api/v1/runs/", headers=token, timeout=20)
        assert (asked.status_code, asked.json()["code"]) == (503, "DatabaseAway")
        line.mend()
        expect(page.locator("#save-status")).to_have_text("Saved", timeout=20_000)
        stars = "SELECT stars, live FROM ratings_rating ORDER BY stars"
        assert site.rows(stars) == [(3, True), (5, True)]
        assert requests.get(f"{site.address}/api/v1/runs/", headers=token, timeout=20).status_code == 200


@pytest.mark.parametrize("kind", BROKERS)
def test_without_a_broker_ratings_go_on_and_runs_wait(kind, tmp_path, tiny_gpt2, write_corpus) -> None:
    with ExitStack() as stack:
        if kind == "redis":
            broker, address = redis(tmp_path)
            stack.callback(broker.kill)
        else:
            broker, address = stack.enter_context(rabbitmq(tmp_path))
        broker.start()
        site = TroubledSite(tmp_path / "var", broker=address)
        stack.callback(site.end)
        site.fill(raters=1)
        site.web.start()
        site.worker.start()
        listening = "SELECT worker FROM generation_workerbeat"
        until(lambda: site.rows(listening), "the worker listens")
        broker.kill()
        site.begin_run(tiny_gpt2, write_corpus(16))
        rater = AnsweringRater(site.address, site.links[0], seed=1)
        rater.start()
        rater.join(SECONDS_AWAY)
        until(lambda: len(rater.taken) >= ANSWERS_MEANWHILE, "ratings go on")
        assert (rater.sent_again, rater.unexpected) == (0, [])
        assert not site.run_is_over()
        broker.start()
        until(site.run_is_over, "the run resumes by itself", 120)
        rater.stop()
        assert site.rows("SELECT state, COUNT(*) FROM generation_chunk GROUP BY state") == [("done", 2)]
        assert site.rows("SELECT COUNT(DISTINCT example_id), COUNT(*) FROM generation_output") == [(24, 32)]
