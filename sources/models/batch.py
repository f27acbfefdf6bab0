"""What one asking put into the ledger: it belongs together, and its progress is followed as one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from sources.models.fetch import FetchRequest

State = FetchRequest.State


class FetchBatchQuerySet(models.QuerySet["FetchBatch"]):
    def with_progress(self) -> FetchBatchQuerySet:
        """Annotate `total`, a count for each state, `next_attempt_at` and `last_ended_at`."""
        by_state = {
            state.value: Count("entries", filter=Q(entries__request__state=state))
            for state in State
        }
        waiting = Q(entries__request__state=State.QUEUED)
        return self.annotate(
            total=Count("entries"),
            next_attempt_at=Min("entries__request__next_attempt_at", filter=waiting),
            last_ended_at=Max("entries__request__finished_at"),
            **by_state,
        )

    def under_way(self) -> FetchBatchQuerySet:
        live = FetchBatchEntry.objects.filter(
            batch=OuterRef("pk"), request__state__in=FetchRequest.LIVE
        )
        return self.filter(Exists(live))


class FetchBatch(models.Model):
    """One asking: a command, a reviewer's action, a periodic check."""

    reason = models.TextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    requests: models.ManyToManyField[FetchRequest, FetchBatchEntry] = models.ManyToManyField(
        FetchRequest, through="FetchBatchEntry", related_name="batches"
    )

    objects = FetchBatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "fetch batches"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="fetch_batch_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}: {self.reason}"


class FetchBatchEntry(models.Model):
    """A request that stands for a record of a batch; a request may serve several batches."""

    batch = models.ForeignKey(FetchBatch, models.CASCADE, related_name="entries")
    request = models.ForeignKey(FetchRequest, models.PROTECT, related_name="entries")

    class Meta:
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "request"], name="fetch_batch_entry_once")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} in batch {self.batch_id}"
