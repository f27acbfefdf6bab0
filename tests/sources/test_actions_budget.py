"""One request budget for everybody on this database."""

import contextlib
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sources.actions import budget
from sources.http import Pace
from sources.models import RateBudget, Service
from tests.factories import NOW, UserFactory
from tests.faults.workers import wait_until


@pytest.fixture(autouse=True)
def _rate(settings):
    settings.EUTILS_REQUESTS_PER_SECOND = 20


def turns(count):
    """Take turns and return when each came, in seconds."""
    wait, came = budget.turn_taker(Service.PUBMED), []
    for _ in range(count):
        wait(60)
        came.append(time.monotonic())
    return came


def worst_window(times, seconds=1.0):
    times = sorted(times)
    return max(sum(start <= t < start + seconds for t in times) for start in times)


@pytest.mark.django_db(transaction=True)
def test_turns_of_many_workers_stay_within_the_limit_in_every_second():
    came = []

    def work():
        came.extend(turns(15))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(came) == 60
    assert worst_window(came) <= 20


@pytest.mark.django_db
def test_a_turn_too_far_off_is_refused_and_not_reserved():
    budget.take_turn(Service.PUBMED, within=60)
    reserved = RateBudget.objects.get().next_at

    with pytest.raises(TimeoutError):
        budget.take_turn(Service.PUBMED, within=-1)

    assert RateBudget.objects.get().next_at == reserved


@pytest.mark.django_db
def test_the_rate_can_be_changed_while_running():
    budget.take_turn(Service.PUBMED, within=60)
    RateBudget.objects.update(per_second=0.5)
    budget.take_turn(Service.PUBMED, within=60)

    seconds = budget.take_turn(Service.PUBMED, within=60)

    assert 2.0 < seconds <= 2.3


@pytest.mark.django_db
def test_each_service_gets_a_row_before_its_first_request():
    budget.set_rate(Service.PUBMED, per_second=2, by=UserFactory(), now=NOW)

    for _ in range(2):
        budget.complete_budgets(now=NOW)

    assert dict(RateBudget.objects.values_list("service", "per_second")) == {
        "clinicaltrials": None,
        "crossref": None,
        "isrctn": None,
        "pubmed": 2,
    }
    assert budget.take_turn(Service.CROSSREF, within=0.5) == 0


@pytest.mark.django_db
def test_services_have_budgets_of_their_own():
    budget.take_turn(Service.CLINICALTRIALS, within=0.5)

    with pytest.raises(TimeoutError):
        budget.take_turn(Service.CLINICALTRIALS, within=0.5)

    assert budget.take_turn(Service.PUBMED, within=0.5) == 0


@pytest.mark.django_db
def test_a_pause_lets_nothing_leave_until_it_is_lifted():
    until = timezone.now() + timedelta(hours=1)
    budget.pause(Service.PUBMED, until=until, reason="NCBI blocked this address")

    assert budget.is_paused(Service.PUBMED)
    with pytest.raises(budget.Paused, match="NCBI blocked this address"):
        budget.take_turn(Service.PUBMED, within=60)

    budget.resume(Service.PUBMED)
    assert not budget.is_paused(Service.PUBMED)
    assert budget.take_turn(Service.PUBMED, within=7200) >= 0


def slowest(service=Service.PUBMED):
    """Return the seconds between the next turn and the one after it."""
    first = budget.take_turn(service, within=60)
    return round(budget.take_turn(service, within=60) - first, 2)


@pytest.mark.django_db
def test_lower_limit_of_the_service_holds_and_a_higher_one_does_not():
    before = slowest()

    budget.heed(Service.PUBMED, Pace(per_second=2))
    lowered = slowest()
    budget.heed(Service.PUBMED, Pace(per_second=50))
    recovered = slowest()

    assert (before, lowered, recovered) == pytest.approx((0.055, 0.55, 0.055), abs=0.02)
    assert budget.in_effect(Service.PUBMED) == 20


@pytest.mark.django_db
def test_limit_that_is_used_up_is_halved_until_the_service_has_some_left():
    budget.take_turn(Service.PUBMED, within=60)

    budget.heed(Service.PUBMED, Pace(per_second=10, is_used_up=True))
    used_up = budget.in_effect(Service.PUBMED)
    budget.heed(Service.PUBMED, Pace(per_second=10))

    assert (used_up, budget.in_effect(Service.PUBMED)) == (5, 10)


@pytest.mark.django_db
def test_rest_that_the_service_wants_is_kept_by_everybody():
    budget.take_turn(Service.PUBMED, within=60)

    budget.heed(Service.PUBMED, Pace(rest=7))

    assert 6.5 < budget.take_turn(Service.PUBMED, within=60) <= 7
    with pytest.raises(TimeoutError):
        budget.take_turn(Service.PUBMED, within=5)


@pytest.mark.django_db
def test_what_the_service_said_long_ago_is_forgotten():
    budget.take_turn(Service.PUBMED, within=60)
    budget.heed(Service.PUBMED, Pace(per_second=2))

    RateBudget.objects.update(told_at=timezone.now() - timedelta(minutes=11))

    assert budget.in_effect(Service.PUBMED) == 20


@pytest.mark.django_db
def test_answer_like_the_last_one_writes_nothing(django_assert_num_queries):
    budget.take_turn(Service.PUBMED, within=60)
    budget.heed(Service.PUBMED, Pace(per_second=2))
    told_at = RateBudget.objects.get().told_at

    budget.heed(Service.PUBMED, Pace(per_second=2))
    budget.heed(Service.PUBMED, Pace())

    assert RateBudget.objects.get().told_at == told_at


@pytest.mark.django_db
def test_rate_of_the_admin_is_in_effect_unless_the_service_allows_less():
    budget.take_turn(Service.CROSSREF, within=60)
    RateBudget.objects.update(per_second=4)

    ours = budget.in_effect(Service.CROSSREF)
    budget.heed(Service.CROSSREF, Pace(per_second=3))

    assert (ours, budget.in_effect(Service.CROSSREF)) == (4, 3)
    assert budget.in_effect(Service.CLINICALTRIALS) == 1
    budget.pause(Service.CROSSREF, until=timezone.now() + timedelta(hours=1), reason="blocked")
    assert budget.in_effect(Service.CROSSREF) == 0


TAKE_TURNS = """
import sys, time, django
django.setup()
from sources.actions import budget
from sources.models import Service
wait = budget.turn_taker(Service.CROSSREF)
while True:
    wait(60)
    print(time.monotonic(), flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_rate_changed_in_the_admin_holds_for_two_processes_from_the_next_turn(
    process_environment, tmp_path
):
    budget.take_turn(Service.CROSSREF, within=60)
    RateBudget.objects.update(per_second=20)
    environment = {**process_environment, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    logs = [tmp_path / "one", tmp_path / "two"]

    def came(*files, since=0.0):
        lines = [line for file in files for line in file.read_text().splitlines(keepends=True)]
        return sorted(t for line in lines if line.endswith("\n") and (t := float(line)) > since)

    with contextlib.ExitStack() as stack:
        for log in logs:
            out = stack.enter_context(log.open("w"))
            process = subprocess.Popen(
                [sys.executable, "-c", TAKE_TURNS], env=environment, stdout=out
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
        wait_until(lambda: all(len(came(log)) > 10 for log in logs), what="both taking turns")
        RateBudget.objects.update(per_second=2)
        changed = time.monotonic()
        wait_until(lambda: len(came(*logs, since=changed + 0.2)) >= 5, what="slow turns")

    every = came(*logs)
    fast, slow = [t for t in every if t < changed], [t for t in every if t > changed + 0.2]
    assert worst_window(fast) > 8
    assert worst_window(every) <= 20
    assert worst_window(slow) <= 2


@pytest.mark.django_db
@pytest.mark.parametrize(("late", "taken"), [([0], 1), ([0.2, 0], 2), ([0.2] * 9, 4)])
def test_turn_that_comes_late_is_given_up_for_another_but_not_for_ever(monkeypatch, late, taken):
    slept, sleep = [], time.sleep

    def oversleep(seconds):
        slept.append(seconds)
        sleep(seconds + late[len(slept) - 1])

    monkeypatch.setattr(budget.time, "sleep", oversleep)

    budget.turn_taker(Service.PUBMED)(60)

    assert len(slept) == taken
