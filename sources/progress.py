"""How far a batch of fetches is: what is done, what went wrong, when it may end, whether it stalls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

from django.db.models import Count

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
    queued = _queued(requests)
    tally = FetchBatch.objects.with_progress().get(pk=batch.pk)
    counts = {state.value: int(getattr(tally, state.value)) for state in State}
    next_attempt_at: datetime | None = getattr(tally, "next_attempt_at", None)
    budgets = {row.service: row for row in RateBudget.objects.filter(service__in=queued)}
    pauses = [row for row in budgets.values() if row.paused_until and row.paused_until > now]
    recent = requests.filter(finished_at__gt=now - RATE_OVER).count()
    return Progress(
        counts=counts,
        troubles=troubles_of(requests),
        next_attempt_at=next_attempt_at,
        per_minute=round(recent / (RATE_OVER / timedelta(minutes=1)), 1),
        ends_at=_end(queued, budgets, now) if counts[State.QUEUED] and not pauses else None,
        last_ended_at=getattr(tally, "last_ended_at", None),
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


def _queued(requests: Any) -> dict[str, int]:
    waiting = requests.filter(state=State.QUEUED).order_by()
    return dict(waiting.values_list("service").annotate(n=Count("pk")))


def _end(queued: dict[str, int], budgets: dict[str, RateBudget], now: datetime) -> datetime:
    """Return when the slowest service's budget has let the last request leave."""
    return now + max(_duration(Service(name), n, budgets.get(name)) for name, n in queued.items())


def _duration(service: Service, identifiers: int, row: RateBudget | None) -> timedelta:
    requests = ceil(identifiers / IDS_A_REQUEST.get(service, 1))
    rates = [(row and row.per_second) or budget.per_second(service)]
    if row and row.told_per_second:
        rates.append(row.told_per_second)
    return timedelta(seconds=requests * budget.MARGIN / min(rates))


def _is_stalled(due: datetime | None, pauses: list[RateBudget], now: datetime) -> bool:
    """Is something due for long, and no worker has taken anything since?"""
    if due is None or pauses or due > now - STALLED_AFTER:
        return False
    working = FetchRequest.objects.filter(state=State.RUNNING, leased_until__gte=now).exists()
    lately = FetchAttempt.objects.filter(at__gt=now - STALLED_AFTER).exists()
    return not working and not lately
