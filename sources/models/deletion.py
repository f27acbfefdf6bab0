"""PMIDs that PubMed has taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import Q


class DeletedPMIDQuerySet(models.QuerySet["DeletedPMID"]):
    def of(self, pmids: Collection[str]) -> DeletedPMIDQuerySet:
        return self.filter(pmid__any_of=list(pmids))

    def since(self, pmids: Collection[str], moment: datetime) -> set[str]:
        """Return which of these were deleted at that moment or later."""
        found = self.of(pmids).filter(deleted_at__gte=moment)
        return set(found.values_list("pmid", flat=True))


class DeletedPMID(models.Model):
    """A PMID that a file of PubMed lists as deleted, whether or not we hold its record.

    Kept so that an older file, read later, does not bring the record back.
    """

    pmid = models.CharField("PMID", max_length=9, primary_key=True)
    deleted_at = models.DateTimeField(help_text="The time of the newest file that lists it.")
    listed_in = models.TextField(help_text="Which file that was.")

    objects = DeletedPMIDQuerySet.as_manager()

    class Meta:
        verbose_name = "deleted PMID"
        ordering = ["-deleted_at", "pmid"]
        constraints = [
            models.CheckConstraint(
                name="deleted_pmid_is_digits", condition=Q(pmid__regex=r"^[1-9][0-9]{0,8}$")
            )
        ]

    def __str__(self) -> str:
        return f"PMID {self.pmid}, deleted by {self.deleted_at:%Y-%m-%d}"
