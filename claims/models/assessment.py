"""How reviewers judge an evidence item, blind to each other, and what they settle on."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from claims.models.constraints import one_of
from claims.models.evidence import EvidenceItem
from claims.models.judgement import Judgement
from claims.ruleset.vocabulary import (
    AssessmentState,
    ConsensusMethod,
    QuoteState,
)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def submitted(self) -> AssessmentQuerySet:
        return self.filter(state=AssessmentState.SUBMITTED)

    def current(self) -> AssessmentQuerySet:
        return self.exclude(state=AssessmentState.SUPERSEDED)

    def visible_to(self, user: Any, *, unblinded: bool) -> AssessmentQuerySet:
        """What this person may read: one's own; others' once one's own of the same item is in.

        The unblinded need none of their own. Other people's drafts are shown to nobody.
        """
        finished = self.filter(Q(reviewer=user) | ~Q(state=AssessmentState.DRAFT))
        if unblinded:
            return finished
        return finished.filter(Q(reviewer=user) | Q(item__in=judged_by(user)))


class Assessment(Judgement):
    """One reviewer's judgement of one item, blind to the others until submitted."""

    class Actor(models.TextChoices):
        HUMAN = "human", "a person"
        MACHINE_ASSISTED = "machine_assisted", "machine-assisted"

    item = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="assessments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assessments"
    )
    actor = models.CharField(max_length=20, choices=Actor, default=Actor.HUMAN)
    rationale = models.TextField(help_text="Why it was judged so, in a sentence or two.")
    state = models.CharField(
        max_length=10, choices=AssessmentState.choices(), default=AssessmentState.DRAFT
    )
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["item", "created_at", "pk"]
        constraints = [
            *Judgement.constraints("assessment"),
            models.UniqueConstraint(
                fields=["item", "reviewer"],
                condition=~Q(state="superseded"),
                name="assessment_one_current",
                violation_error_message="This reviewer has assessed the item already; change that assessment.",
            ),
            models.CheckConstraint(
                name="assessment_has_a_rationale",
                condition=Q(rationale__regex=r"\S"),
                violation_error_message="Say why it was judged so.",
            ),
            models.CheckConstraint(
                name="assessment_submitted_has_a_time",
                condition=Q(state="draft", submitted_at=None)
                | (~Q(state="draft") & Q(submitted_at__isnull=False)),
            ),
            one_of("state", AssessmentState, model="assessment"),
            one_of("actor", ["human", "machine_assisted"], model="assessment"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} on EVI-{self.item_id}: {self.get_stance_display()}"


def judged_by(user: Any) -> models.QuerySet:
    """Return the keys of the items that this person has assessed."""
    return Assessment.objects.submitted().filter(reviewer=user).values("item")


class QuoteQuerySet(models.QuerySet["Quote"]):
    def broken(self) -> QuoteQuerySet:
        """Quotes in force that do not stand, or no longer, in the text they are from."""
        return self.filter(
            assessment__state=AssessmentState.SUBMITTED,
            status__in=[QuoteState.NOT_FOUND, QuoteState.STALE],
        )

    def to_be_rechecked(self) -> QuoteQuerySet:
        """Quotes in force whose source was fetched since they were last checked."""
        fetched_at = F("assessment__item__publication__fetched_at")
        return (
            self.exclude(assessment__state=AssessmentState.SUPERSEDED)
            .filter(Q(checked_at=None) | Q(checked_at__lt=fetched_at))
            .select_related("assessment__item__publication")
        )


class Quote(models.Model):
    """A verbatim passage of the source that an assessment rests on."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="quotes")
    text = models.TextField()
    status = models.CharField(
        max_length=20, choices=QuoteState.choices(), default=QuoteState.NO_TEXT_AVAILABLE
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        ordering = ["assessment", "pk"]
        constraints = [
            models.CheckConstraint(
                name="quote_is_long_enough",
                condition=Q(text__regex=r"^\S[\s\S]{18,}\S$"),
                violation_error_message="A quote has at least 20 characters.",
            ),
            models.UniqueConstraint(fields=["assessment", "text"], name="quote_once"),
            one_of("status", QuoteState, model="quote"),
        ]

    def __str__(self) -> str:
        return f"Quote of assessment {self.assessment_id}: {self.get_status_display()}"


class ConsensusQuerySet(models.QuerySet["Consensus"]):
    def visible_to(self, user: Any, *, unblinded: bool) -> ConsensusQuerySet:
        """What this person may read without giving up being blind: see `AssessmentQuerySet`."""
        return self if unblinded else self.filter(item__in=judged_by(user))


class Consensus(Judgement):
    """What an item counts as, and how that was settled."""

    item = models.OneToOneField(EvidenceItem, models.PROTECT, related_name="consensus")
    kind = models.CharField(max_length=12, choices=ConsensusMethod.choices())
    reviewers = models.PositiveSmallIntegerField(help_text="How many people judged it blind.")
    rationale = models.TextField(blank=True)
    dissent = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField()

    objects = ConsensusQuerySet.as_manager()

    class Meta:
        ordering = ["item"]
        verbose_name_plural = "consensus"
        constraints = [
            *Judgement.constraints("consensus"),
            one_of("kind", ConsensusMethod, model="consensus"),
            models.CheckConstraint(
                name="consensus_decided_by_someone",
                condition=Q(kind__in=["single", "unanimous"]) | Q(decided_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"EVI-{self.item_id}: {self.get_stance_display()} ({self.get_kind_display()})"


for model in (Assessment, Quote, Consensus):
    pghistory.track()(model)
