"""One turn of a worker: lease what is due, ask the service, store and settle.

Nothing is open while the service is asked, and what it sent is stored in the same transaction that
settles the ledger, so every row ends in the state that the stored records show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from sources import clinicaltrials, crossref, crossref_json, isrctn, pubmed, pubmed_xml
from sources.actions import budget
from sources.actions.fetching import Answer, Lease, Outcome, lease_due, settle, still_held
from sources.actions.integrity import store_work
from sources.actions.storing import store_publications
from sources.actions.trials import PARSER_VERSIONS, store_trial
from sources.http import Failure
from sources.models import Service
from sources.registration import FetchedTrial, NotFound

Clock = Callable[[], datetime]

BLOCKED_FOR: Final = timedelta(hours=6)
BLOCKED: Final = (pubmed.Blocked, crossref.Blocked)
REJECTED: Final = (
    pubmed.Rejected,
    clinicaltrials.Rejected,
    isrctn.Rejected,
    crossref.Rejected,
)
TrialAnswer = FetchedTrial | NotFound | clinicaltrials.NotModified


def fetch_publications(*, client: pubmed.PubMed, clock: Clock) -> int:
    """Fetch one batch of due PubMed requests; return how many were leased (0: nothing is due)."""
    if budget.is_paused(Service.PUBMED):
        return 0
    lease = lease_due(Service.PUBMED, now=clock())
    if lease is None:
        return 0
    try:
        fetched = client.fetch(lease.identifiers)
    except (pubmed.PubMedError, budget.Paused, TimeoutError) as error:
        _put_back(lease, error, now=clock())
    else:
        doubts = _doubts(client, fetched.missing)
        _store_publications(lease, fetched, doubts, now=clock())
    return len(lease.identifiers)


def _doubts(client: pubmed.PubMed, missing: frozenset[str]) -> Mapping[str, Exception]:
    """Return why each PMID that efetch left out may be there all the same: only esummary tells."""
    if not missing:
        return {}
    try:
        absent = client.confirm_missing(missing)
    except (pubmed.PubMedError, budget.Paused, TimeoutError) as error:
        return dict.fromkeys(missing, error)
    left_out = pubmed.Unavailable(
        "efetch left out a record that esummary knows", outcome="bad_payload", http_status=200
    )
    return dict.fromkeys(missing - absent, left_out)


@transaction.atomic
def _store_publications(
    lease: Lease, fetched: pubmed.Fetched, doubts: Mapping[str, Exception], *, now: datetime
) -> None:
    for error in set(doubts.values()):
        _pause_if_blocked(lease, error, now)
    held = still_held(lease)
    records = {pmid: record for pmid, record in fetched.records.items() if pmid in held}
    store_publications(records, now=now)
    answers = {
        pmid: _failure(doubts[pmid], now) if pmid in doubts else _publication_answer(pmid, fetched)
        for pmid in held
    }
    settle(lease, held, answers, now=now)


def _publication_answer(pmid: str, fetched: pubmed.Fetched) -> Answer:
    return Answer(
        outcome=Outcome.OK if pmid in fetched.records else Outcome.NOT_FOUND,
        http_status=fetched.http_status,
        payload_sha256=fetched.payload_sha256,
        parser_version=pubmed_xml.PARSER_VERSION,
        duration_ms=fetched.duration_ms,
    )


def fetch_trial(
    *,
    client: clinicaltrials.ClinicalTrials | isrctn.ISRCTN,
    clock: Clock,
    service: Service = Service.CLINICALTRIALS,
) -> int:
    """Fetch one due trial from a registry; return how many were leased (0: nothing is due)."""
    if budget.is_paused(service):
        return 0
    lease = lease_due(service, now=clock(), most=1)
    if lease is None:
        return 0
    [number] = lease.identifiers
    try:
        fetched = client.fetch(number)
    except (Failure, budget.Paused, TimeoutError) as error:
        _put_back(lease, error, now=clock())
    else:
        _store_trial(lease, number, fetched, now=clock())
    return 1


@transaction.atomic
def _store_trial(lease: Lease, number: str, fetched: TrialAnswer, *, now: datetime) -> None:
    held = still_held(lease)
    if isinstance(fetched, FetchedTrial) and number in held:
        store_trial(lease.service, number, fetched.study, fetched.raw, now=now)
    found = not isinstance(fetched, NotFound)
    answer = Answer(
        outcome=Outcome.OK if found else Outcome.NOT_FOUND,
        http_status=fetched.http_status,
        payload_sha256=""
        if isinstance(fetched, clinicaltrials.NotModified)
        else fetched.payload_sha256,
        parser_version=PARSER_VERSIONS[lease.service],
        answered_as="" if fetched.registry_id == number else fetched.registry_id,
        duration_ms=fetched.duration_ms,
    )
    settle(lease, held, {number: answer}, now=now)


def fetch_work(*, client: crossref.Crossref, clock: Clock) -> int:
    """Ask Crossref of one due DOI; return how many were leased (0: nothing is due)."""
    if budget.is_paused(Service.CROSSREF):
        return 0
    lease = lease_due(Service.CROSSREF, now=clock(), most=1)
    if lease is None:
        return 0
    [doi] = lease.identifiers
    try:
        fetched = client.fetch(doi)
    except (crossref.CrossrefError, budget.Paused, TimeoutError) as error:
        _put_back(lease, error, now=clock())
    else:
        _store_work(lease, doi, fetched, now=clock())
    return 1


@transaction.atomic
def _store_work(
    lease: Lease, doi: str, fetched: crossref.FetchedWork | crossref.NotFound, *, now: datetime
) -> None:
    held = still_held(lease)
    found = isinstance(fetched, crossref.FetchedWork)
    if isinstance(fetched, crossref.FetchedWork) and doi in held:
        store_work(fetched, now=now)
    answer = Answer(
        outcome=Outcome.OK if found else Outcome.NOT_FOUND,
        http_status=fetched.http_status,
        payload_sha256=fetched.payload_sha256,
        parser_version=crossref_json.PARSER_VERSION,
        duration_ms=fetched.duration_ms,
    )
    settle(lease, held, {doi: answer}, now=now)


@transaction.atomic
def _put_back(lease: Lease, error: Exception, *, now: datetime) -> None:
    """Settle a lease whose request brought nothing, each row with the reason."""
    _pause_if_blocked(lease, error, now)
    held = still_held(lease)
    answers: Mapping[str, Answer] = dict.fromkeys(held, _failure(error, now))
    settle(lease, held, answers, now=now)


def _pause_if_blocked(lease: Lease, error: Exception, now: datetime) -> None:
    if isinstance(error, BLOCKED):
        budget.pause(lease.service, until=now + BLOCKED_FOR, reason=str(error))


def _failure(error: Exception, now: datetime) -> Answer:
    if isinstance(error, budget.Paused):
        return Answer(Outcome.NETWORK, error=str(error), retry_at=error.until)
    if isinstance(error, BLOCKED):
        return Answer(
            Outcome.REJECTED, error.http_status, error=str(error), retry_at=now + BLOCKED_FOR
        )
    if not isinstance(error, Failure):
        return Answer(Outcome.NETWORK, error=str(error))
    rejected = isinstance(error, REJECTED)
    return Answer(
        outcome=Outcome.REJECTED if rejected else Outcome(error.outcome),
        http_status=error.http_status,
        error=str(error),
        duration_ms=error.duration_ms,
        retry_at=now + timedelta(seconds=error.retry_after) if error.retry_after else None,
    )
