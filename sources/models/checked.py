"""What each source says of a publication's integrity, since when, and what that comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Final

from django.db import models
from django.db.models import Q

from sources.gravity import gravest, no_milder_than

SOURCES: Final = ("pubmed", "crossref")
WORDS: Final = [
    *("current", "corrected", "expression_of_concern", "retracted"),
    *("retracted_republished", "withdrawn", "superseded", "unknown"),
]


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What one source says of a work: `needs` names the identifier without which it can't be asked."""

    source: str
    name: str
    needs: str
    can_be_asked: bool
    integrity: str
    label: str
    checked_at: datetime | None


class Checked(models.Model):
    """A work whose standing several sources are asked about. "Not checked" is not "clean"."""

    class Integrity(models.TextChoices):
        CURRENT = "current", "no notice found"
        CORRECTED = "corrected", "corrected"
        CONCERN = "expression_of_concern", "expression of concern"
        RETRACTED = "retracted", "retracted"
        REPUBLISHED = "retracted_republished", "retracted and republished"
        WITHDRAWN = "withdrawn", "withdrawn"
        SUPERSEDED = "superseded", "superseded"
        UNKNOWN = "unknown", "not checked"

    integrity = models.CharField(max_length=24, choices=Integrity, default=Integrity.UNKNOWN)
    integrity_checked_at = models.DateTimeField(
        null=True, blank=True, help_text="When any source was last asked."
    )
    noted_integrity = models.CharField(
        max_length=24,
        choices=Integrity,
        default=Integrity.UNKNOWN,
        help_text="What curators noted; it holds until PubMed has been asked.",
    )
    pubmed_integrity = models.CharField(
        "integrity in PubMed", max_length=24, choices=Integrity, default=Integrity.UNKNOWN
    )
    pubmed_checked_at = models.DateTimeField("PubMed checked at", null=True, blank=True)
    crossref_integrity = models.CharField(
        "integrity in Crossref", max_length=24, choices=Integrity, default=Integrity.UNKNOWN
    )
    crossref_checked_at = models.DateTimeField("Crossref checked at", null=True, blank=True)

    class Meta:
        abstract = True

    def weigh_integrity(self) -> None:
        """Derive `integrity` from every source's word; one that warns is enough.

        Before PubMed has been asked, what curators noted stands in for it.
        """
        asked = (self.pubmed_checked_at, self.crossref_checked_at)
        first = self.pubmed_integrity if self.pubmed_checked_at else self.noted_integrity
        self.integrity = gravest(first, self.crossref_integrity)
        self.integrity_checked_at = max((at for at in asked if at), default=None)

    @property
    def checks(self) -> tuple[SourceCheck, ...]:
        """What each source says, asked or not, in an order that never changes."""
        return (
            self._check("pubmed", "PubMed", "PMID"),
            self._check("crossref", "Crossref", "DOI"),
        )

    def _check(self, source: str, name: str, needs: str) -> SourceCheck:
        word = getattr(self, f"{source}_integrity")
        return SourceCheck(
            source=source,
            name=name,
            needs=needs,
            can_be_asked=bool(getattr(self, needs.lower())),
            integrity=word,
            label=str(self.Integrity(word).label),
            checked_at=getattr(self, f"{source}_checked_at"),
        )

    @property
    def is_void(self) -> bool:
        """Whether it cannot count as evidence any more."""
        return self.integrity in {self.Integrity.RETRACTED, self.Integrity.WITHDRAWN}

    @property
    def sources_disagree(self) -> bool:
        """Whether both sources have been asked and do not say the same."""
        words = {self.pubmed_integrity, self.crossref_integrity}
        return len(words) == 2 and self.Integrity.UNKNOWN not in words


def integrity_constraints() -> list[models.BaseConstraint]:
    """Return the rules that tie the derived word to those it is derived from."""
    current = models.CheckConstraint(
        name="publication_is_current_only_when_checked",
        condition=~Q(integrity="current") | Q(integrity_checked_at__isnull=False),
    )
    return [
        current,
        *(_speaks_only_when_asked(source) for source in SOURCES),
        *(_no_milder_than(source) for source in SOURCES),
        *(
            models.CheckConstraint(
                name=f"publication_{field}_is_known",
                condition=Q(**{f"{field}__in": WORDS}),
            )
            for field in (
                "integrity",
                "noted_integrity",
                "pubmed_integrity",
                "crossref_integrity",
            )
        ),
    ]


def _speaks_only_when_asked(source: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"publication_{source}_speaks_only_when_asked",
        condition=Q(**{f"{source}_integrity": "unknown"})
        | Q(**{f"{source}_checked_at__isnull": False}),
    )


def _no_milder_than(source: str) -> models.CheckConstraint:
    rules = (
        ~Q(**{f"{source}_integrity": word}) | Q(integrity__in=no_milder_than(word))
        for word in WORDS
    )
    return models.CheckConstraint(
        name=f"publication_integrity_no_milder_than_{source}", condition=reduce(and_, rules)
    )
