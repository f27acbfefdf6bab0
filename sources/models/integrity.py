"""What has been said against or about a publication: retractions, corrections, concerns."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sources.models.publication import Publication


class IntegrityNoticeQuerySet(models.QuerySet["IntegrityNotice"]):
    def standing(self) -> IntegrityNoticeQuerySet:
        return self.filter(cleared_at=None)


class IntegrityNotice(models.Model):
    """One notice on a publication, as one source tells it; kinds are never mixed up."""

    class Kind(models.TextChoices):
        RETRACTION = "retraction", "retraction"
        PARTIAL_RETRACTION = "partial_retraction", "partial retraction"
        CONCERN = "expression_of_concern", "expression of concern"
        CORRECTION = "correction", "correction"
        REINSTATEMENT = "reinstatement", "reinstatement"
        SUPERSEDED = "superseded", "superseded"
        COMMENT = "comment", "comment"

    class Source(models.TextChoices):
        PUBMED = "pubmed", "PubMed"
        CROSSREF = "crossref", "Crossref"
        MANUAL = "manual", "a curator"

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=24, choices=Kind)
    notice_pmid = models.CharField(max_length=9, blank=True)
    notice_doi = models.CharField(max_length=300, blank=True)
    date = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source)
    reference = models.TextField(
        blank=True, help_text="The notice's citation as the source has it."
    )
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    objects = IntegrityNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["publication", "first_seen_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "kind", "source", "notice_pmid", "notice_doi", "reference"],
                condition=Q(cleared_at=None),
                name="integrity_notice_once",
            ),
            models.CheckConstraint(
                name="integrity_notice_seen_in_order",
                condition=Q(last_seen_at__gte=models.F("first_seen_at")),
            ),
            models.CheckConstraint(
                name="integrity_notice_kind_is_known",
                condition=Q(
                    kind__in=[
                        "retraction",
                        "partial_retraction",
                        "expression_of_concern",
                        "correction",
                        "reinstatement",
                        "superseded",
                        "comment",
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.publication_id} ({self.get_source_display()})"
