"""The axes on which evidence is judged."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from claims.models.constraints import one_of
from claims.ruleset.vocabulary import (
    Directness,
    DirectnessReason,
    FindingRole,
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
        return [*_of_reasons(model), *_of_numbers(model), *_of_words(model)]


def _of_reasons(model: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            name=f"{model}_indirect_has_a_reason",
            condition=(Q(directness="indirect") & ~Q(directness_reasons=[]))
            | Q(directness="direct", directness_reasons=[]),
            violation_error_message="Indirect evidence needs a reason; direct evidence has none.",
        ),
        models.CheckConstraint(
            name=f"{model}_rob_has_a_reason",
            condition=Q(rob_overall="not_assessed") | ~Q(rob_reason=""),
            violation_error_message="Say why the risk of bias is judged so.",
        ),
    ]


def _of_numbers(model: str) -> list[models.BaseConstraint]:
    ratio = Q(effect_measure__in=["HR", "OR", "RR"])
    return [
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
            name=f"{model}_sample_size_is_positive",
            condition=Q(sample_size=None) | Q(sample_size__gt=0),
        ),
    ]


def _of_words(model: str) -> list[models.BaseConstraint]:
    return [
        one_of("stance", Stance, model=model),
        one_of("directness", Directness, model=model),
        one_of("scope", Scope, model=model),
        one_of("finding_role", FindingRole, model=model),
        one_of("study_design", StudyDesign, model=model),
        one_of("rob_tool", RobTool, model=model),
        one_of("rob_overall", RobLevel, model=model),
    ]
