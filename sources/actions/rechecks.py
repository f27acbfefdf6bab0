"""Asking the sources again about publications and trials, in turn and never faster than the budgets allow.

Where the round stands is in the rows themselves: each record's own times of checking, and the
ledger. A round that dies in the middle goes on where it stopped; one that runs twice asks once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from sources.actions import budget
from sources.actions.fetching import open_batch, request_fetch
from sources.models import FetchRequest, Service
from sources.models.publication_queryset import PublicationQuerySet
from sources.models.trial_queryset import SERVICES, TrialQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

#: Of what the budget allows; the rest is for people who wait.
SHARE: Final = 0.5
#: Behind everything that somebody has asked for.
PRIORITY: Final = -5


@dataclass(frozen=True, slots=True)
class Check:
    """How publications are checked at one service: by what, and how many with one HTTP request."""

    identifier: str
    checked_at: str
    a_request: float


#: Crossref takes two requests a DOI: the work, and the notices about it.
CHECKS: Final = {
    Service.PUBMED: Check("pmid", "pubmed_checked_at", 200),
    Service.CROSSREF: Check("doi", "crossref_checked_at", 0.5),
}


@transaction.atomic
def request_rechecks(
    publications: PublicationQuerySet,
    *,
    every: timedelta,
    within: timedelta,
    by: User | None,
    now: datetime,
) -> dict[Service, int]:
    """Ask for those of these publications that no source was asked about for so long.

    The longest unchecked come first, and no more than can be asked `within` this time, at the end of
    which this is called again. Return how many were asked for at each service.
    """
    due = {
        service: publications.to_check(
            check.identifier, check.checked_at, service, now - every
        ).values_list(check.identifier, flat=True)[: room(service, within)]
        for service, check in CHECKS.items()
    }
    wanted = {service: list(identifiers) for service, identifiers in due.items()}
    return _ask(wanted, every=every, by=by, now=now)


@transaction.atomic
def request_trial_rechecks(
    trials: TrialQuerySet, *, every: timedelta, within: timedelta, by: User | None, now: datetime
) -> dict[Service, int]:
    """The same for the registrations of these trials, at the registries that can be asked."""
    due = {
        service: trials.to_check(service, now - every).values_list("registry_id", flat=True)
        for service in SERVICES.values()
    }
    wanted = {service: list(numbers[: room(service, within)]) for service, numbers in due.items()}
    return _ask(wanted, every=every, by=by, now=now)


def _ask(
    wanted: Mapping[Service, Collection[str]], *, every: timedelta, by: User | None, now: datetime
) -> dict[Service, int]:
    """Put a round's requests into the ledger, behind everything else, as one batch."""
    if any(wanted.values()):
        reason = f"checked every {every / timedelta(days=1):g} days"
        batch = open_batch(reason, by=by, now=now)
        for service, identifiers in wanted.items():
            request_fetch(
                service,
                identifiers,
                by=by,
                now=now,
                reason=reason,
                priority=PRIORITY,
                batch=batch,
            )
    return {service: len(identifiers) for service, identifiers in wanted.items()}


def room(service: Service, within: timedelta) -> int:
    """Return for how many more records the service can be asked within this time."""
    requests = budget.in_effect(service) * within.total_seconds() * SHARE
    waiting = FetchRequest.objects.live().filter(service=service).count()
    # A registry is asked for one trial with one request.
    a_request = CHECKS[service].a_request if service in CHECKS else 1
    return max(0, int(requests * a_request) - waiting)
