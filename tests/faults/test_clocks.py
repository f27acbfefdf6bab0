"""Workers whose clocks are wrong, or jump: the database's clock is the ledger's."""

import re
from datetime import datetime, timedelta

import pytest

from sources import tasks
from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.models import FetchAttempt, FetchRequest, Service
from tests.faults.workers import wait_until
from tests.standins.records import all_records

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

KNOWN = sorted(all_records())[:20]
UNKNOWN = ["999999991", "999999992"]
IDS = [*KNOWN, *UNKNOWN]
LINE = re.compile(r"^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d+: ", re.MULTILINE)


@pytest.fixture
def clock(tmp_path):
    """Return a function that sets a worker's clock so many hours off; it returns its variables."""

    def set_to(name, hours):
        file = tmp_path / f"{name}.clock"
        file.write_text(str(hours))
        return {"FAULT_CLOCK": str(file)}

    return set_to


def states():
    return {state: n for state, n in FetchRequest.objects.tally()["pubmed"].items() if n}


def hours_off(worker):
    """Return how far a worker's log is from the present time, in whole hours."""
    last = datetime.fromisoformat(LINE.findall(worker.output)[-1])
    off = last.replace(tzinfo=None) - database_now().replace(tzinfo=None)
    return round(off / timedelta(hours=1))


@pytest.mark.parametrize(("first", "second"), [(1, -1), (72, 0)])
def test_workers_with_other_clocks_leave_each_other_their_leases(
    standin, worker, counted, clock, first, second
):
    standin.set_faults("eutils", {"name": "slow", "requests": [1], "seconds": 6})
    request_fetch(Service.PUBMED, IDS, by=None, now=database_now())
    FetchRequest.objects.filter(identifier__in=IDS[:6]).update(setbacks=4)

    with (
        worker(standin, "one", patient=False, variables=clock("one", first)) as one,
        worker(standin, "two", patient=False, variables=clock("two", second)) as two,
    ):
        tasks.drain_publications.delay()
        wait_until(lambda: standin.log("eutils"), what="the first request")
        # Both look for abandoned leases, and one of them believes that this one ran out long ago.
        for _ in range(6):
            tasks.wake_fetchers.delay()
        assert (hours_off(one), hours_off(two)) == (first, second)
        clock("one", second)  # the clocks jump in mid-batch
        clock("two", first)
        for _ in range(6):
            tasks.wake_fetchers.delay()
        wait_until(lambda: states() == {"succeeded": 20, "not_found": 2}, what="the end")

    assert set(FetchAttempt.objects.values_list("outcome", flat=True)) == {"ok", "not_found"}
    counted(f"clocks {first:+} h and {second:+} h, then the other way round", standin, ids=IDS)
