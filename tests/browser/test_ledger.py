"""A batch of fetches watched live, while a real worker fetches from the stand-in."""

from threading import Event

import pytest
from django.utils import timezone

from sources import tasks
from sources.actions.fetching import open_batch, request_fetch
from sources.models import Service
from tests.browser.test_admin import Desk
from tests.desk import person, url_of
from tests.faults.workers import Worker
from tests.standins.servers import StandinProcess

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]

TRIALS = ["NCT00000620", "NCT00145925", "NCT00032487"]


@pytest.fixture
def batch(process_environment):
    now = timezone.now()
    batch = open_batch("watched in a browser", by=None, now=now)
    request_fetch(Service.CLINICALTRIALS, TRIALS, by=None, now=now, batch=batch)
    return batch


def test_progress_moves_without_reloading_and_stops_at_the_end(
    visitor, live_server, process_environment, tmp_path, batch
):
    desk = Desk(visitor, live_server.url, person("reviewer", "ann"))
    loaded = Event()

    def watch(page):
        page.goto(url_of(batch))
        assert "0 of 3 done" in page.inner_text("#progress")
        page.evaluate("window.stays = true")
        loaded.set()
        page.wait_for_selector("[data-finished=true]", timeout=60_000)
        return page.evaluate("window.stays"), page.inner_text("#progress-said")

    with (
        StandinProcess(rate=3, trial_rate=1) as standin,
        Worker(standin, tmp_path / "worker.log", process_environment),
    ):
        watching = visitor.thread.submit(desk._do, watch)
        assert loaded.wait(60)
        tasks.wake_fetchers.delay()
        stays, said = watching.result()

    assert stays
    assert said == "Finished: 3 of 3 done, 0 failed"
    assert desk.complaints == []


def test_progress_is_whole_without_javascript(visitor, live_server, batch):
    desk = Desk(visitor, live_server.url, person("reviewer", "ann"))

    def look(page):
        context = visitor.browser.new_context(
            base_url=live_server.url,
            java_script_enabled=False,
            viewport={"width": 768, "height": 900},
        )
        context.add_cookies([desk.cookie])
        page = context.new_page()
        page.goto(url_of(batch))
        text = page.inner_text("#progress")
        context.close()
        return text

    assert "0 of 3 done" in desk.does(look)
