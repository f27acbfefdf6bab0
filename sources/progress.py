"""How far a batch of fetches is: what is done, what went wrong, when it may end, whether it stalls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from django.db.models import Count, Max, Min

from sources.actions import budget
from sources.models import FetchAttempt, FetchBatch, FetchRequest, RateBudget, Service
from sources.outcomes import EXPLANATIONS, GIVEN_UP, Explanation

#: Without any attempt for so long, though something is due, no worker seems to run.
STALLED_AFTER: Final = timedelta(minutes=2)
RATE_OVER: Final = timedelta(minutes=5)
IDS_A_REQUEST: Final = {Service.PUBMED: 200}

State = FetchRequest.State
LABELS: Final = {**dict(FetchAttempt.Outcome.choices), GIVEN_UP: "given up"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Requests that failed, or wait after an attempt that went wrong in the same way."""

    code: str
    label: str
    waiting: int
    failed: int
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class Progress:
    """`ends_at` is when the budget lets the last request leave; None when nobody can say."""

    counts: dict[str, int]
    troubles: list[Trouble]
    next_attempt_at: datetime | None
    per_minute: float
    ends_at: datetime | None
    last_ended_at: datetime | None
    is_stalled: bool
    pauses: list[RateBudget]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def live(self) -> int:
        return self.counts[State.QUEUED] + self.counts[State.RUNNING]

    @property
    def done(self) -> int:
        return self.total - self.live

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100

    @property
    def is_finished(self) -> bool:
        return not self.live


def progress_of(batch: FetchBatch, *, now: datetime) -> Progress:
    """Return how far the batch is, in the same few queries whatever its size."""
    requests = FetchRequest.objects.filter(batches=batch)
    rows = list(_by_service_and_state(requests))
    waiting = [row for row in rows if row["state"] == State.QUEUED]
    queued = {row["service"]: row["n"] for row in waiting}
    next_attempt_at = min((row["next"] for row in waiting), default=None)
    budgets = RateBudget.objects.filter(service__in=queued)
    pauses = [row for row in budgets if row.paused_until and row.paused_until > now]
    recent = requests.filter(finished_at__gt=now - RATE_OVER).count()
    return Progress(
        counts={
            state.value: sum(row["n"] for row in rows if row["state"] == state) for state in State
        },
        troubles=troubles_of(requests),
        next_attempt_at=next_attempt_at,
        per_minute=round(recent / (RATE_OVER / timedelta(minutes=1)), 1),
        ends_at=None if pauses else _end(queued, now),
        last_ended_at=max((row["ended"] for row in rows if row["ended"]), default=None),
        is_stalled=_is_stalled(next_attempt_at, pauses, now),
        pauses=pauses,
    )


def troubles_of(requests: Any) -> list[Trouble]:
    """Return what went wrong, by class of error, the most frequent first."""
    rows = requests.troubled().with_last_outcome().order_by().values_list("last_outcome", "state")
    found: dict[str, dict[str, int]] = {}
    for outcome, state, n in rows.annotate(n=Count("pk", distinct=True)):
        if outcome in EXPLANATIONS:
            found.setdefault(outcome, {})[state] = n
    troubles = [
        Trouble(
            code,
            str(LABELS[code]),
            by_state.get(State.QUEUED, 0),
            by_state.get(State.FAILED, 0),
            EXPLANATIONS[code],
        )
        for code, by_state in found.items()
    ]
    return sorted(troubles, key=lambda each: (-each.waiting - each.failed, each.code))


def _by_service_and_state(requests: Any) -> Iterable[dict[str, Any]]:
    """Return how many requests there are, when the next is due and when the last ended."""
    rows: Iterable[dict[str, Any]] = (
        requests.order_by()
        .values("service", "state")
        .annotate(n=Count("pk"), next=Min("next_attempt_at"), ended=Max("finished_at"))
    )
    return rows


def _end(queued: dict[str, int], now: datetime) -> datetime | None:
    """Return when the slowest service's budget has let the last request leave, if anybody can say."""
    rates = {name: budget.in_effect(Service(name)) for name in queued}
    if not queued or not all(rates.values()):
        return None
    seconds = [_requests(name, n) * budget.MARGIN / rates[name] for name, n in queued.items()]
    return now + timedelta(seconds=max(seconds))


def _requests(service: str, identifiers: int) -> int:
    return ceil(identifiers / IDS_A_REQUEST.get(Service(service), 1))


def _is_stalled(due: datetime | None, pauses: list[RateBudget], now: datetime) -> bool:
    """Is something due for long, and no worker has taken anything since?"""
    if due is None or pauses or due > now - STALLED_AFTER:
        return False
    working = FetchRequest.objects.filter(state=State.RUNNING, leased_until__gte=now).exists()
    lately = FetchAttempt.objects.filter(at__gt=now - STALLED_AFTER).exists()
    return not working and not lately
