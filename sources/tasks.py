"""What the workers do: drain the ledger. A message only wakes a worker; the rows say what is due."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final, TypedDict

from celery import shared_task
from celery.contrib.django.task import DjangoTask
from django.conf import settings
from django.db import transaction

from sources import clinicaltrials, crossref, isrctn, pubmed
from sources.actions import batches, budget, fetching, places
from sources.actions.clock import database_now
from sources.http import Client, Reply
from sources.models import FetchRequest, Service

#: A drain hands over to a fresh message early enough for two last slow requests (for records, and for
#: what they left out) to end within the task's time limit.
SECONDS_A_DRAIN: Final = 20.0
DEADLINE: Final = 45.0


class Manners(TypedDict):
    """How a client of a service waits, whom it tells of replies, and when it stops."""

    wait: Callable[[float], None]
    heard: Callable[[Reply], None]
    deadline: float


@shared_task(base=DjangoTask)
def drain_publications() -> int:
    """Fetch PubMed records until nothing is due; return how many requests were worked on."""
    client = pubmed.PubMed(
        base_url=settings.EUTILS_URL,
        tool=settings.NCBI_TOOL,
        email=settings.NCBI_EMAIL,
        api_key=settings.NCBI_API_KEY,
        **_manners(Service.PUBMED),
    )
    return _serve(Service.PUBMED, client, batches.fetch_publications)


@shared_task(base=DjangoTask)
def drain_trials() -> int:
    """Fetch registered trials until nothing is due; return how many requests were worked on."""
    client = clinicaltrials.ClinicalTrials(
        base_url=settings.CLINICALTRIALS_URL,
        user_agent=settings.NCBI_TOOL,
        **_manners(Service.CLINICALTRIALS),
    )
    return _serve(Service.CLINICALTRIALS, client, batches.fetch_trial)


@shared_task(base=DjangoTask)
def drain_isrctn() -> int:
    """Fetch trials of the ISRCTN registry until nothing is due; return how many were worked on."""
    client = isrctn.ISRCTN(
        base_url=settings.ISRCTN_URL,
        user_agent=settings.NCBI_TOOL,
        **_manners(Service.ISRCTN),
    )
    return _serve(Service.ISRCTN, client, partial(batches.fetch_trial, service=Service.ISRCTN))


@shared_task(base=DjangoTask)
def drain_works() -> int:
    """Ask Crossref until nothing is due; return how many requests were worked on."""
    client = crossref.Crossref(
        base_url=settings.CROSSREF_URL,
        user_agent=settings.NCBI_TOOL,
        mailto=settings.CROSSREF_MAILTO,
        **_manners(Service.CROSSREF),
    )
    return _serve(Service.CROSSREF, client, batches.fetch_work)


@shared_task(base=DjangoTask)
def wake_fetchers() -> int:
    """Put back what dead workers held and wake a worker for each service with due requests."""
    now = database_now()
    fetching.requeue_abandoned(now=now)
    due = set(FetchRequest.objects.due(now).order_by().values_list("service", flat=True).distinct())
    for service in due & DRAINS.keys():
        DRAINS[service].delay()
    return len(due)


def wake(service: str) -> None:
    """Wake a worker once the present transaction has committed.

    A broker out of reach is logged and harms nobody: the rows stay due, and beat wakes workers too.
    """
    transaction.on_commit(DRAINS[service].delay, robust=True)


def _manners(service: Service) -> Manners:
    return {
        "wait": budget.turn_taker(service),
        "heard": budget.listener(service),
        "deadline": DEADLINE,
    }


def _serve(service: Service, client: Client, step: Callable[..., int]) -> int:
    """Drain with this client, close it, and hand over if something is left; return what was done."""
    with client:
        done, finished = _drain(service, lambda: step(client=client, clock=database_now))
    if not finished:
        DRAINS[service].delay()
    return done


def _drain(service: Service, step: Callable[[], int]) -> tuple[int, bool]:
    """Repeat the step until it has nothing to do or time is up: (requests, whether nothing is left).

    If all places are taken, others do the work, and look again once they have given theirs up: a
    request that came in between, whose message was taken for one too many, does not wait for beat.
    """
    with places.place(service) as is_ours:
        if not is_ours:
            return 0, True
        done, finished = _repeat(step)
    return done, finished and not _is_due(service)


def _repeat(step: Callable[[], int]) -> tuple[int, bool]:
    done = 0
    end = time.monotonic() + SECONDS_A_DRAIN
    while time.monotonic() < end:
        worked_on = step()
        if not worked_on:
            return done, True
        done += worked_on
    return done, False


def _is_due(service: Service) -> bool:
    due = FetchRequest.objects.due(database_now()).filter(service=service)
    return due.exists() and not budget.is_paused(service)


DRAINS: Final[dict[str, DjangoTask]] = {
    Service.PUBMED.value: drain_publications,
    Service.CLINICALTRIALS.value: drain_trials,
    Service.ISRCTN.value: drain_isrctn,
    Service.CROSSREF.value: drain_works,
}
