"""The ledger of fetching: what is to be fetched, by whose wish, and every attempt made.

The rows are the truth and the outbox; a Celery message only wakes a worker.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Subquery, Value, When

from sources.outcomes import GIVEN_UP

GIVEN_UP_BY: Final = "Given up "


class Service(models.TextChoices):
    PUBMED = "pubmed", "PubMed"
    CLINICALTRIALS = "clinicaltrials", "ClinicalTrials.gov"
    CROSSREF = "crossref", "Crossref"
    ISRCTN = "isrctn", "ISRCTN"


class FetchRequestQuerySet(models.QuerySet["FetchRequest"]):
    def live(self) -> FetchRequestQuerySet:
        """Requests that still want something done."""
        return self.filter(state__in=FetchRequest.LIVE)

    def due(self, now: datetime) -> FetchRequestQuerySet:
        """Queued requests whose time has come, most urgent and oldest first."""
        return self.filter(state=FetchRequest.State.QUEUED, next_attempt_at__lte=now).order_by(
            "-priority", "next_attempt_at", "pk"
        )

    def abandoned(self, now: datetime) -> FetchRequestQuerySet:
        """Requests whose worker let the lease run out: it died, or hangs."""
        return self.filter(state=FetchRequest.State.RUNNING, leased_until__lt=now)

    def failed(self) -> FetchRequestQuerySet:
        return self.filter(state=FetchRequest.State.FAILED)

    def left_failed(self) -> FetchRequestQuerySet:
        """Failed requests that no later one has followed."""
        later = self.model._default_manager.filter(
            service=OuterRef("service"), identifier=OuterRef("identifier"), pk__gt=OuterRef("pk")
        )
        return self.failed().filter(~Exists(later))

    def with_last_outcome(self) -> FetchRequestQuerySet:
        """Annotate `last_outcome`: how the last attempt ended, "given_up", or null before any."""
        last = FetchAttempt.objects.filter(request=OuterRef("pk")).values("outcome")[:1]
        given_up = Q(state=FetchRequest.State.FAILED, last_error__startswith=GIVEN_UP_BY)
        return self.annotate(
            last_outcome=Case(
                When(given_up, then=Value(GIVEN_UP)),
                default=Subquery(last),
                output_field=CharField(),
            )
        )

    def last_ended_as(self, outcome: str) -> FetchRequestQuerySet:
        annotated: Any = self.with_last_outcome()
        found: FetchRequestQuerySet = annotated.filter(last_outcome=outcome)
        return found

    def troubled(self) -> FetchRequestQuerySet:
        """Requests that failed, or that wait after an attempt which went wrong."""
        waiting = Q(state=FetchRequest.State.QUEUED, attempts__gt=0)
        return self.filter(waiting | Q(state=FetchRequest.State.FAILED))

    def leased_as(self, lease: object) -> FetchRequestQuerySet:
        return self.filter(state=FetchRequest.State.RUNNING, lease=lease)

    def last_for(self, service: str, identifier: str) -> FetchRequest | None:
        """The newest wish for one record, with the attempts at it."""
        return self.last_for_any(service, [identifier])

    def last_for_any(
        self, service: str | None, identifiers: Collection[str]
    ) -> FetchRequest | None:
        """The same for a record that has had several identifiers; None where no service has it."""
        return (
            self.filter(service=service or "", identifier__in=identifiers)
            .prefetch_related("attempt_log")
            .first()
        )

    def tally(self) -> dict[str, dict[str, int]]:
        """Count requests by service and state, with a zero for each that has none."""
        counts = {
            service: dict.fromkeys(FetchRequest.State.values, 0) for service in Service.values
        }
        rows = self.order_by().values_list("service", "state").annotate(n=Count("pk"))
        for service, state, n in rows:
            counts[service][state] = n
        return counts


class FetchRequest(models.Model):
    """One wish to have one record from one service."""

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        RUNNING = "running", "running"
        SUCCEEDED = "succeeded", "succeeded"
        NOT_FOUND = "not_found", "not found"
        FAILED = "failed", "failed"

    LIVE = (State.QUEUED, State.RUNNING)

    service = models.CharField(max_length=15, choices=Service)
    identifier = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    priority = models.SmallIntegerField(default=0, help_text="Higher goes first.")
    attempts = models.PositiveIntegerField(default=0)
    setbacks = models.PositiveIntegerField(
        default=0, help_text="Attempts whose failure may be this record's own."
    )
    next_attempt_at = models.DateTimeField()
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    answered_as = models.CharField(
        max_length=300,
        blank=True,
        help_text="The identifier under which the service has the record, when it is another.",
    )
    last_error = models.TextField(blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="Why it was asked for.")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = FetchRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "identifier"],
                condition=Q(state__in=["queued", "running"]),
                name="fetch_request_one_live",
            ),
            models.CheckConstraint(
                name="fetch_request_running_is_leased",
                condition=Q(state="running", lease__isnull=False, leased_until__isnull=False)
                | (~Q(state="running") & Q(lease=None, leased_until=None)),
            ),
            models.CheckConstraint(
                name="fetch_request_end_has_a_time",
                condition=Q(state__in=["queued", "running"], finished_at=None)
                | Q(
                    state__in=["succeeded", "not_found", "failed"],
                    finished_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="fetch_request_failed_says_why",
                condition=~Q(state="failed") | ~Q(last_error=""),
            ),
            models.CheckConstraint(
                name="fetch_request_identifier_fits_service",
                condition=Q(service="pubmed", identifier__regex=r"^[1-9][0-9]{0,8}$")
                | Q(service="clinicaltrials", identifier__regex=r"^NCT[0-9]{8}$")
                | Q(service="crossref", identifier__regex=r"^10\.[0-9]{4,9}/\S+$")
                | Q(service="isrctn", identifier__regex=r"^ISRCTN[0-9]{8}$"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["service", "-priority", "next_attempt_at", "id"],
                condition=Q(state="queued"),
                name="fetch_request_due",
            ),
            models.Index(
                fields=["leased_until"],
                condition=Q(state="running"),
                name="fetch_request_leases",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.identifier}: {self.get_state_display()}"


class FetchAttempt(models.Model):
    """One answer, or none, to one request. Never edited, never deleted."""

    class Outcome(models.TextChoices):
        OK = "ok", "ok"
        NOT_FOUND = "not_found", "not found"
        RATE_LIMITED = "rate_limited", "too many requests"
        BAD_PAYLOAD = "bad_payload", "unreadable answer"
        NETWORK = "network", "no answer"
        SERVER_ERROR = "server_error", "server error"
        REJECTED = "rejected", "refused by the service"
        ABANDONED = "abandoned", "the worker stopped"

    request = models.ForeignKey(FetchRequest, models.PROTECT, related_name="attempt_log")
    at = models.DateTimeField()
    batch = models.UUIDField(help_text="Attempts of one HTTP request share it.")
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    error = models.TextField(blank=True)
    payload_sha256 = models.CharField(max_length=64, blank=True)
    parser_version = models.CharField(max_length=10, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
        constraints = [
            models.CheckConstraint(
                name="fetch_attempt_failure_says_why",
                condition=Q(outcome__in=["ok", "not_found"]) | ~Q(error=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} at {self.at:%Y-%m-%d %H:%M:%S}"
