"""What the article itself cites for a claim, and whether the source says so."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from claims.models.article import Article
from claims.models.claim import Claim
from claims.models.constraints import one_of
from claims.ruleset.vocabulary import CitationAccuracy, CitationMode, CitationResolution, Voice
from sources.models import Publication, Trial


class CitationQuerySet(models.QuerySet["Citation"]):
    def of_public_claims(self) -> CitationQuerySet:
        return self.filter(claim__in=Claim.objects.public()).select_related("claim", "article")

    def citing(self, publication: Publication) -> CitationQuerySet:
        return self.filter(publication=publication)

    def citing_trial(self, trial: Trial) -> CitationQuerySet:
        return self.filter(trial=trial)

    def with_sources(self) -> CitationQuerySet:
        return self.select_related("publication", "trial__digest", "claim")


class Citation(models.Model):
    """The article cites a source for a claim. Its accuracy is kept apart from the claim's truth."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="citations")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="citations")
    voice = models.CharField(max_length=15, choices=Voice.choices(), default=Voice.AUTHOR)
    raw = models.CharField(max_length=200, help_text="As the article writes it, in a few words.")
    mode = models.CharField(max_length=15, choices=CitationMode.choices())
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="citations"
    )
    trial = models.ForeignKey(
        Trial, models.PROTECT, null=True, blank=True, related_name="citations"
    )
    resolution = models.CharField(
        max_length=12, choices=CitationResolution.choices(), default=CitationResolution.UNRESOLVED
    )
    accuracy = models.CharField(
        max_length=15,
        choices=CitationAccuracy.choices(),
        blank=True,
        help_text="Empty: not judged yet.",
    )
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["article", "claim", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "claim", "raw"], name="citation_once_a_claim"
            ),
            models.CheckConstraint(
                name="citation_resolved_names_its_source",
                condition=(
                    Q(resolution="resolved")
                    & (Q(publication__isnull=False) | Q(trial__isnull=False))
                )
                | (~Q(resolution="resolved") & Q(publication=None, trial=None)),
                violation_error_message="A resolved citation names its trial or publication; an unresolved one cannot.",
            ),
            models.CheckConstraint(
                name="citation_accuracy_has_a_note",
                condition=Q(accuracy="") | ~Q(note=""),
                violation_error_message="Say in a note why the citation is accurate or not.",
            ),
            one_of("mode", CitationMode, model="citation"),
            one_of("resolution", CitationResolution, model="citation"),
            one_of("accuracy", CitationAccuracy, model="citation", blank=True),
            one_of("voice", Voice, model="citation"),
        ]

    def __str__(self) -> str:
        return f"“{self.raw}” for CLM-{self.claim_id}"


pghistory.track()(Citation)
