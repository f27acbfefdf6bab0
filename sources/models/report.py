"""Which trial a publication reports, and what a review pooled."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import F, Q

from sources.models.trial import Trial


class ReportQuerySet(models.QuerySet["Report"]):
    def trial_of_each(self, publications: Collection[int]) -> dict[int, str]:
        """Return the registry id of the trial that each of these publications reports.

        Of several trials it is the one with the lowest number.
        """
        reports = self.filter(publication__in=publications).order_by("-trial__registry_id")
        return dict(reports.values_list("publication", "trial__registry_id"))


class Report(models.Model):
    """A publication reports a trial: its main results, a follow-up, its protocol."""

    class Role(models.TextChoices):
        PRIMARY = "primary_results", "primary results"
        FOLLOW_UP = "follow_up", "follow-up"
        SECONDARY = "secondary", "secondary analysis"
        PROTOCOL = "protocol", "protocol"
        UNSTATED = "unstated", "role not stated"

    class Origin(models.TextChoices):
        CURATOR = "curator", "a curator"
        DATABANK = "databank", "PubMed's data bank list"

    publication = models.ForeignKey("sources.Publication", models.PROTECT, related_name="reports")
    trial = models.ForeignKey(Trial, models.PROTECT, related_name="reports")
    role = models.CharField(max_length=16, choices=Role, default=Role.UNSTATED)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.CURATOR)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["trial", "publication"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "trial"], name="report_once_a_trial"),
            models.CheckConstraint(
                name="report_role_is_known",
                condition=Q(
                    role__in=["primary_results", "follow_up", "secondary", "protocol", "unstated"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} reports {self.trial_id}"


class InclusionQuerySet(models.QuerySet["Inclusion"]):
    def of_reviews(self, publications: Collection[int]) -> InclusionQuerySet:
        return self.filter(review__in=publications)


class Inclusion(models.Model):
    """A review pooled this publication or trial."""

    review = models.ForeignKey("sources.Publication", models.PROTECT, related_name="inclusions")
    publication = models.ForeignKey(
        "sources.Publication", models.PROTECT, null=True, blank=True, related_name="included_in"
    )
    trial = models.ForeignKey(
        Trial, models.PROTECT, null=True, blank=True, related_name="included_in"
    )

    objects = InclusionQuerySet.as_manager()

    class Meta:
        ordering = ["review", "pk"]
        constraints = [
            models.CheckConstraint(
                name="inclusion_of_a_publication_or_a_trial",
                condition=Q(publication__isnull=True) ^ Q(trial__isnull=True),
                violation_error_message="Name a publication or a trial, not both.",
            ),
            models.CheckConstraint(
                name="inclusion_not_of_itself",
                condition=Q(publication=None) | ~Q(publication=F("review")),
                violation_error_message="A review does not pool itself.",
            ),
            models.UniqueConstraint(
                fields=["review", "publication", "trial"],
                name="inclusion_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} includes {self.publication_id or self.trial_id}"
