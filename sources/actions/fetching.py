"""The ledger's writes: asking for records, leasing what is due, settling what became of it.

A worker leases due rows in one short transaction, asks the service outside any transaction, and
settles the rows it still holds in another. Whatever dies in between leaves a lease that runs out.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F

from sources.actions.clock import at_once
from sources.identifiers import IllegalIdentifier, parse_doi, parse_isrctn, parse_nct, parse_pmid
from sources.models import FetchAttempt, FetchBatch, FetchBatchEntry, FetchRequest, Service

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LEASE: Final = timedelta(minutes=5)
MOST_SETBACKS: Final = 8
FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(hours=6)

# A batch that keeps failing is asked for in smaller ones, so that one bad record, or one answer
# too large for the service, holds up nobody but itself: (setbacks so far, ids in a request).
BATCHES: Final = ((range(2), 200), (range(2, 4), 20), (range(4, 1000), 1))

PARSERS: Final = {
    Service.PUBMED: parse_pmid,
    Service.CLINICALTRIALS: parse_nct,
    Service.CROSSREF: parse_doi,
    Service.ISRCTN: parse_isrctn,
}

State = FetchRequest.State
Outcome = FetchAttempt.Outcome

# Failures that may lie in the record asked for. A service out of reach or too busy says nothing of
# the record, so it is asked again for as long as it takes.
SETBACKS: Final = (Outcome.BAD_PAYLOAD, Outcome.SERVER_ERROR, Outcome.ABANDONED)


@dataclass(frozen=True, slots=True)
class Lease:
    """Requests of one service that this worker alone may ask for, until the lease runs out."""

    id: uuid.UUID
    service: Service
    identifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one identifier in one HTTP request."""

    outcome: FetchAttempt.Outcome
    http_status: int | None = None
    error: str = ""
    payload_sha256: str = ""
    parser_version: str = ""
    duration_ms: int | None = None
    retry_at: datetime | None = None
    answered_as: str = ""

    @property
    def is_final(self) -> bool:
        rejected = self.outcome == Outcome.REJECTED and self.retry_at is None
        return rejected or self.outcome in {Outcome.OK, Outcome.NOT_FOUND}


def request_fetch(
    service: Service,
    identifiers: Iterable[str],
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    priority: int = 0,
    batch: FetchBatch | None = None,
) -> list[FetchRequest]:
    """Ask for records; what is asked for already is not asked for twice.

    Return the live requests in the order of the identifiers; they belong to the batch. Raises IllegalIdentifier, with nothing
    written, if any identifier is not one of this service.
    """
    wanted = list(dict.fromkeys(PARSERS[service](identifier) for identifier in identifiers))
    FetchRequest.objects.bulk_create(
        [
            FetchRequest(
                service=service,
                identifier=identifier,
                next_attempt_at=at_once(now),
                created_at=now,
                requested_by=by,
                reason=reason,
                priority=priority,
            )
            for identifier in wanted
        ],
        ignore_conflicts=True,
    )
    live = FetchRequest.objects.live().filter(service=service, identifier__in=wanted)
    if batch:
        _put_into(batch, live)
    places = {identifier: number for number, identifier in enumerate(wanted)}
    return sorted(live, key=lambda request: places[request.identifier])


def open_batch(reason: str, *, by: User | None, now: datetime) -> FetchBatch:
    """Begin a batch: what is asked for in it is followed together."""
    return FetchBatch.objects.create(reason=reason, requested_by=by, created_at=now)


def _put_into(batch: FetchBatch, requests: Iterable[FetchRequest]) -> None:
    FetchBatchEntry.objects.bulk_create(
        [FetchBatchEntry(batch=batch, request=request) for request in requests],
        ignore_conflicts=True,
    )


def lease_due(service: Service, *, now: datetime, most: int = 200) -> Lease | None:
    """Take due requests that nobody else holds; None when nothing is due."""
    for setbacks, size in BATCHES:
        lease = _lease(service, setbacks=setbacks, most=min(size, most), now=now)
        if lease:
            return lease
    return None


@transaction.atomic
def _lease(service: Service, *, setbacks: range, most: int, now: datetime) -> Lease | None:
    due = (
        FetchRequest.objects.due(now)
        .filter(service=service, setbacks__range=(setbacks.start, setbacks.stop - 1))
        .select_for_update(skip_locked=True, of=("self",))
        .values_list("pk", "identifier")[:most]
    )
    rows = list(due)
    if not rows:
        return None
    lease = Lease(uuid.uuid4(), service, tuple(identifier for _, identifier in rows))
    FetchRequest.objects.filter(pk__in=[pk for pk, _ in rows]).update(
        state=State.RUNNING,
        lease=lease.id,
        leased_until=now + LEASE,
        attempts=F("attempts") + 1,
    )
    return lease


def still_held(lease: Lease) -> dict[str, FetchRequest]:
    """Lock and return, by identifier, the requests that this lease still holds.

    Must run inside the transaction that stores the records: what another worker has taken over in
    the meantime is its to store and to settle.
    """
    held = FetchRequest.objects.leased_as(lease.id).select_for_update(of=("self",)).order_by("pk")
    return {request.identifier: request for request in held}


def settle(
    lease: Lease, held: Mapping[str, FetchRequest], answers: Mapping[str, Answer], *, now: datetime
) -> None:
    """Write an attempt for each request and move it to its end state or back into the queue."""
    settled = [request for request in held.values() if request.identifier in answers]
    for request in settled:
        _apply(request, answers[request.identifier], now)
    FetchAttempt.objects.bulk_create(
        _attempt(request, answers[request.identifier], lease, now) for request in settled
    )
    FetchRequest.objects.bulk_update(
        settled,
        [
            "state",
            "lease",
            "leased_until",
            "next_attempt_at",
            "setbacks",
            "last_error",
            "answered_as",
            "finished_at",
        ],
    )


def _apply(request: FetchRequest, answer: Answer, now: datetime) -> None:
    request.lease = None
    request.leased_until = None
    request.last_error = answer.error
    request.answered_as = answer.answered_as
    request.setbacks += answer.outcome in SETBACKS
    if not answer.is_final and request.setbacks < MOST_SETBACKS:
        request.state = State.QUEUED
        request.next_attempt_at = answer.retry_at or now + delay(request.attempts)
        return
    request.finished_at = now
    request.state = {Outcome.OK: State.SUCCEEDED, Outcome.NOT_FOUND: State.NOT_FOUND}.get(
        answer.outcome, State.FAILED
    )


def delay(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: 30 s, doubled each time, at most 6 h."""
    return min(FIRST_DELAY * 2 ** min(attempts - 1, 20), LONGEST_DELAY) if attempts else FIRST_DELAY


def _attempt(request: FetchRequest, answer: Answer, lease: Lease, now: datetime) -> FetchAttempt:
    return FetchAttempt(
        request=request,
        at=now,
        batch=lease.id,
        http_status=answer.http_status,
        outcome=answer.outcome,
        error=answer.error,
        payload_sha256=answer.payload_sha256,
        parser_version=answer.parser_version,
        duration_ms=answer.duration_ms,
    )


@transaction.atomic
def requeue_abandoned(*, now: datetime) -> int:
    """Put requests whose lease ran out back into the queue; return how many there were."""
    abandoned = list(
        FetchRequest.objects.abandoned(now).select_for_update(skip_locked=True, of=("self",))
    )
    for lease_id in {request.lease for request in abandoned if request.lease}:
        held = {r.identifier: r for r in abandoned if r.lease == lease_id}
        service = Service(next(iter(held.values())).service)
        answer = Answer(
            Outcome.ABANDONED, error="The worker stopped before it was done.", retry_at=now
        )
        settle(Lease(lease_id, service, tuple(held)), held, dict.fromkeys(held, answer), now=now)
    return len(abandoned)


def illegal_identifiers(service: Service, identifiers: Collection[str]) -> list[str]:
    """Return what is wrong with each identifier that this service would not know."""
    problems = []
    for identifier in identifiers:
        try:
            PARSERS[service](identifier)
        except IllegalIdentifier as error:
            problems.append(str(error))
    return problems
