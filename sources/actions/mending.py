"""Mending the ledger by hand: asking again at once, and giving up with a reason.

What a worker holds is never taken from it. Whatever runs twice, or at once, does no more than once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from sources.actions.clock import at_once
from sources.actions.fetching import request_fetch
from sources.models import FetchBatchEntry, FetchRequest, Service
from sources.models.fetch import GIVEN_UP_BY, FetchRequestQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

RETRIED: Final = "retried by hand"

State = FetchRequest.State


class NotFinished(Exception):
    """The request is still under way, so there is nothing to retry or to give up."""


class NoReason(Exception):
    """Giving up needs a reason."""


@dataclass(frozen=True, slots=True)
class Retried:
    """`hastened` waited and are due now, `renewed` had ended and are followed by new requests."""

    hastened: int
    renewed: int
    left: int
    services: frozenset[Service]

    @property
    def total(self) -> int:
        return self.hastened + self.renewed


def retry_now(request: FetchRequest, *, by: User | None, now: datetime) -> FetchRequest:
    """Ask again at once: a waiting request is made due, a finished one is followed by a new one."""
    retry_all(FetchRequest.objects.filter(pk=request.pk), by=by, now=now)
    live = FetchRequest.objects.live()
    return live.get(service=request.service, identifier=request.identifier)


@transaction.atomic
def retry_all(requests: FetchRequestQuerySet, *, by: User | None, now: datetime) -> Retried:
    """Ask again at once for all of these. `left` is how many a worker holds: they are left alone.

    A request that follows a finished one takes its place in the batches.
    """
    found = _locked(requests)
    waiting = [request.pk for request in found if request.state == State.QUEUED]
    held = [request for request in found if request.state == State.RUNNING]
    ended = [request for request in found if request.state not in FetchRequest.LIVE]
    FetchRequest.objects.filter(pk__in=waiting).update(next_attempt_at=at_once(now))
    for service in sorted({request.service for request in ended}):
        _renew([request for request in ended if request.service == service], by=by, now=now)
    services = {Service(request.service) for request in found if request not in held}
    return Retried(len(waiting), len(ended), len(held), frozenset(services))


def give_up(request: FetchRequest, *, by: User, now: datetime, why: str) -> None:
    """End a waiting request as failed, with a reason."""
    if not give_up_all(FetchRequest.objects.filter(pk=request.pk), by=by, now=now, why=why):
        raise NotFinished(f"{request} cannot be given up: it is not waiting.")


def give_up_all(requests: FetchRequestQuerySet, *, by: User | None, now: datetime, why: str) -> int:
    """End those of these that wait as failed, with a reason; return how many there were."""
    if not why.strip():
        raise NoReason("Say why it is given up: the reason is kept with the request.")
    who = f"by {by.get_username()}" if by else "on the command line"
    waiting = FetchRequest.objects.filter(pk__in=[r.pk for r in requests], state=State.QUEUED)
    return waiting.update(
        state=State.FAILED, finished_at=now, last_error=f"{GIVEN_UP_BY}{who}: {why.strip()}"
    )


def _locked(requests: FetchRequestQuerySet) -> list[FetchRequest]:
    """Lock the requests in one order, so that two people who mend at once wait for each other."""
    chosen = list(requests.order_by().values_list("pk", flat=True))
    return list(
        FetchRequest.objects.filter(pk__in=chosen).select_for_update(of=("self",)).order_by("pk")
    )


def _renew(ended: list[FetchRequest], *, by: User | None, now: datetime) -> None:
    service = Service(ended[0].service)
    wanted = [request.identifier for request in ended]
    live = request_fetch(service, wanted, by=by, now=now, reason=RETRIED)
    following = {request.identifier: request.pk for request in live}
    _follow({request.pk: following[request.identifier] for request in ended})


def _follow(following: dict[int, int]) -> None:
    """Put the later requests where the earlier ones stood in their batches."""
    entries = FetchBatchEntry.objects.filter(request__in=following)
    stands = list(entries.values_list("batch", "request"))
    FetchBatchEntry.objects.bulk_create(
        [FetchBatchEntry(batch_id=b, request_id=following[r]) for b, r in stands],
        ignore_conflicts=True,
    )
    entries.delete()
