"""One request budget for everybody on this database."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sources.actions import budget
from sources.models import RateBudget, Service


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
