"""How reviewers judge an evidence item, blind to each other, and what they settle on."""

from __future__ import annotations

from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from claims.models.constraints import one_of
from claims.models.evidence import EvidenceItem
from claims.ruleset.vocabulary import (
    AssessmentState,
    ConsensusMethod,
    Directness,
    DirectnessReason,
    FindingRole,
    QuoteState,
    RobLevel,
    RobTool,
    Scope,
    Stance,
    StudyDesign,
)


class Judgement(models.Model):
    """The axes on which an item is judged; shared by assessments and the consensus."""

    AXES = (
        "stance",
        "directness",
        "directness_reasons",
        "scope",
        "finding_role",
        "study_design",
        "sample_size",
        "effect_outcome",
        "effect_measure",
        "effect_estimate",
        "effect_ci_low",
        "effect_ci_high",
        "effect_ci_level",
        "effect_p",
        "rob_tool",
        "rob_overall",
        "rob_domains",
        "rob_reason",
    )

    stance = models.CharField(max_length=15, choices=Stance.choices())
    directness = models.CharField(max_length=10, choices=Directness.choices())
    directness_reasons = ArrayField(
        models.CharField(max_length=20, choices=DirectnessReason.choices()),
        default=list,
        blank=True,
    )
    scope = models.CharField(max_length=10, choices=Scope.choices())
    finding_role = models.CharField(max_length=12, choices=FindingRole.choices())
    study_design = models.CharField(max_length=30, choices=StudyDesign.choices())
    sample_size = models.PositiveIntegerField("n", null=True, blank=True)
    effect_outcome = models.TextField(blank=True)
    effect_measure = models.CharField(max_length=20, blank=True, help_text="HR, OR, RR, MD, ...")
    effect_estimate = models.FloatField(null=True, blank=True)
    effect_ci_low = models.FloatField(null=True, blank=True)
    effect_ci_high = models.FloatField(null=True, blank=True)
    effect_ci_level = models.FloatField(null=True, blank=True, help_text="Per cent.")
    effect_p = models.CharField(max_length=60, blank=True)
    rob_tool = models.CharField(max_length=10, choices=RobTool.choices(), default=RobTool.NONE)
    rob_overall = models.CharField(
        "risk of bias", max_length=15, choices=RobLevel.choices(), default=RobLevel.NOT_ASSESSED
    )
    rob_domains = models.JSONField(default=dict, blank=True)
    rob_reason = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def effect(self) -> dict[str, Any] | None:
        """The effect as numbers; None when nothing is reported."""
        if not self.effect_measure:
            return None
        return {
            "outcome": self.effect_outcome,
            "measure": self.effect_measure,
            "estimate": self.effect_estimate,
            "ci_low": self.effect_ci_low,
            "ci_high": self.effect_ci_high,
            "ci_level": self.effect_ci_level,
            "p": self.effect_p or None,
        }

    @classmethod
    def constraints(cls, model: str) -> list[models.BaseConstraint]:
        """Return what must hold of any judgement, named for the model that carries it."""
        ratio = Q(effect_measure__in=["HR", "OR", "RR"])
        return [
            models.CheckConstraint(
                name=f"{model}_indirect_has_a_reason",
                condition=(Q(directness="indirect") & ~Q(directness_reasons=[]))
                | Q(directness="direct", directness_reasons=[]),
                violation_error_message="Indirect evidence needs a reason; direct evidence has none.",
            ),
            models.CheckConstraint(
                name=f"{model}_interval_contains_estimate",
                condition=Q(effect_ci_low=None, effect_ci_high=None, effect_ci_level=None)
                | Q(
                    effect_estimate__isnull=False,
                    effect_ci_low__isnull=False,
                    effect_ci_high__isnull=False,
                    effect_ci_level__isnull=False,
                    effect_ci_low__lte=F("effect_estimate"),
                    effect_ci_high__gte=F("effect_estimate"),
                    effect_ci_level__range=(50, 100),
                ),
                violation_error_message="Give both ends and the level of the interval; it must contain the estimate.",
            ),
            models.CheckConstraint(
                name=f"{model}_ratio_is_positive",
                condition=~ratio
                | (
                    (Q(effect_estimate=None) | Q(effect_estimate__gt=0))
                    & (Q(effect_ci_low=None) | Q(effect_ci_low__gt=0))
                ),
                violation_error_message="A ratio is above zero.",
            ),
            models.CheckConstraint(
                name=f"{model}_effect_is_named",
                condition=Q(effect_measure="", effect_outcome="", effect_estimate=None)
                | (~Q(effect_measure="") & ~Q(effect_outcome="")),
                violation_error_message="An effect names its outcome and its measure.",
            ),
            models.CheckConstraint(
                name=f"{model}_rob_has_a_reason",
                condition=Q(rob_overall="not_assessed") | ~Q(rob_reason=""),
                violation_error_message="Say why the risk of bias is judged so.",
            ),
            models.CheckConstraint(
                name=f"{model}_sample_size_is_positive",
                condition=Q(sample_size=None) | Q(sample_size__gt=0),
            ),
            one_of("stance", Stance, model=model),
            one_of("directness", Directness, model=model),
            one_of("scope", Scope, model=model),
            one_of("finding_role", FindingRole, model=model),
            one_of("study_design", StudyDesign, model=model),
            one_of("rob_tool", RobTool, model=model),
            one_of("rob_overall", RobLevel, model=model),
        ]


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
